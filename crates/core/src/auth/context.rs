//! What credentials may use while they make headers.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::{Either, select};
use http::{HeaderMap, Method};

use super::{AuthError, AuthErrorKind};
use crate::clock::Clock;
use crate::environment::Environment;
use crate::http::{Body, HttpService, Sent, TransportFault};
use crate::operation::{Answer, HostId, Parts, join};
use crate::random::Random;

/// A token answer is a few hundred bytes; more is not a token answer.
const ANSWER_LIMIT: usize = 256 * 1024;

/// What credentials may use: where they are going, the time, and a way to the token host.
#[derive(Clone, Debug)]
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

impl AuthContext<'_> {
    /// Sends a request to a host of the environment, with the client certificate if that host demands it, and
    /// collects the answer. Any status is an answer. Nothing is repeated here.
    ///
    /// # Errors
    /// The host is not in the environment, could not be reached, or did not answer in time: all
    /// [`AuthErrorKind::Unavailable`] but the first.
    pub async fn send(
        &self,
        host: HostId,
        method: Method,
        path: &str,
        headers: HeaderMap,
        body: Body,
    ) -> Result<Answer, AuthError> {
        let unavailable = |text: &str| AuthError::new(AuthErrorKind::Unavailable, text);
        let Some(place) = self.environment.get(host) else {
            let text = format!("the environment '{}' has no host '{host}'", self.environment.name());
            return Err(AuthError::new(AuthErrorKind::Configuration, text));
        };
        let uri = join(place.base(), path, &Parts::new()).map_err(|_| {
            AuthError::new(AuthErrorKind::Configuration, "the token address is not a valid URL")
        })?;
        let mut request = http::Request::new(body);
        *request.method_mut() = method;
        *request.uri_mut() = uri;
        *request.headers_mut() = headers;
        let service = if place.wants_certificate() { self.secured } else { self.open };
        let sent = Sent::new();
        let exchange = async {
            let response = service.call(request, &sent).await.map_err(|error| {
                let kind = match error.fault() {
                    TransportFault::Tls(_) | TransportFault::Request => AuthErrorKind::Configuration,
                    _ => AuthErrorKind::Unavailable,
                };
                AuthError::new(kind, format!("the token host could not be asked: {error}"))
            })?;
            let (head, body) = response.into_parts();
            let body = body
                .collect(ANSWER_LIMIT)
                .await
                .map_err(|_| unavailable("the token answer broke off or is too long"))?;
            Ok(Answer::new(head.status, head.headers, body))
        };
        let left = self.give_up_at.saturating_sub(self.clock.monotonic());
        match select(Box::pin(exchange), self.clock.sleep(left)).await {
            Either::Left((answer, _)) => answer,
            Either::Right(_) => Err(unavailable("the token host did not answer in time")),
        }
    }
}
