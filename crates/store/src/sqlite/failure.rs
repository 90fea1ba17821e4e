//! What an error of SQLite means, in our words: its own text may quote a row.

use std::io;

use rusqlite::{Error, ErrorCode};

use crate::engine::EngineError;

pub(super) fn of(error: Error) -> EngineError {
    let Error::SqliteFailure(failure, _) = error else {
        return EngineError::Broken("a row holds what this program cannot read".into());
    };
    let code = failure.extended_code;
    let unavailable = |why: &str| EngineError::Unavailable(format!("{why} (SQLite {code})"));
    let broken = |why: &str| EngineError::Broken(format!("{why} (SQLite {code})"));
    match failure.code {
        ErrorCode::DatabaseBusy
        | ErrorCode::DatabaseLocked
        | ErrorCode::FileLockingProtocolFailed => unavailable("others write for too long"),
        ErrorCode::DiskFull => unavailable("the disk is full"),
        ErrorCode::OutOfMemory => unavailable("no memory is left"),
        ErrorCode::SystemIoFailure => unavailable("the disk failed"),
        ErrorCode::CannotOpen => unavailable("the file cannot be opened"),
        ErrorCode::ReadOnly | ErrorCode::PermissionDenied => broken("the file may not be written"),
        ErrorCode::NotADatabase => broken("the file is not a store of rubank"),
        ErrorCode::DatabaseCorrupt => broken("the file is damaged"),
        ErrorCode::ConstraintViolation => broken("a rule of the tables would be broken"),
        ErrorCode::TooBig => broken("a value is too big"),
        _ => broken("SQLite refused"),
    }
}

/// A failure of the file system, by its kind: the whole text may name a path.
pub(super) fn of_file(what: &str, error: &io::Error) -> EngineError {
    EngineError::Unavailable(format!("{what}: {}", error.kind()))
}
