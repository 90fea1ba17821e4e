//! The platform's host, and who we are to it.

use http::header::CONTENT_TYPE;
use http::{HeaderName, HeaderValue};
use rubank_core::auth::ApiKey;
use rubank_core::environment::{Environment, Host};
use rubank_core::error::BankError;
use rubank_core::operation::{
    Answer, HostId, OperationMeta, Parts, Provenance, ProvenanceGrade, Provider,
};
use rubank_core::secret::Secret;

use crate::catalogue;
use crate::error;

/// The base of the vendor's *other* API, "Jump.Finance OpenApi 2.0". Many of its operations have the names and fields
/// of this crate's, so that it may serve them; the base of the 1C API, which this crate speaks, was never published.
/// That is why nothing here uses it by default: whether your key may go there, only the platform can tell you.
///
/// ```
/// let environment = payouts_platform::environment("production", payouts_platform::OPENAPI_V1_BASE);
/// assert_eq!(environment.name(), "production");
/// ```
pub const OPENAPI_V1_BASE: &str = "https://api.jump.finance/services/openapi";

/// The payouts platform (Jump.Finance, 1C API): the marker of [`Client`](crate::Client).
#[derive(Clone, Copy, Debug)]
pub enum PayoutsPlatform {}

impl Provider for PayoutsPlatform {
    const NAME: &'static str = "payouts-platform";
    const OPERATIONS: &'static [OperationMeta] = &catalogue::OPERATIONS;
    // No page names any.
    const REQUEST_ID_HEADERS: &'static [&'static str] = &[];

    fn read_error(answer: &Answer) -> BankError {
        error::read(answer)
    }
}

/// A place that serves the platform's API. `base` is required: the platform tells it to its customers, no page does.
/// It may have a path prefix, and may be `http://` to loopback only. `name` appears in spans and stored intents.
///
/// ```
/// let local = payouts_platform::environment("local", "http://127.0.0.1:8080/payouts");
/// assert_eq!(local.name(), "local");
/// ```
#[must_use]
pub fn environment(name: impl Into<String>, base: impl Into<String>) -> Environment {
    Environment::new(name).host(HostId::API, Host::new(base))
}

/// The key that the cabinet shows once, in the header `Client-Key`. The platform also takes it in the query; this crate
/// never puts it there, because addresses end in logs.
#[must_use]
pub fn credentials(client_key: impl Into<Secret>) -> ApiKey {
    ApiKey::new(HeaderName::from_static("client-key"), client_key.into())
}

/// A request as the platform wants each to be: `Accept` and `Content-Type` say JSON, with a body or without.
pub(crate) fn request() -> Parts {
    Parts::new().header(CONTENT_TYPE, HeaderValue::from_static("application/json"))
}

/// The 1C page documents request and answer, and lost method and path: these come from the vendor's OpenAPI document
/// or from sibling operations.
pub(crate) const ROUTE_INFERRED: Provenance = Provenance::new(
    ProvenanceGrade::Inferred,
    ProvenanceGrade::Documented,
    ProvenanceGrade::Documented,
);

/// As above, and names of fields are lost from the request, too.
pub(crate) const REQUEST_INFERRED: Provenance = Provenance::new(
    ProvenanceGrade::Inferred,
    ProvenanceGrade::Inferred,
    ProvenanceGrade::Documented,
);

/// The route was published by nobody, not even elsewhere.
pub(crate) const ROUTE_UNVERIFIED: Provenance = Provenance::new(
    ProvenanceGrade::Unverified,
    ProvenanceGrade::Documented,
    ProvenanceGrade::Documented,
);
