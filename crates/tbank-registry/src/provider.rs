//! The bank's hosts, and who we are to it.

use rubank_core::auth::Bearer;
use rubank_core::environment::{Environment, Host};
use rubank_core::error::BankError;
use rubank_core::operation::{Answer, HostId, OperationMeta, Provider};
use rubank_core::secret::Secret;

use crate::catalogue;
use crate::error;

/// The host that demands the client certificate: payments, signatures, lists.
pub const SECURED: HostId = HostId("secured");
/// The host where the token is enough: drafts and cards.
pub const OPEN: HostId = HostId("open");

/// The token that the bank publishes for its own test stand. It opens nothing else.
pub const TEST_STAND_TOKEN: &str = "TBankSandboxToken";

/// What the bank calls an access (доступ). `[{inn}]` and `[{kpp}]` stand for the company; the brackets are literal,
/// and a company without KPP has `0`. A token of the cabinet carries its accesses itself and nothing of this is sent:
/// the strings tell what to pick in the cabinet.
pub(crate) mod scope {
    pub(crate) const PAYMENTS: &[&str] =
        &["opensme/inn/[{inn}]/kpp/[{kpp}]/payments/payment-registry"];
    pub(crate) const SALARY_MANAGE: &[&str] =
        &["opensme/inn/[{inn}]/kpp/[{kpp}]/salary/payment-registry/manage"];
    pub(crate) const SALARY_SUBMIT: &[&str] =
        &["opensme/inn/[{inn}]/kpp/[{kpp}]/salary/payment-registry/submit"];
    /// The pages about cancelling name it in words only.
    pub(crate) const SALARY_CANCEL: &[&str] = &[];
    pub(crate) const SELF_EMPLOYED_MANAGE: &[&str] =
        &["opensme/inn/[{inn}]/kpp/[{kpp}]/self-employed/payment-registry/manage"];
    pub(crate) const SELF_EMPLOYED_SUBMIT: &[&str] =
        &["opensme/inn/[{inn}]/kpp/[{kpp}]/self-employed/payment-registry/submit"];
    pub(crate) const SELF_EMPLOYED_PAY: &[&str] =
        &["opensme/inn/[{inn}]/kpp/[{kpp}]/self-employed/payment-registry/pay"];
    pub(crate) const SELF_EMPLOYED_FISCALIZE: &[&str] =
        &["opensme/inn/[{inn}]/kpp/[{kpp}]/self-employed/payment-registry/fiscalize"];
}

/// T-Bank, payment registries: the marker of [`Client`](crate::Client).
#[derive(Clone, Copy, Debug)]
pub enum TBankRegistry {}

impl Provider for TBankRegistry {
    const NAME: &'static str = "tbank-registry";
    const OPERATIONS: &'static [OperationMeta] = catalogue::OPERATIONS;
    // Seen in the bank's own example of its sandbox.
    const REQUEST_ID_HEADERS: &'static [&'static str] = &["x-request-id"];

    fn read_error(answer: &Answer) -> BankError {
        error::read(answer)
    }
}

/// Production: `https://secured-openapi.tbank.ru` with the client certificate, and
/// `https://business.tbank.ru/openapi` without one.
///
/// The first good call with the certificate ties it to the token: from then on one without the other is a 403, and a
/// new token needs a new certificate. `Client::replace_identity` swaps both together. The bank has renamed these hosts
/// three times; where it does so again, [`environment`] takes the new ones.
///
/// ```
/// let production = tbank_registry::production();
/// assert_eq!(production.get(tbank_registry::OPEN).unwrap().base(), "https://business.tbank.ru/openapi");
/// ```
#[must_use]
pub fn production() -> Environment {
    environment(
        "production",
        "https://secured-openapi.tbank.ru",
        "https://business.tbank.ru/openapi",
    )
}

/// The bank's own test stand: no certificate, one published token ([`test_stand_credentials`]), fixed answers to
/// whatever the contract allows. A call that passes there proves the request's shape and nothing else.
///
/// Only published credentials are let through to it: a client with the company's own token cannot be built.
///
/// ```
/// use rubank_core::auth::Bearer;
/// use tbank_registry::{Client, Secret};
///
/// let stand = || Client::builder(tbank_registry::test_stand());
/// assert!(stand().credentials(tbank_registry::test_stand_credentials()).build().is_ok());
/// assert!(stand().credentials(Bearer::new(Secret::from("the-companys-own"))).build().is_err());
/// ```
#[must_use]
pub fn test_stand() -> Environment {
    let host = |base: &str| Host::new(base).with_public_credentials_only();
    Environment::new("test-stand")
        .host(
            SECURED,
            host("https://business.tbank.ru/openapi/sandbox/secured"),
        )
        .host(OPEN, host("https://business.tbank.ru/openapi/sandbox"))
}

/// Any other place that speaks the same: a gateway of your own, or a simulated bank on this machine. `name` appears
/// in spans and stored intents; the bases may have a path prefix, and may be `http://` to loopback only. The secured
/// one is shown the client certificate.
///
/// ```
/// let local = tbank_registry::environment("local", "http://127.0.0.1:8080", "http://127.0.0.1:8081/openapi");
/// assert!(local.get(tbank_registry::SECURED).unwrap().wants_certificate());
/// assert!(!local.get(tbank_registry::OPEN).unwrap().wants_certificate());
/// ```
#[must_use]
pub fn environment(
    name: impl Into<String>,
    secured: impl Into<String>,
    open: impl Into<String>,
) -> Environment {
    Environment::new(name)
        .host(SECURED, Host::new(secured).with_certificate())
        .host(OPEN, Host::new(open))
}

/// The token from the bank's cabinet (Integrations, T-API), with the accesses that were picked there. It dies after
/// 90 days without use.
#[must_use]
pub fn credentials(token: impl Into<Secret>) -> Bearer {
    Bearer::new(token.into())
}

/// The published token of the [`test_stand`].
#[must_use]
pub fn test_stand_credentials() -> Bearer {
    Bearer::new(Secret::from(TEST_STAND_TOKEN)).published_by_the_bank()
}
