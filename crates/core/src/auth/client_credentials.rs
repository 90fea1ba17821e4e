//! OAuth 2.0 for a program that speaks for itself.

use std::borrow::Cow;
use std::time::Duration;

use super::answer::ASSUMED_LIFETIME;
use super::cache::{CacheKey, FreshToken, TokenCache};
use super::{
    AuthContext, AuthError, AuthErrorKind, Authorization, Credentials, OAuthClient, TokenAnswer,
    TokenId, TokenRequest,
};
use crate::future::BoxFuture;
use crate::operation::HostId;
use crate::secret::Secret;

/// OAuth 2.0 client credentials (RFC 6749, section 4.4): id and secret are exchanged for a token that is kept until
/// shortly before its end.
///
/// It asks for the scopes of the operation that is about to be sent, one token per set of scopes, unless
/// [`scope`](Self::scope) names some for all. The secret travels in the form, or in the header after
/// [`secret_in_basic`](Self::secret_in_basic).
///
/// ```
/// use rubank_core::auth::{ClientCredentials, Credentials};
/// use rubank_core::operation::HostId;
///
/// let credentials = ClientCredentials::new(HostId::TOKEN, "/oidc/token", "shop-1", "not-a-real-secret".into())
///     .secret_in_basic()
///     .scope("payments.read")
///     .parameter("audience", "https://api.bank.example");
/// assert_eq!(credentials.hosts(), [HostId::TOKEN]);
/// assert!(!format!("{credentials:?}").contains("not-a-real-secret"));
/// // and then: Client::builder(environment).credentials(credentials).build()?
/// ```
///
/// # Lifetime
/// `expires_in` may be a number or text, with a fraction or without. When it is absent, not positive, longer than a
/// year or no number, the token is taken to live five minutes ([`assumed_lifetime`](Self::assumed_lifetime) changes
/// that). No token is kept for more than a day.
///
/// # Renewal
/// One call fetches, the others wait for it; a living token is renewed ahead of its end by one call while the others
/// go on with it. When the renewal fails, the old token is used while it lives, except for a write that would outlive
/// it: that one fails as not sent. After a failure nobody asks again for a second or so (up to 8 after several in a
/// row; up to 30 when the server says `Retry-After`). A 401 of the bank clears the token that it is about.
///
/// # Errors
/// Those of [`TokenAnswer::read`], but a refused grant is always [`AuthErrorKind::Refused`]. The request that needed
/// the token was not sent; the client's retry loop repeats it when the kind is
/// [`AuthErrorKind::Unavailable`].
#[derive(Debug)]
pub struct ClientCredentials {
    host: HostId,
    route: Cow<'static, str>,
    client: OAuthClient,
    scopes: Vec<Cow<'static, str>>,
    parameters: Vec<(Cow<'static, str>, Secret)>,
    assumed_lifetime: Duration,
    public: bool,
    cache: TokenCache,
}

impl ClientCredentials {
    /// A client with its secret; `path` is that of the token endpoint below the base of `host`.
    pub fn new(
        host: HostId,
        path: impl Into<Cow<'static, str>>,
        client_id: impl Into<String>,
        secret: Secret,
    ) -> Self {
        ClientCredentials {
            host,
            route: path.into(),
            client: OAuthClient::new(client_id, secret),
            scopes: Vec::new(),
            parameters: Vec::new(),
            assumed_lifetime: ASSUMED_LIFETIME,
            public: false,
            cache: TokenCache::new(),
        }
    }

    /// Asks for this scope, and others so named, instead of those of each operation.
    #[must_use]
    pub fn scope(mut self, scope: impl Into<Cow<'static, str>>) -> Self {
        self.scopes.push(scope.into());
        self
    }

    /// Sends id and secret in the form; so it is unless set otherwise.
    #[must_use]
    pub fn secret_in_body(mut self) -> Self {
        self.client = self.client.secret_in_body();
        self
    }

    /// Sends id and secret as `Authorization: Basic …` (RFC 6749, section 2.3.1).
    #[must_use]
    pub fn secret_in_basic(mut self) -> Self {
        self.client = self.client.secret_in_basic();
        self
    }

    /// Adds a form parameter that this server wants: `audience`, `resource`. One that is in the form already, like
    /// `scope`, makes every fetch fail as [`AuthErrorKind::Configuration`].
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

    /// How long a token is taken to live when the server does not say. By default five minutes.
    #[must_use]
    pub fn assumed_lifetime(mut self, lifetime: Duration) -> Self {
        self.assumed_lifetime = lifetime;
        self
    }

    /// The bank published this client for everybody's tests.
    #[must_use]
    pub fn published_by_the_bank(mut self) -> Self {
        self.public = true;
        self
    }

    /// In the order in which they were named.
    fn scopes<'a>(&'a self, context: &'a AuthContext<'_>) -> Vec<&'a str> {
        match self.scopes.is_empty() {
            true => context.scopes.to_vec(),
            false => self.scopes.iter().map(AsRef::as_ref).collect(),
        }
    }

    async fn fetch(
        &self,
        context: &AuthContext<'_>,
        scopes: &[&str],
    ) -> Result<FreshToken, AuthError> {
        let request = self.parameters.iter().fold(
            TokenRequest::client_credentials(&self.client, scopes),
            |request, (name, value)| request.parameter(name.clone(), value.clone()),
        );
        let answer = request.send(context, self.host, &self.route).await?;
        let tokens = TokenAnswer::read(&answer, context.clock.now()).map_err(nobody_to_sign_in)?;
        let lifetime = tokens.lifetime.unwrap_or(self.assumed_lifetime);
        Ok(FreshToken {
            secret: tokens.access_token,
            lifetime,
        })
    }
}

impl Credentials for ClientCredentials {
    fn authorize<'a>(
        &'a self,
        context: &'a AuthContext<'a>,
    ) -> BoxFuture<'a, Result<Authorization, AuthError>> {
        Box::pin(async move {
            let scopes = self.scopes(context);
            let key = CacheKey::new(context.base(self.host)?, self.client.id(), &scopes);
            let token = self
                .cache
                .token(key, context, |_last| self.fetch(context, &scopes))
                .await?;
            Ok(Authorization::scheme("Bearer", &token.secret)?.with_token(token.id))
        })
    }

    fn invalidate(&self, token: &TokenId) {
        self.cache.invalidate(token);
    }

    fn is_public(&self) -> bool {
        self.public
    }

    fn hosts(&self) -> &[HostId] {
        std::slice::from_ref(&self.host)
    }
}

fn nobody_to_sign_in(error: AuthError) -> AuthError {
    match error.kind() {
        AuthErrorKind::SignInAgain => error.with_kind(AuthErrorKind::Refused),
        _ => error,
    }
}

#[cfg(test)]
mod tests;
