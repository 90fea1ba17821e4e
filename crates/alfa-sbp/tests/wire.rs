//! What leaves this machine, seen by an HTTP server: method, path, query, headers and body of every operation.

#![allow(clippy::unwrap_used, reason = "a test fails by it")]

use alfa_sbp::{
    Account, B2bClient, Client, CreateOutgoingPayment, ExecuteOutgoingPayment,
    GetOutgoingPaymentStatus, GetPaymentLink, IncomingSortField, Kopecks, ListIncomingPayments,
    ListOutgoingPayments, OneStepPay, PaymentOrder, PaymentStatus, QrcType, Signature,
    SignatureType, Sort, SortField,
};
use httpmock::{Method as Verb, Mock, MockServer};
use rubank_core::client::ClientBuilder;
use rubank_core::operation::Method;

const CLIENT: &str = "021be5ed-6312-4982-a4e9-2a2cc44bc88c";
const PAYMENT: &str = "22a6dd81-103a-4d3a-8e9b-0ba4b527f5f6";
const LINK: &str = "AD1000038AQ1FG409KGACUQU5QRSH3FM";
const STATE: &str =
    r#"{"outgoingPaymentId":"22a6dd81-103a-4d3a-8e9b-0ba4b527f5f6","status":"SENDING_MESSAGE"}"#;
const ORDER: &str = r#"{"client":{"b2bClientId":"021be5ed-6312-4982-a4e9-2a2cc44bc88c","partnerId":1},"qrcId":"AD1000038AQ1FG409KGACUQU5QRSH3FM","payerAccount":"40702810901400001130","amount":1000000,"paymentPurpose":"Оплата по договору №123456789 от 01.09.2001","takeTax":true,"taxAmount":200000"#;
const SIGNATURE: &str =
    r#"{"base64Encoded":"bm90IGEgc2lnbmF0dXJl","certificateUuid":"00AA","signatureType":"RSA"}"#;

fn builder(server: &MockServer) -> ClientBuilder<alfa_sbp::AlfaSbp> {
    Client::builder(alfa_sbp::environment("mock", server.base_url())).credentials(
        alfa_sbp::credentials("example-client", "not a real secret+50%"),
    )
}

/// The token endpoint: a form with everything escaped.
async fn token(server: &MockServer) -> Mock<'_> {
    server
        .mock_async(|when, then| {
            when.method(Verb::POST)
                .path("/oidc/token")
                .header("accept", "application/json")
                .header("content-type", "application/x-www-form-urlencoded")
                .form_urlencoded_tuple("grant_type", "client_credentials")
                .form_urlencoded_tuple("client_id", "example-client")
                .form_urlencoded_tuple("client_secret", "not a real secret+50%")
                .form_urlencoded_tuple("scope", "b2b-sbp");
            then.status(200)
                .header("content-type", "application/json")
                .body(r#"{"access_token":"not-a-real-token","token_type":"Bearer","expires_in":3600}"#);
        })
        .await
}

/// One expected request, whole: address with query, headers and body.
async fn expect<'a>(
    server: &'a MockServer,
    (verb, address): (Verb, &'static str),
    body: Option<String>,
    (status, answer): (u16, &str),
) -> Mock<'a> {
    server
        .mock_async(|when, then| {
            let when = when
                .method(verb)
                .header("accept", "application/json")
                .header("authorization", "Bearer not-a-real-token")
                // httpmock's own query matchers ignore what is there beside them.
                .is_true(move |request| {
                    request
                        .uri()
                        .path_and_query()
                        .is_some_and(|whole| whole.as_str() == address)
                });
            match body {
                Some(body) => when.header("content-type", "application/json").body(body),
                None => when.header_missing("content-type"),
            };
            then.status(status)
                .header("content-type", "application/json")
                .body(answer);
        })
        .await
}

fn order() -> PaymentOrder {
    let account = Account::checked("40702810901400001130").unwrap();
    let purpose = "Оплата по договору №123456789 от 01.09.2001";
    PaymentOrder::new(
        B2bClient::new(CLIENT, 1),
        LINK,
        account,
        Kopecks::new(1_000_000),
        purpose,
        true,
    )
    .tax_amount(Kopecks::new(200_000))
}

fn signature() -> Signature {
    Signature::new(SignatureType::Rsa, "bm90IGEgc2lnbmF0dXJl").certificate_uuid("00AA")
}

