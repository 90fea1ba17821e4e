//! OAuth 2.0 for a user who signed in once: a refresh token that changes with every use.

mod refresh;

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::header::AUTHORIZATION;
use tokio::runtime::Handle;

use self::refresh::{LEASE, Refresh, Rules};
use super::answer::ASSUMED_LIFETIME;
use super::cache::{CacheKey, FreshToken, TokenCache};
use super::store::{TokenKey, TokenStore};
use super::{
    AuthContext, AuthError, AuthErrorKind, Authorization, Credentials, OAuthClient, TokenId,
};
use crate::future::BoxFuture;
use crate::operation::HostId;
use crate::secret::Secret;

/// OAuth 2.0 with a refresh token (RFC 6749, section 6) that may be good for one use only.
///
/// A person signs in once ([`AuthorizationLink`](super::AuthorizationLink),
/// [`TokenRequest::authorization_code`](super::TokenRequest::authorization_code)) and what that brought goes into the
/// [`TokenStore`]. From then on:
///
/// - A refresh happens under the store's lock. Whoever gets the lock reads the store again first and takes what
///   another process has fetched meanwhile.
/// - The time of the first try is saved *before* the request leaves, the new pair *before* it is used.
/// - When the answer to a refresh is lost, it is asked for again with the *same* refresh token, but only within the
///   [`repeat_window`](Self::repeat_window) from the first try: after that the bank would take it for a stolen one.
/// - A try that certainly never reached the server, and one that it refused without using the token up (wrong client
///   secret, 429), does not count.
/// - `invalid_grant` is final, and nothing else is: it is noted in the store, and nobody asks again until a person has
///   signed in. After any other refusal the tokens stay as they were, and the next call asks again.
///
/// Access tokens are kept and renewed as [`ClientCredentials`](super::ClientCredentials) describes.
///
/// ```
/// use std::sync::Arc;
/// use std::time::Duration;
/// use rubank_core::auth::{MemoryTokenStore, OAuthClient, RotatingRefresh};
/// use rubank_core::operation::HostId;
///
/// let client = OAuthClient::new("shop-1", "not-a-real-secret".into());
/// let store = Arc::new(MemoryTokenStore::new());
/// let credentials = RotatingRefresh::new(HostId::TOKEN, "/oauth/token", client, "accountant", store)
///     .repeat_window(Duration::from_secs(60 * 60));
/// assert!(!format!("{credentials:?}").contains("not-a-real-secret"));
/// ```
///
/// # Cancellation
/// A refresh that has begun outlives its call: it runs as a task of the tokio runtime, holds the lock until the answer is
/// saved, and ends by itself within a minute. Dropping the call, or reaching its deadline, only stops waiting for it; the
/// next call finds what it brought. Only the end of the process or of the runtime cuts it off: then the next call asks
/// again, as after an answer that the network lost, and must do so inside the window.
///
/// # Errors
/// [`AuthErrorKind::SignInAgain`] when nobody has signed in, the grant is refused as `invalid_grant`, or an answer was lost
/// and the window is over; [`AuthErrorKind::Unavailable`] when the store, its lock or the token host cannot be had in time;
/// else those of [`TokenAnswer::read`](super::TokenAnswer::read).
pub struct RotatingRefresh {
    rules: Rules,
    user: String,
    scheme: bool,
    store: Arc<dyn TokenStore>,
    cache: TokenCache,
}

impl RotatingRefresh {
    /// The credentials of one user, whose tokens are in `store` under the environment's name, the client id and
    /// `user`; `path` is that of the token endpoint below the base of `host`.
    pub fn new(
        host: HostId,
        path: impl Into<Cow<'static, str>>,
        client: OAuthClient,
        user: impl Into<String>,
        store: Arc<dyn TokenStore>,
    ) -> Self {
        RotatingRefresh {
            rules: Rules {
                host,
                route: path.into(),
                client,
                parameters: Vec::new(),
                repeat_window: Duration::ZERO,
                assumed_lifetime: ASSUMED_LIFETIME,
            },
            user: user.into(),
            scheme: true,
            store,
            cache: TokenCache::new(),
        }
    }

