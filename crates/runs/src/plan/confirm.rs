//! Somebody says yes.

use std::fmt;

use rubank_core::money::{Kopecks, Money};
use rubank_core::personal::Personal;
use rubank_core::types::Timestamp;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::summary::Summary;
use crate::hash::FileHash;
use crate::run_id::RunId;

/// What somebody says who wants a run to be paid: the file that they looked at, and how much it comes to.
///
/// Both are to be typed or read from another place than the plan; a program that copies them confirms nothing.
#[derive(Clone, PartialEq, Eq)]
pub struct Confirmation {
    sha256: FileHash,
    total: Money,
    duplicates: usize,
    by: String,
    at: OffsetDateTime,
}

impl Confirmation {
    /// This file, this total in roubles, by this person, now.
    pub fn new(sha256: FileHash, total: Money, by: impl Into<String>, at: OffsetDateTime) -> Self {
        Self {
            sha256,
            total,
            duplicates: 0,
            by: by.into(),
            at,
        }
    }

    /// Says that so many lines look like others ([`Summary::duplicate_lines`]) and are meant all the same.
    #[must_use]
    pub const fn with_duplicates(mut self, count: usize) -> Self {
        self.duplicates = count;
        self
    }
}

impl Summary {
    /// Compares what somebody says with the plan.
    ///
    /// ```
    /// # #[cfg(feature = "payouts")] {
    /// use rubank_runs::rubank_core::types::Timestamp;
    /// use rubank_runs::{Confirmation, Money, Planning, TableOptions};
    ///
    /// let now = Timestamp::parse("2026-05-15T09:00:00+03:00").unwrap().value();
    /// let file = "contractor;amount;purpose\n123;100,00;act 7\n123;100,00;act 7\n";
    /// let plan = Planning::new("Planner", now).payouts("may.csv", file.as_bytes()).unwrap();
    /// let summary = plan.summary();
    ///
    /// let yes = Confirmation::new(summary.sha256(), Money::from_roubles(200), "Checker", now);
    /// let refused = summary.confirm(&yes).unwrap_err();
    /// assert_eq!(refused.to_string(), "1 lines look like others, and 0 were confirmed: look at them first");
    /// assert!(summary.confirm(&yes.with_duplicates(1)).is_ok());
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// It is another file, another total, or another number of duplicates than the plan has; or nobody says it.
    pub fn confirm(&self, said: &Confirmation) -> Result<Confirmed, ConfirmError> {
        let (planned, confirmed) = (self.sha256(), said.sha256);
        if planned != confirmed {
            return Err(ConfirmError::OtherFile { planned, confirmed });
        }
        let (planned, confirmed) = (self.total(), said.total);
        if Money::from(planned) != confirmed {
            return Err(ConfirmError::OtherTotal { planned, confirmed });
        }
        let (planned, confirmed) = (self.duplicate_lines(), said.duplicates);
        if planned != confirmed {
            return Err(ConfirmError::OtherDuplicates { planned, confirmed });
        }
        if said.by.trim().is_empty() {
            return Err(ConfirmError::Nobody);
        }
        Ok(Confirmed {
            run: self.run().clone(),
            sha256: self.sha256(),
            total: self.total(),
            duplicates: self.duplicate_lines(),
            by: Personal::new(said.by.trim().to_owned()),
            at: Timestamp::new(said.at),
        })
    }
}

/// A run that somebody confirmed: the record to keep, and what an execution asks for.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confirmed {
    run: RunId,
    sha256: FileHash,
    total: Kopecks,
    duplicates: usize,
    by: Personal<String>,
    at: Timestamp,
}

impl Confirmed {
    /// The run.
    #[must_use]
    pub const fn run(&self) -> &RunId {
        &self.run
    }

    /// The file that was confirmed.
    #[must_use]
    pub const fn sha256(&self) -> FileHash {
        self.sha256
    }

    /// The total that was confirmed.
    #[must_use]
    pub const fn total(&self) -> Kopecks {
        self.total
    }

    /// Who confirmed it.
    #[must_use]
    pub const fn by(&self) -> &Personal<String> {
        &self.by
    }

    /// When.
    #[must_use]
    pub const fn at(&self) -> OffsetDateTime {
        self.at.value()
    }
}

/// Why a confirmation is none.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ConfirmError {
    /// Another file.
    #[error("the plan is of the file {planned}, confirmed was {confirmed}")]
    OtherFile {
        /// The plan's.
        planned: FileHash,
        /// What was said.
        confirmed: FileHash,
    },
    /// Another total.
    #[error("the plan comes to {planned} roubles, confirmed were {confirmed}")]
    OtherTotal {
        /// The plan's.
        planned: Kopecks,
        /// What was said, in roubles.
        confirmed: Money,
    },
    /// Lines look like others, and that is not what was said.
    #[error("{planned} lines look like others, and {confirmed} were confirmed: look at them first")]
    OtherDuplicates {
        /// The plan's.
        planned: usize,
        /// What was said.
        confirmed: usize,
    },
    /// No name.
    #[error("a confirmation needs the name of who confirms")]
    Nobody,
}

impl fmt::Debug for Confirmation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Confirmation")
            .field("sha256", &self.sha256)
            .field("total", &self.total)
            .field("duplicates", &self.duplicates)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Confirmed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Confirmed")
            .field("run", &self.run)
            .field("sha256", &self.sha256)
            .field("total", &self.total)
            .finish_non_exhaustive()
    }
}
