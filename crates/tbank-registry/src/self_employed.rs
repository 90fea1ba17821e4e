//! Registries of the self-employed (выплаты самозанятым).

mod card;
mod create;
mod line;
mod steps;

pub use card::{
    GetSelfEmployedRegistry, ListSelfEmployedRegistries, SelfEmployedCardLine, SelfEmployedInfo,
    SelfEmployedRegistry,
};
pub use create::{CreateSelfEmployedRegistry, IncomeType};
pub use line::{SelfEmployedLine, SelfEmployedPerson};
pub use steps::{
    GetSelfEmployedRegistryCreation, GetSelfEmployedRegistryPayment,
    GetSelfEmployedRegistrySubmission, PaidLineStatus, PaySelfEmployedRegistry, RegistryPayment,
    RegistryPaymentLine, RegistryPaymentStatus, RequestSelfEmployedReceipts,
    SubmitSelfEmployedRegistry,
};
