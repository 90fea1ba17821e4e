#![doc = include_str!("../README.md")]

mod copy;
mod cursors;
pub mod engine;
mod erase;
mod error;
mod intent;
mod once;
mod outcome;
mod pace;
#[cfg(feature = "postgres")]
mod postgres;
mod recorded;
mod shelf;
mod sqlite;
mod state;
mod store;
mod tokens;
mod turn;
mod vault;

pub use copy::{Copied, copy};
pub use cursors::{Cursor, CursorStatement, Cursors};
pub use error::StoreError;
pub use intent::Intent;
pub use once::{Acted, Claim, Conclusion, Decision, SettledOf};
pub use outcome::{NotAReason, Reason, Refusal, Settled};
pub use pace::StorePace;
#[cfg(feature = "postgres")]
pub use postgres::{Postgres, PostgresOptions};
pub use shelf::{Kept, Shelf};
pub use sqlite::{Sqlite, SqliteOptions};
pub use state::State;
pub use store::{Store, StoreBuilder};
pub use tokens::StoreTokens;
pub use turn::{HeldTurn, Turn};
pub use vault::{KeyError, Keyring};

/// The documents of runs.
const RUNS: &str = "runs";
/// Every space of documents there is.
const SPACES: [&str; 4] = [vault::SPACE, tokens::SPACE, cursors::SPACE, RUNS];
