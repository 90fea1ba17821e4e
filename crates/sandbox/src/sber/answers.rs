//! What every call of the API passes before its handler, and the bank's error bodies.

use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderName, StatusCode};
use serde::Serialize;

use super::settings::{ApiErrors, Authorization, NotReadyBody};
use super::sign_in::Session;
use super::{Bank, Handler};
use crate::answer::Answer;
use crate::asked::Asked;
use crate::fault::{Fault, Moment};
use crate::random::Random;
use crate::strict::{Complaint, accepts_json, media_type, single};
use crate::sync::locked;

/// The header with the bank's own id of a request; the bank's Java SDK reads it.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Why the API says no, or not yet.
#[derive(Clone, Debug)]
pub(super) enum Refusal {
    /// 202: ask later.
    NotReady,
    /// 400: a value is not of its format.
    Malformed(Complaint),
    /// 400: a value breaks a rule.
    Invalid(Complaint),
    /// 400: it cannot be done now, or ever.
    Workflow {
        why: &'static str,
        field: Option<&'static str>,
    },
    /// 401; the bank repeats the token that it does not know.
    UnknownToken(String),
    /// 403: the scope is missing.
    NoRight,
    /// 403: the user did not agree to show this account.
    AccountNotGranted,
    /// 404, in the first of the two spellings that were seen.
    NotFound,
    /// 404, in the second.
    NothingFound,
    /// 429
    TooManyRequests,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ErrorBody<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    cause: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reference_id: Option<String>,
    message: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    checks: Option<Vec<Check<'a>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    field_names: Option<Vec<&'a str>>,
}

#[derive(Serialize)]
struct Check<'a> {
    level: &'static str,
    message: &'a str,
    fields: Vec<&'a str>,
}

impl Refusal {
    pub(super) fn workflow(why: &'static str) -> Self {
        Self::Workflow { why, field: None }
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::NotReady => StatusCode::ACCEPTED,
            Self::Malformed(_) | Self::Invalid(_) | Self::Workflow { .. } => {
                StatusCode::BAD_REQUEST
            }
            Self::UnknownToken(_) => StatusCode::UNAUTHORIZED,
            Self::NoRight | Self::AccountNotGranted => StatusCode::FORBIDDEN,
            Self::NotFound | Self::NothingFound => StatusCode::NOT_FOUND,
            Self::TooManyRequests => StatusCode::TOO_MANY_REQUESTS,
        }
    }

    fn cause(&self) -> &'static str {
        match self {
            Self::NotReady => "STATEMENT_RESPONSE_PROCESSING",
            Self::Malformed(_) => "DESERIALIZATION_FAULT",
            Self::Invalid(_) => "VALIDATION_FAULT",
            Self::Workflow { .. } => "WORKFLOW_FAULT",
            Self::UnknownToken(_) => "UNAUTHORIZED",
            Self::NoRight => "ACTION_ACCESS_EXCEPTION",
            Self::AccountNotGranted => "ACCESS_EXCEPTION",
            Self::NotFound => "DATA_NOT_FOUND_EXCEPTION",
            Self::NothingFound => "DATA_NOT_FOUND",
            Self::TooManyRequests => "TOO_MANY_REQUESTS",
        }
    }

    fn message(&self) -> String {
        match self {
            Self::NotReady => "the statement is not ready or out of date".to_owned(),
            Self::Malformed(_) => "the request is badly written".to_owned(),
            Self::Invalid(_) => "the request breaks a rule".to_owned(),
            Self::Workflow { why, .. } => (*why).to_owned(),
            // the bank really does this, and so a client's logs must not repeat it
            Self::UnknownToken(token) => format!("accessToken not found by value = {token}"),
            Self::NoRight => "the token has no right to do this".to_owned(),
            Self::AccountNotGranted => "the user did not grant this account".to_owned(),
            Self::NotFound | Self::NothingFound => "nothing was found".to_owned(),
            Self::TooManyRequests => "too many requests".to_owned(),
        }
    }

    fn check(&self) -> Option<(String, &str)> {
        match self {
            Self::Malformed(complaint) | Self::Invalid(complaint) => {
                Some((complaint.to_string(), complaint.key()))
            }
            Self::Workflow { why, field } => field.map(|field| ((*why).to_owned(), field)),
            _ => None,
        }
    }

    pub(super) fn answer(&self, form: ApiErrors, not_ready: NotReadyBody, number: u64) -> Answer {
        let form = match (self, not_ready) {
            (Self::NotReady, NotReadyBody::Empty) => return Answer::empty(self.status()),
            (Self::NotReady, NotReadyBody::Documented) => ApiErrors::Documented,
            (Self::NotReady, NotReadyBody::WithCause) => ApiErrors::WithCause,
            _ => form,
        };
        let check = self.check();
        let checks = check.iter().map(|(message, field)| Check {
            level: "ERROR",
            message,
            fields: vec![field],
        });
        let message = self.message();
        let named = form != ApiErrors::Documented;
        let long = form != ApiErrors::Short;
        let body = ErrorBody {
            cause: named.then(|| self.cause()),
            reference_id: long.then(|| Random::new(number, "sber.reference").uuid()),
            message: &message,
            checks: long.then(|| checks.collect()),
            field_names: (form == ApiErrors::WithCause)
                .then(|| check.iter().map(|(_, field)| *field).collect()),
        };
        Answer::json(self.status(), &body)
    }

    /// The answer in the shape that the settings ask for.
    pub(super) fn answer_to(&self, bank: &Bank, asked: &Asked) -> Answer {
        let settings = bank.settings();
        let answer = self.answer(settings.api_errors, settings.not_ready_body, asked.sequence);
        traced(answer, asked)
    }
}

