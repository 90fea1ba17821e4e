//! Branches of the customer, and the accounts that pay for them.

mod create;
mod links;
mod list;
mod update;

use rubank_core::lenient::{self, Rows};
use rubank_core::model;
use rubank_core::money::{self, Money};
use rubank_core::open_enum;
use rubank_core::personal::Personal;
use serde::Serialize;

pub use create::CreateBranch;
pub use links::{BranchBankAccount, ListBranchBankAccounts};
pub use list::{BranchOrder, ListBranches};
pub use update::UpdateBranch;

use crate::forms::Limit;
use crate::ids::{AgentId, BranchOfficeId};
use crate::payments::check_sum;

pub(crate) const BRANCHES: &str = "/branch-office";
pub(crate) const BRANCH: &str = "/branch-office/{branch_office_id}";

crate::catalogue::area! {
    CreateBranch => || CreateBranch::new("Филиал", AgentId::new(45), "Московская 4, д. 3")
        .limit_monthly(Money::from_roubles(250))
        .limit_daily(Money::from_roubles(250)),
    ListBranches => || ListBranches::new()
        .agent_id(AgentId::new(45))
        .order(BranchOrder::NameDescending)
        .customer_id(1)
        .is_active(true)
        .include_limits()
        .search("Московская")
        .per_page(20),
    UpdateBranch => || UpdateBranch::new(
        BranchOfficeId::new(12),
        "Филиал",
        AgentId::new(45),
        "Московская 4, д. 3",
        Some(Money::from_roubles(250)),
        Some(Money::from_roubles(250)),
        false,
    ),
    ListBranchBankAccounts => || ListBranchBankAccounts::new().per_page(20),
}

model! {
    /// A branch (филиал) of one of the customer's legal entities.
    #[derive(Eq)]
    pub struct Branch {
        /// The platform's identifier.
        pub id: Option<BranchOfficeId> = shown "id",
        /// What the customer calls it.
        pub name: Option<String> = "name",
        /// The legal entity that it belongs to.
        pub agent: Option<Agent> = "agent",
        /// Where it is.
        pub address: Option<Personal<String>> = "address",
        /// The most that may be paid out in a calendar month, roubles; null is "no limit".
        pub limit_monthly: Option<Limit> = "limit_monthly",
        /// The most that may be paid out in a day, roubles; null is "no limit".
        pub limit_daily: Option<Limit> = "limit_daily",
        /// Whether it may pay out.
        pub is_active: Option<bool> = shown "is_active" as lenient::flag::option,
        /// How much of each limit is spent; a list of branches has it only if asked for.
        pub limits: Rows<BranchLimit> = "limits",
    }
}

model! {
    /// A legal entity of the customer (юрлицо), by name.
    #[derive(Eq)]
    pub struct Agent {
        /// The platform's identifier.
        pub id: Option<AgentId> = shown "id",
        /// Its name; that of an entrepreneur is a person's.
        pub name: Option<Personal<String>> = "name",
    }
}

model! {
    /// One limit of a branch and what is spent of it.
    #[derive(Eq)]
    pub struct BranchLimit {
        /// Which one.
        pub kind: Option<BranchLimitKind> = shown "type",
        /// Roubles; null is "no limit".
        pub limit: Option<Limit> = "limit",
        /// Roubles that were paid out already.
        pub spending: Option<Money> = "spending" as money::as_number::option,
        /// Whether there is no limit.
        pub is_infinity: Option<bool> = shown "isInfinity" as lenient::flag::option,
    }
}

open_enum! {
    /// Over which time a limit counts.
    pub enum BranchLimitKind {
        /// A day.
        Daily = "limit_daily",
        /// A month.
        Monthly = "limit_monthly",
    }
}

/// Roubles as the platform writes them: a JSON number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
struct Roubles(#[serde(with = "money::as_number")] Money);

fn check_limit(
    checks: &mut rubank_core::operation::Checks,
    field: &'static str,
    limit: Option<&Roubles>,
) {
    if let Some(Roubles(limit)) = limit {
        checks.that(*limit >= Money::ZERO, field, "must not be negative", || {
            limit.to_string()
        });
        check_sum(checks, field, *limit);
    }
}

#[cfg(test)]
mod tests;
