use std::sync::{Arc, Mutex};

use futures_util::FutureExt;
use futures_util::future::join_all;
use time::macros::datetime;

use super::*;
use crate::clock::{Clock, ManualClock};

mod properties;

const TEN: RateClass = RateClass::per_second("test.ten", 10);
const ONE: RateClass = RateClass::per_second("test.one", 1);
const EACH: RateClass = RateClass::every("test.each", s(60)).keyed();

const fn s(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

const fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

fn world() -> (ManualClock, LocalPace) {
    let clock = ManualClock::new(datetime!(2025-03-01 12:00 UTC));
    let pace = LocalPace::new(Arc::new(clock.clone()));
    (clock, pace)
}

fn exceeded(retry_after: Duration) -> Result<(), PaceError> {
    Err(PaceError::Exceeded { retry_after })
}

/// The most calls in any half-open window of `period`; `times` ascend.
fn fullest(times: &[Duration], period: Duration) -> usize {
    let calls = |(index, &start): (usize, &Duration)| {
        times[index..]
            .iter()
            .take_while(|&&time| time - start < period)
            .count()
    };
    times.iter().enumerate().map(calls).max().unwrap_or(0)
}

#[tokio::test]
async fn the_limit_is_reached_and_never_passed() {
    // limit, period, a call asks every, calls
    let rows = [
        (10, s(1), ms(0), 1_000),
        (10, s(1), ms(100), 1_000),
        (10, s(1), ms(37), 1_000),
        (1, s(1), ms(0), 200),
        (1, s(1), ms(900), 200),
        (3, ms(700), ms(10), 500),
        (100, s(60), ms(0), 2_000),
        (1, s(600), s(1), 200),
        (7, s(86_400), s(60), 150),
    ];
    for (limit, period, every, calls) in rows {
        let (clock, pace) = world();
        let wants = [Want::of(RateClass::new("test.row", limit, period))];
        let call = |index: u32| {
            let (clock, pace, wants) = (&clock, &pace, &wants);
            async move {
                clock.sleep(every * index).await;
                pace.acquire(wants, None).await.unwrap();
                clock.monotonic()
            }
        };
        let times = clock.drive(join_all((0..calls).map(call))).await;

        let row = format!("{limit} per {period:?}, asked every {every:?}");
        assert!(times.is_sorted(), "{row}: first come, first served");
        assert!(fullest(&times, period) <= limit as usize, "{row}");
        // What a limiter could do that knows no jitter: the last call may come 2 % later at most.
        let mut ideal: Vec<Duration> = Vec::new();
        for index in 0..calls {
            let freed = index
                .checked_sub(limit)
                .map(|before| ideal[before as usize] + period);
            ideal.push(freed.unwrap_or_default().max(every * index));
        }
        let (last, ideal) = (times[times.len() - 1], ideal[ideal.len() - 1]);
        assert!(
            last * 98 <= ideal * 100,
            "{row}: {last:?} instead of {ideal:?}"
        );
    }
}

#[tokio::test]
async fn demand_below_the_limit_never_waits() {
    let (clock, pace) = world();
    for _ in 0..100 {
        clock.advance(ms(102));
        assert_eq!(
            pace.acquire(&[Want::of(TEN)], None).now_or_never(),
            Some(Ok(()))
        );
    }
}

#[tokio::test]
async fn several_classes_are_taken_together_or_not_at_all() {
    let (clock, pace) = world();
    let both = [Want::of(TEN), Want::of(ONE)];
    pace.acquire(&both, None).await.unwrap();

    // This one waits for the second class; it must hold nothing of the first meanwhile.
    let mut waiting = pace.acquire(&both, None);
    assert!(waiting.as_mut().now_or_never().is_none());
    for _ in 0..9 {
        assert_eq!(
            pace.acquire(&[Want::of(TEN)], None).now_or_never(),
            Some(Ok(()))
        );
    }
    // What was refused has taken nothing either.
    assert_eq!(pace.acquire(&both, Some(s(1))).await, exceeded(ms(2_020)));

    clock.drive(waiting).await.unwrap();
    assert_eq!(clock.monotonic(), ms(1_010));
    for _ in 0..9 {
        assert_eq!(
            pace.acquire(&[Want::of(TEN)], None).now_or_never(),
            Some(Ok(()))
        );
    }
    assert_eq!(pace.acquire(&[Want::of(TEN)], None).now_or_never(), None);
}

#[tokio::test]
async fn keys_are_independent_and_do_not_hold_up_each_other() {
    let (_clock, pace) = world();
    let payment = |key| [Want::of(TEN), Want::keyed(EACH, key)];
    pace.acquire(&payment("a"), None).await.unwrap();
    let again = payment("a");
    let mut again = pace.acquire(&again, None);
    assert!(again.as_mut().now_or_never().is_none());
    for key in ["b", "c", "d"] {
        assert_eq!(
            pace.acquire(&payment(key), None).now_or_never(),
            Some(Ok(()))
        );
        assert_eq!(
            pace.acquire(&payment(key), Some(s(5))).await,
            exceeded(ms(60_600))
        );
    }
    // The second "a" comes first for its own key.
    assert_eq!(
        pace.acquire(&payment("a"), Some(s(5))).await,
        exceeded(ms(121_200))
    );
}

#[tokio::test]
async fn calls_without_a_key_share_one_and_unkeyed_classes_look_at_none() {
    let (_clock, pace) = world();
    let keyless = Want {
        class: EACH,
        key: None,
    };
    pace.acquire(&[keyless], None).await.unwrap();
    assert_eq!(
        pace.acquire(&[keyless], Some(s(1))).await,
        exceeded(ms(60_600))
    );
    assert_eq!(
        pace.acquire(&[Want::keyed(EACH, "a")], None).now_or_never(),
        Some(Ok(()))
    );

    pace.acquire(
        &[Want {
            class: ONE,
            key: Some("a"),
        }],
        None,
    )
    .await
    .unwrap();
    let other = pace.acquire(
        &[Want {
            class: ONE,
            key: Some("b"),
        }],
        Some(s(0)),
    );
    assert_eq!(other.await, exceeded(ms(1_010)));
}

#[tokio::test]
async fn a_class_named_twice_counts_once() {
    let (_clock, pace) = world();
    let twice = [Want::of(ONE), Want::of(ONE)];
    assert_eq!(pace.acquire(&twice, None).now_or_never(), Some(Ok(())));
    assert_eq!(pace.acquire(&[], None).now_or_never(), Some(Ok(())));
}

#[tokio::test]
async fn of_two_definitions_the_stricter_counts() {
    let (_clock, pace) = world();
    let loose = [Want::of(RateClass::new("test.name", 5, s(1)))];
    let strict = [Want::of(RateClass::new("test.name", 2, s(9)))];
    pace.acquire(&loose, None).await.unwrap();
    pace.acquire(&strict, None).await.unwrap();
    assert_eq!(pace.acquire(&loose, Some(s(1))).await, exceeded(ms(9_090)));
}

#[tokio::test]
async fn a_wait_past_the_time_left_fails_at_once() {
    let (clock, pace) = world();
    let wants = [Want::of(ONE)];
    pace.acquire(&wants, Some(s(0))).await.unwrap();
    clock.advance(ms(300));
    // give up at -> needed
    for (give_up_at, outcome) in [
        (ms(0), exceeded(ms(710))),
        (ms(300), exceeded(ms(710))),
        (ms(1_009), exceeded(ms(710))),
    ] {
        assert_eq!(
            pace.acquire(&wants, Some(give_up_at)).now_or_never(),
            Some(outcome)
        );
    }
    assert!(clock.slept().is_empty());
    clock
        .drive(pace.acquire(&wants, Some(ms(1_010))))
        .await
        .unwrap();
    assert_eq!(clock.monotonic(), ms(1_010));
}

#[tokio::test]
async fn a_limit_of_zero_refuses_rather_than_waits_for_ever() {
    let (_clock, pace) = world();
    let wants = [Want::of(RateClass::per_second("test.closed", 0))];
    assert_eq!(
        pace.acquire(&wants, None).now_or_never(),
        Some(exceeded(Duration::MAX))
    );
}

#[tokio::test]
async fn a_period_of_zero_never_waits() {
    let (_clock, pace) = world();
    let wants = [Want::of(RateClass::every("test.free", s(0)))];
    for _ in 0..5 {
        assert_eq!(pace.acquire(&wants, None).now_or_never(), Some(Ok(())));
    }
}

#[tokio::test]
async fn a_dropped_waiter_takes_no_token_and_those_behind_move_up() {
    let (clock, pace) = world();
    let wants = [Want::of(ONE)];
    pace.acquire(&wants, None).await.unwrap();
    let mut waiters: Vec<_> = (0..4).map(|_| pace.acquire(&wants, None)).collect();
    for waiter in &mut waiters {
        assert!(waiter.as_mut().now_or_never().is_none());
    }
    drop(waiters.remove(1));
    let timed = waiters.into_iter().map(|waiter| async {
        waiter.await.unwrap();
        clock.monotonic()
    });
    let times = clock.drive(join_all(timed)).await;
    assert_eq!(times, [ms(1_010), ms(2_020), ms(3_030)]);
    assert_eq!(pace.sizes().1, 0);
}

#[tokio::test]
async fn nobody_is_overtaken_when_time_jumps() {
    let (clock, pace) = world();
    let wants = [Want::of(ONE)];
    pace.acquire(&wants, None).await.unwrap();
    let mut waiters: Vec<_> = (0..3).map(|_| pace.acquire(&wants, None)).collect();
    for waiter in &mut waiters {
        assert!(waiter.as_mut().now_or_never().is_none());
    }
    // All are past their planned places when the last one, and a new one, are polled first.
    clock.advance(s(10));
    assert_eq!(pace.acquire(&wants, Some(s(13))).await, exceeded(ms(3_030)));
    assert!(waiters[2].as_mut().now_or_never().is_none());
    assert!(waiters[1].as_mut().now_or_never().is_none());
    assert_eq!(waiters[0].as_mut().now_or_never(), Some(Ok(())));
    clock.advance(ms(1_010));
    assert!(waiters[2].as_mut().now_or_never().is_none());
    assert_eq!(waiters[1].as_mut().now_or_never(), Some(Ok(())));
}

#[tokio::test]
async fn a_waiter_that_is_late_moves_those_behind_it() {
    let (clock, pace) = world();
    let wants = [Want::of(ONE)];
    pace.acquire(&wants, None).await.unwrap();
    let mut first = pace.acquire(&wants, None);
    let mut second = pace.acquire(&wants, Some(ms(2_500)));
    assert!(first.as_mut().now_or_never().is_none());
    assert!(second.as_mut().now_or_never().is_none());
    // Due at 1.01 s, polled at 1.9 s: the second cannot go before 2.91 s, and that is too late.
    clock.advance(ms(1_900));
    assert_eq!(first.now_or_never(), Some(Ok(())));
    assert_eq!(second.now_or_never(), Some(exceeded(ms(1_010))));
    assert_eq!(pace.sizes().1, 0);
}

#[tokio::test]
async fn a_waiter_that_nobody_polls_does_not_hold_up_the_others_for_ever() {
    let (clock, pace) = world();
    let wants = [Want::of(ONE)];
    pace.acquire(&wants, None).await.unwrap();
    let mut asleep = pace.acquire(&wants, None);
    assert!(asleep.as_mut().now_or_never().is_none());
    let mut times = Vec::new();
    for _ in 0..4 {
        clock.drive(pace.acquire(&wants, None)).await.unwrap();
        times.push(clock.monotonic());
    }
    // One place was kept for it, when the next one noticed at 2.02 s that it had not come.
    assert_eq!(times, [ms(3_030), ms(4_040), ms(5_050), ms(6_060)]);
    // Once back it is the first again, and the window holds.
    let mut newer = pace.acquire(&wants, None);
    assert!(newer.as_mut().now_or_never().is_none());
    assert!(asleep.as_mut().now_or_never().is_none());
    clock.advance(ms(1_010));
    assert!(newer.as_mut().now_or_never().is_none());
    assert_eq!(asleep.now_or_never(), Some(Ok(())));
}

#[tokio::test]
async fn a_newer_call_uses_a_gap_only_where_it_delays_nobody() {
    let (clock, pace) = world();
    let both = [Want::of(ONE), Want::keyed(EACH, "a")];
    pace.acquire(&both, None).await.unwrap();
    // Waits for its key until 60.6 s, and has its place of the shared class there.
    let mut older = pace.acquire(&both, None);
    assert!(older.as_mut().now_or_never().is_none());

    let shared = [Want::of(ONE)];
    clock.advance(s(59));
    assert_eq!(pace.acquire(&shared, None).now_or_never(), Some(Ok(())));
    clock.advance(ms(1_010));
    // Now is 60.01 s: a token now would push the older call back.
    assert_eq!(
        pace.acquire(&shared, Some(s(61))).await,
        exceeded(ms(1_600))
    );
    clock.drive(older).await.unwrap();
    assert_eq!(clock.monotonic(), ms(60_600));
}

#[tokio::test]
async fn a_pause_holds_everybody_of_that_class() {
    let (clock, pace) = world();
    let wants = [Want::of(ONE)];
    pace.acquire(&wants, None).await.unwrap();
    let mut hurried = pace.acquire(&wants, Some(s(4)));
    let mut patient = pace.acquire(&wants, Some(s(9)));
    assert!(hurried.as_mut().now_or_never().is_none());
    assert!(patient.as_mut().now_or_never().is_none());

    pace.clone().pause(ONE, None, s(5)).await;
    pace.pause(ONE, None, s(2)).await;
    // Known at once, without time passing; and the place is free again.
    assert_eq!(clock.drive(hurried).await, exceeded(s(5)));
    assert_eq!(clock.monotonic(), s(0));
    assert_eq!(
        pace.acquire(&[Want::of(TEN)], None).now_or_never(),
        Some(Ok(()))
    );
    clock.drive(patient).await.unwrap();
    assert_eq!(clock.monotonic(), s(5));

    pace.pause(EACH, Some("a"), s(100)).await;
    assert_eq!(
        pace.acquire(&[Want::keyed(EACH, "b")], None).now_or_never(),
        Some(Ok(()))
    );
    assert_eq!(
        pace.acquire(&[Want::keyed(EACH, "a")], Some(s(9))).await,
        exceeded(s(95))
    );
}

#[tokio::test]
async fn a_pause_keeps_the_order() {
    let (clock, pace) = world();
    let wants = [Want::of(ONE)];
    pace.acquire(&wants, None).await.unwrap();
    let order = Mutex::new(Vec::new());
    let calls = (0..5).map(|index| {
        let (pace, wants, order) = (&pace, &wants, &order);
        async move {
            pace.acquire(wants, None).await.unwrap();
            order.lock().unwrap().push(index);
        }
    });
    let pause = async {
        clock.sleep(ms(2_500)).await;
        pace.pause(ONE, None, ms(3_500)).await;
    };
    clock
        .drive(futures_util::future::join(join_all(calls), pause))
        .await;
    assert_eq!(*order.lock().unwrap(), [0, 1, 2, 3, 4]);
    assert_eq!(clock.monotonic(), ms(3_500 + 2 * 1_010));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn clones_in_parallel_tasks_share_the_tokens() {
    let (clock, pace) = world();
    let times = Arc::new(Mutex::new(Vec::new()));
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let (clock, pace, times) = (clock.clone(), pace.clone(), times.clone());
        tasks.spawn(async move {
            loop {
                pace.acquire(&[Want::of(TEN)], None).await.unwrap();
                times.lock().unwrap().push(clock.monotonic());
            }
        });
    }
    // Time stands still until all of them wait: what they wrote down is exact.
    while clock.monotonic() < s(100) {
        clock.when_sleeping(8).await;
        clock.advance(clock.next_wake().unwrap());
    }
    clock.when_sleeping(8).await;
    tasks.shutdown().await;

    let mut times = times.lock().unwrap().clone();
    times.sort_unstable();
    assert!(fullest(&times, s(1)) <= 10);
    assert!(times.len() >= 980, "{} in 100 s", times.len());
    assert_eq!(pace.sizes(), (1, 0));
}

#[tokio::test]
async fn memory_follows_the_keys_in_use() {
    let (clock, pace) = world();
    let mut most = 0;
    for payment in 0..100_000 {
        clock.advance(ms(102));
        let key = format!("payment-{payment}");
        pace.acquire(&[Want::of(TEN), Want::keyed(EACH, &key)], None)
            .await
            .unwrap();
        most = most.max(pace.sizes().0);
    }
    // About 595 keys are in use at any time; never more than twice that is kept.
    assert!((590..1_200).contains(&most), "{most}");

    clock.advance(s(61));
    pace.acquire(&[Want::of(TEN)], None).await.unwrap();
    assert_eq!(pace.sizes(), (1, 0));
}

#[tokio::test]
async fn windows_that_somebody_waits_for_are_kept() {
    let (clock, pace) = world();
    let wants = [Want::keyed(EACH, "a")];
    pace.acquire(&wants, None).await.unwrap();
    let mut waiting = pace.acquire(&wants, None);
    assert!(waiting.as_mut().now_or_never().is_none());
    clock.advance(s(200));
    pace.acquire(&[Want::of(TEN)], None).await.unwrap();
    assert_eq!(pace.sizes(), (2, 1));
    assert_eq!(waiting.now_or_never(), Some(Ok(())));
}

#[test]
fn debug_shows_no_key_and_errors_say_what_to_do() {
    let want = Want::keyed(EACH, "canary");
    assert_eq!(
        format!("{want:?}"),
        r#"Want { class: "test.each", key: Some(_) }"#
    );
    let (_clock, pace) = world();
    let _ = pace.acquire(&[want], None).now_or_never();
    assert!(!format!("{pace:?}").contains("canary"));
    assert_eq!(
        exceeded(s(3)).unwrap_err().to_string(),
        "the rate limit asks to wait 3s, longer than the time left"
    );
}
