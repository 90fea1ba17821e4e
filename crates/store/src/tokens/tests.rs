mod refresh;

use std::pin::pin;

use futures_util::FutureExt;
use futures_util::future::{join, join_all, select};
use rubank_core::clock::{Clock, ManualClock};
use rubank_core::random::SeededRandom;
use rubank_core::secret::Secret;
use time::macros::datetime;

use super::*;
use crate::engine::memory::{Fault, Memory};
use crate::vault::Keyring;

const KEY: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
const MINUTE: Duration = Duration::from_secs(60);

/// One database and the clock of all who use it.
struct Bench {
    clock: ManualClock,
    engine: Memory,
}

impl Bench {
    fn new() -> Self {
        let clock = ManualClock::new(datetime!(2026-11-21 10:00 UTC));
        Bench {
            engine: Memory::new(&clock),
            clock,
        }
    }

    /// Another process.
    async fn tokens(&self) -> StoreTokens {
        let keyring = Keyring::new("k", &Secret::from(KEY)).unwrap();
        Store::builder(self.engine.clone(), keyring)
            .clock(Arc::new(self.clock.clone()))
            .random(Arc::new(SeededRandom::new(7)))
            .open()
            .await
            .unwrap()
            .tokens()
    }
}

fn key() -> TokenKey {
    TokenKey::new("production", "shop", "anna")
}

fn tokens(refresh: &str) -> StoredTokens {
    StoredTokens::new(refresh.into())
}

async fn saved(store: &StoreTokens, key: &TokenKey) -> Option<String> {
    let tokens = store.load(key).await.unwrap()?;
    Some(tokens.refresh_token.expose().to_owned())
}

#[tokio::test]
async fn everything_is_kept() {
    let bench = Bench::new();
    let mut full = tokens("r");
    full.access_token = Some("a \"quoted\" я".into());
    full.access_expires_at = Some(datetime!(2026-11-21 10:00:00.123456789 UTC));
    full.first_tried_at = Some(datetime!(2026-11-21 13:00 +3));
    full.sign_in_again = true;
    for wanted in [tokens("r"), full] {
        bench.tokens().await.save(&key(), &wanted).await.unwrap();
        let got = bench.tokens().await.load(&key()).await.unwrap().unwrap();
        let text =
            |secret: &Option<Secret>| secret.as_ref().map(|secret| secret.expose().to_owned());
        assert_eq!(got.refresh_token.expose(), wanted.refresh_token.expose());
        assert_eq!(text(&got.access_token), text(&wanted.access_token));
        assert_eq!(got.access_expires_at, wanted.access_expires_at);
        assert_eq!(got.first_tried_at, wanted.first_tried_at);
        assert_eq!(got.sign_in_again, wanted.sign_in_again);
    }
}

#[tokio::test]
async fn users_do_not_meet() {
    let bench = Bench::new();
    let store = bench.tokens().await;
    let keys = [
        ("production", "shop", "anna"),
        ("production", "shop", "boris"),
        ("production", "shopa", "nna"),
        ("test", "shop", "anna"),
        ("production", "", "../../../etc/passwd"),
        ("", "", ""),
        ("production", "Анна", "\0'\"; DROP TABLE documents"),
    ]
    .map(|(environment, client, user)| TokenKey::new(environment, client, user));
    for (number, key) in keys.iter().enumerate() {
        assert_eq!(saved(&store, key).await, None);
        store.save(key, &tokens(&number.to_string())).await.unwrap();
    }
    for (number, key) in keys.iter().enumerate() {
        assert_eq!(saved(&store, key).await, Some(number.to_string()));
    }
}

#[tokio::test]
async fn the_database_names_neither_user_nor_token() {
    let bench = Bench::new();
    let store = bench.tokens().await;
    let key = TokenKey::new("canary", "canary", "canary");
    let mut secret = tokens("canary");
    secret.access_token = Some("canary".into());
    store.save(&key, &secret).await.unwrap();
    let lock = store.lock(&key, MINUTE).await.unwrap();
    let all = bench.engine.everything();
    assert!(!all.windows(6).any(|bytes| bytes == b"canary"));
    let printed = format!("{store:?} {lock:?}");
    assert_eq!(printed, "StoreTokens(Memory) Lease(fence 2)");
}

