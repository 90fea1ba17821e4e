//! What the bank refuses, and how it says so.

use serde_json::{Value, json};

use crate::wire::{Ask, LIST, ask, call, pay_once, plain, token};

#[tokio::test]
async fn reads_are_refused_with_the_key_named() {
    let sandbox = plain().await;
    let token = token(&sandbox).await;
    let list = |more: &str| Ask::get(&format!("{LIST}{more}"));
    let bare = |path: &str| Ask::get(&format!("/api/sbp/jp/v1/{path}"));
    let cases = [
        (list("").without("Accept"), "accept: header is not present"),
        (
            list("").without("Accept").header("Accept", "*/*"),
            "accept: must name application/json",
        ),
        (
            list("").header("Content-Type", "text/plain"),
            "content-type: must be application/json",
        ),
        (bare("outgoing-payments"), "b2bClientId: is required"),
        (
            bare("outgoing-payments?b2bClientId="),
            "b2bClientId: is empty",
        ),
        (list("&b2bClientId=x"), "b2bClientId: is repeated"),
        (
            list("&status=COMPLETE"),
            "status: is not a known query parameter",
        ),
        (list("&limit=0"), "limit: must be an integer of 1 to 100"),
        (list("&limit=101"), "limit: must be an integer of 1 to 100"),
        (list("&limit=ten"), "limit: must be an integer of 1 to 100"),
        (
            list("&offset=-1"),
            "offset: must be an integer of 0 to 4294967295",
        ),
        (list("&sort=status"), "sort: must be field,direction"),
        (
            list("&sort=status,up"),
            "sort: direction must be asc or desc",
        ),
        (list("&sort=qrcId,asc"), "sort: field cannot be sorted by"),
        (
            list("&sort=status,asc&sort=status,desc"),
            "sort: names a field twice",
        ),
        (
            list("&sort=status,asc&sort=amount,asc&sort=timestamp,asc&sort=payerAccount,asc"),
            "sort: has more than three keys",
        ),
        (
            bare("outgoing-payments/x/status"),
            "b2bClientId: is required",
        ),
        (
            bare("outgoing-payments/x/status?b2bClientId=y"),
            "outgoingPaymentId: is not a payment of this client",
        ),
        (
            bare("payment-urls/x/data"),
            "qrcId: is not a known payment link",
        ),
        (
            bare("payment-urls/x/data?b2bClientId=y"),
            "b2bClientId: is not a known query parameter",
        ),
    ];
    for (request, description) in cases {
        let reply = ask(&sandbox, &request.token(&token)).await.reply();
        let expected = (400, "invalid_request".to_owned(), description.to_owned());
        assert_eq!(reply.error(), expected);
    }
    assert!(
        sandbox
            .calls()
            .iter()
            .all(|call| call.handled && call.fault.is_none())
    );
}

#[tokio::test]
async fn writes_are_refused_with_the_field_named() {
    let sandbox = plain().await;
    let token = token(&sandbox).await;
    let path = "/api/sbp/jp/v1/outgoing-payments/one-pay";
    let text = String::from_utf8(pay_once().bytes(false)).unwrap();
    let good: Value = serde_json::from_str(text.split_once("\r\n\r\n").unwrap().1).unwrap();
    let cases = [
        ("/amount", json!("123456"), "amount: must be a whole number"),
        ("/amount", json!(0), "amount: must be at least 1"),
        (
            "/amount",
            json!(5),
            "amount: is not the sum of the payment link",
        ),
        ("/takeTax", json!("false"), "takeTax: must be true or false"),
        (
            "/paymentPurpose",
            json!("Я".repeat(211)),
            "paymentPurpose: must have 1 to 210 characters",
        ),
        (
            "/payerAccount",
            json!("1"),
            "payerAccount: must have 20 to 20 characters",
        ),
        (
            "/payerAccount",
            json!("0".repeat(20)),
            "payerAccount: is not an account of this client",
        ),
        ("/qrcId", json!("x"), "qrcId: is not a known payment link"),
        ("/client", json!("x"), "client: must be a JSON object"),
        (
            "/client",
            json!({"partnerId": 1}),
            "client.b2bClientId: is required",
        ),
        (
            "/client/partnerId",
            json!("1"),
            "client.partnerId: must be a whole number",
        ),
        (
            "/client/b2bClientId",
            json!("x"),
            "client.b2bClientId: is not a client of this token",
        ),
        (
            "/digestSignatures",
            json!([]),
            "digestSignatures: must not be empty",
        ),
        (
            "/digestSignatures/0",
            json!({"base64Encoded": "?", "signatureType": "RSA"}),
            "digestSignatures[0].base64Encoded: is not base64",
        ),
        (
            "/digestSignatures/0/signatureType",
            json!("GOST"),
            "digestSignatures[0].signatureType: must be KEP or RSA",
        ),
    ];
    for (place, value, description) in cases {
        let mut body = good.clone();
        *body.pointer_mut(place).unwrap() = value;
        let request = Ask::send("POST", path, &body.to_string()).token(&token);
        assert_eq!(ask(&sandbox, &request).await.reply().error().2, description);
    }
    let mut more = good.clone();
    more["signatures"] = json!([]);
    let others = [
        (
            Ask::send("POST", path, &more.to_string()),
            "signatures: is not a known field",
        ),
        (Ask::send("POST", path, "{"), "body: must be a JSON object"),
        (
            pay_once().without("Content-Type"),
            "content-type: header is not present",
        ),
        (
            Ask::send("POST", &format!("{path}?x=1"), &good.to_string()),
            "x: is not a known query parameter",
        ),
    ];
    for (request, description) in others {
        let reply = ask(&sandbox, &request.token(&token)).await.reply();
        assert_eq!((reply.status, reply.error().2.as_str()), (400, description));
    }
    assert!(sandbox.ledger().entries().is_empty());
}

#[tokio::test]
async fn other_paths_and_methods_are_unknown_endpoints() {
    let sandbox = plain().await;
    let cases = [
        Ask::get("/"),
        Ask::get("/api/sbp/jp/v1/outgoing-payments/"),
        Ask::get("/API/sbp/jp/v1/outgoing-payments"),
        Ask::get("/oidc/token"),
        Ask::send("DELETE", LIST, ""),
        Ask::send("POST", LIST, "{}"),
    ];
    for request in cases {
        let reply = call(&sandbox, request).await;
        let documented = "Endpoint is not found or not active".to_owned();
        assert_eq!(
            reply.error(),
            (404, "unknown_endpoint".to_owned(), documented)
        );
    }
    let head = call(&sandbox, Ask::send("HEAD", LIST, "")).await;
    assert_eq!(head.status, 404);
    let unknown = sandbox
        .calls()
        .into_iter()
        .filter(|call| call.operation.is_none());
    assert_eq!(
        unknown.map(|call| call.number).collect::<Vec<_>>(),
        [1, 2, 3, 4, 5, 6, 7]
    );
}
