use std::sync::atomic::AtomicUsize;

use futures_util::FutureExt;
use futures_util::future::{Either, join_all, select};
use time::macros::datetime;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::*;

const START: OffsetDateTime = datetime!(2025-03-01 12:00 +03:00);

const fn s(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

#[test]
fn starts_where_it_is_told_and_stands_still() {
    let clock = ManualClock::new(START);
    assert_eq!(clock.now(), datetime!(2025-03-01 9:00 UTC));
    assert_eq!(clock.now().offset(), UtcOffset::UTC);
    assert_eq!(clock.monotonic(), Duration::ZERO);
    assert_eq!((clock.sleepers(), clock.next_wake()), (0, None));
}

#[test]
fn the_wall_jumps_and_the_monotonic_time_does_not() {
    let clock = ManualClock::new(START);
    clock.advance(s(10));
    clock.set_wall(START - s(3_600));
    assert_eq!(clock.monotonic(), s(10));
    clock.advance(s(5));
    assert_eq!(clock.now(), START - s(3_595));
    assert_eq!(clock.monotonic(), s(15));
}

#[test]
fn the_end_of_time_is_no_panic() {
    let clock = ManualClock::new(START);
    clock.advance(Duration::MAX);
    clock.advance(s(1));
    assert_eq!(clock.monotonic(), Duration::MAX);
    assert!(clock.now() > START);
}

#[tokio::test]
async fn advance_wakes_those_that_are_due_in_their_order() {
    let clock = ManualClock::new(START);
    let woken = Arc::new(Mutex::new(Vec::new()));
    for seconds in [3, 1, 9, 2, 2] {
        let (woken, sleep) = (woken.clone(), clock.sleep(s(seconds)));
        tokio::spawn(async move {
            sleep.await;
            woken.lock().unwrap().push(seconds);
        });
    }
    clock.when_sleeping(5).await;
    assert_eq!(clock.next_wake(), Some(s(1)));
    clock.advance(s(4));
    assert_eq!(clock.sleepers(), 1);
    tokio::task::yield_now().await;
    assert_eq!(*woken.lock().unwrap(), [1, 2, 2, 3]);
    assert_eq!(clock.next_wake(), Some(s(5)));
}

#[test]
fn a_sleep_counts_from_its_making_and_registers_when_polled() {
    let clock = ManualClock::new(START);
    let mut sleep = clock.sleep(s(5));
    assert_eq!((clock.sleepers(), clock.slept().len()), (0, 0));
    clock.advance(s(2));
    assert!(sleep.as_mut().now_or_never().is_none());
    assert!(sleep.as_mut().now_or_never().is_none());
    assert_eq!((clock.sleepers(), clock.next_wake()), (1, Some(s(3))));
    assert_eq!(clock.slept(), [s(5)]);
    clock.advance(s(3));
    assert!(sleep.now_or_never().is_some());
    assert!(clock.sleep(Duration::ZERO).now_or_never().is_some());
    assert_eq!(clock.slept(), [s(5), s(0)]);
}

#[test]
fn dropped_sleeps_unregister() {
    let clock = ManualClock::new(START);
    let mut sleep = clock.sleep(s(5));
    assert!(sleep.as_mut().now_or_never().is_none());
    drop(sleep);
    assert_eq!((clock.sleepers(), clock.next_wake()), (0, None));
}

#[tokio::test]
async fn drive_runs_a_schedule_without_waiting() {
    let clock = ManualClock::new(START);
    let schedule = async {
        for seconds in [1, 2, 4, 8] {
            clock.sleep(s(seconds)).await;
            tokio::task::yield_now().await;
        }
        clock.monotonic()
    };
    assert_eq!(clock.drive(schedule).await, s(15));
    assert_eq!(clock.slept(), [s(1), s(2), s(4), s(8)]);
    assert_eq!(clock.sleepers(), 0);
}

#[tokio::test]
async fn drive_takes_the_earliest_of_several() {
    let clock = ManualClock::new(START);
    let sleeps = [7, 3, 5].map(|seconds| {
        let clock = clock.clone();
        async move {
            clock.sleep(s(seconds)).await;
            clock.monotonic()
        }
    });
    assert_eq!(clock.drive(join_all(sleeps)).await, [s(7), s(3), s(5)]);

    let race = select(clock.sleep(s(10)), clock.sleep(s(1)));
    clock.drive(race).await;
    assert_eq!((clock.monotonic(), clock.sleepers()), (s(8), 0));
}

#[tokio::test]
async fn drive_does_not_jump_past_tasks_that_can_go_on() {
    let clock = ManualClock::new(START);
    let (sender, receiver) = tokio::sync::oneshot::channel();
    tokio::spawn(async move {
        for _ in 0..20 {
            tokio::task::yield_now().await;
        }
        sender.send(()).unwrap();
    });
    let deadline = clock.sleep(s(30));
    let first = clock.drive(select(receiver, deadline)).await;
    assert!(matches!(first, Either::Left(_)));
    assert_eq!(clock.monotonic(), Duration::ZERO);
}

#[tokio::test]
async fn drive_lets_other_tasks_sleep_too() {
    let clock = ManualClock::new(START);
    let task = tokio::spawn({
        let clock = clock.clone();
        async move {
            // More turns than the driver gives: it must notice the new sleeper on its own.
            for _ in 0..5 * TURNS_BEFORE_JUMP {
                tokio::task::yield_now().await;
            }
            clock.sleep(s(60)).await;
            clock.monotonic()
        }
    });
    assert_eq!(clock.drive(task).await.unwrap(), s(60));
}

#[tokio::test]
async fn drive_waits_for_real_io_when_nobody_sleeps() {
    let clock = ManualClock::new(START);
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let server = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut byte = [0];
        std::io::Read::read_exact(&mut stream, &mut byte).unwrap();
        std::io::Write::write_all(&mut stream, &byte).unwrap();
    });
    let echoed = clock.drive(async {
        let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
        stream.write_all(b"x").await.unwrap();
        stream.read_u8().await.unwrap()
    });
    assert_eq!(echoed.await, b'x');
    server.join().unwrap();
}

