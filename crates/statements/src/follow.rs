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
//!   repeat. One that came with a `uuid` and gets an `operationId` later, or loses it, keeps the key that it had first.
//! - Rows without a name that say the same are counted over the whole list. Within a page the count is certain. Where two
//!   pages have the same row, which may be one that shifted while the list was read, the list is read until two readings
//!   agree; where a later window has it again, the day is read from its start. An account whose rows have no names is
//!   therefore read as a whole in each window that has any.
//! - [`Removed`](Event::Removed) comes from a row that is marked `outdatedDoc` (inferred, and can be
//!   [switched off](FollowOptions::outdated_is_removed)), or from absence in the full list when the day is closed.
//!   A row that the bank moved to another day is not taken for removed.
//! - After midnight the day is closed: its full list is read, and its sums and counts are compared with the bank's
//!   summary, in the account's own currency. What came late is found then. If they do not agree the list is read
//!   again, up to three times; what remains is [`ProofFailed`](Event::ProofFailed). The day is looked at again later,
//!   eight times within five days: when it is proved then it is told by [`DayClosed`](Event::DayClosed), and when it is
//!   given up by another `ProofFailed`.
//! - Closed days are [read again](FollowOptions::revisit_days) when later ones are closed, and when an opening balance
//!   gives away that something was booked late. Late rows are [`Added`](Event::Added) to their day, which is then proved
//!   anew.
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
//! Half a cursor is none: replace a file as a whole (write another one, rename it), as the example `follow` does, or keep
//! cursors in a database; `rubank-store` has a place for them.
//!
//! [`Follower::cursor`] can be saved at any other moment, too, if all rows that were given out are saved: it is resumed
//! from wherever it was taken. What was under way then, a window or the closing of a day, begins anew; while rows wait to
//! be given out it is the last one that was to be saved.
//!
//! One thing a crash can do to a key: if a row was given out, the process died before the cursor was saved, and the bank
//! gave the row an `operationId` before the restart, it comes under another key. What `holds` denies is dropped then, as
//! above.
//!
//! # Memory
//!
//! Rows pass through, a page at a time. What is remembered, and saved in the cursor, is key, hash and other names of each
//! row of the day that is open, and as much of each closed day that is looked at again: three by default, and at most ten
//! more whose proof failed. That is about 300 bytes a row (150 where the cursor is saved), and as much again for the open
//! day, whose last saved state the follower keeps: an account with 10 000 rows a day takes 15 megabytes, however long it
//! is followed, and twice that while a saved cursor is held beside the follower.
//! While a list is read each nameless content takes a few numbers more, and a row where some are held back.

mod ask;
mod closing;
mod course;
mod cursor;
mod event;
mod follower;
mod known;
mod nameless;
mod options;
mod past;
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
pub(crate) use course::Course;
pub(crate) use cursor::{VERSION_FIELD, read_amount, read_date, write_amount};
pub(crate) use patience::Patience;