    /// How long after its first try a refresh whose answer was lost may be repeated with the same refresh token, by
    /// the bank's word. By default never: then a lost answer means that a person must sign in again.
    #[must_use]
    pub fn repeat_window(mut self, window: Duration) -> Self {
        self.rules.repeat_window = window;
        self
    }

    /// Adds a form parameter that this server wants with a refresh: `redirect_uri`. One that is in the form already
    /// makes every refresh fail as [`AuthErrorKind::Configuration`].
    #[must_use]
    pub fn parameter(
        mut self,
        name: impl Into<Cow<'static, str>>,
        value: impl Into<Secret>,
    ) -> Self {
        self.rules.parameters.push((name.into(), value.into()));
        self
    }

    /// Says where the token endpoint really is, below the base of its host.
    #[must_use]
    pub fn token_route(mut self, path: impl Into<Cow<'static, str>>) -> Self {
        self.rules.route = path.into();
        self
    }

    /// Sends the access token alone, `Authorization: …`, without the word `Bearer` before it. It is not the standard's
    /// way, yet some interfaces want it.
    #[must_use]
    pub fn without_scheme(mut self) -> Self {
        self.scheme = false;
        self
    }

    /// How long an access token is taken to live when the server does not say. By default five minutes.
    #[must_use]
    pub fn assumed_lifetime(mut self, lifetime: Duration) -> Self {
        self.rules.assumed_lifetime = lifetime;
        self
    }

    /// `last` is the access token that is to be replaced, if there was one in this process.
    async fn fetch(
        &self,
        context: &AuthContext<'_>,
        last: Option<Secret>,
    ) -> Result<FreshToken, AuthError> {
        let key = TokenKey::new(
            context.environment.name(),
            self.rules.client.id(),
            self.user.as_str(),
        );
        let lock = context
            .within(Duration::MAX, self.store.lock(&key, LEASE))
            .await;
        let lock =
            lock.ok_or_else(|| unavailable("the lock of the tokens could not be had in time"))??;
        let refresh = Refresh {
            rules: self.rules.clone(),
            store: Arc::clone(&self.store),
            key,
            last,
            surroundings: context.detached(),
        };
        to_its_end(refresh.run(lock)).await
    }
}

impl Credentials for RotatingRefresh {
    fn authorize<'a>(
        &'a self,
        context: &'a AuthContext<'a>,
    ) -> BoxFuture<'a, Result<Authorization, AuthError>> {
        Box::pin(async move {
            // The scopes were granted at the sign-in, for all operations alike.
            let key =
                CacheKey::new::<&str>(context.base(self.rules.host)?, self.rules.client.id(), &[]);
            let token = self
                .cache
                .token(key, context, |last| self.fetch(context, last))
                .await?;
            let authorization = match self.scheme {
                true => Authorization::scheme("Bearer", &token.secret)?,
                false => Authorization::header(AUTHORIZATION, &token.secret)?,
            };
            Ok(authorization.with_token(token.id))
        })
    }

    fn invalidate(&self, token: &TokenId) {
        self.cache.invalidate(token);
    }

    /// A user's own tokens are never public.
    fn is_public(&self) -> bool {
        false
    }

    fn hosts(&self) -> &[HostId] {
        std::slice::from_ref(&self.rules.host)
    }
}

/// Without the user, who may be named by a phone or an address.
impl fmt::Debug for RotatingRefresh {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RotatingRefresh")
            .field("host", &self.rules.host)
            .field("client", &self.rules.client)
            .field("store", &self.store)
            .finish_non_exhaustive()
    }
}

/// Runs the work to its end, even if nobody waits for it any more.
async fn to_its_end<T: Send + 'static>(
    work: impl Future<Output = Result<T, AuthError>> + Send + 'static,
) -> Result<T, AuthError> {
    match Handle::try_current() {
        Ok(runtime) => runtime
            .spawn(work)
            .await
            .unwrap_or_else(|_| Err(unavailable("the refresh was cut off with its runtime"))),
        // There is nobody to hand it to: it lives as long as its call.
        Err(_) => work.await,
    }
}

fn unavailable(text: &str) -> AuthError {
    AuthError::new(AuthErrorKind::Unavailable, text)
}

#[cfg(test)]
mod tests;
