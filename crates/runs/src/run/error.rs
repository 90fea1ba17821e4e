//! Why a run did not do as it was asked.

use std::fmt;

use rubank_core::error::Error;
use rubank_store::StoreError;

use crate::execute::Mismatch;
use crate::plan::ConfirmError;
use crate::report::ReportError;
use crate::run_id::RunId;

/// How many lines an error names.
const MOST_NAMED: usize = 20;

/// Why a run did not do as it was asked. No text of it holds anything personal or secret.
///
/// Nothing is lost by any of them: the same call may be made again.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RunError {
    /// The store did not do as it was asked.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// What was confirmed is not what was planned.
    #[error(transparent)]
    Confirm(#[from] ConfirmError),
    /// The report would not add up.
    #[error(transparent)]
    Report(#[from] ReportError),
    /// The bank could not be asked.
    #[error(transparent)]
    Call(#[from] Error),
    /// There is no such run.
    #[error("no run {0} was planned")]
    Absent(RunId),
    /// Its plan was discarded: plan the file again.
    #[error("the plan of run {0} was discarded")]
    Discarded(RunId),
    /// Nobody has confirmed it: nothing is sent before that.
    #[error("nobody has confirmed run {0}")]
    NotConfirmed(RunId),
    /// It is confirmed, and whoever did so did not get to its last line. Confirm it again, or execute it.
    #[error("run {0} is confirmed, and not all of its lines are written down: confirm it again")]
    Unfinished(RunId),
    /// These lines look like others since the run was last shown, and not those that were confirmed. Look at it again.
    #[error("since run {run} was shown, other lines of it have come to look like earlier ones: {}", Lines(.lines))]
    NewDuplicates {
        /// The run.
        run: RunId,
        /// Its lines.
        lines: Vec<u64>,
    },
    /// The file has no payments in these lines.
    #[error("the file has no payments in these lines: {}", Lines(.0))]
    NoSuchLines(Vec<u64>),
    /// It is confirmed, and stays.
    #[error("run {0} is confirmed")]
    Confirmed(RunId),
    /// It wants payments of another bank than the client's.
    #[error("run {run} is paid by {operation}: this client is another bank's")]
    OtherBank {
        /// The run.
        run: RunId,
        /// The operation that pays its lines.
        operation: String,
    },
    /// It was confirmed for another environment than the client's.
    #[error(
        "run {run} was confirmed for the environment {confirmed:?}, this client is of {given:?}"
    )]
    OtherEnvironment {
        /// The run.
        run: RunId,
        /// Where it was confirmed for.
        confirmed: String,
        /// Where the client goes.
        given: String,
    },
    /// These lines have a key of their own that was used for another wish: somebody or something else, another sum, or
    /// another environment.
    #[error("the keys of these lines were used for other payments: {}", Lines(.0))]
    KeysTaken(Vec<u64>),
    /// The bank shows something else than these lines say.
    #[error("the bank shows something else than the file:{}", Mismatches(.0))]
    Differs(Vec<Mismatch>),
    /// What is kept cannot be read: another program wrote it, or it was changed.
    #[error("the {0} of a run cannot be read")]
    Unreadable(&'static str),
    /// Others change the same run all the time.
    #[error("run {0} is being changed by others")]
    Busy(RunId),
}

impl RunError {
    /// Whether the same call may work a little later.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Store(error) => error.is_transient(),
            Self::Call(error) => error.is_transient(),
            Self::Busy(_) => true,
            _ => false,
        }
    }
}

struct Lines<'a>(&'a [u64]);

impl fmt::Display for Lines<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let named: Vec<_> = self.0.iter().take(MOST_NAMED).map(u64::to_string).collect();
        f.write_str(&named.join(", "))?;
        more(f, self.0.len())
    }
}

struct Mismatches<'a>(&'a [Mismatch]);

impl fmt::Display for Mismatches<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for one in self.0.iter().take(MOST_NAMED) {
            write!(f, "\nline {}: {}", one.line, one.text)?;
        }
        more(f, self.0.len())
    }
}

fn more(f: &mut fmt::Formatter<'_>, count: usize) -> fmt::Result {
    match count.checked_sub(MOST_NAMED) {
        Some(more @ 1..) => write!(f, " and {more} more"),
        _ => Ok(()),
    }
}
