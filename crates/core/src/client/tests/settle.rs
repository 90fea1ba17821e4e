//! What became of a write.

use std::time::Duration;

use super::support::*;
use crate::client::{Lookup, Progress, RequestOptions, Settled, Verdict};
use crate::clock::Clock;
use crate::error::{ErrorKind, Outcome};
use crate::http::Reply;
use crate::operation::{
    Answer, Effect, HostId, InvalidRequest, Method, Operation, OperationMeta, Parts,
};
use crate::rate::RateClass;
use crate::read::ReadError;

impl Lookup for Pay {
    type By = Get;

    const SETTLE: Duration = Duration::from_secs(60);

    fn lookup(&self) -> Get {
        Get::new(&self.text)
    }

    /// 0 pending, 1 happened, 2 refused, 4 another, anything else missing.
    fn verdict(answer: &Done) -> Verdict {
        match answer.value {
            0 => Verdict::Pending,
            1 => Verdict::Happened,
            2 => Verdict::Refused,
            4 => Verdict::Another,
            _ => Verdict::Missing,
        }
    }

    /// The bank was asked to repeat a "stubborn" one by itself, so a refusal is not its end.
    fn verdict_for(write: &Parts, answer: &Done) -> Verdict {
        let stubborn = br#"[["key","stubborn"]]"#;
        match Self::verdict(answer) {
            Verdict::Refused if write.body_ref().as_bytes() == Some(stubborn) => Verdict::Pending,
            verdict => verdict,
        }
    }
}

/// In one word, with the number that the bank answered.
fn word(settled: &Settled<Done>) -> String {
    match settled {
        Settled::Happened(answer) => format!("happened {}", answer.value),
        Settled::Refused(answer) => format!("refused {}", answer.value),
        Settled::Pending(answer) => format!("pending {}", answer.value),
        Settled::Another(answer) => format!("another {}", answer.value),
        Settled::NotFound => "not found".to_owned(),
        Settled::TooEarly => "too early".to_owned(),
    }
}

#[tokio::test]
async fn something_else_under_the_key_is_told_at_once() {
    let bank = bank([done(0), done(4)]);
    assert_eq!(settle(&bank, 300).await.unwrap(), "another 4");
    assert_eq!(bank.service.sends(), 2);
}

async fn settle(bank: &Bank, deadline: u64) -> Result<String, crate::error::Error> {
    let client = bank
        .client
        .with(RequestOptions::new().deadline(seconds(deadline)));
    bank.clock
        .drive(client.settle(&Pay::new("key")))
        .await
        .map(|settled| word(&settled))
}

fn missing() -> Reply {
    Reply::empty(404)
}

#[tokio::test]
async fn the_table_of_fates() {
    let many = |reply: Reply| vec![reply; 40];
    let rows: Vec<(&str, Vec<Reply>, u64, &str)> = vec![
        ("at once", vec![done(1)], 120, "happened 1"),
        ("refused", vec![done(2)], 120, "refused 2"),
        (
            "first pending",
            vec![done(0), done(0), done(1)],
            120,
            "happened 1",
        ),
        ("pending for ever", many(done(0)), 120, "pending 0"),
        (
            "seen late",
            vec![missing(), missing(), done(1)],
            120,
            "happened 1",
        ),
        (
            "seen late, told by the answer",
            vec![done(9), done(1)],
            120,
            "happened 1",
        ),
        ("never seen, 404", many(missing()), 120, "not found"),
        (
            "never seen, told by the answer",
            many(done(9)),
            120,
            "not found",
        ),
        ("not seen yet", many(missing()), 59, "too early"),
        (
            "not seen at the very last moment",
            many(missing()),
            60,
            "too early",
        ),
        (
            "hardly longer than the settle time",
            many(missing()),
            61,
            "not found",
        ),
        (
            "known, then forgotten",
            [vec![done(0)], many(missing())].concat(),
            120,
            "pending 0",
        ),
        (
            "a busy lookup",
            [vec![Reply::empty(503); 5], vec![done(1)]].concat(),
            120,
            "happened 1",
        ),
        (
            "pending, then unreachable",
            [vec![done(0)], many(Reply::Refused)].concat(),
            120,
            "pending 0",
        ),
    ];
    for (name, script, deadline, expected) in rows {
        let bank = bank(script);
        assert_eq!(settle(&bank, deadline).await.unwrap(), expected, "{name}");
        assert!(
            bank.service
                .seen()
                .iter()
                .all(|seen| seen.method == http::Method::GET),
            "{name}"
        );
        assert!(bank.clock.monotonic() <= seconds(deadline), "{name}");
    }
}

