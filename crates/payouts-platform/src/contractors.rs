//! People who are paid, with their requisites and balances.

mod details;
mod model;
mod money;
mod read;
mod write;

use rubank_core::types::Inn;
use time::macros::date;

pub use details::{ContractorDetails, RussianPassport};
pub use model::{
    Contractor, ContractorAgent, ContractorBalance, ContractorLegalForm, ContractorPassport,
    CurrencyField, PassportDocument,
};
pub use money::{
    Balance, BalanceIntegration, BalanceKind, BalanceType, ContractorRequisite, GetBalance,
    ListBalances, ListRequisites, RequisiteFields,
};
pub use read::{GetContractor, ListContractors};
pub use write::{DeleteContractor, UpdateContractor, UpsertContractor};

use crate::ids::{AgentId, BalanceId, ContractorId, GroupId};
use crate::legal_form::LegalForm;

const CONTRACTORS: &str = "/contractors";
const CONTRACTOR: &str = "/contractors/{contractor_id}";

crate::catalogue::area! {
    UpsertContractor => || UpsertContractor::new(sample("+79031112233")),
    ListContractors => || ListContractors::new().per_page(20),
    GetContractor => || GetContractor::new(ContractorId::new(68)),
    DeleteContractor => || DeleteContractor::new(ContractorId::new(104)),
    UpdateContractor => || UpdateContractor::new(ContractorId::new(68), sample("+79031112244")),
    ListRequisites => || ListRequisites::new(ContractorId::new(68)).per_page(20),
    ListBalances => || ListBalances::new(ContractorId::new(68)).include_agent().per_page(20),
    GetBalance => || GetBalance::new(ContractorId::new(68), BalanceId::new(1)).include_agent(),
}

/// The page's contractor, with every personal field filled. A phone belongs to one contractor only.
pub(crate) fn sample(phone: &str) -> ContractorDetails {
    ContractorDetails::new(
        phone,
        "Константинопольский",
        "Константин",
        LegalForm::SelfEmployed,
        AgentId::new(1),
    )
    .middle_name("Константинович")
    .email("konstantin@example.com".to_owned())
    // The page's own does not stand the check of its digits.
    .inn(Inn::received("500100732259"))
    .group(GroupId::new(1))
    .company_agrees_pay_taxes(true)
    .passport(
        RussianPassport::new("8000 310000", date!(2024 - 02 - 06))
            .issued_by("ОВД", "020-001")
            .birth_date(date!(2024 - 02 - 06))
            .registration_address("Московская 4, д. 3"),
    )
}

#[cfg(test)]
mod tests;
