//! The steps up to each point, then the process is gone: nothing is cleaned up,
//! and the next thing that happens is that the folder is opened again.

use super::*;
use crate::media::redo_log::SMALL_BYTES;

const BEFORE: [(&str, Option<&str>); 3] =
    [("replaced", Some("old")), ("deleted", Some("bye")), ("untouched", Some("same"))];
const UPLOAD: [(&str, Option<&str>); 3] =
    [("added", Some("new")), ("replaced", Some("newer")), ("deleted", None)];
const STEPS: usize = 5;
/// The step that commits.
const COMMIT: usize = 4;

fn account_before() -> Account {
    let mut account = Account::new();
    account.upload(&BEFORE).unwrap();
    account
}

fn account_after_steps(steps: usize) -> Account {
    let mut account = account_before();
    run_steps(&mut account, &UPLOAD, steps);
    account
}

fn run_steps(account: &mut Account, upload: &[(&str, Option<&str>)], steps: usize) {
    let media = &mut account.media;
    let archive = UploadArchive::open(archive_of(upload)).unwrap();
    let mut plan = media.plan_upload(archive, NOW).unwrap();
    for step in 1..=steps {
        match step {
            1 => media.check_places(&plan).unwrap(),
            2 => media.flush_large_files(&plan).unwrap(),
            3 => media.write_log(&plan).unwrap(),
            COMMIT => media.commit_rows(&mut plan).unwrap(),
            _ => media.move_files(&mut plan).unwrap(),
        }
    }
    // Dropping the plan would tidy up.
    std::mem::forget(plan);
}

/// Fails unless all files are these, with nothing beside them, after the last usn.
#[track_caller]
fn assert_holds(account: &Account, files: &[(&str, &str)], usn: i32, point: &str) {
    let names: Vec<&str> = files.iter().map(|(name, _)| *name).collect();
    assert_eq!(account.names(), names, "{point}");
    for (name, content) in files {
        assert_eq!(account.content(name).unwrap(), *content, "{point}");
    }
    assert_eq!(account.media.last_usn().unwrap(), MediaUsn(usn), "{point}");
    assert_eq!(account.media.integrity_problems().unwrap(), Vec::<String>::new(), "{point}");
}

#[track_caller]
fn assert_is_as_before(account: &Account, point: &str) {
    let files = [("deleted", "bye"), ("replaced", "old"), ("untouched", "same")];
    assert_holds(account, &files, 3, point);
}

#[track_caller]
fn assert_has_happened(account: &Account, point: &str) {
    let files = [("added", "new"), ("replaced", "newer"), ("untouched", "same")];
    assert_holds(account, &files, 6, point);
}

#[test]
fn before_the_commit_nothing_has_happened() {
    for steps in 0..COMMIT {
        let account = account_after_steps(steps).reopened();
        assert_is_as_before(&account, &format!("after step {steps}"));
    }
}

#[test]
fn after_the_commit_all_has_happened() {
    for steps in COMMIT..=STEPS {
        let account = account_after_steps(steps).reopened();
        assert_has_happened(&account, &format!("after step {steps}"));
    }
}

#[test]
fn upload_works_after_one_that_broke_off() {
    for steps in 0..=STEPS {
        let mut account = account_after_steps(steps).reopened();
        account.upload(&UPLOAD).unwrap();
        assert_has_happened(&account, &format!("repeated after step {steps}"));
    }
}

#[test]
fn small_files_that_were_never_flushed_come_back() {
    // What a file system leaves of a file that was renamed and not flushed.
    type Loss = fn(&Account);
    let losses: [(&str, Loss); 5] = [
        ("empty", |a| fs::write(a.path("replaced"), "").unwrap()),
        ("cut", |a| fs::write(a.path("replaced"), "new").unwrap()),
        ("zeros", |a| fs::write(a.path("replaced"), [0; 5]).unwrap()),
        ("the old one", |a| fs::write(a.path("replaced"), "old").unwrap()),
        ("gone", |a| fs::remove_file(a.path("added")).unwrap()),
    ];
    for (what, lose) in losses {
        let account = account_after_steps(STEPS);
        lose(&account);
        assert_has_happened(&account.reopened(), what);
    }
    let account = account_after_steps(STEPS);
    fs::write(account.path("deleted"), "bye").unwrap();
    assert_has_happened(&account.reopened(), "a deletion that did not last");
    let account = account_after_steps(STEPS);
    fs::write(account.path("deleted"), "").unwrap();
    assert_has_happened(&account.reopened(), "nor had what was deleted");
    let account = account_after_steps(STEPS);
    fs::write(account.path("deleted"), "of a person").unwrap();
    assert_eq!(account.reopened().content("deleted").unwrap(), "of a person");
}

#[test]
fn every_upload_of_a_log_is_remembered_and_the_newest_content_wins() {
    let mut account = account_after_steps(STEPS);
    account.upload(&[("replaced", Some("newest")), ("added", None)]).unwrap();
    account.upload(&[("more", Some("more"))]).unwrap();
    for name in ["replaced", "more", "untouched"] {
        fs::write(account.path(name), "").unwrap();
    }
    let files = [("more", "more"), ("replaced", "newest"), ("untouched", "same")];
    assert_holds(&account.reopened(), &files, 9, "three uploads");
}