#[tokio::test]
async fn lists_send_repeated_sort_keys_with_bare_commas() {
    let server = MockServer::start_async().await;
    let token = token(&server).await;
    let outgoing = expect(
        &server,
        (
            Verb::GET,
            "/api/sbp/jp/v1/outgoing-payments?b2bClientId=021be5ed-6312-4982-a4e9-2a2cc44bc88c\
             &sort=status,asc&sort=timestamp,desc&limit=10&offset=0",
        ),
        None,
        (200, r#"{"payments":[]}"#),
    )
    .await;
    let incoming = expect(
        &server,
        (
            Verb::GET,
            "/api/sbp/jp/v1/incoming-payments?b2bClientId=021be5ed-6312-4982-a4e9-2a2cc44bc88c\
             &qrcId=a%2Fb%26c&sort=amount,asc&limit=100&offset=5",
        ),
        None,
        (200, r#"{"payments":[]}"#),
    )
    .await;
    let client = builder(&server).build().unwrap();
    let list = ListOutgoingPayments::new(CLIENT)
        .sort(Sort::ascending(SortField::Status))
        .sort(Sort::descending(SortField::Timestamp))
        .limit(10);
    client.send(&list).await.unwrap();
    let list = ListIncomingPayments::new(CLIENT)
        .qrc_id("a/b&c")
        .sort(Sort::ascending(IncomingSortField::Amount))
        .offset(5);
    client.send(&list).await.unwrap();
    outgoing.assert_async().await;
    incoming.assert_async().await;
    // One token serves both: it is fetched once.
    token.assert_async().await;
}

#[tokio::test]
async fn status_and_link_put_their_ids_into_the_path() {
    let server = MockServer::start_async().await;
    token(&server).await;
    let state = expect(
        &server,
        (
            Verb::GET,
            "/api/sbp/jp/v1/outgoing-payments/22a6dd81-103a-4d3a-8e9b-0ba4b527f5f6/status\
             ?b2bClientId=021be5ed-6312-4982-a4e9-2a2cc44bc88c",
        ),
        None,
        (200, STATE),
    )
    .await;
    let link = expect(
        &server,
        (Verb::GET, "/api/sbp/jp/v1/payment-urls/a%2Fb%3F/data"),
        None,
        (200, r#"{"qrcType":"REUSABLE","mcc":5411}"#),
    )
    .await;
    let client = builder(&server).build().unwrap();
    let answer = client
        .send(&GetOutgoingPaymentStatus::new(CLIENT, PAYMENT))
        .await
        .unwrap();
    assert_eq!(answer.status, Some(PaymentStatus::SendingMessage));
    let answer = client.send(&GetPaymentLink::new("a/b?")).await.unwrap();
    assert_eq!(answer.qrc_type, Some(QrcType::Reusable));
    assert_eq!(answer.mcc.as_deref(), Some("5411"));
    state.assert_async().await;
    link.assert_async().await;
}

#[tokio::test]
async fn writes_send_exactly_these_bytes() {
    let server = MockServer::start_async().await;
    token(&server).await;
    let pay = expect(
        &server,
        (Verb::POST, "/api/sbp/jp/v1/outgoing-payments/one-pay"),
        Some(format!(r#"{ORDER},"digestSignatures":[{SIGNATURE}]}}"#)),
        (201, STATE),
    )
    .await;
    let execute = expect(
        &server,
        (
            Verb::PUT,
            "/api/sbp/jp/v1/outgoing-payments/22a6dd81-103a-4d3a-8e9b-0ba4b527f5f6",
        ),
        Some(format!(
            r#"{{"client":{{"b2bClientId":"{CLIENT}","partnerId":1}},"signatures":[{SIGNATURE}]}}"#
        )),
        (200, ""),
    )
    .await;
    let create = expect(
        &server,
        (Verb::POST, "/api/sbp/jp/v1/outgoing-payments"),
        Some(format!("{ORDER}}}")),
        (201, STATE),
    )
    .await;
    let client = builder(&server)
        .override_route(
            "alfa-sbp.create-outgoing-payment",
            Method::Post,
            "/api/sbp/jp/v1/outgoing-payments",
        )
        .build()
        .unwrap();
    let answer = client
        .send(&OneStepPay::one_time(order(), [signature()]))
        .await
        .unwrap();
    assert_eq!(answer.status().as_u16(), 201);
    let payer = B2bClient::new(CLIENT, 1);
    let answer = client
        .send(&ExecuteOutgoingPayment::new(payer, PAYMENT, [signature()]))
        .await
        .unwrap();
    assert_eq!(answer.status().as_u16(), 200);
    let answer = client
        .send(&CreateOutgoingPayment::new(order()))
        .await
        .unwrap();
    assert_eq!(
        answer.outgoing_payment_id.as_ref().unwrap().as_str(),
        PAYMENT
    );
    for mock in [pay, execute, create] {
        mock.assert_async().await;
    }
}

#[tokio::test]
async fn a_path_that_nobody_published_is_not_called() {
    let server = MockServer::start_async().await;
    let token = token(&server).await;
    let client = builder(&server).build().unwrap();
    let error = client
        .send(&CreateOutgoingPayment::new(order()))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), alfa_sbp::ErrorKind::UnverifiedRoute);
    assert_eq!(error.outcome(), alfa_sbp::Outcome::NotSent);
    assert_eq!(token.calls_async().await, 0);
}
