//! What the clones of a client share.

use super::support::*;
use crate::client::{Client, RequestOptions};
use crate::error::{Error, ErrorKind, Outcome};
use crate::http::Reply;
use crate::retry::RetryPolicy;

#[test]
fn an_error_is_small_and_may_travel() {
    fn may_travel<T: Send + Sync + 'static>() {}
    may_travel::<Error>();
    may_travel::<Client<TestBank>>();
    assert_eq!(size_of::<Error>(), 8);
    assert_eq!(size_of::<Result<(), Error>>(), 8);
}

#[tokio::test]
async fn calls_may_travel_between_threads() {
    let bank = bank([done(1)]);
    let client = bank.client.clone();
    let call = tokio::spawn(async move { client.send(&Get::new("1")).await.map(|a| a.value) });
    assert_eq!(call.await.unwrap().unwrap(), 1);
}

#[tokio::test]
async fn clones_share_rate_limits() {
    let bank = bank((0..4).map(done));
    let other = bank
        .client
        .with(RequestOptions::new().deadline(seconds(30)));
    bank.send(&Limited::new("a")).await.unwrap();
    // Each thing once a minute, told at once when that is too late.
    let error = bank
        .clock
        .drive(other.send(&Limited::new("a")))
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.outcome()),
        (ErrorKind::RateLimited, Outcome::NotSent)
    );
    assert!(error.retry_after().unwrap() > seconds(59));
    assert_eq!(
        (error.attempts(), error.elapsed()),
        (0, std::time::Duration::ZERO)
    );
    // Another thing has its own minute, but the two a second are everybody's.
    bank.clock
        .drive(other.send(&Limited::new("b")))
        .await
        .unwrap();
    let before = crate::clock::Clock::monotonic(&bank.clock);
    bank.send(&Limited::new("c")).await.unwrap();
    assert!(crate::clock::Clock::monotonic(&bank.clock) - before >= seconds(1));
    assert_eq!(bank.service.sends(), 3);
}

#[tokio::test]
async fn a_bank_that_says_slow_down_says_it_to_all() {
    let busy = Reply::empty(429).with_header("retry-after", "40");
    let bank = bank_with([busy, done(1)], |builder| {
        builder.retry_policy(RetryPolicy::never())
    });
    let error = bank.send(&Limited::new("a")).await.unwrap_err();
    assert_eq!(error.retry_after(), Some(seconds(40)));
    bank.send(&Limited::new("b")).await.unwrap();
    assert!(crate::clock::Clock::monotonic(&bank.clock) >= seconds(40));
}

#[tokio::test]
async fn a_monstrous_retry_after_neither_panics_nor_closes_the_client_for_good() {
    let busy = Reply::empty(429).with_header("retry-after", u64::MAX.to_string());
    let bank = bank([busy, done(1)]);
    let error = bank.send(&Limited::new("a")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TooManyRequests);
    let day = RequestOptions::new().deadline(seconds(24 * 3600 + 60));
    bank.clock
        .drive(bank.client.with(day).send(&Limited::new("b")))
        .await
        .unwrap();
}

#[tokio::test]
async fn clones_share_the_retry_budget() {
    let bank = bank((0..200).map(|_| Reply::empty(503)));
    for _ in 0..40 {
        bank.clock
            .drive(bank.client.clone().send(&Get::new("1")))
            .await
            .unwrap_err();
    }
    // One for each call, and fifty repetitions for all of them together.
    assert_eq!(bank.service.sends(), 90);
}

#[tokio::test]
async fn calls_under_way_have_a_limit() {
    let bank = bank_with((0..3).map(|_| Reply::SilentAfterSending), |b| {
        b.max_concurrency(2)
    });
    let operation = Get::new("1");
    let mut calls: Vec<_> = (0..3)
        .map(|_| Box::pin(bank.client.send(&operation)))
        .collect();
    for call in &mut calls {
        assert!(waits(call).await);
    }
    assert_eq!(bank.service.sends(), 2);
    drop(calls.remove(0));
    assert!(waits(&mut calls[1]).await);
    assert_eq!(bank.service.sends(), 3);
}

fn identity(not_after: time::OffsetDateTime) -> crate::tls::Identity {
    let key = rcgen::KeyPair::generate().unwrap();
    let mut params = rcgen::CertificateParams::new(vec!["client.test".to_owned()]).unwrap();
    params.not_before = time::macros::datetime!(2020-01-01 00:00 UTC);
    params.not_after = not_after;
    let certificate = params.self_signed(&key).unwrap();
    let pem = format!("{}{}", certificate.pem(), key.serialize_pem());
    crate::tls::Identity::from_pem(pem.as_bytes()).unwrap()
}

#[tokio::test]
async fn certificate_and_credentials_are_swapped_together_for_all_clones() {
    let bank = bank([done(1), done(2), done(3)]);
    let clone = bank.client.clone();
    let next = || crate::auth::Bearer::new(crate::secret::Secret::from("canary-next"));
    let tokens = |bank: &Bank| -> Vec<String> {
        let text = |value: &http::HeaderValue| value.to_str().unwrap().to_owned();
        bank.service
            .seen()
            .iter()
            .map(|seen| text(&seen.headers["authorization"]))
            .collect()
    };
    bank.send(&Get::new("1")).await.unwrap();
    // Expired on the client's own clock: everything stays as it was.
    let expired = identity(time::macros::datetime!(2025-12-31 00:00 UTC));
    let error = bank.client.replace_identity(expired, next()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration);
    bank.send(&Get::new("1")).await.unwrap();
    let good = identity(time::macros::datetime!(2036-01-01 00:00 UTC));
    bank.client.replace_identity(good, next()).unwrap();
    bank.clock.drive(clone.send(&Get::new("1"))).await.unwrap();
    let old = "Bearer canary-token-1";
    assert_eq!(tokens(&bank), [old, old, "Bearer canary-next"]);
}
