//! A bank of our own: an operation of each effect, tokens that can be refused, and a client on a manual clock.

use std::borrow::Cow;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde::Deserialize;
use time::macros::datetime;

use crate::auth::{AuthContext, AuthError, Authorization, Credentials, TokenId};
use crate::client::{Client, ClientBuilder};
use crate::clock::ManualClock;
use crate::environment::{Environment, Host};
use crate::error::BankError;
use crate::future::BoxFuture;
use crate::http::{Body, Reply, ScriptedService, SeenRequest};
use crate::operation::{
    Answer, Effect, HostId, InvalidRequest, Method, Operation, OperationMeta, Parts, Provenance,
    ProvenanceGrade, Provider,
};
use crate::random::SeededRandom;
use crate::rate::RateClass;
use crate::read::ReadError;
use crate::secret::Secret;

pub(crate) fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

#[derive(Debug)]
pub(crate) struct TestBank;

impl Provider for TestBank {
    const NAME: &'static str = "test-bank";
    const OPERATIONS: &'static [OperationMeta] =
        &[Get::META, Put::META, Pay::META, Fire::META, Guessed::META];
    const REQUEST_ID_HEADERS: &'static [&'static str] = &["x-request-id"];

    fn read_error(answer: &Answer) -> BankError {
        #[derive(Deserialize)]
        struct Body {
            code: Option<String>,
            message: Option<String>,
        }
        match answer.json::<Body>() {
            Ok(body) => BankError::new()
                .with_duplicate_key(body.code.as_deref() == Some("DUPLICATE"))
                .with_code(body.code)
                .with_message(body.message),
            Err(_) => BankError::new(),
        }
    }
}

/// What every operation of the bank answers.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct Done {
    pub(crate) value: u32,
}

