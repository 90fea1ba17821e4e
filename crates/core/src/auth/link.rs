//! The address at which a person signs in.

use super::Pkce;
use crate::environment::Environment;
use crate::operation::{Checks, HostId, InvalidRequest, Parts, join};

/// The link to the bank's sign-in page, for the authorization code grant (RFC 6749, section 4.1.1).
///
/// The bank sends the person back to `redirect_uri` with `code` and `state`. Compare `state` with the one of the link
/// before anything else: a foreign one means that somebody else's sign-in is being slipped in. Then exchange the code
/// at once (Sber's lives two minutes) with [`TokenRequest::authorization_code`](super::TokenRequest::authorization_code).
///
/// ```
/// use rubank_core::auth::{AuthorizationLink, Pkce, unguessable};
/// use rubank_core::environment::{Environment, Host};
/// use rubank_core::operation::HostId;
/// use rubank_core::random::SystemRandom;
///
/// let sign_in = HostId("sign-in");
/// let bank = Environment::new("production").host(sign_in, Host::new("https://id.bank.example"));
///
/// let (pkce, state) = (Pkce::new(&SystemRandom), unguessable(&SystemRandom));
/// let link = AuthorizationLink::new("shop-1", "https://shop.example/back", &state)
///     .scope("openid")
///     .scope("payments")
///     .pkce(&pkce)
///     .url(&bank, sign_in, "/authorize")?;
/// assert!(link.starts_with(
///     "https://id.bank.example/authorize?response_type=code&client_id=shop-1\
///      &redirect_uri=https%3A%2F%2Fshop.example%2Fback&scope=openid%20payments&state="
/// ));
/// # Ok::<(), rubank_core::operation::InvalidRequest>(())
/// ```
#[derive(Clone, Debug)]
pub struct AuthorizationLink {
    client_id: String,
    redirect_uri: String,
    scopes: Vec<String>,
    state: String,
    nonce: Option<String>,
    challenge: Option<String>,
    parameters: Vec<(&'static str, String)>,
}

impl AuthorizationLink {
    /// A link for a client. `redirect_uri` must be the registered one to the letter; `state` must be new and hard to
    /// guess for every link: [`unguessable`](super::unguessable).
    pub fn new(
        client_id: impl Into<String>,
        redirect_uri: impl Into<String>,
        state: impl Into<String>,
    ) -> Self {
        AuthorizationLink {
            client_id: client_id.into(),
            redirect_uri: redirect_uri.into(),
            scopes: Vec::new(),
            state: state.into(),
            nonce: None,
            challenge: None,
            parameters: Vec::new(),
        }
    }

    /// Asks for this scope, and others so named.
    #[must_use]
    pub fn scope(mut self, scope: impl Into<String>) -> Self {
        self.scopes.push(scope.into());
        self
    }

    /// Comes back inside the `id_token` (OpenID Connect).
    #[must_use]
    pub fn nonce(mut self, nonce: impl Into<String>) -> Self {
        self.nonce = Some(nonce.into());
        self
    }

    /// Ties the code to the verifier; its challenge is sent with method `S256`.
    #[must_use]
    pub fn pkce(mut self, pkce: &Pkce) -> Self {
        self.challenge = Some(pkce.challenge());
        self
    }

    /// Adds a parameter that this bank knows: `prompt`, `login_hint`.
    #[must_use]
    pub fn parameter(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.parameters.push((name, value.into()));
        self
    }

    /// The address to send the person to, below the base of `host`, everything encoded.
    ///
    /// # Errors
    /// The environment has no such host; client id, redirect address or state are empty; a parameter was added that is
    /// there already.
    pub fn url(
        &self,
        environment: &Environment,
        host: HostId,
        path: &str,
    ) -> Result<String, InvalidRequest> {
        let mut checks = Checks::new();
        checks.not_blank("client_id", &self.client_id);
        checks.not_blank("redirect_uri", &self.redirect_uri);
        checks.not_blank("state", &self.state);
        let parts = self
            .parameters
            .iter()
            .fold(self.standard(), |parts, (name, value)| {
                let repeated = parts.query_pairs().iter().any(|(known, _)| known == name);
                checks.that(!repeated, *name, "must not be in the link twice", || {
                    "a second one".to_owned()
                });
                parts.query(*name, value)
            });
        checks.finish()?;
        let Some(place) = environment.get(host) else {
            let rule = format!(
                "the environment '{}' has no host '{host}'",
                environment.name()
            );
            return Err(InvalidRequest::new("host", rule));
        };
        join(place.base(), path, &parts).map(|uri| uri.to_string())
    }

    fn standard(&self) -> Parts {
        let scope = Some(self.scopes.join(" ")).filter(|scope| !scope.is_empty());
        Parts::new()
            .query("response_type", "code")
            .query("client_id", &self.client_id)
            .query("redirect_uri", &self.redirect_uri)
            .query_opt("scope", scope)
            .query("state", &self.state)
            .query_opt("nonce", self.nonce.as_ref())
            .query_opt("code_challenge", self.challenge.as_ref())
            .query_opt(
                "code_challenge_method",
                self.challenge.as_ref().map(|_| "S256"),
            )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::environment::Host;

    fn url(link: &AuthorizationLink) -> Result<String, InvalidRequest> {
        let bank =
            Environment::new("test").host(HostId::API, Host::new("https://id.bank.test/ic/"));
        link.url(&bank, HostId::API, "/v2/authorize")
    }

    #[test]
    fn everything_is_encoded_and_in_order() {
        let pkce =
            Pkce::with_verifier("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk".into()).unwrap();
        let link = AuthorizationLink::new("1 0&", "https://shop.test/?a=b&c", "s+/=")
            .scope("openid")
            .scope("GET_STATEMENT_ACCOUNT")
            .nonce("н")
            .pkce(&pkce)
            .parameter("prompt", "login");
        assert_eq!(
            url(&link).unwrap(),
            "https://id.bank.test/ic/v2/authorize?response_type=code&client_id=1%200%26\
             &redirect_uri=https%3A%2F%2Fshop.test%2F%3Fa%3Db%26c&scope=openid%20GET_STATEMENT_ACCOUNT\
             &state=s%2B%2F%3D&nonce=%D0%BD&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM\
             &code_challenge_method=S256&prompt=login",
        );
        assert_eq!(
            url(&AuthorizationLink::new("1", "x", "s")).unwrap(),
            "https://id.bank.test/ic/v2/authorize?response_type=code&client_id=1&redirect_uri=x&state=s",
        );
    }

    #[test]
    fn a_link_that_cannot_be_safe_is_refused() {
        let rows = [
            (AuthorizationLink::new("1", "x", " "), "state"),
            (AuthorizationLink::new("", "x", "s"), "client_id"),
            (AuthorizationLink::new("1", "", "s"), "redirect_uri"),
            (
                AuthorizationLink::new("1", "x", "s").parameter("state", "other"),
                "state",
            ),
            (
                AuthorizationLink::new("1", "x", "s")
                    .parameter("a", "1")
                    .parameter("a", "2"),
                "a",
            ),
        ];
        for (link, field) in rows {
            assert_eq!(url(&link).unwrap_err().violations()[0].field(), field);
        }
        let link = AuthorizationLink::new("1", "x", "s");
        let elsewhere = Environment::new("test");
        assert_eq!(
            link.url(&elsewhere, HostId::API, "/a")
                .unwrap_err()
                .violations()[0]
                .field(),
            "host"
        );
    }
}
