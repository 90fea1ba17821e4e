//! What is known of an operation before it is called, as constant data.

use std::fmt;
use std::time::Duration;

use crate::rate::RateClass;

/// The HTTP method. Our own enum, because `http::Method` cannot stand in a constant that is copied.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Method {
    /// `GET`
    Get,
    /// `POST`
    Post,
    /// `PUT`
    Put,
    /// `PATCH`
    Patch,
    /// `DELETE`
    Delete,
}

impl Method {
    /// The method as it is written on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Method::Get => "GET",
            Method::Post => "POST",
            Method::Put => "PUT",
            Method::Patch => "PATCH",
            Method::Delete => "DELETE",
        }
    }

    /// The method of the `http` crate.
    pub const fn to_http(self) -> http::Method {
        match self {
            Method::Get => http::Method::GET,
            Method::Post => http::Method::POST,
            Method::Put => http::Method::PUT,
            Method::Patch => http::Method::PATCH,
            Method::Delete => http::Method::DELETE,
        }
    }

    /// Whether a request without a body says so with `content-length: 0`; gateways refuse it otherwise.
    pub(crate) const fn announces_empty_body(self) -> bool {
        matches!(self, Method::Post | Method::Put | Method::Patch)
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The name of one of a provider's hosts: where tokens are fetched, where the API lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct HostId(pub &'static str);

impl HostId {
    /// The API itself: the only host of a simple provider.
    pub const API: HostId = HostId("api");
    /// The host of the token endpoint, where it is not the API's.
    pub const TOKEN: HostId = HostId("token");
}

impl fmt::Display for HostId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

/// What it means for the bank's money to receive the operation once more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Effect {
    /// Changes nothing; may be repeated at will.
    Read,
    /// Changes something, and by the bank's contract a second time changes nothing more.
    Idempotent,
    /// Carries the caller's own key, which names the intent; what a second one does is the [`KeyPromise`].
    Keyed,
    /// Has no protection: every copy that arrives may act.
    Once,
}

impl Effect {
    /// Whether the bank can have acted on it at all.
    pub const fn is_write(self) -> bool {
        !matches!(self, Effect::Read)
    }

    /// Whether a copy that may already have been executed can be followed by another.
    pub const fn is_repeatable(self) -> bool {
        matches!(self, Effect::Read | Effect::Idempotent)
    }

    /// The word of the contract: `read`, `idempotent`, `keyed`, `once`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Effect::Read => "read",
            Effect::Idempotent => "idempotent",
            Effect::Keyed => "keyed",
            Effect::Once => "once",
        }
    }
}

/// What the bank promises of a second request with the same key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum KeyPromise {
    /// It is refused as a duplicate.
    Refused,
    /// It is answered with the first one's result.
    Replayed,
    /// Nobody says.
    Unpromised,
}

impl KeyPromise {
    /// The word of the contract: `refused`, `replayed`, `unpromised`.
    pub const fn as_str(self) -> &'static str {
        match self {
            KeyPromise::Refused => "refused",
            KeyPromise::Replayed => "replayed",
            KeyPromise::Unpromised => "unpromised",
        }
    }
}

/// Which answers mean yes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Success {
    /// Every status from 200 to 299 that is not listed as "not ready".
    Any2xx,
    /// Just these.
    Only(&'static [u16]),
}

/// How well a fact about an operation is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ProvenanceGrade {
    /// The bank's own page says so.
    Documented,
    /// Concluded from a sibling method, another document of the bank, or public code that talks to it.
    Inferred,
    /// Nobody published it. An operation whose route is unverified is refused until the caller supplies the route
    /// or opts in.
    Unverified,
}

impl ProvenanceGrade {
    /// The word of the contract: `documented`, `inferred`, `unverified`.
    pub const fn as_str(self) -> &'static str {
        match self {
            ProvenanceGrade::Documented => "documented",
            ProvenanceGrade::Inferred => "inferred",
            ProvenanceGrade::Unverified => "unverified",
        }
    }
}

/// How well the three sides of an operation are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Provenance {
    /// Method and path.
    pub route: ProvenanceGrade,
    /// Parameters and body.
    pub request: ProvenanceGrade,
    /// The successful answer.
    pub answer: ProvenanceGrade,
}

impl Provenance {
    /// All three sides stand on the bank's page.
    pub const DOCUMENTED: Provenance = Provenance::all(ProvenanceGrade::Documented);
    /// All three sides are concluded.
    pub const INFERRED: Provenance = Provenance::all(ProvenanceGrade::Inferred);

    /// The same grade for all three sides.
    pub const fn all(grade: ProvenanceGrade) -> Self {
        Provenance {
            route: grade,
            request: grade,
            answer: grade,
        }
    }

