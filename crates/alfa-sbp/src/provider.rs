//! The bank's hosts, and who we are to it.

use rubank_core::auth::ClientCredentials;
use rubank_core::environment::{Environment, Host};
use rubank_core::error::BankError;
use rubank_core::operation::{Answer, HostId, OperationMeta, Provider};
use rubank_core::secret::Secret;

use crate::catalogue;
use crate::error::ErrorBody;

/// The scope of every operation of the product.
pub(crate) const SCOPES: &[&str] = &["b2b-sbp"];

/// Where tokens are fetched, below the base of [`HostId::TOKEN`].
///
/// *Inferred*: the bank's page names the flow (client credentials) but not the address; this one is that of public
/// client code. A different one goes to `ClientCredentials::new` directly, see [`credentials`].
pub const TOKEN_PATH: &str = "/oidc/token";

/// Alfa-Bank, SBP between companies: the marker of [`Client`](crate::Client).
#[derive(Clone, Copy, Debug)]
pub enum AlfaSbp {}

impl Provider for AlfaSbp {
    const NAME: &'static str = "alfa-sbp";
    const OPERATIONS: &'static [OperationMeta] = catalogue::OPERATIONS;
    // From the specifications of the bank's other products; this page promises none.
    const REQUEST_ID_HEADERS: &'static [&'static str] = &["x-traceid"];

    fn read_error(answer: &Answer) -> BankError {
        match answer.json::<ErrorBody>() {
            Ok(body) => BankError::new()
                .with_code(Some(body.error.as_str()))
                .with_message(body.error_description.map(|text| text.into_inner())),
            // 429 and 503 come without a body, gateways answer in HTML: the status says enough.
            Err(_) => BankError::new(),
        }
    }
}

/// Production, `https://baas.alfabank.ru`. API and token host are the same, and both demand the client certificate.
///
/// It is the certificate that decides: with a *test* certificate this very host answers with canned values.
///
/// ```
/// use rubank_core::operation::HostId;
///
/// assert_eq!(alfa_sbp::production().get(HostId::API).unwrap().base(), "https://baas.alfabank.ru");
/// ```
#[must_use]
pub fn production() -> Environment {
    environment("production", "https://baas.alfabank.ru")
}

/// The bank's own sandbox, `https://sandbox.alfabank.ru`: canned answers that are keyed to the values of the bank's
/// pages. Its server certificate chains to the Russian Trusted Root CA, which most systems lack: add it with
/// `ClientBuilder::extra_roots`.
///
/// ```
/// use rubank_core::operation::HostId;
///
/// assert_eq!(alfa_sbp::test_stand().get(HostId::TOKEN).unwrap().base(), "https://sandbox.alfabank.ru");
/// ```
#[must_use]
pub fn test_stand() -> Environment {
    environment("sandbox", "https://sandbox.alfabank.ru")
}

/// Any other place that speaks the same: a gateway of your own, or a simulated bank on this machine. `name` appears
/// in spans and stored intents; `base` may have a path prefix, and may be `http://` to loopback only.
///
/// ```
/// let local = alfa_sbp::environment("local", "http://127.0.0.1:8080");
/// assert_eq!(local.name(), "local");
/// ```
///
/// Where tokens come from another host, name it once more: `.host(HostId::TOKEN, Host::new(…))`.
#[must_use]
pub fn environment(name: impl Into<String>, base: impl Into<String>) -> Environment {
    let base = base.into();
    Environment::new(name)
        .host(HostId::API, Host::new(base.clone()).with_certificate())
        .host(HostId::TOKEN, Host::new(base).with_certificate())
}

/// OAuth client credentials at [`TOKEN_PATH`], id and secret in the form; the scope `b2b-sbp` comes from each
/// operation.
///
/// The bank also has an address that gives out a *new* secret on each call; nothing here ever calls it.
///
/// Where the address is another one:
///
/// ```
/// use rubank_core::{auth::ClientCredentials, operation::HostId, secret::Secret};
///
/// let secret = Secret::from("not-a-real-secret");
/// let credentials = ClientCredentials::new(HostId::TOKEN, "/other/token", "example-client", secret);
/// # let _ = credentials;
/// ```
#[must_use]
pub fn credentials(client_id: impl Into<String>, secret: impl Into<Secret>) -> ClientCredentials {
    ClientCredentials::new(HostId::TOKEN, TOKEN_PATH, client_id, secret.into())
}
