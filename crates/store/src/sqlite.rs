//! The store in one file.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use rubank_core::clock::{Clock, SystemClock};

use crate::engine::{EngineError, Micros};
use file::Role;
use threads::Queue;

mod claims;
mod documents;
mod engine;
mod failure;
mod file;
mod intents;
mod query;
mod threads;
mod tokens;

/// An [`Engine`](crate::engine::Engine) that keeps everything in one SQLite file: nothing to install, and as many
/// processes of one machine as you like.
///
/// - **On the disk before it is answered**: a write-ahead log with `synchronous=FULL`. Changes that come while the disk
///   is busy share the next commit.
/// - **One machine.** The file must lie on a local disk: locks of network disks are not to be trusted. For several
///   machines take PostgreSQL (feature `postgres`).
/// - **Private.** A new file can be read by its owner only, and its `-wal` and `-shm` beside it too. What is erased is
///   overwritten, in the log as well as soon as nobody reads from it.
/// - **Whole.** A new file gets its name once it is complete; `….new-…` beside it is what a process left that was killed
///   just then.
/// - **Time** is the machine's, or the clock's of [`SqliteOptions::clock`]; all processes of one file must agree on it.
/// - **Threads**: one that writes and two that read; they end some time after the last clone is dropped.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use rubank_store::engine::Engine;
/// use rubank_store::Sqlite;
///
/// # let folder = tempfile::tempdir()?;
/// # let path = folder.path().join("store.db");
/// let engine = Sqlite::open(&path).await?;
/// let version = engine.put("settings", "greeting", Some(0), b"hello").await?;
/// assert!(version.is_some());
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Sqlite {
    clock: Arc<dyn Clock>,
    writer: Queue,
    readers: Queue,
}

/// Reads are short, and a database that fits on one machine seldom waits for its disk to read.
const READERS: usize = 2;

impl Sqlite {
    /// Opens the store in that file; makes it, with its tables, if there is none.
    ///
    /// # Errors
    /// - [`EngineError::TooOld`]: an older program made the tables; run [`migrate`](Self::migrate) first.
    /// - [`EngineError::TooNew`]: a newer program made them.
    /// - [`EngineError::Broken`]: the file is something else, or damaged.
    /// - [`EngineError::Unavailable`]: it cannot be opened, made, or locked now.
    pub async fn open(path: impl Into<PathBuf>) -> Result<Self, EngineError> {
        Self::open_with(SqliteOptions::new(path)).await
    }

    /// As [`open`](Self::open), with more said.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub async fn open_with(options: SqliteOptions) -> Result<Self, EngineError> {
        let SqliteOptions {
            path,
            clock,
            busy,
            existing,
        } = options;
        let (writer, readers) = threads::aside(move || {
            if existing {
                file::demand(&path)?;
            }
            let writer = file::open(&path, busy, Role::Writer)?;
            let readers = (0..READERS)
                .map(|_| file::open(&path, busy, Role::Reader))
                .collect::<Result<Vec<_>, _>>()?;
            Ok((writer, readers))
        })
        .await?;
        Ok(Sqlite {
            writer: Queue::of_writer(writer, Arc::clone(&clock))?,
            readers: Queue::of_readers(readers, &clock)?,
            clock,
        })
    }

    /// Brings the tables in that file to the version of this program; makes the file if there is none. Older programs
    /// that have it open get [`EngineError::TooNew`] from then on.
    ///
    /// # Errors
    /// As [`open`](Self::open), but for [`EngineError::TooOld`]. Nothing is changed then.
    pub async fn migrate(path: impl Into<PathBuf>) -> Result<(), EngineError> {
        let SqliteOptions { path, busy, .. } = SqliteOptions::new(path);
        threads::aside(move || file::migrate(&path, busy)).await
    }
}

/// Nothing of the path: it may name a client.
impl fmt::Debug for Sqlite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sqlite").finish_non_exhaustive()
    }
}

/// How to open a [`Sqlite`] store.
#[derive(Clone)]
pub struct SqliteOptions {
    path: PathBuf,
    clock: Arc<dyn Clock>,
    busy: Duration,
    existing: bool,
}

impl SqliteOptions {
    /// The store in that file, on the machine's clock; a change waits up to ten seconds for those of other processes.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        SqliteOptions {
            path: path.into(),
            clock: Arc::new(SystemClock),
            busy: Duration::from_secs(10),
            existing: false,
        }
    }

    /// Makes no store where there is none: [`EngineError::Absent`] then. For programs that start by themselves: after a
    /// wrong path or a disk that is not mounted, an empty store would know of no payment that was made.
    #[must_use]
    pub fn existing(mut self) -> Self {
        self.existing = true;
        self
    }

    /// Another clock: all times of the store come from its [`now`](Clock::now).
    #[must_use]
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// How long a change waits for other processes before it is [`EngineError::Unavailable`]; whole milliseconds.
    #[must_use]
    pub fn busy_timeout(mut self, timeout: Duration) -> Self {
        // What SQLite can count.
        self.busy = timeout.min(Duration::from_secs(86_400));
        self
    }
}

/// Nothing of the path: it may name a client.
impl fmt::Debug for SqliteOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqliteOptions")
            .field("clock", &self.clock)
            .field("busy_timeout", &self.busy)
            .finish_non_exhaustive()
    }
}

/// The clock's wall time.
fn moment(clock: &dyn Clock) -> Micros {
    let micros = clock.now().unix_timestamp_nanos().div_euclid(1_000);
    // A date has four digits: it always fits.
    Micros::try_from(micros).unwrap_or(Micros::MAX)
}
