//! One attempt: rate tokens, credentials, the request itself, and what its answer means.

use std::time::Duration;

use bytes::Bytes;
use futures_util::future::{Either, select};
use http::{HeaderMap, Method, Uri};

use super::{Client, Progress, Response};
use crate::auth::{AuthContext, AuthErrorKind, Authorization, TokenId};
use crate::error::{Error, ErrorKind, Outcome};
use crate::future::BoxFuture;
use crate::http::{
    Body, CollectError, FreshConnection, Incoming, Sent, TransportError, TransportFault,
};
use crate::operation::{Answer, Operation, OperationMeta, Provider};
use crate::rate::{PaceError, Want};
use crate::retry::{Failed, Failure, retry_after};

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
pub(super) type Reader<T> = for<'a> fn(Head<'a>, Incoming) -> BoxFuture<'a, Result<T, Failure>>;

/// The head of an answer, and what is needed to judge it.
#[derive(Debug)]
pub(super) struct Head<'a> {
    pub(super) parts: http::response::Parts,
    pub(super) meta: &'a OperationMeta,
    pub(super) answer_limit: usize,
    pub(super) now: time::OffsetDateTime,
    pub(super) attempts: u32,
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
        self.take_rate_tokens().await?;
        // Certificate and credentials of one attempt belong together, so they are read together.
        let channel = self.client.channel();
        let authorization = self.authorize(&channel).await?;
        let token = authorization.as_ref().and_then(Authorization::token);
        let sent = Sent::new();
        self.progress.begin(&sent);
        let result = self.exchange(&channel, authorization, &sent, reader).await;
        let result = result.map_err(|failure| with_token(failure, token));
        self.progress.end(match &result {
            // A success says nothing about the attempts before it, and needs no outcome of its own.
            Ok(_) => Outcome::NotSent,
            Err(failure) => failure.error.outcome(),
        });
        self.log(started, result.as_ref().err());
        self.hold_rate(result.as_ref().err()).await;
        result
    }

    async fn take_rate_tokens(&self) -> Result<(), Failure> {
        let wants = self.wants();
        if wants.is_empty() {
            return Ok(());
        }
        let pace = &self.client.shared.pace;
        pace.acquire(&wants, Some(self.give_up_at)).await.map_err(|error| {
            let wait = match &error {
                PaceError::Exceeded { retry_after } => Some(*retry_after),
                _ => None,
            };
            let kind = match wait {
                Some(_) => ErrorKind::RateLimited,
                None => ErrorKind::Configuration,
            };
            let error = Error::new(kind, Outcome::NotSent)
                .with_text(error.to_string())
                .with_retry_after(wait);
            Failure { failed: Failed::ForGood, retry_after: wait, error }
        })
    }

    fn wants(&self) -> Vec<Want<'_>> {
        let key = self.prepared.rate_key.as_deref();
        self.prepared.meta.rates.iter().map(|class| Want { class: *class, key }).collect()
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
        channel.credentials.authorize(&context).await.map(Some).map_err(|error| {
            let failed = match error.kind() {
                AuthErrorKind::Unavailable => Failed::NotSent,
                _ => Failed::ForGood,
            };
            let retry_after = error.retry_after();
            let error = Error::new(ErrorKind::Auth, Outcome::NotSent).with_cause(error);
            Failure { failed, retry_after, error }
        })
    }

    async fn exchange<T: Send>(
        &self,
        channel: &super::Channel,
        authorization: Option<Authorization>,
        sent: &Sent,
        reader: Reader<T>,
    ) -> Result<T, Failure> {
        let shared = &self.client.shared;
        let meta = &self.prepared.meta;
        let demands = shared.environment.get(meta.host).is_some_and(|host| host.wants_certificate());
        let service = if demands { &channel.secured } else { &channel.open };
        let request = self.request(authorization.as_ref());
        let exchange = async {
            let response = match service.call(request, sent).await {
                Ok(response) => response,
                Err(error) => return Err(not_answered(error, sent)),
            };
            let (parts, body) = response.into_parts();
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
        match select(Box::pin(exchange), shared.clock.sleep(limit)).await {
            Either::Left((result, _)) => result,
            Either::Right(_) => {
                let (failed, outcome) = left_or_not(sent.is_raised());
                let error = Error::new(ErrorKind::AttemptTimeout, outcome)
                    .with_text(format!("no whole answer within {} s", limit.as_secs()));
                Err(Failure { failed, retry_after: None, error })
            }
        }
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

    /// What an operator may read of an attempt: nothing that the caller or the bank wrote.
    fn log(&self, started: Duration, failure: Option<&Failure>) {
        let millis = self.client.clock().monotonic().saturating_sub(started).as_millis();
        let attempt = self.progress.attempts();
        match failure {
            None => tracing::debug!(attempt, millis, "answered"),
            Some(Failure { error, .. }) => tracing::info!(
                attempt,
                millis,
                kind = error.as_str(),
                outcome = error.outcome().as_str(),
                status = error.status().map(|status| status.as_u16()),
                request_id = error.bank_error().and_then(|bank| bank.printable_request_id()),
                "failed"
            ),
        }
    }

    /// A bank that says "slow down" says it to every call of the class, not just to this one.
    async fn hold_rate(&self, failure: Option<&Failure>) {
        if let Some(Failure { failed: Failed::Answered(429), retry_after: Some(wait), .. }) = failure {
            let until = self.client.clock().monotonic() + *wait;
            for want in self.wants() {
                self.client.shared.pace.pause(want.class, want.key, until).await;
            }
        }
    }
}

fn with_token(failure: Failure, token: Option<TokenId>) -> Failure {
    match failure.failed {
        Failed::Unauthorized(_) => Failure { failed: Failed::Unauthorized(token), ..failure },
        _ => failure,
    }
}

fn left_or_not(left: bool) -> (Failed, Outcome) {
    match left {
        true => (Failed::Lost, Outcome::Unknown),
        false => (Failed::NotSent, Outcome::NotSent),
    }
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
    if matches!(error.fault(), TransportFault::Tls(_) | TransportFault::Request) {
        failed = Failed::ForGood;
    }
    Failure { failed, retry_after: None, error: Error::new(kind, outcome).with_cause(error) }
}

/// Collects the answer and reads it as the operation's value.
pub(super) fn whole<O: Operation>(
    head: Head<'_>,
    body: Incoming,
) -> BoxFuture<'_, Result<Response<O::Output>, Failure>> {
    Box::pin(async move {
        let status = head.parts.status;
        let success = head.meta.is_success(status.as_u16());
        let body = match body.collect(head.answer_limit).await {
            Ok(body) => body,
            Err(broken) if success => return Err(cut_success(broken, &head)),
            // The status says enough; the body of a refusal is an extra.
            Err(_) => Bytes::new(),
        };
        let answer = Answer::new(status, head.parts.headers.clone(), body);
        if !success {
            return Err(refused::<O::Provider>(&head, answer));
        }
        let unreadable = |kind, outcome| Error::new(kind, outcome).with_status(status);
        if answer.is_html() {
            // A gateway's page under a good status: the bank itself has said nothing.
            return Err(Failure::for_good(
                unreadable(ErrorKind::NotTheBank, Outcome::Unknown)
                    .with_text("the answer is a web page, not the bank's"),
            ));
        }
        let id = request_id::<O::Provider>(&answer);
        match O::parse(&answer) {
            Ok(value) => Ok(Response::new(value, status, answer.headers, id, head.attempts)),
            Err(error) => {
                let bank = crate::error::BankError::new().with_request_id(id);
                let error = unreadable(ErrorKind::UnreadableAnswer, Outcome::Accepted)
                    .with_bank(bank)
                    .with_cause(error);
                Err(Failure::for_good(error))
            }
        }
    })
}

