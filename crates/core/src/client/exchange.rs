//! One attempt: rate tokens, credentials, the request itself, and what its answer means.

use std::sync::Arc;
use std::time::Duration;

use http::{HeaderMap, Method, StatusCode, Uri};
use time::OffsetDateTime;

use super::reading::{request_id, status_unread};
use super::{Client, Progress};
use crate::auth::{AuthContext, AuthErrorKind, Authorization};
use crate::clock::{Clock, within};
use crate::error::{Error, ErrorKind, Outcome, is_id};
use crate::future::BoxFuture;
use crate::http::{Body, FreshConnection, Incoming, Sent, TransportError, TransportFault};
use crate::operation::{OperationMeta, Provider};
use crate::rate::{PaceError, Want};
use crate::retry::{Failed, Failure};

/// One answer must not close a rate class for good, whatever number stands in it.
const LONGEST_HOLD: Duration = Duration::from_secs(24 * 60 * 60);

/// A checked request with its address: the same bytes for every attempt.
#[derive(Debug)]
pub(super) struct Prepared {
    pub(super) meta: OperationMeta,
    pub(super) method: Method,
    pub(super) uri: Uri,
    pub(super) headers: HeaderMap,
    pub(super) body: Body,
    pub(super) rate_key: Option<String>,
}

/// What is done with an answer whose head has come.
pub(super) type Reader<T> = for<'a> fn(Head<'a>, Incoming) -> Reading<'a, T>;

/// What comes of it.
pub(super) type Reading<'a, T> = BoxFuture<'a, Result<T, Failure>>;

/// The head of an answer, and what is needed to judge it.
#[derive(Debug)]
pub(super) struct Head<'a> {
    pub(super) parts: http::response::Parts,
    pub(super) meta: &'a OperationMeta,
    pub(super) answer_limit: usize,
    pub(super) now: time::OffsetDateTime,
    pub(super) attempts: u32,
}

/// What is told to operators of an answer, once its head is here.
#[derive(Debug, Default)]
struct Heard {
    status: Option<StatusCode>,
    request_id: Option<String>,
}

/// The surroundings of the attempts of one call.
#[derive(Debug)]
pub(super) struct Exchange<'a, P: Provider> {
    pub(super) client: &'a Client<P>,
    pub(super) prepared: &'a Prepared,
    pub(super) progress: &'a Progress,
    pub(super) give_up_at: Duration,
}