#[tokio::test]
async fn not_found_is_said_right_after_the_settle_time() {
    let bank = bank(vec![missing(); 40]);
    settle(&bank, 600).await.unwrap();
    assert_eq!(bank.clock.monotonic(), seconds(60));
    // At 0, 1, 3, 7, 15, 31 and 60 seconds.
    assert_eq!(bank.service.sends(), 7);
}

#[tokio::test]
async fn an_answer_that_came_late_was_still_asked_early() {
    // The look that begins at 31 s is answered after the settle time: the bank may have looked before.
    let script = [
        vec![missing(); 5],
        vec![Reply::SilentAfterSending, missing(), done(1)],
    ]
    .concat();
    let bank = bank(script);
    let client = bank.client.with(
        RequestOptions::new()
            .deadline(seconds(300))
            .attempt_timeout(seconds(40)),
    );
    let settled = bank
        .clock
        .drive(client.settle(&Pay::new("key")))
        .await
        .unwrap();
    assert_eq!(word(&settled), "happened 1");
}

#[tokio::test]
async fn a_lookup_that_fails_says_nothing_new() {
    let gone = bank(vec![Reply::empty(403)]);
    assert_eq!(
        settle(&gone, 120).await.unwrap_err().kind(),
        ErrorKind::Forbidden
    );
    let down = bank(vec![Reply::Refused; 100]);
    let error = settle(&down, 120).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.operation()),
        (ErrorKind::Connect, "test-bank.get")
    );
    let slow = bank(vec![Reply::empty(429).with_header("retry-after", "500")]);
    assert_eq!(
        settle(&slow, 120).await.unwrap_err().retry_after(),
        Some(seconds(500))
    );
}

#[tokio::test]
async fn what_belongs_to_the_write_stays_with_it() {
    let bank = bank([Reply::empty(403)]);
    let progress = Progress::new();
    let options = RequestOptions::new()
        .progress(&progress)
        .earlier(Outcome::Unknown);
    let client = bank.client.with(options);
    let error = bank
        .clock
        .drive(client.settle(&Pay::new("key")))
        .await
        .unwrap_err();
    assert_eq!(
        (error.outcome(), progress.attempts()),
        (Outcome::Unknown, 0)
    );
}

/// A lookup that the bank allows once a minute for each payment.
struct Slow(String);

impl Operation for Slow {
    type Provider = TestBank;
    type Output = Done;

    const META: OperationMeta = OperationMeta::new(
        "test-bank.slow",
        Effect::Keyed,
        Method::Post,
        HostId::API,
        "/v1/slow",
    );

    fn parts(&self) -> Result<Parts, InvalidRequest> {
        Ok(Parts::new())
    }

    fn parse(answer: &Answer) -> Result<Done, ReadError> {
        answer.json()
    }
}

impl Lookup for Slow {
    type By = Limited;

    const SETTLE: Duration = Duration::from_secs(90);

    fn lookup(&self) -> Limited {
        Limited::new(&self.0)
    }

    fn verdict(_: &Done) -> Verdict {
        Verdict::Missing
    }
}

#[tokio::test]
async fn the_lookup_has_its_own_pace() {
    let pace = |rates| Get::META.rates(rates).pace_per_key();
    const EVERY: RateClass = RateClass::every("test-bank.x", Duration::from_secs(60));
    const SIX: RateClass = RateClass::new("test-bank.y", 6, Duration::from_secs(60));
    const NONE: RateClass = RateClass::new("test-bank.z", 0, Duration::from_secs(60));
    assert_eq!(pace(&[]), Duration::ZERO);
    assert_eq!(
        pace(&[EVERY]),
        Duration::ZERO,
        "it is shared by all payments"
    );
    assert_eq!(pace(const { &[EVERY.keyed(), SIX.keyed()] }), seconds(60));
    assert_eq!(pace(const { &[SIX.keyed()] }), seconds(10));
    assert_eq!(pace(const { &[NONE.keyed()] }), seconds(60));

    let bank = bank(vec![done(9); 40]);
    let client = bank
        .client
        .with(RequestOptions::new().deadline(seconds(600)));
    let settled = bank
        .clock
        .drive(client.settle(&Slow("key".to_owned())))
        .await
        .unwrap();
    assert_eq!(word(&settled), "not found");
    // At 0, then no sooner than a minute apart.
    assert_eq!(bank.service.sends(), 3);
    assert!(bank.clock.monotonic() >= seconds(120));
}

#[tokio::test]
async fn the_write_itself_has_the_last_word_on_the_verdict() {
    for (text, expected) in [("key", "refused 2"), ("stubborn", "happened 1")] {
        let bank = bank([done(2), done(1)]);
        let settled = bank.clock.drive(bank.client.settle(&Pay::new(text))).await;
        assert_eq!(word(&settled.unwrap()), expected);
    }
}