#[tokio::test]
async fn there_is_one_lock_for_each_user() {
    let bench = Bench::new();
    let (first, second) = (bench.tokens().await, bench.tokens().await);
    let mut held = first.lock(&key(), MINUTE).await.unwrap();
    let other = TokenKey::new("production", "shop", "boris");
    second.save(&other, &tokens("b")).await.unwrap();

    let (key, third) = (key(), tokens("c"));
    let waiting = second.save(&key, &third);
    let holder = async {
        bench.clock.sleep(Duration::from_secs(5)).await;
        held.save(&tokens("a")).await.unwrap();
        assert_eq!(saved(&second, &key).await.as_deref(), Some("a"));
        held.release().await.unwrap();
        bench.clock.monotonic()
    };
    let (waited, released_at) = bench.clock.drive(join(waiting, holder)).await;
    waited.unwrap();
    assert_eq!(saved(&first, &key).await.as_deref(), Some("c"));
    assert!(bench.clock.monotonic() <= released_at + LONGEST_PAUSE);
    // The first pauses are short, and all but the holder's own are.
    let pauses = bench.clock.slept();
    assert!(pauses.iter().any(|pause| *pause <= FIRST_PAUSE));
    let long = pauses.iter().filter(|pause| **pause > LONGEST_PAUSE);
    assert_eq!(long.count(), 1);
}

#[tokio::test]
async fn a_lock_that_is_dropped_is_given_back() {
    let bench = Bench::new();
    let (first, second) = (bench.tokens().await, bench.tokens().await);
    let held = first.lock(&key(), MINUTE).await.unwrap();
    drop(held);
    let begun = bench.clock.monotonic();
    let wanted = tokens("a");
    bench
        .clock
        .drive(second.save(&key(), &wanted))
        .await
        .unwrap();
    assert!(bench.clock.monotonic() - begun <= FIRST_PAUSE);

    // Who waits may go away; and a release that is dropped on its way still happens.
    let held = first.lock(&key(), MINUTE).await.unwrap();
    assert!(second.lock(&key(), MINUTE).now_or_never().is_none());
    drop(held.release());
    bench
        .clock
        .drive(second.save(&key(), &wanted))
        .await
        .unwrap();
}

#[tokio::test]
async fn who_goes_away_while_it_takes_the_lock_does_not_keep_it() {
    for steps in 0..8 {
        let bench = Bench::new();
        let (first, second) = (bench.tokens().await, bench.tokens().await);
        let going = async {
            for _ in 0..steps {
                tokio::task::yield_now().await;
            }
        };
        let user = key();
        let taking = first.lock(&user, MINUTE);
        drop(select(taking, pin!(going)).await);
        let wanted = tokens("a");
        bench
            .clock
            .drive(second.save(&user, &wanted))
            .await
            .unwrap();
        assert!(bench.clock.monotonic() < LONGEST_PAUSE, "{steps}");
    }
}

#[test]
fn a_lock_can_be_dropped_where_no_runtime_is() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    let bench = Bench::new();
    let (store, lock) = runtime.block_on(async {
        let store = bench.tokens().await;
        let lock = store.lock(&key(), MINUTE).await.unwrap();
        (store, lock)
    });
    drop(lock);
    runtime.block_on(async {
        let lock = bench.clock.drive(store.lock(&key(), MINUTE)).await.unwrap();
        assert!(
            bench.clock.monotonic() >= MINUTE,
            "the lease ended by itself"
        );
        drop(lock);
    });
}

#[tokio::test]
async fn a_holder_that_vanished_loses_the_lock_when_its_lease_is_over() {
    let bench = Bench::new();
    let (first, second) = (bench.tokens().await, bench.tokens().await);
    let mut slow = first.lock(&key(), MINUTE).await.unwrap();
    slow.save(&tokens("old")).await.unwrap();
    let new = tokens("new");
    bench.clock.drive(second.save(&key(), &new)).await.unwrap();
    let waited = bench.clock.monotonic();
    assert!(waited >= MINUTE && waited <= MINUTE + LONGEST_PAUSE);

    // It was only asleep.
    let error = slow.save(&tokens("late")).await.unwrap_err();
    assert!(error.is_transient());
    assert_eq!(error.to_string(), "the token store: the lock was lost");
    slow.release().await.unwrap();
    assert_eq!(saved(&first, &key()).await.as_deref(), Some("new"));
}

#[tokio::test]
async fn a_late_release_leaves_the_next_holder_its_lock() {
    let bench = Bench::new();
    let (first, second) = (bench.tokens().await, bench.tokens().await);
    let slow = first.lock(&key(), MINUTE).await.unwrap();
    bench.clock.advance(MINUTE);
    let mut next = second.lock(&key(), MINUTE).await.unwrap();
    slow.release().await.unwrap();
    next.save(&tokens("next")).await.unwrap();
}