impl<P: Provider> Exchange<'_, P> {
    pub(super) async fn attempt<T: Send>(&self, reader: Reader<T>) -> Result<T, Failure> {
        let started = self.client.clock().monotonic();
        let mut heard = Heard::default();
        let result = self.try_once(reader, &mut heard).await;
        self.log(started, &heard, result.as_ref().err());
        self.hold_rate(result.as_ref().err()).await;
        result
    }

    async fn try_once<T: Send>(&self, reader: Reader<T>, heard: &mut Heard) -> Result<T, Failure> {
        self.take_rate_tokens().await?;
        // Certificate and credentials of one attempt belong together, so they are read together.
        let channel = self.client.channel();
        let authorization = self.authorize(&channel).await?;
        let sent = self.sent();
        self.progress.begin(&sent);
        let result = self
            .exchange(&channel, authorization.as_ref(), &sent, reader, heard)
            .await;
        self.progress.end(match &result {
            // A success says nothing about the attempts before it, and needs no outcome of its own.
            Ok(_) => Outcome::NotSent,
            Err(failure) => failure.error.outcome(),
        });
        result.map_err(|failure| {
            match (failure.failed, authorization.and_then(|sent| sent.token())) {
                (Failed::Unauthorized { .. }, Some(token)) => {
                    channel.credentials.invalidate(&token);
                    Failure {
                        failed: Failed::Unauthorized { renewable: true },
                        ..failure
                    }
                }
                _ => failure,
            }
        })
    }

    /// Asked once more by the transport, right before the first byte: connecting takes its time.
    fn sent(&self) -> Sent {
        let clock = self.client.clock().clone();
        let (not_after, give_up_at) = (self.client.options.not_after, self.give_up_at);
        Sent::unless(move || is_too_late(&clock, not_after, give_up_at))
    }

    async fn take_rate_tokens(&self) -> Result<(), Failure> {
        let wants = self.wants();
        if wants.is_empty() {
            return Ok(());
        }
        let pace = &self.client.shared.pace;
        pace.acquire(&wants, Some(self.give_up_at))
            .await
            .map_err(|error| {
                let wait = match &error {
                    // No wait helps against a limit of nothing.
                    PaceError::Exceeded {
                        retry_after: Duration::MAX,
                    } => None,
                    PaceError::Exceeded { retry_after } => Some(*retry_after),
                    _ => None,
                };
                let kind = ErrorKind::RateLimited;
                let error = Error::new(kind, Outcome::NotSent)
                    .with_text(error.to_string())
                    .with_retry_after(wait);
                Failure {
                    failed: Failed::ForGood,
                    retry_after: wait,
                    error,
                }
            })
    }

    fn wants(&self) -> Vec<Want<'_>> {
        let key = self.prepared.rate_key.as_deref();
        self.prepared
            .meta
            .rates
            .iter()
            .map(|class| Want { class: *class, key })
            .collect()
    }

    async fn authorize(&self, channel: &super::Channel) -> Result<Option<Authorization>, Failure> {
        let meta = &self.prepared.meta;
        if !meta.authorized {
            return Ok(None);
        }
        let shared = &self.client.shared;
        let context = AuthContext {
            environment: &shared.environment,
            host: meta.host,
            scopes: meta.scopes,
            clock: &shared.clock,
            random: &shared.random,
            give_up_at: self.give_up_at,
            // A token that ends while a write is under way makes its fate unclear; a read is simply repeated.
            must_live: match meta.effect.is_write() {
                true => self.client.attempt_timeout(),
                false => Duration::ZERO,
            },
            secured: &channel.secured,
            open: &channel.open,
        };
        channel
            .credentials
            .authorize(&context)
            .await
            .map(Some)
            .map_err(|error| {
                let failed = match error.kind() {
                    AuthErrorKind::Unavailable => Failed::NotSent,
                    _ => Failed::ForGood,
                };
                let retry_after = error.retry_after();
                let error = Error::new(ErrorKind::Auth, Outcome::NotSent).with_cause(error);
                Failure {
                    failed,
                    retry_after,
                    error,
                }
            })
    }

    async fn exchange<T: Send>(
        &self,
        channel: &super::Channel,
        authorization: Option<&Authorization>,
        sent: &Sent,
        reader: Reader<T>,
        heard: &mut Heard,
    ) -> Result<T, Failure> {
        let shared = &self.client.shared;
        let meta = &self.prepared.meta;
        let demands = shared
            .environment
            .get(meta.host)
            .is_some_and(|host| host.wants_certificate());
        let service = if demands {
            &channel.secured
        } else {
            &channel.open
        };
        if is_too_late(
            &shared.clock,
            self.client.options.not_after,
            self.give_up_at,
        ) {
            return Err(Failure {
                failed: Failed::ForGood,
                retry_after: None,
                error: Error::new(ErrorKind::DeadlineExceeded, Outcome::NotSent)
                    .with_text("the time of the call was over before the request left"),
            });
        }
        let request = self.request(authorization);
        let exchange = async {
            let response = match service.call(request, sent).await {
                Ok(response) => response,
                Err(error) => return Err(not_answered(error, sent)),
            };
            let (parts, body) = response.into_parts();
            let status = parts.status.as_u16();
            *heard = Heard {
                status: Some(parts.status),
                request_id: request_id::<P>(&parts.headers)
                    .filter(|id| is_id(id))
                    .map(str::to_owned),
            };
            self.progress
                .hear(match meta.is_success(status) || meta.is_not_ready(status) {
                    true => Outcome::Accepted,
                    false => status_unread(meta.effect, status),
                });
            let head = Head {
                parts,
                meta,
                answer_limit: shared.answer_limit,
                now: shared.clock.now(),
                attempts: self.progress.attempts(),
            };
            reader(head, body).await
        };
        let limit = self.client.attempt_timeout();
        // In a statement of its own, so that what it borrows is free again.
        let ended = within(shared.clock.as_ref(), limit, Box::pin(exchange)).await;
        ended.unwrap_or_else(|| {
            let (failed, _) = left_or_not(sent.is_raised());
            let error = Error::new(ErrorKind::AttemptTimeout, self.progress.current())
                .with_text(format!("no whole answer within {} s", limit.as_secs()));
            let error = match heard.status {
                Some(status) => error.with_status(status),
                None => error,
            };
            Err(Failure {
                failed,
                retry_after: None,
                error,
            })
        })
    }

    fn request(&self, authorization: Option<&Authorization>) -> http::Request<Body> {
        let prepared = self.prepared;
        let mut request = http::Request::new(prepared.body.clone());
        *request.method_mut() = prepared.method.clone();
        *request.uri_mut() = prepared.uri.clone();
        *request.headers_mut() = prepared.headers.clone();
        if let Some(authorization) = authorization {
            for (name, value) in authorization.headers() {
                request.headers_mut().insert(name, value.clone());
            }
        }
        if self.client.options.fresh_connection {
            request.extensions_mut().insert(FreshConnection);
        }
        request
    }

    /// What an operator may read of an attempt: nothing that the caller or the bank wrote, but a code.
    fn log(&self, started: Duration, heard: &Heard, failure: Option<&Failure>) {
        let millis = self
            .client
            .clock()
            .monotonic()
            .saturating_sub(started)
            .as_millis();
        let attempt = self.progress.attempts();
        let status = heard.status.map(|status| status.as_u16());
        match failure {
            None => {
                let request_id = heard.request_id.as_deref();
                tracing::debug!(attempt, millis, status, request_id, "answered");
            }
            Some(Failure { error, .. }) => tracing::info!(
                attempt,
                millis,
                status,
                kind = error.as_str(),
                outcome = error.outcome().as_str(),
                request_id = error
                    .bank_error()
                    .and_then(|bank| bank.printable_request_id()),
                "failed"
            ),
        }
    }

    /// A bank that says "slow down" says it to every call of the class, not just to this one.
    async fn hold_rate(&self, failure: Option<&Failure>) {
        if let Some(Failure {
            failed: Failed::Answered(429),
            retry_after: Some(wait),
            ..
        }) = failure
        {
            let wait = (*wait).min(LONGEST_HOLD);
            let until = self.client.clock().monotonic().saturating_add(wait);
            for want in self.wants() {
                self.client
                    .shared
                    .pace
                    .pause(want.class, want.key, until)
                    .await;
            }
        }
    }
}

