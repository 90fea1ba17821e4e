//! What a database error means, in our own words: its own may quote a row.

use deadpool_postgres::{HookError, PoolError};
use tokio_postgres::error::{Error, SqlState};

use super::link::Repeat;
use crate::engine::EngineError;

/// A failure and what it leaves behind.
#[derive(Debug)]
pub(super) struct Failure {
    error: EngineError,
    undone: bool,
    /// A table, a column or a function of ours is not there.
    pub(super) is_missing: bool,
}

impl Failure {
    /// Of a statement.
    pub(super) fn of(error: &Error) -> Self {
        let Some(code) = error.code() else {
            // No answer, or one that the library could not read.
            let error = match error.is_closed() {
                true => unavailable("the connection was closed"),
                false => unavailable("the connection failed"),
            };
            return Failure {
                error,
                undone: false,
                is_missing: false,
            };
        };
        Failure {
            error: told(code),
            undone: ROLLED_BACK.contains(code),
            is_missing: MISSING.contains(&code.code()),
        }
    }

    /// Of getting a connection: nothing was asked of the server yet.
    pub(super) fn of_pool(error: PoolError) -> Self {
        match error {
            PoolError::Backend(error) | PoolError::PostCreateHook(HookError::Backend(error)) => {
                let error = match error.code() {
                    Some(code) => told(code),
                    None => unavailable(
                        "the server cannot be reached, or its certificate is not trusted",
                    ),
                };
                Failure {
                    error,
                    undone: true,
                    is_missing: false,
                }
            }
            _ => Failure {
                error: unavailable("there is no connection"),
                undone: true,
                is_missing: false,
            },
        }
    }

    /// The server did not answer in time.
    pub(super) fn silent() -> Self {
        Failure {
            error: unavailable("the server does not answer"),
            undone: false,
            is_missing: false,
        }
    }

    pub(super) fn may_repeat(&self, repeat: Repeat) -> bool {
        self.undone || (repeat == Repeat::Read && self.error.is_transient())
    }

    pub(super) fn into_error(self) -> EngineError {
        self.error
    }
}

impl From<EngineError> for Failure {
    fn from(error: EngineError) -> Self {
        Failure {
            error,
            undone: false,
            is_missing: false,
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Failure::of(&error)
    }
}

/// The tables do not hold what this program knows.
pub(super) fn broken(text: &str) -> EngineError {
    EngineError::Broken(text.to_owned())
}

fn unavailable(text: &str) -> EngineError {
    EngineError::Unavailable(text.to_owned())
}

/// With these the server says that the transaction left nothing behind, and that the same may work at once.
const ROLLED_BACK: [SqlState; 2] = [
    SqlState::T_R_SERIALIZATION_FAILURE,
    SqlState::T_R_DEADLOCK_DETECTED,
];

/// With these it says that something does not exist.
const MISSING: [&str; 4] = ["42P01", "42703", "42883", "3F000"];

fn told(code: &SqlState) -> EngineError {
    let passing = |why: &str| EngineError::Unavailable(format!("{why} (SQLSTATE {})", code.code()));
    let lasting = |why: &str| EngineError::Broken(format!("{why} (SQLSTATE {})", code.code()));
    match code.code() {
        "57014" => passing("a statement took too long"),
        "55P03" => passing("a lock took too long"),
        "25006" => passing("the server is a copy that takes no changes"),
        "25P03" => passing("a transaction was idle for too long"),
        // A migration by another program, or a pooler that gave us somebody else's session.
        "0A000" | "26000" => passing("a prepared statement is no longer valid"),
        "3D000" => lasting("there is no such database"),
        "42501" => lasting("the user may not do this"),
        "42P01" | "42703" | "42883" | "3F000" => {
            lasting("a table of the store is missing or was changed")
        }
        "42P07" | "42723" => lasting("the schema holds tables that are not the store's"),
        text => match text.get(..2) {
            Some("08") => passing("the connection failed"),
            Some("28") => lasting("the server refuses the user or the password"),
            Some("40") => passing("others changed the same rows"),
            Some("53") => passing("the server lacks memory, disk or connections"),
            Some("57") => passing("the server is stopping or starting"),
            Some("58") => passing("the server's machine failed"),
            _ => lasting("the server refused"),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_passes_and_what_lasts() {
        for (code, transient) in [
            ("40001", true),
            ("40P01", true),
            ("53300", true),
            ("57P01", true),
            ("57014", true),
            ("08006", true),
            ("25006", true),
            ("28P01", false),
            ("23505", false),
            ("42P01", false),
            ("XX001", false),
        ] {
            let error = told(&SqlState::from_code(code));
            assert_eq!(error.is_transient(), transient, "{code}");
            assert!(error.to_string().contains(code), "{error}");
        }
    }
}
