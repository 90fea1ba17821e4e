//! The order of a call is the one that is written in the doc of `Client`.

use std::borrow::Cow;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::support::*;
use crate::auth::{AuthContext, AuthError, Authorization, Credentials, TokenId};
use crate::error::BankError;
use crate::future::BoxFuture;
use crate::http::{Body, HttpService, Incoming, Reply, ScriptedService, Sent, TransportError};
use crate::operation::{
    Answer, Effect, HostId, InvalidRequest, Method, Operation, OperationMeta, Parts, Provider,
};
use crate::random::Random;
use crate::rate::{Pace, PaceError, RateClass, Want};
use crate::read::ReadError;

/// The words of the numbered list: `check`, `permit` …
fn documented() -> Vec<String> {
    include_str!("../../client.rs")
        .lines()
        .skip_while(|line| *line != "/// # The path of a call")
        .take_while(|line| !line.starts_with("/// Everything from 1 on"))
        .filter_map(|line| {
            line.strip_prefix("/// ")?
                .split_once(". `")?
                .1
                .split_once('`')
        })
        .map(|(word, _)| word.to_owned())
        .collect()
}

thread_local! {
    /// `Operation::parse` and `Provider::read_error` have no `self`: what they do is written down here.
    static LOG: Log = Log::default();
}

#[derive(Clone, Debug, Default)]
struct Log(Arc<Mutex<Vec<&'static str>>>);

impl Log {
    fn write(&self, word: &'static str) {
        self.0.lock().unwrap().push(word);
    }

    fn read(&self) -> Vec<&'static str> {
        self.0.lock().unwrap().clone()
    }
}

fn log() -> Log {
    LOG.with(Log::clone)
}

struct Recorded;

impl Provider for Recorded {
    const NAME: &'static str = "recorded";
    const OPERATIONS: &'static [OperationMeta] = &[Step::META];
    const REQUEST_ID_HEADERS: &'static [&'static str] = &[];

    fn read_error(_: &Answer) -> BankError {
        log().write("read");
        BankError::new()
    }
}

struct Step;

impl Operation for Step {
    type Provider = Recorded;
    type Output = ();

    const META: OperationMeta =
        OperationMeta::new("recorded.step", Effect::Read, Method::Get, HostId::API, "/")
            .rates(&[RateClass::per_second("recorded", 10)]);

    fn parts(&self) -> Result<Parts, InvalidRequest> {
        log().write("check");
        Ok(Parts::new())
    }

    fn parse(_: &Answer) -> Result<(), ReadError> {
        log().write("read");
        Ok(())
    }

    fn rate_key(&self) -> Option<Cow<'_, str>> {
        None
    }
}

/// Everything that a call goes through, writing down that it was asked.
#[derive(Clone, Debug)]
struct Recorder(Log, ScriptedService);

impl Pace for Recorder {
    fn acquire<'a>(
        &'a self,
        _: &'a [Want<'a>],
        _: Option<Duration>,
    ) -> BoxFuture<'a, Result<(), PaceError>> {
        self.0.write("rate");
        Box::pin(std::future::ready(Ok(())))
    }
}

impl Credentials for Recorder {
    fn authorize<'a>(
        &'a self,
        context: &'a AuthContext<'a>,
    ) -> BoxFuture<'a, Result<Authorization, AuthError>> {
        assert_eq!(
            (context.host, context.must_live),
            (HostId::API, Duration::ZERO)
        );
        self.0.write("credentials");
        let secret = crate::secret::Secret::from("canary");
        Box::pin(std::future::ready(Authorization::scheme("Bearer", &secret)))
    }

    fn invalidate(&self, _: &TokenId) {}

    fn is_public(&self) -> bool {
        false
    }

    fn hosts(&self) -> &[HostId] {
        &[]
    }
}

impl HttpService for Recorder {
    fn call<'a>(
        &'a self,
        request: http::Request<Body>,
        sent: &'a Sent,
    ) -> BoxFuture<'a, Result<http::Response<Incoming>, TransportError>> {
        self.0.write("transport");
        self.1.call(request, sent)
    }
}

impl Random for Recorder {
    fn fill(&self, bytes: &mut [u8]) {
        self.0.write("decide");
        bytes.fill(0x80);
    }
}

#[tokio::test]
async fn the_order_is_the_documented_one() {
    let script = ScriptedService::new([
        Reply::SilentAfterSending,
        Reply::empty(503),
        Reply::json(200, "{}"),
    ]);
    let recorder = Recorder(log(), script.clone());
    let clock = crate::clock::ManualClock::new(time::macros::datetime!(2026-01-01 00:00 UTC));
    let client = crate::client::Client::<Recorded>::builder(environment())
        .transport(recorder.clone())
        .credentials(recorder.clone())
        .random(recorder.clone())
        .pace(Arc::new(recorder.clone()))
        .clock(clock.clone())
        .max_concurrency(1)
        .build()
        .unwrap();

    // One call holds the only permit, so that the other waits between "check" and "rate".
    let mut holder = Box::pin(client.send(&Step));
    assert!(waits(&mut holder).await);
    let before = log().read().len();
    let mut call = Box::pin(client.send(&Step));
    assert!(waits(&mut call).await);
    assert_eq!(log().read()[before..], ["check"]);
    log().write("permit");
    drop(holder);
    clock.drive(call).await.unwrap();

    let expected = documented();
    assert_eq!(expected.len(), 7);
    let once: Vec<&str> = expected.iter().map(String::as_str).collect();
    // The second attempt goes on from 3, and its success needs no draw of a pause.
    let recorded = log().read()[before..].to_vec();
    assert_eq!(recorded[..7], once);
    assert_eq!(recorded[7..], once[2..6]);
}
