//! What every call passes before its handler, and the bank's error bodies.

use http::header::CONTENT_TYPE;
use http::{HeaderName, StatusCode};
use serde::Serialize;

use super::{Bank, Handler, SCOPE};
use crate::answer::Answer;
use crate::asked::Asked;
use crate::oauth::Denied;
use crate::random::Random;
use crate::strict::{Complaint, accepts_json, media_type, single};

/// The header with the bank's own id of a request; other products of the bank document it.
const TRACE_ID: HeaderName = HeaderName::from_static("x-traceid");

/// Why the bank says no.
#[derive(Debug)]
pub(super) enum Refusal {
    NoAuthorization,
    Complaint(Complaint),
    BadToken,
    WrongScope,
    UnknownEndpoint,
    /// The thing was done before; the rule says which.
    Conflict(Complaint),
}

#[derive(Serialize)]
struct ErrorBody<'a> {
    error: &'a str,
    error_description: &'a str,
}

impl Refusal {
    pub(super) fn answer(&self, asked: &Asked) -> Answer {
        let (status, error, description) = match self {
            Self::NoAuthorization => (
                StatusCode::BAD_REQUEST,
                "invalid_request",
                "Authorization header is not present in request headers".to_owned(),
            ),
            Self::Complaint(complaint) => {
                (StatusCode::BAD_REQUEST, "invalid_request", complaint.to_string())
            }
            Self::BadToken => (
                StatusCode::UNAUTHORIZED,
                "invalid_token",
                "The access token provided is expired, revoked, malformed, or invalid for other reasons"
                    .to_owned(),
            ),
            Self::WrongScope => (
                StatusCode::FORBIDDEN,
                "insufficient_scope",
                "The request requires higher privileges than provided by the access token".to_owned(),
            ),
            Self::UnknownEndpoint => (
                StatusCode::NOT_FOUND,
                "unknown_endpoint",
                "Endpoint is not found or not active".to_owned(),
            ),
            Self::Conflict(complaint) => (StatusCode::CONFLICT, "conflict", complaint.to_string()),
        };
        let body = ErrorBody {
            error,
            error_description: &description,
        };
        traced(Answer::json(status, &body), asked)
    }
}

impl From<Complaint> for Refusal {
    fn from(complaint: Complaint) -> Self {
        Self::Complaint(complaint)
    }
}

/// Token, `Accept` and `Content-Type`, in this order, then the handler.
pub(super) fn through_gate(bank: &Bank, asked: &Asked, handler: Handler) -> Answer {
    match gate(bank, asked).and_then(|()| handler(bank, asked)) {
        Ok(answer) => traced(answer, asked),
        Err(refusal) => refusal.answer(asked),
    }
}

fn gate(bank: &Bank, asked: &Asked) -> Result<(), Refusal> {
    bank.tokens
        .check(asked, SCOPE)
        .map_err(|denied| match denied {
            Denied::NoHeader => Refusal::NoAuthorization,
            Denied::BadHeader(complaint) => Refusal::Complaint(complaint),
            Denied::BadToken => Refusal::BadToken,
            Denied::WrongScope => Refusal::WrongScope,
        })?;
    accepts_json(&asked.headers)?;
    match single(&asked.headers, CONTENT_TYPE)?.map(media_type) {
        None if asked.body.is_empty() => Ok(()),
        None => Err(Complaint::new("content-type", "header is not present").into()),
        Some(kind) if kind == "application/json" => Ok(()),
        Some(_) => Err(Complaint::new("content-type", "must be application/json").into()),
    }
}

/// The trace id follows from the call's number, so equal runs have equal ids.
fn traced(answer: Answer, asked: &Asked) -> Answer {
    answer.header(TRACE_ID, &Random::new(asked.sequence, "alfa.trace").hex(16))
}
