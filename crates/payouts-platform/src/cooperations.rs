//! Which legal entities a contractor works with.

mod change;
mod read;

pub use change::{CreateCooperation, DeleteCooperation, UpdateCooperation};
pub use read::{GetCooperation, ListCooperations};

use rubank_core::model;

use crate::LegalForm;
use crate::branches::Agent;
use crate::ids::{AgentId, ContractorId, CooperationId};

pub(crate) const COOPERATIONS: &str = "/contractors/{contractor_id}/cooperations";
pub(crate) const COOPERATION: &str = "/contractors/{contractor_id}/cooperations/{cooperation_id}";

const CONTRACTOR: ContractorId = ContractorId::new(103);
const COOPERATION_ID: CooperationId = CooperationId::new(1);

crate::catalogue::area! {
    ListCooperations => || ListCooperations::new(CONTRACTOR).per_page(20),
    CreateCooperation =>
        || CreateCooperation::new(CONTRACTOR, AgentId::new(2), LegalForm::SelfEmployed)
            .is_agree_pay_taxes(false),
    GetCooperation => || GetCooperation::new(CONTRACTOR, COOPERATION_ID),
    DeleteCooperation => || DeleteCooperation::new(CONTRACTOR, COOPERATION_ID),
    UpdateCooperation => || UpdateCooperation::new(
        CONTRACTOR,
        COOPERATION_ID,
        AgentId::new(2),
        LegalForm::SelfEmployed,
    )
    .is_agree_pay_taxes(false),
}

model! {
    /// A cooperation (сотрудничество): that a contractor works with one of the customer's legal entities, and as what.
    /// Who works with one legal entity only needs none.
    #[derive(Eq)]
    pub struct Cooperation {
        /// The platform's identifier.
        pub id: Option<CooperationId> = shown "id",
        /// The legal entity.
        pub agent: Option<Agent> = shown "agent",
        /// As what the contractor works.
        pub legal_form: Option<CooperationLegalForm> = shown "legal_form",
    }
}

model! {
    /// As what a contractor works.
    #[derive(Eq)]
    pub struct CooperationLegalForm {
        /// The legal form.
        pub id: Option<LegalForm> = shown "id",
        /// Its name; that of a contractor's own legal form is called `title`.
        pub name: Option<String> = "name",
    }
}

#[cfg(test)]
mod tests;
