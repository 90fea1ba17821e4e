//! Each fault, as the client sees it and as the sandbox remembers it.

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Waker};
use std::time::Duration;

use rubank_sandbox::{Fault, FaultRule, Moment, Sandbox, alfa};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::wire::{Ask, LIST, Reply, Seen, ask, connect, plain, start, token};

/// What a list request meets when this fault strikes, and whether the bank did its work.
async fn struck(fault: Fault) -> (Seen, bool) {
    let name = fault.as_str();
    let sandbox = plain().await;
    let token = token(&sandbox).await;
    sandbox
        .faults()
        .push(FaultRule::on(alfa::LIST_OUTGOING, fault).next(1));
    let request = Ask::get(&format!("{LIST}&limit=2&offset=2")).token(&token);
    let seen = ask(&sandbox, &request).await;
    let call = sandbox.calls().pop().unwrap();
    assert_eq!(call.fault, Some(name));
    let status = if let Seen::Reply(reply) = &seen {
        Some(reply.status)
    } else {
        None
    };
    assert_eq!(call.status, status);
    assert_eq!(call.fingerprint.is_none(), name == "close-unread");

    let healed = ask(&sandbox, &request).await.reply();
    assert_eq!(
        (
            healed.status,
            healed.json()["pagination"]["offset"].as_u64()
        ),
        (200, Some(2))
    );
    (seen, call.handled)
}

async fn reply(fault: Fault) -> Reply {
    struck(fault).await.0.reply()
}

#[tokio::test]
async fn connections_end_without_an_answer() {
    use Moment::{AfterWork, BeforeWork};
    let cases = [
        (Fault::CloseUnread, Seen::Nothing, false),
        (Fault::Close(BeforeWork), Seen::Nothing, false),
        (Fault::Close(AfterWork), Seen::Nothing, true),
        (Fault::Reset(BeforeWork), Seen::Reset, false),
        (Fault::Reset(AfterWork), Seen::Reset, true),
    ];
    for (fault, seen, handled) in cases {
        assert_eq!(struck(fault).await, (seen, handled));
    }
}

#[tokio::test]
async fn a_gateway_answers_instead() {
    for (status, moment) in [
        (200, Moment::AfterWork),
        (502, Moment::BeforeWork),
        (504, Moment::AfterWork),
    ] {
        let (seen, handled) = struck(Fault::Html { status, moment }).await;
        let reply = seen.reply();
        assert_eq!(
            (reply.status, handled),
            (status, moment == Moment::AfterWork)
        );
        assert_eq!(reply.header("content-type"), Some("text/html"));
        assert!(reply.body.starts_with("<html>"));
    }
    let odd = reply(Fault::Html {
        status: 7,
        moment: Moment::BeforeWork,
    })
    .await;
    assert_eq!(odd.status, 500);
}

#[tokio::test]
async fn answers_can_be_empty_or_anything() {
    let busy = reply(Fault::too_many_requests(Some(30))).await;
    assert_eq!(
        (busy.status, busy.header("retry-after"), busy.body.as_str()),
        (429, Some("30"), "")
    );
    let down = reply(Fault::service_unavailable(None)).await;
    assert_eq!(
        (down.status, down.header("retry-after"), down.body.as_str()),
        (503, None, "")
    );
    let retry_after = Some("Thu, 15 Jan 2026 09:05:00 GMT".to_owned());
    let dated = Fault::Empty {
        status: 503,
        retry_after: retry_after.clone(),
        moment: Moment::BeforeWork,
    };
    assert_eq!(
        reply(dated).await.header("retry-after"),
        retry_after.as_deref()
    );
    let empty = Fault::Empty {
        status: 200,
        retry_after: None,
        moment: Moment::AfterWork,
    };
    assert_eq!(reply(empty).await.body, "");
    let own = reply(alfa::internal_error(Moment::AfterWork)).await;
    let documented = (
        500,
        "internal_error".to_owned(),
        "Internal server error".to_owned(),
    );
    assert_eq!(own.error(), documented);
}