#[test]
fn large_files_are_found_under_their_temporary_names() {
    let large = "x".repeat(SMALL_BYTES as usize + 1);
    let mut account = account_before();
    run_steps(&mut account, &[("large", Some(&large)), ("small", Some("s"))], COMMIT);
    let account = account.reopened();
    assert_eq!(account.content("large").unwrap(), large);
    assert_eq!(account.content("small").unwrap(), "s");
    assert_eq!(account.names(), ["deleted", "large", "replaced", "small", "untouched"]);
    assert_eq!(account.media.integrity_problems().unwrap(), Vec::<String>::new());
}

#[test]
fn files_of_a_person_stay_when_the_upload_did_not_happen() {
    let mut account = account_before().reopened();
    fs::write(account.path("added"), "of a person").unwrap();
    fs::write(account.path("replaced"), "damaged").unwrap();
    run_steps(&mut account, &UPLOAD, COMMIT - 1);
    let account = account.reopened();
    assert_eq!(account.content("added").unwrap(), "of a person");
    assert_eq!(account.content("replaced").unwrap(), "damaged");
    assert_eq!(account.names(), ["added", "deleted", "replaced", "untouched"]);
}

#[test]
fn log_that_comes_back_after_its_end_changes_nothing() {
    // Its removal is not flushed: after a cut it may be there again, even when
    // files changed since.
    let mut account = account_after_steps(STEPS);
    let log = account.folder.path().join("media.redo-1");
    let bytes = fs::read(&log).unwrap();
    account = account.reopened();
    account.upload(&[("replaced", Some("newest")), ("added", None)]).unwrap();
    account = account.reopened();
    fs::write(&log, &bytes).unwrap();
    account = account.reopened();
    assert_holds(&account, &[("replaced", "newest"), ("untouched", "same")], 8, "log back");
}

#[test]
fn file_in_the_way_of_the_next_step_is_tried_again() {
    let mut account = account_before();
    run_steps(&mut account, &UPLOAD, COMMIT);
    // A folder stands where a file should go, only now.
    fs::create_dir_all(account.path("added/x")).unwrap();
    account.media.is_settled = false;
    account.upload(&UPLOAD).unwrap_err();
    fs::remove_dir_all(account.path("added")).unwrap();
    account.upload(&UPLOAD).unwrap();
    let account = account.reopened();
    assert_has_happened(&account, "after the next upload");
}

#[test]
fn upload_that_something_is_in_the_way_of_changes_nothing() {
    let mut account = account_before();
    fs::create_dir_all(account.path("blocked/x")).unwrap();
    let error =
        account.upload(&[("replaced", Some("newer")), ("deleted", None), ("blocked", Some("y"))]);
    assert!(matches!(error, Err(StoreError::Io { .. })), "{error:?}");
    fs::remove_dir_all(account.path("blocked")).unwrap();
    assert_is_as_before(&account, "after the failure");
    account.upload(&UPLOAD).unwrap();
    assert_has_happened(&account, "after the next upload");
}

#[cfg(unix)]
#[test]
fn another_folder_in_the_place_of_the_opened_one_is_left_alone() {
    let mut account = account_before();
    let (place, elsewhere) = (account.path(""), account.folder.path().join("elsewhere"));
    fs::rename(&place, &elsewhere).unwrap();
    fs::create_dir(&place).unwrap();
    let uploads: [&[(&str, Option<&str>)]; 3] =
        [&UPLOAD, &[("untouched", Some("same"))], &[("deleted", None)]];
    for upload in uploads {
        let result = account.upload(upload);
        assert!(matches!(result, Err(StoreError::Io { .. })), "{result:?}");
    }
    assert_eq!(account.names(), Vec::<String>::new());
    fs::remove_dir(&place).unwrap();
    fs::rename(&elsewhere, &place).unwrap();
    assert_is_as_before(&account, "once it is back");
    account.upload(&UPLOAD).unwrap();
    assert_has_happened(&account, "after the next upload");
}

#[test]
fn deleted_file_that_cannot_go_is_in_nobodys_way() {
    let mut account = account_before();
    // Nothing but a folder cannot be removed by whoever runs the tests.
    fs::remove_file(account.path("deleted")).unwrap();
    fs::create_dir_all(account.path("deleted/x")).unwrap();
    account.upload(&UPLOAD).unwrap();
    account.upload(&[("more", Some("more"))]).unwrap();
    account = account.reopened();
    account.upload(&[("still more", Some("more"))]).unwrap();
    assert_eq!(account.media.last_usn().unwrap(), MediaUsn(8));
}

#[test]
fn name_that_the_file_system_cannot_take_changes_nothing() {
    let mut account = account_before();
    let archive = UploadArchive::open(archive_of(&UPLOAD)).unwrap();
    let mut plan = account.media.plan_upload(archive, NOW).unwrap();
    let added = plan.files.iter_mut().find(|change| change.file_name == "added").unwrap();
    // Some take fewer bytes than the usual 255; this one is too long for any.
    added.path = account.path(&"x".repeat(300));
    account.media.carry_out(&mut plan).unwrap_err();
    drop(plan);
    assert_is_as_before(&account, "after the failure");
}

#[test]
fn closed_folder_holds_nothing_but_the_official_files() {
    let mut account = account_before();
    account.upload(&UPLOAD).unwrap();
    assert!(account.folder.path().join("media.redo-1").exists());
    let Account { folder, media } = account;
    media.close().unwrap();
    assert_eq!(names_in(folder.path()), ["media", "media.db"]);
}
