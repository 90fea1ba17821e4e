//! The engine contract, on SQLite.

use std::sync::Arc;
use std::time::Duration;

use rubank_core::clock::ManualClock;
use rubank_store::engine::{Engine, EngineError};
use rubank_store::{Sqlite, SqliteOptions};
use tempfile::TempDir;
use time::macros::datetime;

#[macro_use]
#[path = "engine/mod.rs"]
mod suite;

contract!(SqlitePlace);

struct SqlitePlace {
    folder: TempDir,
    clock: ManualClock,
}

impl suite::Place for SqlitePlace {
    async fn new() -> Option<Self> {
        Some(SqlitePlace {
            folder: tempfile::tempdir().expect("a folder can be made"),
            clock: ManualClock::new(datetime!(2025-03-01 09:00 UTC)),
        })
    }

    async fn open(&self) -> Result<Arc<dyn Engine>, EngineError> {
        let path = self.folder.path().join("store.db");
        let options = SqliteOptions::new(path).clock(Arc::new(self.clock.clone()));
        Ok(Arc::new(Sqlite::open_with(options).await?))
    }

    async fn advance(&self, by: Duration) {
        self.clock.advance(by);
    }

    async fn set_version(&self, version: u32) {
        let path = self.folder.path().join("store.db");
        let connection = rusqlite::Connection::open(path).expect("the file opens");
        connection
            .pragma_update(None, "user_version", version)
            .expect("the version is written");
    }
}
