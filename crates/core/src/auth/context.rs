//! What credentials may use while they make headers.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::{HeaderMap, Method};

use super::{AuthError, AuthErrorKind};
use crate::clock::{self, Clock};
use crate::environment::{Environment, Host};
use crate::http::{Body, FreshConnection, HttpService, Sent, TransportError, TransportFault};
use crate::operation::{Answer, HostId, Parts, join};
use crate::random::Random;
use crate::tls::TlsFault;

/// A token answer is a few hundred bytes; more is not a token answer.
const ANSWER_LIMIT: usize = 256 * 1024;

/// What credentials may use: where they are going, the time, and a way to the token host.
#[derive(Clone)]
pub struct AuthContext<'a> {
    /// The environment that the client was built for.
    pub environment: &'a Environment,
    /// The host that the request will go to.
    pub host: HostId,
    /// The scopes that the operation needs.
    pub scopes: &'a [&'static str],
    /// The client's clock.
    pub clock: &'a Arc<dyn Clock>,
    /// The client's randomness.
    pub random: &'a Arc<dyn Random>,
    /// Every wait must end by then, on [`Clock::monotonic`].
    pub give_up_at: Duration,
    /// The token must live at least this long: the time that the attempt may take. Zero for reads.
    pub must_live: Duration,
    pub(crate) secured: &'a Arc<dyn HttpService>,
    pub(crate) open: &'a Arc<dyn HttpService>,
}

/// Without the transports: one that records for a test holds everything that was sent.
impl fmt::Debug for AuthContext<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthContext")
            .field("environment", &self.environment.name())
            .field("host", &self.host)
            .field("scopes", &self.scopes)
            .field("give_up_at", &self.give_up_at)
            .field("must_live", &self.must_live)
            .finish_non_exhaustive()
    }
}

/// What work needs that goes on when its call is gone: all of a context but the call's deadline.
pub(super) struct Surroundings {
    environment: Environment,
    host: HostId,
    scopes: Vec<&'static str>,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    must_live: Duration,
    secured: Arc<dyn HttpService>,
    open: Arc<dyn HttpService>,
}

impl Surroundings {
    /// A context that has `left` from now on.
    pub(super) fn context_for(&self, left: Duration) -> AuthContext<'_> {
        AuthContext {
            environment: &self.environment,
            host: self.host,
            scopes: &self.scopes,
            clock: &self.clock,
            random: &self.random,
            give_up_at: self.clock.monotonic().saturating_add(left),
            must_live: self.must_live,
            secured: &self.secured,
            open: &self.open,
        }
    }
}

impl AuthContext<'_> {
    pub(super) fn detached(&self) -> Surroundings {
        Surroundings {
            environment: self.environment.clone(),
            host: self.host,
            scopes: self.scopes.to_vec(),
            clock: Arc::clone(self.clock),
            random: Arc::clone(self.random),
            must_live: self.must_live,
            secured: Arc::clone(self.secured),
            open: Arc::clone(self.open),
        }
    }

    /// Sends a request to a host of the environment, with the client certificate if that host demands it, and
    /// collects the answer. Any status is an answer. Nothing is repeated here.
    ///
    /// # Errors
    /// The host is not in the environment, could not be reached, or did not answer in time: all
    /// [`AuthErrorKind::Unavailable`] but the first. [`AuthError::may_have_arrived`] tells whether the token host can
    /// have seen the request.
    pub async fn send(
        &self,
        host: HostId,
        method: Method,
        path: &str,
        headers: HeaderMap,
        body: Body,
    ) -> Result<Answer, AuthError> {
        let unavailable = |text: &str| AuthError::new(AuthErrorKind::Unavailable, text);
        let place = self.place(host)?;
        let uri = join(place.base(), path, &Parts::new()).map_err(|_| {
            AuthError::new(
                AuthErrorKind::Configuration,
                "the token address is not a valid URL",
            )
        })?;
        let mut request = http::Request::new(body);
        *request.method_mut() = method;
        *request.uri_mut() = uri;
        *request.headers_mut() = headers;
        // Tokens are asked for minutes apart: a connection kept from the last time is most likely dead, and a request
        // lost on it may have used up a refresh token.
        request.extensions_mut().insert(FreshConnection);
        let service = if place.wants_certificate() {
            self.secured
        } else {
            self.open
        };
        let sent = Sent::new();
        let exchange = async {
            let response = service.call(request, &sent).await.map_err(|error| {
                let kind = match error.fault() {
                    TransportFault::Tls(_) | TransportFault::Request => {
                        AuthErrorKind::Configuration
                    }
                    _ => AuthErrorKind::Unavailable,
                };
                let text = format!("the token host could not be asked: {error}");
                let arrived = sent.is_raised() && !error.is_never_left() && !is_shut_out(&error);
                AuthError::new(kind, text).with_arrival(arrived)
            })?;
            let (head, body) = response.into_parts();
            let body = body.collect(ANSWER_LIMIT).await.map_err(|_| {
                unavailable("the token answer broke off or is too long")
                    .with_status(head.status)
                    .with_arrival(true)
            })?;
            Ok(Answer::new(head.status, head.headers, body))
        };
        self.within(Duration::MAX, exchange)
            .await
            .unwrap_or_else(|| {
                Err(unavailable("the token host did not answer in time")
                    .with_arrival(sent.is_raised()))
            })
    }

    /// The base URL of a host.
    pub(crate) fn base(&self, host: HostId) -> Result<&str, AuthError> {
        self.place(host).map(Host::base)
    }

    fn place(&self, host: HostId) -> Result<&Host, AuthError> {
        self.environment.get(host).ok_or_else(|| {
            let text = format!(
                "the environment '{}' has no host '{host}'",
                self.environment.name()
            );
            AuthError::new(AuthErrorKind::Configuration, text)
        })
    }

    /// The future's value, or `None` when `limit` or the time of the whole call is over first.
    pub(crate) async fn within<T>(
        &self,
        limit: Duration,
        future: impl Future<Output = T>,
    ) -> Option<T> {
        let left = self.give_up_at.saturating_sub(self.clock.monotonic());
        clock::within(self.clock.as_ref(), left.min(limit), future).await
    }
}

/// Under TLS 1.3 a request leaves before the server has looked at our certificate. One that it refuses ends the
/// connection before the request is read.
fn is_shut_out(error: &TransportError) -> bool {
    use TlsFault::{ClientCertificateRejected, ClientCertificateRequired};
    let refused = [ClientCertificateRequired, ClientCertificateRejected].map(TransportFault::Tls);
    refused.contains(error.fault())
}
