//! What an execution tells while it works.

use std::fmt;
use std::time::Duration;

use rubank_core::error::Error;
use rubank_core::money::Kopecks;
use rubank_store::engine::IntentRow;

use crate::run::{Cause, Pause, RunError, Totals};

/// What happened in an execution. `Display` is one line; nothing of it is secret or personal.
///
/// An execution tells what it did itself: what another process did for the same run, that one tells. The last event is
/// one of [`Finished`](Event::Finished), [`Paused`](Event::Paused), [`TimeOver`](Event::TimeOver),
/// [`Stopped`](Event::Stopped) and [`Failed`](Event::Failed).
#[derive(Debug)]
#[non_exhaustive]
pub enum Event {
    /// The bank took the payment.
    Sent(Line),
    /// The payment's answer was lost: the bank is asked what became of it before anything else.
    Unclear(Line),
    /// Nothing has left, for a cause that passes by itself: it is sent later.
    Delayed(Line, Duration),
    /// The bank refused it for a cause that is no matter of this line; the run is paused, and the line is sent again
    /// when somebody resumes it.
    HeldBack(Line, Cause),
    /// It is paid.
    Paid(Line),
    /// The bank refused it; a stable word of why. The bank's own words stand in the report.
    Refused(Line, String),
    /// A person must look; a stable word of why.
    NeedsPerson(Line, String),
    /// A question about the payments under way failed, and is asked again.
    LookFailed(Error),
    /// The store did not do as it was asked, and is asked again: nothing is sent meanwhile.
    StoreFailed(RunError),
    /// Nothing can be done before some time has passed, or a line of another process is free.
    Waiting(Duration),
    /// Nothing is sent any more, by any process, until somebody resumes the run.
    Paused(Pause),
    /// Every line has an end, or needs a person. Lines that [another run](crate::Run::elsewhere) pays end with that one.
    Finished(Totals),
    /// The time of the execution was over first: execute it again.
    TimeOver(Totals),
    /// Somebody stopped this execution: execute it again.
    Stopped(Totals),
    /// This execution cannot go on. The run is as it was.
    Failed(RunError),
}

/// The line that an event is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its number in the file.
    pub number: u64,
    /// The key of its payment.
    pub key: String,
    /// The sum.
    pub amount: Kopecks,
}

impl Line {
    pub(crate) fn of(row: &IntentRow) -> Self {
        let number = row.line.and_then(|line| u64::try_from(line).ok());
        Self {
            number: number.unwrap_or_default(),
            key: row.id.key.clone(),
            amount: Kopecks::new(row.kopecks.unwrap_or_default()),
        }
    }
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {} ({})", self.number, self.amount)
    }
}

impl Event {
    /// The line that it is about.
    #[must_use]
    pub const fn line(&self) -> Option<&Line> {
        match self {
            Self::Sent(line)
            | Self::Unclear(line)
            | Self::Delayed(line, _)
            | Self::HeldBack(line, _)
            | Self::Paid(line)
            | Self::Refused(line, _)
            | Self::NeedsPerson(line, _) => Some(line),
            _ => None,
        }
    }

    /// Whether it is the last one.
    #[must_use]
    pub const fn is_last(&self) -> bool {
        matches!(
            self,
            Self::Paused(_)
                | Self::Finished(_)
                | Self::TimeOver(_)
                | Self::Stopped(_)
                | Self::Failed(_)
        )
    }
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sent(line) => write!(f, "{line}: taken"),
            Self::Unclear(line) => write!(f, "{line}: the answer was lost, the bank is asked"),
            Self::Delayed(line, after) => {
                write!(f, "{line}: not sent, again in {} s", after.as_secs())
            }
            Self::HeldBack(line, cause) => write!(f, "{line}: held back, {cause}"),
            Self::Paid(line) => write!(f, "{line}: paid"),
            Self::Refused(line, why) => write!(f, "{line}: refused, {why}"),
            Self::NeedsPerson(line, why) => write!(f, "{line}: a person must look, {why}"),
            Self::LookFailed(error) => write!(f, "a look failed: {error}"),
            Self::StoreFailed(error) => write!(f, "the store failed, it is asked again: {error}"),
            Self::Waiting(time) => write!(f, "waiting, {} s or less", time.as_secs().max(1)),
            Self::Paused(pause) => write!(f, "{pause}"),
            Self::Finished(totals) => write!(f, "finished: {totals}"),
            Self::TimeOver(totals) => write!(f, "the time is over: {totals}"),
            Self::Stopped(totals) => write!(f, "stopped: {totals}"),
            Self::Failed(error) => write!(f, "failed: {error}"),
        }
    }
}
