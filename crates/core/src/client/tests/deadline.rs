//! The time is over, or the caller goes away: in every phase the outcome is what the wire knows.

use std::sync::Arc;
use std::time::Duration;

use super::support::*;
use crate::auth::{AuthContext, AuthError, Authorization, Credentials, TokenId};
use crate::client::{Progress, RequestOptions};
use crate::clock::Clock;
use crate::error::{Error, ErrorKind, Outcome};
use crate::future::BoxFuture;
use crate::http::Reply;
use crate::operation::HostId;
use crate::rate::{Pace, PaceError, Want};

/// Never comes to an end, wherever it is put.
#[derive(Clone, Copy, Debug)]
struct Never;

impl Pace for Never {
    fn acquire<'a>(
        &'a self,
        _: &'a [Want<'a>],
        _: Option<Duration>,
    ) -> BoxFuture<'a, Result<(), PaceError>> {
        Box::pin(std::future::pending())
    }
}

impl Credentials for Never {
    fn authorize<'a>(
        &'a self,
        _: &'a AuthContext<'a>,
    ) -> BoxFuture<'a, Result<Authorization, AuthError>> {
        Box::pin(std::future::pending())
    }

    fn invalidate(&self, _: &TokenId) {}

    fn is_public(&self) -> bool {
        false
    }

    fn hosts(&self) -> &[HostId] {
        &[]
    }
}

fn five_seconds() -> RequestOptions {
    RequestOptions::new().deadline(seconds(5))
}

fn is_over(bank: &Bank, error: &Error, outcome: Outcome, attempts: u32) {
    assert_eq!(
        (error.kind(), error.outcome()),
        (ErrorKind::DeadlineExceeded, outcome)
    );
    assert_eq!((error.attempts(), error.elapsed()), (attempts, seconds(5)));
    assert_eq!(bank.clock.monotonic(), seconds(5));
    assert!(error.is_transient());
    let cause = std::error::Error::source(error);
    assert!(
        cause.is_none() && format!("{error:#}").contains("longer than 5 s"),
        "{error:#}"
    );
}

#[tokio::test]
async fn nothing_leaves_after_the_last_moment_on_the_wall() {
    use crate::clock::Clock;

    for (earlier, sends) in [(0, 1), (-1, 0)] {
        let bank = bank([done(1)]);
        let moment = bank.clock.now() + time::Duration::seconds(earlier);
        let client = bank.client.with(RequestOptions::new().not_after(moment));
        let result = bank.clock.drive(client.send(&Pay::new("key"))).await;
        assert_eq!(bank.service.sends(), sends);
        if let Err(error) = result {
            let told = (error.kind(), error.outcome());
            assert_eq!(told, (ErrorKind::DeadlineExceeded, Outcome::NotSent));
        }
    }
}

#[tokio::test]
async fn the_deadline_holds_in_every_phase() {
    // Waiting for a permit.
    let busy = bank_with([Reply::SilentAfterSending, done(1)], |builder| {
        builder.max_concurrency(1)
    });
    let read = Get::new("1");
    let mut first = Box::pin(busy.client.send(&read));
    assert!(waits(&mut first).await);
    let client = busy.client.with(five_seconds());
    let error = busy
        .clock
        .drive(client.send(&Pay::new("key")))
        .await
        .unwrap_err();
    is_over(&busy, &error, Outcome::NotSent, 0);

    // Waiting for a rate token, or for credentials, that never come.
    let paced = bank_with([done(1)], |builder| builder.pace(Arc::new(Never)));
    let client = paced.client.with(five_seconds());
    let error = paced
        .clock
        .drive(client.send(&Limited::new("1")))
        .await
        .unwrap_err();
    is_over(&paced, &error, Outcome::NotSent, 0);
    let locked_out = bank_with([done(1)], |builder| builder.credentials(Never));
    let client = locked_out.client.with(five_seconds());
    let error = locked_out
        .clock
        .drive(client.send(&Pay::new("key")))
        .await
        .unwrap_err();
    is_over(&locked_out, &error, Outcome::NotSent, 0);

    // In the transport.
    for (reply, outcome) in [
        (Reply::SilentBeforeSending, Outcome::NotSent),
        (Reply::SilentAfterSending, Outcome::Unknown),
    ] {
        let silent = bank([reply]);
        let client = silent.client.with(five_seconds());
        let error = silent
            .clock
            .drive(client.send(&Pay::new("key")))
            .await
            .unwrap_err();
        is_over(&silent, &error, outcome, 1);
        assert_eq!(error.may_have_acted(), outcome == Outcome::Unknown);
    }
}

