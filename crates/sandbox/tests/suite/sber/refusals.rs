//! Statements that are refused, not ready, or asked for too often.

use std::time::Duration;

use rubank_sandbox::sber::{self, Currency, EmptyStatement, NotReadyBody};
use time::macros::date;

use super::statements::{DAY, get};
use super::{api, refused};
use crate::wire::plain;

#[tokio::test]
async fn statements_are_refused_with_the_documented_causes() {
    let sandbox = plain().await;
    let closed = sandbox.sber().open_account(sber::USER, Currency::Rouble, 0);
    closed.close(date!(2026 - 01 - 15));
    let quiet = sber::QUIET_ACCOUNT;
    let cases = [
        ("increment", quiet, "", "VALIDATION_FAULT"),
        (
            "increment",
            "123",
            "&statementDate=2026-01-15",
            "VALIDATION_FAULT",
        ),
        (
            "increment",
            quiet,
            "&statementDate=15.01.2026",
            "DESERIALIZATION_FAULT",
        ),
        (
            "increment",
            quiet,
            "&lastModifyDate=2026-01-15T10:00:00Z",
            "DESERIALIZATION_FAULT",
        ),
        (
            "increment",
            quiet,
            "&statementDate=2026-01-15&lastModifyDate=2026-01-15T10:00:00",
            "VALIDATION_FAULT",
        ),
        (
            "increment",
            quiet,
            "&statementDate=2026-01-15&lastModifyDateTo=2026-01-15T10:00:00",
            "VALIDATION_FAULT",
        ),
        (
            "increment",
            quiet,
            "&lastModifyDate=2026-01-15T10:00:00&lastModifyDateTo=2026-01-15T09:00:00",
            "VALIDATION_FAULT",
        ),
        (
            "increment",
            quiet,
            "&lastModifiedDate=2026-01-15T10:00:00",
            "VALIDATION_FAULT",
        ),
        (
            "increment",
            quiet,
            "&statementDate=2026-01-15&page=0",
            "VALIDATION_FAULT",
        ),
        (
            "increment",
            quiet,
            "&statementDate=2026-01-15&page=2",
            "WORKFLOW_FAULT",
        ),
        (
            "increment",
            quiet,
            "&statementDate=2026-01-16",
            "WORKFLOW_FAULT",
        ),
        (
            "increment",
            quiet,
            "&statementDate=2026-01-14",
            "WORKFLOW_FAULT",
        ),
        (
            "increment",
            quiet,
            "&lastModifyDate=2026-01-14T23:59:00",
            "WORKFLOW_FAULT",
        ),
        (
            "increment",
            closed.number(),
            "&statementDate=2026-01-15",
            "WORKFLOW_FAULT",
        ),
        (
            "transactions",
            quiet,
            "&statementDate=2020-12-31",
            "WORKFLOW_FAULT",
        ),
        ("transactions", quiet, "", "VALIDATION_FAULT"),
        (
            "summary",
            quiet,
            "&statementDate=2026-01-15&page=1",
            "VALIDATION_FAULT",
        ),
    ];
    for (operation, account, more, cause) in cases {
        let reply = api(&sandbox, get(operation, account, more)).await;
        assert_eq!(
            refused(&reply),
            (400, cause.to_owned()),
            "{operation} {more}"
        );
    }
    sandbox.sber().adjust(|settings| {
        settings.increment_of_today_only = false;
        settings.empty_statement = EmptyStatement::NotFound;
    });
    let reply = api(
        &sandbox,
        get("increment", quiet, "&statementDate=2026-01-14"),
    )
    .await;
    assert_eq!(refused(&reply), (404, "DATA_NOT_FOUND".to_owned()));
}

#[tokio::test]
async fn a_statement_is_not_ready_for_a_while() {
    let sandbox = plain().await;
    sandbox.sber().adjust(|settings| settings.not_ready = 2);
    let more = format!("&statementDate={DAY}");
    let ask = |operation: &str| api(&sandbox, get(operation, sber::QUIET_ACCOUNT, &more));
    for operation in ["summary", "transactions", "increment"] {
        for status in [202, 202, 200, 200] {
            assert_eq!(ask(operation).await.status, status, "{operation}");
        }
    }
    sandbox.sber().account(sber::QUIET_ACCOUNT).not_ready(1);
    let reply = ask("increment").await;
    assert_eq!((reply.status, reply.json().get("cause")), (202, None));
    sandbox.sber().account(sber::QUIET_ACCOUNT).not_ready(2);
    sandbox
        .sber()
        .adjust(|settings| settings.not_ready_body = NotReadyBody::WithCause);
    assert_eq!(
        refused(&ask("summary").await).1,
        "STATEMENT_RESPONSE_PROCESSING"
    );
    sandbox
        .sber()
        .adjust(|settings| settings.not_ready_body = NotReadyBody::Empty);
    assert_eq!(ask("summary").await.body, "");
}

#[tokio::test]
async fn five_calls_a_second_for_each_endpoint() {
    let sandbox = plain().await;
    sandbox
        .sber()
        .adjust(|settings| settings.calls_per_second = Some(5));
    let more = format!("&statementDate={DAY}");
    let ask = |operation: &str| api(&sandbox, get(operation, sber::QUIET_ACCOUNT, &more));
    for _ in 0..5 {
        assert_eq!(ask("summary").await.status, 200);
    }
    assert_eq!(
        refused(&ask("summary").await),
        (429, "TOO_MANY_REQUESTS".to_owned())
    );
    assert_eq!(ask("transactions").await.status, 200);
    sandbox.clock().advance(Duration::from_millis(999));
    assert_eq!(ask("summary").await.status, 429);
    sandbox.clock().advance(Duration::from_millis(1));
    assert_eq!(ask("summary").await.status, 200);
}
