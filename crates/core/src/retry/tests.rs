mod decisions;
mod outcomes;

use std::collections::VecDeque;
use std::sync::Mutex;

use time::macros::datetime;

use super::*;
use crate::clock::ManualClock;
use crate::error::{ErrorKind, Outcome};
use crate::http::Sent;
use crate::random::SeededRandom;

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn rules(effect: Effect) -> Rules {
    Rules {
        effect,
        refused_before_work: &[],
        streamed: false,
        policy: RetryPolicy::default(),
        give_up_at: seconds(120),
    }
}

/// What a script of attempts came to.
struct Run {
    result: Result<u32, Error>,
    sends: usize,
    pauses: Vec<Duration>,
}

async fn play(
    rules: Rules,
    budget: &RetryBudget,
    script: impl IntoIterator<Item = Result<u32, Failure>>,
) -> Run {
    play_from(rules, budget, Outcome::NotSent, script).await
}

async fn play_from(
    rules: Rules,
    budget: &RetryBudget,
    earlier: Outcome,
    script: impl IntoIterator<Item = Result<u32, Failure>>,
) -> Run {
    let clock = ManualClock::new(datetime!(2026-01-01 00:00 UTC));
    let random = SeededRandom::new(7);
    let script: Mutex<VecDeque<_>> = Mutex::new(script.into_iter().collect());
    let progress = Progress::new();
    progress.start(earlier);
    let attempt = || -> BoxFuture<'_, Result<u32, Failure>> {
        Box::pin(async {
            progress.begin(&Sent::new());
            let result = script
                .lock()
                .unwrap()
                .pop_front()
                .expect("no more attempts were foreseen");
            progress.end(
                result
                    .as_ref()
                    .map_or_else(|f| f.error.outcome(), |_| Outcome::NotSent),
            );
            result
        })
    };
    let tools = Tools {
        clock: &clock,
        random: &random,
        budget,
    };
    let result = clock.drive(run(&rules, tools, &progress, attempt)).await;
    Run {
        result,
        sends: progress.attempts() as usize,
        pauses: clock.slept(),
    }
}

fn answered(status: u16) -> Result<u32, Failure> {
    after(status, None)
}

fn after(status: u16, retry_after: Option<u64>) -> Result<u32, Failure> {
    let (kind, outcome) = ErrorKind::of_status(status);
    let failed = match status {
        401 => Failed::Unauthorized { renewable: true },
        _ => Failed::Answered(status),
    };
    Err(Failure {
        failed,
        retry_after: retry_after.map(seconds),
        error: Error::new(kind, outcome),
    })
}

fn failed(failed: Failed, kind: ErrorKind, outcome: Outcome) -> Result<u32, Failure> {
    Err(Failure {
        failed,
        retry_after: None,
        error: Error::new(kind, outcome),
    })
}

fn refused() -> Result<u32, Failure> {
    failed(Failed::NotSent, ErrorKind::Connect, Outcome::NotSent)
}

fn lost() -> Result<u32, Failure> {
    failed(Failed::Lost, ErrorKind::ConnectionLost, Outcome::Unknown)
}

fn not_ready() -> Result<u32, Failure> {
    failed(Failed::NotReady, ErrorKind::NotReady, Outcome::Accepted)
}

#[tokio::test]
async fn twice_busy_and_then_well() {
    let budget = RetryBudget::default();
    let run = play(
        rules(Effect::Read),
        &budget,
        [answered(503), answered(503), Ok(1)],
    )
    .await;
    assert_eq!((run.result.unwrap(), run.sends), (1, 3));
    let [first, second] = run.pauses[..] else {
        panic!("{:?}", run.pauses)
    };
    assert!(
        first <= Duration::from_millis(500) && second <= seconds(1),
        "{first:?} {second:?}"
    );
    assert!(!first.is_zero() && !second.is_zero() && first != second);
    // Two repetitions out, a tenth of one back.
    assert_eq!(budget.left(), 48);
}

#[tokio::test]
async fn pauses_grow_to_their_longest_and_no_further() {
    let rules = Rules {
        policy: RetryPolicy::default()
            .with_max_attempts(30)
            .with_pauses(seconds(1), seconds(4)),
        ..rules(Effect::Read)
    };
    let script = (0..20).map(|_| answered(503)).chain([Ok(1)]);
    let run = play(rules, &RetryBudget::default(), script).await;
    run.result.unwrap();
    let ceilings = [1, 2].into_iter().chain(std::iter::repeat(4));
    for (pause, ceiling) in run.pauses.iter().zip(ceilings) {
        assert!(*pause <= seconds(ceiling), "{pause:?} {ceiling}");
    }
    assert!(
        run.pauses[2..].iter().any(|pause| *pause > seconds(2)),
        "{:?}",
        run.pauses
    );
    // Not even numbers that nobody would write.
    assert_eq!(grown(Duration::MAX, u32::MAX), Duration::MAX);
    assert_eq!(grown(seconds(1), 3), seconds(8));
}