pub(crate) fn done(value: u32) -> Reply {
    Reply::json(200, format!(r#"{{"value":{value}}}"#))
}

pub(crate) fn refusal(status: u16, code: &str) -> Reply {
    Reply::json(
        status,
        format!(r#"{{"code":"{code}","message":"canary-message"}}"#),
    )
}

macro_rules! operation {
    ($(#[$doc:meta])* $Name:ident, $meta:expr, $parts:expr) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Default)]
        pub(crate) struct $Name {
            pub(crate) text: String,
            pub(crate) body: Option<Body>,
        }

        #[allow(dead_code, reason = "not every operation of the family is made in every way")]
        impl $Name {
            pub(crate) fn new(text: &str) -> Self {
                $Name { text: text.to_owned(), body: None }
            }

            pub(crate) fn with(body: Body) -> Self {
                $Name { text: "7".to_owned(), body: Some(body) }
            }
        }

        impl Operation for $Name {
            type Provider = TestBank;
            type Output = Done;

            const META: OperationMeta = $meta;

            fn parts(&self) -> Result<Parts, InvalidRequest> {
                let parts: fn(&Self) -> Result<Parts, InvalidRequest> = $parts;
                let parts = parts(self)?;
                Ok(match &self.body {
                    Some(body) => {
                        let kind = http::HeaderValue::from_static("application/octet-stream");
                        parts.body(kind, body.clone())
                    }
                    None => parts,
                })
            }

            fn parse(answer: &Answer) -> Result<Done, ReadError> {
                answer.json()
            }

            fn rate_key(&self) -> Option<Cow<'_, str>> {
                Some(Cow::Borrowed(&self.text))
            }
        }
    };
}

const fn meta(
    id: &'static str,
    effect: Effect,
    method: Method,
    route: &'static str,
) -> OperationMeta {
    OperationMeta::new(id, effect, method, HostId::API, route)
}

fn keyed_body(text: &str) -> Result<Parts, InvalidRequest> {
    Parts::new().json(&[("key", text)])
}

operation!(
    /// A read, ready or not (202).
    Get,
    meta("test-bank.get", Effect::Read, Method::Get, "/v1/things/{id}").not_ready(&[202]),
    |get| Ok(Parts::new().path("id", get.text.as_str()).query("q", "canary query"))
);
operation!(
    /// A write that may be repeated.
    Put,
    meta("test-bank.put", Effect::Idempotent, Method::Put, "/v1/things"),
    |put| keyed_body(&put.text)
);
operation!(
    /// A write under the caller's own key.
    Pay,
    meta("test-bank.pay", Effect::Keyed, Method::Post, "/v1/pay").refused_before_work(&[429]),
    |pay| keyed_body(&pay.text)
);
operation!(
    /// A write without protection and without a body.
    Fire,
    meta("test-bank.fire", Effect::Once, Method::Post, "/v1/fire"),
    |_| Ok(Parts::new())
);
operation!(
    /// An operation whose address nobody published.
    Guessed,
    meta("test-bank.guessed", Effect::Read, Method::Get, "/v1/guess/{id}").provenance(
        Provenance::new(
            ProvenanceGrade::Unverified,
            ProvenanceGrade::Documented,
            ProvenanceGrade::Documented
        )
    ),
    |guessed| Ok(Parts::new().path("id", guessed.text.as_str()))
);
operation!(
    /// A read at two per second, and once a minute for each thing.
    Limited,
    meta("test-bank.limited", Effect::Read, Method::Get, "/v1/limited").rates(&[
        RateClass::per_second("test-bank.limited", 2),
        RateClass::every("test-bank.limited.thing", Duration::from_secs(60)).keyed(),
    ]),
    |_| Ok(Parts::new())
);

/// Hands out `token-1`, and the next one after each refusal.
#[derive(Clone, Debug)]
pub(crate) struct Tokens(Arc<Mutex<u64>>);

impl Tokens {
    pub(crate) fn new() -> Self {
        Tokens(Arc::new(Mutex::new(1)))
    }

    pub(crate) fn current(&self) -> u64 {
        *self.0.lock().unwrap()
    }
}

impl Credentials for Tokens {
    fn authorize<'a>(
        &'a self,
        _context: &'a AuthContext<'a>,
    ) -> BoxFuture<'a, Result<Authorization, AuthError>> {
        Box::pin(async {
            let number = self.current();
            let secret = Secret::from(format!("canary-token-{number}"));
            Ok(Authorization::scheme("Bearer", &secret)?.with_token(TokenId(number)))
        })
    }

    fn invalidate(&self, token: &TokenId) {
        let mut current = self.0.lock().unwrap();
        if *current == token.0 {
            *current += 1;
        }
    }

    fn is_public(&self) -> bool {
        false
    }

    fn hosts(&self) -> &[HostId] {
        &[]
    }
}

/// A client with everything that a test looks at.
#[derive(Debug)]
pub(crate) struct Bank {
    pub(crate) client: Client<TestBank>,
    pub(crate) service: ScriptedService,
    pub(crate) clock: ManualClock,
    pub(crate) tokens: Tokens,
}

pub(crate) fn environment() -> Environment {
    Environment::new("test").host(HostId::API, Host::new("https://bank.test/api"))
}

pub(crate) fn bank(script: impl IntoIterator<Item = Reply>) -> Bank {
    bank_with(script, |builder| builder)
}

pub(crate) fn bank_with(
    script: impl IntoIterator<Item = Reply>,
    change: impl FnOnce(ClientBuilder<TestBank>) -> ClientBuilder<TestBank>,
) -> Bank {
    let service = ScriptedService::new(script);
    let clock = ManualClock::new(datetime!(2026-01-01 00:00 UTC));
    let tokens = Tokens::new();
    let builder = Client::<TestBank>::builder(environment())
        .transport(service.clone())
        .clock(clock.clone())
        .random(SeededRandom::new(1))
        .credentials(tokens.clone());
    Bank {
        client: change(builder).build().unwrap(),
        service,
        clock,
        tokens,
    }
}

impl Bank {
    /// Sends on the manual clock, with the client's own options.
    pub(crate) async fn send<O: Operation<Provider = TestBank, Output = Done>>(
        &self,
        operation: &O,
    ) -> Result<u32, crate::error::Error> {
        self.clock
            .drive(self.client.send(operation))
            .await
            .map(|answer| answer.value)
    }

    pub(crate) fn only_request(&self) -> SeenRequest {
        let mut seen = self.service.seen();
        assert_eq!(seen.len(), 1, "{seen:?}");
        seen.remove(0)
    }
}

/// Gives a call one turn; whether it still waits.
pub(crate) async fn waits<F: Future + Unpin>(call: &mut F) -> bool {
    std::future::poll_fn(|context| {
        std::task::Poll::Ready(std::pin::Pin::new(&mut *call).poll(context).is_pending())
    })
    .await
}

/// A transport whose answers have a head, perhaps some of the body, and never end.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stalled {
    pub(crate) status: u16,
    pub(crate) first: &'static [u8],
}

impl crate::http::HttpService for Stalled {
    fn call<'a>(
        &'a self,
        _request: http::Request<Body>,
        sent: &'a crate::http::Sent,
    ) -> BoxFuture<'a, Result<http::Response<crate::http::Incoming>, crate::http::TransportError>>
    {
        use futures_util::StreamExt;
        sent.raise();
        let first = futures_util::stream::iter([Ok(bytes::Bytes::from_static(self.first))]);
        let chunks = first.chain(futures_util::stream::pending());
        let mut response = http::Response::new(crate::http::Incoming::new(None, chunks));
        *response.status_mut() = http::StatusCode::from_u16(self.status).unwrap();
        Box::pin(std::future::ready(Ok(response)))
    }
}
