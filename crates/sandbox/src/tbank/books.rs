//! The bank's books: registries, payments and jobs, and the states that follow from them and the clock.

use std::time::Duration;

use serde_json::value::RawValue;
use time::OffsetDateTime;

use super::jobs::Job;
use crate::random::Random;

/// How long a registry is worked on after its debit, and a failed debit is not told.
pub(super) const EXECUTION: Duration = Duration::from_secs(5);

/// Whom a registry pays. Both families have methods of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RegistryKind {
    /// The salary project.
    Employees,
    /// Payers of the tax on professional income.
    SelfEmployed,
}

pub(super) struct Books {
    pub(super) registries: Vec<Registry>,
    pub(super) payments: Vec<Payment>,
    pub(super) jobs: Vec<Job>,
    /// On the company's account, in kopecks.
    pub(super) funds: u64,
    /// How many of the next debits fail for no reason of the client's.
    pub(super) failing_debits: u32,
    pub(super) random: Random,
}

#[derive(Clone)]
pub(super) struct Registry {
    pub(super) id: u64,
    pub(super) kind: RegistryKind,
    pub(super) account: String,
    pub(super) load_date: Option<String>,
    pub(super) at: OffsetDateTime,
    /// On the clock's elapsed time; before it nobody but its job knows the registry.
    pub(super) visible: Duration,
    pub(super) lines: Vec<Line>,
    pub(super) stage: Stage,
}

#[derive(Clone)]
pub(super) struct Line {
    pub(super) number: u64,
    pub(super) account: String,
    pub(super) purpose: String,
    pub(super) person: Person,
    pub(super) sum: u64,
    pub(super) period_start: Option<String>,
    pub(super) period_end: Option<String>,
    pub(super) revenue_type: Option<String>,
    pub(super) collection: Option<u64>,
    /// Whether the line fails when the registry is executed.
    pub(super) rejected: bool,
}

#[derive(Clone)]
pub(super) struct Person {
    pub(super) first_name: String,
    pub(super) last_name: String,
    pub(super) middle_name: Option<String>,
    pub(super) employee: Option<u64>,
}

/// Where a registry stands; moments are on the clock's elapsed time.
#[derive(Clone, Copy)]
pub(super) enum Stage {
    Draft,
    /// Accepted from this moment on.
    Signed(Duration),
    Cancelled(Duration),
    /// By the payment at this place of the books.
    Paid(usize),
    /// Long ago, with this state.
    Settled(&'static str),
}

pub(super) struct Payment {
    pub(super) id: String,
    pub(super) operation: &'static str,
    pub(super) registry: u64,
    pub(super) amount: u64,
    pub(super) account: String,
    pub(super) meta: Option<Box<RawValue>>,
    pub(super) fingerprint: String,
    pub(super) at: OffsetDateTime,
    pub(super) debit: Debit,
}

/// What became of taking the money; moments are on the clock's elapsed time.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Debit {
    /// The bank tries again by itself until `due`.
    Waiting {
        next: Duration,
        due: Duration,
    },
    Done(Duration),
    /// Nothing was taken, since every line is rejected.
    Rejected(Duration),
    Failed(Duration, &'static str),
    Cancelled,
}

impl Books {
    pub(super) fn registry(&self, id: u64, elapsed: Duration) -> Option<&Registry> {
        self.registries
            .iter()
            .find(|registry| registry.id == id && registry.visible <= elapsed)
    }

    pub(super) fn registry_of(
        &self,
        kind: RegistryKind,
        id: u64,
        elapsed: Duration,
    ) -> Option<&Registry> {
        self.registry(id, elapsed)
            .filter(|registry| registry.kind == kind)
    }

    pub(super) fn set_stage(&mut self, id: u64, stage: Stage) {
        for registry in self
            .registries
            .iter_mut()
            .filter(|registry| registry.id == id)
        {
            registry.stage = stage;
        }
    }

    pub(super) fn next_id(&self) -> u64 {
        let last = self.registries.iter().map(|registry| registry.id).max();
        last.unwrap_or_default() + 1
    }

    /// The state of a registry as list and card tell it.
    pub(super) fn status(&self, registry: &Registry, elapsed: Duration) -> &'static str {
        match registry.stage {
            Stage::Draft => "DRAFT",
            Stage::Settled(status) => status,
            Stage::Signed(at) if elapsed < at => "SUBMITTED",
            Stage::Signed(_) => "ACCEPTED",
            Stage::Cancelled(at) if elapsed < at => "ACCEPTED",
            Stage::Cancelled(_) => "CANCELLED",
            Stage::Paid(at) => match self.payments.get(at).map(|payment| payment.debit) {
                None | Some(Debit::Cancelled) => "CANCELLED",
                Some(debit) if debit.in_progress(elapsed) => "PROCESSING",
                // signed as before: another payment may try
                Some(Debit::Failed(..)) => "ACCEPTED",
                Some(_) => registry.outcome(),
            },
        }
    }

    /// The state of one line inside of a card.
    pub(super) fn line_status(
        &self,
        registry: &Registry,
        line: &Line,
        elapsed: Duration,
    ) -> &'static str {
        match self.status(registry, elapsed) {
            "DRAFT" | "SUBMITTED" => "WAITING",
            "ACCEPTED" | "PROCESSING" => "ACCEPTED",
            "EXECUTED" | "PART_EXEC" if !line.rejected => "EXECUTED",
            "EXECUTED" | "PART_EXEC" | "REJECTED" | "ERROR" => "REJECTED",
            other => other,
        }
    }
}

impl Registry {
    pub(super) fn total(&self) -> u64 {
        self.lines
            .iter()
            .fold(0, |total, line| total.saturating_add(line.sum))
    }

    /// What really leaves the account: the sums of rejected lines come back at once.
    pub(super) fn executable(&self) -> u64 {
        let lines = self.lines.iter().filter(|line| !line.rejected);
        lines.fold(0, |total, line| total.saturating_add(line.sum))
    }

    /// The final state, once the debit is over.
    pub(super) fn outcome(&self) -> &'static str {
        match self.lines.iter().filter(|line| line.rejected).count() {
            0 => "EXECUTED",
            rejected if rejected == self.lines.len() => "REJECTED",
            _ => "PART_EXEC",
        }
    }
}

impl Debit {
    /// Whether the client is still told to wait.
    pub(super) fn in_progress(self, elapsed: Duration) -> bool {
        match self {
            Self::Waiting { .. } => true,
            Self::Done(at) | Self::Rejected(at) | Self::Failed(at, _) => {
                elapsed.saturating_sub(at) < EXECUTION
            }
            Self::Cancelled => false,
        }
    }

    /// The state of a payment as the status method tells it.
    pub(super) fn status(self, elapsed: Duration) -> &'static str {
        match self {
            Self::Cancelled => "CANCELLED",
            _ if self.in_progress(elapsed) => "IN_PROGRESS",
            Self::Done(_) => "EXECUTED",
            _ => "FAILED",
        }
    }
}
