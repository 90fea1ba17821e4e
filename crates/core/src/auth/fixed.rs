//! Credentials that do not change by themselves.

use http::header::{AUTHORIZATION, HeaderName};

use super::{AuthContext, AuthError, Authorization, Credentials, TokenId};
use crate::future::BoxFuture;
use crate::operation::HostId;
use crate::secret::Secret;

/// A key in a header of its own: `Client-Key: …`.
#[derive(Debug)]
pub struct ApiKey {
    header: HeaderName,
    prefix: &'static str,
    value: Secret,
    public: bool,
}

impl ApiKey {
    /// A key in the named header.
    pub fn new(header: HeaderName, value: Secret) -> Self {
        ApiKey {
            header,
            prefix: "",
            value,
            public: false,
        }
    }

    /// A word before the key: `ApiKey ` for `Authorization: ApiKey …`.
    #[must_use]
    pub fn with_prefix(mut self, prefix: &'static str) -> Self {
        self.prefix = prefix;
        self
    }

    /// The bank published this key for everybody's tests.
    #[must_use]
    pub fn published_by_the_bank(mut self) -> Self {
        self.public = true;
        self
    }
}

impl Credentials for ApiKey {
    fn authorize<'a>(
        &'a self,
        _context: &'a AuthContext<'a>,
    ) -> BoxFuture<'a, Result<Authorization, AuthError>> {
        let value = Secret::from(format!("{}{}", self.prefix, self.value.expose()));
        Box::pin(std::future::ready(Authorization::header(
            self.header.clone(),
            &value,
        )))
    }

    /// There is no other key to be had.
    fn invalidate(&self, _token: &TokenId) {}

    fn is_public(&self) -> bool {
        self.public
    }

    fn hosts(&self) -> &[HostId] {
        &[]
    }
}

/// A token that somebody issued by hand: `Authorization: Bearer …`.
#[derive(Debug)]
pub struct Bearer(ApiKey);

impl Bearer {
    /// A token that the caller has.
    pub fn new(token: Secret) -> Self {
        Bearer(ApiKey::new(AUTHORIZATION, token).with_prefix("Bearer "))
    }

    /// The bank published this token for everybody's tests.
    #[must_use]
    pub fn published_by_the_bank(self) -> Self {
        Bearer(self.0.published_by_the_bank())
    }
}

impl Credentials for Bearer {
    fn authorize<'a>(
        &'a self,
        context: &'a AuthContext<'a>,
    ) -> BoxFuture<'a, Result<Authorization, AuthError>> {
        self.0.authorize(context)
    }

    fn invalidate(&self, token: &TokenId) {
        self.0.invalidate(token);
    }

    fn is_public(&self) -> bool {
        self.0.is_public()
    }

    fn hosts(&self) -> &[HostId] {
        self.0.hosts()
    }
}
