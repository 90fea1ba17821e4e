//! Who we are, told to the bank: headers for each attempt, and tokens that are fetched when they are needed.

mod answer;
mod cache;
mod client;
mod client_credentials;
mod context;
mod error;
mod fixed;
mod link;
mod pkce;
mod request;
mod rotating;
mod store;
#[cfg(test)]
mod testing;

use std::fmt;
use std::sync::Arc;

use http::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue};

pub use answer::TokenAnswer;
pub use client::OAuthClient;
pub use client_credentials::ClientCredentials;
pub use context::AuthContext;
pub use error::{AuthError, AuthErrorKind};
pub use fixed::{ApiKey, Bearer};
pub use link::AuthorizationLink;
pub use pkce::{Pkce, unguessable};
pub use request::TokenRequest;
pub use rotating::RotatingRefresh;
#[cfg(unix)]
pub use store::FileTokenStore;
pub use store::{MemoryTokenStore, StoreError, StoredTokens, TokenKey, TokenLock, TokenStore};

use crate::future::BoxFuture;
use crate::operation::HostId;
use crate::secret::Secret;

/// Makes the headers that let a request in.
///
/// It is asked once per attempt, inside the retry loop, because a repeated attempt may need a fresh token. A failure
/// here means that the request itself was not sent.
pub trait Credentials: fmt::Debug + Send + Sync + 'static {
    /// The headers for one attempt; waits for a token if there is none that lives long enough.
    fn authorize<'a>(
        &'a self,
        context: &'a AuthContext<'a>,
    ) -> BoxFuture<'a, Result<Authorization, AuthError>>;

    /// The bank did not accept this token (401). Forget it, if it is still the one that would be used.
    fn invalidate(&self, token: &TokenId);

    /// Whether the bank itself published these credentials, so that they may go to a public test stand.
    fn is_public(&self) -> bool;

    /// The hosts from which it fetches tokens; each must be in the environment.
    fn hosts(&self) -> &[HostId];
}

/// Shared credentials are credentials: several clients then use the same tokens.
impl<T: Credentials + ?Sized> Credentials for Arc<T> {
    fn authorize<'a>(
        &'a self,
        context: &'a AuthContext<'a>,
    ) -> BoxFuture<'a, Result<Authorization, AuthError>> {
        (**self).authorize(context)
    }

    fn invalidate(&self, token: &TokenId) {
        (**self).invalidate(token);
    }

    fn is_public(&self) -> bool {
        (**self).is_public()
    }

    fn hosts(&self) -> &[HostId] {
        (**self).hosts()
    }
}

/// Names one token without telling anything of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TokenId(pub u64);

/// The headers of one attempt, marked sensitive, and the token that they were made from.
#[derive(Clone)]
pub struct Authorization {
    headers: HeaderMap,
    token: Option<TokenId>,
}

impl Authorization {
    /// `Authorization: <scheme> <token>`.
    ///
    /// # Errors
    /// The token has characters that cannot stand in a header.
    pub fn scheme(scheme: &str, token: &Secret) -> Result<Self, AuthError> {
        Self::header(
            AUTHORIZATION,
            &Secret::from(format!("{scheme} {}", token.expose())),
        )
    }

    /// Any header.
    ///
    /// # Errors
    /// The value has characters that cannot stand in a header.
    pub fn header(name: HeaderName, value: &Secret) -> Result<Self, AuthError> {
        let mut value = HeaderValue::from_str(value.expose()).map_err(|_| {
            AuthError::new(
                AuthErrorKind::Configuration,
                "the token has characters that cannot stand in a header",
            )
        })?;
        value.set_sensitive(true);
        let mut headers = HeaderMap::new();
        headers.insert(name, value);
        Ok(Authorization {
            headers,
            token: None,
        })
    }

    /// Names the token, so that a 401 can invalidate it and no newer one.
    #[must_use]
    pub fn with_token(mut self, token: TokenId) -> Self {
        self.token = Some(token);
        self
    }

    /// The headers.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The token behind them; `None` if there is nothing to renew.
    pub fn token(&self) -> Option<TokenId> {
        self.token
    }
}

/// The names of the headers, never their values.
impl fmt::Debug for Authorization {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.headers.keys()).finish()
    }
}
