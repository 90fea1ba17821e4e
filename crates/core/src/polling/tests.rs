use time::macros::datetime;

use super::*;
use crate::client::tests::support::*;
use crate::clock::{Clock, ManualClock};
use crate::error::ErrorKind;
use crate::http::Reply;
use crate::rate::RateClass;

impl Poll for Get {
    const INTERVAL: Duration = Duration::from_secs(5);

    /// 1 final, 2 for a person; everything else is not known to us.
    fn state(answer: &Done) -> PollState {
        match answer.value {
            1 => PollState::Final,
            2 => PollState::NeedsPerson,
            _ => PollState::Running,
        }
    }
}

impl Poll for Limited {
    const INTERVAL: Duration = Duration::ZERO;

    fn state(answer: &Done) -> PollState {
        <Get as Poll>::state(answer)
    }
}

fn word(polled: &Polled<Done>) -> String {
    match polled {
        Polled::Final(answer) => format!("final {}", answer.value),
        Polled::NeedsPerson(answer) => format!("person {}", answer.value),
        Polled::StillRunning(Some(answer)) => format!("running {}", answer.value),
        Polled::StillRunning(None) => "running".to_owned(),
    }
}

async fn until_final(bank: &Bank, deadline: u64) -> Result<String, crate::error::Error> {
    let poller = bank.client.poll(Get::new("1"));
    bank.clock
        .drive(poller.until_final(seconds(deadline)))
        .await
        .map(|polled| word(&polled))
}

#[tokio::test]
async fn the_table_of_waits() {
    let busy = Reply::empty(429).with_header("retry-after", "30");
    // name, script, deadline, how it ends, when it ends
    let rows: Vec<(&str, Vec<Reply>, u64, &str, u64)> = vec![
        ("final at once", vec![done(1)], 60, "final 1", 0),
        (
            "a state that nobody knows",
            vec![done(7), done(99), done(1)],
            60,
            "final 1",
            10,
        ),
        (
            "a person must act",
            vec![done(7), done(2), done(1)],
            60,
            "person 2",
            5,
        ),
        ("never", vec![done(7); 99], 60, "running 7", 55),
        ("no time at all", vec![done(1)], 0, "running", 0),
        (
            "not even once",
            vec![Reply::SilentAfterSending; 99],
            10,
            "running",
            10,
        ),
        (
            "slow down",
            vec![busy.clone(), busy.clone(), busy, done(1)],
            600,
            "final 1",
            90,
        ),
    ];
    for (name, script, deadline, expected, end) in rows {
        let bank = bank(script);
        assert_eq!(
            until_final(&bank, deadline).await.unwrap(),
            expected,
            "{name}"
        );
        assert_eq!(bank.clock.monotonic(), seconds(end), "{name}");
    }
}

#[tokio::test]
async fn failures_that_pass_are_looked_over_and_others_are_not() {
    let script = [
        vec![done(7)],
        vec![Reply::empty(503); 7],
        vec![Reply::LostAfterSending, done(1)],
    ];
    assert_eq!(
        until_final(&bank(script.concat()), 600).await.unwrap(),
        "final 1"
    );
    for (reply, kind) in [
        (refusal(404, "NO"), ErrorKind::NotFound),
        (Reply::json(200, "[]"), ErrorKind::UnreadableAnswer),
    ] {
        let bank = bank([done(7), reply, done(1)]);
        assert_eq!(until_final(&bank, 600).await.unwrap_err().kind(), kind);
    }
    // The bank is down for good: the last thing that it said is what is known.
    let bank = bank([vec![done(7)], vec![Reply::Refused; 999]].concat());
    assert_eq!(until_final(&bank, 120).await.unwrap(), "running 7");
    assert!(bank.clock.monotonic() <= seconds(120));
}

#[tokio::test]
async fn the_pause_is_the_longer_of_ours_and_the_banks() {
    let rows = [
        (None, seconds(60)),
        (Some(seconds(61)), seconds(61)),
        (Some(seconds(1)), seconds(60)),
    ];
    for (wished, expected) in rows {
        let poller = bank([]).client.poll(Limited::new("1"));
        let poller = wished.into_iter().fold(poller, Poller::interval);
        assert_eq!(poller.interval, expected);
    }
    let poller = bank([]).client.poll(Get::new("1")).interval(Duration::ZERO);
    assert_eq!(poller.interval, SHORTEST, "nobody asks without a pause");
    // A class that all things share is no pace for looking at one.
    const SHARED: &[RateClass] = &[RateClass::per_second("test-bank.all", 1)];
    assert_eq!(Get::META.rates(SHARED).pace_per_key(), Duration::ZERO);
}

#[tokio::test]
async fn once_a_minute_is_kept_by_the_limiter_too() {
    let bank = bank([done(7), done(7), done(1)]);
    let poller = bank.client.poll(Limited::new("1"));
    let polled = bank
        .clock
        .drive(poller.until_final(seconds(300)))
        .await
        .unwrap();
    assert_eq!(word(&polled), "final 1");
    assert!((seconds(120)..seconds(125)).contains(&bank.clock.monotonic()));
}

#[tokio::test]
async fn looks_can_be_taken_one_by_one() {
    let bank = bank([done(7), Reply::empty(404), done(1)]);
    let mut poller = bank.client.poll(Get::new("1"));
    assert_eq!(bank.clock.drive(poller.next()).await.unwrap().value, 7);
    assert_eq!(bank.clock.monotonic(), Duration::ZERO);
    assert_eq!(
        bank.clock.drive(poller.next()).await.unwrap_err().kind(),
        ErrorKind::NotFound
    );
    // What was begun by hand goes on with a pause.
    let polled = bank
        .clock
        .drive(poller.until_final(seconds(60)))
        .await
        .unwrap();
    assert_eq!(
        (word(&polled).as_str(), bank.clock.monotonic()),
        ("final 1", seconds(10))
    );
}

#[tokio::test]
async fn no_deadline_is_too_long() {
    let clock = ManualClock::new(datetime!(2026-01-01 00:00 UTC));
    clock.advance(seconds(1));
    let bank = bank_with([done(1)], |builder| builder.clock(clock.clone()));
    let poller = bank.client.poll(Get::new("1"));
    assert_eq!(
        word(
            &clock
                .drive(poller.until_final(Duration::MAX))
                .await
                .unwrap()
        ),
        "final 1"
    );
}
