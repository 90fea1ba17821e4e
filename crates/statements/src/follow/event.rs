//! What is told of an account.

use rubank_core::read::ReadError;
use time::Date;

use super::cursor::Cursor;
use super::proof::DayProof;
use crate::content::ContentHash;
use crate::key::TransactionKey;
use crate::transaction::Transaction;

/// Something that happened in an account. `C` is what is saved: a [`Cursor`], or a backfill's.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Event<C = Cursor> {
    /// A row that was not known. It may come again under the same key after a restart: insert or replace.
    Added(Row),
    /// A row that says something else now, or comes again to be on the safe side: insert or replace.
    Changed(Row),
    /// A row that is not there any more. In the first window after a start it may be one that was never given:
    /// whether a process before this one gave it is not known.
    Removed(Removed),
    /// A row that cannot be read, so that not even its key is known. The others are good; the day's proof will fail.
    Unreadable {
        /// The day that it was listed in.
        day: Date,
        /// Where and why; never what stood there.
        error: ReadError,
    },
    /// A day is over, and its rows add up to the bank's balance.
    DayClosed(DayProof),
    /// A day is over, and its rows do not add up, or the bank did not say enough to tell. A person should look.
    ProofFailed(DayProof),
    /// Save this when everything before it is saved.
    Save(C),
}

/// A row of a day.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Row {
    /// What tells it from the other rows of the day.
    pub key: TransactionKey,
    /// The day in whose statement it stands.
    pub day: Date,
    /// What it says, as one number.
    pub hash: ContentHash,
    /// The row itself.
    pub transaction: Box<Transaction>,
}

/// A row that is not there any more.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Removed {
    /// The key under which it was given.
    pub key: TransactionKey,
    /// The day in whose statement it stood.
    pub day: Date,
    /// How it is known.
    pub why: Removal,
}

/// How it is known that a row was removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Removal {
    /// The bank marked it `outdatedDoc`. What the mark means was published nowhere (inferred).
    Marked,
    /// The full list of the day, read when the day was over, does not have it.
    Absent,
}

impl<C> Event<C> {
    /// The same event with another thing to save.
    pub(crate) fn map_save<D>(self, map: impl FnOnce(C) -> D) -> Event<D> {
        match self {
            Self::Added(row) => Event::Added(row),
            Self::Changed(row) => Event::Changed(row),
            Self::Removed(removed) => Event::Removed(removed),
            Self::Unreadable { day, error } => Event::Unreadable { day, error },
            Self::DayClosed(proof) => Event::DayClosed(proof),
            Self::ProofFailed(proof) => Event::ProofFailed(proof),
            Self::Save(save) => Event::Save(map(save)),
        }
    }
}
