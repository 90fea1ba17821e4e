#![doc = include_str!("../README.md")]

#[doc(hidden)]
pub mod catalogue;
mod error;
pub mod flows;
mod ids;
mod incoming;
mod links;
mod list;
mod outgoing;
mod provider;
mod signing;
#[cfg(test)]
mod tests;

pub use error::{ErrorBody, ErrorCode};
pub use ids::{B2bClientId, OutgoingPaymentId, QrcId};
pub use incoming::{IncomingPayment, IncomingPayments, IncomingSortField, ListIncomingPayments};
pub use links::{GetPaymentLink, PaymentLink, QrcType};
pub use list::{Direction, Pagination, Sort};
pub use outgoing::{
    B2bClient, CreateOutgoingPayment, Currency, ExecuteOutgoingPayment, GetOutgoingPaymentStatus,
    LinkUse, ListOutgoingPayments, OneStepPay, OneTime, OutgoingPayment, OutgoingPaymentState,
    OutgoingPayments, PaymentOrder, PaymentStatus, Recipient, Reusable, SortField,
};
pub use provider::{AlfaSbp, TOKEN_PATH, credentials, environment, production, test_stand};
pub use signing::{Signature, SignatureType};

/// The rest of what this crate stands on: transports, clocks, your own operations.
pub use rubank_core;
pub use rubank_core::client::{RequestOptions, Response, Settled};
pub use rubank_core::error::{Error, ErrorKind, Outcome};
pub use rubank_core::money::Kopecks;
pub use rubank_core::personal::Personal;
pub use rubank_core::secret::Secret;
pub use rubank_core::tls::{Identity, Root};
pub use rubank_core::types::{Account, Bic, Inn, InvalidIdentifier, Timestamp};
/// The `time` that dates and zones are given in.
pub use time;

/// A client of Alfa-Bank's SBP between companies; sends only the operations of this crate (and your own for
/// [`AlfaSbp`]).
pub type Client = rubank_core::client::Client<AlfaSbp>;

/// The same verbs without async.
#[cfg(feature = "blocking")]
pub type BlockingClient = rubank_core::blocking::Client<AlfaSbp>;
