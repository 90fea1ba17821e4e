//! T-Bank: registries, their payment, and everything that can go wrong on the way.

mod access;
mod contract;
mod faults;
mod money;
mod pace;
mod registries;
mod self_employed;
mod stand;

use std::time::Duration;

use rubank_sandbox::{Builder, Host, Sandbox, tbank};
use serde_json::{Value, json};
use tokio::net::TcpStream;

use crate::wire::{Ask, Reply, Seen, exchange};

pub(crate) const CORRELATION: &str = "cf99df08-0829-4614-8da3-0e440fd23fe0";
pub(crate) const SALARY: &str = "/api/v1/salary/payment-registry";
pub(crate) const SELF_EMPLOYED: &str = "/api/v1/self-employed/payment-registry";
pub(crate) const PAY: &str = "/api/v1/payment/payment-registry/pay";

/// Plain http, and a bank that does not mind haste.
pub(crate) async fn hasty() -> Sandbox {
    let sandbox = paced(Sandbox::builder()).await;
    sandbox.tbank().enforce_pace(false);
    sandbox
}

pub(crate) async fn paced(builder: Builder) -> Sandbox {
    builder.seed(7).plain().start().await.unwrap()
}

pub(crate) async fn connect(sandbox: &Sandbox, host: Host) -> TcpStream {
    let (_, rest) = sandbox.url(host).split_once("://").unwrap();
    let address = rest.split('/').next().unwrap();
    TcpStream::connect(address).await.unwrap()
}

/// One request below the base URL of a host; the prefix is put before its path.
pub(crate) async fn send(sandbox: &Sandbox, host: Host, request: Ask) -> Seen {
    let request = request.below(host.prefix());
    exchange(connect(sandbox, host).await, &request).await
}

/// With the seeded token, on the secured host.
pub(crate) async fn secured(sandbox: &Sandbox, request: Ask) -> Reply {
    let host = Host::TBankRegistrySecured;
    send(sandbox, host, request.token(tbank::TOKEN))
        .await
        .reply()
}

/// With the seeded token, on the open host.
pub(crate) async fn open(sandbox: &Sandbox, request: Ask) -> Reply {
    let host = Host::TBankRegistryOpen;
    send(sandbox, host, request.token(tbank::TOKEN))
        .await
        .reply()
}

pub(crate) fn post(path: &str, body: &Value) -> Ask {
    Ask::send("POST", path, &body.to_string())
}

pub(crate) fn result(path: &str, correlation: &str) -> Ask {
    Ask::get(&format!("{path}?correlationId={correlation}"))
}

/// A payment of a registry, with whatever else `more` has.
pub(crate) fn pay(id: &str, registry: u64, more: &Value) -> Ask {
    let mut body = json!({
        "id": id,
        "paymentRegistryId": registry,
        "accountNumber": tbank::COMPANY_ACCOUNT,
        "purpose": format!("Заработная плата. Согласно реестру {registry}"),
    });
    for (key, value) in more.as_object().unwrap() {
        body[key] = value.clone();
    }
    post(PAY, &body)
}

pub(crate) fn line(number: u64, account: &str, sum: &str) -> Value {
    let sum: Value = serde_json::from_str(sum).unwrap();
    json!({
        "number": number,
        "accountNumber": account,
        "paymentPurpose": "Заработная плата",
        "employeeInfo": {"firstName": "Иван", "lastName": "Примеров"},
        "sum": sum,
    })
}

pub(crate) fn create(create_type: &str, lines: &[Value]) -> Ask {
    let body = json!({
        "correlationId": CORRELATION,
        "registryCreateType": create_type,
        "payments": lines,
    });
    post(&format!("{SALARY}/create"), &body)
}

pub(crate) fn action(path: &str, correlation: &str, registry: u64) -> Ask {
    post(
        path,
        &json!({"correlationId": correlation, "paymentRegistryId": registry}),
    )
}

pub(crate) async fn status(sandbox: &Sandbox, id: &str) -> Value {
    secured(sandbox, Ask::get(&format!("/api/v1/payment/{id}")))
        .await
        .json()
}

pub(crate) async fn card(sandbox: &Sandbox, registry: u64) -> Value {
    open(sandbox, Ask::get(&format!("{SALARY}/{registry}")))
        .await
        .json()
}

/// Status and code of an error, whose model is checked on the way.
pub(crate) fn error(reply: &Reply) -> (u16, String) {
    let body = reply.json();
    let text = |key: &str| body[key].as_str().unwrap().to_owned();
    assert!((1..=50).contains(&text("errorId").len()), "{body}");
    assert!(
        (1..=400).contains(&text("errorMessage").chars().count()),
        "{body}"
    );
    assert_eq!(reply.header("x-request-id").map(str::len), Some(36));
    (reply.status, text("errorCode"))
}

pub(crate) fn advance(sandbox: &Sandbox, seconds: u64) {
    sandbox.clock().advance(Duration::from_secs(seconds));
}
