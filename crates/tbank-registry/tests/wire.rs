//! Against an HTTP server: method, path with its prefix, query, headers and body of the operations.

#![allow(clippy::unwrap_used, reason = "a test fails by it")]

use httpmock::{Method as Verb, Mock, MockServer};
use tbank_registry::{
    Account, CancelSalaryRegistry, Client, CreateSalaryRegistry, Employee, GetPaymentStatus,
    GetSalaryRegistry, GetSalaryRegistryCreation, GetSelfEmployedRegistryPayment,
    ListSalaryRegistries, Meta, Money, PayRegistry, PaymentRegistryId, RegistryStatus, SalaryLine,
    SubmitSalaryRegistry,
};
use time::macros::{date, datetime};

const KEY: &str = "cf99df08-0829-4614-8da3-0e440fd23fe0";

/// One expected request, whole: address with query, headers and body.
async fn expect<'a>(
    server: &'a MockServer,
    (verb, address): (Verb, &'static str),
    body: Option<&'static str>,
    answer: &str,
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
            then.status(200)
                .header("content-type", "application/json")
                .body(answer);
        })
        .await
}

/// Both hosts on one server, told apart by their prefixes.
fn client(server: &MockServer) -> Client {
    let base = server.base_url();
    let environment =
        tbank_registry::environment("mock", format!("{base}/s"), format!("{base}/openapi/"));
    Client::builder(environment)
        .credentials(tbank_registry::credentials("not-a-real-token"))
        .build()
        .unwrap()
}

#[tokio::test]
async fn a_payment_sends_exactly_these_bytes() {
    let server = MockServer::start_async().await;
    let pay = expect(
        &server,
        (Verb::POST, "/s/api/v1/payment/payment-registry/pay"),
        Some(
            r#"{"id":"salary-1","paymentRegistryId":5,"accountNumber":"40702810000000000001","purpose":"Зарплата. Согласно реестру 5","documentNumber":17,"executionOrder":3,"dueDate":"2024-06-05T18:00:00+03:00","meta":{"run":"1"}}"#,
        ),
        "{}",
    )
    .await;
    let account = Account::checked("40702810000000000001").unwrap();
    let request = PayRegistry::new("salary-1", PaymentRegistryId::new(5), account, "Зарплата")
        .append_registry_number("5")
        .unwrap()
        .document_number(17)
        .execution_order(PayRegistry::ORDER_OF_WAGES)
        .due_date(
            datetime!(2024-06-05 18:00 +3),
            datetime!(2024-06-01 12:00 UTC),
        )
        .meta(Meta::from_pairs([("run", "1")]).unwrap());
    client(&server).send(&request).await.unwrap();
    pay.assert_async().await;
}

#[tokio::test]
async fn steps_send_exactly_these_bytes_to_the_host_of_each() {
    let server = MockServer::start_async().await;
    let create = expect(
        &server,
        (Verb::POST, "/openapi/api/v1/salary/payment-registry/create"),
        Some(
            r#"{"correlationId":"cf99df08-0829-4614-8da3-0e440fd23fe0","payments":[{"number":1,"accountNumber":"40817810000000000001","paymentPurpose":"Зарплата","employeeInfo":{"firstName":"Иван","lastName":"Примеров"},"sum":0.10}]}"#,
        ),
        r#"{"correlationId":"cf99df08-0829-4614-8da3-0e440fd23fe0"}"#,
    )
    .await;
    let submit = expect(
        &server,
        (Verb::POST, "/s/api/v1/salary/payment-registry/submit"),
        Some(r#"{"correlationId":"cf99df08-0829-4614-8da3-0e440fd23fe0","paymentRegistryId":5}"#),
        "{}",
    )
    .await;
    let cancel = expect(
        &server,
        (Verb::POST, "/s/api/v1/salary/payment-registry/cancel"),
        Some(r#"{"correlationId":"cf99df08-0829-4614-8da3-0e440fd23fe0","paymentOrderNumber":5}"#),
        "{}",
    )
    .await;
    let client = client(&server);
    let account = Account::checked("40817810000000000001").unwrap();
    let employee = Employee::new("Иван", "Примеров");
    let line = SalaryLine::new(
        1,
        account,
        "Зарплата",
        employee,
        Money::parse("0.10").unwrap(),
    );
    client
        .send(&CreateSalaryRegistry::new(KEY, [line]))
        .await
        .unwrap();
    client
        .send(&SubmitSalaryRegistry::new(KEY, 5))
        .await
        .unwrap();
    client
        .send(&CancelSalaryRegistry::new(KEY, 5))
        .await
        .unwrap();
    for mock in [create, submit, cancel] {
        mock.assert_async().await;
    }
}

#[tokio::test]
async fn reads_put_their_ids_where_they_belong() {
    let server = MockServer::start_async().await;
    let status = expect(
        &server,
        (Verb::GET, "/s/api/v1/payment/a%2Fb%20%D1%8F%3F"),
        None,
        r#"{"status":"EXECUTED"}"#,
    )
    .await;
    let result = expect(
        &server,
        (
            Verb::GET,
            "/openapi/api/v1/salary/payment-registry/create/result\
             ?correlationId=cf99df08-0829-4614-8da3-0e440fd23fe0",
        ),
        None,
        r#"{"status":"QUEUED"}"#,
    )
    .await;
    let paid = expect(
        &server,
        (
            Verb::POST,
            "/s/api/v1/self-employed/payment-registry/pay/result",
        ),
        Some(r#"{"correlationId":"cf99df08-0829-4614-8da3-0e440fd23fe0"}"#),
        r#"{"status":"SENT"}"#,
    )
    .await;
    let card = expect(
        &server,
        (Verb::GET, "/openapi/api/v1/salary/payment-registry/5"),
        None,
        r#"{"status":"ACCEPTED"}"#,
    )
    .await;
    let list = expect(
        &server,
        (Verb::POST, "/s/api/v1/salary/payment-registry/list"),
        Some(r#"{"offset":50,"statuses":["ACCEPTED"],"periodStart":"2024-05-01","periodEnd":"2024-05-31"}"#),
        r#"{"paymentOrders":[]}"#,
    )
    .await;
    let client = client(&server);
    client.send(&GetPaymentStatus::new("a/b я?")).await.unwrap();
    client
        .send(&GetSalaryRegistryCreation::new(KEY))
        .await
        .unwrap();
    client
        .send(&GetSelfEmployedRegistryPayment::new(KEY))
        .await
        .unwrap();
    client.send(&GetSalaryRegistry::new(5)).await.unwrap();
    let registries = ListSalaryRegistries::new()
        .offset(50)
        .status(RegistryStatus::Accepted)
        .period(date!(2024 - 05 - 01), date!(2024 - 05 - 31));
    client.send(&registries).await.unwrap();
    for mock in [status, result, paid, card, list] {
        mock.assert_async().await;
    }
}
