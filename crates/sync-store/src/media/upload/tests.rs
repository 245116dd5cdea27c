#![allow(clippy::unwrap_used, reason = "tests")]

use std::fs;

use sync_protocol::MediaUsn;

use super::*;
use crate::media::test_support::{Account, NOW, archive_of, names_in, zip_of};

fn refusal(result: Result<MediaUploadOutcome, StoreError>) -> String {
    match result {
        Err(StoreError::MediaArchive { reason }) => reason,
        other => panic!("not refused: {other:?}"),
    }
}

/// `processed`, `current_usn`, added, replaced, removed.
fn numbers(outcome: MediaUploadOutcome) -> (u32, i32, u32, u32, u32) {
    let response = outcome.response;
    (response.0, response.1.0, outcome.added, outcome.replaced, outcome.removed)
}

mod effects {
    use super::*;

    #[test]
    fn deletion_of_an_absent_file_is_processed_without_effect() {
        let mut account = Account::new();
        assert_eq!(numbers(account.upload(&[("a", None)]).unwrap()), (1, 0, 0, 0, 0));
        assert_eq!(account.rows(), []);
    }

    #[test]
    fn new_file_is_added() {
        let mut account = Account::new();
        let outcome = account.upload(&[("a.jpg", Some("one"))]).unwrap();
        assert_eq!(numbers(outcome), (1, 1, 1, 0, 0));
        assert_eq!(outcome.bytes, 3);
        assert_eq!(account.content("a.jpg").unwrap(), "one");
        assert_eq!(account.totals(), (1, 3));
        let change = &account.media.changes_since(MediaUsn(0)).unwrap()[0];
        assert_eq!(change.2, "fe05bcdcdc4928012781a5f1a2a77cbb5398e106");
        let modified: i64 =
            account.media.db.query_row("SELECT mtime FROM media", [], |row| row.get(0)).unwrap();
        assert_eq!(modified, NOW.0);
    }

    #[test]
    fn same_content_again_changes_nothing() {
        let mut account = Account::new();
        account.upload(&[("a", Some("one"))]).unwrap();
        let outcome = account.upload(&[("a", Some("one"))]).unwrap();
        assert_eq!(numbers(outcome), (1, 1, 0, 0, 0));
        assert_eq!(outcome.bytes, 0);
        assert_eq!(account.names(), ["a"]);
    }

    #[test]
    fn other_content_replaces_the_file() {
        let mut account = Account::new();
        account.upload(&[("a", Some("one")), ("b", Some("b"))]).unwrap();
        let outcome = account.upload(&[("a", Some("three"))]).unwrap();
        assert_eq!(numbers(outcome), (1, 3, 0, 1, 0));
        assert_eq!(account.content("a").unwrap(), "three");
        assert_eq!(account.totals(), (2, 6));
        assert_eq!(account.rows(), [("b".to_owned(), 2, true), ("a".to_owned(), 3, true)]);
        assert_eq!(account.names(), ["a", "b"], "no copy of the old content stays");
    }

