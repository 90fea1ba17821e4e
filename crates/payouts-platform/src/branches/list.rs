use rubank_core::operation::{
    Answer, Checks, Effect, HostId, InvalidRequest, Method, Operation, OperationMeta, Parts,
};
use rubank_core::personal::Personal;
use rubank_core::read::ReadError;

use super::{BRANCHES, Branch};
use crate::ids::AgentId;
use crate::paging::{Page, Window, row_key};
use crate::provider::{PayoutsPlatform, ROUTE_INFERRED, request};

/// Lists the branches (филиалы), a hundred to a page unless told otherwise.
///
/// ```no_run
/// # async fn f(client: payouts_platform::Client) -> Result<(), payouts_platform::Error> {
/// use payouts_platform::ListBranches;
///
/// let mut branches = client.items(ListBranches::new().is_active(true).include_limits());
/// while let Some(branch) = branches.next().await {
///     let branch = branch?;
///     println!("{:?} {:?}", branch.id, branch.limits);
/// }
/// # Ok(())
/// # }
/// ```
///
/// # Source
///
/// The 1C page, branches: request and answer are documented; the path is that of the vendor's OpenAPI document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListBranches {
    agent_id: Option<AgentId>,
    order: Option<BranchOrder>,
    customer_id: Option<i64>,
    is_active: Option<bool>,
    include_limits: bool,
    search: Option<Personal<String>>,
    window: Window,
}

/// What branches can be ordered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum BranchOrder {
    /// `id`
    Id,
    /// `-id`
    IdDescending,
    /// `monthly_limit`
    MonthlyLimit,
    /// `created_at`
    CreatedAt,
    /// `name`
    Name,
    /// `-name`
    NameDescending,
}

impl BranchOrder {
    /// The value on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::IdDescending => "-id",
            Self::MonthlyLimit => "monthly_limit",
            Self::CreatedAt => "created_at",
            Self::Name => "name",
            Self::NameDescending => "-name",
        }
    }
}

impl ListBranches {
    /// All branches.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Only those of this legal entity.
    #[must_use]
    pub fn agent_id(mut self, id: AgentId) -> Self {
        self.agent_id = Some(id);
        self
    }

    /// The order. By `id` nothing shifts while pages are read.
    #[must_use]
    pub fn order(mut self, order: BranchOrder) -> Self {
        self.order = Some(order);
        self
    }

    /// Only those of this customer (`customer_id`).
    #[must_use]
    pub fn customer_id(mut self, id: i64) -> Self {
        self.customer_id = Some(id);
        self
    }

    /// Only those that may pay out, or only those that may not.
    #[must_use]
    pub fn is_active(mut self, active: bool) -> Self {
        self.is_active = Some(active);
        self
    }

    /// With the limits and what is spent of them (`include=limits`).
    #[must_use]
    pub fn include_limits(mut self) -> Self {
        self.include_limits = true;
        self
    }

    /// Only those with this in their name or address.
    #[must_use]
    pub fn search(mut self, text: impl Into<Personal<String>>) -> Self {
        self.search = Some(text.into());
        self
    }

    /// The page, from 1.
    #[must_use]
    pub fn page(mut self, page: u64) -> Self {
        self.window.page = page;
        self
    }

    /// Rows to a page: one of [`PER_PAGE`](crate::PER_PAGE).
    #[must_use]
    pub fn per_page(mut self, rows: u32) -> Self {
        self.window.per_page = rows;
        self
    }
}

impl Operation for ListBranches {
    type Provider = PayoutsPlatform;
    type Output = Page<Branch>;

    const META: OperationMeta = OperationMeta::new(
        "payouts-platform.list-branches",
        Effect::Read,
        Method::Get,
        HostId::API,
        BRANCHES,
    )
    .provenance(ROUTE_INFERRED);

    fn parts(&self) -> Result<Parts, InvalidRequest> {
        let mut checks = Checks::new();
        self.window.check(&mut checks);
        checks.finish()?;
        let parts = request()
            .query_opt("agent_id", self.agent_id)
            .query_opt("order", self.order.map(BranchOrder::as_str))
            .query_opt("customer_id", self.customer_id)
            .query_opt("is_active", self.is_active.map(u8::from))
            .query_opt("include", self.include_limits.then_some("limits"))
            .query_opt("search", self.search.as_ref().map(Personal::expose));
        Ok(self.window.put(parts))
    }

    fn parse(answer: &Answer) -> Result<Page<Branch>, ReadError> {
        answer.json()
    }
}

crate::paging::paged!(ListBranches of Branch, its window is window, |row| row_key(row.id, row));
