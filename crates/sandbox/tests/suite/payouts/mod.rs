//! The payouts platform: people, money, certificates, and everything that can go wrong on the way.

mod access;
mod certificates;
mod documents;
mod faults;
mod limits;
mod lists;
mod money;
mod order;
mod people;

use std::time::Duration;

use rubank_sandbox::{Host, Sandbox, payouts};
use serde_json::{Value, json};

use crate::tbank::send;
use crate::wire::{Ask, Reply, Seen, plain};

pub(crate) const KEY: &str = "order-1";

/// Plain http, and a platform that does not mind haste.
pub(crate) async fn hasty() -> Sandbox {
    let sandbox = plain().await;
    sandbox.payouts().enforce_pace(false);
    sandbox
}

/// With the key and nothing else.
pub(crate) async fn seen(sandbox: &Sandbox, request: Ask) -> Seen {
    let request = request.header("Client-Key", payouts::CLIENT_KEY);
    send(sandbox, Host::PayoutsPlatformApi, request).await
}

pub(crate) async fn call(sandbox: &Sandbox, request: Ask) -> Reply {
    seen(sandbox, request).await.reply()
}

pub(crate) async fn get(sandbox: &Sandbox, path: &str) -> Reply {
    call(sandbox, Ask::send("GET", path, "")).await
}

pub(crate) async fn post(sandbox: &Sandbox, path: &str, body: &Value) -> Reply {
    call(sandbox, Ask::send("POST", path, &body.to_string())).await
}

pub(crate) async fn put(sandbox: &Sandbox, path: &str, body: &Value) -> Reply {
    call(sandbox, Ask::send("PUT", path, &body.to_string())).await
}

/// What stands under `item` of an answer that went well.
pub(crate) fn item(reply: &Reply) -> Value {
    assert_eq!(reply.status, 200, "{}", reply.body);
    reply.json()["item"].clone()
}

/// A payment with whatever else `more` has.
pub(crate) fn payment(key: &str, amount: &str, more: &Value) -> Value {
    let amount: Value = serde_json::from_str(amount).unwrap();
    let mut body = json!({
        "contractor_id": payouts::CONTRACTOR,
        "amount": amount,
        "customer_payment_id": key,
    });
    for (key, value) in more.as_object().unwrap() {
        body[key] = value.clone();
    }
    body
}

pub(crate) async fn pay(sandbox: &Sandbox, key: &str, amount: &str, more: &Value) -> Reply {
    post(sandbox, "/payments", &payment(key, amount, more)).await
}

/// Makes a payment that must be taken, and tells its number.
pub(crate) async fn paid(sandbox: &Sandbox, key: &str, amount: &str) -> u64 {
    let shown = item(&pay(sandbox, key, amount, &json!({})).await);
    shown["id"].as_u64().unwrap()
}

pub(crate) fn sbp() -> Value {
    json!({"type_id": 10, "sbp_bank_id": 100_000_000_004_u64, "account_number": "79990000001"})
}

/// Status and the field of an error, whose model is checked on the way; for other refusals than of fields, the
/// detail.
pub(crate) fn refused(reply: &Reply) -> (u16, String) {
    let body = reply.json();
    let error = &body["error"];
    assert_eq!(error["code"], reply.status, "{body}");
    assert!(
        error["title"].is_string() && error["detail"].is_string(),
        "{body}"
    );
    let field = error["fields"][0]["field"].as_str();
    if field.is_some() {
        assert!(error["fields"][0]["messages"][0].is_string(), "{body}");
    }
    let told = field.or(error["detail"].as_str()).unwrap();
    (reply.status, told.to_owned())
}

pub(crate) fn wrong(field: &str) -> (u16, String) {
    (422, field.to_owned())
}

pub(crate) fn advance(sandbox: &Sandbox, seconds: u64) {
    sandbox.clock().advance(Duration::from_secs(seconds));
}
