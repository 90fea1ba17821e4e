//! A run as it was when it was read.

use std::fmt;

use super::gate::{Gate, Pause, Step};
use super::kept::Record;
use crate::plan::{Confirmed, Summary};
use crate::run_id::RunId;

/// A run as it was when it was read. `Display` is for the person who decides; neither it nor `Debug` holds names.
#[derive(Clone)]
pub struct Run {
    record: Record,
    gate: Option<Gate>,
    is_known: bool,
}

/// How far a run has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Phase {
    /// Planned; nobody has confirmed it.
    Planned,
    /// Its plan was discarded.
    Discarded,
    /// Confirmed; not every line is an intent yet. Confirming it again, or executing it, goes on.
    Confirmed,
    /// It may be executed. Whether everything is paid the [report](crate::Runs::report) tells.
    Open,
    /// Nothing is sent for now: [`Run::pause`].
    Paused,
}

impl Run {
    pub(super) const fn new(record: Record, gate: Option<Gate>) -> Self {
        Self {
            record,
            gate,
            is_known: false,
        }
    }

    pub(super) const fn known(mut self) -> Self {
        self.is_known = true;
        self
    }

    /// Its name.
    #[must_use]
    pub const fn id(&self) -> &RunId {
        self.record.summary.run()
    }

    /// Which file, how many payments, how much, and what looks wrong.
    #[must_use]
    pub const fn summary(&self) -> &Summary {
        &self.record.summary
    }

    /// Whether the file had been planned before, when [`Runs::plan`](crate::Runs::plan) was asked to plan it.
    #[must_use]
    pub const fn is_known(&self) -> bool {
        self.is_known
    }

    /// Lines that are not paid by this run, because they were planned before with the same key for the same wish. The
    /// report says of them what it says of their payment.
    pub fn elsewhere(&self) -> impl Iterator<Item = u64> {
        self.record.elsewhere.iter().map(|one| one.line)
    }

    /// How far it has come.
    #[must_use]
    pub fn phase(&self) -> Phase {
        match (&self.record.confirmed, &self.gate) {
            (None, _) if self.record.plan.is_none() => Phase::Discarded,
            (None, _) => Phase::Planned,
            (Some(_), None) => Phase::Confirmed,
            (Some(_), Some(gate)) if gate.pause().is_some() => Phase::Paused,
            (Some(_), Some(_)) => Phase::Open,
        }
    }

    /// Who confirmed it, and when.
    #[must_use]
    pub const fn confirmed(&self) -> Option<&Confirmed> {
        self.record.confirmed.as_ref()
    }

    /// Why nothing is sent for now.
    #[must_use]
    pub fn pause(&self) -> Option<&Pause> {
        self.gate.as_ref()?.pause()
    }

    /// Who paused and resumed it; the last hundred changes.
    #[must_use]
    pub fn history(&self) -> &[Step] {
        self.gate.as_ref().map_or(&[], Gate::history)
    }
}

impl fmt::Display for Run {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.record.summary)?;
        if !self.record.elsewhere.is_empty() {
            let count = self.record.elsewhere.len();
            write!(
                f,
                "\n{count} of them were planned before under the same keys"
            )?;
        }
        match self.pause() {
            Some(pause) => write!(f, "\n{pause}"),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for Run {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Run")
            .field("summary", &self.record.summary)
            .field("phase", &self.phase())
            .finish_non_exhaustive()
    }
}
