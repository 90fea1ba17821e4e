//! When a request may be sent again: one plain function, one loop, everything that is not pure passed in.

mod budget;
mod retry_after;
#[cfg(test)]
mod tests;

use std::time::Duration;

pub use budget::RetryBudget;
pub(crate) use retry_after::retry_after;

use crate::client::Progress;
use crate::clock::Clock;
use crate::error::Error;
use crate::future::BoxFuture;
use crate::operation::Effect;
use crate::random::{Random, full_jitter};

/// How often and how patiently a call is repeated, where it may be repeated at all.
///
/// The pauses grow from `first_pause` by doubling up to `longest_pause`, and each is drawn at random between nothing
/// and that ceiling. A bank's `Retry-After` is a lower bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RetryPolicy {
    /// How many attempts may fail before the call gives up; 1 means that nothing is ever repeated. The one attempt
    /// more that a refused token is worth, and asking again for what is not ready, do not count.
    pub max_attempts: u32,
    /// The ceiling of the first pause.
    pub first_pause: Duration,
    /// The ceiling of every later pause.
    pub longest_pause: Duration,
    /// The first pause after "not ready yet"; it grows likewise, without chance.
    pub first_not_ready_pause: Duration,
    /// The longest pause after "not ready yet".
    pub longest_not_ready_pause: Duration,
}

impl Default for RetryPolicy {
    /// Three attempts, pauses up to 0.5 s, 1 s …, 20 s; "not ready" is asked again after 1 s, 2 s …, 30 s.
    fn default() -> Self {
        RetryPolicy {
            max_attempts: 3,
            first_pause: Duration::from_millis(500),
            longest_pause: Duration::from_secs(20),
            first_not_ready_pause: Duration::from_secs(1),
            longest_not_ready_pause: Duration::from_secs(30),
        }
    }
}

impl RetryPolicy {
    /// Never repeats anything.
    pub fn never() -> Self {
        RetryPolicy {
            max_attempts: 1,
            ..RetryPolicy::default()
        }
    }

    /// At most this many attempts.
    #[must_use]
    pub fn with_max_attempts(mut self, attempts: u32) -> Self {
        self.max_attempts = attempts.max(1);
        self
    }

    /// The ceilings of the first and of every later pause.
    #[must_use]
    pub fn with_pauses(mut self, first: Duration, longest: Duration) -> Self {
        self.first_pause = first;
        self.longest_pause = longest;
        self
    }
}

/// How one attempt failed, as far as repeating it is concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Failed {
    /// Nothing left, and the cause may pass.
    NotSent,
    /// It left, or may have, and no whole answer came.
    Lost,
    /// 401.
    Unauthorized {
        /// Whether a token was refused in whose place another can be had.
        renewable: bool,
    },
    /// The bank answered with this status.
    Answered(u16),
    /// The bank has the answer later.
    NotReady,
    /// The same again would fail the same way.
    ForGood,
}

/// A failed attempt.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) failed: Failed,
    pub(crate) retry_after: Option<Duration>,
    pub(crate) error: Error,
}

impl Failure {
    pub(crate) fn for_good(error: Error) -> Self {
        Failure {
            failed: Failed::ForGood,
            retry_after: None,
            error,
        }
    }
}

/// What is constant over the attempts of one call.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rules {
    pub(crate) effect: Effect,
    pub(crate) refused_before_work: &'static [u16],
    pub(crate) streamed: bool,
    pub(crate) policy: RetryPolicy,
    /// On [`Clock::monotonic`].
    pub(crate) give_up_at: Duration,
}

/// What follows a failed attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Decision {
    GiveUp,
    /// With a fresh token, at once, the same bytes.
    AgainWithFreshToken,
    /// After a pause, out of the attempts and the budget.
    Again,
    /// After a pause that costs nothing: the bank asked for it.
    AskLater,
}

