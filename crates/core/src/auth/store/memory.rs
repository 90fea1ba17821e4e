//! Tokens that live as long as the process.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::OwnedMutexGuard;

use super::{StoreError, StoredTokens, TokenKey, TokenLock, TokenStore};
use crate::future::BoxFuture;

/// A [`TokenStore`] in memory, for tests and for clients of servers that do not rotate. Clones share the tokens.
///
/// After a restart a person must sign in again. Leases are not counted: in one process a holder cannot vanish without
/// dropping its lock.
///
/// ```
/// use rubank_core::auth::{MemoryTokenStore, StoredTokens, TokenKey, TokenStore};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let store = MemoryTokenStore::new();
/// let key = TokenKey::new("production", "shop-1", "accountant");
/// store.save(&key, &StoredTokens::new("not-a-real-token".into())).await.unwrap();
/// assert!(store.load(&key).await.unwrap().is_some());
/// # }
/// ```
#[derive(Clone, Default)]
pub struct MemoryTokenStore {
    entries: Arc<Mutex<HashMap<TokenKey, Entry>>>,
}

#[derive(Clone, Default)]
struct Entry {
    tokens: Arc<Mutex<Option<StoredTokens>>>,
    lock: Arc<tokio::sync::Mutex<()>>,
}

impl MemoryTokenStore {
    /// A store with nothing in it.
    pub fn new() -> Self {
        Self::default()
    }

    fn entry(&self, key: &TokenKey) -> Entry {
        locked(&self.entries)
            .entry(key.clone())
            .or_default()
            .clone()
    }
}

impl TokenStore for MemoryTokenStore {
    fn load<'a>(
        &'a self,
        key: &'a TokenKey,
    ) -> BoxFuture<'a, Result<Option<StoredTokens>, StoreError>> {
        let tokens = locked(&self.entries)
            .get(key)
            .and_then(|entry| locked(&entry.tokens).clone());
        Box::pin(std::future::ready(Ok(tokens)))
    }

    fn lock<'a>(
        &'a self,
        key: &'a TokenKey,
        _lease: Duration,
    ) -> BoxFuture<'a, Result<Box<dyn TokenLock>, StoreError>> {
        let Entry { tokens, lock } = self.entry(key);
        Box::pin(async move {
            let held = lock.lock_owned().await;
            let lock: Box<dyn TokenLock> = Box::new(MemoryLock {
                tokens,
                _held: held,
            });
            Ok(lock)
        })
    }
}

impl fmt::Debug for MemoryTokenStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MemoryTokenStore({} keys)", locked(&self.entries).len())
    }
}

struct MemoryLock {
    tokens: Arc<Mutex<Option<StoredTokens>>>,
    _held: OwnedMutexGuard<()>,
}

impl TokenLock for MemoryLock {
    fn save<'a>(&'a mut self, tokens: &'a StoredTokens) -> BoxFuture<'a, Result<(), StoreError>> {
        *locked(&self.tokens) = Some(tokens.clone());
        Box::pin(std::future::ready(Ok(())))
    }

    fn release(self: Box<Self>) -> BoxFuture<'static, Result<(), StoreError>> {
        drop(self);
        Box::pin(std::future::ready(Ok(())))
    }
}

impl fmt::Debug for MemoryLock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MemoryLock")
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