#[tokio::test]
async fn in_the_body_the_status_has_spoken() {
    let rows = [
        (200, true, Outcome::Accepted),
        (204, true, Outcome::Accepted),
        (503, true, Outcome::Unknown),
        // The body that did not come may say "this key is already used".
        (400, true, Outcome::Unknown),
        (401, true, Outcome::Rejected),
        (400, false, Outcome::Rejected),
        (503, false, Outcome::Unknown),
    ];
    for (status, keyed, outcome) in rows {
        let stalled = Stalled {
            status,
            first: b"{",
        };
        let client_of = |options| {
            let bank = bank_with([], |builder| builder.transport(stalled));
            let client = bank.client.with(options);
            (bank, client)
        };
        for (options, kind) in [
            (five_seconds(), ErrorKind::DeadlineExceeded),
            (
                RequestOptions::new().attempt_timeout(seconds(5)),
                ErrorKind::AttemptTimeout,
            ),
        ] {
            let (bank, client) = client_of(options);
            let error = match keyed {
                true => bank
                    .clock
                    .drive(client.send(&Pay::new("key")))
                    .await
                    .unwrap_err(),
                false => bank
                    .clock
                    .drive(client.send(&Fire::new("1")))
                    .await
                    .unwrap_err(),
            };
            assert_eq!(
                (error.kind(), error.outcome()),
                (kind, outcome),
                "{status} {keyed}"
            );
            assert_eq!(error.attempts(), 1);
        }
    }
}

#[tokio::test]
async fn one_attempt_has_its_own_time() {
    let rows = [
        (Reply::SilentBeforeSending, Outcome::NotSent, 2, true),
        (Reply::SilentAfterSending, Outcome::Unknown, 1, false),
    ];
    for (reply, outcome, attempts, succeeds) in rows {
        let bank = bank([reply, done(1)]);
        let client = bank
            .client
            .with(RequestOptions::new().attempt_timeout(seconds(3)));
        match bank.clock.drive(client.send(&Fire::new("1"))).await {
            Ok(answer) => assert!(succeeds && answer.attempts() == attempts),
            Err(error) => {
                assert!(!succeeds);
                assert_eq!(
                    (error.kind(), error.outcome()),
                    (ErrorKind::AttemptTimeout, outcome)
                );
                assert_eq!((error.attempts(), error.elapsed()), (attempts, seconds(3)));
            }
        }
    }
    // A read is made again after either.
    let bank = bank([
        Reply::SilentAfterSending,
        Reply::SilentBeforeSending,
        done(1),
    ]);
    assert_eq!(bank.send(&Get::new("1")).await.unwrap(), 1);
}

#[tokio::test]
async fn every_wait_has_an_end_by_default() {
    let bank = bank((0..9).map(|_| Reply::SilentAfterSending));
    assert_eq!(
        bank.send(&Pay::new("key")).await.unwrap_err().elapsed(),
        seconds(30)
    );
    let error = bank.send(&Get::new("1")).await.unwrap_err();
    assert!(error.elapsed() <= seconds(120));
}

#[tokio::test]
async fn no_deadline_is_too_long_or_too_short() {
    let bank = bank([done(1), Reply::SilentAfterSending]);
    let patient = RequestOptions::new()
        .deadline(Duration::MAX)
        .attempt_timeout(Duration::MAX);
    bank.clock.advance(seconds(1));
    bank.clock
        .drive(bank.client.with(patient).send(&Get::new("1")))
        .await
        .unwrap();
    let hasty = RequestOptions::new().deadline(Duration::ZERO);
    let error = bank
        .clock
        .drive(bank.client.with(hasty).send(&Pay::new("1")))
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.outcome()),
        (ErrorKind::DeadlineExceeded, Outcome::Unknown)
    );
}

#[tokio::test]
async fn whoever_drops_a_call_can_still_ask_how_far_it_got() {
    let rows = [
        (Reply::SilentBeforeSending, Outcome::NotSent),
        (Reply::SilentAfterSending, Outcome::Unknown),
    ];
    for (reply, outcome) in rows {
        let bank = bank([Reply::Refused, reply]);
        let progress = Progress::new();
        assert_eq!(
            (progress.attempts(), progress.outcome()),
            (0, Outcome::NotSent)
        );
        let client = bank.client.with(RequestOptions::new().progress(&progress));
        let operation = Pay::new("key");
        let mut call = Box::pin(client.send(&operation));
        assert!(waits(&mut call).await);
        assert_eq!(
            (progress.attempts(), progress.outcome()),
            (1, Outcome::NotSent)
        );
        bank.clock.advance(seconds(1));
        assert!(waits(&mut call).await);
        assert_eq!((progress.attempts(), progress.outcome()), (2, outcome));
        drop(call);
        assert_eq!((progress.attempts(), progress.outcome()), (2, outcome));
    }
}

#[tokio::test]
async fn progress_knows_the_status_when_the_body_is_still_missing() {
    let bank = bank_with([], |builder| {
        builder.transport(Stalled {
            status: 200,
            first: b"",
        })
    });
    let progress = Progress::new();
    let client = bank.client.with(RequestOptions::new().progress(&progress));
    let operation = Pay::new("key");
    let mut call = Box::pin(client.send(&operation));
    assert!(waits(&mut call).await);
    drop(call);
    assert_eq!(progress.outcome(), Outcome::Accepted);
}

#[tokio::test]
async fn a_success_leaves_no_doubt_behind() {
    let bank = bank([Reply::Refused, done(1)]);
    let progress = Progress::new();
    let client = bank.client.with(RequestOptions::new().progress(&progress));
    bank.clock
        .drive(client.send(&Pay::new("key")))
        .await
        .unwrap();
    assert_eq!(
        (progress.attempts(), progress.outcome()),
        (2, Outcome::NotSent)
    );
}
