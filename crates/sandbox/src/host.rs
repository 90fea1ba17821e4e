//! Which simulated hosts there are and what each of them serves.

use axum::Router;
use axum::routing::{MethodFilter, MethodRouter};
use http::Method;

use crate::stage::Stage;

/// A simulated bank host. Each has a listener, and so a base URL, of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Host {
    /// Alfa-Bank, SBP B2B: `baas.alfabank.ru` or `sandbox.alfabank.ru`. The token endpoint is on it too.
    /// The handshake demands a client certificate.
    AlfaSbpApi,
    /// T-Bank, `secured-openapi.tbank.ru`. The handshake demands a client certificate.
    TBankRegistrySecured,
    /// T-Bank, `business.tbank.ru/openapi`: a token is enough. The base URL has the path `/openapi`.
    TBankRegistryOpen,
    /// T-Bank's own test stand for the methods of the secured host: no certificate, a public token, fixed answers.
    /// The base URL has the path `/openapi/sandbox/secured`.
    TBankRegistryTestSecured,
    /// The same for the methods of the open host. The base URL has the path `/openapi/sandbox`.
    TBankRegistryTestOpen,
    /// Sber, the page that a user's browser opens to sign in: `sbi.sberbank.ru:9443`. No client certificate.
    SberAuthorize,
    /// Sber, sign-in between machines: `fintech.sberbank.ru:9443`. The handshake demands a client certificate.
    SberToken,
    /// Sber, the API itself: `fintech.sberbank.ru:9443/fintech/api`. The handshake demands a client certificate; the
    /// base URL has the path `/fintech/api`.
    SberApi,
    /// The payouts platform, the 1C API: a key is enough, no client certificate. The base URL has an invented path, since
    /// the vendor's own is not public.
    PayoutsPlatformApi,
}

impl Host {
    /// Every host, in the order of its number.
    pub const ALL: [Self; 9] = [
        Self::AlfaSbpApi,
        Self::TBankRegistrySecured,
        Self::TBankRegistryOpen,
        Self::TBankRegistryTestSecured,
        Self::TBankRegistryTestOpen,
        Self::SberAuthorize,
        Self::SberToken,
        Self::SberApi,
        Self::PayoutsPlatformApi,
    ];

    /// The stable name: `<crate of the client>.<role>`, such as `alfa-sbp.api`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::AlfaSbpApi => "alfa-sbp.api",
            Self::TBankRegistrySecured => "tbank-registry.secured",
            Self::TBankRegistryOpen => "tbank-registry.open",
            Self::TBankRegistryTestSecured => "tbank-registry.test-secured",
            Self::TBankRegistryTestOpen => "tbank-registry.test-open",
            Self::SberAuthorize => "sber.authorize",
            Self::SberToken => "sber.token",
            Self::SberApi => "sber.api",
            Self::PayoutsPlatformApi => "payouts-platform.api",
        }
    }

    /// The path of the base URL, below which every operation lies; empty for most.
    #[must_use]
    pub const fn prefix(self) -> &'static str {
        match self {
            Self::AlfaSbpApi
            | Self::TBankRegistrySecured
            | Self::SberAuthorize
            | Self::SberToken => "",
            Self::SberApi => "/fintech/api",
            Self::PayoutsPlatformApi => "/services/one-c",
            Self::TBankRegistryOpen => "/openapi",
            Self::TBankRegistryTestSecured => "/openapi/sandbox/secured",
            Self::TBankRegistryTestOpen => "/openapi/sandbox",
        }
    }

    /// The host of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|host| host.name() == name)
    }
}

/// An operation that the sandbox serves.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Route {
    /// Where it is served.
    pub host: Host,
    /// The stable id that faults, calls and the ledger use, such as `alfa-sbp.list-outgoing-payments`.
    pub operation: &'static str,
    /// The HTTP method in capitals.
    pub method: &'static str,
    /// The path below the base URL, with `{names}` for its values.
    pub path: &'static str,
    /// Whether the path was published or seen anywhere. If not, the sandbox serves the operation under
    /// `/unverified/<operation>`, and a client needs the path as an override.
    pub published: bool,
}

/// What the machinery around an operation must know about it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OperationSpec {
    pub(crate) id: &'static str,
    pub(crate) method: &'static str,
    pub(crate) path: &'static str,
    pub(crate) published: bool,
    /// Fields of the answer whose values come from a closed list of the bank's page.
    pub(crate) enum_fields: &'static [&'static str],
    /// The query parameter, or the field of the body, that chooses the page.
    pub(crate) page_key: Option<&'static str>,
}

impl OperationSpec {
    pub(crate) const fn new(id: &'static str, method: &'static str, path: &'static str) -> Self {
        Self {
            id,
            method,
            path,
            published: true,
            enum_fields: &[],
            page_key: None,
        }
    }

    pub(crate) const fn unpublished(mut self) -> Self {
        self.published = false;
        self
    }

    pub(crate) const fn enum_fields(mut self, fields: &'static [&'static str]) -> Self {
        self.enum_fields = fields;
        self
    }

    pub(crate) const fn page_key(mut self, key: &'static str) -> Self {
        self.page_key = Some(key);
        self
    }
}

/// A host and everything that it serves.
pub(crate) struct HostSpec {
    /// Whether a TLS handshake without a valid client certificate fails.
    pub(crate) demands_certificate: bool,
    pub(crate) routes: Vec<Route>,
    pub(crate) router: Router,
}

impl HostSpec {
    /// Takes what answers a request that no operation matches, and the operations with their handlers.
    pub(crate) fn new(
        host: Host,
        demands_certificate: bool,
        unknown: Stage,
        operations: Vec<(OperationSpec, Stage)>,
    ) -> Self {
        let mut router = Router::new();
        let mut routes = Vec::with_capacity(operations.len());
        for (spec, stage) in operations {
            routes.push(Route {
                host,
                operation: spec.id,
                method: spec.method,
                path: spec.path,
                published: spec.published,
            });
            let path = format!("{}{}", host.prefix(), spec.path);
            router = router.route(&path, entry(spec.method, stage, unknown.clone()));
        }
        let missing = unknown.clone();
        let router = router
            .fallback(move |request| async move { missing.perform(request).await })
            .method_not_allowed_fallback(
                move |request| async move { unknown.perform(request).await },
            );
        Self {
            demands_certificate,
            routes,
            router,
        }
    }
}

/// Serves one method of one path. axum lets GET routes answer HEAD too; no bank documents that, so it is unknown.
fn entry(method: &'static str, stage: Stage, unknown: Stage) -> MethodRouter {
    let filter = match method {
        "GET" => MethodFilter::GET,
        "PUT" => MethodFilter::PUT,
        "PATCH" => MethodFilter::PATCH,
        "DELETE" => MethodFilter::DELETE,
        _ => MethodFilter::POST,
    };
    axum::routing::on(filter, move |request: axum::extract::Request| async move {
        let stage = if request.method() == Method::HEAD {
            unknown
        } else {
            stage
        };
        stage.perform(request).await
    })
}
