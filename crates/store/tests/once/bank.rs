//! A bank in a few lines: one write per promise, and the read that tells.

#![allow(dead_code, reason = "shared by several test targets")]
#![allow(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

use std::borrow::Cow;
use std::time::Duration;

use http::{HeaderName, HeaderValue};
use rubank_core::client::{Lookup, Verdict};
use rubank_core::error::{BankError, Error, ErrorKind};
use rubank_core::http::Body;
use rubank_core::operation::{
    Answer, Effect, HostId, InvalidRequest, KeyPromise, Method, Operation, OperationMeta, Parts,
    Provider,
};
use rubank_core::rate::RateClass;
use rubank_core::read::ReadError;
use serde::Deserialize;

pub(crate) struct Bank;

impl Provider for Bank {
    const NAME: &'static str = "bank";
    const OPERATIONS: &'static [OperationMeta] = &[
        Pay::<0>::META,
        Pay::<1>::META,
        Pay::<2>::META,
        Pay::<3>::META,
        Fire::META,
        Passport::META,
        Paced::META,
        Plain::<0>::META,
        Plain::<1>::META,
        Ask::META,
        SlowAsk::META,
    ];
    const REQUEST_ID_HEADERS: &'static [&'static str] = &["x-request-id"];

    fn read_error(answer: &Answer) -> BankError {
        #[derive(Deserialize)]
        struct Told {
            code: Option<String>,
            text: Option<String>,
        }
        match answer.json::<Told>() {
            Ok(told) => BankError::new()
                .with_duplicate_key(told.code.as_deref() == Some("DUPLICATE"))
                .with_perhaps_duplicate_key(told.code.is_none() && answer.status == 422)
                .with_code(told.code)
                .with_message(told.text),
            Err(_) => BankError::new(),
        }
    }
}

#[derive(Debug, Deserialize, PartialEq, Eq)]
pub(crate) struct Payment {
    pub(crate) id: u64,
    /// `paid`, `refused`, `running`, `missing`.
    pub(crate) state: String,
}

pub(crate) const REFUSED: usize = 0;
pub(crate) const REPLAYED: usize = 1;
pub(crate) const UNPROMISED: usize = 2;
/// No promise, and the lookup's 404 says nothing.
pub(crate) const MUTE: usize = 3;

/// A keyed payment; the number says what the bank promises of a second one.
pub(crate) struct Pay<const PROMISE: usize> {
    pub(crate) key: String,
    pub(crate) sum: &'static str,
    pub(crate) note: &'static str,
}

impl<const PROMISE: usize> Pay<PROMISE> {
    pub(crate) fn new(key: &str) -> Self {
        Pay {
            key: key.to_owned(),
            sum: "1500.50",
            note: "note",
        }
    }
}

impl<const PROMISE: usize> Operation for Pay<PROMISE> {
    type Provider = Bank;
    type Output = Payment;

    const META: OperationMeta = {
        let (id, promise) = match PROMISE {
            REFUSED => ("bank.pay-refused", KeyPromise::Refused),
            REPLAYED => ("bank.pay-replayed", KeyPromise::Replayed),
            UNPROMISED => ("bank.pay-unpromised", KeyPromise::Unpromised),
            _ => ("bank.pay-mute", KeyPromise::Unpromised),
        };
        OperationMeta::new(id, Effect::Keyed, Method::Post, HostId::API, "/pay/{key}")
            .key_promise(promise)
            .lookup("bank.ask")
    };

    fn parts(&self) -> Result<Parts, InvalidRequest> {
        Parts::new()
            .path("key", self.key.as_str())
            .query("note", self.note)
            .header(
                HeaderName::from_static("x-note"),
                HeaderValue::from_str(self.note).unwrap(),
            )
            .json(&[("sum", self.sum)])
    }

    fn parse(answer: &Answer) -> Result<Payment, ReadError> {
        answer.json()
    }

    fn rate_key(&self) -> Option<Cow<'_, str>> {
        Some(Cow::Borrowed(&self.key))
    }

    fn bank_id(payment: &Payment) -> Option<String> {
        Some(payment.id.to_string())
    }
}

impl<const PROMISE: usize> Lookup for Pay<PROMISE> {
    type By = Ask;
    const SETTLE: Duration = Duration::from_secs(60);

    fn lookup(&self) -> Ask {
        Ask(self.key.clone())
    }

    fn verdict(payment: &Payment) -> Verdict {
        match payment.state.as_str() {
            "paid" => Verdict::Happened,
            "refused" => Verdict::Refused,
            "missing" => Verdict::Missing,
            "another" => Verdict::Another,
            "perhaps" => Verdict::PerhapsRefused,
            _ => Verdict::Pending,
        }
    }

    fn is_missing(error: &Error) -> bool {
        PROMISE != MUTE && error.kind() == ErrorKind::NotFound
    }
}

pub(crate) struct Ask(pub(crate) String);

impl Operation for Ask {
    type Provider = Bank;
    type Output = Payment;

