#![doc = include_str!("../README.md")]

mod branches;
mod cabinet;
#[doc(hidden)]
pub mod catalogue;
mod certificates;
mod contractors;
mod cooperations;
mod error;
pub mod flows;
mod forms;
mod identification;
mod ids;
mod legal_form;
mod nomenclatures;
mod nominal;
mod paging;
mod passport_check;
mod payments;
mod period;
mod provider;
mod recognition;
mod requisites;
mod self_employed;
#[cfg(test)]
mod tests;

pub use branches::*;
pub use cabinet::*;
pub use certificates::*;
pub use contractors::*;
pub use cooperations::*;
pub use error::{ErrorBody, ErrorField, ErrorReason};
pub use forms::{Day, Limit, Moment, PaymentError, PaymentErrorReason};
pub use identification::*;
pub use ids::{
    AgentId, BalanceId, BankAccountId, BranchOfficeId, CertificateId, ContractorId, CooperationId,
    CustomerPaymentId, GroupId, IdempotencyKey, IdentificationRequestId, MeasureUnitId,
    NomenclatureId, PassportCheckId, PaymentId, RecognitionId, RequisiteId, SbpBankId,
};
pub use legal_form::LegalForm;
pub use nomenclatures::*;
pub use nominal::*;
pub use paging::{Done, Item, PER_PAGE, Page, PageLinks, PageMeta};
pub use passport_check::*;
pub use payments::*;
pub use period::When;
pub use provider::{OPENAPI_V1_BASE, PayoutsPlatform, credentials, environment};
pub use recognition::*;
pub use requisites::{Destination, Requisite, RequisiteKind, RequisiteType, SbpRecipient};
pub use self_employed::*;

/// The rest of what this crate stands on: transports, clocks, your own operations.
pub use rubank_core;
pub use rubank_core::client::{RequestOptions, Response, Settled};
pub use rubank_core::error::{Error, ErrorKind, Outcome};
pub use rubank_core::money::{Money, Quantity};
pub use rubank_core::personal::Personal;
pub use rubank_core::secret::Secret;
pub use rubank_core::tls::{Identity, Root};
pub use rubank_core::tri::Patch;
pub use rubank_core::types::{Inn, LocalDate, Phone, Timestamp};
/// The `time` that dates and zones are given in.
pub use time;

/// A client of the payouts platform; sends only the operations of this crate (and your own for [`PayoutsPlatform`]).
pub type Client = rubank_core::client::Client<PayoutsPlatform>;

/// The same verbs without async.
#[cfg(feature = "blocking")]
pub type BlockingClient = rubank_core::blocking::Client<PayoutsPlatform>;
