//! What becomes of an answer.

use bytes::Bytes;

use super::support::*;
use crate::client::RequestOptions;
use crate::error::{ErrorKind, Outcome};
use crate::http::{Body, HttpService, Incoming, Reply, Sent, TransportError};

#[tokio::test]
async fn answers_that_mean_yes_but_cannot_be_read() {
    let cut = || Reply::CutAnswer {
        status: 200,
        body: Bytes::from_static(b"{\"value\":"),
    };
    let long = || Reply::json(200, format!("{{\"value\":1}}{}", " ".repeat(100)));
    let rows = [
        (
            "broken JSON",
            Reply::json(200, "{\"value\":"),
            ErrorKind::UnreadableAnswer,
            Outcome::Accepted,
        ),
        (
            "another shape",
            Reply::json(200, "[]"),
            ErrorKind::UnreadableAnswer,
            Outcome::Accepted,
        ),
        (
            "nothing",
            Reply::empty(200),
            ErrorKind::UnreadableAnswer,
            Outcome::Accepted,
        ),
        (
            "no content",
            Reply::empty(204),
            ErrorKind::UnreadableAnswer,
            Outcome::Accepted,
        ),
        (
            "a web page",
            Reply::html(200),
            ErrorKind::NotTheBank,
            Outcome::Unknown,
        ),
        (
            "too large",
            long(),
            ErrorKind::AnswerTooLarge,
            Outcome::Accepted,
        ),
        ("cut", cut(), ErrorKind::ConnectionLost, Outcome::Accepted),
        (
            "a redirect",
            Reply::empty(302),
            ErrorKind::Redirect,
            Outcome::Unknown,
        ),
    ];
    for (name, reply, kind, outcome) in rows {
        let bank = bank_with([reply], |builder| builder.max_answer(100));
        let error = bank.send(&Pay::new("key")).await.unwrap_err();
        assert_eq!(
            (error.kind(), error.outcome()),
            (kind, outcome),
            "{name}: {error}"
        );
        assert_eq!((bank.service.sends(), error.attempts()), (1, 1), "{name}");
        assert!(error.status().is_some() && error.may_have_acted(), "{name}");
    }
    // A read may simply be made again.
    let bank = bank([cut(), done(5)]);
    assert_eq!(bank.send(&Get::new("1")).await.unwrap(), 5);
}