/// The bank said yes, and then the answer broke off or went over the limit.
fn cut_success(broken: CollectError, head: &Head<'_>) -> Failure {
    let error = |kind| Error::new(kind, Outcome::Accepted).with_status(head.parts.status);
    match broken {
        CollectError::TooLarge { .. } => Failure::for_good(
            error(ErrorKind::AnswerTooLarge).with_text(broken.to_string()),
        ),
        CollectError::Broken(cause) => Failure {
            failed: Failed::Lost,
            retry_after: None,
            error: error(ErrorKind::ConnectionLost).with_cause(cause),
        },
    }
}

/// What an answer that does not mean yes says.
pub(super) fn refused<P: Provider>(head: &Head<'_>, answer: Answer) -> Failure {
    let status = answer.status.as_u16();
    let wait = retry_after(&answer.headers, head.now);
    let id = request_id::<P>(&answer);
    let mut bank = P::read_error(&answer).with_body(answer.body.clone());
    if bank.request_id().is_none() || id.is_some() {
        bank = bank.with_request_id(id);
    }
    let (kind, outcome, failed) = if head.meta.is_not_ready(status) {
        (ErrorKind::NotReady, Outcome::Accepted, Failed::NotReady)
    } else if bank.is_duplicate_key() {
        // Our own lost copy may be the one that the bank knows: never "rejected".
        (ErrorKind::DuplicateKey, Outcome::Unknown, Failed::ForGood)
    } else {
        let (kind, outcome) = ErrorKind::of_status(status);
        let failed = match status {
            401 => Failed::Unauthorized(None),
            _ => Failed::Answered(status),
        };
        (kind, outcome, failed)
    };
    let error = Error::new(kind, outcome)
        .with_status(answer.status)
        .with_bank(bank)
        .with_retry_after(wait);
    Failure { failed, retry_after: wait, error }
}

pub(super) fn request_id<P: Provider>(answer: &Answer) -> Option<String> {
    P::REQUEST_ID_HEADERS.iter().find_map(|name| answer.header(name)).map(str::to_owned)
}
