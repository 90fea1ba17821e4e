//! What leaves, and where to.

use http::header::{ACCEPT, AUTHORIZATION, CONTENT_LENGTH, HOST, HeaderName, HeaderValue};

use super::support::*;
use crate::client::RequestOptions;
use crate::error::{ErrorKind, Outcome};
use crate::http::{Body, Reply};
use crate::operation::Method;
use crate::retry::RetryPolicy;

#[tokio::test]
async fn a_request_goes_where_its_operation_says() {
    let bank = bank([done(1)]);
    bank.send(&Get::new("a b/c|d`‘")).await.unwrap();
    let seen = bank.only_request();
    assert_eq!(seen.method, http::Method::GET);
    assert_eq!(
        seen.uri,
        "https://bank.test/api/v1/things/a%20b%2Fc%7Cd%60%E2%80%98?q=canary%20query"
    );
    assert_eq!(seen.headers[ACCEPT], "application/json");
    assert_eq!(seen.headers[AUTHORIZATION], "Bearer canary-token-1");
    assert!(seen.headers[AUTHORIZATION].is_sensitive());
    assert!(!seen.headers.contains_key(CONTENT_LENGTH));
}

#[tokio::test]
async fn a_write_without_a_body_says_so() {
    let bank = bank([done(1)]);
    bank.send(&Fire::new("1")).await.unwrap();
    let seen = bank.only_request();
    assert_eq!(
        (
            seen.headers[CONTENT_LENGTH].to_str().unwrap(),
            seen.body.len()
        ),
        ("0", 0)
    );
}

#[tokio::test]
async fn options_add_headers_and_replace_none() {
    let bank = bank([done(1)]);
    let name = HeaderName::from_static;
    let value = HeaderValue::from_static;
    let options = RequestOptions::new()
        .header(name("x-branch"), value("1"))
        .header(name("x-branch"), value("2"))
        .header(ACCEPT, value("text/html"))
        .header(AUTHORIZATION, value("Bearer another"));
    assert!(!format!("{options:?}").contains("another"));
    bank.clock
        .drive(bank.client.with(options).send(&Get::new("1")))
        .await
        .unwrap();
    let seen = bank.only_request();
    let branches: Vec<_> = seen.headers.get_all("x-branch").iter().collect();
    assert_eq!(branches, ["1", "2"]);
    let all = |name| seen.headers.get_all(name).iter().collect::<Vec<_>>();
    assert_eq!(all(ACCEPT), ["application/json"]);
    assert_eq!(all(AUTHORIZATION), ["Bearer canary-token-1"]);
}

#[tokio::test]
async fn headers_of_the_connection_are_refused() {
    for name in [
        "host",
        "content-length",
        "transfer-encoding",
        "connection",
        "expect",
    ] {
        let bank = bank([done(1)]);
        let options = RequestOptions::new()
            .header(HeaderName::from_static(name), HeaderValue::from_static("5"));
        let error = bank
            .clock
            .drive(bank.client.with(options).send(&Pay::new("1")))
            .await
            .unwrap_err();
        assert_eq!(
            (error.kind(), bank.service.sends()),
            (ErrorKind::InvalidRequest, 0)
        );
        assert_eq!(
            error.invalid_request().unwrap().violations()[0].field(),
            name
        );
    }
    assert_eq!(HOST, "host");
}

#[tokio::test]
async fn a_path_that_nobody_published_is_refused_until_the_caller_knows_better() {
    let guessed = Guessed::new("7");
    let refusing = bank([done(1)]);
    let error = refusing.send(&guessed).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.outcome()),
        (ErrorKind::UnverifiedRoute, Outcome::NotSent)
    );
    assert!(error.to_string().contains("`override_route`"), "{error}");
    assert_eq!((error.attempts(), refusing.service.sends()), (0, 0));

    let opted_in = bank_with([done(1)], |builder| builder.allow_unverified_paths());
    opted_in.send(&guessed).await.unwrap();
    assert_eq!(opted_in.only_request().uri.path(), "/api/v1/guess/7");

    let told = bank_with([done(1)], |builder| {
        builder
            .override_route("test-bank.guessed", Method::Get, "/v1/guess/{id}")
            .override_route("test-bank.guessed", Method::Post, "/v2/{id}/real")
    });
    told.send(&guessed).await.unwrap();
    let seen = told.only_request();
    assert_eq!(
        (seen.method, seen.uri.path()),
        (http::Method::POST, "/api/v2/7/real")
    );
}

#[tokio::test]
async fn a_refused_token_is_renewed_once_and_the_bytes_stay_the_same() {
    let bank = bank([Reply::empty(401), done(1)]);
    bank.send(&Pay::new("key")).await.unwrap();
    let [first, second] = &bank.service.seen()[..] else {
        panic!()
    };
    assert_eq!(first.headers[AUTHORIZATION], "Bearer canary-token-1");
    assert_eq!(second.headers[AUTHORIZATION], "Bearer canary-token-2");
    assert_eq!((&first.uri, &first.body), (&second.uri, &second.body));
    assert!(!first.body.is_empty());
}

#[tokio::test]
async fn the_token_of_an_unprotected_write_is_renewed_for_the_next_call() {
    let bank = bank([Reply::empty(401), done(1)]);
    let error = bank.send(&Fire::new("1")).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.outcome()),
        (ErrorKind::Unauthorized, Outcome::Rejected)
    );
    assert_eq!((bank.service.sends(), bank.tokens.current()), (1, 2));
}

#[tokio::test]
async fn a_second_401_is_the_answer() {
    let bank = bank([Reply::empty(401), Reply::empty(401), done(1)]);
    let error = bank.send(&Get::new("1")).await.unwrap_err();
    assert_eq!(
        (error.kind(), bank.service.sends()),
        (ErrorKind::Unauthorized, 2)
    );
}

#[tokio::test]
async fn a_key_that_cannot_be_renewed_is_refused_once() {
    let key = crate::auth::ApiKey::new(
        HeaderName::from_static("client-key"),
        crate::secret::Secret::from("canary"),
    );
    let bank = bank_with([Reply::empty(401), done(1)], |builder| {
        builder.credentials(key)
    });
    let error = bank.send(&Get::new("1")).await.unwrap_err();
    assert_eq!(
        (error.kind(), bank.service.sends()),
        (ErrorKind::Unauthorized, 1)
    );
}

#[tokio::test]
async fn a_streamed_body_is_never_repeated() {
    let stream = || {
        Body::stream(None, || {
            let chunks = ["one ", "two"].map(|text| Ok(bytes::Bytes::from_static(text.as_bytes())));
            Box::pin(futures_util::stream::iter(chunks))
        })
    };
    for reply in [
        Reply::Refused,
        Reply::LostAfterSending,
        Reply::empty(401),
        Reply::empty(503),
    ] {
        let bank = bank([reply, done(1)]);
        let error = bank.send(&Put::with(stream())).await.unwrap_err();
        assert_eq!(error.attempts(), 1, "{error}");
    }
    let bank = bank([done(1)]);
    bank.send(&Put::with(stream())).await.unwrap();
    assert_eq!(bank.only_request().body, "one two");
}

#[tokio::test]
async fn never_means_never() {
    for reply in [
        Reply::Refused,
        Reply::empty(401),
        Reply::empty(202),
        Reply::empty(503),
    ] {
        let bank = bank_with([reply, done(1)], |builder| {
            builder.retry_policy(RetryPolicy::never())
        });
        assert_eq!(bank.send(&Get::new("1")).await.unwrap_err().attempts(), 1);
    }
}
