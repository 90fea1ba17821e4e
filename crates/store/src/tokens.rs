//! Tokens that processes share, and the lock under which they change.

mod stored;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use rubank_core::BoxFuture;
use rubank_core::auth::{self, StoredTokens, TokenKey, TokenLock, TokenStore};
use rubank_core::random::full_jitter;

use crate::engine::{EngineError, Taken};
use crate::error::StoreError;
use crate::store::{Shared, Store};
use crate::vault::Place;

pub(crate) const SPACE: &str = "tokens";
/// Between two tries to get a lock that somebody else has: the first pause, and the longest.
const FIRST_PAUSE: Duration = Duration::from_millis(20);
const LONGEST_PAUSE: Duration = Duration::from_millis(500);
/// How long removing tokens may hold their lock.
const LEASE_OF_A_REMOVAL: Duration = Duration::from_secs(30);

impl Store {
    /// The tokens of users who signed in, for all processes that share this store.
    pub fn tokens(&self) -> StoreTokens {
        StoreTokens {
            shared: Arc::clone(&self.shared),
        }
    }
}

/// A [`TokenStore`] in the store's database. Clones are the same.
///
/// - Only a keyed tag of the [`TokenKey`] is kept, and the tokens are sealed: who reads the database learns neither
///   who signed in nor what lets them in. With [`Keyring::none`](crate::Keyring::none) tokens lie in clear.
/// - The lock is a lease on the engine's clock, so machines whose clocks differ agree on it. A holder that was killed
///   loses it when its lease is over; one that was asleep for longer saves nothing any more.
/// - A save that the database could not do is tried again while the lease lasts: an answered refresh that is not saved
///   would lock the client out.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use rubank_core::auth::{StoredTokens, TokenKey, TokenStore};
/// use rubank_store::{Keyring, Sqlite, Store};
///
/// # let folder = tempfile::tempdir()?;
/// # let file = folder.path().join("bank.db");
/// let store = Store::open(Sqlite::open(&file).await?, Keyring::none()).await?;
/// let key = TokenKey::new("production", "shop-1", "accountant");
/// store.tokens().save(&key, &StoredTokens::new("not-a-real-token".into())).await?;
///
/// let another_process = Store::open(Sqlite::open(&file).await?, Keyring::none()).await?;
/// let tokens = another_process.tokens().load(&key).await?.unwrap();
/// assert_eq!(tokens.refresh_token.expose(), "not-a-real-token");
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct StoreTokens {
    shared: Arc<Shared>,
}

impl StoreTokens {
    /// Forgets a user's tokens; whether there were any. The bank is not told: sign out there too.
    ///
    /// It waits for a refresh that is under way.
    ///
    /// # Errors
    /// [`StoreError::Engine`].
    pub async fn forget(&self, key: &TokenKey) -> Result<bool, StoreError> {
        let lock = self.wait(self.name(key), LEASE_OF_A_REMOVAL).await?;
        let was_there = self.shared.engine.remove(SPACE, &lock.name).await?;
        lock.give_back().await?;
        Ok(was_there)
    }

    fn name(&self, key: &TokenKey) -> String {
        let parts = [key.environment(), key.client(), key.user()].map(str::as_bytes);
        self.shared.vault.name("token key", &parts)
    }

    async fn wait(&self, name: String, length: Duration) -> Result<Lease, EngineError> {
        let Shared { clock, random, .. } = self.shared.as_ref();
        let mut pause = FIRST_PAUSE;
        loop {
            let try_once = Lease::take(Arc::clone(&self.shared), name.clone(), length);
            match to_its_end(try_once).await? {
                Ok(lease) => return Ok(lease),
                Err(Busy { left }) => {
                    let spread = pause / 2 + full_jitter(random.as_ref(), pause / 2);
                    clock.sleep(spread.min(left.max(FIRST_PAUSE / 2))).await;
                    pause = (pause * 2).min(LONGEST_PAUSE);
                }
            }
        }
    }
}

impl TokenStore for StoreTokens {
    fn load<'a>(
        &'a self,
        key: &'a TokenKey,
    ) -> BoxFuture<'a, Result<Option<StoredTokens>, auth::StoreError>> {
        Box::pin(async move {
            let name = self.name(key);
            let kept = self.shared.engine.get(SPACE, &name).await;
            let Some(kept) = kept.map_err(|error| failed(&error.into()))? else {
                return Ok(None);
            };
            let opened = self.shared.vault.open_sealed(&place(&name), &kept.value);
            stored::read(&opened.map_err(|error| failed(&error))?).map(Some)
        })
    }

    fn lock<'a>(
        &'a self,
        key: &'a TokenKey,
        lease: Duration,
    ) -> BoxFuture<'a, Result<Box<dyn TokenLock>, auth::StoreError>> {
        Box::pin(async move {
            let held = self.wait(self.name(key), lease).await;
            let lock: Box<dyn TokenLock> = Box::new(held.map_err(|error| failed(&error.into()))?);
            Ok(lock)
        })
    }
}