/// The whole doctrine of repeating, as a table.
///
/// | failed | Read, Idempotent | Keyed | Once |
/// |---|---|---|---|
/// | not sent | again | again | again |
/// | lost | again | give up | give up |
/// | 401, first time | fresh token | fresh token | give up |
/// | 408, 429, 500, 502, 503, 504 | again | only if documented as refused before work | give up |
/// | not ready (202) | ask later | give up | give up |
/// | anything else | give up | give up | give up |
///
/// A request with a streamed body is never repeated, and with a policy of one attempt nothing is.
pub(crate) fn decide(rules: &Rules, failed: Failed, token_renewed: bool) -> Decision {
    if rules.streamed || rules.policy.max_attempts <= 1 {
        return Decision::GiveUp;
    }
    let repeatable = rules.effect.is_repeatable();
    let again = match failed {
        Failed::ForGood => false,
        Failed::NotSent => true,
        Failed::Lost => repeatable,
        Failed::NotReady if repeatable => return Decision::AskLater,
        Failed::NotReady => false,
        Failed::Unauthorized { renewable: true }
            if rules.effect != Effect::Once && !token_renewed =>
        {
            return Decision::AgainWithFreshToken;
        }
        Failed::Unauthorized { .. } => false,
        Failed::Answered(status) => match rules.effect {
            Effect::Read | Effect::Idempotent => {
                matches!(status, 408 | 429 | 500 | 502 | 503 | 504)
            }
            Effect::Keyed => rules.refused_before_work.contains(&status),
            Effect::Once => false,
        },
    };
    match again {
        true => Decision::Again,
        false => Decision::GiveUp,
    }
}

/// The tools of the loop.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tools<'a> {
    pub(crate) clock: &'a dyn Clock,
    pub(crate) random: &'a dyn Random,
    pub(crate) budget: &'a RetryBudget,
}

/// Makes attempts until one succeeds or [`decide`], the attempts, the budget or the time says stop.
///
/// The error that comes back is the last one, with the worst outcome of all attempts.
pub(crate) async fn run<'a, T>(
    rules: &Rules,
    tools: Tools<'_>,
    progress: &Progress,
    mut attempt: impl FnMut() -> BoxFuture<'a, Result<T, Failure>>,
) -> Result<T, Error> {
    let mut spent = 0_u32;
    let mut asked_later = 0_u32;
    let mut token_renewed = false;
    loop {
        let Failure {
            failed,
            retry_after,
            error,
        } = match attempt().await {
            Ok(value) => {
                tools.budget.refill();
                return Ok(value);
            }
            Err(failure) => failure,
        };
        let policy = &rules.policy;
        let decision = decide(rules, failed, token_renewed);
        let pause = match decision {
            Decision::GiveUp => None,
            Decision::AgainWithFreshToken => {
                token_renewed = true;
                continue;
            }
            Decision::AskLater => {
                let ceiling = grown(policy.first_not_ready_pause, asked_later);
                asked_later += 1;
                Some(ceiling.min(policy.longest_not_ready_pause))
            }
            Decision::Again => {
                let ceiling = grown(policy.first_pause, spent).min(policy.longest_pause);
                spent += 1;
                (spent < policy.max_attempts).then(|| full_jitter(tools.random, ceiling))
            }
        };
        let wait = pause.map(|pause| pause.max(retry_after.unwrap_or_default()));
        let left = rules.give_up_at.saturating_sub(tools.clock.monotonic());
        match wait {
            // A wait that ends after the deadline would only delay the same answer.
            Some(wait)
                if wait < left && (decision == Decision::AskLater || tools.budget.withdraw()) =>
            {
                tools.clock.sleep(wait).await;
            }
            _ => {
                // What the bank said, or what "not ready" costs; our own jitter is no advice to anybody.
                let advice = wait
                    .filter(|_| decision == Decision::AskLater)
                    .or(retry_after);
                return Err(error
                    .with_outcome(progress.outcome())
                    .with_retry_after(advice));
            }
        }
    }
}

fn grown(first: Duration, steps: u32) -> Duration {
    first.saturating_mul(2_u32.saturating_pow(steps.min(30)))
}
