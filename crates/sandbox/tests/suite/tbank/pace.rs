//! How fast one may be, on the simulated clock.

use std::time::Duration;

use rubank_sandbox::{Sandbox, tbank};
use serde_json::json;

use super::{SALARY, advance, error, open, paced, pay, post, secured};
use crate::wire::{Ask, Reply};

fn too_many(reply: &Reply) -> bool {
    if reply.status == 429 {
        assert_eq!(error(reply).1, tbank::code::TOO_MANY_REQUESTS);
        assert_eq!(reply.header("retry-after"), None, "no page promises one");
    }
    reply.status == 429
}

#[tokio::test]
async fn each_method_has_its_pace() {
    let sandbox = paced(Sandbox::builder()).await;
    let list = || post(&format!("{SALARY}/list"), &json!({}));
    let cases = [
        (10, pay("a", 99, &json!({}))),
        (20, Ask::get("/api/v1/payment/a")),
        (1, list()),
    ];
    for (most, request) in cases {
        for round in 0..2 {
            for _ in 0..most {
                assert!(
                    !too_many(&secured(&sandbox, request.clone()).await),
                    "{most} in {round}"
                );
            }
            assert!(too_many(&secured(&sandbox, request.clone()).await));
            sandbox.clock().advance(Duration::from_millis(999));
            assert!(
                too_many(&secured(&sandbox, request.clone()).await),
                "refused ones do not count"
            );
            sandbox.clock().advance(Duration::from_millis(1));
        }
    }
    sandbox.tbank().enforce_pace(false);
    for _ in 0..3 {
        assert_eq!(secured(&sandbox, list()).await.status, 200);
    }
}

#[tokio::test]
async fn a_card_is_shown_once_in_ten_minutes() {
    let sandbox = paced(Sandbox::builder()).await;
    let card = |id: u64| Ask::get(&format!("{SALARY}/{id}"));
    assert_eq!(
        open(&sandbox, card(tbank::ACCEPTED_REGISTRY)).await.status,
        200
    );
    advance(&sandbox, 599);
    assert!(too_many(
        &open(&sandbox, card(tbank::ACCEPTED_REGISTRY)).await
    ));
    assert!(
        too_many(&open(&sandbox, card(tbank::DRAFT_REGISTRY)).await),
        "one a second for all"
    );
    advance(&sandbox, 1);
    assert_eq!(
        open(&sandbox, card(tbank::DRAFT_REGISTRY)).await.status,
        200
    );
    advance(&sandbox, 1);
    assert_eq!(
        open(&sandbox, card(tbank::ACCEPTED_REGISTRY)).await.status,
        200
    );
}
