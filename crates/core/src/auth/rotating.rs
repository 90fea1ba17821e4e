//! OAuth 2.0 for a user who signed in once: a refresh token that changes with every use.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::header::AUTHORIZATION;
use time::OffsetDateTime;

use super::answer::ASSUMED_LIFETIME;
use super::cache::{CacheKey, FreshToken, TokenCache};
use super::store::{StoredTokens, TokenKey, TokenLock, TokenStore};
use super::{
    AuthContext, AuthError, AuthErrorKind, Authorization, Credentials, OAuthClient, TokenAnswer,
    TokenId, TokenRequest,
};
use crate::future::BoxFuture;
use crate::operation::HostId;
use crate::secret::Secret;

/// A refresh is not waited for longer than this.
const LONGEST_EXCHANGE: Duration = Duration::from_secs(15);
/// Time that a refresh leaves to the call for saving what it brought.
const TIME_TO_SAVE: Duration = Duration::from_secs(2);
/// Exchange, two saves, and a lot of patience with the disk: who still has the lock then is not coming back.
const LEASE: Duration = Duration::from_secs(60);
/// Clocks of two machines may differ by this much.
const CLOCK_DRIFT: time::Duration = time::Duration::minutes(1);

/// OAuth 2.0 with a refresh token (RFC 6749, section 6) that may be good for one use only.
///
/// A person signs in once ([`AuthorizationLink`](super::AuthorizationLink),
/// [`TokenRequest::authorization_code`]) and what that brought goes into the [`TokenStore`]. From then on:
///
/// - A refresh happens under the store's lock. Whoever gets the lock reads the store again first and takes what
///   another process has fetched meanwhile.
/// - The time of the first try is saved *before* the request leaves, the new pair *before* it is used.
/// - When the answer to a refresh is lost, it is asked for again with the *same* refresh token, but only within the
///   [`repeat_window`](Self::repeat_window) from the first try: after that the bank would take it for a stolen one.
/// - A try that certainly never reached the server, and one that it refused without using the token up (wrong client
///   secret, 429), does not count.
/// - `invalid_grant` is final: it is noted in the store, and nobody asks again until a person has signed in.
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
/// Dropping a call while it refreshes loses the answer; the next call asks again, as after a broken connection.
///
/// # Errors
/// [`AuthErrorKind::SignInAgain`] when nobody has signed in, the grant is refused, or an answer was lost and the
/// window is over; [`AuthErrorKind::Unavailable`] when the store, its lock or the token host cannot be had in time;
/// else those of [`TokenAnswer::read`].
pub struct RotatingRefresh {
    host: HostId,
    route: Cow<'static, str>,
    client: OAuthClient,
    user: String,
    parameters: Vec<(Cow<'static, str>, Secret)>,
    scheme: bool,
    repeat_window: Duration,
    assumed_lifetime: Duration,
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
            host,
            route: path.into(),
            client,
            user: user.into(),
            parameters: Vec::new(),
            scheme: true,
            repeat_window: Duration::ZERO,
            assumed_lifetime: ASSUMED_LIFETIME,
            store,
            // A refresh that is given up half-way costs a try, so it gets the time that it needs.
            cache: TokenCache::new().with_patience(LEASE),
        }
    }

    /// How long after its first try a refresh whose answer was lost may be repeated with the same refresh token, by
    /// the bank's word. By default never: then a lost answer means that a person must sign in again.
    #[must_use]
    pub fn repeat_window(mut self, window: Duration) -> Self {
        self.repeat_window = window;
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
        self.parameters.push((name.into(), value.into()));
        self
    }

    /// Says where the token endpoint really is, below the base of its host.
    #[must_use]
    pub fn token_route(mut self, path: impl Into<Cow<'static, str>>) -> Self {
        self.route = path.into();
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
        self.assumed_lifetime = lifetime;
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
            self.client.id(),
            self.user.as_str(),
        );
        let lock = context
            .within(Duration::MAX, self.store.lock(&key, LEASE))
            .await;
        let mut lock =
            lock.ok_or_else(|| unavailable("the lock of the tokens could not be had in time"))??;
        let result = self.fetch_locked(context, &key, lock.as_mut(), last).await;
        // If this fails the lease ends by itself; the tokens are safe either way.
        let _ended_by_lease = lock.release().await;
        result
    }

    async fn fetch_locked(
        &self,
        context: &AuthContext<'_>,
        key: &TokenKey,
        lock: &mut dyn TokenLock,
        last: Option<Secret>,
    ) -> Result<FreshToken, AuthError> {
        let Some(stored) = self.store.load(key).await? else {
            return Err(sign_in("nobody has signed in yet"));
        };
        if let Some(fetched) = fetched_by_another(&stored, last.as_ref(), context) {
            return Ok(fetched);
        }
        if stored.sign_in_again {
            return Err(sign_in("the sign-in is no longer valid"));
        }
        let now = context.clock.now();
        let time = self.time_for_exchange(&stored, context, now)?;
        let mut tried = stored.clone();
        if tried.first_tried_at.is_none() {
            tried.first_tried_at = Some(now);
            lock.save(&tried).await?;
        }
        match self.exchange(context, &stored.refresh_token, time).await {
            Ok(answer) => {
                let renewed = stored.renewed(&answer, now, self.assumed_lifetime);
                lock.save(&renewed).await?;
                let lifetime = answer.lifetime.unwrap_or(self.assumed_lifetime);
                Ok(FreshToken {
                    secret: answer.access_token,
                    lifetime,
                })
            }
            Err(error) => {
                let after = match After::of(&error) {
                    After::AsBefore => stored,
                    After::MaybeUsed => return Err(error),
                    After::Refused => StoredTokens {
                        sign_in_again: true,
                        ..tried
                    },
                };
                // What stands in the store otherwise is the careful word: that the token may be used up.
                let _careful_word_stays = lock.save(&after).await;
                Err(error)
            }
        }
    }

    /// How long the exchange may take: not beyond the call, with time left to save, nor beyond the repeat window.
    fn time_for_exchange(
        &self,
        stored: &StoredTokens,
        context: &AuthContext<'_>,
        now: OffsetDateTime,
    ) -> Result<Duration, AuthError> {
        let left = context.give_up_at.saturating_sub(context.clock.monotonic());
        let left = left.saturating_sub(TIME_TO_SAVE).min(LONGEST_EXCHANGE);
        if left.is_zero() {
            return Err(unavailable(
                "too little time is left to refresh the tokens safely",
            ));
        }
        let Some(first) = stored.first_tried_at else {
            return Ok(left);
        };
        let passed = now - first;
        let window = time::Duration::try_from(self.repeat_window).unwrap_or(time::Duration::MAX);
        // A first try in the future: the clock was set back, and nobody knows how much time has passed.
        let over = passed >= window || passed < -CLOCK_DRIFT;
        match over {
            true => Err(sign_in(
                "the answer to a refresh was lost, and it is too late to ask for it again",
            )),
            false => Ok(left.min((window - passed).try_into().unwrap_or(left))),
        }
    }

    async fn exchange(
        &self,
        context: &AuthContext<'_>,
        refresh_token: &Secret,
        time: Duration,
    ) -> Result<TokenAnswer, AuthError> {
        let request = self.parameters.iter().fold(
            TokenRequest::refresh(&self.client, refresh_token),
            |request, (name, value)| request.parameter(name.clone(), value.clone()),
        );
        let give_up_at = context.clock.monotonic().saturating_add(time);
        let context = AuthContext {
            give_up_at,
            ..context.clone()
        };
        let answer = request.send(&context, self.host, &self.route).await?;
        TokenAnswer::read(&answer, context.clock.now())
    }
}

