//! Media files of all kinds of names.

use serde_json::json;

use crate::pair::{Pair, media};

/// Names as they come: other scripts, blanks, brackets and quotes, long, starting with a
/// dot or an underscore, and characters that only Unicode's composed form can hold.
fn names() -> Vec<String> {
    let mut names: Vec<String> = [
        "plain.png",
        "with blank and (brackets).jpg",
        "ünïcödé.mp3",
        "日本語の音.ogg",
        "עברית.gif",
        "🎴 card 👩‍👩‍👧.svg",
        "_underscore.css",
        "no_extension",
        "two.dots.tar.gz",
        "UPPER.PNG",
        "'quotes' & ampersand;.txt",
        "100% #hash +plus.txt",
        "한국어.txt",
        "\u{1e9b}\u{323}.txt",
    ]
    .map(str::to_owned)
    .to_vec();
    names.push(format!("{}.txt", "long".repeat(28)));
    names
}

/// Additions, changes and deletions, both ways, many at once and one large file.
pub fn run(versions: [&'static str; 2]) {
    let mut pair = Pair::start_synced(versions);
    for (index, name) in names().iter().enumerate() {
        pair.first.call("write_media", json!({ "name": name, "text": format!("content {index}") }));
    }
    // What is typed in the decomposed form is kept in the composed one.
    let name =
        pair.first.call("add_media", json!({ "name": "e\u{301}te\u{301}.txt", "text": "summer" }));
    assert_eq!(name, "été.txt");
    pair.first.sync_with_media();
    pair.second.sync_with_media();
    let expected = media(&pair.first.media_folder());
    assert_eq!(expected.len(), names().len() + 1, "no client renamed a file");
    assert_eq!(media(&pair.second.media_folder()), expected);

    // Changed on one, deleted on the other, and the same names again.
    pair.second.call("write_media", json!({ "name": "plain.png", "text": "changed" }));
    pair.second.call("write_media", json!({ "name": "日本語の音.ogg", "text": "changed too" }));
    pair.first.call("delete_media", json!({ "name": "UPPER.PNG" }));
    pair.first.call("trash_media", json!({ "names": ["ünïcödé.mp3", "no_extension"] }));
    pair.first.sync_with_media();
    pair.second.sync_with_media();
    pair.first.sync_with_media();
    pair.assert_same_media("after the sync");
    assert_eq!(media(&pair.first.media_folder())["plain.png"], b"changed");
    assert!(!media(&pair.second.media_folder()).contains_key("ünïcödé.mp3"));

    pair.second.call("write_media", json!({ "name": "ünïcödé.mp3", "text": "back again" }));
    pair.first.call("write_media", json!({ "name": "contested.txt", "text": "by the first" }));
    pair.second.call("write_media", json!({ "name": "contested.txt", "text": "by the second" }));
    // An archive carries at most 25 files, and at most 2.5 MiB down.
    pair.first.call("write_many_media", json!({ "prefix": "many ü", "count": 120, "size": 2000 }));
    pair.second.call("write_many_media", json!({ "prefix": "big", "count": 8, "size": 700_000 }));
    pair.first
        .call("write_media", json!({ "name": "large.bin", "text": "0123456789".repeat(600_000) }));
    for _ in 0..2 {
        pair.first.sync_with_media();
        pair.second.sync_with_media();
    }
    pair.first.sync_with_media();
    pair.assert_same_media("after the sync");
    pair.finish();
}
