#![allow(clippy::unwrap_used, reason = "tests")]

use std::time::Duration;

use sync_protocol::{HostKey, Password, TimestampMillis};
use sync_store::accounts::{MAX_DEVICES_PER_ACCOUNT, ServerDb};
use tokio::time::Instant;

use super::super::test_accounts::{
    START, TestAccounts, address, device, environment, official_key,
};
use super::super::{AccountState, AuthenticateError, DeviceInfo, LoginError, PasswordHash};
use crate::ServerEvent;

#[tokio::test]
async fn the_right_password_gives_each_login_its_own_key() {
    let test = TestAccounts::new().await;
    test.add("Anna", "secret").await;
    let (one, other) = (
        test.log_in("Anna", "secret").await.unwrap(),
        test.log_in("Anna", "secret").await.unwrap(),
    );
    assert_ne!(one, other);
    assert!(one.expose().len() >= 32, "less than 128 bits");
    assert_eq!(test.authenticate(&one).await.unwrap().account.name(), "Anna");
    assert!(test.accepts(&other).await);
}

#[tokio::test]
async fn names_are_found_without_regard_to_case_blanks_around_and_unicode_form() {
    let test = TestAccounts::new().await;
    test.add("Jürgen Müller", "secret").await;
    test.log_in(" jürgen mu\u{308}ller ", "secret").await.unwrap();
}

#[tokio::test]
async fn wrong_names_and_passwords_are_told_apart_in_the_events_only() {
    let mut test = TestAccounts::new().await;
    test.add("Anna", "secret").await;
    assert_eq!(test.next_event(), ServerEvent::AccountsChanged);

    assert!(matches!(test.log_in("Anna", "Secret").await, Err(LoginError::WrongPassword)));
    let account = "Anna".to_owned();
    assert_eq!(test.next_event(), ServerEvent::WrongPassword { account, address: address() });

    assert!(matches!(test.log_in("Ana", "secret").await, Err(LoginError::UnknownName)));
    assert_eq!(
        test.next_event(),
        ServerEvent::UnknownName {
            name: "Ana".to_owned(),
            nearest: Some("Anna".to_owned()),
            address: address()
        }
    );
}

#[tokio::test]
async fn an_unknown_key_is_refused() {
    let mut test = TestAccounts::new().await;
    for key in ["", "0123456789abcdef"] {
        let refused = test.authenticate(&HostKey::new(key)).await;
        assert!(matches!(refused, Err(AuthenticateError::UnknownKey)));
        assert_eq!(test.next_event(), ServerEvent::UnknownKey { address: address() });
    }
}

#[tokio::test]
async fn keys_survive_a_restart_and_are_not_in_the_file() {
    let test = TestAccounts::new().await;
    test.add("Anna", "secret").await;
    let key = test.log_in("Anna", "secret").await.unwrap();
    let test = test.restart(&[]).await;
    assert!(test.accepts(&key).await);

    let test = test.restart(&[]).await;
    for file in std::fs::read_dir(test.base()).unwrap() {
        let content = std::fs::read(file.unwrap().path()).unwrap_or_default();
        for secret in [key.expose(), "secret"] {
            let is_there = content.windows(secret.len()).any(|part| part == secret.as_bytes());
            assert!(!is_there, "a secret is in the storage folder");
        }
    }
}

#[tokio::test]
async fn a_disabled_account_is_as_good_as_a_wrong_password_until_it_is_enabled() {
    let test = TestAccounts::new().await;
    test.add("Anna", "secret").await;
    let key = test.log_in("Anna", "secret").await.unwrap();
    test.accounts.set_enabled("anna", false).await.unwrap();
    assert!(matches!(test.log_in("Anna", "secret").await, Err(LoginError::Disabled)));
    assert!(!test.accepts(&key).await);
    test.accounts.set_enabled("Anna", true).await.unwrap();
    assert!(test.accepts(&key).await);
}

#[tokio::test]
async fn a_device_over_the_limit_takes_the_place_of_the_longest_unused() {
    let test = TestAccounts::new().await;
    test.add("Anna", "secret").await;
    let mut keys = Vec::new();
    for i in 0..MAX_DEVICES_PER_ACCOUNT {
        test.clock.set(TimestampMillis(START.0 + i64::try_from(i).unwrap()));
        keys.push(test.log_in("Anna", "secret").await.unwrap());
    }
    assert!(test.accepts(&keys[1]).await);
    let newest = test.log_in("Anna", "secret").await.unwrap();
    assert!(!test.accepts(&keys[0]).await);
    assert!(test.accepts(&keys[1]).await && test.accepts(&newest).await);
    assert_eq!(test.accounts.devices("Anna").await.unwrap().len(), MAX_DEVICES_PER_ACCOUNT);
}