#[tokio::test]
async fn attempts_have_a_limit() {
    for (limit, sends) in [(0, 1), (1, 1), (2, 2), (3, 3)] {
        let policy = RetryPolicy {
            max_attempts: limit,
            ..RetryPolicy::default()
        };
        let rules = Rules {
            policy,
            ..rules(Effect::Read)
        };
        let run = play(
            rules,
            &RetryBudget::default(),
            (0..sends).map(|_| answered(500)),
        )
        .await;
        assert_eq!(run.sends, sends, "{limit}");
        assert_eq!(run.result.unwrap_err().kind(), ErrorKind::Server);
    }
}

#[tokio::test]
async fn retry_after_is_a_lower_bound() {
    let budget = RetryBudget::default();
    let run = play(rules(Effect::Read), &budget, [after(429, Some(30)), Ok(1)]).await;
    assert_eq!(run.pauses, [seconds(30)]);
    // A bank that asks for nothing gets our own pause.
    let run = play(rules(Effect::Read), &budget, [after(429, Some(0)), Ok(1)]).await;
    assert!(run.pauses[0] > Duration::ZERO && run.pauses[0] <= Duration::from_millis(500));
}

#[tokio::test]
async fn retry_after_is_bounded_by_the_deadline() {
    for wait in [120, 121, u64::MAX] {
        let budget = RetryBudget::default();
        let run = play(rules(Effect::Read), &budget, [after(429, Some(wait))]).await;
        let error = run.result.unwrap_err();
        assert_eq!(
            (error.kind(), run.pauses.len()),
            (ErrorKind::TooManyRequests, 0),
            "{wait}"
        );
        assert_eq!(error.retry_after(), Some(seconds(wait)));
        assert_eq!(
            budget.left(),
            50,
            "nothing was repeated, so nothing was paid"
        );
    }
}

#[tokio::test]
async fn our_own_jitter_is_no_advice() {
    let rules = Rules {
        give_up_at: Duration::ZERO,
        ..rules(Effect::Read)
    };
    let run = play(rules, &RetryBudget::default(), [answered(503)]).await;
    assert_eq!(run.result.unwrap_err().retry_after(), None);
    assert_eq!(run.sends, 1);
}

#[tokio::test]
async fn the_budget_is_shared_by_many_calls() {
    let budget = RetryBudget::default();
    let mut repeated = 0;
    for _ in 0..100 {
        let run = play(rules(Effect::Read), &budget, (0..3).map(|_| answered(503))).await;
        repeated += run.sends - 1;
    }
    assert_eq!((repeated, budget.left()), (50, 0));
    // It comes back by successes, one for ten.
    for _ in 0..10 {
        play(rules(Effect::Read), &budget, [Ok(1)])
            .await
            .result
            .unwrap();
    }
    assert_eq!(budget.left(), 1);
    for _ in 0..10_000 {
        budget.refill();
    }
    assert_eq!(budget.left(), 50);
}

#[tokio::test]
async fn not_ready_is_asked_again_free_of_attempts_with_growing_pauses() {
    let budget = RetryBudget::default();
    let rules = Rules {
        give_up_at: seconds(600),
        ..rules(Effect::Read)
    };
    let run = play(rules, &budget, (0..8).map(|_| not_ready()).chain([Ok(1)])).await;
    run.result.unwrap();
    assert_eq!(run.pauses, [1, 2, 4, 8, 16, 30, 30, 30].map(seconds));
    assert_eq!(budget.left(), 50);

    // Attempts that fail in between are counted all the same.
    let script = [
        not_ready(),
        answered(503),
        not_ready(),
        answered(503),
        not_ready(),
        answered(503),
    ];
    let run = play(rules, &budget, script).await;
    assert_eq!(
        (run.result.unwrap_err().kind(), run.sends),
        (ErrorKind::Server, 6)
    );
}

#[tokio::test]
async fn not_ready_ends_as_such_at_the_deadline() {
    let rules = Rules {
        give_up_at: seconds(10),
        ..rules(Effect::Read)
    };
    let run = play(rules, &RetryBudget::default(), (0..4).map(|_| not_ready())).await;
    let error = run.result.unwrap_err();
    assert_eq!(
        (error.kind(), error.retry_after()),
        (ErrorKind::NotReady, Some(seconds(8)))
    );
    assert_eq!(run.pauses, [1, 2, 4].map(seconds));
}

#[tokio::test]
async fn a_fresh_token_is_worth_one_more_attempt_at_once() {
    for effect in [Effect::Read, Effect::Idempotent, Effect::Keyed] {
        let run = play(
            rules(effect),
            &RetryBudget::default(),
            [answered(401), Ok(1)],
        )
        .await;
        assert_eq!(
            (run.result.unwrap(), run.sends, run.pauses.len()),
            (1, 2, 0),
            "{effect:?}"
        );
        let run = play(
            rules(effect),
            &RetryBudget::default(),
            [answered(401), answered(401)],
        )
        .await;
        let error = run.result.unwrap_err();
        assert_eq!(
            (error.kind(), error.outcome()),
            (ErrorKind::Unauthorized, Outcome::Rejected)
        );
    }
    let run = play(
        rules(Effect::Once),
        &RetryBudget::default(),
        [answered(401)],
    )
    .await;
    assert_eq!(run.sends, 1);
}
