//! What leaves this machine, seen by an HTTP server: method, path, query, headers and body of every operation.

#![allow(clippy::unwrap_used, reason = "a test fails by it")]

use std::sync::Arc;

use httpmock::{Method as Verb, Mock, MockServer};
use rubank_core::auth::{MemoryTokenStore, StoredTokens, TokenStore};
use rubank_core::client::ClientBuilder;
use rubank_core::operation::Method;
use rubank_core::secret::Secret;
use sber_encashment::time::{Date, Month};
use sber_encashment::{
    Account, AccountSum, BankStatus, Bic, CancelWaybill, Client, CreateWaybill, Denomination,
    ErrorKind, GetObject, GetWaybill, GetWaybillState, Inn, ListObjectsByContract, Money, Outcome,
    SberEncashment, Signature, Waybill, sber_api,
};

const ID: &str = "6f9619ff-8b86-4011-b42d-00c04fc964ff";
const STATE: &str = r#"{"bankStatus":"ACCEPTED"}"#;
const WAYBILL: &str = r#"{"contactPhone":"+70000000000","creatorPerson":"Иванов Иван Иванович","date":"2026-03-20","externalId":"6f9619ff-8b86-4011-b42d-00c04fc964ff","fromName":"ООО Ромашка","number":"0000042","objectCode":"000123","payeeInn":"7707083893","payeeName":"ООО Ромашка","payerBankBic":"044525225","payerBankName":"ПАО СБЕРБАНК","sourceOfIncome":"Выручка","transKind":"01","currencyNominalValues":[{"cashType":"NOTE","currencyCode":"643","nominal":"5000","quantity":2},{"cashType":"COIN","currencyCode":"643","nominal":"0.50","quantity":1}],"sumByAccounts":[{"account":"40702810200000000001","bankName":"ПАО СБЕРБАНК","bic":"044525225","sumBySymbols":[{"symbol":"02","sum":"10000.50"}]}],"digestSignatures":[{"base64Encoded":"bm90IGEgc2lnbmF0dXJl","certificateUuid":"00000000-0000-4000-8000-000000000001"}]}"#;

/// A client of a user who has signed in: the tokens are fetched with a refresh token.
async fn builder(server: &MockServer) -> ClientBuilder<SberEncashment> {
    let api = format!("{}/fintech/api", server.base_url());
    let environment =
        sber_encashment::environment("mock", server.base_url(), server.base_url(), api);
    let store = Arc::new(MemoryTokenStore::new());
    let key = sber_api::token_key(&environment, "10000", "accountant");
    let tokens = StoredTokens::new(Secret::from("not-a-real-refresh-token"));
    store.save(&key, &tokens).await.unwrap();
    let credentials =
        sber_encashment::credentials("10000", "not a real secret+50%", "accountant", store);
    Client::builder(environment).credentials(credentials)
}

