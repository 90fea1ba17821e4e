//! Key, headers, query keys, pace, and the table of operations.

use rubank_sandbox::payouts::PaymentEnd;
use rubank_sandbox::{Host, Sandbox, payouts};
use rustls::pki_types::ServerName;
use serde_json::json;

use super::{KEY, advance, call, get, hasty, paid, post, refused};
use crate::tbank::{connect, send};
use crate::wire::{Ask, exchange, plain};

async fn bare(sandbox: &Sandbox, request: Ask) -> (u16, String) {
    refused(
        &send(sandbox, Host::PayoutsPlatformApi, request)
            .await
            .reply(),
    )
}

#[tokio::test]
async fn there_are_48_operations_and_eleven_have_no_path() {
    let sandbox = plain().await;
    let own = |route: &&rubank_sandbox::Route| route.host == Host::PayoutsPlatformApi;
    let routes: Vec<_> = sandbox.routes().iter().filter(own).collect();
    assert_eq!(routes.len(), 48);
    let overrides: Vec<_> = sandbox.overrides().filter(own).collect();
    assert_eq!(overrides.len(), 11);
    for route in overrides {
        let path = format!("/unverified/{}", route.operation);
        assert!(route.path.starts_with(&path), "{}", route.path);
    }
    assert!(
        sandbox
            .url(Host::PayoutsPlatformApi)
            .ends_with("/services/one-c")
    );
    assert_eq!(refused(&get(&sandbox, "/agents").await).0, 404);
    let head = Ask::send("HEAD", "/contractors", "");
    assert_eq!(call(&sandbox, head).await.status, 404);
}

#[tokio::test]
async fn the_key_is_a_header_and_nothing_else() {
    let sandbox = plain().await;
    let ask = |path: &str| Ask::send("GET", path, "");
    let unauthorised = (401, "Требуется авторизация".to_owned());
    assert_eq!(bare(&sandbox, ask("/contractors")).await, unauthorised);
    let wrong = ask("/contractors").header("Client-Key", "other");
    assert_eq!(bare(&sandbox, wrong).await, unauthorised);
    let query = format!("/contractors?client_key={}", payouts::CLIENT_KEY);
    assert_eq!(bare(&sandbox, ask(&query)).await, unauthorised);
    let (status, why) = refused(&get(&sandbox, &query).await);
    assert_eq!(status, 400);
    assert!(
        why.starts_with("client_key: ") && !why.contains(payouts::CLIENT_KEY),
        "{why}"
    );

    sandbox.payouts().change_key("rotated");
    assert_eq!(get(&sandbox, "/contractors").await.status, 401);
    let fresh = ask("/contractors").header("Client-Key", "rotated");
    let reply = send(&sandbox, Host::PayoutsPlatformApi, fresh)
        .await
        .reply();
    assert_eq!(reply.status, 200);
}

#[tokio::test]
async fn headers_and_query_keys_are_strict() {
    let sandbox = plain().await;
    let ask = |path: &str| Ask::send("GET", path, "");
    for (request, told) in [
        (
            ask("/contractors").without("Accept"),
            "accept: header is not present",
        ),
        (
            ask("/contractors")
                .without("Accept")
                .header("Accept", "*/*"),
            "accept: must name application/json",
        ),
        (
            ask("/contractors").without("Content-Type"),
            "content-type: header is not present",
        ),
        (
            ask("/contractors")
                .without("Content-Type")
                .header("Content-Type", "text/plain"),
            "content-type: must be application/json",
        ),
        (
            ask("/contractors?pages=1"),
            "pages: is not a known query parameter",
        ),
        (
            ask("/contractors/101?include=agent"),
            "include: is not a known query parameter",
        ),
        (
            Ask::send("GET", "/contractors", "{}"),
            "body: must be empty",
        ),
        (
            Ask::send("POST", "/payments", "[]"),
            "body: must be a JSON object",
        ),
    ] {
        let reply = call(&sandbox, request).await;
        assert_eq!(refused(&reply), (400, told.to_owned()));
    }
    let charset = ask("/contractors")
        .without("Content-Type")
        .header("Content-Type", "application/json; charset=utf-8");
    assert_eq!(call(&sandbox, charset).await.status, 200);
}

