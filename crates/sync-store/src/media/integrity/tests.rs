#![allow(clippy::unwrap_used, reason = "tests")]

use std::fs;

use super::*;
use crate::media::test_support::Account;

/// An account with files `a` and `b`, after something was done to it, as `check`
/// sees it.
fn problems_after(damage: impl FnOnce(&Account)) -> Vec<String> {
    let mut account = Account::new();
    account.upload(&[("a", Some("one")), ("b", Some("two")), ("gone", Some("x"))]).unwrap();
    account.upload(&[("gone", None)]).unwrap();
    damage(&account);
    account.media.integrity_problems().unwrap()
}

fn assert_tells(problems: &[String], words: &str) {
    assert!(problems.len() == 1 && problems[0].contains(words), "{problems:?}");
}

#[test]
fn whole_media_have_no_problems() {
    assert_eq!(problems_after(|_| {}), Vec::<String>::new());
}

#[test]
fn missing_and_changed_files_are_told() {
    assert_tells(&problems_after(|a| fs::remove_file(a.path("a")).unwrap()), "is missing");
    assert_tells(&problems_after(|a| fs::write(a.path("a"), "longer").unwrap()), "another size");
    assert_tells(&problems_after(|a| fs::write(a.path("a"), "eno").unwrap()), "another content");
}

#[test]
fn unknown_files_are_told() {
    assert_tells(&problems_after(|a| fs::write(a.path("new"), "x").unwrap()), "no device gets it");
    assert_tells(&problems_after(|a| fs::write(a.path("gone"), "x").unwrap()), "no device gets it");
}

#[test]
fn wrong_totals_are_told() {
    let run = |account: &Account, sql: &str| {
        account.media.db.execute(sql, []).unwrap();
    };
    assert_tells(&problems_after(|a| run(a, "UPDATE meta SET total_bytes = 7")), "7 bytes");
    assert_tells(
        &problems_after(|a| run(a, "UPDATE media SET usn = 50 WHERE fname = 'a'")),
        "newer sequence number",
    );
}

#[test]
fn many_problems_are_summed_up() {
    let problems = problems_after(|account| {
        for n in 0..30 {
            fs::write(account.path(&format!("new{n}")), "x").unwrap();
        }
    });
    assert_eq!(problems.len(), MAX_TOLD + 1);
    assert!(problems[MAX_TOLD].contains("10 more"));
}
