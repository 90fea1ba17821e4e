use std::sync::Mutex;

use futures_util::future::{join, join_all};
use rubank_core::clock::{Clock, ManualClock};
use rubank_core::random::SeededRandom;
use rubank_core::secret::Secret;
use time::macros::datetime;

use super::*;
use crate::engine::memory::{Fault, Memory};
use crate::vault::Keyring;

const KEY: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
const LIST: RateClass = RateClass::per_second("bank.list", 10);
const STATE: RateClass = RateClass::every("bank.state", Duration::from_secs(60)).keyed();
const SECOND: Duration = Duration::from_secs(1);

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
    async fn pace(&self, seed: u64) -> StorePace {
        let keyring = Keyring::new("k", &Secret::from(KEY)).unwrap();
        Store::builder(self.engine.clone(), keyring)
            .clock(Arc::new(self.clock.clone()))
            .random(Arc::new(SeededRandom::new(seed)))
            .open()
            .await
            .unwrap()
            .pace()
    }

    async fn acquire(&self, pace: &StorePace, wants: &[Want<'_>]) -> Duration {
        let asked_at = self.clock.monotonic();
        self.clock.drive(pace.acquire(wants, None)).await.unwrap();
        self.clock.monotonic() - asked_at
    }
}

#[tokio::test]
async fn processes_together_stay_within_the_limit_and_all_come_through() {
    let bench = Bench::new();
    let taken = Mutex::new(Vec::new());
    let all = join_all((0..4).map(|seed| {
        let (bench, taken) = (&bench, &taken);
        async move {
            let pace = bench.pace(seed).await;
            join_all((0..25).map(|_| async {
                pace.acquire(&[Want::of(LIST)], None).await.unwrap();
                taken.lock().unwrap().push(bench.clock.monotonic());
            }))
            .await;
        }
    }));
    bench.clock.drive(all).await;
    let taken = taken.into_inner().unwrap();
    assert_eq!(taken.len(), 100);
    for eleven in taken.windows(11) {
        assert!(eleven[10] - eleven[0] >= SECOND, "{eleven:?}");
    }
    // Nine waits of 1.01 s, and what the jitter costs.
    let last = taken[99];
    assert!(last < SECOND * 11, "{last:?}");
}

#[tokio::test]
async fn who_waits_is_not_starved_by_newcomers() {
    let bench = Bench::new();
    let class = RateClass::per_second("bank.one", 1);
    let pace = bench.pace(1).await;
    pace.acquire(&[Want::of(class)], None).await.unwrap();
    let longest = Mutex::new(Duration::ZERO);
    // Twice as many come as can be served, for twenty seconds; then no more come.
    let all = join_all((0_u32..40).map(|number| {
        let (bench, pace, longest) = (&bench, &pace, &longest);
        async move {
            bench.clock.sleep(SECOND / 2 * number).await;
            let asked_at = bench.clock.monotonic();
            pace.acquire(&[Want::of(class)], None).await.unwrap();
            let waited = bench.clock.monotonic() - asked_at;
            let mut longest = longest.lock().unwrap();
            *longest = waited.max(*longest);
        }
    }));
    bench.clock.drive(all).await;
    // In strict order the last would wait for 21 seconds.
    let longest = longest.into_inner().unwrap();
    assert!(longest < SECOND * 27, "{longest:?}");
}

#[tokio::test]
async fn all_tokens_are_taken_or_none() {
    let bench = Bench::new();
    let pace = bench.pace(1).await;
    let both = [Want::of(LIST), Want::keyed(STATE, "payment 1")];
    assert_eq!(bench.acquire(&pace, &both).await, Duration::ZERO);
    let error = pace.acquire(&both, Some(SECOND)).await.unwrap_err();
    let PaceError::Exceeded { retry_after } = error else {
        panic!("{error}");
    };
    assert!(retry_after > SECOND * 60 && retry_after < SECOND * 61);
    // Nine are left of the other class.
    for _ in 0..9 {
        assert_eq!(
            bench.acquire(&pace, &[Want::of(LIST)]).await,
            Duration::ZERO
        );
    }
    assert!(bench.acquire(&pace, &[Want::of(LIST)]).await >= SECOND);
}

