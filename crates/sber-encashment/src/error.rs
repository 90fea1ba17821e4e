//! How the bank says no: the error body of all Sber products, and what it tells of a waybill's key.

use rubank_core::error::{BankError, Error, ErrorKind};
use rubank_core::operation::Answer;

pub use sber_api::{Advice, Cause, ErrorBody};

/// Reads an error answer, for `Provider::read_error`.
pub(crate) fn read(answer: &Answer) -> BankError {
    let key = said_of_the_key(answer);
    sber_api::read_error(answer)
        .with_duplicate_key(key == Key::Used)
        .with_perhaps_duplicate_key(key == Key::PerhapsUsed)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Key {
    Used,
    PerhapsUsed,
    /// The refusal is about something else.
    NotMeant,
}

/// How the bank refuses a key that was used before was published nowhere, and the error body that its pages print has no
/// cause. Then the earlier copy has acted, and it must not pass for "nothing happened": to ask about a key that was not
/// used costs a minute, to miss one that was can cost a second waybill. An error answer does not say what it answers, so
/// a read may get the same kind; it means nothing there.
fn said_of_the_key(answer: &Answer) -> Key {
    let body: Option<ErrorBody> = answer.json().ok();
    let cause = body.as_ref().and_then(|body| body.cause.as_ref());
    let fields = body
        .as_ref()
        .map(ErrorBody::wrong_fields)
        .unwrap_or_default();
    let is_page = answer.body.trim_ascii_start().starts_with(b"<");
    match (answer.status.as_u16(), cause) {
        (409, _) => Key::Used,
        (400 | 422, None | Some(Cause::WorkflowFault | Cause::Unknown(_)))
            if fields.contains(&"externalId") =>
        {
            Key::Used
        }
        // Its form was checked before it left, so what else could be wrong with it?
        (400 | 422, Some(Cause::ValidationFault)) if fields.contains(&"externalId") => {
            Key::PerhapsUsed
        }
        (
            400 | 422,
            None | Some(Cause::WorkflowFault | Cause::ValidationFault | Cause::Unknown(_)),
        ) if fields.is_empty() && !is_page => Key::PerhapsUsed,
        _ => Key::NotMeant,
    }
}

/// Whether the bank itself says that it knows no such waybill. A gateway's 404 says nothing about waybills, and what
/// has neither the bank's cause nor its reference was not written by the bank.
pub(crate) fn is_missing(error: &Error) -> bool {
    error.kind() == ErrorKind::NotFound
        && ErrorBody::of(error).is_some_and(|body| match body.cause {
            Some(cause) => matches!(cause, Cause::DataNotFound | Cause::DataNotFoundException),
            None => body.reference_id.is_some(),
        })
}

#[cfg(test)]
mod tests;
