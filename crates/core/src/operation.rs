//! A request as a value: what to send, how to read the answer, and what the bank promises about it.
//!
//! Nothing in this room touches the network, a clock or randomness, so an operation can be stored before it is sent,
//! compared in a test, replayed and fuzzed.

mod answer;
mod invalid;
mod meta;
mod parts;
mod route;

use std::borrow::Cow;

pub use answer::Answer;
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
/// Implement it yourself for an endpoint that a provider crate lacks; see the example in the crate's documentation.
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

    /// The key of the operation's keyed rate classes: for "once a minute *per payment*" the payment's id.
    fn rate_key(&self) -> Option<Cow<'_, str>> {
        None
    }
}

/// A read whose answer is a file. `Client::download` streams it; `Client::send` collects it.
pub trait Download: Operation<Output = bytes::Bytes> {}
