//! What a database must do for the store: a seam of rows, claims, documents, leases and rate windows.
//!
//! Everything that is about money stands above this trait and is told once. An engine does as it is asked, durably and
//! atomically, and tells the time: each method is one transaction, and all its times are the engine's own
//! ([`Engine::now`]), so that several machines agree. The contract suite of this crate holds every engine to it.

use std::fmt;
use std::time::Duration;

use rubank_core::BoxFuture;

use crate::state::State;

mod filter;
#[cfg(test)]
pub(crate) mod memory;
pub(crate) mod pace;
mod row;
mod statement;

pub use filter::Filter;
pub use row::{Change, IntentId, IntentRow, Journal, Micros};
pub use statement::{Parameter, Statement};

/// Nothing waits longer than this from now, and no claim of an intent lasts longer: the longest call, an hour, and the
/// minute for writing down. A moment that lies farther ahead was written by a clock that has been set back since.
pub const FARTHEST: Duration = Duration::from_secs(60 * 60 + 60);
/// From this moment on a due time means "not by itself".
pub const NEVER: Micros = Micros::MAX / 8;

/// The result of an engine's method.
pub type Answer<'a, T> = BoxFuture<'a, Result<T, EngineError>>;

/// A database that keeps the store's state. Implemented by [`Sqlite`](crate::Sqlite) and, with the feature `postgres`,
/// by `Postgres`.
///
/// # Contract
/// - When a future is done, its change survives a crash of the process and of the machine.
/// - Dropping a future leaves the change done or not done, never half.
/// - Errors hold nothing of the rows.
pub trait Engine: fmt::Debug + Send + Sync + 'static {
    /// The engine's wall clock: the machine's for an embedded database, the server's otherwise.
    fn now(&self) -> Answer<'_, Micros>;

    // Intents

    /// Writes the rows that are not there yet, all or none, as [`State::Planned`], each with a first line in its
    /// journal. It answers one [`Planned`] per row, in their order; a row named twice is there already the second time.
    /// State, counters, times, claim and fence of the given rows are not looked at; the engine sets them.
    fn plan<'a>(&'a self, rows: &'a [IntentRow]) -> Answer<'a, Vec<Planned>>;

    /// A row as it is now.
    fn load<'a>(&'a self, id: &'a IntentId) -> Answer<'a, Option<IntentRow>>;

    /// Takes the row for `owner` until `lease` from now: adds one to its fence. Not if somebody else holds it, and the
    /// same owner neither: two tasks of one process are two.
    fn claim<'a>(
        &'a self,
        id: &'a IntentId,
        owner: &'a str,
        lease: Duration,
    ) -> Answer<'a, Claimed>;

    /// Takes up to `limit` rows that the filter lets through, that nobody holds, and whose `due_at` has come; those
    /// due longest first, then by line. Several callers at once get different rows and do not wait for each other.
    fn claim_due<'a>(
        &'a self,
        filter: &'a Filter,
        owner: &'a str,
        lease: Duration,
        limit: u32,
    ) -> Answer<'a, Vec<IntentRow>>;

    /// The moment at which a row of the filter can be claimed next; in the past if it can now; `None` if there is none.
    fn next_due<'a>(&'a self, filter: &'a Filter) -> Answer<'a, Option<Micros>>;

    /// Changes a claimed row. It adds a line to the journal, and moves `changed_at`, unless state, attempts, reason and the
    /// beginning of the settle time all stay: a history of looks that found nothing new is no history. `None`, and nothing changes, if its fence is not `fence`:
    /// the lease was over and somebody else took it. Otherwise the row as it is now.
    ///
    /// A lease that is over but taken by nobody is no obstacle, unless the change renews it. The engine does not judge transitions.
    fn change<'a>(
        &'a self,
        id: &'a IntentId,
        fence: i64,
        change: &'a Change,
    ) -> Answer<'a, Option<IntentRow>>;

    /// Rows of the filter after `after` in the order of (operation, key), at most `limit`; with `Filter::run`, in the
    /// order of lines.
    fn list<'a>(
        &'a self,
        filter: &'a Filter,
        after: Option<&'a IntentRow>,
        limit: u32,
    ) -> Answer<'a, Vec<IntentRow>>;

    /// How many rows of the filter are in each state, and their sum in kopecks; states without rows are left out.
    fn tally<'a>(&'a self, filter: &'a Filter) -> Answer<'a, Vec<Tally>>;

    /// What happened to a row, oldest first.
    fn journal<'a>(&'a self, id: &'a IntentId) -> Answer<'a, Vec<Journal>>;

    /// Drops request, answer, note and label of the filter's rows that are final, and keeps the rest.
    fn erase<'a>(&'a self, filter: &'a Filter) -> Answer<'a, Erased>;

    /// Writes rows that are not there yet exactly as they are, with their journals, but held by nobody: for moving a
    /// store to another database. All or none; how many were new.
    fn restore<'a>(&'a self, rows: &'a [(IntentRow, Vec<Journal>)]) -> Answer<'a, u64>;

    // Documents: small values with a version, by space and name

    /// A document.
    fn get<'a>(&'a self, space: &'a str, name: &'a str) -> Answer<'a, Option<Document>>;

    /// Writes a document if its version is still `expected` (0: it must not exist; `None`: whatever it is), and
    /// answers the new version, which is greater; `None` if the version was another one.
    fn put<'a>(
        &'a self,
        space: &'a str,
        name: &'a str,
        expected: Option<i64>,
        value: &'a [u8],
    ) -> Answer<'a, Option<i64>>;

    /// [`put`](Self::put) with an `expected` version, as a statement for the caller's own transaction on the same
    /// database: it changes one row if the version was still `expected`, and none otherwise. `None` if the engine has
    /// no statements.
    fn put_statement(
        &self,
        space: &str,
        name: &str,
        expected: i64,
        value: &[u8],
    ) -> Option<Statement> {
        let _ = (space, name, expected, value);
        None
    }

    /// Documents of a space in the order of names, after `after`, at most `limit`.
    fn documents<'a>(
        &'a self,
        space: &'a str,
        after: &'a str,
        limit: u32,
    ) -> Answer<'a, Vec<Document>>;

    /// Removes a document; whether it was there.
    fn remove<'a>(&'a self, space: &'a str, name: &'a str) -> Answer<'a, bool>;

    // Leases: one holder per name

    /// Takes the lease if nobody holds it now, for `length` from now. Its fence is greater than all before it.
    fn take_lease<'a>(&'a self, name: &'a str, length: Duration) -> Answer<'a, Taken>;

    /// As [`put`](Self::put) whatever the version, if the lease is still held under `fence` and not over; in the same
    /// transaction. Whether it was written.
    fn put_leased<'a>(
        &'a self,
        lease: &'a str,
        fence: i64,
        space: &'a str,
        name: &'a str,
        value: &'a [u8],
    ) -> Answer<'a, bool>;

    /// Gives the lease back, if it is still held under `fence`.
    fn release_lease<'a>(&'a self, name: &'a str, fence: i64) -> Answer<'a, ()>;

    // Pace: the moments of past calls, by class and key

    /// Takes a token of every want, all or none: `Ok(None)` if taken, or how long to wait before asking again.
    /// At most `limit` grants of a want lie within any `period`; a class paused until later gives none.
    fn take_tokens<'a>(&'a self, wants: &'a [TokenWant]) -> Answer<'a, Option<Duration>>;

    /// Lets nobody take a token of the class and key for `length` from now, at most for a day; never shortens a longer
    /// pause.
    fn pause_tokens<'a>(
        &'a self,
        class: &'a str,
        key: &'a [u8],
        length: Duration,
    ) -> Answer<'a, ()>;
}