#[tokio::test]
async fn nobody_jumps_to_the_end_of_time() {
    let clock = ManualClock::new(START);
    let (sender, receiver) = tokio::sync::oneshot::channel();
    let thread = std::thread::spawn({
        let clock = clock.clone();
        move || {
            while clock.sleepers() == 0 {
                std::thread::yield_now();
            }
            sender.send(()).unwrap();
        }
    });
    clock
        .drive(select(clock.sleep(Duration::MAX), receiver))
        .await;
    assert_eq!(clock.monotonic(), Duration::ZERO);
    thread.join().unwrap();
}

#[test]
fn drive_needs_no_runtime() {
    let clock = ManualClock::new(START);
    let mut driven = pin!(clock.drive(clock.sleep(s(5))));
    let polls = (0..1_000).find(|_| driven.as_mut().now_or_never().is_some());
    assert!(polls.is_some());
    assert_eq!(clock.monotonic(), s(5));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn threads_share_one_clock() {
    let clock = ManualClock::new(START);
    let woken = Arc::new(AtomicUsize::new(0));
    let tasks: Vec<_> = (1..=50)
        .map(|seconds| {
            let (clock, woken) = (clock.clone(), woken.clone());
            tokio::spawn(async move {
                clock.sleep(s(seconds)).await;
                clock.sleep(s(seconds)).await;
                woken.fetch_add(1, Ordering::Relaxed);
            })
        })
        .collect();
    clock.drive(join_all(tasks)).await;
    assert_eq!(woken.load(Ordering::Relaxed), 50);
    assert!(clock.monotonic() >= s(100));
    assert_eq!(clock.slept().len(), 100);
}
