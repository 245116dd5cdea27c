#![allow(clippy::unwrap_used, reason = "tests")]

mod failing_storage;

use std::sync::Arc;

use sync_protocol::collection::StartRequest;
use sync_protocol::{HostKey, Password, SessionKey, Usn};
use sync_store::StoreError;
use sync_store::accounts::{AccountNameProblem, AccountOrigin, DeviceId, FolderLock, ServerDb};

use super::super::test_accounts::{TestAccounts, official_key};
use super::super::{AccountError, DevicesAfterChange, LoginError, OperationError, SignedIn};
use crate::operations::{Caller, collection};
use crate::{ServerEvent, SyncFailure};

fn new_password() -> Password {
    Password::new("new")
}

/// Opens an account's collection, which creates its folder.
async fn use_data(test: &TestAccounts, name: &str) {
    let data = test.accounts.data_of(name).unwrap();
    data.run(|slot| slot.open().map(|_| ())).await.unwrap();
}

/// Begins a normal sync of the device that holds `key`.
async fn begin_sync(test: &TestAccounts, key: &HostKey) -> SessionKey {
    let SignedIn { account, device } = test.authenticate(key).await.unwrap();
    let session_key = SessionKey::new(format!("sync of device {}", device.id.0));
    let caller = Caller { session_key: session_key.clone(), device, up_bytes: 0 };
    let request = StartRequest { client_usn: Usn(0), client_is_newer: false, graves: None };
    account
        .run(move |slot| {
            let now = slot.now();
            collection::start(slot, &caller, request, now)
        })
        .await
        .unwrap();
    assert!(account.is_syncing(&session_key).await);
    session_key
}

/// What ended the last sync that failed.
fn failure(test: &mut TestAccounts) -> Option<SyncFailure> {
    let mut failure = None;
    while let Ok(event) = test.events.try_recv() {
        if let ServerEvent::SyncFailed(_, cause) = event {
            failure = Some(cause);
        }
    }
    failure
}

#[tokio::test]
async fn changes_that_shut_an_account_end_its_running_sync() {
    let mut test = TestAccounts::new().await;
    test.add("Anna", "a").await;
    let key = test.log_in("Anna", "a").await.unwrap();

    begin_sync(&test, &key).await;
    test.accounts.rename("Anna", "Anne").await.unwrap();
    assert_eq!(failure(&mut test), Some(SyncFailure::Closed), "rename");

    begin_sync(&test, &key).await;
    test.accounts.set_enabled("Anne", false).await.unwrap();
    assert_eq!(failure(&mut test), Some(SyncFailure::Closed), "disable");
    test.accounts.set_enabled("Anne", true).await.unwrap();

    begin_sync(&test, &key).await;
    let sign_out = DevicesAfterChange::SignOut;
    test.accounts.set_password("Anne", &new_password(), sign_out).await.unwrap();
    assert_eq!(failure(&mut test), Some(SyncFailure::Closed), "password");

    let key = test.log_in("Anne", "new").await.unwrap();
    begin_sync(&test, &key).await;
    test.accounts.sign_out_all("Anne").await.unwrap();
    assert_eq!(failure(&mut test), Some(SyncFailure::Closed), "sign-out");

    let key = test.log_in("Anne", "new").await.unwrap();
    begin_sync(&test, &key).await;
    test.accounts.remove("Anne").await.unwrap();
    assert_eq!(failure(&mut test), Some(SyncFailure::Closed), "remove");
}

#[tokio::test]
async fn changes_leave_the_running_syncs_of_others_alone() {
    let mut test = TestAccounts::new().await;
    test.add("Anna", "a").await;
    test.add("Bert", "b").await;
    let annas = test.log_in("Anna", "a").await.unwrap();
    let annas_other = test.log_in("Anna", "a").await.unwrap();
    let berts = test.log_in("Bert", "b").await.unwrap();
    begin_sync(&test, &annas).await;
    begin_sync(&test, &berts).await;

    let keep = DevicesAfterChange::Keep;
    test.accounts.set_password("Anna", &new_password(), keep).await.unwrap();
    let other = test.authenticate(&annas_other).await.unwrap().device.id;
    test.accounts.sign_out("Anna", other).await.unwrap();
    assert_eq!(failure(&mut test), None);

    let own = test.authenticate(&annas).await.unwrap().device.id;
    test.accounts.sign_out("Anna", own).await.unwrap();
    assert_eq!(failure(&mut test), Some(SyncFailure::Closed));
    test.accounts.remove("Anna").await.unwrap();
    assert_eq!(failure(&mut test), None, "Bert's sync goes on");
}

