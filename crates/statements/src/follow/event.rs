//! What is told of an account.

use rubank_core::read::ReadError;
use time::Date;

use super::cursor::Cursor;
use super::known::News;
use super::proof::DayProof;
use crate::content::ContentHash;
use crate::key::TransactionKey;
use crate::transaction::Transaction;

/// Something that happened in an account. `C` is what is saved: a [`Cursor`], or a backfill's.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Event<C = Cursor> {
    /// A row that was not known. It may come again under the same key after a restart: insert or replace. Its
    /// [`day`](Row::day) is one that is closed if the bank booked it late.
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
    /// A day is over, and its rows add up to the bank's balance. It comes again for a day whose rows changed later, or
    /// whose proof had failed: [`DayProof::is_later_look`].
    DayClosed(DayProof),
    /// A day is over, and its rows do not add up, or the bank did not say enough to tell. A person should look. When
    /// the day is read again, [`DayProof::looks_again_at`] says.
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

impl Row {
    pub(crate) fn new(
        key: TransactionKey,
        day: Date,
        hash: ContentHash,
        transaction: Box<Transaction>,
    ) -> Self {
        Self {
            key,
            day,
            hash,
            transaction,
        }
    }

    /// What is told of it; a repeat only if everything is told `again`.
    pub(crate) fn told<C>(self, news: News, again: bool) -> Option<Event<C>> {
        match news {
            News::Added => Some(Event::Added(self)),
            News::Changed => Some(Event::Changed(self)),
            News::Repeated => again.then(|| Event::Changed(self)),
        }
    }
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