/// What became of a row that was to be planned.
#[derive(Clone, Debug)]
pub enum Planned {
    /// It is new.
    New,
    /// It was there; this is it.
    Known(Box<IntentRow>),
}

/// Whether a row could be taken.
#[derive(Clone, Debug)]
pub enum Claimed {
    /// It is the caller's now, as it is.
    Taken(Box<IntentRow>),
    /// Somebody holds it, at the longest until then.
    Held {
        /// The end of the lease.
        until: Micros,
    },
    /// There is no such row.
    Absent,
}

/// Rows of one state, counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tally {
    /// The state.
    pub state: State,
    /// How many.
    pub count: u64,
    /// Their sum in kopecks; rows without an amount count as nothing.
    pub kopecks: i128,
}

/// What [`Engine::erase`] did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Erased {
    /// Rows whose sealed parts are gone now.
    pub erased: u64,
    /// Rows of the filter that are not final: they still need what is sealed.
    pub unfinished: u64,
    /// Somebody was reading from the database's own log all the time, so that copies of what is gone may still lie in it. Call
    /// again, or wait until every program has closed the file. Only SQLite can tell.
    pub is_in_log: bool,
}

/// A small value with its version.
#[derive(Clone, PartialEq, Eq)]
pub struct Document {
    /// Its name within the space.
    pub name: String,
    /// Grows with each change.
    pub version: i64,
    /// Sealed bytes.
    pub value: Vec<u8>,
}

/// The size, not the value.
impl fmt::Debug for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Document(version {}, {} bytes)",
            self.version,
            self.value.len()
        )
    }
}

/// Whether a lease could be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    /// It is held under this fence.
    Held {
        /// What the holder shows.
        fence: i64,
    },
    /// Somebody else holds it, at the longest for this long.
    Busy {
        /// What is left of the lease.
        left: Duration,
    },
}

/// One token that is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenWant {
    /// The rate class.
    pub class: String,
    /// A keyed tag of the class's key; empty for a class without keys.
    pub key: Vec<u8>,
    /// How many grants fit into one period.
    pub limit: u32,
    /// The period.
    pub period: Duration,
}

/// Why the database did not do as it was asked. The text holds nothing of the rows.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EngineError {
    /// It cannot be reached, or is busy for too long. It may work a little later.
    #[error("the store's database is unavailable: {0}")]
    Unavailable(String),
    /// There is no store yet, and none was to be made.
    #[error("there is no store there yet: is this the right place? If so, make it first")]
    Absent,
    /// The tables were made by a newer program.
    #[error(
        "the store's tables are of version {found}, this program knows {known}: use a newer program"
    )]
    TooNew {
        /// The version of the tables.
        found: u32,
        /// The newest that this program knows.
        known: u32,
    },
    /// The tables were made by an older program.
    #[error(
        "the store's tables are of version {found}, this program needs {known}: run its migration first"
    )]
    TooOld {
        /// The version of the tables.
        found: u32,
        /// The version that this program needs.
        known: u32,
    },
    /// The database refused, or holds what cannot be: it will not get better by itself.
    #[error("the store's database is broken: {0}")]
    Broken(String),
}

impl EngineError {
    /// Whether it may work a little later.
    pub fn is_transient(&self) -> bool {
        matches!(self, EngineError::Unavailable(_))
    }
}