impl From<Complaint> for Refusal {
    fn from(complaint: Complaint) -> Self {
        Self::Invalid(complaint)
    }
}

/// Token, scope, `Accept` and `Content-Type`, in this order, then the handler.
pub(super) fn through_gate(bank: &Bank, asked: &Asked, scope: &str, handler: Handler) -> Answer {
    match gate(bank, asked, scope).and_then(|session| handler(bank, &session, asked)) {
        Ok(answer) => traced(answer, asked),
        Err(refusal) => refusal.answer_to(bank, asked),
    }
}

fn gate(bank: &Bank, asked: &Asked, scope: &str) -> Result<Session, Refusal> {
    let header = single(&asked.headers, AUTHORIZATION)?.unwrap_or_default();
    let token = token_of(header, bank.settings().authorization);
    let session = token.and_then(|token| locked(&bank.tokens).session(token, bank.elapsed()));
    let Some(session) = session else {
        return Err(Refusal::UnknownToken(token.unwrap_or_default().to_owned()));
    };
    if !session.has(scope) {
        return Err(Refusal::NoRight);
    }
    accepts_json(&asked.headers)?;
    match single(&asked.headers, CONTENT_TYPE)?.map(media_type) {
        None if asked.body.is_empty() => Ok(session),
        None => Err(Complaint::new("content-type", "header is not present").into()),
        Some(kind) if kind == "application/json" => Ok(session),
        Some(_) => Err(Complaint::new("content-type", "must be application/json").into()),
    }
}

/// The token of an `Authorization` header; `None` when its form is another one.
pub(super) fn token_of(header: &str, form: Authorization) -> Option<&str> {
    match form {
        Authorization::Bare => (!header.is_empty() && !header.contains(' ')).then_some(header),
        Authorization::Bearer => {
            let (scheme, token) = header.split_once(' ')?;
            scheme.eq_ignore_ascii_case("bearer").then_some(token)
        }
    }
}

/// The id follows from the call's number, so equal runs have equal ids.
pub(super) fn traced(answer: Answer, asked: &Asked) -> Answer {
    answer.header(
        REQUEST_ID,
        &Random::new(asked.sequence, "sber.request").uuid(),
    )
}

