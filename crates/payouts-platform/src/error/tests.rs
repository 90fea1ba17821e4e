use rubank_core::error::{ErrorKind, Outcome};
use rubank_core::http::Reply;

use super::*;
use crate::certificates::{GetCertificate, PayCertificate};
use crate::contractors::DeleteContractor;
use crate::ids::RequisiteId;
use crate::payments::{self, RepeatPayment};
use crate::tests::{block_on, refusal, scripted};

#[test]
fn a_used_key_is_never_a_refusal_and_other_refusals_are() {
    use ErrorKind::{BadRequest, DuplicateKey, Forbidden, NotFound, Unprocessable};
    use Outcome::{Rejected, Unknown};
    // What the platform answers, and what the caller of a plain `send` is told.
    let rows = [
        (
            refusal(422, &["customer_payment_id"]),
            DuplicateKey,
            Unknown,
        ),
        (refusal(422, &["idempotency_key"]), DuplicateKey, Unknown),
        (
            refusal(422, &["data.customer_payment_id"]),
            DuplicateKey,
            Unknown,
        ),
        (
            refusal(400, &["amount", "customer_payment_id"]),
            DuplicateKey,
            Unknown,
        ),
        (refusal(409, &[]), DuplicateKey, Unknown),
        (refusal(409, &["amount"]), DuplicateKey, Unknown),
        (Reply::empty(409), DuplicateKey, Unknown),
        // Nothing is named, so it may be the key.
        (refusal(400, &[]), BadRequest, Unknown),
        (refusal(422, &[]), Unprocessable, Unknown),
        (refusal(422, &[" "]), Unprocessable, Unknown),
        (Reply::empty(422), Unprocessable, Unknown),
        (Reply::html(400), BadRequest, Unknown),
        (Reply::json(400, r#"{"message":"no"}"#), BadRequest, Unknown),
        // Something else is named.
        (refusal(422, &["amount"]), Unprocessable, Rejected),
        (
            refusal(400, &["requisite.sbp_bank_id"]),
            BadRequest,
            Rejected,
        ),
        (refusal(422, &["payment_id"]), Unprocessable, Rejected),
        // No refusal of a key has these.
        (refusal(403, &[]), Forbidden, Rejected),
        (refusal(404, &[]), NotFound, Rejected),
    ];
    for (reply, kind, outcome) in rows {
        let shown = format!("{reply:?}");
        let (client, _) = scripted([reply.clone()]);
        let error = block_on(client.send(&payments::sample())).unwrap_err();
        assert_eq!((error.kind(), error.outcome()), (kind, outcome), "{shown}");
        let (client, _) = scripted([reply]);
        let pay = PayCertificate::new(
            1,
            "6f9619ff-8b86-4011-b42d-00c04fc964ff",
            RequisiteId::new(5),
        );
        let error = block_on(client.send(&pay)).unwrap_err();
        assert_eq!((error.kind(), error.outcome()), (kind, outcome), "{shown}");
    }
}

#[test]
fn only_a_write_with_a_key_can_have_used_it() {
    for reply in [refusal(409, &[]), refusal(422, &["idempotency_key"])] {
        let (client, _) = scripted([reply.clone()]);
        let error = block_on(client.send(&RepeatPayment::new(1))).unwrap_err();
        assert_eq!(error.outcome(), Outcome::Rejected, "{error}");
        assert_ne!(error.kind(), ErrorKind::DuplicateKey, "{error}");
    }
}

#[test]
fn what_cannot_be_deleted_is_refused_and_a_gateway_that_gave_up_is_not() {
    let other = Reply::json(499, r#"{"error":{"title":"gone","code":500}}"#);
    for (reply, outcome) in [
        (refusal(499, &[]), Outcome::Rejected),
        (other, Outcome::Unknown),
        (Reply::empty(499), Outcome::Unknown),
        (Reply::html(499), Outcome::Unknown),
    ] {
        let (client, _) = scripted([reply]);
        let error = block_on(client.send(&DeleteContractor::new(1))).unwrap_err();
        assert_eq!(error.outcome(), outcome, "{error}");
        assert_eq!(
            error.kind() == ErrorKind::BadRequest,
            outcome == Outcome::Rejected
        );
    }
}

#[test]
fn only_the_platform_itself_says_that_something_is_missing() {
    let rows = [
        (refusal(404, &[]), true),
        (Reply::json(404, r#"{"message":"no"}"#), false),
        (Reply::html(404), false),
        (Reply::empty(404), false),
        (refusal(422, &[]), false),
    ];
    for (reply, expected) in rows {
        let (client, _) = scripted([reply]);
        let error = block_on(client.send(&GetCertificate::new(1))).unwrap_err();
        assert_eq!(is_missing(&error), expected, "{error}");
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
