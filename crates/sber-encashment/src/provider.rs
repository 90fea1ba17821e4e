//! The product, as a client sees it. Hosts and sign-in are those of `sber-api`.

use rubank_core::error::BankError;
use rubank_core::operation::{Answer, OperationMeta, Provider};
use sber_api::{Cause, ErrorBody};

use crate::catalogue;

/// The scope of every operation of the product.
pub(crate) const SCOPES: &[&str] = &["ENCASHMENTS_REQUEST"];

/// Sber API, cash collection: the marker of [`Client`](crate::Client).
#[derive(Clone, Copy, Debug)]
pub enum SberEncashment {}

impl Provider for SberEncashment {
    const NAME: &'static str = "sber-encashment";
    const OPERATIONS: &'static [OperationMeta] = catalogue::OPERATIONS;
    const REQUEST_ID_HEADERS: &'static [&'static str] = sber_api::REQUEST_ID_HEADERS;

    fn read_error(answer: &Answer) -> BankError {
        let key = said_of_the_key(answer);
        sber_api::read_error(answer)
            .with_duplicate_key(key == Key::Used)
            .with_perhaps_duplicate_key(key == Key::PerhapsUsed)
    }
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

#[cfg(test)]
mod tests {
    use rubank_core::error::{ErrorKind, Outcome};
    use rubank_core::http::Reply;

    use crate::catalogue::{sample_cancel, sample_create};
    use crate::tests::{block_on, scripted};

    #[test]
    fn a_refusal_that_may_be_about_the_key_is_no_proof_that_nothing_happened() {
        let rows = [
            (
                400,
                r#"{"cause":"WORKFLOW_FAULT","fieldNames":["externalId"]}"#,
                ErrorKind::DuplicateKey,
                Outcome::Unknown,
            ),
            (
                400,
                r#"{"cause":"WORKFLOW_FAULT","checks":[{"fields":["externalId"]}]}"#,
                ErrorKind::DuplicateKey,
                Outcome::Unknown,
            ),
            // The shape that the bank documents has no cause.
            (
                400,
                r#"{"referenceId":"r-1","message":"-","checks":[{"level":"ERROR","fields":["externalId"]}]}"#,
                ErrorKind::DuplicateKey,
                Outcome::Unknown,
            ),
            (
                400,
                r#"{"cause":"ALREADY_EXISTS","fieldNames":["externalId"]}"#,
                ErrorKind::DuplicateKey,
                Outcome::Unknown,
            ),
            (
                422,
                r#"{"cause":"WORKFLOW_FAULT","fieldNames":["externalId"]}"#,
                ErrorKind::DuplicateKey,
                Outcome::Unknown,
            ),
            (409, "{}", ErrorKind::DuplicateKey, Outcome::Unknown),
            // What may be about the key.
            (
                400,
                r#"{"cause":"VALIDATION_FAULT","fieldNames":["externalId"]}"#,
                ErrorKind::BadRequest,
                Outcome::Unknown,
            ),
            (
                400,
                r#"{"cause":"WORKFLOW_FAULT"}"#,
                ErrorKind::BadRequest,
                Outcome::Unknown,
            ),
            (
                400,
                r#"{"cause":"WORKFLOW_FAULT","fieldNames":"externalId"}"#,
                ErrorKind::BadRequest,
                Outcome::Unknown,
            ),
            (
                400,
                r#"{"referenceId":"r-1","message":"-"}"#,
                ErrorKind::BadRequest,
                Outcome::Unknown,
            ),
            (400, "", ErrorKind::BadRequest, Outcome::Unknown),
            // What is not.
            (
                400,
                r#"{"cause":"WORKFLOW_FAULT","fieldNames":["number"]}"#,
                ErrorKind::BadRequest,
                Outcome::Rejected,
            ),
            (
                400,
                r#"{"cause":"VALIDATION_FAULT","fieldNames":["number"]}"#,
                ErrorKind::BadRequest,
                Outcome::Rejected,
            ),
            (
                400,
                r#"{"cause":"DESERIALIZATION_FAULT"}"#,
                ErrorKind::BadRequest,
                Outcome::Rejected,
            ),
            (
                400,
                r#"{"cause":"DESERIALIZATION_FAULT","fieldNames":["externalId"]}"#,
                ErrorKind::BadRequest,
                Outcome::Rejected,
            ),
            (400, "<html>", ErrorKind::BadRequest, Outcome::Rejected),
            (
                403,
                r#"{"cause":"ACTION_ACCESS_EXCEPTION","fieldNames":["externalId"]}"#,
                ErrorKind::Forbidden,
                Outcome::Rejected,
            ),
            (
                404,
                r#"{"cause":"DATA_NOT_FOUND","fieldNames":["externalId"]}"#,
                ErrorKind::NotFound,
                Outcome::Rejected,
            ),
        ];
        for (status, body, kind, outcome) in rows {
            let (client, _) = scripted([Reply::json(status, body), Reply::json(status, body)]);
            let created = block_on(client.send(&sample_create())).unwrap_err();
            let cancelled = block_on(client.send(&sample_cancel())).unwrap_err();
            for error in [created, cancelled] {
                assert_eq!(
                    (error.kind(), error.outcome()),
                    (kind, outcome),
                    "{status} {body}"
                );
            }
        }
    }

    #[test]
    fn the_token_in_the_text_of_a_401_is_not_shown() {
        let said = r#"{"cause":"UNAUTHORIZED","referenceId":"r-1","message":"accessToken not found by value = canary"}"#;
        let (client, _) = scripted([Reply::json(401, said)]);
        let error = block_on(client.send(&sample_create())).unwrap_err();
        assert_eq!(
            (error.code(), error.request_id()),
            (Some("UNAUTHORIZED"), Some("r-1"))
        );
        let printed = format!("{error:#} {error:?} {:?}", error.bank_error());
        assert!(!printed.contains("canary"), "{printed}");
    }
}
