//! What an answer means: a value, "not ready yet", or the bank's error.

use std::any::TypeId;

use bytes::Bytes;
use http::HeaderMap;

use super::Response;
use super::download::is_json;
use super::exchange::{Head, Reading};
use crate::error::{BankError, Error, ErrorKind, Outcome};
use crate::http::{CollectError, Incoming};
use crate::operation::{Answer, Effect, File, Operation, Provider};
use crate::retry::{Failed, Failure, retry_after};

/// A refusal's body is read up to this many bytes: it is kept with the error.
const REFUSAL_LIMIT: usize = 256 * 1024;

/// Collects the answer and reads it as the operation's value.
pub(super) fn whole<O: Operation>(
    head: Head<'_>,
    body: Incoming,
) -> Reading<'_, Response<O::Output>> {
    Box::pin(async move { Ok(with_body::<O>(head, body).await?.0) })
}

/// The same, and the body that it was read from.
pub(super) fn with_body<O: Operation>(
    head: Head<'_>,
    body: Incoming,
) -> Reading<'_, (Response<O::Output>, Bytes)> {
    Box::pin(async move {
        let status = head.parts.status;
        let success = head.meta.is_success(status.as_u16());
        if !success || (is_file::<O>() && is_json(&head.parts.headers)) {
            return Err(refused::<O::Provider>(&head, body).await);
        }
        let body = match body.collect(head.answer_limit).await {
            Ok(body) => body,
            Err(broken) => return Err(cut_success(broken, &head)),
        };
        let answer = Answer::new(status, head.parts.headers.clone(), body);
        let unreadable = |kind, outcome| Error::new(kind, outcome).with_status(status);
        if answer.is_html() {
            // A gateway's page under a good status: the bank itself has said nothing.
            return Err(Failure::for_good(
                unreadable(ErrorKind::NotTheBank, Outcome::Unknown)
                    .with_text("the answer is a web page, not the bank's"),
            ));
        }
        let id = request_id::<O::Provider>(&answer.headers).map(str::to_owned);
        match O::parse(&answer) {
            Ok(value) => {
                let response = Response::new(value, status, answer.headers, id, head.attempts);
                Ok((response, answer.body))
            }
            Err(error) => {
                let bank = BankError::new().with_request_id(id);
                let error = unreadable(ErrorKind::UnreadableAnswer, Outcome::Accepted)
                    .with_bank(bank)
                    .with_cause(error);
                Err(Failure::for_good(error))
            }
        }
    })
}

/// By the type of the answer, which no operation can forget to say.
fn is_file<O: Operation>() -> bool {
    TypeId::of::<O::Output>() == TypeId::of::<File>()
}

/// The bank said yes, and then the answer broke off or went over the limit.
fn cut_success(broken: CollectError, head: &Head<'_>) -> Failure {
    let error = |kind| Error::new(kind, Outcome::Accepted).with_status(head.parts.status);
    match broken {
        CollectError::TooLarge { .. } => {
            Failure::for_good(error(ErrorKind::AnswerTooLarge).with_text(broken.to_string()))
        }
        CollectError::Broken(cause) => Failure {
            failed: Failed::Lost,
            retry_after: None,
            error: error(ErrorKind::ConnectionLost).with_cause(cause),
        },
    }
}

/// What an answer that does not mean yes says.
pub(super) async fn refused<P: Provider>(head: &Head<'_>, body: Incoming) -> Failure {
    let status = head.parts.status;
    let code = status.as_u16();
    let wait = retry_after(&head.parts.headers, head.now);
    let body = body
        .collect(REFUSAL_LIMIT.min(head.answer_limit))
        .await
        .ok();
    let unread = body.is_none();
    let answer = Answer::new(status, head.parts.headers.clone(), body.unwrap_or_default());
    let mut bank = P::read_error(&answer).with_body(answer.body.clone());
    if let Some(id) = request_id::<P>(&answer.headers) {
        bank = bank.with_request_id(Some(id));
    }
    let (kind, outcome, failed) = if head.meta.is_not_ready(code) {
        (ErrorKind::NotReady, Outcome::Accepted, Failed::NotReady)
    } else if bank.is_duplicate_key() && head.meta.effect == Effect::Keyed {
        // Our own lost copy may be the one that the bank knows: never "rejected".
        (ErrorKind::DuplicateKey, Outcome::Unknown, Failed::ForGood)
    } else if bank.is_refusal() && !unread && head.meta.effect == Effect::Idempotent {
        (ErrorKind::BadRequest, Outcome::Rejected, Failed::ForGood)
    } else {
        let (kind, outcome) = ErrorKind::of_status(code);
        let outcome = if unread || bank.is_perhaps_duplicate_key() {
            status_unread(head.meta.effect, code)
        } else {
            outcome
        };
        let failed = match code {
            401 => Failed::Unauthorized { renewable: false },
            _ => Failed::Answered(code),
        };
        (kind, outcome, failed)
    };
    let error = Error::new(kind, outcome)
        .with_status(status)
        .with_bank(bank)
        .with_retry_after(wait);
    Failure {
        failed,
        retry_after: wait,
        error,
    }
}

/// What a refusal's status means alone, when its body is not here (yet).
///
/// For a keyed write that body might say "this key is already used", which is never "rejected".
pub(super) fn status_unread(effect: Effect, status: u16) -> Outcome {
    match (effect, status) {
        // No key was looked at before who we are was clear.
        (_, 401) => Outcome::Rejected,
        (Effect::Keyed, _) => Outcome::Unknown,
        _ => ErrorKind::of_status(status).1,
    }
}

pub(super) fn request_id<P: Provider>(headers: &HeaderMap) -> Option<&str> {
    P::REQUEST_ID_HEADERS
        .iter()
        .find_map(|name| headers.get(*name)?.to_str().ok())
}
