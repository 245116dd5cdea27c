#![allow(clippy::unwrap_used, reason = "tests")]

use std::net::{IpAddr, Ipv4Addr};

use sync_protocol::Usn;
use sync_protocol::collection::{EmptyRequest, StartRequest};
use sync_store::accounts::DeviceId;
use tempfile::TempDir;
use tokio::sync::broadcast::Receiver;

use super::*;
use crate::account::DeviceRef;
use crate::events::ServerEvent;
use crate::operations::{Caller, collection};

const START: TimestampMillis = TimestampMillis(1_795_397_991_576);
const HOUR: Duration = Duration::from_secs(3600);
const FIVE_MINUTES: Duration = Duration::from_secs(300);

struct Fixture {
    account: Account,
    clock: Clock,
    events: Receiver<ServerEvent>,
    folder: TempDir,
}

fn fixture() -> Fixture {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::manual(START);
    let (sender, _history) = EventSender::new();
    let events = sender.subscribe();
    let account = Account::new(
        AccountId(1),
        "anna".to_owned(),
        folder.path().join("anna"),
        clock.clone(),
        sender,
    );
    Fixture { account, clock, events, folder }
}

fn caller(key: &str) -> Caller {
    Caller {
        session_key: SessionKey::new(key),
        device: DeviceRef {
            id: DeviceId(1),
            client_version: String::new(),
            address: IpAddr::V4(Ipv4Addr::LOCALHOST),
        },
        up_bytes: 0,
    }
}

async fn start(account: &Account, key: &str) {
    let caller = caller(key);
    let request = StartRequest { client_usn: Usn(0), client_is_newer: false, graves: None };
    account
        .run(move |slot| {
            let now = slot.now();
            collection::start(slot, &caller, request, now)
        })
        .await
        .unwrap();
}

fn last_failure(events: &mut Receiver<ServerEvent>) -> Option<SyncFailure> {
    let mut failure = None;
    while let Ok(event) = events.try_recv() {
        if let ServerEvent::SyncFailed(_, cause) = event {
            failure = Some(cause);
        }
    }
    failure
}

#[tokio::test]
async fn nothing_is_created_before_it_is_used() {
    let fixture = fixture();
    fixture.account.close_data().await;
    assert_eq!(std::fs::read_dir(fixture.folder.path()).unwrap().count(), 0);
}

#[tokio::test]
async fn a_panic_ends_the_sync_and_the_account_works_on() {
    let mut fixture = fixture();
    start(&fixture.account, "k1").await;
    let outcome: Result<(), _> =
        fixture.account.run(|_| panic!("as an operation with a fault would")).await;
    assert!(matches!(outcome, Err(OperationError::Panicked)));
    assert_eq!(last_failure(&mut fixture.events), Some(SyncFailure::ServerFault));

    let chunk = |slot: &mut CollectionSlot| {
        let now = slot.now();
        collection::chunk(slot, &caller("k1"), EmptyRequest, now)
    };
    assert!(matches!(fixture.account.run(chunk).await, Err(OperationError::NoSync)));
    start(&fixture.account, "k1").await;
    fixture.account.run(chunk).await.unwrap();
}

fn unavailable<T>() -> Result<T, OperationError> {
    Err(OperationError::Spool(std::io::ErrorKind::StorageFull.into()))
}

#[tokio::test]
async fn files_are_opened_anew_after_a_fault_unless_a_sync_goes_on() {
    let fixture = fixture();
    let is_open = async || {
        let later =
            |slot: &mut CollectionSlot| Ok(slot.is_idle(TimestampMillis(i64::MAX), HOUR, HOUR));
        fixture.account.run(later).await.unwrap()
    };
    let fail = |slot: &mut CollectionSlot| {
        slot.open()?;
        unavailable::<()>()
    };
    fixture.account.run(|slot| slot.open().map(drop)).await.unwrap();
    assert!(is_open().await);
    fixture.account.run(fail).await.unwrap_err();
    assert!(!is_open().await);
    start(&fixture.account, "k1").await;
    fixture.account.run(|_| unavailable::<()>()).await.unwrap_err();
    assert!(is_open().await);
    assert!(fixture.account.is_syncing(&SessionKey::new("k1")).await);
}

/// A failing disk can take longer than a client waits.
#[tokio::test]
async fn a_media_sync_that_fails_after_its_client_has_gone_is_told() {
    let mut fixture = fixture();
    let (begun, has_begun) = tokio::sync::oneshot::channel();
    let (gone, has_gone) = std::sync::mpsc::channel();
    let request = fixture.account.run_media(move |media| {
        media.tracker(&caller("").device);
        begun.send(()).unwrap();
        has_gone.recv().unwrap();
        unavailable::<()>()
    });
    tokio::select! {
        _ = request => panic!("it waits for the client to go"),
        Ok(()) = has_begun => {}
    }
    gone.send(()).unwrap();
    // Waits for the slot.
    fixture.account.run_media(|_| Ok(())).await.unwrap();
    assert_eq!(last_failure(&mut fixture.events), Some(SyncFailure::ServerFault));
}

