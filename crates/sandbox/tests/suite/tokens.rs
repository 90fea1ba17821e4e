//! The token endpoint, and what a token is good for.

use std::time::Duration;

use rubank_sandbox::{ExpiresIn, Sandbox};
use serde_json::json;

use crate::wire::{Ask, GRANT, LIST, ask, plain, start, token};

#[tokio::test]
async fn the_documented_sample_is_had_with_a_token() {
    let sandbox = plain().await;
    let reply = ask(&sandbox, &Ask::form(GRANT)).await.reply();
    assert_eq!(reply.status, 200);
    assert_eq!(reply.header("cache-control"), Some("no-store"));
    assert_eq!(reply.json()["token_type"], "Bearer");
    assert_eq!(reply.json()["expires_in"], 3600);

    let token = token(&sandbox).await;
    let path =
        format!("{LIST}&outgoingPaymentId=22a6dd81-103a-4d3a-8e9b-0ba4b527f5f6&limit=10&offset=0");
    let reply = ask(&sandbox, &Ask::get(&path).token(&token)).await.reply();
    let sample = json!({
        "pagination": {"limit": 10, "offset": 0, "totalCount": 1},
        "payments": [{
            "outgoingPaymentId": "22a6dd81-103a-4d3a-8e9b-0ba4b527f5f6",
            "qrcId": "AD1000038AQ1FG409KGACUQU5QRSH3FM",
            "status": "COMPLETE",
            "amount": 1_000_000,
            "taxAmount": 200_000,
            "currency": "RUR",
            "payerAccount": "40702810901400001130",
            "paymentPurpose": "Оплата по договору №123456789 от 01.09.2001",
            "timestamp": "2022-05-26T09:09:32Z",
            "recipientInfo": {"name": "OOO Ромашка", "inn": "3664069397", "bik": "044525593"},
        }],
    });
    assert_eq!(reply.json(), sample);
    assert_eq!(reply.header("date"), Some("Thu, 15 Jan 2026 09:00:00 GMT"));
    assert_eq!(reply.header("x-traceid").map(str::len), Some(16));
}

#[tokio::test]
async fn token_requests_are_refused_as_the_rfc_says() {
    let sandbox = plain().await;
    let basic = "Basic c2FuZGJveC1jbGllbnQtaWQ6bm90LWEtc2VjcmV0JTJCNTAlMjUrJTI2K21vcmU=";
    let short = "grant_type=client_credentials&scope=b2b-sbp";
    let cases = [
        (Ask::form(GRANT), 200, ""),
        (Ask::form(&format!("{GRANT}&audience=other")), 200, ""),
        (Ask::form(short).header("Authorization", basic), 200, ""),
        (
            Ask::form(&GRANT.replace("&scope=b2b-sbp", "&scope=b2b-sbp+signature")),
            200,
            "",
        ),
        (
            Ask::form(GRANT).header("Authorization", basic),
            400,
            "invalid_request",
        ),
        (
            Ask::form(&format!("{GRANT}&scope=b2b-sbp")),
            400,
            "invalid_request",
        ),
        (
            Ask::form(GRANT).without("Content-Type"),
            400,
            "invalid_request",
        ),
        (
            Ask::form(&GRANT.replace("client_credentials", "password")),
            400,
            "unsupported_grant_type",
        ),
        (
            Ask::form(&GRANT.replace("grant_type=", "type=")),
            400,
            "invalid_request",
        ),
        (
            Ask::form(&GRANT.replace("b2b-sbp", "all")),
            400,
            "invalid_scope",
        ),
        (
            Ask::form(&GRANT.replace("&scope=b2b-sbp", "")),
            400,
            "invalid_scope",
        ),
        (
            Ask::form(&GRANT.replace("sandbox-client-id", "x")),
            401,
            "invalid_client",
        ),
        (
            Ask::form(&GRANT.replace("not-a-secret", "x")),
            401,
            "invalid_client",
        ),
        (
            Ask::form(&GRANT.replace("%2B50", "+50")),
            401,
            "invalid_client",
        ),
        (Ask::form(short), 401, "invalid_client"),
        (
            Ask::form(short).header("Authorization", "Basic eDp5"),
            401,
            "invalid_client",
        ),
    ];
    for (index, (request, status, error)) in cases.into_iter().enumerate() {
        let reply = ask(&sandbox, &request).await.reply();
        assert_eq!(reply.status, status, "case {index}");
        assert_eq!(
            reply.json()["error"].as_str().unwrap_or(""),
            error,
            "case {index}"
        );
    }
}

#[tokio::test]
async fn the_lifetime_is_stated_in_three_ways() {
    let cases = [
        (ExpiresIn::Number, json!(60)),
        (ExpiresIn::Text, json!("60")),
        (ExpiresIn::Absent, json!(null)),
    ];
    for (form, expected) in cases {
        let builder = Sandbox::builder()
            .expires_in(form)
            .token_lifetime(Duration::from_secs(60));
        let sandbox = start(builder).await;
        let reply = ask(&sandbox, &Ask::form(GRANT)).await.reply();
        assert_eq!(reply.json()["expires_in"], expected);
    }
}

#[tokio::test]
async fn a_token_is_checked_before_anything_else() {
    let sandbox = plain().await;
    let good = token(&sandbox).await;
    let other = GRANT.replace("b2b-sbp", "signature");
    let other = ask(&sandbox, &Ask::form(&other)).await.reply().json()["access_token"].to_string();
    let list = || Ask::get(LIST);
    let cases = [
        (list().token(&good), 200, ""),
        (
            list().header("Authorization", &format!("bearer {good}")),
            200,
            "",
        ),
        (list(), 400, "invalid_request"),
        (list().token(&good).token(&good), 400, "invalid_request"),
        (list().token("x"), 401, "invalid_token"),
        (list().header("Authorization", &good), 401, "invalid_token"),
        (
            list().header("Authorization", "ApiKey x"),
            401,
            "invalid_token",
        ),
        (
            list().token(other.trim_matches('"')),
            403,
            "insufficient_scope",
        ),
    ];
    for (index, (request, status, error)) in cases.into_iter().enumerate() {
        let reply = ask(&sandbox, &request).await.reply();
        assert_eq!(reply.status, status, "case {index}");
        assert_eq!(
            reply.json()["error"].as_str().unwrap_or(""),
            error,
            "case {index}"
        );
    }
    let reply = ask(&sandbox, &list()).await.reply();
    let documented = "Authorization header is not present in request headers";
    assert_eq!(reply.error().2, documented);
}

#[tokio::test]
async fn a_token_dies_of_age_and_by_decree() {
    let sandbox = plain().await;
    let request = Ask::get(LIST).token(&token(&sandbox).await);
    sandbox.clock().advance(Duration::from_secs(3599));
    assert_eq!(ask(&sandbox, &request).await.reply().status, 200);
    sandbox.clock().advance(Duration::from_secs(1));
    assert_eq!(ask(&sandbox, &request).await.reply().status, 401);

    let request = Ask::get(LIST).token(&token(&sandbox).await);
    assert_eq!(ask(&sandbox, &request).await.reply().status, 200);
    sandbox.alfa().revoke_tokens();
    assert_eq!(ask(&sandbox, &request).await.reply().status, 401);
}
