//! A schema of its own for each test that needs PostgreSQL.

use std::io::Write;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use rubank_store::{Postgres, PostgresOptions};
use tokio_postgres::{Client, NoTls};

#[path = "private_postgres.rs"]
mod private_postgres;

pub(crate) use private_postgres::PrivatePostgres;
use private_postgres::is_required;

/// The server of `RUBANK_TEST_POSTGRES`, or a private one that ends with this test program; `None`, said loudly, if
/// there is none and that is allowed.
pub(crate) fn server() -> Option<&'static str> {
    static SERVER: OnceLock<Option<String>> = OnceLock::new();
    // Kept to the end of the process, which is what its keeper waits for.
    static PRIVATE: OnceLock<Option<PrivatePostgres>> = OnceLock::new();
    let url = SERVER.get_or_init(|| match std::env::var("RUBANK_TEST_POSTGRES") {
        Ok(url) if !url.is_empty() => Some(url),
        _ => {
            let private = PRIVATE.get_or_init(|| PrivatePostgres::start().expect("it starts"));
            private.as_ref().map(|private| private.url().to_owned())
        }
    });
    if url.is_none() {
        assert!(
            !is_required(),
            "PostgreSQL is not installed here: see .ci/run"
        );
        // Not `eprintln!`: the words of a test that passes are kept from whoever runs it.
        let _ = std::io::stderr().write_all(
            b"SKIPPED: PostgreSQL is not installed here (Debian: apt-get install postgresql)\n",
        );
    }
    url.as_deref()
}

/// A schema of its own.
pub(crate) struct Schema {
    pub(crate) url: &'static str,
    pub(crate) name: String,
    /// A connection beside the engine, to arrange things.
    pub(crate) admin: Client,
}

impl Schema {
    /// A name that nothing has yet; `None` without a server.
    pub(crate) async fn new() -> Option<Self> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let url = server()?;
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("test_{}_{count}", std::process::id());
        let admin = connect(url).await;
        admin
            .batch_execute(&format!(
                "DROP SCHEMA IF EXISTS {name} CASCADE; SET search_path = {name}"
            ))
            .await
            .expect("the name is free");
        Some(Schema { url, name, admin })
    }

    pub(crate) fn options(&self) -> PostgresOptions {
        PostgresOptions::new(self.url)
            .schema(self.name.as_str())
            .connections(4)
    }

    pub(crate) async fn open(&self) -> Postgres {
        Postgres::connect(self.options()).await.expect("it opens")
    }

    /// Moves the store's time on. The tables must be there.
    pub(crate) async fn advance(&self, length: Duration) {
        self.set_clock(&format!("shift = shift + {}", length.as_micros()))
            .await;
    }

    /// From now on the store's time stands still, but for [`advance`](Self::advance). The tables must be there.
    pub(crate) async fn stop_time(&self) {
        self.set_clock("stopped = coalesce(stopped, rubank_now_2())")
            .await;
    }

    /// Replaces the only source of the store's time by one that a test can set.
    async fn set_clock(&self, change: &str) {
        self.sql(&format!(
            "CREATE TABLE IF NOT EXISTS test_clock AS SELECT NULL::bigint AS stopped, 0::bigint AS shift; \
             CREATE OR REPLACE FUNCTION rubank_now_2() RETURNS bigint LANGUAGE sql VOLATILE AS $$ \
                 SELECT coalesce(stopped, (extract(epoch FROM clock_timestamp()) * 1000000)::bigint) + shift \
                 FROM {}.test_clock $$; \
             UPDATE test_clock SET {change}",
            self.name
        ))
        .await;
    }

    pub(crate) async fn sql(&self, text: &str) {
        self.admin.batch_execute(text).await.expect("it runs");
    }
}

/// A plain connection to the server.
pub(crate) async fn connect(url: &str) -> Client {
    let (client, connection) = tokio_postgres::connect(url, NoTls)
        .await
        .expect("the server is there");
    tokio::spawn(connection);
    client
}