#[tokio::test]
async fn keys_have_tokens_of_their_own() {
    let bench = Bench::new();
    let pace = bench.pace(1).await;
    let plain = RateClass::every("bank.plain", SECOND);
    let rows: [(Want<'_>, bool); 8] = [
        (Want::keyed(STATE, "1"), true),
        (Want::keyed(STATE, "2"), true),
        (Want::keyed(STATE, ""), true),
        (Want::of(STATE), true),
        (Want::keyed(STATE, "1"), false),
        (Want::of(STATE), false),
        (Want::keyed(plain, "1"), true),
        // A class without keys does not look at them.
        (Want::keyed(plain, "2"), false),
    ];
    for (want, free) in rows {
        let got = pace.acquire(&[want], Some(bench.clock.monotonic())).await;
        assert_eq!(got.is_ok(), free, "{want:?}");
    }
    // Named twice counts once.
    let twice = [Want::of(LIST); 12];
    assert_eq!(bench.acquire(&pace, &twice).await, Duration::ZERO);
}

#[tokio::test]
async fn a_wait_that_is_too_long_fails_at_once() {
    let bench = Bench::new();
    let pace = bench.pace(1).await;
    bench.acquire(&pace, &[Want::keyed(STATE, "1")]).await;
    let started = bench.clock.monotonic();
    let exactly = Duration::from_millis(60_600);
    let short = exactly - Duration::from_millis(1);
    let error = pace
        .acquire(&[Want::keyed(STATE, "1")], Some(started + short))
        .await;
    assert_eq!(
        error,
        Err(PaceError::Exceeded {
            retry_after: exactly
        })
    );
    assert!(bench.clock.slept().is_empty());
    // What is just enough is enough, jitter or not.
    let wants = [Want::keyed(STATE, "1")];
    let enough = pace.acquire(&wants, Some(started + exactly));
    bench.clock.drive(enough).await.unwrap();
}

#[tokio::test]
async fn a_limit_of_nothing_is_not_waited_for() {
    let bench = Bench::new();
    let pace = bench.pace(1).await;
    let closed = [Want::of(RateClass::per_second("bank.closed", 0))];
    for give_up_at in [None, Some(SECOND), Some(Duration::MAX)] {
        let error = pace.acquire(&closed, give_up_at).await;
        let retry_after = Duration::MAX;
        assert_eq!(error, Err(PaceError::Exceeded { retry_after }));
    }
    assert_eq!(pace.acquire(&[], Some(Duration::ZERO)).await, Ok(()));
}

#[tokio::test]
async fn a_pause_is_everybodys_and_never_gets_shorter() {
    let bench = Bench::new();
    let (one, two) = (bench.pace(1).await, bench.pace(2).await);
    bench.clock.advance(SECOND);
    one.pause(STATE, Some("1"), SECOND * 31).await;
    two.pause(STATE, Some("1"), SECOND * 11).await;
    one.pause(STATE, Some("1"), Duration::ZERO).await;
    assert_eq!(
        bench.acquire(&two, &[Want::keyed(STATE, "2")]).await,
        Duration::ZERO
    );
    let waited = bench.acquire(&two, &[Want::keyed(STATE, "1")]).await;
    assert!(
        waited >= SECOND * 30 && waited <= SECOND * 30 + WIDEST_SPREAD,
        "{waited:?}"
    );
}

#[tokio::test]
async fn a_pause_during_a_wait_that_makes_it_too_long_ends_it() {
    let bench = Bench::new();
    let pace = bench.pace(1).await;
    bench.acquire(&pace, &[Want::keyed(STATE, "1")]).await;
    let wants = [Want::keyed(STATE, "1")];
    let waiting = pace.acquire(&wants, Some(SECOND * 90));
    let pausing = async {
        bench.clock.sleep(SECOND * 10).await;
        pace.pause(STATE, Some("1"), SECOND * 600).await;
    };
    let (waited, ()) = bench.clock.drive(join(waiting, pausing)).await;
    assert!(
        matches!(waited, Err(PaceError::Exceeded { .. })),
        "{waited:?}"
    );
    assert!(bench.clock.monotonic() < SECOND * 62);
}

#[tokio::test]
async fn a_database_that_fails_is_told_and_sends_nothing() {
    let bench = Bench::new();
    let pace = bench.pace(1).await;
    for fault in [Fault::NotDone, Fault::Broken] {
        bench.engine.next([fault]);
        let error = pace.acquire(&[Want::of(LIST)], None).await.unwrap_err();
        assert!(matches!(error, PaceError::Unavailable(_)), "{error}");
        bench.engine.next([fault]);
        pace.pause(LIST, None, SECOND).await;
    }
    assert!(bench.clock.slept().is_empty());
}

#[tokio::test]
async fn the_database_does_not_name_the_key() {
    let bench = Bench::new();
    let pace = bench.pace(1).await;
    let want = Want::keyed(STATE, "canary");
    bench.acquire(&pace, &[want]).await;
    pace.pause(STATE, Some("canary"), SECOND).await;
    let all = bench.engine.everything();
    assert!(!all.windows(6).any(|bytes| bytes == b"canary"));
    assert_eq!(format!("{pace:?}"), "StorePace(Memory)");
}
