#![doc = include_str!("../README.md")]

#[doc(hidden)]
pub mod catalogue;
mod error;
pub mod flows;
mod ids;
mod objects;
mod provider;
mod signing;
#[cfg(test)]
mod tests;
mod waybill;

pub use error::{Advice, Cause, ErrorBody};
pub use ids::{BagNumber, CashSymbol, CashType, ExternalId, ObjectCode};
pub use objects::{CollectionObject, CollectionObjects, GetObject, ListObjectsByContract};
pub use provider::SberEncashment;
pub use signing::{Signature, Signer, SigningError};
pub use waybill::{
    AccountRow, AccountSum, BankStatus, CancelWaybill, CreateWaybill, Denomination,
    DenominationRow, GetWaybill, GetWaybillState, SymbolRow, Waybill, WaybillDetails, WaybillForm,
    WaybillState,
};

/// The rest of what this crate stands on: transports, clocks, your own operations.
pub use rubank_core;
pub use rubank_core::client::{RequestOptions, Response, Settled};
pub use rubank_core::error::{Error, ErrorKind, Outcome};
pub use rubank_core::money::{Currency, Money, Quantity};
pub use rubank_core::operation::{InvalidRequest, Violation};
pub use rubank_core::personal::Personal;
pub use rubank_core::polling::Polled;
pub use rubank_core::secret::Secret;
pub use rubank_core::tls::{Identity, Root};
pub use rubank_core::types::{Account, Bic, Inn, InvalidIdentifier};
/// Hosts, sign-in and tokens, which all Sber products share.
pub use sber_api;
pub use sber_api::{Link, Rel, credentials, environment, production, test_stand};
/// The `time` that dates are given in.
pub use time;

/// A client of Sber's cash collection; sends only the operations of this crate (and your own for [`SberEncashment`]).
pub type Client = rubank_core::client::Client<SberEncashment>;

/// The same verbs without async.
#[cfg(feature = "blocking")]
pub type BlockingClient = rubank_core::blocking::Client<SberEncashment>;
