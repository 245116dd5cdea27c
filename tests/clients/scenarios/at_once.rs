//! Both devices press the sync button at the same moment.

use serde_json::json;

use crate::client::ClientError;
use crate::pair::Pair;
use crate::server::under_test_is_official;

/// How often they meet. What happens first differs from round to round.
const ROUNDS: usize = 6;

/// Of two syncs at once the later one may end the earlier one, which is told so; it never
/// ends both, and whoever was told syncs again without loss.
pub fn run(versions: [&'static str; 2]) {
    let mut pair = Pair::start_synced(versions);
    for deck in ["Of the first", "Of the second"] {
        pair.first.call("add_deck", json!({ "name": deck }));
    }
    pair.converge();
    for round in 0..ROUNDS {
        for (client, deck) in
            [(&mut pair.first, "Of the first"), (&mut pair.second, "Of the second")]
        {
            let prefix = format!("round{round}");
            client.call(
                "add_notes",
                json!({ "deck": deck, "notetype": "Basic", "count": 60, "prefix": prefix }),
            );
        }
        pair.first.send("sync", json!({}));
        pair.second.send("sync", json!({}));
        let answers = [pair.first.answer("sync"), pair.second.answer("sync")];
        let ended = answers.iter().filter_map(|answer| answer.as_ref().err());
        let ended: Vec<&ClientError> = ended.collect();
        for error in &ended {
            assert!(error.text.contains("Only one copy of Anki"), "round {round}: {error:?}");
        }
        // The official server lets the one that was ended end the other one too (H-13).
        assert!(ended.len() < 2 || under_test_is_official(), "round {round}: {ended:?}");
        pair.converge();
    }
    for client in [&mut pair.first, &mut pair.second] {
        let notes = client.call("find_notes", json!({ "query": "deck:\"Of the *\"" }));
        assert_eq!(
            notes.as_array().map(Vec::len),
            Some(2 * 60 * ROUNDS),
            "nothing lost or doubled"
        );
    }
    pair.finish();
}