/// An outcome other than success that the bank's pages name, as a fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Outcome {
    /// 202: the statement is not ready.
    NotReady,
    /// 400 `DESERIALIZATION_FAULT`
    BadFormat,
    /// 400 `VALIDATION_FAULT`
    BadValue,
    /// 400 `WORKFLOW_FAULT`: the day lies in the future.
    FutureDay,
    /// 400 `WORKFLOW_FAULT`: the account was not open on that day.
    AccountNotOpen,
    /// 400 `WORKFLOW_FAULT`: there is no such page.
    NoSuchPage,
    /// 401 `UNAUTHORIZED`, with a token in its message.
    Unauthorized,
    /// 403 `ACTION_ACCESS_EXCEPTION`
    NoRight,
    /// 403 `ACCESS_EXCEPTION`
    AccountNotGranted,
    /// 404 `DATA_NOT_FOUND_EXCEPTION`
    NotFound,
    /// 429 `TOO_MANY_REQUESTS`
    TooManyRequests,
    /// 500 `UNKNOWN_EXCEPTION`
    Internal,
    /// 503 `UNAVAILABLE_RESOURCE_EXCEPTION`
    Unavailable,
}

impl Outcome {
    /// Every outcome.
    pub const ALL: [Self; 13] = [
        Self::NotReady,
        Self::BadFormat,
        Self::BadValue,
        Self::FutureDay,
        Self::AccountNotOpen,
        Self::NoSuchPage,
        Self::Unauthorized,
        Self::NoRight,
        Self::AccountNotGranted,
        Self::NotFound,
        Self::TooManyRequests,
        Self::Internal,
        Self::Unavailable,
    ];

    /// The outcome as a fault, with the full error body.
    #[must_use]
    pub fn fault(self, moment: Moment) -> Fault {
        let complaint = |rule| Complaint::new("accountNumber", rule);
        let refusal = match self {
            Self::NotReady => Refusal::NotReady,
            Self::BadFormat => Refusal::Malformed(complaint("is badly written")),
            Self::BadValue => Refusal::Invalid(complaint("must have 20 digits")),
            Self::FutureDay => Refusal::workflow(FUTURE_DAY),
            Self::AccountNotOpen => Refusal::workflow(NOT_OPEN),
            Self::NoSuchPage => Refusal::workflow(NO_SUCH_PAGE),
            Self::Unauthorized => {
                Refusal::UnknownToken("sandbox-token-that-nobody-knows".to_owned())
            }
            Self::NoRight => Refusal::NoRight,
            Self::AccountNotGranted => Refusal::AccountNotGranted,
            Self::NotFound => Refusal::NotFound,
            Self::TooManyRequests => Refusal::TooManyRequests,
            Self::Internal => return server_fault(500, "UNKNOWN_EXCEPTION", moment),
            Self::Unavailable => {
                return server_fault(503, "UNAVAILABLE_RESOURCE_EXCEPTION", moment);
            }
        };
        let answer = refusal.answer(ApiErrors::WithCause, NotReadyBody::WithCause, 0);
        Fault::Answer {
            status: answer.status.as_u16(),
            content_type: "application/json".to_owned(),
            body: String::from_utf8_lossy(&answer.body).into_owned(),
            moment,
        }
    }
}

pub(super) const FUTURE_DAY: &str = "the day lies in the future";
pub(super) const NOT_OPEN: &str = "the account is not open on that day";
pub(super) const NO_SUCH_PAGE: &str = "the page does not exist";

fn server_fault(status: u16, cause: &str, moment: Moment) -> Fault {
    let reference = Random::new(0, "sber.reference").uuid();
    Fault::Answer {
        status,
        content_type: "application/json".to_owned(),
        body: format!(
            r#"{{"cause":"{cause}","referenceId":"{reference}","message":"the bank failed","checks":[],"fieldNames":[]}}"#
        ),
        moment,
    }
}
