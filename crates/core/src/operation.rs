//! A request as a value: what to send, how to read the answer, and what the bank promises about it.
//!
//! Nothing in this room touches the network, a clock or randomness, so an operation can be stored before it is sent,
//! compared in a test, replayed and fuzzed.
//!
//! # An endpoint that a bank's crate lacks
//!
//! Write its operation yourself: name what you know of it, take the request apart, read the answer. `client.send` then
//! gives it everything that the crate's own operations have: tokens, the bank's pace, repetitions where they are safe,
//! and an error that says what became of it. Here `some_bank` stands for the bank's crate.
//!
//! ```
//! # mod some_bank {
//! #     use rubank_core::error::BankError;
//! #     use rubank_core::operation::{Answer, OperationMeta, Provider};
//! #     pub struct SomeBank;
//! #     impl Provider for SomeBank {
//! #         const NAME: &'static str = "some-bank";
//! #         const OPERATIONS: &'static [OperationMeta] = &[];
//! #         const REQUEST_ID_HEADERS: &'static [&'static str] = &[];
//! #         fn read_error(_: &Answer) -> BankError { BankError::new() }
//! #     }
//! #     pub type Client = rubank_core::client::Client<SomeBank>;
//! # }
//! use rubank_core::error::Error;
//! use rubank_core::model;
//! use rubank_core::money::{self, Money};
//! use rubank_core::operation::{
//!     Answer, Checks, Effect, HostId, InvalidRequest, Method, Operation, OperationMeta, Parts,
//! };
//! use rubank_core::read::ReadError;
//! use some_bank::SomeBank;
//!
//! /// The balance of an account.
//! pub struct GetBalance {
//!     account: String,
//! }
//!
//! model! {
//!     /// What is on the account.
//!     pub struct Balance {
//!         /// Roubles; a JSON number on the wire.
//!         pub available: Money = "available" as money::as_number,
//!     }
//! }
//!
//! impl Operation for GetBalance {
//!     type Provider = SomeBank;
//!     type Output = Balance;
//!
//!     const META: OperationMeta = OperationMeta::new(
//!         "my-company.get-balance",
//!         Effect::Read,
//!         Method::Get,
//!         HostId::API,
//!         "/v1/accounts/{account}/balance",
//!     );
//!
//!     fn parts(&self) -> Result<Parts, InvalidRequest> {
//!         let mut checks = Checks::new();
//!         checks.length("account", &self.account, 20..=20);
//!         checks.finish()?;
//!         Ok(Parts::new().path("account", self.account.as_str()))
//!     }
//!
//!     fn parse(answer: &Answer) -> Result<Balance, ReadError> {
//!         answer.json()
//!     }
//! }
//!
//! async fn print_balance(client: &some_bank::Client) -> Result<(), Error> {
//!     let operation = GetBalance { account: "40702810000000000001".to_owned() };
//!     println!("{}", client.send(&operation).await?.available);
//!     Ok(())
//! }
//!
//! // It can be tried without a network.
//! let refused = GetBalance { account: String::new() }.parts().unwrap_err();
//! assert_eq!(refused.to_string(), "account: must have 20 characters (got 0 characters)");
//! let answer = Answer::new(http::StatusCode::OK, http::HeaderMap::new(), r#"{"available":10.50}"#);
//! assert_eq!(GetBalance::parse(&answer).unwrap().available.to_string(), "10.50");
//! ```
//!
//! A write needs one thought more: which [`Effect`] it has. When in doubt it is [`Effect::Once`], and then nothing that
//! may have arrived is ever sent again.

mod answer;
mod file;
mod invalid;
mod meta;
mod parts;
mod route;

use std::borrow::Cow;

pub use answer::Answer;
pub use file::File;
pub use invalid::{Checks, InvalidRequest, Violation};
pub use meta::{
    Effect, HostId, KeyPromise, Method, OperationMeta, Provenance, ProvenanceGrade, Success,
};
pub use parts::Parts;
pub use route::RouteOverride;
pub(crate) use route::{join, placeholders};

use crate::error::BankError;
use crate::read::ReadError;

/// A bank's API: the marker that ties operations, hosts and a client together.
///
/// `Client<P>` sends only operations whose [`Operation::Provider`] is `P`, so an operation of one bank cannot be
/// handed to another bank's client: it does not compile.
pub trait Provider: Sized + Send + Sync + 'static {
    /// The name in errors, spans and operation ids: the crate's name, `alfa-sbp`.
    const NAME: &'static str;

    /// Every operation of the provider, in the order of its contract.
    const OPERATIONS: &'static [OperationMeta];

    /// Answer headers that may carry the bank's own id of a request, lower case, best first.
    const REQUEST_ID_HEADERS: &'static [&'static str];

    /// Reads the bank's error body. It must accept anything (HTML, nothing, half a JSON): what cannot be read is
    /// simply absent in the result, the status is never lost.
    fn read_error(answer: &Answer) -> BankError;
}

/// One request to a bank and the way to read its answer.
///
/// Implement it yourself for an endpoint that a provider crate lacks; see the example in [the module](self).
pub trait Operation: Send + Sync {
    /// The bank that it belongs to.
    type Provider: Provider;

    /// What the bank answers when it says yes.
    type Output: Send + 'static;

    /// What is known of the operation before it is called.
    const META: OperationMeta;

    /// Checks the request and takes it apart.
    ///
    /// Deterministic: equal requests give equal parts, byte for byte, today and after a restart.
    ///
    /// # Errors
    /// Every rule that the request breaks, each with its field; nothing is sent then.
    fn parts(&self) -> Result<Parts, InvalidRequest>;

    /// Reads a successful answer. It has no `self`, so that a recorded answer can be read later.
    ///
    /// # Errors
    /// Where and why the body is not what was expected; never what stood there.
    fn parse(answer: &Answer) -> Result<Self::Output, ReadError>;

    /// The bank's own id of what the answer is about: a payment's number, say. It is kept in clear and for ever, so it must
    /// not be personal. `None` where the answer has none.
    fn bank_id(answer: &Self::Output) -> Option<String> {
        let _ = answer;
        None
    }

    /// The key of the operation's keyed rate classes: for "once a minute *per payment*" the payment's id.
    fn rate_key(&self) -> Option<Cow<'_, str>> {
        None
    }

    /// Under which other keys the same thing counts, once its answer has told them: a payment has the bank's number and
    /// the caller's own. Their tokens of the keyed rate classes are taken by this call, too.
    fn other_rate_keys(answer: &Self::Output) -> Vec<String> {
        let _ = answer;
        Vec::new()
    }
}

/// A read whose answer is a file. `Client::download` streams it; `Client::send` collects it. JSON is no file to either: it
/// is an error that came under a status of success.
pub trait Download: Operation<Output = File> {}
