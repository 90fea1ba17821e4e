use std::collections::BTreeMap;

use futures_util::future::join_all;
use rubank_core::clock::ManualClock;
use rubank_core::secret::Secret;
use time::macros::datetime;

use super::*;
use crate::engine::memory::{Fault, Memory};
use crate::vault::Keyring;

const KEY: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

fn database() -> Memory {
    Memory::new(&ManualClock::new(datetime!(2026-11-21 10:00 UTC)))
}

async fn cursors(engine: &Memory) -> Cursors {
    let keyring = Keyring::new("k", &Secret::from(KEY)).unwrap();
    let store = Store::open(engine.clone(), keyring).await;
    store.unwrap().cursors()
}

#[tokio::test]
async fn a_save_names_the_version_that_it_follows() {
    let engine = database();
    let (one, two) = (cursors(&engine).await, cursors(&engine).await);
    assert_eq!(one.load("a").await.unwrap(), None);
    assert_eq!(one.save("a", 1, b"x").await.unwrap(), None);
    let first = one.save("a", 0, b"1").await.unwrap().unwrap();
    assert_eq!(two.save("a", 0, b"x").await.unwrap(), None);
    let second = two.save("a", first, b"").await.unwrap().unwrap();
    assert!(second > first);
    assert_eq!(one.save("a", first, b"x").await.unwrap(), None);
    let bytes = Vec::new();
    let wanted = Cursor {
        version: second,
        bytes,
    };
    assert_eq!(one.load("a").await.unwrap(), Some(wanted));
    assert_eq!(one.load("b").await.unwrap(), None);
    assert!(one.remove("a").await.unwrap() && !two.remove("a").await.unwrap());
    assert_eq!(two.load("a").await.unwrap(), None);
}

#[tokio::test]
async fn of_two_followers_one_learns_that_it_was_late() {
    let engine = database();
    let saved = join_all((0..8).map(|number: u8| {
        let engine = &engine;
        async move { cursors(engine).await.save("a", 0, &[number]).await.unwrap() }
    }));
    assert_eq!(saved.await.into_iter().flatten().count(), 1);
}

#[tokio::test]
async fn values_of_serde_come_back() {
    let cursors = cursors(&database()).await;
    let value = ("40702810500006103990".to_owned(), vec![Some(1_u8), None]);
    let first = cursors.save_as("a", 0, &value).await.unwrap().unwrap();
    let back = cursors.load_as("a").await.unwrap();
    assert_eq!(back, Some((value, first)));

    // Another type, and a value without a form in JSON, are refused without quoting them.
    let error = cursors.load_as::<u8>("a").await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "what the store keeps for the cursor cannot be opened"
    );
    assert_eq!(format!("{error:?}"), r#"Sealed("the cursor")"#);
    let keys: BTreeMap<_, _> = [(vec!["canary"], 1)].into();
    let error = cursors.save_as("a", first, &keys).await.unwrap_err();
    assert_eq!(error.to_string(), "the cursor cannot be written as JSON");
    assert!(cursors.statement_as("a", first, &keys).is_err());
}

#[tokio::test]
async fn the_database_names_neither_follower_nor_place() {
    let engine = database();
    let cursors = cursors(&engine).await;
    cursors.save("canary", 0, b"canary").await.unwrap();
    let all = engine.everything();
    assert!(!all.windows(6).any(|bytes| bytes == b"canary"));
    let cursor = cursors.load("canary").await.unwrap().unwrap();
    assert_eq!(
        format!("{cursors:?} {cursor:?}"),
        "Cursors(Memory) Cursor(version 1, 6 bytes)"
    );

    engine.spoil(SPACE, |value| *value = b"\0canary".to_vec());
    let error = cursors.load("canary").await.unwrap_err();
    assert!(!format!("{error} {error:?}").contains("canary"), "{error}");
}

#[tokio::test]
async fn a_lost_answer_is_told() {
    let engine = database();
    let cursors = cursors(&engine).await;
    engine.next([Fault::Done]);
    let error = cursors.save("a", 0, b"1").await.unwrap_err();
    assert!(error.is_transient());
    assert_eq!(cursors.load("a").await.unwrap().unwrap().bytes, b"1");
}

#[tokio::test]
async fn an_engine_without_statements_says_so() {
    assert_eq!(cursors(&database()).await.statement("a", 0, b"1"), None);
}