async fn token(server: &MockServer) -> Mock<'_> {
    server
        .mock_async(|when, then| {
            when.method(Verb::POST)
                .path("/ic/sso/api/v2/oauth/token")
                .header("content-type", "application/x-www-form-urlencoded")
                .form_urlencoded_tuple("grant_type", "refresh_token");
            then.status(200)
                .header("content-type", "application/json")
                .body(r#"{"access_token":"not-a-real-token","token_type":"Bearer","expires_in":"3600","refresh_token":"not-a-real-refresh-token"}"#);
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

fn signature() -> Signature {
    Signature::new(
        "bm90IGEgc2lnbmF0dXJl",
        "00000000-0000-4000-8000-000000000001",
    )
}

fn create() -> CreateWaybill {
    let account = Account::checked("40702810200000000001").unwrap();
    let bic = || Bic::checked("044525225").unwrap();
    let sum = Money::parse("10000.50").unwrap();
    let waybill = Waybill::new(ID, "0000042", "000123")
        .contact_phone("+70000000000")
        .creator_person("Иванов Иван Иванович")
        .date(Date::from_calendar_date(2026, Month::March, 20).unwrap())
        .from_name("ООО Ромашка")
        .payee_inn(Inn::checked("7707083893").unwrap())
        .payee_name("ООО Ромашка")
        .payer_bank_bic(bic())
        .payer_bank_name("ПАО СБЕРБАНК")
        .source_of_income("Выручка")
        .trans_kind("01")
        .cash(Denomination::roubles("NOTE", Money::from_roubles(5000), 2))
        .cash(Denomination::roubles(
            "COIN",
            Money::parse("0.50").unwrap(),
            1,
        ))
        .account(
            AccountSum::new(account, bic())
                .bank_name("ПАО СБЕРБАНК")
                .symbol("02", sum),
        );
    CreateWaybill::new(waybill).signature(signature())
}

#[tokio::test]
async fn reads_put_their_values_where_the_pages_have_them() {
    let server = MockServer::start_async().await;
    let token = token(&server).await;
    let object = expect(
        &server,
        (
            Verb::GET,
            "/fintech/api/v1/encashments/object?ino=0%2F1%262",
        ),
        None,
        (200, r#"{"objectCode":123}"#),
    )
    .await;
    let state = expect(
        &server,
        (
            Verb::GET,
            "/fintech/api/v1/encashments/waybill/6f9619ff-8b86-4011-b42d-00c04fc964ff/state",
        ),
        None,
        (200, STATE),
    )
    .await;
    let details = expect(
        &server,
        (
            Verb::GET,
            "/fintech/api/v1/encashments/waybill/6f9619ff-8b86-4011-b42d-00c04fc964ff",
        ),
        None,
        (200, WAYBILL),
    )
    .await;
    let client = builder(&server).await.build().unwrap();
    let answer = client.send(&GetObject::new("0/1&2")).await.unwrap();
    assert_eq!(answer.object_code.as_ref().unwrap().as_str(), "123");
    let answer = client.send(&GetWaybillState::new(ID)).await.unwrap();
    assert_eq!(answer.bank_status, Some(BankStatus::Accepted));
    let answer = client.send(&GetWaybill::new(ID)).await.unwrap();
    assert_eq!(answer.number.as_ref().unwrap().as_str(), "0000042");
    for mock in [object, state, details] {
        mock.assert_async().await;
    }
    // One token serves all: it is fetched once.
    token.assert_async().await;
}

#[tokio::test]
async fn writes_send_exactly_these_bytes() {
    let server = MockServer::start_async().await;
    token(&server).await;
    let create_mock = expect(
        &server,
        (Verb::POST, "/fintech/api/v1/encashments/waybill"),
        Some(WAYBILL.to_owned()),
        (201, ""),
    )
    .await;
    let cancel_mock = expect(
        &server,
        (Verb::POST, "/fintech/api/v1/encashments/waybill/cancel"),
        Some(format!(
            r#"{{"cancelPerson":"Иванов Иван Иванович","comment":"Ошибка в сумме","externalId":"{ID}"}}"#
        )),
        (204, ""),
    )
    .await;
    let client = builder(&server).await.build().unwrap();
    let answer = client.send(&create()).await.unwrap();
    assert_eq!(
        (answer.status().as_u16(), answer.bank_status.as_ref()),
        (201, None)
    );
    let cancel = CancelWaybill::new(ID, "Иванов Иван Иванович").comment("Ошибка в сумме");
    assert_eq!(client.send(&cancel).await.unwrap().status().as_u16(), 204);
    create_mock.assert_async().await;
    cancel_mock.assert_async().await;
}

#[tokio::test]
async fn a_401_is_followed_by_one_more_copy_of_the_same_bytes() {
    let server = MockServer::start_async().await;
    let token = token(&server).await;
    let refused = expect(
        &server,
        (Verb::POST, "/fintech/api/v1/encashments/waybill"),
        Some(WAYBILL.to_owned()),
        (401, r#"{"cause":"UNAUTHORIZED","message":"accessToken not found by value = not-a-real-token"}"#),
    )
    .await;
    let client = builder(&server).await.build().unwrap();
    let error = client.send(&create()).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.outcome()),
        (ErrorKind::Unauthorized, Outcome::Rejected)
    );
    assert!(!format!("{error:?}").contains("not-a-real"), "{error:?}");
    assert_eq!(
        (
            refused.calls_async().await,
            token.calls_async().await,
            error.attempts()
        ),
        (2, 2, 2)
    );
}

#[tokio::test]
async fn a_path_that_nobody_published_is_called_only_when_it_is_given() {
    let server = MockServer::start_async().await;
    let token = token(&server).await;
    let list = ListObjectsByContract::new("000456").page(2);
    let client = builder(&server).await.build().unwrap();
    let error = client.send(&list).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.outcome()),
        (ErrorKind::UnverifiedRoute, Outcome::NotSent)
    );
    assert_eq!(token.calls_async().await, 0);

    let objects = expect(
        &server,
        (
            Verb::GET,
            "/fintech/api/v1/known/to/you?contractNumber=000456&page=2",
        ),
        None,
        (200, r#"{"objects":[{"objectCode":"000124"}]}"#),
    )
    .await;
    let id = "sber-encashment.list-objects-by-contract";
    let builder = builder(&server).await;
    let client = builder
        .override_route(id, Method::Get, "/v1/known/to/you")
        .build()
        .unwrap();
    let mut rows = client.items(list);
    let row = rows.next().await.unwrap().unwrap();
    assert_eq!(row.object_code.unwrap().as_str(), "000124");
    assert!(rows.next().await.is_none());
    objects.assert_async().await;
}
