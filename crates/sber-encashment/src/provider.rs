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
        sber_api::read_error(answer).with_duplicate_key(complains_of_the_key(answer))
    }
}

/// Nobody published how the bank refuses a key that was used before. A rule of its business that is about
/// `externalId` may be that one, and then the earlier copy has acted: it must not pass for "nothing happened". An error
/// answer does not say what it answers, so a read may get the same kind; it means nothing there.
fn complains_of_the_key(answer: &Answer) -> bool {
    answer.json::<ErrorBody>().is_ok_and(|body| {
        body.cause == Some(Cause::WorkflowFault) && body.wrong_fields().contains(&"externalId")
    })
}

#[cfg(test)]
mod tests {
    use rubank_core::error::{ErrorKind, Outcome};
    use rubank_core::http::Reply;

    use crate::catalogue::{sample_cancel, sample_create};
    use crate::tests::{block_on, scripted};

    #[test]
    fn a_refusal_that_names_the_key_is_no_proof_that_nothing_happened() {
        let rows = [
            (
                r#"{"cause":"WORKFLOW_FAULT","fieldNames":["externalId"]}"#,
                ErrorKind::DuplicateKey,
                Outcome::Unknown,
            ),
            (
                r#"{"cause":"WORKFLOW_FAULT","checks":[{"fields":["externalId"]}]}"#,
                ErrorKind::DuplicateKey,
                Outcome::Unknown,
            ),
            (
                r#"{"cause":"WORKFLOW_FAULT","fieldNames":["number"]}"#,
                ErrorKind::BadRequest,
                Outcome::Rejected,
            ),
            (
                r#"{"cause":"WORKFLOW_FAULT"}"#,
                ErrorKind::BadRequest,
                Outcome::Rejected,
            ),
            (
                r#"{"cause":"VALIDATION_FAULT","fieldNames":["externalId"]}"#,
                ErrorKind::BadRequest,
                Outcome::Rejected,
            ),
            ("<html>", ErrorKind::BadRequest, Outcome::Rejected),
        ];
        for (body, kind, outcome) in rows {
            let (client, _) = scripted([Reply::json(400, body), Reply::json(400, body)]);
            let created = block_on(client.send(&sample_create())).unwrap_err();
            let cancelled = block_on(client.send(&sample_cancel())).unwrap_err();
            for error in [created, cancelled] {
                assert_eq!((error.kind(), error.outcome()), (kind, outcome), "{body}");
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
