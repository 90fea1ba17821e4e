use rubank_core::money::Money;
use rubank_core::operation::{
    Answer, Checks, Effect, HostId, InvalidRequest, Method, Operation, OperationMeta, Parts,
};
use rubank_core::personal::Personal;
use rubank_core::read::ReadError;
use serde::Serialize;

use super::{BRANCHES, Branch, Roubles, check_limit};
use crate::ids::AgentId;
use crate::paging::Item;
use crate::provider::{PayoutsPlatform, ROUTE_INFERRED, request};

/// Creates a branch (филиал). Without further words it has no limits.
///
/// # Outcome
///
/// Unprotected (`Once`): sent again only if nothing left this machine. After `Outcome::Unknown` look for it by name with
/// [`ListBranches`](crate::ListBranches) before you create another; branches cannot be deleted.
///
/// # Cancellation
///
/// Dropping the future, or reaching the deadline, means: the branch may have been created.
///
/// # Source
///
/// The 1C page, branches: request and answer are documented; the path is inferred from the list of branches in the
/// vendor's OpenAPI document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CreateBranch {
    name: String,
    agent_id: AgentId,
    address: Personal<String>,
    limit_monthly: Option<Roubles>,
    limit_daily: Option<Roubles>,
}

impl CreateBranch {
    /// A branch of this legal entity at this address, without limits.
    pub fn new(
        name: impl Into<String>,
        agent_id: AgentId,
        address: impl Into<Personal<String>>,
    ) -> Self {
        Self {
            name: name.into(),
            agent_id,
            address: address.into(),
            limit_monthly: None,
            limit_daily: None,
        }
    }

    /// The most that it may pay out in a calendar month, roubles.
    #[must_use]
    pub fn limit_monthly(mut self, limit: Money) -> Self {
        self.limit_monthly = Some(Roubles(limit));
        self
    }

    /// The most that it may pay out in a day, roubles.
    #[must_use]
    pub fn limit_daily(mut self, limit: Money) -> Self {
        self.limit_daily = Some(Roubles(limit));
        self
    }
}

impl Operation for CreateBranch {
    type Provider = PayoutsPlatform;
    type Output = Item<Branch>;

    const META: OperationMeta = OperationMeta::new(
        "payouts-platform.create-branch",
        Effect::Once,
        Method::Post,
        HostId::API,
        BRANCHES,
    )
    .provenance(ROUTE_INFERRED);

    fn parts(&self) -> Result<Parts, InvalidRequest> {
        let mut checks = Checks::new();
        checks.not_blank("name", &self.name);
        checks.not_blank("address", self.address.expose());
        check_limit(&mut checks, "limit_monthly", self.limit_monthly.as_ref());
        check_limit(&mut checks, "limit_daily", self.limit_daily.as_ref());
        checks.finish()?;
        request().json(self)
    }

    fn parse(answer: &Answer) -> Result<Item<Branch>, ReadError> {
        answer.json()
    }
}
