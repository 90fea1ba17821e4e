use rubank_core::money::Money;
use rubank_core::operation::{
    Answer, Checks, Effect, HostId, InvalidRequest, Method, Operation, OperationMeta, Parts,
};
use rubank_core::personal::Personal;
use rubank_core::read::ReadError;
use rubank_core::tri::Patch;
use serde::{Serialize, Serializer};

use super::{BRANCH, Branch, Roubles, check_limit};
use crate::ids::{AgentId, BranchOfficeId};
use crate::paging::Item;
use crate::provider::{PayoutsPlatform, ROUTE_INFERRED, request};

/// Changes a branch (филиал).
///
/// The platform's two documents differ: the page of record requires all six fields, which is what [`new`](Self::new)
/// asks for; the vendor's OpenAPI document requires none, which is what [`partial`](Self::partial) is for.
///
/// ```
/// use payouts_platform::rubank_core::tri::Patch;
/// use payouts_platform::{BranchOfficeId, UpdateBranch};
///
/// // Lifts the daily limit, and leaves the monthly one as it is.
/// let update = UpdateBranch::partial(BranchOfficeId::new(12)).limit_daily(Patch::Null);
/// # let _ = update;
/// ```
///
/// # Outcome
///
/// `Idempotent`, as we conclude from what it says: the same values once more change nothing. Somebody else's change in
/// between would be undone by a repetition.
///
/// # Cancellation
///
/// Dropping the future, or reaching the deadline, means: the branch may have been changed. Send it again.
///
/// # Source
///
/// The 1C page, branches: request and answer are documented; method and path are those of the vendor's OpenAPI document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UpdateBranch {
    id: BranchOfficeId,
    fields: Fields,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
struct Fields {
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    agent_id: Option<AgentId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<Personal<String>>,
    #[serde(skip_serializing_if = "Patch::is_absent")]
    limit_monthly: Patch<Roubles>,
    #[serde(skip_serializing_if = "Patch::is_absent")]
    limit_daily: Patch<Roubles>,
    #[serde(
        skip_serializing_if = "Option::is_none",
        serialize_with = "zero_or_one"
    )]
    is_active: Option<bool>,
}

/// The page's own form of the flag.
fn zero_or_one<S: Serializer>(flag: &Option<bool>, to: S) -> Result<S::Ok, S::Error> {
    flag.map(u8::from).serialize(to)
}

impl UpdateBranch {
    /// All fields of the branch, as the page requires. A limit of `None` is "no limit": what the branch had before is
    /// lifted.
    pub fn new(
        id: BranchOfficeId,
        name: impl Into<String>,
        agent_id: AgentId,
        address: impl Into<Personal<String>>,
        limit_monthly: Option<Money>,
        limit_daily: Option<Money>,
        is_active: bool,
    ) -> Self {
        let limit = |limit: Option<Money>| limit.map_or(Patch::Null, Patch::Value);
        Self::partial(id)
            .name(name)
            .agent_id(agent_id)
            .address(address)
            .limit_monthly(limit(limit_monthly))
            .limit_daily(limit(limit_daily))
            .is_active(is_active)
    }

    /// Only what is set after this. Inferred: the page of record marks every field as required.
    #[must_use]
    pub fn partial(id: BranchOfficeId) -> Self {
        Self {
            id,
            fields: Fields::default(),
        }
    }

    /// What the customer calls it.
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.fields.name = Some(name.into());
        self
    }

    /// The legal entity that it belongs to.
    #[must_use]
    pub fn agent_id(mut self, id: AgentId) -> Self {
        self.fields.agent_id = Some(id);
        self
    }

    /// Where it is.
    #[must_use]
    pub fn address(mut self, address: impl Into<Personal<String>>) -> Self {
        self.fields.address = Some(address.into());
        self
    }

    /// The most that it may pay out in a calendar month, roubles; `Patch::Null` lifts the limit.
    #[must_use]
    pub fn limit_monthly(mut self, limit: impl Into<Patch<Money>>) -> Self {
        self.fields.limit_monthly = roubles(limit.into());
        self
    }

    /// The most that it may pay out in a day, roubles; `Patch::Null` lifts the limit.
    #[must_use]
    pub fn limit_daily(mut self, limit: impl Into<Patch<Money>>) -> Self {
        self.fields.limit_daily = roubles(limit.into());
        self
    }

    /// Whether it may pay out.
    #[must_use]
    pub fn is_active(mut self, active: bool) -> Self {
        self.fields.is_active = Some(active);
        self
    }
}

fn roubles(limit: Patch<Money>) -> Patch<Roubles> {
    match limit {
        Patch::Absent => Patch::Absent,
        Patch::Null => Patch::Null,
        Patch::Value(limit) => Patch::Value(Roubles(limit)),
    }
}

impl Operation for UpdateBranch {
    type Provider = PayoutsPlatform;
    type Output = Item<Branch>;

    const META: OperationMeta = OperationMeta::new(
        "payouts-platform.update-branch",
        Effect::Idempotent,
        Method::Patch,
        HostId::API,
        BRANCH,
    )
    .provenance(ROUTE_INFERRED);

    fn parts(&self) -> Result<Parts, InvalidRequest> {
        let fields = &self.fields;
        let mut checks = Checks::new();
        checks.that(
            *fields != Fields::default(),
            "body",
            "must change something",
            || "no field".to_owned(),
        );
        if let Some(name) = &fields.name {
            checks.not_blank("name", name);
        }
        if let Some(address) = &fields.address {
            checks.not_blank("address", address.expose());
        }
        check_limit(&mut checks, "limit_monthly", fields.limit_monthly.value());
        check_limit(&mut checks, "limit_daily", fields.limit_daily.value());
        checks.finish()?;
        request()
            .path("branch_office_id", self.id.to_string())
            .json(fields)
    }

    fn parse(answer: &Answer) -> Result<Item<Branch>, ReadError> {
        answer.json()
    }
}
