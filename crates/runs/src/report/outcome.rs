//! What became of one line.

use std::fmt;

use rubank_core::money::Kopecks;

use crate::plan::PlanLine;

/// What became of one line of a plan: what an execution tells a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineOutcome {
    /// The line in the file.
    pub number: u64,
    /// The key of the intent.
    pub key: String,
    /// The bank's number of who or what is paid ([`Wish::recipient`](crate::Wish::recipient)).
    pub recipient: String,
    /// The sum; more than nothing.
    pub amount: Kopecks,
    /// How it ended.
    pub end: LineEnd,
    /// The bank's own id of the payment, if it told one.
    pub bank_id: Option<String>,
    /// How often it was sent, or about to be.
    pub attempts: u32,
}

impl LineOutcome {
    /// Of this line, so far without the bank's id and attempts.
    #[must_use]
    pub fn of(line: &PlanLine, end: LineEnd) -> Self {
        Self {
            number: line.number(),
            key: line.key().to_owned(),
            recipient: line.wish().recipient(),
            amount: line.amount(),
            end,
            bank_id: None,
            attempts: 0,
        }
    }
}

/// How a line ended, with the reason where there is one. Reasons may quote the bank, so `Debug` shows only which end.
#[derive(Clone, PartialEq, Eq)]
pub enum LineEnd {
    /// This run paid it.
    Paid,
    /// It was paid under its key before this run sent it.
    AlreadyPaid,
    /// The bank refused it for good, or somebody withdrew it before it left: no money moved.
    Refused(String),
    /// No program can tell or may decide.
    NeedsPerson(String),
    /// It was not sent, or its end is not known yet; a stable word says which.
    NotYet(String),
}

impl LineEnd {
    /// Which end.
    #[must_use]
    pub const fn kind(&self) -> End {
        match self {
            Self::Paid => End::Paid,
            Self::AlreadyPaid => End::AlreadyPaid,
            Self::Refused(_) => End::Refused,
            Self::NeedsPerson(_) => End::NeedsPerson,
            Self::NotYet(_) => End::NotYet,
        }
    }

    /// Why, where there is a reason; may be empty otherwise.
    #[must_use]
    pub fn reason(&self) -> &str {
        match self {
            Self::Refused(reason) | Self::NeedsPerson(reason) | Self::NotYet(reason) => reason,
            Self::Paid | Self::AlreadyPaid => "",
        }
    }
}

impl fmt::Debug for LineEnd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind().as_str())
    }
}

/// How a line ended, without its reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum End {
    /// [`LineEnd::Paid`].
    Paid,
    /// [`LineEnd::AlreadyPaid`].
    AlreadyPaid,
    /// [`LineEnd::Refused`].
    Refused,
    /// [`LineEnd::NeedsPerson`].
    NeedsPerson,
    /// [`LineEnd::NotYet`].
    NotYet,
}

impl End {
    /// Every end, in the order of reports.
    pub const ALL: [Self; 5] = [
        Self::Paid,
        Self::AlreadyPaid,
        Self::Refused,
        Self::NeedsPerson,
        Self::NotYet,
    ];

    /// A stable word: `paid`, `already-paid`, `refused`, `needs-person`, `not-yet`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Paid => "paid",
            Self::AlreadyPaid => "already-paid",
            Self::Refused => "refused",
            Self::NeedsPerson => "needs-person",
            Self::NotYet => "not-yet",
        }
    }

    /// Whether nothing is left to do about it.
    #[must_use]
    pub const fn is_final(self) -> bool {
        matches!(self, Self::Paid | Self::AlreadyPaid | Self::Refused)
    }
}

impl fmt::Display for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
