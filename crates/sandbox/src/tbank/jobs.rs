//! Asynchronous requests: taken at once, done after a while, told for two days.

use std::time::Duration;

use http::StatusCode;
use serde::Serialize;

use super::answers::Refusal;
use super::books::Books;
use super::switches::Repeat;
use super::{Bank, code};
use crate::answer::Answer;
use crate::asked::Asked;
use crate::sync::locked;

/// How long a job is queued or in progress.
pub(super) const WORK: Duration = Duration::from_secs(2);
/// How long its result is kept afterwards.
const KEPT: Duration = Duration::from_secs(2 * 86_400);

pub(super) struct Job {
    pub(super) operation: &'static str,
    pub(super) correlation: String,
    pub(super) fingerprint: String,
    /// On the clock's elapsed time.
    pub(super) done: Duration,
    pub(super) outcome: Outcome,
}

/// What the result tells once the job is done.
#[derive(Clone)]
pub(super) enum Outcome {
    Created {
        registry: u64,
        dropped: Vec<LineErrors>,
    },
    NotCreated {
        error: Option<FieldError>,
        lines: Vec<LineErrors>,
    },
    Signed {
        registry: u64,
    },
    NotSigned {
        registry: u64,
        code: &'static str,
    },
    Cancelled,
    NotCancelled {
        code: &'static str,
    },
    /// By the payment at this place of the books.
    Paid(usize),
    /// Receipts are asked for; this sandbox tells none.
    Receipts,
}

/// What is wrong with a registry, or with a field of one line.
#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct FieldError {
    pub(super) field_name: &'static str,
    pub(super) error_description: &'static str,
}

/// A bad line and why it is bad.
#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct LineErrors {
    pub(super) number: u64,
    pub(super) account_number: String,
    pub(super) errors: Vec<FieldError>,
}

/// A request that starts a job: its method, its key, its bytes.
pub(super) struct Start<'a> {
    pub(super) operation: &'static str,
    pub(super) correlation: &'a str,
    pub(super) asked: &'a Asked,
}

impl Start<'_> {
    /// What a key that was seen before is answered; `None` when there is work to do.
    pub(super) fn repeated(&self, bank: &Bank, books: &Books) -> Result<Option<Answer>, Refusal> {
        let Some(job) = books.job(self.operation, self.correlation) else {
            return Ok(None);
        };
        match locked(&bank.switches).repeated_correlation {
            Repeat::ActAgain => Ok(None),
            Repeat::Replay if job.fingerprint == self.asked.fingerprint => Ok(Some(self.taken())),
            Repeat::Replay | Repeat::Refuse => {
                Err(Refusal::Business(code::DUPLICATE_CORRELATION_ID))
            }
        }
    }

    /// Writes the job down and answers its key.
    pub(super) fn take(&self, bank: &Bank, books: &mut Books, outcome: Outcome) -> Answer {
        books.jobs.push(Job {
            operation: self.operation,
            correlation: self.correlation.to_owned(),
            fingerprint: self.asked.fingerprint.clone(),
            done: bank.world.clock.elapsed().saturating_add(WORK),
            outcome,
        });
        self.taken()
    }

    fn taken(&self) -> Answer {
        Answer::json(
            StatusCode::OK,
            &Taken {
                correlation_id: self.correlation,
            },
        )
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Taken<'a> {
    correlation_id: &'a str,
}

impl Books {
    /// The last job of that method with that key, whether or not its result is still kept.
    fn job(&self, operation: &str, correlation: &str) -> Option<&Job> {
        let mut newest_first = self.jobs.iter().rev();
        newest_first.find(|job| job.operation == operation && job.correlation == correlation)
    }

    /// A job whose result is kept, and whether it is done.
    ///
    /// # Errors
    /// Nobody asked for it, or it was forgotten.
    pub(super) fn result(
        &self,
        operation: &str,
        correlation: &str,
        elapsed: Duration,
    ) -> Result<(&Job, bool), Refusal> {
        match self.job(operation, correlation) {
            Some(job) if elapsed.saturating_sub(job.done) < KEPT => Ok((job, job.done <= elapsed)),
            _ => Err(Refusal::Business(code::RESULT_NOT_FOUND)),
        }
    }
}
