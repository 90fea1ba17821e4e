use rubank_core::error::{ErrorKind, Outcome};
use rubank_core::http::Reply;

use super::*;
use crate::payments;
use crate::tests::{block_on, refusal, scripted};

#[test]
fn a_used_key_is_never_a_refusal_and_other_refusals_are() {
    let rows = [
        (
            refusal(422, &["customer_payment_id"]),
            ErrorKind::DuplicateKey,
            Outcome::Unknown,
        ),
        (
            refusal(400, &["amount", "customer_payment_id"]),
            ErrorKind::DuplicateKey,
            Outcome::Unknown,
        ),
        (refusal(409, &[]), ErrorKind::DuplicateKey, Outcome::Unknown),
        (Reply::empty(409), ErrorKind::DuplicateKey, Outcome::Unknown),
    ];
    for (reply, kind, outcome) in rows {
        let (client, _) = scripted([reply]);
        let error = block_on(client.send(&payments::sample())).unwrap_err();
        assert_eq!((error.kind(), error.outcome()), (kind, outcome));
    }
    for reply in [
        refusal(422, &["amount"]),
        refusal(422, &[]),
        refusal(403, &[]),
    ] {
        let (client, _) = scripted([reply]);
        let error = block_on(client.send(&payments::sample())).unwrap_err();
        assert_eq!(error.outcome(), Outcome::Rejected);
        assert_ne!(error.kind(), ErrorKind::DuplicateKey);
    }
}

#[test]
fn whatever_the_body_is_the_status_is_kept_and_nothing_is_told() {
    let said =
        |fields: &str| format!(r#"{{"error":{{"title":"canary","fields":{fields},"code":400}}}}"#);
    let rows = [
        (Reply::json(400, said("null")), Some("400")),
        (Reply::json(400, said("[]")), Some("400")),
        (
            Reply::json(400, said(r#"[{"field":"a.b","messages":["canary"]},7]"#)),
            Some("400"),
        ),
        (Reply::json(400, r#"{"message":"canary"}"#), None),
        (Reply::json(400, "canary"), None),
        (Reply::html(400), None),
        (Reply::empty(400), None),
    ];
    for (reply, code) in rows {
        let (client, _) = scripted([reply]);
        let error = block_on(client.send(&payments::sample())).unwrap_err();
        assert_eq!(error.status().map(|status| status.as_u16()), Some(400));
        assert_eq!(error.code(), code);
        assert_eq!(ErrorBody::of(&error).is_some(), code.is_some());
        let printed = format!("{error:#} {error:?} {:?}", ErrorBody::of(&error));
        assert!(!printed.contains("canary"), "{printed}");
    }
}
