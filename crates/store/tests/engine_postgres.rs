//! The engine on PostgreSQL: the contract of every engine, and what only a server has to show.
#![cfg(feature = "postgres")]

use std::sync::Arc;
use std::time::Duration;

use rubank_store::Postgres;
use rubank_store::engine::{Engine, EngineError};

#[path = "once/bank.rs"]
mod bank;
#[path = "engine_postgres/connections.rs"]
mod connections;
#[path = "once/desk.rs"]
mod desk;
#[path = "support/postgres.rs"]
mod postgres;
#[path = "once/script.rs"]
mod script;
#[path = "engine_postgres/sending.rs"]
mod sending;
#[path = "engine_postgres/sharing.rs"]
mod sharing;
#[macro_use]
#[path = "engine/mod.rs"]
mod suite;
#[path = "engine_postgres/tls.rs"]
mod tls;

use postgres::Schema;

impl suite::Place for Schema {
    async fn new() -> Option<Self> {
        Schema::new().await
    }

    async fn open(&self) -> Result<Arc<dyn Engine>, EngineError> {
        let engine = Postgres::connect(self.options()).await?;
        self.stop_time().await;
        Ok(Arc::new(engine))
    }

    async fn advance(&self, by: Duration) {
        Schema::advance(self, by).await;
    }

    async fn set_version(&self, version: u32) {
        self.sql(&format!("UPDATE rubank_schema SET version = {version}"))
            .await;
    }
}

contract!(Schema);
