//! How pending objects are cut into chunks. Conformance cases 86 to 90.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use sync_tests::{Client, SEED_USN, TestServer, card, note, revlog};

fn len(chunk: &Value, key: &str) -> usize {
    chunk.get(key).map_or(0, |list| list.as_array().unwrap().len())
}

/// All chunks of a sync.
fn chunks(device: &Client) -> Vec<Value> {
    let mut chunks = Vec::new();
    loop {
        let chunk = device.chunk().ok();
        let done = chunk["done"] == true;
        chunks.push(chunk);
        if done {
            return chunks;
        }
    }
}

/// Case 86.
#[test]
fn one_chunk_holds_249_cards_and_250_need_a_second() {
    for (cards, expected) in [(249, vec![249]), (250, vec![250, 0])] {
        let server = TestServer::start_with(|collection| {
            collection.batch("BEGIN");
            for id in 1..=cards {
                collection.add_card(id, 1000, SEED_USN);
            }
            collection.batch("COMMIT");
        });
        let device = server.client();
        device.start_newer(SEED_USN).ok();
        let chunks = chunks(&device);
        let lengths: Vec<usize> = chunks.iter().map(|chunk| len(chunk, "cards")).collect();
        assert_eq!(lengths, expected);
        if cards == 250 {
            assert_eq!(chunks[1], json!({"done": true}));
        }
        assert_eq!(device.chunk().ok(), json!({"done": true}), "and so on after the end");
    }
}

/// Case 87.
#[test]
fn every_pending_object_arrives_exactly_once() {
    let server = TestServer::start_with(|collection| {
        collection.batch("BEGIN");
        for id in 1..=300 {
            collection.add_note(id, 1000, SEED_USN + (id % 3) as i32);
            if id <= 260 {
                collection.add_card(id, 1000, SEED_USN);
            }
            if id <= 100 {
                collection.add_review(id, id, SEED_USN + 1);
            }
        }
        // Known to the client.
        collection.add_note(1001, 1000, SEED_USN - 1);
        collection.add_card(1001, 1000, SEED_USN - 1);
        collection.add_review(1001, 1001, 0);
        collection.batch("COMMIT");
    });
    let device = server.client();
    device.start_newer(SEED_USN).ok();
    let chunks = chunks(&device);
    for chunk in &chunks {
        let objects = len(chunk, "revlog") + len(chunk, "cards") + len(chunk, "notes");
        assert!(objects <= 252, "{objects} objects in a chunk");
    }
    for (key, expected) in [("notes", 300), ("cards", 260), ("revlog", 100)] {
        let ids: Vec<i64> = chunks
            .iter()
            .filter_map(|chunk| chunk.get(key)?.as_array())
            .flatten()
            .map(|object| object[0].as_i64().unwrap())
            .collect();
        assert_eq!(ids.len(), expected, "{key}");
        assert_eq!(ids.into_iter().collect::<BTreeSet<_>>(), (1..=expected as i64).collect());
    }
}

/// Case 88.
#[test]
fn an_empty_chunk_has_no_lists() {
    let server = TestServer::start();
    let device = server.client();
    device.start(SEED_USN).ok();
    assert_eq!(device.chunk().text(), "{\"done\":true}");
}

/// Case 89.
#[test]
fn a_client_may_send_its_chunks_first() {
    let server = TestServer::start_with(|collection| {
        collection.add_card(1, 1000, SEED_USN);
        collection.add_note(1, 1000, SEED_USN);
    });
    let device = server.client();
    device.start_newer(SEED_USN).ok();
    let sent = json!({"cards": [card(1).with("mtime", 2000), card(2)], "notes": [note(2)]});
    device.apply_chunk(&sent).ok();
    let chunks = chunks(&device);
    let cards: usize = chunks.iter().map(|chunk| len(chunk, "cards")).sum();
    assert!((1..=2).contains(&cards), "its own come back at most once");
    let counts = json!([[0, 0, 0], 2, 2, 0, 0, 1, 1, 1]);
    assert_eq!(device.sanity_check(&counts).ok()["status"], "ok");
    device.finish().ok();
    assert_eq!(server.stop().collection().one::<i64>("SELECT mod FROM cards WHERE id = 1"), 2000);
}

/// Case 90.
#[test]
fn a_long_review_log_comes_in_small_answers() {
    let server = TestServer::start_with(|collection| {
        collection.run(
            "WITH RECURSIVE n(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM n WHERE id < 100000)
             INSERT INTO revlog SELECT id, 1, ?, 3, 1, -600, 2500, 4321, 1 FROM n",
            [SEED_USN],
        );
    });
    let device = server.client();
    device.start_newer(SEED_USN).ok();
    let mut seen = vec![false; 100_001];
    loop {
        let answer = device.chunk();
        assert!(answer.body.len() < 100_000, "{} bytes in an answer", answer.body.len());
        let chunk = answer.ok();
        for review in chunk.get("revlog").and_then(Value::as_array).into_iter().flatten() {
            let id = usize::try_from(review[0].as_i64().unwrap()).unwrap();
            assert!(!std::mem::replace(&mut seen[id], true), "{id} came twice");
        }
        if chunk["done"] == true {
            break;
        }
    }
    assert!(seen[1..].iter().all(|seen| *seen));
    device.finish().ok();
}

#[test]
fn what_is_written_during_a_sync_is_not_added_to_its_chunks() {
    let server = TestServer::start_with(|collection| {
        collection.batch("BEGIN");
        for id in 1..=300 {
            collection.add_card(id, 1000, SEED_USN);
        }
        collection.batch("COMMIT");
    });
    let device = server.client();
    device.start_newer(SEED_USN).ok();
    let first = len(&device.chunk().ok(), "cards");
    device.apply_chunk(&json!({"cards": [card(1000)]})).ok();
    let rest: usize = chunks(&device).iter().map(|chunk| len(chunk, "cards")).sum();
    assert_eq!(first + rest, 300);
}

#[test]
fn a_received_chunk_may_be_larger_than_those_of_clients() {
    let server = TestServer::start();
    let mut device = server.client();
    let rows = |make: fn(i64) -> sync_tests::Row| (1..=2000).map(make).collect::<Vec<_>>();
    let sent =
        json!({"cards": rows(card), "notes": rows(note), "revlog": rows(|id| revlog(id, id))});
    device.send_chunk(SEED_USN, sent);
    let collection = server.stop().collection();
    for table in ["cards", "notes", "revlog"] {
        assert_eq!(collection.count(table), 2000, "{table}");
    }
}

#[test]
fn a_chunk_may_leave_everything_out() {
    let server = TestServer::start();
    let device = server.client();
    device.start(SEED_USN).ok();
    assert_eq!(device.apply_chunk(&json!({})).text(), "null");
    device.apply_chunk(&json!({"done": 1})).refused(400);
    device.json("sync/applyChunk", &json!({})).refused(400);
}