#[tokio::test]
async fn an_added_account_can_log_in_at_once_and_after_a_restart() {
    let mut test = TestAccounts::new().await;
    test.add("  Größe 日本 ", "secret").await;
    assert_eq!(test.next_event(), ServerEvent::AccountsChanged);
    test.log_in("Größe 日本", "secret").await.unwrap();
    let test = test.restart(&[]).await;
    test.log_in("Größe 日本", "secret").await.unwrap();
}

#[tokio::test]
async fn a_taken_name_is_refused_as_the_other_account_spells_it() {
    let test = TestAccounts::new().await;
    test.add("Anna", "a").await;
    let error = test.accounts.add("ANNA", &new_password()).await.unwrap_err();
    assert_eq!(error.to_string(), "There is already an account named Anna. Choose another name.");
    test.log_in("Anna", "a").await.unwrap();
}

#[tokio::test]
async fn an_unusable_name_is_refused_with_its_reason() {
    let test = TestAccounts::new().await;
    let error = test.accounts.add("a/b", &new_password()).await.unwrap_err();
    assert!(matches!(
        error,
        AccountError::NameRefused { problem: AccountNameProblem::Separator, .. }
    ));
    assert!(test.accounts.add("server.db", &new_password()).await.is_err());
    assert!(test.accounts.is_empty());
}

#[tokio::test]
async fn an_unknown_name_comes_with_the_nearest_known_one() {
    let test = TestAccounts::new().await;
    test.add("Anna", "a").await;
    let error = test.accounts.remove("Ana").await.unwrap_err();
    assert_eq!(error.to_string(), "There is no account named Ana. Did you mean Anna?");
    let error = test.accounts.set_enabled("Zacharias", false).await.unwrap_err();
    assert_eq!(error.to_string(), "There is no account named Zacharias.");
}

#[tokio::test]
async fn an_empty_password_is_refused() {
    let test = TestAccounts::new().await;
    let error = test.accounts.add("Anna", &Password::new("")).await.unwrap_err();
    assert_eq!(error.to_string(), "The password cannot be used: a password cannot be empty.");
}

#[tokio::test]
async fn a_folder_of_the_official_server_is_taken_over() {
    let test = TestAccounts::new().await;
    std::fs::create_dir(test.base().join("Anna")).unwrap();
    std::fs::write(test.base().join("Anna/collection.anki2"), "").unwrap();
    test.add("anna", "a").await;
    assert_eq!(test.accounts.data_of("anna").unwrap().folder(), test.base().join("Anna"));
}

#[tokio::test]
async fn renaming_moves_the_folder_and_keeps_the_devices() {
    let test = TestAccounts::new().await;
    test.add("Anna", "a").await;
    let key = test.log_in("Anna", "a").await.unwrap();
    use_data(&test, "Anna").await;
    let former = test.accounts.data_of("Anna").unwrap();

    assert_eq!(test.accounts.rename("anna", "Änne").await.unwrap(), "Änne");
    let signed_in = test.authenticate(&key).await.unwrap();
    assert_eq!(signed_in.account.name(), "Änne");
    assert!(test.base().join("Änne/collection.anki2").is_file());
    assert!(!test.base().join("Anna").exists());
    assert!(matches!(test.log_in("Anna", "a").await, Err(LoginError::UnknownName)));
    test.log_in("Änne", "a").await.unwrap();

    // A request that was under way cannot bring the former folder back.
    let late = former.run(|slot| slot.open().map(|_| ())).await;
    assert!(matches!(late, Err(OperationError::AccountClosed)));
    assert!(!test.base().join("Anna").exists());
}

