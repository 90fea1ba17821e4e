//! A bank with one operation for each effect, and one more without a body.

use http::HeaderName;
use rubank_core::error::BankError;
use rubank_core::operation::{
    Answer, Effect, HostId, InvalidRequest, KeyPromise, Method, Operation, OperationMeta, Parts,
    Provider,
};
use rubank_core::rate::RateClass;
use rubank_core::read::ReadError;
use serde::{Deserialize, Serialize};

use super::fault::Voice;
use crate::raw_server::Said;

/// More than any row needs: the table asks for the limit only where it is exhausted on purpose.
const RATES: &[RateClass] = &[RateClass::per_second("safety.calls", 1_000)];

/// The provider of the table's own operations.
#[derive(Debug)]
pub struct TestBank;

impl Provider for TestBank {
    const NAME: &'static str = "safety";
    const OPERATIONS: &'static [OperationMeta] = &[
        ReadState::META,
        ReplaceSettings::META,
        PayKeyed::META,
        PayOnce::META,
        PressButton::META,
    ];
    const REQUEST_ID_HEADERS: &'static [&'static str] = &["x-request-id"];

    fn read_error(answer: &Answer) -> BankError {
        #[derive(Deserialize)]
        struct Refusal {
            code: String,
        }
        let code = answer.json::<Refusal>().ok().map(|refusal| refusal.code);
        let duplicate = code.as_deref() == Some("duplicate_key");
        let vague = code.as_deref() == Some("vague");
        BankError::new()
            .with_code(code)
            .with_duplicate_key(duplicate)
            .with_perhaps_duplicate_key(vague)
    }
}

/// How the bank says yes and no, and that a key is known.
pub fn voice() -> Voice {
    Voice {
        yes: Said::json(200, r#"{"state":"accepted"}"#),
        no: r#"{"code":"some_code"}"#,
        vague: Said::json(400, r#"{"code":"vague"}"#),
        duplicate: Said::json(422, r#"{"code":"duplicate_key"}"#),
    }
}

/// What the bank answers to everything.
#[derive(Debug, Deserialize)]
pub struct State {
    /// The state in the bank's word.
    pub state: String,
}

/// The body of every write.
#[derive(Debug, Serialize)]
struct Payment {
    amount: &'static str,
    purpose: &'static str,
}

const PAYMENT: Payment = Payment {
    amount: "100.00",
    purpose: "act 7",
};
const KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// An operation of the table: name, id, effect, method, route, and its parts.
macro_rules! operation {
    ($(#[$doc:meta])* $name:ident, $id:literal, $effect:ident, $method:ident, $route:literal, $parts:expr) => {
        $(#[$doc])*
        #[derive(Debug)]
        pub struct $name;

        impl Operation for $name {
            type Provider = TestBank;
            type Output = State;
            const META: OperationMeta = OperationMeta::new(
                $id,
                Effect::$effect,
                Method::$method,
                HostId::API,
                $route,
            )
            .key_promise(KeyPromise::Refused)
            .rates(RATES);

            fn parts(&self) -> Result<Parts, InvalidRequest> {
                $parts
            }

            fn parse(answer: &Answer) -> Result<State, ReadError> {
                answer.json()
            }
        }
    };
}

operation!(
    /// Reads.
    ReadState, "safety.read-state", Read, Get, "/state", Ok(Parts::new())
);
operation!(
    /// Sets what may be set again without harm.
    ReplaceSettings, "safety.replace-settings", Idempotent, Put, "/settings",
    Parts::new().json(&PAYMENT)
);
operation!(
    /// Pays under a key of ours.
    PayKeyed, "safety.pay-keyed", Keyed, Post, "/payments",
    Parts::new().header(KEY, http::HeaderValue::from_static("key-1")).json(&PAYMENT)
);
operation!(
    /// Pays without any protection.
    PayOnce, "safety.pay-once", Once, Post, "/transfers", Parts::new().json(&PAYMENT)
);
operation!(
    /// Pays without any protection, by an empty request.
    PressButton, "safety.press-button", Once, Post, "/button", Ok(Parts::new())
);