    #[test]
    fn deleted_file_goes_and_its_row_keeps_the_hash() {
        let mut account = Account::new();
        account.upload(&[("a", Some("one")), ("b", Some("b"))]).unwrap();
        assert_eq!(numbers(account.upload(&[("a", None)]).unwrap()), (1, 3, 0, 0, 1));
        assert_eq!(account.names(), ["b"]);
        assert_eq!(account.totals(), (1, 1));
        assert_eq!(account.rows(), [("b".to_owned(), 2, true), ("a".to_owned(), 3, false)]);
        let (hash_bytes, size): (i64, i64) = account
            .media
            .db
            .query_row("SELECT length(csum), size FROM media WHERE fname = 'a'", [], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })
            .unwrap();
        assert_eq!((hash_bytes, size), (20, 0));
    }

    #[test]
    fn deleted_file_can_come_back() {
        let mut account = Account::new();
        account.upload(&[("a", Some("one"))]).unwrap();
        account.upload(&[("a", None)]).unwrap();
        assert_eq!(numbers(account.upload(&[("a", None)]).unwrap()), (1, 2, 0, 0, 0));
        assert_eq!(numbers(account.upload(&[("a", Some("one"))]).unwrap()), (1, 3, 1, 0, 0));
        assert_eq!(account.content("a").unwrap(), "one");
        assert_eq!(account.totals(), (1, 3));
    }

    #[test]
    fn several_entries_for_one_name_take_effect_in_order() {
        let mut account = Account::new();
        let outcome = account
            .upload(&[("a", Some("one")), ("a", None), ("a", Some("two!")), ("a", Some("two!"))])
            .unwrap();
        assert_eq!(numbers(outcome), (4, 3, 2, 0, 1));
        assert_eq!(account.content("a").unwrap(), "two!");
        assert_eq!(account.totals(), (1, 4));
        assert_eq!(account.rows(), [("a".to_owned(), 3, true)]);

        let outcome = account.upload(&[("a", Some("three")), ("a", None)]).unwrap();
        assert_eq!(numbers(outcome), (2, 5, 0, 1, 1));
        assert_eq!(account.names(), Vec::<String>::new());
        assert_eq!(account.totals(), (0, 0));
    }

    #[test]
    fn two_names_can_share_one_zip_entry() {
        let mut account = Account::new();
        let meta = br#"[["a","0"],["b","0"],["c",""]]"#.to_vec();
        let zip = zip_of(&[("0".to_owned(), b"x".to_vec()), ("_meta".to_owned(), meta)]);
        assert_eq!(numbers(account.media.apply_upload(zip, NOW).unwrap()), (3, 2, 2, 0, 0));
        assert_eq!(account.names(), ["a", "b"]);
    }

    #[test]
    fn lost_file_is_put_back_when_it_is_sent_again() {
        let mut account = Account::new();
        account.upload(&[("a", Some("one")), ("b", Some("two"))]).unwrap();
        fs::remove_file(account.path("a")).unwrap();
        for damage in ["", "\0\0\0"] {
            fs::write(account.path("b"), damage).unwrap();
            let outcome = account.upload(&[("a", Some("one")), ("b", Some("two"))]).unwrap();
            assert_eq!(numbers(outcome), (2, 2, 0, 0, 0));
            assert_eq!(account.content("a").unwrap(), "one");
            assert_eq!(account.content("b").unwrap(), "two");
            assert_eq!(account.names(), ["a", "b"]);
        }
    }

    #[cfg(unix)]
    #[test]
    fn link_in_the_folder_is_replaced_not_written_through() {
        let mut account = Account::new();
        let outside = account.folder.path().join("outside");
        fs::write(&outside, "mine").unwrap();
        std::os::unix::fs::symlink(&outside, account.path("a")).unwrap();
        account.upload(&[("a", Some("new"))]).unwrap();
        assert_eq!(fs::read_to_string(&outside).unwrap(), "mine");
        assert!(account.path("a").symlink_metadata().unwrap().is_file());
    }
}

mod refusals {
    use super::*;

    /// Uploads entries that must be refused, and checks that nothing changed.
    fn refused_with(meta: &str, entries: &[(&str, &[u8])]) -> String {
        let mut account = Account::new();
        account.upload(&[("kept", Some("kept"))]).unwrap();
        let mut all: Vec<(String, Vec<u8>)> =
            entries.iter().map(|(name, content)| (name.to_string(), content.to_vec())).collect();
        all.push(("_meta".to_owned(), meta.as_bytes().to_vec()));
        let reason = refusal(account.media.apply_upload(zip_of(&all), NOW));
        assert_eq!(account.names(), ["kept"]);
        assert_eq!(account.rows(), [("kept".to_owned(), 1, true)]);
        assert_eq!(account.totals(), (1, 4));
        reason
    }