#[tokio::test]
async fn a_refused_rename_leaves_the_account_in_use() {
    let test = TestAccounts::new().await;
    test.add("Anna", "a").await;
    test.add("Bert", "b").await;
    use_data(&test, "Anna").await;
    assert!(matches!(
        test.accounts.rename("Anna", "BERT").await,
        Err(AccountError::NameTaken { name }) if name == "Bert"
    ));
    use_data(&test, "Anna").await;
}

#[tokio::test]
async fn renaming_may_change_case_only() {
    let test = TestAccounts::new().await;
    test.add("anna", "a").await;
    use_data(&test, "anna").await;
    test.accounts.rename("anna", "Anna").await.unwrap();
    assert_eq!(test.accounts.list().await.unwrap()[0].name, "Anna");
    use_data(&test, "Anna").await;
}

#[tokio::test]
async fn a_password_change_keeps_the_devices_or_signs_them_out_as_asked() {
    let test = TestAccounts::new().await;
    test.add("Anna", "old").await;
    let key = test.log_in("Anna", "old").await.unwrap();
    let keep = DevicesAfterChange::Keep;
    test.accounts.set_password("Anna", &new_password(), keep).await.unwrap();
    assert!(test.accepts(&key).await);
    assert!(matches!(test.log_in("Anna", "old").await, Err(LoginError::WrongPassword)));
    test.log_in("Anna", "new").await.unwrap();

    let sign_out = DevicesAfterChange::SignOut;
    test.accounts.set_password("Anna", &Password::new("newer"), sign_out).await.unwrap();
    assert!(!test.accepts(&key).await);
    let test = test.restart(&[]).await;
    assert!(!test.accepts(&key).await);
    test.log_in("Anna", "newer").await.unwrap();
}

#[tokio::test]
async fn disabling_closes_the_data_of_requests_under_way() {
    let test = TestAccounts::new().await;
    test.add("Anna", "a").await;
    use_data(&test, "Anna").await;
    let under_way = test.accounts.data_of("Anna").unwrap();
    test.accounts.set_enabled("Anna", false).await.unwrap();
    let late = under_way.run(|slot| slot.open().map(|_| ())).await;
    assert!(matches!(late, Err(OperationError::AccountClosed)));
    test.accounts.set_enabled("Anna", true).await.unwrap();
    use_data(&test, "Anna").await;
}

#[tokio::test]
async fn removing_keeps_the_data_in_a_dated_folder_and_frees_the_name() {
    let test = TestAccounts::new().await;
    test.add("Anna", "a").await;
    let key = test.log_in("Anna", "a").await.unwrap();
    use_data(&test, "Anna").await;
    let folder = test.accounts.remove("Anna").await.unwrap().unwrap();
    assert!(folder.join("collection.anki2").is_file());
    assert!(folder.starts_with(test.base().join(".removed")));
    assert!(!test.base().join("Anna").exists());
    assert!(!test.accepts(&key).await);
    test.add("Anna", "b").await;
    assert!(!test.accepts(&key).await);
    assert_eq!(test.accounts.remove("Anna").await.unwrap(), None, "it never synced");
}

#[tokio::test]
async fn one_device_is_signed_out_without_the_others() {
    let test = TestAccounts::new().await;
    test.add("Anna", "a").await;
    test.add("Bert", "b").await;
    let gone = test.log_in("Anna", "a").await.unwrap();
    let stays = test.log_in("Anna", "a").await.unwrap();
    let berts = test.log_in("Bert", "b").await.unwrap();
    let id = test.authenticate(&gone).await.unwrap().device.id;
    test.accounts.sign_out("Anna", id).await.unwrap();
    assert!(!test.accepts(&gone).await);
    assert!(test.accepts(&stays).await);

    let bert_id = test.authenticate(&berts).await.unwrap().device.id;
    for unknown in [id, bert_id, DeviceId(999)] {
        assert!(matches!(
            test.accounts.sign_out("Anna", unknown).await,
            Err(AccountError::UnknownDevice { .. })
        ));
    }
    assert!(test.accepts(&berts).await);
}

