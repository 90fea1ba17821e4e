#![doc = include_str!("../README.md")]

mod asynchronous;
#[doc(hidden)]
pub mod catalogue;
mod error;
pub mod flows;
mod ids;
mod pay;
mod provider;
mod registry;
mod results;
mod salary;
mod self_employed;
mod status;
#[cfg(test)]
mod tests;
mod views;
mod webhook;

pub use error::{ErrorBody, ErrorCode, Problem};
pub use ids::{CorrelationId, PaymentId, PaymentRegistryId};
pub use pay::{Meta, PayRegistry, PaymentTaken, Warning, purpose_room};
pub use provider::{
    OPEN, SECURED, TBankRegistry, TEST_STAND_TOKEN, credentials, environment, production,
    test_stand, test_stand_credentials,
};
pub use registry::{BadLines, LineStatus, RegistryPage, RegistryRow, RegistryStatus, RevenueType};
pub use results::{
    ActionError, CancellationStatus, CreationStatus, FieldError, LineErrors, RESULT_KEPT,
    RegistryCancellation, RegistryCreation, RegistrySubmission, RequestTaken, SigningError,
    SubmissionStatus, has_no_result,
};
pub use salary::{
    CancelSalaryRegistry, CreateAndSubmitSalaryRegistry, CreateSalaryRegistry, Employee,
    EmployeeInfo, GetSalaryRegistry, GetSalaryRegistryCancellation, GetSalaryRegistryCreation,
    GetSalaryRegistryCreationAndSubmission, GetSalaryRegistrySubmission, ListSalaryRegistries,
    SalaryCardLine, SalaryLine, SalaryRegistry, SubmitSalaryRegistry,
};
pub use self_employed::{
    CreateSelfEmployedRegistry, GetSelfEmployedRegistry, GetSelfEmployedRegistryCreation,
    GetSelfEmployedRegistryPayment, GetSelfEmployedRegistrySubmission, IncomeType,
    ListSelfEmployedRegistries, PaidLineStatus, PaySelfEmployedRegistry, RegistryPayment,
    RegistryPaymentLine, RegistryPaymentStatus, RequestSelfEmployedReceipts, SelfEmployedCardLine,
    SelfEmployedInfo, SelfEmployedLine, SelfEmployedPerson, SelfEmployedRegistry,
    SubmitSelfEmployedRegistry,
};
pub use status::{GetPaymentStatus, PaymentState, PaymentStatus};
pub use webhook::PaymentStatusEvent;

/// The rest of what this crate stands on: transports, clocks, your own operations.
pub use rubank_core;
pub use rubank_core::client::{RequestOptions, Response, Settled};
pub use rubank_core::error::{Error, ErrorKind, Outcome};
pub use rubank_core::money::Money;
pub use rubank_core::personal::Personal;
pub use rubank_core::secret::Secret;
pub use rubank_core::tls::{Identity, Root};
pub use rubank_core::types::{Account, InvalidIdentifier, LocalDate};
/// The `time` that dates and zones are given in.
pub use time;

/// A client of T-Bank's payment registries; sends only the operations of this crate (and your own for
/// [`TBankRegistry`]).
pub type Client = rubank_core::client::Client<TBankRegistry>;

/// The same verbs without async.
#[cfg(feature = "blocking")]
pub type BlockingClient = rubank_core::blocking::Client<TBankRegistry>;
