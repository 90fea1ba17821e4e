//! The database of one trial: a file, or a schema of a server.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use rubank_core::secret::Secret;
use rubank_store::{Keyring, Postgres, PostgresOptions, Sqlite, SqliteOptions, Store};
use serde::{Deserialize, Serialize};
use tokio_postgres::NoTls;

use super::Broken;
use super::clock::Scale;
use super::dice::Dice;

/// The address of the server that tests may use, password included.
pub const SERVER: &str = "RUBANK_TEST_POSTGRES";
/// Seals what the trials store. It guards nothing.
const KEY: &str = "bm90LWEtc2VjcmV0LW5vdC1hLXNlY3JldC1ub3QtYS0=";

/// Which engine a trial runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A file of its own.
    Sqlite,
    /// A schema of its own on the server that [`SERVER`] names.
    Postgres,
}

/// Where the state of one trial is.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) enum Base {
    /// In this file.
    Sqlite(PathBuf),
    /// In this schema of the server that [`SERVER`] names.
    Postgres(String),
}

impl Base {
    /// A new, empty one, whose time is the simulated one.
    ///
    /// # Errors
    /// It cannot be made.
    pub(crate) async fn new(kind: Kind, folder: &Path, scale: Scale) -> Result<Self, Broken> {
        match kind {
            Kind::Sqlite => Ok(Base::Sqlite(folder.join("store.db"))),
            Kind::Postgres => {
                static COUNT: AtomicU32 = AtomicU32::new(0);
                let number = COUNT.fetch_add(1, Ordering::Relaxed);
                let schema = format!("trial_{}_{number}", std::process::id());
                connect(&schema).await?;
                let base = Base::Postgres(schema);
                base.follow(scale).await?;
                Ok(base)
            }
        }
    }

    /// From now on a server's time in it is this one; a file has none of its own.
    ///
    /// # Errors
    /// The server cannot be asked.
    pub(crate) async fn follow(&self, scale: Scale) -> Result<(), Broken> {
        match self {
            Base::Sqlite(_) => Ok(()),
            Base::Postgres(schema) => sql(&scale.sql(schema)).await,
        }
    }

    /// Opens the store in it, under this worker's name.
    ///
    /// # Errors
    /// It cannot be opened.
    pub(crate) async fn open(&self, scale: Scale, worker: &str) -> Result<Store, Broken> {
        let keyring = Keyring::new("trial", &Secret::from(KEY))?;
        // Processes of one file must agree about time: only their clients may be skewed.
        let clock = Arc::new(scale.clock(0));
        let builder = match self {
            Base::Sqlite(file) => {
                let options = SqliteOptions::new(file).clock(clock.clone());
                Store::builder(Sqlite::open_with(options).await?, keyring)
            }
            Base::Postgres(schema) => Store::builder(connect(schema).await?, keyring),
        };
        Ok(builder.clock(clock).worker(worker).open().await?)
    }

    /// What the disk holds when the machine's power is cut while nobody of its processes is left: the file, and the log
    /// up to anywhere behind [what was synced](synced), with the torn beginning of a write behind it. For a server, the
    /// same thing is the server's own matter. And how many bytes were lost that processes could still have read.
    ///
    /// # Errors
    /// The disk cannot be read or written.
    pub(crate) fn after_power_cut(&self, dice: &Dice) -> io::Result<(Self, u64)> {
        let Base::Sqlite(file) = self else {
            return Ok((self.clone(), 0));
        };
        let copy = beside(file, "-cut");
        fs::copy(file, &copy)?;
        let mut log = read_or_nothing(&beside(file, "-wal"))?;
        let memory = read_or_nothing(&beside(file, "-shm"))?;
        let safe = synced(&log, &memory);
        let kept = dice.size(safe, log.len());
        let lost = log.len() - kept;
        log.truncate(kept);
        let torn = dice.size(0, 6000);
        log.extend((0..torn).map(|_| u8::try_from(dice.between(0, 255)).unwrap_or(0)));
        fs::write(beside(&copy, "-wal"), log)?;
        Ok((Base::Sqlite(copy), lost as u64))
    }