#[tokio::test]
async fn a_save_is_tried_again_while_the_lease_lasts() {
    use Fault::{Broken, Done, NotDone};
    let rows: [(&[Fault], bool); 5] = [
        (&[NotDone], true),
        (&[Done], true),
        (&[NotDone, Done, NotDone, NotDone, Done], true),
        (&[Broken], false),
        (&[NotDone; 500], false),
    ];
    for (faults, works) in rows {
        let bench = Bench::new();
        let store = bench.tokens().await;
        let mut lock = store.lock(&key(), MINUTE).await.unwrap();
        bench.engine.next(faults.iter().copied());
        let wanted = tokens("new");
        let saving = bench.clock.drive(lock.save(&wanted)).await;
        assert_eq!(saving.is_ok(), works, "{saving:?}");
        // The next one in can have the lock only after the last try.
        assert!(bench.clock.monotonic() < MINUTE);
        if works {
            assert_eq!(saved(&store, &key()).await.as_deref(), Some("new"));
        }
    }
}

#[tokio::test]
async fn what_the_database_says_is_said_in_the_cores_words() {
    let rows = [(Fault::NotDone, true), (Fault::Broken, false)];
    for (fault, transient) in rows {
        let bench = Bench::new();
        let store = bench.tokens().await;
        bench.engine.next([fault, fault]);
        assert_eq!(
            store.load(&key()).await.unwrap_err().is_transient(),
            transient
        );
        let error = store.lock(&key(), MINUTE).await.unwrap_err();
        assert_eq!(error.is_transient(), transient);
    }
}

#[tokio::test]
async fn tokens_that_are_not_ours_are_refused_without_quoting_them() {
    let bench = Bench::new();
    let store = bench.tokens().await;
    store.save(&key(), &tokens("r")).await.unwrap();
    bench.engine.spoil(SPACE, |value| {
        *value = b"\0{\"refresh_token\":\"canary\"}".to_vec()
    });
    let error = store.load(&key()).await.unwrap_err();
    assert!(!error.is_transient());
    assert!(!format!("{error} {error:?}").contains("canary"), "{error}");

    let good = stored::write(&tokens("r")).unwrap();
    for text in [
        String::new(),
        "canary".to_owned(),
        good.replace(r#""refresh_token":"r""#, r#""refresh_token":["canary"]"#),
        good.replace(r#""version":1"#, r#""version":2,"more":"canary""#),
        good.replace(r#""first_tried_at":null"#, r#""first_tried_at":"canary""#),
    ] {
        assert_ne!(text, good);
        let error = stored::read(text.as_bytes()).unwrap_err();
        assert!(!error.is_transient());
        assert!(!format!("{error} {error:?}").contains("canary"), "{error}");
    }
    // What a newer version adds is no harm.
    assert!(stored::read(good.replace('}', r#","more":1}"#).as_bytes()).is_ok());
}

#[tokio::test]
async fn forgetting_waits_for_a_refresh_and_leaves_nothing() {
    let bench = Bench::new();
    let store = bench.tokens().await;
    assert!(!store.forget(&key()).await.unwrap());
    let mut lock = store.lock(&key(), MINUTE).await.unwrap();
    let user = key();
    let mut forgetting = pin!(store.forget(&user));
    assert!(forgetting.as_mut().now_or_never().is_none());
    lock.save(&tokens("r")).await.unwrap();
    lock.release().await.unwrap();
    assert!(bench.clock.drive(forgetting).await.unwrap());
    assert_eq!(saved(&store, &key()).await, None);
}

#[tokio::test]
async fn eight_processes_take_turns() {
    let bench = Bench::new();
    let all = join_all((0..8).map(|_| async {
        let store = bench.tokens().await;
        for _ in 0..5 {
            let mut lock = store.lock(&key(), MINUTE).await.unwrap();
            let count: u32 = match saved(&store, &key()).await {
                Some(count) => count.parse().unwrap(),
                None => 0,
            };
            bench.clock.sleep(Duration::from_millis(30)).await;
            lock.save(&tokens(&(count + 1).to_string())).await.unwrap();
            lock.release().await.unwrap();
        }
    }));
    bench.clock.drive(all).await;
    let store = bench.tokens().await;
    assert_eq!(saved(&store, &key()).await.as_deref(), Some("40"));
    // 40 turns of 30 ms: nobody sleeps on while the lock is free for long.
    assert!(bench.clock.monotonic() < Duration::from_secs(4));
}
