//! What is going to be paid, before anybody said yes.

mod confirm;
mod line;
mod summary;
#[cfg(test)]
mod tests;
mod wish;

use std::collections::HashSet;
use std::fmt;

use rubank_core::money::Kopecks;
use rubank_core::operation::InvalidRequest;
use rubank_core::read::{ReadError, read};
use serde::{Deserialize, Serialize};

pub use confirm::{ConfirmError, Confirmation, Confirmed};
pub use line::PlanLine;
pub use summary::{Duplicate, Like, Summary, Warning};
pub use wish::{Family, PaidBy, PaidTo, Payout, Recipient, Registry, Wish};

/// A file of payments that was read and checked line by line. Nothing of it is sent before somebody confirms it:
/// [`Summary::confirm`].
///
/// It is made by `Planning`, kept by whoever keeps the run, and never changed but for duplicates that are found later.
/// It serialises with names, phones and accounts in clear: store it sealed. `Debug` tells its summary.
///
/// Reading one checks what a plan promises: line numbers grow, keys differ, every sum is more than nothing, and count
/// and total are those of the lines.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Written")]
pub struct Plan {
    summary: Summary,
    lines: Vec<PlanLine>,
}

impl Plan {
    /// What a person has to know before they say yes.
    #[must_use]
    pub const fn summary(&self) -> &Summary {
        &self.summary
    }

    /// The lines, in the order of the file.
    #[must_use]
    pub fn lines(&self) -> &[PlanLine] {
        &self.lines
    }

    /// Adds duplicates that somebody found who knows earlier runs, by [`PlanLine::likeness`]. Those of lines that the
    /// plan does not have are left out.
    #[must_use]
    pub fn with_duplicates(mut self, found: impl IntoIterator<Item = Duplicate>) -> Self {
        let is_ours = |found: &Duplicate| {
            let place = |line| self.lines.binary_search_by_key(&line, PlanLine::number);
            place(found.line).is_ok()
        };
        let found: Vec<_> = found.into_iter().filter(is_ours).collect();
        self.summary.add_duplicates(found);
        self
    }

    /// Writes it as JSON, to be sealed.
    ///
    /// # Errors
    ///
    /// It has nothing that JSON could refuse; who calls need not rely on that.
    pub fn to_json(&self) -> Result<Vec<u8>, InvalidRequest> {
        let refused = |_| InvalidRequest::new("plan", "cannot be written as JSON");
        serde_json::to_vec(self).map_err(refused)
    }

    /// Reads what [`to_json`](Self::to_json) wrote.
    ///
    /// # Errors
    ///
    /// It was changed, or written by a newer program. The error quotes nothing of it.
    pub fn from_json(text: &[u8]) -> Result<Self, ReadError> {
        read(text)
    }

    /// The only way to make one.
    pub(crate) fn checked(summary: Summary, lines: Vec<PlanLine>) -> Result<Self, &'static str> {
        let sum = Kopecks::sum(lines.iter().map(PlanLine::amount));
        let keys: HashSet<&str> = lines.iter().map(PlanLine::key).collect();
        let promises = [
            (!lines.is_empty(), "a plan has at least one line"),
            (
                lines.is_sorted_by(|left, right| left.number() < right.number()),
                "the numbers of a plan's lines grow",
            ),
            (keys.len() == lines.len(), "the keys of a plan differ"),
            (
                lines.iter().all(|line| line.amount() > Kopecks::ZERO),
                "every sum of a plan is more than nothing",
            ),
            (
                summary.count() == lines.len() && Some(summary.total()) == sum,
                "count and total of a plan are those of its lines",
            ),
        ];
        match promises.into_iter().find(|(kept, _)| !kept) {
            Some((_, promise)) => Err(promise),
            None => Ok(Self { summary, lines }),
        }
    }
}

impl fmt::Debug for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Plan({:?})", self.summary)
    }
}

#[derive(Deserialize)]
struct Written {
    summary: Summary,
    lines: Vec<PlanLine>,
}

impl TryFrom<Written> for Plan {
    type Error = &'static str;

    fn try_from(written: Written) -> Result<Self, &'static str> {
        Self::checked(written.summary, written.lines)
    }
}