    #[test]
    fn one_bad_name_refuses_the_whole() {
        let reason = refused_with(r#"[["good","0"],["../a","0"]]"#, &[("0", b"x")]);
        assert!(reason.contains("separator"), "{reason}");
        refused_with(r#"[["good","0"],["a\\b",null]]"#, &[("0", b"x")]);
        refused_with(r#"[["good","0"],["nul",null]]"#, &[("0", b"x")]);
        refused_with("[[\"good\",\"0\"],[\"e\u{301}\",\"0\"]]", &[("0", b"x")]);
    }

    #[test]
    fn empty_file_refuses_the_whole() {
        let reason = refused_with(r#"[["good","0"],["a","1"]]"#, &[("0", b"x"), ("1", b"")]);
        assert!(reason.contains("empty"), "{reason}");
    }

    #[test]
    fn missing_entry_refuses_the_whole() {
        refused_with(r#"[["good","0"],["kept",null],["a","7"]]"#, &[("0", b"x")]);
    }

    #[test]
    fn list_of_another_shape_is_refused() {
        for meta in ["", "{}", "[[1,2]]", r#"[["a"]]"#, "[[\"a\",\"0\"]"] {
            refused_with(meta, &[("0", b"x")]);
        }
    }

    #[test]
    fn more_than_25_files_are_refused() {
        let list: Vec<_> = (0..26).map(|n| (format!("f{n}"), "0")).collect();
        let meta = serde_json::to_string(&list).unwrap();
        let reason = refused_with(&meta, &[("0", b"x")]);
        assert!(reason.contains("26"), "{reason}");
    }

    #[test]
    fn list_over_50_kib_is_refused_without_unpacking_it() {
        let meta = " ".repeat(30_000_000);
        refused_with(&meta, &[]);
    }

    #[test]
    fn file_over_100_mib_is_refused_whatever_its_header_says() {
        let mut zip = zip::ZipWriter::new(tempfile::tempfile().unwrap());
        let options = zip::write::SimpleFileOptions::default();
        zip.start_file("0", options).unwrap();
        std::io::copy(
            &mut std::io::Read::take(std::io::repeat(0), MAX_MEDIA_FILE_BYTES + 1),
            &mut zip,
        )
        .unwrap();
        zip.start_file("_meta", options).unwrap();
        std::io::Write::write_all(&mut zip, br#"[["a","0"]]"#).unwrap();
        let mut account = Account::new();
        let reason = refusal(account.media.apply_upload(zip.finish().unwrap(), NOW));
        assert!(reason.contains("100 MiB"), "{reason}");
        assert_eq!(account.names(), Vec::<String>::new());
    }

    #[test]
    fn damaged_content_is_refused() {
        let mut account = Account::new();
        let text = "some content that is long enough to be found again";
        let entries = [
            ("0".to_owned(), text.as_bytes().to_vec()),
            ("_meta".to_owned(), br#"[["a","0"]]"#.to_vec()),
        ];
        let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        let stored = zip::write::SimpleFileOptions::default()
            .compression_method(zip::CompressionMethod::Stored);
        for (name, content) in &entries {
            zip.start_file(name, stored).unwrap();
            std::io::Write::write_all(&mut zip, content).unwrap();
        }
        let mut bytes = zip.finish().unwrap().into_inner();
        let at = bytes.windows(7).position(|w| w == b"content").unwrap();
        bytes[at] = b'k';
        let mut file = tempfile::tempfile().unwrap();
        std::io::Write::write_all(&mut file, &bytes).unwrap();
        refusal(account.media.apply_upload(file, NOW));
        assert_eq!(account.names(), Vec::<String>::new());
    }

    /// A zip that fails to be read as a disk does.
    struct Failing {
        zip: std::io::Cursor<Vec<u8>>,
        reads_before: usize,
    }

    impl Read for Failing {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            match self.reads_before.checked_sub(1) {
                Some(left) => self.reads_before = left,
                None => return Err(std::io::Error::from_raw_os_error(5)),
            }
            self.zip.read(buffer)
        }
    }

    impl Seek for Failing {
        fn seek(&mut self, to: std::io::SeekFrom) -> std::io::Result<u64> {
            self.zip.seek(to)
        }
    }

    #[test]
    fn archive_that_the_disk_does_not_give_back_is_not_the_clients_fault() {
        let large = "x".repeat(300_000);
        let mut bytes = Vec::new();
        let files = [("a", Some("one")), ("b", Some(large.as_str())), ("c", None)];
        archive_of(&files).read_to_end(&mut bytes).unwrap();
        let mut account = Account::new();
        for reads_before in 0.. {
            let zip = std::io::Cursor::new(bytes.clone());
            match account.media.apply_upload(Failing { zip, reads_before }, NOW) {
                Err(StoreError::Io { .. }) => assert_eq!(account.names(), Vec::<String>::new()),
                Ok(_) => return assert!(reads_before > 5),
                other => panic!("after {reads_before} reads: {other:?}"),
            }
        }
    }

    /// The archive of a single file whose directory says that it lies at `start`.
    fn zip_that_leads_to(start: u64) -> std::fs::File {
        let mut bytes = Vec::new();
        archive_of(&[("a", Some("one"))]).read_to_end(&mut bytes).unwrap();
        let at = |mark: &[u8]| bytes.windows(4).position(|window| window == mark).unwrap();
        let (line, end) = (at(b"PK\x01\x02"), at(b"PK\x05\x06"));
        // The line has no room for such a number but in an extra field.
        let mut field = vec![1, 0, 8, 0];
        field.extend_from_slice(&start.to_le_bytes());
        let directory_bytes = (end - line + field.len()) as u32;
        bytes[end + 12..end + 16].copy_from_slice(&directory_bytes.to_le_bytes());
        bytes[line + 30] = field.len() as u8;
        bytes[line + 42..line + 46].fill(0xff);
        bytes.splice(line + 47..line + 47, field);
        let mut file = tempfile::tempfile().unwrap();
        std::io::Write::write_all(&mut file, &bytes).unwrap();
        file
    }

    #[test]
    fn place_that_no_file_reaches_is_refused() {
        let mut account = Account::new();
        account.media.apply_upload(zip_that_leads_to(0), NOW).unwrap();
        for start in [u64::MAX, 1 << 63, (1 << 63) - 1, 1 << 40] {
            refusal(account.media.apply_upload(zip_that_leads_to(start), NOW));
        }
    }

    #[test]
    fn what_is_no_zip_is_refused() {
        let mut account = Account::new();
        refusal(account.media.apply_upload(tempfile::tempfile().unwrap(), NOW));
    }
}

/// The steps up to each point, then the process is gone: nothing is cleaned up,
/// and the next thing that happens is that the folder is opened again.
mod power_cuts {
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
        let error = account.upload(&[
            ("replaced", Some("newer")),
            ("deleted", None),
            ("blocked", Some("y")),
        ]);
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
}
