//! A person's sign-in, from the link to the code.

mod redirect;

use rubank_core::auth::{AuthorizationLink, OAuthClient, Pkce, unguessable};
use rubank_core::environment::Environment;
use rubank_core::operation::InvalidRequest;
use rubank_core::random::Random;
use rubank_core::secret::Secret;

pub use redirect::{Code, RedirectError, Refusal};

use crate::provider::{AUTHORIZE, AUTHORIZE_PATH};
use crate::scope::Scope;
use crate::tokens::ExchangeCode;

/// A sign-in that has begun: the person gets [`url`](Self::url), signs in at the bank, and comes back to the redirect
/// address, which [`read_redirect`](Self::read_redirect) reads. The code that it brings lives two minutes and works
/// once: [`exchange`](Self::exchange) it at once, best by [`flows::sign_in`](crate::flows::sign_in).
///
/// ```
/// use rubank_core::auth::Pkce;
/// use rubank_core::random::SystemRandom;
/// use sber_api::{Scope, SignIn};
///
/// let sign_in = SignIn::start("10000", "https://client.example/back", &SystemRandom)
///     .scope(Scope::STATEMENTS)
///     .scope(Scope::ACCOUNTS)
///     .pkce(Pkce::new(&SystemRandom));
/// let link = sign_in.url(&sber_api::production())?;
/// assert!(link.starts_with(
///     "https://sbi.sberbank.ru:9443/ic/sso/api/v2/oauth/authorize?response_type=code&client_id=10000\
///      &redirect_uri=https%3A%2F%2Fclient.example%2Fback&scope=openid%20GET_STATEMENT_ACCOUNT%20accounts&state="
/// ));
///
/// // The browser comes back.
/// let redirect = format!("https://client.example/back?code=not-a-real-code&state={}", sign_in.state());
/// let code = sign_in.read_redirect(&redirect).unwrap();
/// let exchange = sign_in.exchange(&code, "not-a-real-secret");
/// # let _ = exchange;
/// # Ok::<(), rubank_core::operation::InvalidRequest>(())
/// ```
///
/// A server that must not keep it in memory stores [`state`](Self::state), [`nonce`](Self::nonce) and the verifier
/// with the person's session, and goes on with [`resume`](Self::resume).
#[derive(Clone, Debug)]
pub struct SignIn {
    client_id: String,
    redirect_uri: String,
    scopes: Vec<Scope>,
    state: Secret,
    nonce: Secret,
    pkce: Option<Pkce>,
    prompt: Option<Prompt>,
    path: String,
}

impl SignIn {
    /// A new sign-in with a state and a nonce of 43 characters that nobody can guess (the bank advises 36 or more).
    /// `redirect_uri` is the registered one, to the letter. The scope `openid` is always asked for.
    #[must_use]
    pub fn start(
        client_id: impl Into<String>,
        redirect_uri: impl Into<String>,
        random: &dyn Random,
    ) -> Self {
        Self::resume(
            client_id,
            redirect_uri,
            unguessable(random),
            unguessable(random),
        )
    }

    /// A sign-in that began earlier, with the state and nonce of then. One that began with PKCE needs its verifier
    /// back: `.pkce(Pkce::with_verifier(…)?)`.
    #[must_use]
    pub fn resume(
        client_id: impl Into<String>,
        redirect_uri: impl Into<String>,
        state: impl Into<Secret>,
        nonce: impl Into<Secret>,
    ) -> Self {
        SignIn {
            client_id: client_id.into(),
            redirect_uri: redirect_uri.into(),
            scopes: vec![Scope::OPENID],
            state: state.into(),
            nonce: nonce.into(),
            pkce: None,
            prompt: None,
            path: AUTHORIZE_PATH.to_owned(),
        }
    }

    /// Asks for this scope, and others so named. The bank must have granted it to the client.
    #[must_use]
    pub fn scope(mut self, scope: impl Into<Scope>) -> Self {
        let scope = scope.into();
        if !self.scopes.contains(&scope) {
            self.scopes.push(scope);
        }
        self
    }

    /// Ties the code to a verifier (S256). Only if it was agreed when the platform was registered.
    #[must_use]
    pub fn pkce(mut self, pkce: Pkce) -> Self {
        self.pkce = Some(pkce);
        self
    }

    /// What the page does with a person who is signed in already.
    #[must_use]
    pub fn prompt(mut self, prompt: Prompt) -> Self {
        self.prompt = Some(prompt);
        self
    }

    /// Another path of the sign-in page, below the base of [`AUTHORIZE`]. By default [`AUTHORIZE_PATH`].
    #[must_use]
    pub fn authorize_path(mut self, path: impl Into<String>) -> Self {
        self.path = path.into();
        self
    }

    /// The address to send the person to, everything encoded.
    ///
    /// # Errors
    /// Client id, redirect address or state are empty, or the environment has no [`AUTHORIZE`] host.
    pub fn url(&self, environment: &Environment) -> Result<String, InvalidRequest> {
        let link = AuthorizationLink::new(
            self.client_id.as_str(),
            self.redirect_uri.as_str(),
            self.state.expose(),
        )
        .nonce(self.nonce.expose());
        let link = self
            .scopes
            .iter()
            .fold(link, |link, scope| link.scope(scope.as_str()));
        let link = match &self.pkce {
            Some(pkce) => link.pkce(pkce),
            None => link,
        };
        let link = match self.prompt {
            Some(prompt) => link.parameter("prompt", prompt.as_str()),
            None => link,
        };
        link.url(environment, AUTHORIZE, &self.path)
    }

    /// Reads the address that the person came back to: whole, or its query alone.
    ///
    /// # Errors
    /// See [`RedirectError`]. The state is compared before anything else, in constant time.
    pub fn read_redirect(&self, address: &str) -> Result<Code, RedirectError> {
        redirect::read(address, &self.state)
    }

    /// The exchange of the code for the tokens, with the redirect address and the verifier of the link.
    #[must_use]
    pub fn exchange(&self, code: &Code, client_secret: impl Into<Secret>) -> ExchangeCode {
        let client = OAuthClient::new(self.client_id.as_str(), client_secret.into());
        let exchange = ExchangeCode::new(&client, code.secret(), self.redirect_uri.as_str());
        match &self.pkce {
            Some(pkce) => exchange.pkce(pkce.clone()),
            None => exchange,
        }
    }

    /// What comes back with the code: whoever brings another one was not sent by this link.
    #[must_use]
    pub fn state(&self) -> &str {
        self.state.expose()
    }

    /// What comes back inside the `id_token`; compare it with
    /// [`UnverifiedClaims::nonce`](crate::UnverifiedClaims::nonce).
    #[must_use]
    pub fn nonce(&self) -> &str {
        self.nonce.expose()
    }

    /// The verifier of PKCE, to be kept until the code comes back.
    #[must_use]
    pub fn verifier(&self) -> Option<&Secret> {
        self.pkce.as_ref().map(Pkce::verifier)
    }
}

/// What the sign-in page does with a person who is signed in already (OpenID Connect). *Inferred*: public code quotes
/// it from the bank's specification.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Prompt {
    /// Shows nothing; an error comes back if something would have to be shown.
    None,
    /// Asks to sign in anyway.
    Login,
    /// Asks for consent anyway.
    Consent,
    /// Lets the person choose.
    SelectAccount,
}

impl Prompt {
    /// The word on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Prompt::None => "none",
            Prompt::Login => "login",
            Prompt::Consent => "consent",
            Prompt::SelectAccount => "select_account",
        }
    }
}

#[cfg(test)]
mod tests;