impl Credentials for RotatingRefresh {
    fn authorize<'a>(
        &'a self,
        context: &'a AuthContext<'a>,
    ) -> BoxFuture<'a, Result<Authorization, AuthError>> {
        Box::pin(async move {
            // The scopes were granted at the sign-in, for all operations alike.
            let key = CacheKey::new::<&str>(context.base(self.host)?, self.client.id(), &[]);
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
        std::slice::from_ref(&self.host)
    }
}

/// Without the user, who may be named by a phone or an address.
impl fmt::Debug for RotatingRefresh {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RotatingRefresh")
            .field("host", &self.host)
            .field("client", &self.client)
            .field("store", &self.store)
            .finish_non_exhaustive()
    }
}

/// What a failed exchange leaves behind.
enum After {
    /// The refresh token was not used up.
    AsBefore,
    /// It may have been.
    MaybeUsed,
    /// It is good for nothing any more.
    Refused,
}

impl After {
    fn of(error: &AuthError) -> Self {
        let status = error.status().map(|status| status.as_u16());
        match error.kind() {
            AuthErrorKind::SignInAgain => After::Refused,
            _ if !error.may_have_arrived() => After::AsBefore,
            AuthErrorKind::Refused => After::AsBefore,
            AuthErrorKind::Unavailable if status == Some(429) => After::AsBefore,
            // The address is wrong: whoever answered does not deal in tokens.
            AuthErrorKind::Configuration if status.is_some() => After::AsBefore,
            _ => After::MaybeUsed,
        }
    }
}

/// The stored access token, if it is another one than `last` and lives long enough.
fn fetched_by_another(
    stored: &StoredTokens,
    last: Option<&Secret>,
    context: &AuthContext<'_>,
) -> Option<FreshToken> {
    let secret = stored.access_token.as_ref()?;
    let known = last.is_some_and(|last| last.expose() == secret.expose());
    let left = stored.access_expires_at? - context.clock.now();
    let lifetime = Duration::try_from(left)
        .ok()
        .filter(|left| *left > context.must_live)?;
    (!known).then(|| FreshToken {
        secret: secret.clone(),
        lifetime,
    })
}

fn unavailable(text: &str) -> AuthError {
    AuthError::new(AuthErrorKind::Unavailable, text)
}

fn sign_in(text: &str) -> AuthError {
    AuthError::new(
        AuthErrorKind::SignInAgain,
        format!("{text}: a person must sign in"),
    )
}

#[cfg(test)]
mod tests;