#[tokio::test(start_paused = true)]
async fn a_devices_last_use_is_written_at_most_once_a_minute() {
    let test = TestAccounts::new().await;
    test.add("Anna", "secret").await;
    let key = test.log_in("Anna", "secret").await.unwrap();
    let written = |test: &TestAccounts| {
        let db = ServerDb::open(test.base()).unwrap();
        db.all_devices().unwrap()[0].clone()
    };
    let later = DeviceInfo { client_version: "26.9.3,x,ios".to_owned(), address: address() };

    test.clock.set(TimestampMillis(START.0 + 59_000));
    tokio::time::advance(Duration::from_secs(59)).await;
    test.accounts.authenticate(&key, &later).await.unwrap();
    let test = test.restart(&[]).await;
    assert_eq!(written(&test).last_used, START);

    test.clock.set(TimestampMillis(START.0 + 60_000));
    test.accounts.authenticate(&key, &later).await.unwrap();
    test.clock.set(TimestampMillis(START.0 + 61_000));
    test.accounts.authenticate(&key, &later).await.unwrap();
    let listed = test.accounts.devices("Anna").await.unwrap();
    assert_eq!(listed[0].last_used, TimestampMillis(START.0 + 61_000));
    let test = test.restart(&[]).await;
    assert_eq!(written(&test).last_used, TimestampMillis(START.0 + 60_000));
    assert_eq!(written(&test).client_version, "26.9.3,x,ios");
}

#[tokio::test(start_paused = true)]
async fn guesses_wait_and_the_owner_elsewhere_and_signed_in_devices_do_not() {
    let test = TestAccounts::new().await;
    test.add("Anna", "secret").await;
    let key = test.log_in("Anna", "secret").await.unwrap();
    let attacker = DeviceInfo { client_version: String::new(), address: [203, 0, 113, 9].into() };
    for _ in 0..12 {
        let guess = Password::new("guess");
        let _ = test.accounts.log_in("Anna", &guess, &attacker).await;
    }
    let start = Instant::now();
    let right = Password::new("secret");
    test.accounts.log_in("Anna", &right, &attacker).await.unwrap();
    assert_eq!(start.elapsed().as_secs(), 10, "right passwords wait like wrong ones");

    let start = Instant::now();
    test.log_in("Anna", "secret").await.unwrap();
    assert!(start.elapsed() < Duration::from_millis(10));
    assert!(test.accepts(&key).await);
    assert!(start.elapsed() < Duration::from_millis(10));
}

#[tokio::test(start_paused = true)]
async fn parallel_guesses_are_refused_without_a_look_at_the_password() {
    let test = TestAccounts::new().await;
    test.add("Anna", "secret").await;
    let guesses = (0..40).map(|_| test.log_in("Anna", "guess"));
    let answers = futures_util::future::join_all(guesses).await;
    let looked_at = answers.iter().filter(|a| matches!(a, Err(LoginError::WrongPassword))).count();
    let refused = answers.iter().filter(|a| matches!(a, Err(LoginError::TooManyAttempts))).count();
    assert_eq!(looked_at + refused, 40);
    assert!(looked_at < 10, "{looked_at} of 40 parallel guesses were looked at");
}

#[tokio::test]
async fn a_password_change_during_a_login_wins() {
    let test = TestAccounts::new().await;
    test.add("Anna", "old").await;
    let record = test.accounts.inner.record_of("Anna").unwrap();
    let new = Password::new("new");
    let keep = super::super::DevicesAfterChange::Keep;
    test.accounts.set_password("Anna", &new, keep).await.unwrap();
    // What `log_in` does after it found the old password right.
    let late = test.accounts.sign_in(&record, &device()).await;
    assert!(matches!(late, Err(LoginError::WrongPassword)));
    assert!(test.accounts.devices("Anna").await.unwrap().is_empty());
}

#[tokio::test]
async fn unknown_names_are_verified_against_the_kinds_of_hashes_that_there_are() {
    let hash = "$pbkdf2-sha256$i=1000,l=32$c29tZXNhbHRzb21lc2FsdA$\
                AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    let test = TestAccounts::new().await;
    let value = format!("anna:{hash}");
    let test = test.restart_with(environment(&[&value], true)).await;
    assert_eq!(test.accounts.inner.candidate("nobody").hash.expose(), hash);
    let empty = TestAccounts::new().await;
    assert_eq!(empty.accounts.inner.candidate("nobody").hash, PasswordHash::decoy());
}

#[tokio::test]
async fn accounts_of_the_environment_log_in_and_keep_the_official_key() {
    let test = TestAccounts::with_environment(&["Anna:se:cret"]).await;
    let official = official_key("Anna:se:cret");
    assert_eq!(test.authenticate(&official).await.unwrap().account.name(), "Anna");
    let key = test.log_in("Anna", "se:cret").await.unwrap();
    assert_ne!(key, official, "a login gives a key of its own");
    let devices = test.accounts.devices("Anna").await.unwrap();
    assert_eq!(devices.iter().filter(|device| device.official_key).count(), 1);

    let test = test.restart(&["Anna:se:cret"]).await;
    assert!(test.accepts(&official).await && test.accepts(&key).await);
    assert_eq!(test.accounts.devices("Anna").await.unwrap().len(), 2);
}

