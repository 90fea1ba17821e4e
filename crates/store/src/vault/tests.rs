use rubank_core::clock::ManualClock;
use rubank_core::random::SeededRandom;
use rubank_core::secret::Secret;
use time::macros::datetime;

use super::*;
use crate::engine::memory::{Fault, Memory};

/// Bytes 0 to 31, and 32 to 63.
const KEY: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
const OTHER: &str = "ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8=";
const PLACE: Place<'static> = Place {
    what: "the answer",
    owner: "bank.pay",
    name: "key-1",
};
const TEXT: &str = "Анна +7 900";

fn ring(id: &str, key: &str) -> Keyring {
    Keyring::new(id, &Secret::from(key)).unwrap()
}

fn rotated() -> Keyring {
    ring("2027", OTHER)
        .and_old("2026", &Secret::from(KEY))
        .unwrap()
}

fn database() -> Memory {
    Memory::new(&ManualClock::new(datetime!(2026-11-21 10:00 UTC)))
}

async fn open(engine: &Memory, keyring: Keyring, seed: u64) -> Result<Vault, StoreError> {
    Vault::open(engine, keyring, &SeededRandom::new(seed)).await
}

fn bytes(hex: &str) -> Vec<u8> {
    let digits = |at: usize| u8::from_str_radix(&hex[at..at + 2], 16).unwrap();
    (0..hex.len()).step_by(2).map(digits).collect()
}

#[test]
fn what_is_sealed_opens_at_its_place_only() {
    let keyring = ring("2026", KEY);
    let sealed = keyring.seal(&PLACE, TEXT.as_bytes());
    let opened = keyring.open(&PLACE, &sealed).ok().unwrap();
    assert_eq!(opened.clear, TEXT.as_bytes());
    let elsewhere = [
        Place {
            what: "the request",
            ..PLACE
        },
        Place {
            owner: "bank.refund",
            ..PLACE
        },
        Place {
            name: "key-2",
            ..PLACE
        },
        // The same letters with other borders.
        Place {
            owner: "bank.payk",
            name: "ey-1",
            ..PLACE
        },
        Place {
            what: "the answerbank.pay",
            owner: "",
            ..PLACE
        },
    ];
    for place in elsewhere {
        assert_eq!(keyring.open(&place, &sealed).err(), Some(Refusal::Changed));
    }
}

#[test]
fn the_form_is_the_one_of_every_version_before() {
    // Made by another implementation of RFC 8452.
    let kept = bytes(
        "0104323032366465666768696a6b6c6d6e6f2aaba71a081b783e0e753594854cbbd7acec7db24600727b70274f16e69eb9",
    );
    let opened = ring("2026", KEY).open(&PLACE, &kept).ok().unwrap();
    assert_eq!(opened.clear, TEXT.as_bytes());
    assert!(!opened.by_old_key);
    assert!(rotated().open(&PLACE, &kept).ok().unwrap().by_old_key);
    assert_eq!(Keyring::none().seal(&PLACE, b"clear"), b"\0clear");

    let vault = Vault::with(Keyring::none(), &(32..64).collect::<Vec<u8>>());
    let tag = "514b443ccf6f0f5cddd4a5617c478ff7991446dd072458ac5832af49eb72c898";
    assert_eq!(vault.tag("subject", &[b"contractor 123", b"x"]), bytes(tag));
    assert_eq!(vault.name("subject", &[b"contractor 123", b"x"]), tag);
}

#[test]
fn nothing_that_was_changed_or_cut_opens() {
    let keyring = ring("2026", KEY);
    let sealed = keyring.seal(&PLACE, TEXT.as_bytes());
    for at in 0..sealed.len() {
        let mut changed = sealed.clone();
        changed[at] ^= 1;
        assert!(keyring.open(&PLACE, &changed).is_err(), "byte {at}");
        assert!(keyring.open(&PLACE, &sealed[..at]).is_err(), "{at} bytes");
    }
    assert!(keyring.open(&PLACE, &[sealed, vec![0]].concat()).is_err());
}