#[tokio::test]
async fn a_fault_of_one_device_leaves_anothers_media_sync_alone() {
    let mut fixture = fixture();
    let other = DeviceRef { id: DeviceId(2), ..caller("").device };
    fixture
        .account
        .run_media(move |media| {
            media.tracker(&caller("").device).up.media_files = 7;
            media.fail_sync(&other);
            Ok(())
        })
        .await
        .unwrap();
    let mut failed = Vec::new();
    while let Ok(event) = fixture.events.try_recv() {
        if let ServerEvent::SyncFailed(summary, SyncFailure::ServerFault) = event {
            failed.push(summary.device.id);
        }
    }
    assert_eq!(failed, [DeviceId(2)]);
    fixture
        .account
        .run_media(|media| {
            assert_eq!(media.tracker(&caller("").device).up.media_files, 7);
            Ok(())
        })
        .await
        .unwrap();
}

#[tokio::test]
async fn a_silent_sync_is_rolled_back_after_the_limit_and_not_before() {
    let mut fixture = fixture();
    start(&fixture.account, "k1").await;
    let key = SessionKey::new("k1");
    fixture.clock.set(TimestampMillis(START.0 + 3_599_999));
    fixture.account.close_idle(HOUR, FIVE_MINUTES).await;
    assert!(fixture.account.is_syncing(&key).await);
    fixture.clock.set(TimestampMillis(START.0 + 3_600_000));
    fixture.account.close_idle(HOUR, FIVE_MINUTES).await;
    assert!(!fixture.account.is_syncing(&key).await);
    assert_eq!(last_failure(&mut fixture.events), Some(SyncFailure::Idle));
}

#[tokio::test]
async fn unused_files_are_closed_and_complete_and_open_again_on_use() {
    let fixture = fixture();
    let stamps = |slot: &mut CollectionSlot| slot.open()?.stamps().map_err(OperationError::in_sync);
    let before = fixture.account.run(stamps).await.unwrap();
    let last_usn =
        |media: &mut MediaSlot| media.open()?.last_usn().map_err(OperationError::in_media);
    fixture.account.run_media(last_usn).await.unwrap();
    let wal = |name: &str| fixture.account.folder().join(name).exists();
    assert!(wal("collection.anki2-wal"), "an open collection has a write-ahead log");

    fixture.clock.set(TimestampMillis(START.0 + 300_000));
    fixture.account.close_idle(HOUR, FIVE_MINUTES).await;
    assert!(!wal("collection.anki2-wal"));
    assert!(!wal("media.db-wal"));
    assert_eq!(fixture.account.run(stamps).await.unwrap(), before);
}

#[tokio::test]
async fn a_retired_account_opens_nothing_any_more() {
    let fixture = fixture();
    start(&fixture.account, "k1").await;
    fixture.account.retire().await;
    let outcome = fixture.account.run(|slot| slot.open().map(|_| ())).await;
    assert!(matches!(outcome, Err(OperationError::AccountClosed)));
    let outcome = fixture.account.run_media(|media| media.open().map(|_| ())).await;
    assert!(matches!(outcome, Err(OperationError::AccountClosed)));
    assert!(fixture.account.transfer_permit().await.is_err());
}

#[tokio::test]
async fn a_media_sync_without_an_end_counts_as_ended_after_a_pause() {
    let mut fixture = fixture();
    let device = caller("").device;
    fixture
        .account
        .run_media(move |media| {
            media.open()?;
            media.tracker(&device).up.media_files += 1;
            Ok(())
        })
        .await
        .unwrap();
    fixture.clock.set(TimestampMillis(START.0 + 60_000));
    fixture.account.close_idle(HOUR, FIVE_MINUTES).await;
    let mut finished = None;
    while let Ok(event) = fixture.events.try_recv() {
        if let ServerEvent::SyncFinished(summary) = event {
            finished = Some(summary);
        }
    }
    let summary = finished.unwrap();
    assert_eq!((summary.kind, summary.up.media_files), (SyncKind::Media, 1));
}

#[tokio::test]
async fn the_media_usn_is_known_while_the_media_are_busy_and_forgotten_when_they_close() {
    let fixture = fixture();
    let account = &fixture.account;
    let before = account.media_usn().await.unwrap();
    let (release, released) = std::sync::mpsc::channel::<()>();
    let busy = account.run_media(move |_| {
        released.recv().unwrap();
        Ok(())
    });
    let asking = async {
        let usn = account.media_usn().await;
        release.send(()).unwrap();
        usn
    };
    let (busy, usn) = tokio::join!(busy, asking);
    busy.unwrap();
    assert_eq!(usn.unwrap(), before);
    account.close_data().await;
    assert_eq!(account.known_media_usn.get(), None);
}

#[tokio::test]
async fn a_retired_account_waits_for_those_who_use_its_folder() {
    let Fixture { account, .. } = fixture();
    let in_use = account.use_folder().unwrap();
    let mut retiring = std::pin::pin!(account.retire());
    let nobody_waits = tokio::time::timeout(Duration::from_millis(20), &mut retiring).await;
    assert!(nobody_waits.is_err());
    drop(in_use);
    retiring.await;
    assert!(account.use_folder().is_err());
}
