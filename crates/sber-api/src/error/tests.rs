use std::sync::Arc;

use rubank_core::auth::{MemoryTokenStore, StoredTokens, TokenStore};
use rubank_core::clock::ManualClock;
use rubank_core::error::ErrorKind;
use rubank_core::http::{Reply, ScriptedService};
use rubank_core::retry::RetryPolicy;
use time::macros::datetime;

use super::*;
use crate::tests::{block_on, scripted};
use crate::{Client, GetUserInfo};

fn refused(reply: Reply) -> Error {
    // A 401 is asked once more.
    let (client, _) = scripted([
        reply.clone(),
        reply.clone(),
        reply.clone(),
        reply.clone(),
        reply,
    ]);
    block_on(client.send(&GetUserInfo::new())).unwrap_err()
}

#[test]
fn every_shape_is_read_and_advised_on() {
    let cause = |cause: &str| format!(r#"{{"cause":"{cause}","message":"canary"}}"#);
    let error = |error: &str| format!(r#"{{"error":"{error}","error_description":"canary"}}"#);
    let rows = [
        (400, cause("DESERIALIZATION_FAULT"), Advice::FixTheRequest),
        (400, cause("VALIDATION_FAULT"), Advice::FixTheRequest),
        (400, cause("WORKFLOW_FAULT"), Advice::ReadTheRule),
        (401, cause("UNAUTHORIZED"), Advice::SignInAgain),
        (403, cause("ACTION_ACCESS_EXCEPTION"), Advice::AskForScope),
        (403, cause("ACCESS_EXCEPTION"), Advice::AskUserForAccount),
        (
            403,
            cause("CERTIFICATE_ACCESS_EXCEPTION"),
            Advice::CheckCertificate,
        ),
        (404, cause("DATA_NOT_FOUND"), Advice::NothingFound),
        (404, cause("DATA_NOT_FOUND_EXCEPTION"), Advice::NothingFound),
        (429, cause("TOO_MANY_REQUESTS"), Advice::RetryLater),
        (500, cause("UNKNOWN_EXCEPTION"), Advice::RetryLater),
        (
            503,
            cause("UNAVAILABLE_RESOURCE_EXCEPTION"),
            Advice::RetryLater,
        ),
        (400, error("invalid_request"), Advice::FixTheRequest),
        (400, error("invalid_grant"), Advice::SignInAgain),
        (401, error("invalid_client"), Advice::CheckClientSecret),
        (401, error("invalid_token"), Advice::SignInAgain),
        (400, error("invalid_token"), Advice::AskTheBank),
        (400, error("invalid_scope"), Advice::AskForScope),
        (
            400,
            r#"{"errorCode":"invalid_grant","errorMsg":"canary"}"#.to_owned(),
            Advice::SignInAgain,
        ),
        // `cause` with the sign-in's values, as its third shape has it.
        (400, cause("invalid_grant"), Advice::SignInAgain),
        (400, cause("NEVER_SEEN_BEFORE"), Advice::AskTheBank),
        (
            400,
            r#"{"message":"canary"}"#.to_owned(),
            Advice::FixTheRequest,
        ),
        (400, "{".to_owned(), Advice::FixTheRequest),
        (403, String::new(), Advice::AskTheBank),
        (404, String::new(), Advice::NothingFound),
        (429, String::new(), Advice::RetryLater),
        (503, String::new(), Advice::RetryLater),
    ];
    for (status, body, advice) in rows {
        let error = refused(Reply::json(status, body.clone()));
        assert_eq!(error.status().map(|status| status.as_u16()), Some(status));
        assert_eq!(Advice::of(&error), advice, "{status} {body}");
        let read = ErrorBody::of(&error);
        assert_eq!(error.code(), read.as_ref().and_then(ErrorBody::code));
        let shown = format!("{error:#} {error:?} {read:?}");
        assert!(!shown.contains("canary"), "{shown}");
    }
    assert_eq!(
        Advice::of(&refused(Reply::html(400))),
        Advice::CheckCertificate
    );
}

#[test]
fn the_token_that_the_bank_repeats_never_surfaces() {
    let said = "accessToken not found by value = canary-token";
    for body in [
        format!(r#"{{"cause":"UNAUTHORIZED","referenceId":"1-2","message":"{said}"}}"#),
        format!(r#"{{"error":"{said}","error_description":"{said}","error_uri":"{said}"}}"#),
        format!(r#"{{"errorCode":"{said}","errorMsg":"{said}"}}"#),
        format!(
            r#"{{"cause":"{said}","checks":[{{"level":"{said}","message":"{said}","fields":["{said}"]}}]}}"#
        ),
        format!(
            r#"{{"cause":"UNAUTHORIZED","checks":["{said}"],"fieldNames":["{said}"],"referenceId":"{said}"}}"#
        ),
        said.to_owned(),
    ] {
        let error = refused(Reply::json(401, body));
        assert_eq!(error.kind(), ErrorKind::Unauthorized);
        let shown = format!(
            "{error} {error:#} {error:?} {:?} {:?} {:?}",
            error.bank_error(),
            ErrorBody::of(&error),
            Advice::of(&error),
        );
        assert!(!shown.contains("canary"), "{shown}");
    }
}

/// Tokens in all their shapes, in the fields that hold codes: of the API's errors, and of those of a refresh.
#[test]
fn a_token_in_the_place_of_a_code_never_surfaces() {
    let tokens = [
        "AbCdEfGhIjKlMnOpQrStUvWxYz0123456789Ab",
        "SANDBOXR7QK2M9X4C8V1B6N3Z5L0W7E2T9Y4U8",
        "0f8fad5b-d9cb-469f-a165-70867728950e",
        "faceb00c-dead-4bee-babe-cafedecafbad-1",
        "dBjftJeZ4CVP-mB92K_uhbUJU1p1r",
        "2YotnFZFEjr1zCsicMWpAA",
        "eyJhbGciOiJnb3N0MzQuMTAifQ.eyJzdWIiOiI1YmU0In0.c2lnbmF0dXJl",
    ];
    for token in tokens {
        for field in ["error", "errorCode", "cause"] {
            let reply = Reply::json(401, format!(r#"{{"{field}":"{token}"}}"#));
            let error = refused(reply.clone());
            let body = ErrorBody::of(&error);
            assert_eq!(error.code(), Some(token), "a program may read it");
            let refresh = block_on(refresh_refused(reply));
            let cause = std::error::Error::source(&refresh);
            let shown = format!(
                "{error} {error:#} {error:?} {error:#?} {:?} {body:?} {body:#?} {refresh} {refresh:#} {refresh:?} {cause:?}",
                error.bank_error(),
            );
            assert!(!shown.contains(token), "{field}: {shown}");
            for code in body.iter().flat_map(|body| {
                [
                    body.cause.as_ref().map(ToString::to_string),
                    body.error.as_ref().map(ToString::to_string),
                ]
            }) {
                assert_ne!(code.as_deref(), Some(token), "{field}");
            }
        }
    }
}

#[test]
fn wrong_fields_are_collected_once() {
    let body =
        r#"{"fieldNames":["a","b"],"checks":[{"fields":["b","c"]},"broken",{"level":"WARNING"}]}"#;
    let read: ErrorBody = rubank_core::read::read(body.as_bytes()).unwrap();
    assert_eq!(read.wrong_fields(), ["a", "b", "c"]);
    assert_eq!(serde_json::to_string(&read).unwrap().len(), body.len());
    let nothing: ErrorBody = rubank_core::read::read(b"{}").unwrap();
    assert!(nothing.wrong_fields().is_empty() && nothing.code().is_none());
}

#[test]
fn the_banks_reference_is_kept() {
    let body =
        r#"{"cause":"UNKNOWN_EXCEPTION","referenceId":"00000000-0000-4000-8000-000000000500"}"#;
    let error = refused(Reply::json(500, body));
    assert_eq!(
        error.request_id(),
        Some("00000000-0000-4000-8000-000000000500")
    );
    for (header, id) in [("x-request-id", "r-1"), ("x-rq-uid", "r-2")] {
        let error = refused(Reply::json(500, body).with_header(header, id));
        assert_eq!(error.request_id(), Some(id));
    }
}

#[test]
fn what_the_token_endpoint_says_is_advised_on() {
    let rows = [
        (
            Reply::json(400, r#"{"error":"invalid_grant"}"#),
            Advice::SignInAgain,
        ),
        (
            Reply::json(401, r#"{"error":"invalid_client"}"#),
            Advice::CheckClientSecret,
        ),
        // Not the end of the sign-in: a person is not bothered for what nobody can explain.
        (
            Reply::json(401, r#"{"error":"invalid_token"}"#),
            Advice::AskTheBank,
        ),
        (
            Reply::json(401, r#"{"cause":"UNAUTHORIZED"}"#),
            Advice::AskTheBank,
        ),
        (
            Reply::json(400, r#"{"errorCode":"unauthorized_client"}"#),
            Advice::AskForScope,
        ),
        (
            Reply::json(403, r#"{"cause":"CERTIFICATE_ACCESS_EXCEPTION"}"#),
            Advice::CheckCertificate,
        ),
        (
            Reply::json(400, r#"{"cause":"NEVER_SEEN_BEFORE"}"#),
            Advice::AskTheBank,
        ),
        (Reply::html(400), Advice::CheckCertificate),
        (Reply::empty(401), Advice::AskTheBank),
        (Reply::empty(503), Advice::RetryLater),
        (Reply::Refused, Advice::RetryLater),
        (Reply::html(200), Advice::SeeTheError),
    ];
    for (reply, advice) in rows {
        let error = block_on(refresh_refused(reply));
        assert_eq!(error.kind(), ErrorKind::Auth);
        assert_eq!(Advice::of(&error), advice, "{error:#}");
    }
}

/// What a call meets whose refresh is answered so.
async fn refresh_refused(reply: Reply) -> Error {
    let (local, store) = ("http://127.0.0.1:1", Arc::new(MemoryTokenStore::new()));
    let environment = crate::environment("test", local, local, local);
    let key = crate::token_key(&environment, "10000", "anna");
    store
        .save(&key, &StoredTokens::new("r".into()))
        .await
        .unwrap();
    let client = Client::builder(environment)
        .credentials(crate::credentials("10000", "s", "anna", store))
        .transport(ScriptedService::new([reply]))
        .retry_policy(RetryPolicy::never())
        .clock(ManualClock::new(datetime!(2026-11-21 10:00 UTC)))
        .build()
        .unwrap();
    client.send(&GetUserInfo::new()).await.unwrap_err()
}