#[test]
fn sealed_bytes_tell_the_keys_id_and_the_length() {
    let keyring = ring("2026", KEY);
    let (one, two) = (
        keyring.seal(&PLACE, TEXT.as_bytes()),
        keyring.seal(&PLACE, TEXT.as_bytes()),
    );
    assert_ne!(one, two);
    assert_eq!(one[..6], *b"\x01\x042026");
    assert_eq!(one.len(), 6 + 12 + TEXT.len() + 16);
    let clear = |window: &[u8]| TEXT.as_bytes().windows(4).any(|part| part == window);
    assert!(!one.windows(4).any(clear));
    assert!(keyring.open(&PLACE, &keyring.seal(&PLACE, b"")).is_ok());
}

#[tokio::test]
async fn a_wrong_keyring_is_noticed_before_anything_else() {
    let twin = || ring("2026", OTHER);
    let rows: [(&str, Keyring, Keyring, Option<&str>); 9] = [
        ("the same key", ring("2026", KEY), ring("2026", KEY), None),
        (
            "a new key before the old one",
            ring("2026", KEY),
            rotated(),
            None,
        ),
        (
            "no key for a store without one",
            Keyring::none(),
            Keyring::none(),
            None,
        ),
        (
            "the new key only",
            ring("2026", KEY),
            ring("2027", OTHER),
            Some("no key of the keyring has the id of its key"),
        ),
        (
            "another key with the same id",
            ring("2026", KEY),
            twin(),
            Some("the key with that id does not open it"),
        ),
        (
            "the same key with another id",
            ring("2026", KEY),
            ring("2027", KEY),
            Some("no key of the keyring has the id of its key"),
        ),
        (
            "none",
            ring("2026", KEY),
            Keyring::none(),
            Some("none was given"),
        ),
        (
            "a key for a store without one",
            Keyring::none(),
            ring("2026", KEY),
            Some("it was made without one"),
        ),
        (
            "two keys for a store without one",
            Keyring::none(),
            rotated(),
            Some("it was made without one"),
        ),
    ];
    for (case, made_by, opened_by, refused) in rows {
        let engine = database();
        let first = open(&engine, made_by, 1).await.unwrap();
        let kept = engine.everything();
        match (open(&engine, opened_by, 2).await, refused) {
            (Ok(again), None) => {
                assert_eq!(again.tag("x", &[b"y"]), first.tag("x", &[b"y"]), "{case}");
                assert_eq!(again.encrypts(), first.encrypts());
            }
            (Err(StoreError::WrongKey(why)), Some(wanted)) => {
                assert_eq!(why, wanted, "{case}");
                assert_eq!(engine.everything(), kept, "{case}");
            }
            (result, _) => panic!("{case}: {result:?}"),
        }
    }
}

#[tokio::test]
async fn a_rotation_seals_the_key_of_the_tags_anew() {
    let engine = database();
    let first = open(&engine, ring("2026", KEY), 1).await.unwrap();
    let row = first.seal(&PLACE, TEXT.as_bytes());
    let (old, new) = (first, open(&engine, rotated(), 2).await.unwrap());
    assert_eq!(new.open_sealed(&PLACE, &row).unwrap(), TEXT.as_bytes());

    // Once the old key is gone, tags are the same; rows that it sealed say what is missing.
    let last = open(&engine, ring("2027", OTHER), 3).await.unwrap();
    assert_eq!(last.tag("x", &[b"y"]), old.tag("x", &[b"y"]));
    let error = last.open_sealed(&PLACE, &row).unwrap_err();
    assert!(matches!(error, StoreError::WrongKey(_)), "{error}");
    let row = new.seal(&PLACE, TEXT.as_bytes());
    assert_eq!(last.open_sealed(&PLACE, &row).unwrap(), TEXT.as_bytes());
}

#[tokio::test]
async fn of_several_first_openings_one_key_stays() {
    let engine = database();
    let all =
        futures_util::future::join_all((0..8).map(|seed| open(&engine, ring("2026", KEY), seed)));
    let tags: Vec<_> = all
        .await
        .into_iter()
        .map(|vault| vault.unwrap().tag("x", &[]))
        .collect();
    assert!(tags.iter().all(|tag| *tag == tags[0]));
    let later = open(&engine, ring("2026", KEY), 9).await.unwrap();
    assert_eq!(later.tag("x", &[]), tags[0]);
}

