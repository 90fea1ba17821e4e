//! The file: how it is made, opened, and told from others.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use super::failure;
use crate::engine::EngineError;

/// What the schema's version `n` needs on top of `n - 1` is at `n - 1`.
const MIGRATIONS: &[&str] = &[
    include_str!("migrations/0001.sql"),
    include_str!("migrations/0002.sql"),
];

/// "rubs": marks our files among all that SQLite made.
const APPLICATION: i32 = 0x7275_6273;

/// What a connection may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// It changes rows; one per process and database.
    Writer,
    /// It only looks.
    Reader,
}

/// Opens the database; makes it if there is no file.
pub(super) fn open(path: &Path, busy: Duration, role: Role) -> Result<Connection, EngineError> {
    let path = absolute(path)?;
    create_if_absent(&path, busy)?;
    let connection = connect(&path, busy)?;
    check_owner(&connection)?;
    check_version(&connection)?;
    match role {
        Role::Writer => use_write_ahead_log(&connection)?,
        Role::Reader => set(&connection, "query_only", "ON")?,
    }
    Ok(connection)
}

/// Refuses a place where no store is.
pub(super) fn demand(path: &Path) -> Result<(), EngineError> {
    match absolute(path)?.try_exists() {
        Ok(false) => Err(EngineError::Absent),
        // What else is wrong with it is told when it is opened.
        _ => Ok(()),
    }
}

/// Brings the tables to this program's version; makes the database if there is no file.
pub(super) fn migrate(path: &Path, busy: Duration) -> Result<(), EngineError> {
    let path = absolute(path)?;
    create_if_absent(&path, busy)?;
    let mut connection = connect(&path, busy)?;
    check_owner(&connection)?;
    run_migrations(&mut connection)
}

/// Whether the tables are those that this program knows. Asked within each transaction too: another process may migrate
/// while this one runs.
pub(super) fn check_version(connection: &Connection) -> Result<(), EngineError> {
    let (found, known) = (version(connection)?, newest());
    if found > known {
        return Err(EngineError::TooNew { found, known });
    }
    if found < known {
        return Err(EngineError::TooOld { found, known });
    }
    Ok(())
}

// Making it

/// Makes the database beside its place and links it there once it is whole: nobody ever finds half a database or one
/// that others may read, and of several processes that start at once the first wins.
fn create_if_absent(path: &Path, busy: Duration) -> Result<(), EngineError> {
    let exists = path
        .try_exists()
        .map_err(|error| failure::of_file("the file cannot be seen", &error))?;
    if exists {
        return Ok(());
    }
    let draft = Draft::beside(path)?;
    let mut connection = connect(&draft.path, busy)?;
    connection
        .pragma_update(None, "application_id", APPLICATION)
        .map_err(failure::of)?;
    run_migrations(&mut connection)?;
    use_write_ahead_log(&connection)?;
    connection
        .close()
        .map_err(|(_, error)| failure::of(error))?;

    match fs::hard_link(&draft.path, path) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => {
            return Err(failure::of_file("the file cannot be made", &error));
        }
        _ => {}
    }
    sync_folder(path)
}

/// A file of its own name that only this process knows, gone when dropped.
struct Draft {
    path: PathBuf,
}

impl Draft {
    fn beside(path: &Path) -> Result<Self, EngineError> {
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        // The journals of SQLite get the mode of the database.
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        // A name may be left over from a process that was killed here.
        for number in 0_u32.. {
            let mut name = OsString::from(path);
            name.push(format!(".new-{}-{number}", std::process::id()));
            match options.open(&name) {
                Ok(_) => return Ok(Draft { path: name.into() }),
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                Err(error) => return Err(failure::of_file("the file cannot be made", &error)),
            }
        }
        Err(EngineError::Unavailable(
            "no name is left for a new file".into(),
        ))
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        // What stays is a small file without any row.
        let _ = fs::remove_file(&self.path);
    }
}

/// Without this a crash of the machine may take the new name back.
fn sync_folder(path: &Path) -> Result<(), EngineError> {
    let Some(folder) = path.parent().filter(|_| cfg!(unix)) else {
        return Ok(());
    };
    File::open(folder)
        .and_then(|folder| folder.sync_all())
        .map_err(|error| failure::of_file("the folder cannot be synced", &error))
}

fn run_migrations(connection: &mut Connection) -> Result<(), EngineError> {
    let change = connection
        .transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)
        .map_err(failure::of)?;
    let (found, known) = (version(&change)?, newest());
    if found > known {
        return Err(EngineError::TooNew { found, known });
    }
    for step in MIGRATIONS.iter().skip(found as usize) {
        change.execute_batch(step).map_err(failure::of)?;
    }
    change
        .pragma_update(None, "user_version", known)
        .and_then(|()| change.commit())
        .map_err(failure::of)
}

// Connections

fn connect(path: &Path, busy: Duration) -> Result<Connection, EngineError> {
    // One thread has it for its whole life; and a path is a path, never a URI.
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(failure::of)?;
    connection.busy_timeout(busy).map_err(failure::of)?;
    connection.set_prepared_statement_cache_capacity(64);
    for (name, value) in [
        ("synchronous", "FULL"),
        // What a plain fsync means on macOS.
        ("fullfsync", "ON"),
        ("checkpoint_fullfsync", "ON"),
        ("foreign_keys", "ON"),
        ("trusted_schema", "OFF"),
        // What is erased is overwritten.
        ("secure_delete", "ON"),
    ] {
        set(&connection, name, value)?;
    }
    Ok(connection)
}

fn set(connection: &Connection, name: &str, value: &str) -> Result<(), EngineError> {
    connection
        .pragma_update_and_check(None, name, value, |_| Ok(()))
        .or_else(|error| match error {
            // Most of them answer nothing.
            rusqlite::Error::QueryReturnedNoRows => Ok(()),
            error => Err(failure::of(error)),
        })
}

fn use_write_ahead_log(connection: &Connection) -> Result<(), EngineError> {
    let mode = connection
        .pragma_update_and_check(None, "journal_mode", "WAL", |row| row.get::<_, String>(0))
        .map_err(failure::of)?;
    if mode != "wal" {
        return Err(EngineError::Broken(
            "this disk allows no write-ahead log".into(),
        ));
    }
    Ok(())
}

fn check_owner(connection: &Connection) -> Result<(), EngineError> {
    let application = connection
        .pragma_query_value(None, "application_id", |row| row.get::<_, i32>(0))
        .map_err(failure::of)?;
    if application != APPLICATION {
        return Err(EngineError::Broken(
            "the file is not a store of rubank".into(),
        ));
    }
    Ok(())
}

fn version(connection: &Connection) -> Result<u32, EngineError> {
    connection
        .pragma_query_value(None, "user_version", |row| row.get(0))
        .map_err(failure::of)
}

fn newest() -> u32 {
    MIGRATIONS.len() as u32
}

/// SQLite gives a meaning to some relative names.
fn absolute(path: &Path) -> Result<PathBuf, EngineError> {
    std::path::absolute(path).map_err(|error| failure::of_file("the path cannot be used", &error))
}