#[tokio::test]
async fn a_payment_is_told_once_a_minute_until_it_is_final() {
    let sandbox = plain().await;
    // One that never ends.
    sandbox.payouts().end_attempt(1, PaymentEnd::Unheard);
    let id = paid(&sandbox, KEY, "100").await;
    let paths = [
        format!("/payments/{id}"),
        format!("/v2/payments/{id}"),
        format!("/payments/customer-payment/{KEY}"),
    ];
    for path in &paths {
        assert_eq!(get(&sandbox, path).await.status, 200);
        for other in &paths {
            let again = get(&sandbox, other).await;
            assert_eq!(
                (again.status, again.body.as_str()),
                (429, ""),
                "one minute for all three"
            );
        }
        let list = get(&sandbox, &format!("/payments?ids={id}")).await;
        assert_eq!(list.status, 200, "lists have no pace");
        advance(&sandbox, 59);
        assert_eq!(get(&sandbox, path).await.status, 429);
        advance(&sandbox, 1);
    }
    let ended = paid(&sandbox, "another", "100").await;
    advance(&sandbox, 90);
    for _ in 0..3 {
        let shown = get(&sandbox, &format!("/payments/{ended}")).await.json();
        assert_eq!(shown["item"]["is_final"], true);
    }
}

#[tokio::test]
async fn the_tax_service_is_asked_twice_a_minute() {
    let sandbox = plain().await;
    let path = format!("/contractors/{}/selfemployer", payouts::AWAITING_CONSENT);
    let sync = format!("{path}/sync");
    let ask = async || call(&sandbox, Ask::send("POST", &sync, "")).await.status;
    let other = format!("/contractors/{}/selfemployer/sync", payouts::SELF_EMPLOYED);
    assert_eq!((ask().await, ask().await), (200, 429));
    let other = call(&sandbox, Ask::send("POST", &other, "")).await;
    assert_eq!(other.status, 200, "each contractor has their own pace");
    // in process for four seconds
    assert_eq!(get(&sandbox, &path).await.status, 200);
    advance(&sandbox, 1);
    assert_eq!(get(&sandbox, &path).await.status, 429);
    advance(&sandbox, 1);
    assert_eq!(get(&sandbox, &path).await.status, 200);
    advance(&sandbox, 2);
    for _ in 0..2 {
        let shown = get(&sandbox, &path).await.json();
        assert_eq!(shown["item"]["sync"]["in_process"], false);
    }
    advance(&sandbox, 25);
    assert_eq!(ask().await, 429);
    advance(&sandbox, 1);
    assert_eq!(ask().await, 200);
}

#[tokio::test]
async fn equal_seeds_make_equal_platforms() {
    let mut bodies = Vec::new();
    for _ in 0..2 {
        let sandbox = hasty().await;
        let kind = json!({"id": payouts::NOMENCLATURE, "name": "t"});
        let body = json!({"name": "n", "type": kind});
        let made = post(&sandbox, "/nomenclatures", &body).await.body;
        let list = get(
            &sandbox,
            "/v2/payments?per_page=200&include=history,requisite",
        )
        .await;
        bodies.push((made, list.body));
    }
    assert_eq!(bodies[0], bodies[1]);
}

#[tokio::test]
async fn no_client_certificate_is_asked_for() {
    let sandbox = Sandbox::builder().start().await.unwrap();
    let connector = crate::tls::connector(&sandbox, None);
    let name = ServerName::try_from("127.0.0.1").unwrap();
    let stream = connect(&sandbox, Host::PayoutsPlatformApi).await;
    let stream = connector.connect(name, stream).await.unwrap();
    let request = Ask::send("GET", "/contractors", "")
        .header("Client-Key", payouts::CLIENT_KEY)
        .below(Host::PayoutsPlatformApi.prefix());
    assert_eq!(exchange(stream, &request).await.reply().status, 200);
}