    const META: OperationMeta = OperationMeta::new(
        "bank.ask",
        Effect::Read,
        Method::Get,
        HostId::API,
        "/pay/{key}",
    );

    fn parts(&self) -> Result<Parts, InvalidRequest> {
        Ok(Parts::new().path("key", self.0.as_str()))
    }

    fn parse(answer: &Answer) -> Result<Payment, ReadError> {
        answer.json()
    }

    fn bank_id(payment: &Payment) -> Option<String> {
        Some(payment.id.to_string())
    }

    fn rate_key(&self) -> Option<Cow<'_, str>> {
        Some(Cow::Borrowed(&self.0))
    }
}

/// A write that nobody can be asked about. Its body is what it is told to be.
pub(crate) struct Fire(pub(crate) Body);

impl Operation for Fire {
    type Provider = Bank;
    type Output = Payment;

    const META: OperationMeta = OperationMeta::new(
        "bank.fire",
        Effect::Once,
        Method::Post,
        HostId::API,
        "/fire",
    );

    fn parts(&self) -> Result<Parts, InvalidRequest> {
        Ok(Parts::new().body(HeaderValue::from_static("text/plain"), self.0.clone()))
    }

    fn parse(answer: &Answer) -> Result<Payment, ReadError> {
        answer.json()
    }
}

/// What names a person by an identity document.
pub(crate) struct Passport;

impl Operation for Passport {
    type Provider = Bank;
    type Output = Payment;

    const META: OperationMeta = OperationMeta::new(
        "bank.passport",
        Effect::Once,
        Method::Post,
        HostId::API,
        "/passport",
    )
    .guarded();

    fn parts(&self) -> Result<Parts, InvalidRequest> {
        Parts::new().json(&[("series", "0000")])
    }

    fn parse(answer: &Answer) -> Result<Payment, ReadError> {
        answer.json()
    }
}

pub(crate) const ONCE: usize = 0;
pub(crate) const IDEMPOTENT: usize = 1;

/// A write without a key that can be looked up.
pub(crate) struct Plain<const EFFECT: usize>;

impl<const EFFECT: usize> Operation for Plain<EFFECT> {
    type Provider = Bank;
    type Output = Payment;

    const META: OperationMeta = {
        let (id, effect) = match EFFECT {
            ONCE => ("bank.once", Effect::Once),
            _ => ("bank.idempotent", Effect::Idempotent),
        };
        OperationMeta::new(id, effect, Method::Post, HostId::API, "/plain").lookup("bank.ask")
    };

    fn parts(&self) -> Result<Parts, InvalidRequest> {
        Parts::new().json(&[("sum", "1.00")])
    }

    fn parse(answer: &Answer) -> Result<Payment, ReadError> {
        answer.json()
    }
}

impl<const EFFECT: usize> Lookup for Plain<EFFECT> {
    type By = Ask;
    const SETTLE: Duration = Duration::from_secs(60);

    fn lookup(&self) -> Ask {
        Ask("plain".to_owned())
    }

    fn verdict(payment: &Payment) -> Verdict {
        Pay::<UNPROMISED>::verdict(payment)
    }
}

/// A payment that may be asked about once a minute.
pub(crate) struct Paced(pub(crate) &'static str);

impl Operation for Paced {
    type Provider = Bank;
    type Output = Payment;

    const META: OperationMeta = OperationMeta::new(
        "bank.paced",
        Effect::Keyed,
        Method::Post,
        HostId::API,
        "/pay/{key}",
    )
    .lookup("bank.slow-ask");

    fn parts(&self) -> Result<Parts, InvalidRequest> {
        Parts::new().path("key", self.0).json(&[("sum", "1.00")])
    }

    fn parse(answer: &Answer) -> Result<Payment, ReadError> {
        answer.json()
    }
}

impl Lookup for Paced {
    type By = SlowAsk;
    const SETTLE: Duration = Duration::from_secs(60);

    fn lookup(&self) -> SlowAsk {
        SlowAsk(self.0.to_owned())
    }

    fn verdict(payment: &Payment) -> Verdict {
        Pay::<UNPROMISED>::verdict(payment)
    }
}

pub(crate) struct SlowAsk(String);

impl Operation for SlowAsk {
    type Provider = Bank;
    type Output = Payment;

    const META: OperationMeta = OperationMeta::new(
        "bank.slow-ask",
        Effect::Read,
        Method::Get,
        HostId::API,
        "/pay/{key}",
    )
    .rates(&[RateClass::new("bank.ask", 1, Duration::from_secs(60)).keyed()]);

    fn parts(&self) -> Result<Parts, InvalidRequest> {
        Ok(Parts::new().path("key", self.0.as_str()))
    }

    fn parse(answer: &Answer) -> Result<Payment, ReadError> {
        answer.json()
    }

    fn rate_key(&self) -> Option<Cow<'_, str>> {
        Some(Cow::Borrowed(&self.0))
    }
}