#[tokio::test]
async fn signing_all_out_ends_the_official_key_until_the_password_changes() {
    let test = TestAccounts::with_environment(&["anna:a"]).await;
    let official = official_key("anna:a");
    let own = test.log_in("anna", "a").await.unwrap();
    assert!(test.accepts(&official).await);
    assert_eq!(test.accounts.sign_out_all("anna").await.unwrap(), 2);
    assert!(!test.accepts(&official).await && !test.accepts(&own).await);
    let test = test.restart(&["anna:a"]).await;
    assert!(!test.accepts(&official).await);
    test.log_in("anna", "a").await.unwrap();
    let test = test.restart(&["anna:b"]).await;
    assert!(test.accepts(&official_key("anna:b")).await);
}

#[tokio::test]
async fn the_devices_with_the_official_key_are_signed_out_like_any_other() {
    let test = TestAccounts::with_environment(&["anna:a"]).await;
    let official = official_key("anna:a");
    let id = test.authenticate(&official).await.unwrap().device.id;
    test.accounts.sign_out("anna", id).await.unwrap();
    assert!(!test.accepts(&official).await);
}

#[tokio::test]
async fn accounts_of_the_environment_are_changed_there() {
    let test = TestAccounts::with_environment(&["anna:a"]).await;
    let keep = DevicesAfterChange::Keep;
    let expected =
        "The account anna comes from SYNC_USER1. Change it there and restart the server.";
    for error in [
        test.accounts.rename("anna", "berta").await.unwrap_err(),
        test.accounts.remove("anna").await.unwrap_err(),
        test.accounts.set_password("anna", &new_password(), keep).await.unwrap_err(),
    ] {
        assert_eq!(error.to_string(), expected);
    }
    test.accounts.set_enabled("anna", false).await.unwrap();
    let test = test.restart(&["anna:a"]).await;
    assert!(matches!(test.log_in("anna", "a").await, Err(LoginError::Disabled)));
}

#[tokio::test]
async fn an_account_that_left_the_environment_can_be_added_by_hand() {
    let test = TestAccounts::with_environment(&["anna:a"]).await;
    let former = test.log_in("anna", "a").await.unwrap();
    let test = test.restart(&[]).await;
    test.add("anna", "b").await;
    let test = test.restart(&[]).await;
    assert!(test.authenticate(&former).await.is_err(), "its devices are not those of before");
    test.log_in("anna", "b").await.unwrap();
    let listed = test.accounts.list().await.unwrap();
    assert_eq!((listed.len(), listed[0].origin), (1, AccountOrigin::Window));
}

#[tokio::test]
async fn lists_tell_sizes_only_for_accounts_that_synced() {
    let test = TestAccounts::new().await;
    test.add("bert", "b").await;
    test.add("Anna", "a").await;
    test.log_in("Anna", "a").await.unwrap();
    use_data(&test, "Anna").await;
    let listed = test.accounts.list().await.unwrap();
    let names: Vec<&str> = listed.iter().map(|summary| summary.name.as_str()).collect();
    assert_eq!(names, ["Anna", "bert"]);
    assert_eq!((listed[0].devices, listed[1].devices), (1, 0));
    let sizes = test.accounts.sizes("Anna").await.unwrap();
    assert_eq!((sizes.cards, sizes.notes), (Some(0), Some(0)));
    assert!(sizes.collection_bytes > 0);
    assert_eq!(test.accounts.sizes("bert").await.unwrap().cards, None);
    assert!(!test.base().join("bert").exists(), "a list creates nothing");
}

#[tokio::test]
async fn a_change_goes_through_even_if_its_caller_goes_away() {
    let test = TestAccounts::new().await;
    test.add("Anna", "a").await;
    let data = test.accounts.data_of("Anna").unwrap();
    let (begun, wait) = tokio::sync::oneshot::channel();
    let (go_on, blocked) = std::sync::mpsc::channel::<()>();
    let busy = tokio::spawn({
        let data = Arc::clone(&data);
        async move {
            data.run(move |_| {
                let _ = begun.send(());
                let _ = blocked.recv();
                Ok(())
            })
            .await
        }
    });
    wait.await.unwrap();
    // Polled once, the rename waits for the busy account; then it is dropped.
    let renaming = test.accounts.rename("Anna", "Berta");
    assert!(futures_util::FutureExt::now_or_never(renaming).is_none());
    go_on.send(()).unwrap();
    busy.await.unwrap().unwrap();
    let _changing = test.accounts.inner.changing.lock().await;
    assert!(test.accounts.data_of("Berta").is_ok());
}
