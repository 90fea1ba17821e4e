//! What leaves this machine, seen by an HTTP server: address, query and headers of every operation.

#![allow(clippy::unwrap_used, reason = "a test fails by it")]

use httpmock::{Method, Mock, MockServer};
use rubank_core::auth::Bearer;
use statements::time::macros::{date, datetime};
use statements::{
    Account, Cause, Client, CurFormat, ErrorBody, ErrorKind, GetSummary, GetTransaction,
    ListIncrement, ListTransactions, Secret, Since,
};

fn client(server: &MockServer) -> Client {
    let base = server.base_url();
    let environment = statements::environment("mock", &base, &base, format!("{base}/fintech/api"));
    Client::builder(environment)
        .credentials(Bearer::new(Secret::from("not-a-real-token")))
        .build()
        .unwrap()
}

fn account() -> Account {
    Account::checked("40702810500006103990").unwrap()
}

/// One expected request, with its whole address.
async fn expect<'a>(
    server: &'a MockServer,
    address: &'static str,
    (status, answer): (u16, &str),
) -> Mock<'a> {
    server
        .mock_async(|when, then| {
            when.method(Method::GET)
                .header("accept", "application/json")
                .header("authorization", "Bearer not-a-real-token")
                .header_missing("content-type")
                // httpmock's own query matchers ignore what is there beside them.
                .is_true(move |request| {
                    let asked = request.uri();
                    let whole = asked.path_and_query();
                    whole.is_some_and(|whole| whole.as_str() == address)
                });
            then.status(status)
                .header("content-type", "application/json")
                .body(answer);
        })
        .await
}

#[tokio::test]
async fn every_form_of_every_query() {
    let server = MockServer::start_async().await;
    let (none, row) = (r#"{"transactions":[]}"#, r#"{"operationId":"7"}"#);
    let mut mocks = Vec::new();
    for (address, answer) in [
        (
            "/summary?accountNumber=40702810500006103990&statementDate=2018-12-31",
            "{}",
        ),
        (
            "/transactions?accountNumber=40702810500006103990&statementDate=2018-12-31&page=1",
            none,
        ),
        (
            "/transactions?accountNumber=40702810500006103990&statementDate=2018-12-31&page=3&curFormat=swiftTransfer",
            none,
        ),
        (
            "/increment?accountNumber=40702810500006103990&statementDate=2018-12-31&page=1",
            none,
        ),
        (
            "/increment?accountNumber=40702810500006103990&lastModifyDate=2018-12-31T10%3A00%3A00&page=1",
            none,
        ),
        (
            "/increment?accountNumber=40702810500006103990&lastModifyDate=2018-12-31T10%3A00%3A00&lastModifyDateTo=2018-12-31T11%3A00%3A00.500&page=2&curFormat=curTransfer",
            none,
        ),
        (
            "/transactionId?accountNumber=40702810500006103990&statementDate=2018-12-31&operationId=7%2F8",
            row,
        ),
        (
            "/transactionId?accountNumber=40702810500006103990&id=55daccdf&operationDate=2018-12-31",
            row,
        ),
    ] {
        let whole: &'static str = format!("/fintech/api/v2/statement{address}").leak();
        mocks.push(expect(&server, whole, (200, answer)).await);
    }
    let (client, day) = (client(&server), date!(2018 - 12 - 31));
    let (ten, eleven) = (
        datetime!(2018-12-31 10:00),
        datetime!(2018-12-31 11:00:00.5),
    );
    client.send(&GetSummary::new(account(), day)).await.unwrap();
    for list in [
        ListTransactions::new(account(), day),
        ListTransactions::new(account(), day)
            .page(3)
            .cur_format(CurFormat::SwiftTransfer),
    ] {
        client.send(&list).await.unwrap();
    }
    for list in [
        ListIncrement::new(account(), Since::StartOfDay(day)),
        ListIncrement::new(account(), Since::Moment(ten)),
        ListIncrement::new(account(), Since::Between(ten, eleven))
            .page(2)
            .cur_format("curTransfer"),
    ] {
        client.send(&list).await.unwrap();
    }
    for row in [
        GetTransaction::by_operation_id(account(), day, "7/8"),
        GetTransaction::by_id(account(), day, "55daccdf"),
    ] {
        let row = client.send(&row).await.unwrap();
        assert_eq!(row.key().to_string(), "operation:7");
    }
    for mock in mocks {
        mock.assert_async().await;
    }
}

#[tokio::test]
async fn pages_are_read_by_their_number_and_a_missing_one_is_an_error() {
    let server = MockServer::start_async().await;
    let row = |id: &str| format!(r#"{{"operationId":"{id}"}}"#);
    let next = r#"{"href":"https://elsewhere.example/?page=2","rel":"next"}"#;
    let first = format!(
        r#"{{"_links":[{next}],"transactions":[{},{}]}}"#,
        row("1"),
        row("2")
    );
    // Another row came meanwhile: 2 shifted to the second page.
    let second = format!(
        r#"{{"_links":[{{"href":"?page=3","rel":"next"}}],"transactions":[{},{},{}]}}"#,
        row("2"),
        row("3"),
        row("3")
    );
    let gone = r#"{"cause":"WORKFLOW_FAULT","message":"canary"}"#;
    for (address, status, answer) in [
        ("page=1", 200, first.as_str()),
        ("page=2", 200, second.as_str()),
        ("page=3", 400, gone),
    ] {
        let whole = format!(
            "/fintech/api/v2/statement/transactions?accountNumber=40702810500006103990&statementDate=2018-12-31&{address}"
        );
        expect(&server, whole.leak(), (status, answer)).await;
    }
    let mut rows = client(&server).items(ListTransactions::new(account(), date!(2018 - 12 - 31)));
    let mut read = Vec::new();
    let error = loop {
        match rows.next().await.unwrap() {
            Ok(row) => read.push(row.key().to_string()),
            Err(error) => break error,
        }
    };
    assert_eq!(read, ["operation:1", "operation:2", "operation:3"]);
    assert_eq!(error.kind(), ErrorKind::BadRequest);
    assert_eq!(
        ErrorBody::of(&error).unwrap().cause,
        Some(Cause::WorkflowFault)
    );
    assert!(!format!("{error:#} {error:?}").contains("canary"));
    assert_eq!(
        rows.continuation(),
        Some(&ListTransactions::new(account(), date!(2018 - 12 - 31)).page(3))
    );
}