    /// A grade for each side.
    pub const fn new(
        route: ProvenanceGrade,
        request: ProvenanceGrade,
        answer: ProvenanceGrade,
    ) -> Self {
        Provenance {
            route,
            request,
            answer,
        }
    }
}

/// What is known of an operation before it is called. Plain constant data: it equals the contract in
/// `docs/contracts/`, and a test compares the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct OperationMeta {
    /// `crate.operation-in-kebab-case`; stable, used in overrides, errors, spans and stored intents.
    pub id: &'static str,
    /// The HTTP method.
    pub method: Method,
    /// The host that serves it.
    pub host: HostId,
    /// The path below the host's base, with `{names}` for values: `/v1/payments/{paymentId}`.
    pub route: &'static str,
    /// What a repetition means.
    pub effect: Effect,
    /// What the bank promises about the key; meaningful for [`Effect::Keyed`] only.
    pub key_promise: KeyPromise,
    /// The rate classes that each attempt takes a token of; all or none.
    pub rates: &'static [RateClass],
    /// OAuth scopes that the token needs.
    pub scopes: &'static [&'static str],
    /// Whether the request carries credentials.
    pub authorized: bool,
    /// Which statuses mean yes.
    pub success: Success,
    /// Statuses that mean "ask again later" (202): never data, never an error while time is left. Reads only.
    pub not_ready: &'static [u16],
    /// Statuses by which the bank *documents* that it refused before it did any work.
    pub refused_before_work: &'static [u16],
    /// The id of the operation that tells what became of a write.
    pub lookup: Option<&'static str>,
    /// Whether its body may hold a card number or an identity document: then it may be kept only encrypted.
    pub guarded: bool,
    /// How well all this is known.
    pub provenance: Provenance,
}

impl OperationMeta {
    /// An operation with the given effect; everything else has a default that the setters change:
    /// no rates, no scopes, credentials sent, any 2xx is success, provenance inferred.
    pub const fn new(
        id: &'static str,
        effect: Effect,
        method: Method,
        host: HostId,
        route: &'static str,
    ) -> Self {
        OperationMeta {
            id,
            method,
            host,
            route,
            effect,
            key_promise: KeyPromise::Unpromised,
            rates: &[],
            scopes: &[],
            authorized: true,
            success: Success::Any2xx,
            not_ready: &[],
            refused_before_work: &[],
            lookup: None,
            guarded: false,
            provenance: Provenance::INFERRED,
        }
    }

    /// What the bank promises of a second request with the same key.
    pub const fn key_promise(mut self, promise: KeyPromise) -> Self {
        self.key_promise = promise;
        self
    }

    /// The rate classes of the operation.
    pub const fn rates(mut self, rates: &'static [RateClass]) -> Self {
        self.rates = rates;
        self
    }

    /// The OAuth scopes that the token needs.
    pub const fn scopes(mut self, scopes: &'static [&'static str]) -> Self {
        self.scopes = scopes;
        self
    }

    /// Sends no credentials with it.
    pub const fn without_credentials(mut self) -> Self {
        self.authorized = false;
        self
    }

    /// Only these statuses mean yes.
    pub const fn success(mut self, statuses: &'static [u16]) -> Self {
        self.success = Success::Only(statuses);
        self
    }

    /// These statuses mean "ask again later".
    pub const fn not_ready(mut self, statuses: &'static [u16]) -> Self {
        self.not_ready = statuses;
        self
    }

    /// By these statuses the bank documents a refusal before any work.
    pub const fn refused_before_work(mut self, statuses: &'static [u16]) -> Self {
        self.refused_before_work = statuses;
        self
    }

    /// The operation that tells what became of this write.
    pub const fn lookup(mut self, id: &'static str) -> Self {
        self.lookup = Some(id);
        self
    }

    /// Its body may hold a card number or an identity document: whoever keeps it must encrypt it.
    pub const fn guarded(mut self) -> Self {
        self.guarded = true;
        self
    }

    /// How well the operation is known.
    pub const fn provenance(mut self, provenance: Provenance) -> Self {
        self.provenance = provenance;
        self
    }

    /// The pause that the keyed rate classes ask for between two calls with one key: "once a minute per payment" is
    /// the pace of looking at one payment.
    pub fn pace_per_key(&self) -> Duration {
        self.rates
            .iter()
            .filter(|class| class.is_keyed())
            .map(|class| class.period() / class.limit().max(1))
            .max()
            .unwrap_or_default()
    }

    /// Whether `status` means yes.
    pub fn is_success(&self, status: u16) -> bool {
        match self.success {
            Success::Any2xx => (200..300).contains(&status) && !self.is_not_ready(status),
            Success::Only(statuses) => statuses.contains(&status),
        }
    }

    /// Whether `status` means "ask again later".
    pub fn is_not_ready(&self, status: u16) -> bool {
        self.not_ready.contains(&status)
    }
}