#[tokio::test]
async fn an_answer_lost_at_the_first_opening_is_no_harm() {
    for fault in [Fault::NotDone, Fault::Done] {
        let engine = database();
        engine.next([Fault::None, fault]);
        let error = open(&engine, ring("2026", KEY), 1).await.unwrap_err();
        assert!(error.is_transient(), "{error}");
        let one = open(&engine, ring("2026", KEY), 2).await.unwrap();
        let two = open(&engine, ring("2026", KEY), 3).await.unwrap();
        assert_eq!(one.tag("x", &[]), two.tag("x", &[]));
    }
}

#[tokio::test]
async fn who_can_write_into_the_database_cannot_slip_in_what_is_not_sealed() {
    let engine = database();
    let vault = open(&engine, ring("2026", KEY), 1).await.unwrap();
    for planted in [
        &b""[..],
        b"\0canary",
        b"\x02canary",
        b"\x01\x042026",
        b"canary",
    ] {
        let error = vault.open_sealed(&PLACE, planted).unwrap_err();
        assert_eq!(
            error.to_string(),
            "what the store keeps for the answer cannot be opened"
        );
    }
    let clear = open(&database(), Keyring::none(), 1).await.unwrap();
    let sealed = vault.seal(&PLACE, b"canary");
    assert!(matches!(
        clear.open_sealed(&PLACE, &sealed),
        Err(StoreError::WrongKey(_))
    ));
}

#[tokio::test]
async fn tags_depend_on_every_border_and_on_the_store() {
    let one = open(&database(), ring("2026", KEY), 1).await.unwrap();
    let two = open(&database(), ring("2026", KEY), 2).await.unwrap();
    let lists: [(&str, &[&[u8]]); 6] = [
        ("ab", &[b"c"]),
        ("a", &[b"bc"]),
        ("a", &[b"b", b"c"]),
        ("a", &[b"b", b"c", b""]),
        ("a", &[]),
        ("", &[b"a"]),
    ];
    let mut tags: Vec<_> = lists
        .iter()
        .map(|(purpose, parts)| one.tag(purpose, parts))
        .collect();
    tags.extend(lists.iter().map(|(purpose, parts)| two.tag(purpose, parts)));
    tags.sort();
    tags.dedup();
    assert_eq!(tags.len(), 2 * lists.len());
}

#[test]
fn a_key_is_32_bytes_in_base64_with_a_short_plain_id() {
    let long = "x".repeat(65);
    let rows: [(&str, &str, Result<(), KeyError>); 15] = [
        ("2026", KEY, Ok(())),
        ("a.B_c-9", KEY.trim_end_matches('='), Ok(())),
        ("x", &format!(" {KEY}\n"), Ok(())),
        (&long[1..], KEY, Ok(())),
        ("", KEY, Err(KeyError::Id)),
        (&long, KEY, Err(KeyError::Id)),
        ("a b", KEY, Err(KeyError::Id)),
        ("ключ", KEY, Err(KeyError::Id)),
        ("k", "", Err(KeyError::Key)),
        ("k", "canary", Err(KeyError::Key)),
        ("k", &KEY[4..], Err(KeyError::Key)),
        ("k", &format!("AAAA{KEY}"), Err(KeyError::Key)),
        ("k", &"A".repeat(400), Err(KeyError::Key)),
        (
            "k",
            "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
            Err(KeyError::Key),
        ),
        (
            "k",
            "____________________________________________",
            Err(KeyError::Key),
        ),
    ];
    for (id, key, wanted) in rows {
        let got = Keyring::new(id, &Secret::from(key));
        assert_eq!(got.map(|_| ()), wanted, "{id} {key}");
    }
    let old = |ring: Keyring, id| ring.and_old(id, &Secret::from(OTHER)).map(|_| ());
    assert_eq!(old(ring("a", KEY), "a"), Err(KeyError::Twice));
    assert_eq!(old(rotated(), "2026"), Err(KeyError::Twice));
    assert_eq!(old(Keyring::none(), "a"), Err(KeyError::NoCurrent));
}

#[tokio::test]
async fn debug_tells_ids_and_no_key() {
    assert_eq!(
        format!("{:?}", rotated()),
        r#"Keyring("2027", old: ["2026"])"#
    );
    assert_eq!(format!("{:?}", Keyring::none()), "Keyring(none)");
    let vault = open(&database(), rotated(), 1).await.unwrap();
    assert_eq!(
        format!("{vault:?}"),
        r#"Vault(Keyring("2027", old: ["2026"]))"#
    );
}
