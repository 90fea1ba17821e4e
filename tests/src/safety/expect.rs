//! What a cell of the table says.

use std::fmt;

use rubank_core::error::{ErrorKind, Outcome};
use rubank_core::operation::Effect;

use super::seen::{Ended, Seen};

/// One cell: how many copies reach the bank, and what the caller is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cell {
    /// How many copies reach the server.
    pub sends: usize,
    /// How the call ends.
    pub ended: Ended,
    /// What is said about the bank's side; nothing beside a value.
    pub outcome: Option<Outcome>,
}

/// A value comes back, after so many sends.
pub const fn done(sends: usize) -> Cell {
    Cell {
        sends,
        ended: Ended::Done,
        outcome: None,
    }
}

/// An error comes back, after so many sends.
pub const fn fails(sends: usize, outcome: Outcome, kind: ErrorKind) -> Cell {
    Cell {
        sends,
        ended: Ended::Failed(kind),
        outcome: Some(outcome),
    }
}

/// The future was dropped, after so many sends; this is what its `Progress` says.
pub const fn dropped(sends: usize, outcome: Outcome) -> Cell {
    Cell {
        sends,
        ended: Ended::Dropped,
        outcome: Some(outcome),
    }
}

impl From<&Seen> for Cell {
    fn from(seen: &Seen) -> Self {
        Cell {
            sends: seen.sends,
            ended: seen.ended,
            outcome: seen.outcome,
        }
    }
}

/// `1 x unknown, connection_lost`
impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} x ", self.sends)?;
        let outcome = self.outcome.map_or("done", Outcome::as_str);
        match self.ended {
            Ended::Done => f.write_str("done"),
            Ended::Failed(kind) => write!(f, "{outcome}, {}", kind.as_str()),
            Ended::Dropped => write!(f, "{outcome}, dropped"),
        }
    }
}

/// The cells of one row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Expected {
    read: Cell,
    idempotent: Cell,
    keyed: Cell,
    once: Cell,
    bare: Cell,
    waybill: Cell,
}

impl Expected {
    /// The same for every effect.
    pub const fn always(cell: Cell) -> Self {
        Expected {
            read: cell,
            idempotent: cell,
            keyed: cell,
            once: cell,
            bare: cell,
            waybill: cell,
        }
    }

    /// What may be repeated, and what may not.
    pub const fn split(repeatable: Cell, protected: Cell) -> Self {
        Expected {
            read: repeatable,
            idempotent: repeatable,
            ..Expected::always(protected)
        }
    }

    /// Another cell for reads.
    pub const fn but_read(mut self, cell: Cell) -> Self {
        self.read = cell;
        self
    }

    /// Another cell for keyed writes, those of waybills included.
    pub const fn but_keyed(mut self, cell: Cell) -> Self {
        self.keyed = cell;
        self.waybill = cell;
        self
    }

    /// Another cell for the two writes of waybills, where Sber's words are other ones.
    pub const fn but_waybill(mut self, cell: Cell) -> Self {
        self.waybill = cell;
        self
    }

    /// The cell of the two writes of waybills.
    pub const fn of_waybill(&self) -> Cell {
        self.waybill
    }

    /// Another cell for unprotected writes, with a body or without.
    pub const fn but_once(mut self, cell: Cell) -> Self {
        self.once = cell;
        self.bare = cell;
        self
    }

    /// Another cell for unprotected writes without a body.
    pub const fn but_bare(mut self, cell: Cell) -> Self {
        self.bare = cell;
        self
    }

    /// The cell of an operation with this effect, with a body or without.
    pub const fn of(&self, effect: Effect, has_body: bool) -> Cell {
        match effect {
            Effect::Read => self.read,
            Effect::Idempotent => self.idempotent,
            Effect::Keyed => self.keyed,
            Effect::Once if has_body => self.once,
            Effect::Once => self.bare,
        }
    }
}
