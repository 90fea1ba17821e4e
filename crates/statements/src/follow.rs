//! An account that is followed: the bank's lists as a stream of changes.
//!
//! The bank tells the current day in windows ("what changed since ten?") and a past day as a whole. Here both become
//! [`Event`]s: a row was added, changed or removed; a day is closed and proved by its balance; this is the cursor to
//! save. [`Follower`] does it over the network; [`Tracker`] is the same without one, for your own transport.
//!
//! # What a follower promises
//!
//! - Windows overlap, so that a row which the bank shows late is not missed. The next window begins at the earlier of
//!   our clock when the request was made and the bank's `Date`, minus [`overlap`](FollowOptions::overlap).
//! - A row is known by its [key](crate::TransactionKey), and by its [hash](crate::ContentHash) a change is told from a
//!   repeat.
//! - [`Removed`](Event::Removed) comes from a row that is marked `outdatedDoc` (inferred, and can be
//!   [switched off](FollowOptions::outdated_is_removed)), or from absence in the full list when the day is closed.
//!   A row that the bank moved to another day is not taken for removed.
//! - After midnight the day is closed: its full list is read, and its sums and counts are compared with the bank's
//!   summary, in the account's own currency. What came late is found then. If they do not agree the list is read
//!   again, up to three times; what remains is [`ProofFailed`](Event::ProofFailed).
//! - Days on which nobody followed are closed one after another, then the current one is followed.
//!
//! # Saving
//!
//! Save each [`Event::Save`] when all rows before it are saved, and hand the last one to [`Follower::resume`] after a
//! restart. Nothing is lost whenever the process dies; rows may come again under the same key, so that
//! [`Added`](Event::Added) and [`Changed`](Event::Changed) are both "insert or replace".
//!
//! A crash between the rows and their cursor can leave a row in your store which the bank drops before the restart and
//! which the cursor does not know. When a day is closed drop what [`DayProof::holds`] denies, or save rows and cursor
//! in one transaction and say so by [`FollowOptions::saved_together`]: then nothing is repeated and nothing is left.
//!
//! # Memory
//!
//! Rows pass through, a page at a time. What is remembered, and saved in the cursor, is a key and a hash for each row
//! of the day that is open: about 150 bytes each. Nothing grows with the days.

mod ask;
mod closing;
mod cursor;
mod event;
mod follower;
mod known;
mod options;
mod patience;
mod proof;
#[cfg(test)]
pub(crate) mod tests;
mod tracker;
mod window;

pub use ask::{Ask, Heard, Told};
pub use cursor::{Cursor, InvalidCursor};
pub use event::{Event, Removal, Removed, Row};
pub use follower::Follower;
pub use options::FollowOptions;
pub use proof::{DayProof, Finding, Turnover};
pub use tracker::{Step, Tracker};

pub(crate) use closing::Closing;
pub(crate) use cursor::{read_amount, read_date, write_amount};
pub(crate) use patience::Patience;