fn left_or_not(left: bool) -> (Failed, Outcome) {
    match left {
        true => (Failed::Lost, Outcome::Unknown),
        false => (Failed::NotSent, Outcome::NotSent),
    }
}

/// A process that slept through its deadline must not send now: another may have taken the write over.
fn is_too_late(
    clock: &Arc<dyn Clock>,
    not_after: Option<OffsetDateTime>,
    give_up_at: Duration,
) -> bool {
    not_after.is_some_and(|moment| clock.now() > moment) || clock.monotonic() > give_up_at
}

fn not_answered(error: TransportError, sent: &Sent) -> Failure {
    let (mut failed, outcome) = left_or_not(sent.is_raised() && !error.is_never_left());
    let kind = match error.fault() {
        TransportFault::Connect => ErrorKind::Connect,
        TransportFault::Tls(_) => ErrorKind::Tls,
        TransportFault::Request => ErrorKind::InvalidRequest,
        TransportFault::Lost | TransportFault::Protocol => ErrorKind::ConnectionLost,
    };
    // A certificate that does not fit will not fit the next time either.
    if matches!(
        error.fault(),
        TransportFault::Tls(_) | TransportFault::Request
    ) {
        failed = Failed::ForGood;
    }
    Failure {
        failed,
        retry_after: None,
        error: Error::new(kind, outcome).with_cause(error),
    }
}
