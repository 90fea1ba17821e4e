//! A proxy between us and the bank.

use std::fmt;

use crate::secret::Secret;

/// An HTTP proxy; TLS goes through it by `CONNECT`, so it sees the bank's name and nothing else. Proxies from the
/// process's environment variables are not used: a payment must not change its way because of one.
#[derive(Clone)]
pub struct Proxy {
    url: String,
    login: Option<(String, Secret)>,
}

impl Proxy {
    /// A proxy at `url`: `http://proxy.example:3128`.
    pub fn new(url: impl Into<String>) -> Self {
        Proxy {
            url: url.into(),
            login: None,
        }
    }

    /// Signs in at the proxy.
    #[must_use]
    pub fn with_login(mut self, user: impl Into<String>, password: Secret) -> Self {
        self.login = Some((user.into(), password));
        self
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    pub(crate) fn login(&self) -> Option<(&str, &str)> {
        self.login
            .as_ref()
            .map(|(user, password)| (user.as_str(), password.expose()))
    }
}

/// Without the address: it may hold a password.
impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Proxy")
            .field("login", &self.login.is_some())
            .finish_non_exhaustive()
    }
}
