//! Payouts: created, listed and looked at in both models, repeated.

mod act;
mod create;
mod get;
mod include;
mod list;
mod model;
mod model_v2;
mod repeat;
mod status;

use rubank_core::money::{Money, Quantity};
use rubank_core::types::Inn;
use time::macros::{date, datetime};

pub use act::{Act, Buyer, Job, JobMeasure};
pub use create::{CreatePayment, Payer};
pub(crate) use create::{check_sum, fits};
pub use get::{GetPayment, GetPaymentByCustomerId, GetPaymentV2};
pub use include::{Include, IncludeV2};
pub use list::{ListPayments, ListPaymentsV2};
pub use model::{
    ActStatus, CabinetUser, HistoryEntry, Icon, NominalInfo, Payment, PaymentAbilities, PaymentAct,
    PaymentAgent, PaymentContractor, PaymentRequisite, Receipt, ReceiptLinks, ReceiptStatus,
};
pub use model_v2::{
    PaymentBankAccount, PaymentBranch, PaymentCertificateLink, PaymentContractorV2, PaymentFile,
    PaymentRequisiteFields, PaymentRequisiteV2, PaymentSbp, PaymentV2, RequisiteCard,
    TemporaryLimit, VehicleLink,
};
pub use repeat::RepeatPayment;
pub use status::{PaymentStatus, PaymentStatusField, StatusMeaning};

use crate::ids::{
    AgentId, BankAccountId, BranchOfficeId, ContractorId, CustomerPaymentId, PaymentId, SbpBankId,
};
use crate::requisites::{Requisite, SbpRecipient};

const PAYMENT: PaymentId = PaymentId::new(15_731_787);
const KEY: &str = "9f0bb7b7-e5cd-4725-8080-4c230ec702ad";

crate::catalogue::area! {
    CreatePayment => sample,
    ListPayments => || ListPayments::new()
        .include(Include::Requisite)
        .include(Include::Creator)
        .status(PaymentStatus::Processing)
        .ids([1, 2, 3].map(PaymentId::new))
        .contractors([1, 2, 3].map(ContractorId::new))
        .agents([1, 2, 3].map(AgentId::new))
        .branch_offices([1, 2, 3].map(BranchOfficeId::new))
        .has_acceptance_certificate(true)
        .created_from(datetime!(2024-03-13 15:32:01 +3))
        .created_to(datetime!(2024-03-13 15:32:01 +3)),
    RepeatPayment => || RepeatPayment::new(PAYMENT),
    GetPayment => || GetPayment::new(PAYMENT).include(Include::Requisite).include(Include::Creator),
    GetPaymentByCustomerId => || GetPaymentByCustomerId::new(KEY).include(Include::Requisite),
    ListPaymentsV2 => || ListPaymentsV2::new()
        .include(IncludeV2::Requisite)
        .include(IncludeV2::Creator)
        .status(PaymentStatus::AwaitsConfirmation)
        .ids([1, 2, 3].map(PaymentId::new))
        .contractors([1, 2, 3].map(ContractorId::new))
        .agents([1, 2, 3].map(AgentId::new))
        .branch_offices([1, 2, 3].map(BranchOfficeId::new))
        .has_acceptance_certificate(true)
        .created_from(datetime!(2024-03-13 15:32:01 +3))
        .created_to(date!(2024-03-14)),
    GetPaymentV2 => || GetPaymentV2::new(15_731_009).include(IncludeV2::Abilities),
}

/// The page's payout, with every personal field filled.
pub(crate) fn sample() -> CreatePayment {
    CreatePayment::new(
        CustomerPaymentId::from(KEY),
        ContractorId::new(123),
        Money::from_roubles(100),
    )
    .to(Requisite::sbp(
        "+79990000001",
        SbpBankId::new(100_000_000_004),
    ))
    .recipient(SbpRecipient::new("Иванов", "Иван").middle_name("Иванович"))
    .payer(AgentId::new(61))
    .branch_office(BranchOfficeId::new(12))
    .bank_account(BankAccountId::new(34))
    .service_name("Доставка")
    .payment_purpose("По акту 7")
    .act(
        Act::new(
            "акт-7",
            date!(2024 - 03 - 13),
            date!(2024 - 03 - 01),
            date!(2024 - 03 - 31),
        )
        .job(Job::new(
            "Доставка",
            Money::from_roubles(50),
            Quantity::new(2.into()),
            JobMeasure::Piece,
        )),
    )
    .buyer(Buyer::new("ООО Ромашка", Inn::received("7707083893")))
    .fix_commission(Money::from_roubles(1))
}
