use rubank_core::error::Outcome;
use rubank_core::http::Reply;

use super::*;
use crate::GetWaybillState;
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

#[test]
fn only_the_banks_own_404_says_that_there_is_no_waybill() {
    let rows = [
        (
            Reply::json(404, r#"{"cause":"DATA_NOT_FOUND_EXCEPTION"}"#),
            true,
        ),
        (Reply::json(404, r#"{"cause":"DATA_NOT_FOUND"}"#), true),
        (
            Reply::json(404, r#"{"referenceId":"00000000","message":"-"}"#),
            true,
        ),
        (Reply::json(404, r#"{"cause":"NO_SUCH_ROUTE"}"#), false),
        (
            Reply::json(404, r#"{"status":404,"error":"Not Found","path":"/"}"#),
            false,
        ),
        (Reply::json(404, "{}"), false),
        (Reply::html(404), false),
        (Reply::empty(404), false),
        (Reply::json(400, r#"{"cause":"DATA_NOT_FOUND"}"#), false),
    ];
    for (reply, expected) in rows {
        let (client, _) = scripted([reply.clone()]);
        let state = GetWaybillState::new("6f9619ff-8b86-4011-b42d-00c04fc964ff");
        let error = block_on(client.send(&state)).unwrap_err();
        assert_eq!(is_missing(&error), expected, "{reply:?}");
    }
}