impl fmt::Debug for StoreTokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("StoreTokens")
            .field(&self.shared.engine)
            .finish()
    }
}

struct Lease {
    shared: Arc<Shared>,
    name: String,
    fence: i64,
    /// When it is over at the latest, on the store's clock.
    over_at: Duration,
    held: bool,
}

/// Somebody else holds it.
struct Busy {
    left: Duration,
}

impl Lease {
    async fn take(
        shared: Arc<Shared>,
        name: String,
        length: Duration,
    ) -> Result<Result<Self, Busy>, EngineError> {
        // From before the question, so that what is left of the lease is never overrated.
        let over_at = shared.clock.monotonic().saturating_add(length);
        let taken = shared.engine.take_lease(&lease_name(&name), length).await?;
        Ok(match taken {
            Taken::Held { fence } => Ok(Lease {
                shared,
                name,
                fence,
                over_at,
                held: true,
            }),
            Taken::Busy { left } => Err(Busy { left }),
        })
    }

    /// Whether it was written.
    async fn put(&self, sealed: &[u8]) -> Result<bool, EngineError> {
        let Shared { engine, clock, .. } = self.shared.as_ref();
        let lease = lease_name(&self.name);
        let mut pause = FIRST_PAUSE;
        loop {
            let put = engine.put_leased(&lease, self.fence, SPACE, &self.name, sealed);
            match put.await {
                // The same bytes under the same fence: if the first try was done after all, nothing is lost.
                Err(error)
                    if error.is_transient()
                        && clock.monotonic().saturating_add(pause) < self.over_at =>
                {
                    clock.sleep(pause).await;
                    pause = (pause * 2).min(LONGEST_PAUSE);
                }
                put => return put,
            }
        }
    }

    async fn give_back(mut self) -> Result<(), EngineError> {
        let lease = lease_name(&self.name);
        let released = self.shared.engine.release_lease(&lease, self.fence).await;
        self.held = false;
        released
    }
}

impl TokenLock for Lease {
    fn save<'a>(
        &'a mut self,
        tokens: &'a StoredTokens,
    ) -> BoxFuture<'a, Result<(), auth::StoreError>> {
        Box::pin(async move {
            let text = stored::write(tokens)?;
            let sealed = self.shared.vault.seal(&place(&self.name), text.as_bytes());
            match self.put(&sealed).await {
                Ok(true) => Ok(()),
                Ok(false) => Err(auth::StoreError::lock_lost()),
                Err(error) => Err(failed(&error.into())),
            }
        })
    }

    fn release(self: Box<Self>) -> BoxFuture<'static, Result<(), auth::StoreError>> {
        Box::pin(async move {
            let released = self.give_back().await;
            released.map_err(|error| failed(&error.into()))
        })
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        if !self.held {
            return;
        }
        // Outside of a runtime nobody could do it: then the lease ends by itself.
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            let (engine, fence) = (Arc::clone(&self.shared.engine), self.fence);
            let lease = lease_name(&self.name);
            runtime.spawn(async move {
                let _ended_by_lease = engine.release_lease(&lease, fence).await;
            });
        }
    }
}

impl fmt::Debug for Lease {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Lease(fence {})", self.fence)
    }
}

/// Runs the work to its end, even if nobody waits for it any more: a lease that was taken for somebody who has gone
/// comes back as a value that nobody wants, and is given back when that is dropped.
async fn to_its_end<T: Send + 'static>(
    work: impl Future<Output = Result<T, EngineError>> + Send + 'static,
) -> Result<T, EngineError> {
    match tokio::runtime::Handle::try_current() {
        Ok(runtime) => runtime.spawn(work).await.unwrap_or_else(|_| {
            let why = "the runtime is shutting down";
            Err(EngineError::Unavailable(why.to_owned()))
        }),
        // There is nobody to hand it to.
        Err(_) => work.await,
    }
}

fn place(name: &str) -> Place<'_> {
    Place {
        what: "the tokens of a user",
        owner: SPACE,
        name,
    }
}

fn lease_name(name: &str) -> String {
    format!("{SPACE}/{name}")
}

/// In the core's words.
fn failed(error: &StoreError) -> auth::StoreError {
    let text = error.to_string();
    match error.is_transient() {
        true => auth::StoreError::unavailable(text),
        false => auth::StoreError::broken(text),
    }
}

#[cfg(test)]
mod tests;