    /// Removes a schema; a file goes with its folder.
    ///
    /// # Errors
    /// The server cannot be asked.
    pub(crate) async fn remove(&self) -> Result<(), Broken> {
        match self {
            Base::Sqlite(_) => Ok(()),
            Base::Postgres(schema) => sql(&format!("DROP SCHEMA {schema} CASCADE")).await,
        }
    }
}

/// The file's name with an ending.
fn beside(file: &Path, ending: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

fn read_or_nothing(file: &Path) -> io::Result<Vec<u8>> {
    match fs::read(file) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        read => read,
    }
}

/// How much of SQLite's log is on the disk for certain: processes that die leave their shared memory, and with
/// `synchronous=FULL` the number of the last frame is raised there only when that frame has been synced. What was
/// answered to anybody is not behind it. The format is at <https://sqlite.org/walformat.html>.
fn synced(log: &[u8], memory: &[u8]) -> usize {
    const LOG_HEADER: usize = 32;
    const FRAME_HEADER: usize = 24;
    /// Of the shared memory's two equal headers, where the last frame's number begins.
    const LAST_FRAME: [usize; 2] = [16, 48 + 16];

    let word =
        |bytes: &[u8], at: usize| -> Option<[u8; 4]> { bytes.get(at..at + 4)?.try_into().ok() };
    let size = |number: u32| usize::try_from(number).unwrap_or(usize::MAX);
    let last = LAST_FRAME.map(|at| word(memory, at).map(u32::from_ne_bytes));
    let (Some(page), [Some(first), Some(second)]) = (word(log, 8), last) else {
        return log.len();
    };
    // Both, since the process may have died between the two.
    let frames = size(first.max(second));
    let frame = FRAME_HEADER.saturating_add(size(u32::from_be_bytes(page)));
    let end = LOG_HEADER.saturating_add(frames.saturating_mul(frame));
    end.min(log.len())
}

/// The address of the server.
///
/// # Errors
/// The environment names none.
pub(crate) fn server() -> Result<String, Broken> {
    let url = std::env::var(SERVER).unwrap_or_default();
    match url.is_empty() {
        true => Err(format!("{SERVER} names no PostgreSQL server").into()),
        false => Ok(url),
    }
}

/// Connects, and makes the tables where there are none.
async fn connect(schema: &str) -> Result<Postgres, Broken> {
    let options = PostgresOptions::new(server()?);
    let options = options.schema(schema).connections(4);
    Ok(Postgres::connect(options).await?)
}

async fn sql(text: &str) -> Result<(), Broken> {
    let (client, connection) = tokio_postgres::connect(&server()?, NoTls).await?;
    let connection = tokio::spawn(connection);
    let done = client.batch_execute(text).await;
    connection.abort();
    Ok(done?)
}

#[cfg(test)]
mod tests {
    use rusqlite::Connection;

    use super::*;

    fn log_of(connection: &Connection, file: &Path) -> (usize, usize) {
        let read = |ending: &str| fs::read(beside(file, ending)).unwrap();
        connection.execute("INSERT INTO t VALUES (1)", []).unwrap();
        (synced(&read("-wal"), &read("-shm")), read("-wal").len())
    }

    #[test]
    fn what_was_answered_is_not_cut_off() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("store.db");
        let connection = Connection::open(&file).unwrap();
        connection
            .execute_batch(
                "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE t (n);",
            )
            .unwrap();
        let (first, length) = log_of(&connection, &file);
        assert_eq!(first, length);
        let (second, _) = log_of(&connection, &file);
        assert!(second > first, "the mark moves with each answer");
    }

    #[test]
    fn what_was_not_synced_may_be_lost() {
        let mut log = vec![0; 32 + 3 * (24 + 4096)];
        log.splice(8..12, 4096_u32.to_be_bytes());
        let mut memory = vec![0; 136];
        memory.splice(16..20, 1_u32.to_ne_bytes());
        memory.splice(64..68, 2_u32.to_ne_bytes());
        assert_eq!(synced(&log, &memory), 32 + 2 * (24 + 4096));
        assert_eq!(synced(&log, &[]), log.len());
    }
}
