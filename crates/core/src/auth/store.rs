//! Where tokens outlive the process: a refresh token that changes with every use is state, and losing it locks the
//! client out until a person signs in again.

#[cfg(unix)]
mod file;
mod memory;

use std::fmt;
use std::time::Duration;

use time::OffsetDateTime;

#[cfg(unix)]
pub use file::FileTokenStore;
pub use memory::MemoryTokenStore;

use super::answer::ASSUMED_LIFETIME;
use super::{AuthError, AuthErrorKind, TokenAnswer};
use crate::future::BoxFuture;
use crate::secret::Secret;

/// How long a save by hand may hold the lock.
const LEASE_OF_A_SAVE: Duration = Duration::from_secs(30);

/// Keeps [`StoredTokens`] by client and user: in memory, in a file, in a database that several processes share.
///
/// # Contract
/// - When the future of a save is done, the tokens survive a crash of the process, and of the machine if the store is
///   durable: an answer is used only after that.
/// - A save replaces all of the old value or nothing.
/// - There is one lock per key, for all who share the store. A holder that vanished loses it when its lease is over.
/// - Errors hold nothing of the tokens.
pub trait TokenStore: fmt::Debug + Send + Sync + 'static {
    /// What was saved last; `None` if nobody has signed in yet. It needs no lock.
    fn load<'a>(
        &'a self,
        key: &'a TokenKey,
    ) -> BoxFuture<'a, Result<Option<StoredTokens>, StoreError>>;

    /// Waits for the lock of the key, without a limit of its own: whoever waits drops the future. The lock is held
    /// until it is released or dropped, and `lease` at the longest.
    fn lock<'a>(
        &'a self,
        key: &'a TokenKey,
        lease: Duration,
    ) -> BoxFuture<'a, Result<Box<dyn TokenLock>, StoreError>>;

    /// Saves what a person's sign-in brought: takes the lock, saves, releases. It waits without a limit of its own, as
    /// [`lock`](Self::lock) does.
    fn save<'a>(
        &'a self,
        key: &'a TokenKey,
        tokens: &'a StoredTokens,
    ) -> BoxFuture<'a, Result<(), StoreError>> {
        Box::pin(async move {
            let mut lock = self.lock(key, LEASE_OF_A_SAVE).await?;
            lock.save(tokens).await?;
            lock.release().await
        })
    }
}

/// The right to change the tokens of one key, until it is released, dropped, or its lease is over.
pub trait TokenLock: fmt::Debug + Send {
    /// Saves the tokens.
    ///
    /// # Errors
    /// [`StoreError::lock_lost`] when the lease is over and somebody else may have the lock: then nothing was saved,
    /// because it would overwrite newer tokens.
    fn save<'a>(&'a mut self, tokens: &'a StoredTokens) -> BoxFuture<'a, Result<(), StoreError>>;

    /// Gives the lock back. Dropping does so too, as soon as it can.
    fn release(self: Box<Self>) -> BoxFuture<'static, Result<(), StoreError>>;
}

/// Whose tokens: one user of one client in one environment.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TokenKey {
    environment: String,
    client: String,
    user: String,
}

impl TokenKey {
    /// The environment's name (so that a store shared by mistake never brings a real token to a test stand), the
    /// client id, and the caller's own name for the user who signed in.
    pub fn new(
        environment: impl Into<String>,
        client: impl Into<String>,
        user: impl Into<String>,
    ) -> Self {
        TokenKey {
            environment: environment.into(),
            client: client.into(),
            user: user.into(),
        }
    }

    /// The environment's name.
    pub fn environment(&self) -> &str {
        &self.environment
    }

    /// The client id.
    pub fn client(&self) -> &str {
        &self.client
    }

    /// The user, who may be named by a phone or an address: do not log it.
    pub fn user(&self) -> &str {
        &self.user
    }
}

/// Without the user.
impl fmt::Debug for TokenKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TokenKey({} {})", self.environment, self.client)
    }
}

/// The tokens of one user, and how far the exchange of the refresh token has come. Times are on the wall clock,
/// because several processes read them.
///
/// All fields must be stored; a store may add its own.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct StoredTokens {
    /// What fetches the next pair.
    pub refresh_token: Secret,
    /// What lets a request in.
    pub access_token: Option<Secret>,
    /// The end of the access token.
    pub access_expires_at: Option<OffsetDateTime>,
    /// When `refresh_token` was sent for the first time, if no answer is known: it may be used up.
    pub first_tried_at: Option<OffsetDateTime>,
    /// The server refused the refresh token for good: a person must sign in again.
    pub sign_in_again: bool,
}

impl StoredTokens {
    /// A refresh token that was not used yet, from a cabinet or an older system.
    pub fn new(refresh_token: Secret) -> Self {
        StoredTokens {
            refresh_token,
            access_token: None,
            access_expires_at: None,
            first_tried_at: None,
            sign_in_again: false,
        }
    }

    /// What a sign-in brought; `asked_at` is the time at which the request for it was about to leave.
    ///
    /// # Errors
    /// There is no refresh token in the answer ([`AuthErrorKind::Unreadable`]).
    pub fn signed_in(answer: &TokenAnswer, asked_at: OffsetDateTime) -> Result<Self, AuthError> {
        let Some(refresh_token) = answer.refresh_token.clone() else {
            let text = "the answer to the sign-in has no refresh_token";
            return Err(AuthError::new(AuthErrorKind::Unreadable, text));
        };
        Ok(Self::new(refresh_token).renewed(answer, asked_at, ASSUMED_LIFETIME))
    }

    /// With the pair of an answer. A server that does not rotate sends no new refresh token, and the old one stays
    /// (RFC 6749, section 6).
    pub(super) fn renewed(
        &self,
        answer: &TokenAnswer,
        asked_at: OffsetDateTime,
        assumed: Duration,
    ) -> Self {
        let refresh_token = answer
            .refresh_token
            .as_ref()
            .unwrap_or(&self.refresh_token)
            .clone();
        StoredTokens {
            access_token: Some(answer.access_token.clone()),
            access_expires_at: Some(asked_at + answer.lifetime.unwrap_or(assumed)),
            ..Self::new(refresh_token)
        }
    }
}

/// Why a store could not do its work.
#[derive(Clone, Debug)]
pub struct StoreError {
    kind: AuthErrorKind,
    text: String,
}

impl StoreError {
    /// The store cannot be reached or written now. `text` must hold nothing secret.
    pub fn unavailable(text: impl Into<String>) -> Self {
        StoreError {
            kind: AuthErrorKind::Unavailable,
            text: text.into(),
        }
    }

    /// The lease of the lock is over; nothing was saved.
    pub fn lock_lost() -> Self {
        Self::unavailable("the lock was lost")
    }

    /// What is stored cannot be read: it will not get better by itself. `text` must hold nothing secret.
    pub fn broken(text: impl Into<String>) -> Self {
        StoreError {
            kind: AuthErrorKind::Configuration,
            text: text.into(),
        }
    }

    /// Whether it may work a little later.
    pub fn is_transient(&self) -> bool {
        self.kind == AuthErrorKind::Unavailable
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the token store: {}", self.text)
    }
}

impl std::error::Error for StoreError {}

impl From<StoreError> for AuthError {
    fn from(error: StoreError) -> Self {
        AuthError::new(error.kind, error.to_string())
    }
}
