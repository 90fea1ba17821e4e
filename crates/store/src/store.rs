//! The store itself: an engine, a keyring, and who works here.

use std::sync::Arc;
use std::time::Duration;

use rubank_core::clock::{Clock, SystemClock};
use rubank_core::random::{Random, SystemRandom};

use crate::engine::{Engine, Micros};
use crate::error::StoreError;
use crate::vault::{Keyring, Vault};

/// Durable state for the clients. Clones are the same store.
#[derive(Clone)]
pub struct Store {
    pub(crate) shared: Arc<Shared>,
}

pub(crate) struct Shared {
    pub(crate) engine: Arc<dyn Engine>,
    pub(crate) vault: Vault,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) random: Arc<dyn Random>,
    pub(crate) worker: String,
    pub(crate) longest_doubt: Duration,
}

impl Store {
    /// How long the bank is asked about an intent that it does not decide, or about which it gives no answer that says
    /// anything: after that a person must look. It counts from the last moment at which a copy can have left.
    pub const LONGEST_DOUBT: Duration = Duration::from_secs(14 * 24 * 60 * 60);

    /// Opens the store in this database, with the machine's clock and a worker name of chance.
    ///
    /// # Errors
    /// The database cannot be asked, or was sealed with another key.
    pub async fn open(engine: impl Engine, keyring: Keyring) -> Result<Self, StoreError> {
        Self::builder(engine, keyring).open().await
    }

    /// Opens it with settings of your own.
    pub fn builder(engine: impl Engine, keyring: Keyring) -> StoreBuilder {
        StoreBuilder {
            engine: Arc::new(engine),
            keyring,
            clock: Arc::new(SystemClock),
            random: Arc::new(SystemRandom),
            worker: None,
            longest_doubt: Self::LONGEST_DOUBT,
        }
    }

    /// The name under which this process claims intents; it stands in their journals.
    pub fn worker(&self) -> &str {
        &self.shared.worker
    }

    /// Whether what is kept is encrypted. Card numbers and identity documents are kept by no other store.
    pub fn encrypts(&self) -> bool {
        self.shared.vault.encrypts()
    }

    /// The time by which the moments of intents are told: the server's on PostgreSQL, the machine's on SQLite.
    ///
    /// # Errors
    /// The database cannot be asked.
    pub async fn now(&self) -> Result<Micros, StoreError> {
        Ok(self.engine().now().await?)
    }

    pub(crate) fn longest_doubt(&self) -> Duration {
        self.shared.longest_doubt
    }

    pub(crate) fn engine(&self) -> &dyn Engine {
        self.shared.engine.as_ref()
    }

    pub(crate) fn vault(&self) -> &Vault {
        &self.shared.vault
    }
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store")
            .field("engine", &self.shared.engine)
            .field("worker", &self.shared.worker)
            .finish_non_exhaustive()
    }
}

/// Settings of a [`Store`].
#[derive(Debug)]
pub struct StoreBuilder {
    engine: Arc<dyn Engine>,
    keyring: Keyring,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    worker: Option<String>,
    longest_doubt: Duration,
}

impl StoreBuilder {
    /// The clock that waits run on: the same as the clients'.
    #[must_use]
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// The source of randomness.
    #[must_use]
    pub fn random(mut self, random: Arc<dyn Random>) -> Self {
        self.random = random;
        self
    }

    /// The name of this worker, for journals: a host name and a process id, say. It need not be unique: claims are told
    /// apart by their fence.
    #[must_use]
    pub fn worker(mut self, name: impl Into<String>) -> Self {
        self.worker = Some(name.into());
        self
    }

    /// Another time than [`Store::LONGEST_DOUBT`], for banks that decide later than that.
    #[must_use]
    pub fn longest_doubt(mut self, longest: Duration) -> Self {
        self.longest_doubt = longest;
        self
    }

    /// Opens the store.
    ///
    /// # Errors
    /// The database cannot be asked, or was sealed with another key.
    pub async fn open(self) -> Result<Store, StoreError> {
        let vault = Vault::open(self.engine.as_ref(), self.keyring, self.random.as_ref()).await?;
        let worker = self.worker.unwrap_or_else(|| {
            let mut bytes = [0; 6];
            self.random.fill(&mut bytes);
            let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
            format!("worker-{hex}")
        });
        Ok(Store {
            shared: Arc::new(Shared {
                engine: self.engine,
                vault,
                clock: self.clock,
                random: self.random,
                worker,
                longest_doubt: self.longest_doubt,
            }),
        })
    }
}
