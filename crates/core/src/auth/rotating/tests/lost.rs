//! Answers that were lost, and tries that do not count.

use super::*;
use crate::http::TransportFault;

#[tokio::test]
async fn a_lost_answer_is_asked_for_again_with_the_same_token() {
    let lost = [
        Reply::LostAfterSending,
        Reply::SilentAfterSending,
        Reply::CutAnswer {
            status: 200,
            body: r#"{"access_token":"a2"#.into(),
        },
        Reply::empty(502),
        Reply::html(200),
        Reply::json(200, r#"{"access_token":"#),
    ];
    for reply in lost {
        let row = format!("{reply:?}");
        let (bench, store) = signed_in([reply, pair("r2", "a2")]).await;
        let process = process(&store);
        assert_ne!(asked(&bench, &process).await, "a2", "{row}");
        assert_eq!(store.line().await, "r1/- tried", "{row}");
        bench.clock.advance(seconds(60));
        assert_eq!(asked(&bench, &process).await, "a2", "{row}");
        assert_eq!(
            (sent(&bench), store.line().await),
            (vec!["r1".into(); 2], "r2/a2".into()),
            "{row}"
        );
    }
}

#[tokio::test]
async fn a_repetition_happens_inside_the_window_and_never_after_it() {
    // (window, seconds since the first try, sent again)
    for (window, passed, repeated) in [
        (3600, 3599, true),
        (3600, 3600, false),
        (3600, 7200, false),
        (0, 1, false),
        (60, 59, true),
    ] {
        let (bench, store) =
            signed_in([Reply::LostAfterSending, pair("r2", "a2"), pair("r3", "a3")]).await;
        let process = process(&store).repeat_window(seconds(window));
        assert_eq!(asked(&bench, &process).await, "Unavailable");
        bench.clock.advance(seconds(passed));
        let expected = if repeated { "a2" } else { "SignInAgain" };
        assert_eq!(asked(&bench, &process).await, expected, "{window} {passed}");
        assert_eq!(
            sent(&bench).len(),
            if repeated { 2 } else { 1 },
            "{window} {passed}"
        );
    }
}

#[tokio::test]
async fn the_window_counts_from_the_first_try_also_after_a_restart() {
    let lost = || Reply::LostAfterSending;
    let (bench, store) = signed_in([lost(), lost(), lost(), pair("r2", "a2")]).await;
    for _ in 0..3 {
        assert_eq!(asked(&bench, &process(&store)).await, "Unavailable");
        bench.clock.advance(seconds(1500));
    }
    assert_eq!(asked(&bench, &process(&store)).await, "SignInAgain");
    assert_eq!(sent(&bench), ["r1"; 3]);
}

#[tokio::test]
async fn a_repetition_under_way_ends_with_the_window() {
    let (bench, store) = signed_in([Reply::LostAfterSending, Reply::SilentAfterSending]).await;
    let process = process(&store).repeat_window(seconds(10));
    asked(&bench, &process).await;
    bench.clock.advance(seconds(7));
    assert_eq!(asked(&bench, &process).await, "Unavailable");
    assert_eq!(bench.clock.monotonic(), seconds(10));
}

#[tokio::test]
async fn a_clock_that_was_set_back_does_not_open_the_window_again() {
    // (seconds that the clock is set back, sent again)
    for (back, repeated) in [(30, true), (7200, false)] {
        let (bench, store) = signed_in([Reply::LostAfterSending, pair("r2", "a2")]).await;
        asked(&bench, &process(&store)).await;
        bench.clock.set_wall(bench.clock.now() - seconds(back));
        let expected = if repeated { "a2" } else { "SignInAgain" };
        assert_eq!(asked(&bench, &process(&store)).await, expected, "{back}");
    }
}

#[tokio::test]
async fn a_try_that_used_nothing_up_does_not_count() {
    let harmless = [
        Reply::Refused,
        Reply::LostBeforeSending,
        Reply::SilentBeforeSending,
        Reply::Tls(TlsFault::UnknownCa),
        Reply::Tls(TlsFault::ClientCertificateRequired),
        Reply::json(401, r#"{"error":"invalid_client"}"#),
        Reply::json(401, r#"{"error":"invalid_token"}"#),
        Reply::empty(429),
        Reply::empty(404),
    ];
    for reply in harmless {
        let row = format!("{reply:?}");
        let (bench, store) = signed_in([reply, pair("r2", "a2")]).await;
        let process = process(&store);
        asked(&bench, &process).await;
        assert_eq!(store.line().await, "r1/-", "{row}");
        // A whole night later, far beyond the window.
        bench.clock.advance(seconds(40_000));
        assert_eq!(asked(&bench, &process).await, "a2", "{row}");
    }
}

#[tokio::test]
async fn a_harmless_failure_does_not_clear_an_earlier_try() {
    let (bench, store) = signed_in([Reply::LostAfterSending, Reply::Refused]).await;
    asked(&bench, &process(&store)).await;
    asked(&bench, &process(&store)).await;
    assert_eq!(store.line().await, "r1/- tried");
}

/// Refuses our certificate as TLS 1.3 servers do: when the request has left already.
#[derive(Debug)]
struct ShutsOut(TlsFault);

impl HttpService for ShutsOut {
    fn call<'a>(
        &'a self,
        _request: http::Request<Body>,
        sent: &'a Sent,
    ) -> BoxFuture<'a, Result<http::Response<Incoming>, TransportError>> {
        sent.raise();
        let error = TransportError::new(TransportFault::Tls(self.0), "alert");
        Box::pin(std::future::ready(Err(error)))
    }
}

#[tokio::test]
async fn a_refused_certificate_uses_nothing_up_but_another_tls_failure_may() {
    let rows = [
        (TlsFault::ClientCertificateRequired, "r1/-"),
        (TlsFault::ClientCertificateRejected, "r1/-"),
        (TlsFault::Other, "r1/- tried"),
    ];
    for (fault, stored) in rows {
        let store = Watched::default();
        store
            .inner
            .save(&key(), &StoredTokens::new("r1".into()))
            .await
            .unwrap();
        let bench = Bench::over(ScriptedService::default(), Arc::new(ShutsOut(fault)), 1);
        assert_eq!(asked(&bench, &process(&store)).await, "Configuration");
        assert_eq!(store.line().await, stored, "{fault:?}");
    }
}
