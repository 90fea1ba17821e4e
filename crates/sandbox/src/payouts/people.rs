//! Contractors and everything that hangs on them.

mod balances;
mod cards;
mod cooperations;
mod identification;
mod requisites;
mod self_employed;

use super::books::Contractor;

pub(super) use balances::{balance, balances};
pub(super) use cards::{delete, get, list, update, upsert};
pub(super) use cooperations::{
    Cooperation, change_cooperation, cooperate, cooperation, cooperations, part,
};
pub(super) use identification::{Identification, identify, last_approved};
pub(super) use requisites::{requisites, show_type};
pub(super) use self_employed::{SelfEmployed, self_employed_state, synchronise};

/// The legal form of the self-employed.
pub(super) const SELF_EMPLOYED_FORM: u64 = 2;

impl Contractor {
    pub(super) fn is_self_employed(&self) -> bool {
        self.card.legal_form == SELF_EMPLOYED_FORM
    }

    /// Whether the company keeps the tax and pays it, and so a receipt is made.
    pub(super) fn pays_tax_through_company(&self) -> bool {
        self.is_self_employed() && self.card.agrees_pay_taxes && self.self_employed.is_allowed
    }
}
