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
                sql(&scale.sql(&schema)).await?;
                Ok(Base::Postgres(schema))
            }
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

    /// What the disk holds when the machine's power is cut while nobody of its processes is left: file and log, the log
    /// with the torn beginning of a write that never became durable, and not what was in shared memory. For a server, the
    /// same thing is the server's own matter.
    ///
    /// # Errors
    /// The disk cannot be read or written.
    pub(crate) fn after_power_cut(&self, dice: &Dice) -> io::Result<Self> {
        let Base::Sqlite(file) = self else {
            return Ok(self.clone());
        };
        let name = |file: &Path, ending: &str| {
            let mut name = file.as_os_str().to_owned();
            name.push(ending);
            PathBuf::from(name)
        };
        let copy = name(file, "-cut");
        fs::copy(file, &copy)?;
        let log = fs::read(name(file, "-wal"));
        let mut log = match log {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
            read => read?,
        };
        let torn = dice.size(0, 6000);
        log.extend((0..torn).map(|_| u8::try_from(dice.between(0, 255)).unwrap_or(0)));
        fs::write(name(&copy, "-wal"), log)?;
        Ok(Base::Sqlite(copy))
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

/// The address of the server.
///
/// # Errors
/// The environment names none.
fn server() -> Result<String, Broken> {
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