#[tokio::test]
async fn bodies_break() {
    let cut = reply(Fault::CutBody).await;
    assert_eq!((cut.status, cut.complete), (200, false));
    assert!(cut.body.starts_with("{\"pagination\""));
    for fault in [Fault::TruncatedJson, Fault::BrokenJson] {
        let broken = reply(fault).await;
        assert_eq!((broken.status, broken.complete), (200, true));
        assert_eq!(broken.header("content-type"), Some("application/json"));
        assert!(serde_json::from_str::<serde_json::Value>(&broken.body).is_err());
    }
}

#[tokio::test]
async fn answers_hold_what_no_page_knows() {
    let unknown = reply(Fault::UnknownEnumValue).await.json();
    assert_eq!(unknown["payments"][0]["status"], "SANDBOX_UNHEARD_OF");
    assert!(unknown["payments"][0]["amount"].is_u64());
    let extra = reply(Fault::UnknownField).await.json();
    assert_eq!(
        extra["payments"][1]["recipientInfo"]["sandboxExtra"]["number"],
        u64::MAX
    );
    let repeated = reply(Fault::RepeatedPage).await.json();
    assert_eq!(repeated["pagination"]["offset"], 0);
    let skewed = reply(Fault::DateSkew { seconds: -7200 }).await;
    assert_eq!(skewed.header("date"), Some("Thu, 15 Jan 2026 07:00:00 GMT"));
}

#[tokio::test]
async fn an_answer_that_never_comes_ends_with_the_sandbox() {
    let sandbox = plain().await;
    let token = token(&sandbox).await;
    sandbox.faults().push(FaultRule::on(
        alfa::ONE_STEP_PAY,
        Fault::Hang(Moment::AfterWork),
    ));
    let mut stream = connect(&sandbox).await;
    let request = crate::wire::pay_once().token(&token);
    stream.write_all(&request.bytes(false)).await.unwrap();
    while sandbox.calls().iter().filter(|call| call.handled).count() < 2 {
        tokio::task::yield_now().await;
    }
    sandbox.clock().advance(Duration::from_secs(86_400));
    assert_eq!(sandbox.ledger().paid(alfa::ONETIME_LINK), 1);

    let mut byte = [0];
    {
        let reading = pin!(stream.read(&mut byte));
        assert!(
            reading
                .poll(&mut Context::from_waker(Waker::noop()))
                .is_pending()
        );
    }
    assert_eq!(sandbox.calls().pop().unwrap().status, None);
    sandbox.stop().await;
    assert!(matches!(stream.read(&mut byte).await, Ok(0) | Err(_)));
}

#[tokio::test]
async fn chance_strikes_the_same_calls_in_each_run() {
    let mut runs = Vec::new();
    for _ in 0..2 {
        let rule = FaultRule::on(alfa::LIST_OUTGOING, Fault::service_unavailable(None)).chance(300);
        let sandbox = start(Sandbox::builder().fault(rule)).await;
        let request = Ask::get(LIST).token(&token(&sandbox).await);
        let mut statuses = Vec::new();
        for _ in 0..40 {
            statuses.push(ask(&sandbox, &request).await.reply().status);
        }
        runs.push(statuses);
    }
    assert_eq!(runs[0], runs[1]);
    assert!(runs[0].contains(&200) && runs[0].contains(&503));
}

#[tokio::test]
async fn time_can_pass_with_each_call() {
    let sandbox = start(Sandbox::builder().tick(Duration::from_secs(1))).await;
    let reply = ask(&sandbox, &Ask::get("/")).await.reply();
    assert_eq!(reply.header("date"), Some("Thu, 15 Jan 2026 09:00:01 GMT"));
}

#[tokio::test]
async fn a_connection_serves_several_calls_and_is_numbered() {
    let sandbox = plain().await;
    let mut stream = connect(&sandbox).await;
    for _ in 0..2 {
        stream.write_all(&Ask::get("/").bytes(true)).await.unwrap();
        let mut head = [0; 12];
        stream.read_exact(&mut head).await.unwrap();
        assert_eq!(&head, b"HTTP/1.1 404");
        while stream.read_u8().await.unwrap() != b'}' {}
    }
    let _ = ask(&sandbox, &Ask::get("/")).await;
    let numbers: Vec<u64> = sandbox.calls().iter().map(|call| call.connection).collect();
    assert_eq!(numbers, [1, 1, 2]);
}