#[tokio::test]
async fn a_success_that_the_operation_does_not_list_is_no_success() {
    let bank = bank([Reply::json(202, r#"{"value":1}"#)]);
    // To `Get` 202 is "not ready"; to `Pay` any 2xx is a yes.
    assert_eq!(bank.send(&Pay::new("key")).await.unwrap(), 1);
    assert_eq!(
        ErrorKind::of_status(206),
        (ErrorKind::UnreadableAnswer, Outcome::Unknown)
    );
}

#[tokio::test]
async fn the_limit_counts_bytes_that_nobody_announced() {
    #[derive(Debug)]
    struct Endless;

    impl HttpService for Endless {
        fn call<'a>(
            &'a self,
            _request: http::Request<Body>,
            sent: &'a Sent,
        ) -> crate::BoxFuture<'a, Result<http::Response<Incoming>, TransportError>> {
            sent.raise();
            let chunks = futures_util::stream::repeat_with(|| Ok(Bytes::from_static(&[b' '; 64])));
            Box::pin(std::future::ready(Ok(http::Response::new(Incoming::new(
                None, chunks,
            )))))
        }
    }

    let bank = bank_with([], |builder| builder.transport(Endless).max_answer(1000));
    let error = bank.send(&Get::new("1")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::AnswerTooLarge);
}

#[tokio::test]
async fn refusals_keep_what_the_bank_said_and_print_none_of_it() {
    let reply = refusal(422, "LIMIT_EXCEEDED").with_header("x-request-id", "req-1");
    let bank = bank([reply]);
    let error = bank.send(&Pay::new("key")).await.unwrap_err();
    assert_eq!(error.code(), Some("LIMIT_EXCEEDED"));
    assert_eq!(error.request_id(), Some("req-1"));
    let said = error.bank_error().unwrap();
    assert_eq!(said.message(), Some("canary-message"));
    assert!(said.body().expose().starts_with(b"{\"code\""));
    for printed in [
        format!("{error}"),
        format!("{error:#}"),
        format!("{error:?}"),
        format!("{said:?}"),
    ] {
        assert!(!printed.contains("canary"), "{printed}");
        assert!(
            printed.contains("LIMIT_EXCEEDED") && printed.contains("req-1"),
            "{printed}"
        );
    }
    assert_eq!(
        error.to_string(),
        "test-bank.pay: 422 unprocessable code=LIMIT_EXCEEDED request-id=req-1, refused by the bank, \
         after 1 attempt in 0.000 s"
    );
}

#[tokio::test]
async fn a_status_is_never_lost_whatever_its_body_is() {
    let cut = Reply::CutAnswer {
        status: 400,
        body: Bytes::from_static(b"{\"code\":\"DUPL"),
    };
    let rows = [
        (
            Reply::html(403),
            ErrorKind::Forbidden,
            403,
            Outcome::Rejected,
        ),
        (
            Reply::empty(429),
            ErrorKind::TooManyRequests,
            429,
            Outcome::Rejected,
        ),
        (Reply::empty(503), ErrorKind::Server, 503, Outcome::Unknown),
        (
            Reply::json(400, "{"),
            ErrorKind::BadRequest,
            400,
            Outcome::Rejected,
        ),
        // The half that was cut off may say that the key is used already.
        (cut.clone(), ErrorKind::BadRequest, 400, Outcome::Unknown),
    ];
    for (reply, kind, status, outcome) in rows {
        let bank = bank_with([reply], |builder| {
            builder.retry_policy(crate::retry::RetryPolicy::never())
        });
        let error = bank.send(&Pay::new("key")).await.unwrap_err();
        let found = (
            error.kind(),
            error.status().unwrap().as_u16(),
            error.outcome(),
        );
        assert_eq!(found, (kind, status, outcome));
    }
    // Without a key there is nothing that it might say about one.
    let bank = bank([cut]);
    assert_eq!(
        bank.send(&Fire::new("1")).await.unwrap_err().outcome(),
        Outcome::Rejected
    );
}

#[tokio::test]
async fn a_refusal_as_long_as_a_film_is_not_kept() {
    let bank = bank([Reply::json(404, vec![b' '; 300 * 1024])]);
    let error = bank.send(&Get::new("1")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert!(error.bank_error().unwrap().body().is_empty());
}

#[tokio::test]
async fn a_used_key_is_never_rejected() {
    for earlier in [Outcome::NotSent, Outcome::Unknown] {
        let bank = bank([refusal(422, "DUPLICATE")]);
        let options = RequestOptions::new().earlier(earlier);
        let client = bank.client.with(options);
        let error = bank
            .clock
            .drive(client.send(&Pay::new("key")))
            .await
            .unwrap_err();
        assert_eq!(
            (error.kind(), error.outcome()),
            (ErrorKind::DuplicateKey, Outcome::Unknown)
        );
        assert_eq!(bank.service.sends(), 1);
    }
}

#[tokio::test]
async fn what_is_known_of_earlier_attempts_is_not_forgotten() {
    let options = RequestOptions::new().earlier(Outcome::Unknown);
    // Refused connections, a refusal of the bank, a request that breaks a rule, a path that nobody published.
    let bank = bank([
        Reply::Refused,
        Reply::Refused,
        Reply::Refused,
        refusal(400, "NO"),
    ]);
    let client = bank.client.with(options);
    for kind in [ErrorKind::Connect, ErrorKind::BadRequest] {
        let error = bank
            .clock
            .drive(client.send(&Pay::new("key")))
            .await
            .unwrap_err();
        assert_eq!((error.kind(), error.outcome()), (kind, Outcome::Unknown));
    }
    let error = bank
        .clock
        .drive(client.send(&Guessed::new("1")))
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.outcome()),
        (ErrorKind::UnverifiedRoute, Outcome::Unknown)
    );
    let error = bank
        .clock
        .drive(client.send(&Get::new("")))
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.outcome()),
        (ErrorKind::InvalidRequest, Outcome::Unknown)
    );
}

#[tokio::test]
async fn a_success_tells_what_came_with_it() {
    let bank = bank([
        Reply::empty(503),
        done(9).with_header("x-request-id", "req-9"),
    ]);
    let answer = bank
        .clock
        .drive(bank.client.send(&Get::new("1")))
        .await
        .unwrap();
    assert_eq!(
        (answer.value, answer.attempts(), answer.status().as_u16()),
        (9, 2, 200)
    );
    assert_eq!(answer.request_id(), Some("req-9"));
    assert_eq!(answer.headers()["content-type"], "application/json");
    let shown = format!("{answer:?}");
    assert!(!shown.contains("req-9"), "{shown}");
    assert_eq!(answer.into_value(), Done { value: 9 });
}
