#![doc = include_str!("../README.md")]

mod backfill;
#[doc(hidden)]
pub mod catalogue;
mod content;
mod day;
mod error;
pub mod flows;
pub mod follow;
mod ids;
mod increment;
mod key;
mod page;
mod provider;
#[cfg(test)]
mod tests;
mod transaction;
mod values;

pub use content::ContentHash;
pub use day::{GetSummary, GetTransaction, ListTransactions, Summary, Transactions};
pub use error::{Advice, Cause, ErrorBody};
pub use flows::{Backfill, BackfillCursor, BackfillError, FollowOptions, Follower};
pub use follow::{
    Ask, Cursor, DayProof, Event, Finding, Heard, InvalidCursor, Removal, Removed, Row, Step, Told,
    Tracker, Turnover,
};
pub use ids::{OperationId, TransactionId};
pub use increment::{Increment, ListIncrement, Since};
pub use key::TransactionKey;
pub use provider::Statements;
pub use transaction::{
    BudgetFields, CardIndex, CurrencyTransfer, RoubleTransfer, SwiftTransfer, Transaction,
};
pub use values::{CurFormat, CurrencyAmount, Direction, OperationCode};

/// Hosts, sign-in and the error body, which all Sber products share.
pub use sber_api;
pub use sber_api::{Link, Rel, credentials, environment, production, test_stand};

/// The rest of what this crate stands on: transports, clocks, your own operations.
pub use rubank_core;
pub use rubank_core::client::{RequestOptions, Response};
pub use rubank_core::error::{Error, ErrorKind, Outcome};
pub use rubank_core::money::{Amount, Currency, Quantity};
pub use rubank_core::personal::Personal;
pub use rubank_core::secret::Secret;
pub use rubank_core::tls::{Identity, Root};
pub use rubank_core::types::{Account, InvalidIdentifier, LocalDate, LocalDateTime};
/// The `time` that dates and zones are given in.
pub use time;

/// A client of Sber's statements; sends only the operations of this crate (and your own for [`Statements`]).
pub type Client = rubank_core::client::Client<Statements>;

/// The same verbs without async.
#[cfg(feature = "blocking")]
pub type BlockingClient = rubank_core::blocking::Client<Statements>;
