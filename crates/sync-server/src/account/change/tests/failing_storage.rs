//! Changes while the storage folder is away, or cannot be written.

use super::*;

/// The storage folder is elsewhere until this is put back: as it was, or as a copy of it,
/// which is what a drive looks like that was unplugged and plugged in again.
#[cfg(unix)]
struct Away<'a> {
    base: &'a std::path::Path,
    outer: tempfile::TempDir,
}

#[cfg(unix)]
impl<'a> Away<'a> {
    fn take(base: &'a std::path::Path) -> Self {
        let outer = tempfile::tempdir_in(base.parent().unwrap()).unwrap();
        std::fs::rename(base, outer.path().join("away")).unwrap();
        Self { base, outer }
    }

    fn put_back(self) {
        std::fs::rename(self.outer.path().join("away"), self.base).unwrap();
    }

    fn put_back_as_a_copy(self) {
        fn copy(from: &std::path::Path, to: &std::path::Path) {
            std::fs::create_dir(to).unwrap();
            for item in std::fs::read_dir(from).unwrap() {
                let item = item.unwrap();
                let to = to.join(item.file_name());
                match item.file_type().unwrap().is_dir() {
                    true => copy(&item.path(), &to),
                    false => drop(std::fs::copy(item.path(), to).unwrap()),
                }
            }
        }
        copy(&self.outer.path().join("away"), self.base);
    }
}

#[cfg(unix)]
#[tokio::test]
async fn accounts_are_not_renamed_removed_or_added_while_the_storage_folder_is_away() {
    let test = TestAccounts::new().await;
    test.add("Anna", "a").await;
    use_data(&test, "Anna").await;
    let away = Away::take(test.base());
    // Twice: after the first time `server.db` is closed.
    for _ in 0..2 {
        let renamed = test.accounts.rename("Anna", "Berta").await;
        assert!(matches!(renamed, Err(AccountError::Storage(_))), "{renamed:?}");
        let removed = test.accounts.remove("Anna").await;
        assert!(matches!(removed, Err(AccountError::Storage(_))), "{removed:?}");
        let added = test.accounts.add("Carl", &new_password()).await;
        assert!(matches!(added, Err(AccountError::Storage(_))), "{added:?}");
        assert!(!test.base().exists(), "nothing is created in its place");
    }
    away.put_back();
    let listed = test.accounts.list().await.unwrap();
    assert_eq!((listed.len(), listed[0].name.as_str()), (1, "Anna"));
    test.accounts.rename("Anna", "Berta").await.unwrap();
    assert!(test.base().join("Berta/collection.anki2").is_file());
}

#[cfg(unix)]
#[tokio::test]
async fn an_account_is_open_again_after_a_rename_that_failed_before_it_began() {
    let test = TestAccounts::new().await;
    test.add("Anna", "a").await;
    use_data(&test, "Anna").await;
    let away = Away::take(test.base());
    assert!(test.accounts.rename("Anna", "Berta").await.is_err());
    assert!(test.accounts.rename("Anna", "Berta").await.is_err());
    away.put_back();
    test.accounts.list().await.unwrap();
    let data = test.accounts.data_of("Anna").unwrap();
    use_data(&test, "Anna").await;
    test.accounts.list().await.unwrap();
    assert!(Arc::ptr_eq(&data, &test.accounts.data_of("Anna").unwrap()), "it stays the only one");
}

#[cfg(unix)]
#[tokio::test]
async fn a_storage_folder_that_comes_back_on_another_disk_is_used_there() {
    let test = TestAccounts::new().await;
    test.add("Anna", "a").await;
    let former = test.log_in("Anna", "a").await.unwrap();
    let lock = FolderLock::acquire(test.base()).unwrap();
    let away = Away::take(test.base());
    assert!(test.accounts.remove("Anna").await.is_err());
    assert!(test.log_in("Anna", "a").await.is_err());
    away.put_back_as_a_copy();
    let key = test.log_in("Anna", "a").await.unwrap();
    assert!(matches!(FolderLock::acquire(test.base()), Err(StoreError::Busy { .. })));
    drop(lock);
    let test = test.restart(&[]).await;
    drop(FolderLock::acquire(test.base()).unwrap());
    assert!(test.accepts(&former).await && test.accepts(&key).await);
}

#[cfg(unix)]
#[tokio::test]
async fn what_was_told_as_failed_but_lasted_is_known_once_the_database_is_open_again() {
    let test = TestAccounts::new().await;
    for name in ["Anna", "Bert", "Carl"] {
        test.add(name, "x").await;
    }
    let annas = test.log_in("Anna", "x").await.unwrap();
    let berts = test.log_in("Bert", "x").await.unwrap();
    let device = test.authenticate(&annas).await.unwrap().device.id;
    let away = Away::take(test.base());
    assert!(test.accounts.remove("Carl").await.is_err());
    away.put_back();
    let mut db = ServerDb::open(test.base()).unwrap();
    db.delete_device(device).unwrap();
    let id = |name: &str| test.accounts.inner.id_of(name).unwrap();
    db.delete_account(id("Carl")).unwrap();
    db.rename_account(id("Bert"), "Berta").unwrap();
    drop(db);

    let listed = test.accounts.list().await.unwrap();
    let names: Vec<&str> = listed.iter().map(|summary| summary.name.as_str()).collect();
    assert_eq!(names, ["Anna", "Berta"]);
    assert!(!test.accepts(&annas).await);
    assert_eq!(test.authenticate(&berts).await.unwrap().account.name(), "Berta");
    assert!(matches!(test.log_in("Carl", "x").await, Err(LoginError::UnknownName)));
}

#[tokio::test]
async fn signing_out_that_cannot_be_written_changes_nothing() {
    let test = TestAccounts::with_environment(&["anna:a"]).await;
    let official = official_key("anna:a");
    // The environment's password is compared and stored at its first use.
    test.log_in("anna", "a").await.unwrap();
    assert!(test.accepts(&official).await);
    test.accounts.inner.writes.close();
    test.accounts.inner.writes.wait().await;
    let (begun, wait) = tokio::sync::oneshot::channel();
    let (go_on, blocked) = std::sync::mpsc::channel::<()>();
    let base = test.base().to_owned();
    let writer = tokio::task::spawn_blocking(move || {
        ServerDb::open(&base).unwrap().together(|_| {
            let _ = begun.send(());
            let _ = blocked.recv();
            Ok::<_, StoreError>(())
        })
    });
    wait.await.unwrap();
    // It gives up after five seconds.
    let refused = test.accounts.sign_out_all("anna").await;
    assert!(matches!(refused, Err(AccountError::Storage(_))), "{refused:?}");
    go_on.send(()).unwrap();
    writer.await.unwrap().unwrap();
    assert!(test.accepts(&official).await);
}