#[tokio::test]
async fn a_changed_environment_password_ends_that_accounts_devices_only() {
    let test = TestAccounts::with_environment(&["anna:old", "bert:same"]).await;
    let annas = test.log_in("anna", "old").await.unwrap();
    let berts = test.log_in("bert", "same").await.unwrap();
    let test = test.restart(&["anna:new", "bert:same"]).await;
    assert!(!test.accepts(&annas).await);
    assert!(!test.accepts(&official_key("anna:old")).await);
    assert!(test.accepts(&official_key("anna:new")).await);
    assert!(test.accepts(&berts).await);
    assert!(matches!(test.log_in("anna", "old").await, Err(LoginError::WrongPassword)));
    test.log_in("anna", "new").await.unwrap();
    // Going back does not bring the ended key back.
    let test = test.restart(&["anna:old", "bert:same"]).await;
    assert!(!test.accepts(&annas).await);
}

#[tokio::test]
async fn hashed_passwords_of_the_environment_verify_and_changing_them_ends_devices() {
    let hash = |password| PasswordHash::of(&Password::new(password)).unwrap();
    let (old, new) = (hash("old"), hash("new"));
    let value = |hash: &PasswordHash| format!("anna:{}", hash.expose());
    let test = TestAccounts::new().await;
    let test = test.restart_with(environment(&[&value(&old)], true)).await;
    let key = test.log_in("anna", "old").await.unwrap();
    assert!(test.accepts(&official_key(&value(&old))).await);
    let test = test.restart_with(environment(&[&value(&old)], true)).await;
    assert!(test.accepts(&key).await);
    let test = test.restart_with(environment(&[&value(&new)], true)).await;
    assert!(!test.accepts(&key).await);
    test.log_in("anna", "new").await.unwrap();
}

#[tokio::test]
async fn the_environments_password_is_stored_only_as_a_hash() {
    let test = TestAccounts::with_environment(&["anna:very-secret"]).await;
    test.log_in("anna", "very-secret").await.unwrap();
    assert!(test.accepts(&official_key("anna:very-secret")).await);
    let test = test.restart(&["anna:very-secret"]).await;
    let db = ServerDb::open(test.base()).unwrap();
    let stored = db.account("anna").unwrap().unwrap().password.unwrap();
    assert!(stored.expose().starts_with("$argon2id$"));
    // A plain SHA-256 of the official key would let a reader try passwords fast.
    let quick = super::key_hash(&official_key("anna:very-secret"));
    assert!(db.find_device(&quick).unwrap().is_none());
}

#[tokio::test]
async fn an_account_that_left_the_environment_is_shut_until_it_comes_back() {
    let test = TestAccounts::with_environment(&["anna:a"]).await;
    let key = test.log_in("anna", "a").await.unwrap();
    let test = test.restart(&[]).await;
    assert!(!test.accepts(&key).await && !test.accepts(&official_key("anna:a")).await);
    assert!(matches!(test.log_in("anna", "a").await, Err(LoginError::Disabled)));
    let listed = test.accounts.list().await.unwrap();
    assert_eq!(listed[0].state, AccountState::NotInEnvironment);
    let test = test.restart(&["anna:a"]).await;
    assert!(test.accepts(&key).await);
}

#[tokio::test]
async fn an_environment_account_takes_over_one_added_by_hand_with_its_data() {
    let test = TestAccounts::new().await;
    test.add("Anna", "by-hand").await;
    let key = test.log_in("Anna", "by-hand").await.unwrap();
    let test = test.restart(&["anna:from-environment"]).await;
    assert!(!test.accepts(&key).await, "the password is another one now");
    test.log_in("anna", "from-environment").await.unwrap();
    let data = test.accounts.data_of("anna").unwrap();
    assert_eq!(data.folder(), test.base().join("Anna"));
}

#[tokio::test]
async fn a_thousand_environment_accounts_start_without_hashing() {
    let values: Vec<String> = (0..1000).map(|i| format!("user{i}:password{i}")).collect();
    let values: Vec<&str> = values.iter().map(String::as_str).collect();
    let test = TestAccounts::with_environment(&values).await;
    let db = ServerDb::open(test.base()).unwrap();
    assert!(db.accounts().unwrap().iter().all(|account| account.password.is_none()));
    test.log_in("user999", "password999").await.unwrap();
}

#[tokio::test]
async fn an_account_whose_hash_cannot_be_read_opens_with_nobodys_password() {
    let test = TestAccounts::new().await;
    for name in ["anna", "bert"] {
        test.add(name, "b").await;
    }
    let id = test.accounts.inner.record_of("anna").unwrap().id;
    let locked = sync_store::accounts::PasswordPhc::new("!");
    test.accounts.change(move |db, _| Ok(db.set_password(id, Some(&locked))?)).await.unwrap();
    let test = test.restart(&[]).await;
    assert!(matches!(test.log_in("anna", "b").await, Err(LoginError::WrongPassword)));
    test.log_in("bert", "b").await.unwrap();
}
