//! Where the server is, and how to speak to it.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use rubank_core::clock::{Clock, SystemClock};
use rubank_core::secret::Secret;
use rubank_core::tls::Root;

/// Where the server is, and how to speak to it.
///
/// The address is a URL (`postgresql://user:password@host:5432/database`) or a list of words
/// (`host=… user=… password=… dbname=…`), as every PostgreSQL program takes them. To another machine the connection is
/// always encrypted and the server's certificate and name are checked, whatever `sslmode` says; to this machine
/// (loopback or a socket file) it is not unless `sslmode=require` is given.
///
/// ```
/// use std::time::Duration;
/// use rubank_store::PostgresOptions;
///
/// let options = PostgresOptions::new("postgresql://payer:not-a-password@db.example/bank")
///     .schema("payouts")
///     .connections(16)
///     .statement_timeout(Duration::from_secs(10));
/// assert!(!format!("{options:?}").contains("not-a-password"));
/// ```
#[derive(Clone)]
pub struct PostgresOptions {
    pub(super) address: Secret,
    pub(super) schema: String,
    pub(super) connections: usize,
    pub(super) statement_timeout: Duration,
    pub(super) roots: Vec<Root>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) existing: bool,
}

impl PostgresOptions {
    /// The server at that address; schema `rubank`, 8 connections, 30 seconds for a statement.
    pub fn new(address: impl Into<Secret>) -> Self {
        PostgresOptions {
            address: address.into(),
            schema: "rubank".to_owned(),
            connections: 8,
            statement_timeout: Duration::from_secs(30),
            roots: Vec::new(),
            clock: Arc::new(SystemClock),
            existing: false,
        }
    }

    /// Makes no store where there is none:
    /// [`EngineError::Absent`](crate::engine::EngineError::Absent) then. For programs that start by themselves: after a
    /// wrong address or schema, an empty store would know of no payment that was made.
    #[must_use]
    pub fn existing(mut self) -> Self {
        self.existing = true;
        self
    }

    /// Another schema: 1 to 63 lower-case letters, digits and `_`, not beginning with a digit nor with `pg_`. Two stores in
    /// one database are two schemas.
    #[must_use]
    pub fn schema(mut self, schema: impl Into<String>) -> Self {
        self.schema = schema.into();
        self
    }

    /// How many connections there are at most, at least 1. A call that finds none free waits for one.
    #[must_use]
    pub fn connections(mut self, connections: usize) -> Self {
        self.connections = connections.max(1);
        self
    }

    /// How long a statement may take, waiting for others included; at least 100 ms. A server that does not answer at
    /// all is given up a little later.
    #[must_use]
    pub fn statement_timeout(mut self, timeout: Duration) -> Self {
        self.statement_timeout = timeout.max(Duration::from_millis(100));
        self
    }

    /// One more authority for the server's certificate, beside the system's.
    #[must_use]
    pub fn root(mut self, root: Root) -> Self {
        self.roots.push(root);
        self
    }

    /// The clock that measures how long the server has not answered; the machine's by default. What the store writes
    /// follows the server's clock, never this one.
    #[must_use]
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }
}

/// All but the address: it holds a password.
impl fmt::Debug for PostgresOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostgresOptions")
            .field("schema", &self.schema)
            .field("connections", &self.connections)
            .field("statement_timeout", &self.statement_timeout)
            .field("roots", &self.roots.len())
            .finish_non_exhaustive()
    }
}
