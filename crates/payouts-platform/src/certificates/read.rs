//! Acceptance certificates, one or many.

use std::fmt;

use rubank_core::operation::{
    Answer, Checks, Effect, HostId, InvalidRequest, Method, Operation, OperationMeta, Parts,
};
use rubank_core::read::ReadError;

use super::model::Certificate;
use super::{CERTIFICATE, CERTIFICATES};
use crate::ids::{AgentId, BranchOfficeId, CertificateId, ContractorId};
use crate::paging::{Item, Page, Window, check_wanted, comma_list, row_key};
use crate::period::{Period, When};
use crate::provider::{PayoutsPlatform, ROUTE_INFERRED, request};

/// Lists acceptance certificates.
///
/// # Source
///
/// The 1C page, acceptance certificates: request and answer are documented; the path is concluded from the names of its
/// schemas. It publishes no limits of a page; those of the other lists are kept here.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListCertificates {
    order: Option<CertificateOrder>,
    window: Window,
    contractors: Option<Vec<ContractorId>>,
    agents: Option<Vec<AgentId>>,
    branch_offices: Option<Vec<BranchOfficeId>>,
    ids: Option<Vec<CertificateId>>,
    created: Period,
    updated: Period,
}

/// What certificates can be ordered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CertificateOrder {
    /// `name`
    Name,
    /// `created_at`
    CreatedAt,
    /// `id`: safe while certificates are made.
    Id,
}

impl fmt::Display for CertificateOrder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Name => "name",
            Self::CreatedAt => "created_at",
            Self::Id => "id",
        })
    }
}

impl ListCertificates {
    /// All of them, from the first page, a hundred to a page.
    pub fn new() -> Self {
        Self::default()
    }

    /// In this order.
    #[must_use]
    pub fn order(mut self, order: CertificateOrder) -> Self {
        self.order = Some(order);
        self
    }

    /// Only of these contractors.
    #[must_use]
    pub fn contractors(mut self, ids: impl IntoIterator<Item = ContractorId>) -> Self {
        self.contractors = Some(ids.into_iter().collect());
        self
    }

    /// Only of these legal entities.
    #[must_use]
    pub fn agents(mut self, ids: impl IntoIterator<Item = AgentId>) -> Self {
        self.agents = Some(ids.into_iter().collect());
        self
    }

    /// Only of these branches.
    #[must_use]
    pub fn branch_offices(mut self, ids: impl IntoIterator<Item = BranchOfficeId>) -> Self {
        self.branch_offices = Some(ids.into_iter().collect());
        self
    }

    /// Only these. An empty list is refused.
    #[must_use]
    pub fn ids(mut self, ids: impl IntoIterator<Item = CertificateId>) -> Self {
        self.ids = Some(ids.into_iter().collect());
        self
    }

    /// Only made at this moment or day, or later.
    #[must_use]
    pub fn created_from(mut self, from: impl Into<When>) -> Self {
        self.created.from = Some(from.into());
        self
    }

    /// Only made at this moment or day, or earlier.
    #[must_use]
    pub fn created_to(mut self, to: impl Into<When>) -> Self {
        self.created.to = Some(to.into());
        self
    }

    /// Only changed at this moment or day, or later. The page describes it as creation, by mistake as it seems.
    #[must_use]
    pub fn updated_from(mut self, from: impl Into<When>) -> Self {
        self.updated.from = Some(from.into());
        self
    }

    /// Only changed at this moment or day, or earlier.
    #[must_use]
    pub fn updated_to(mut self, to: impl Into<When>) -> Self {
        self.updated.to = Some(to.into());
        self
    }

    /// From this page, counted from 1.
    #[must_use]
    pub const fn page(mut self, page: u64) -> Self {
        self.window.page = page;
        self
    }

    /// Rows to a page, one of [`PER_PAGE`](crate::PER_PAGE).
    #[must_use]
    pub const fn per_page(mut self, rows: u32) -> Self {
        self.window.per_page = rows;
        self
    }
}

impl Operation for ListCertificates {
    type Provider = PayoutsPlatform;
    type Output = Page<Certificate>;

    const META: OperationMeta = OperationMeta::new(
        "payouts-platform.list-certificates",
        Effect::Read,
        Method::Get,
        HostId::API,
        CERTIFICATES,
    )
    .provenance(ROUTE_INFERRED);

    fn parts(&self) -> Result<Parts, InvalidRequest> {
        let mut checks = Checks::new();
        check_wanted(&mut checks, "contractor_ids", self.contractors.as_deref());
        check_wanted(&mut checks, "agent_ids", self.agents.as_deref());
        check_wanted(
            &mut checks,
            "branch_office_ids",
            self.branch_offices.as_deref(),
        );
        check_wanted(&mut checks, "ids", self.ids.as_deref());
        self.window.check(&mut checks);
        self.created.check(&mut checks, "created_at_from");
        self.updated.check(&mut checks, "updated_at_from");
        checks.finish()?;
        let parts = self
            .window
            .put(request().query_opt("order", self.order))
            .query_opt(
                "contractor_ids",
                self.contractors.as_deref().and_then(comma_list),
            )
            .query_opt("agent_ids", self.agents.as_deref().and_then(comma_list))
            .query_opt(
                "branch_office_ids",
                self.branch_offices.as_deref().and_then(comma_list),
            )
            .query_opt("ids", self.ids.as_deref().and_then(comma_list));
        let parts = self.created.put(parts, "created_at_from", "created_at_to");
        Ok(self.updated.put(parts, "updated_at_from", "updated_at_to"))
    }

    fn parse(answer: &Answer) -> Result<Page<Certificate>, ReadError> {
        answer.json()
    }
}

crate::paging::paged!(ListCertificates of Certificate, its window is window, |row| row_key(row.id, row));

/// Gets an acceptance certificate: its payout, and what may be done with it.
///
/// # Source
///
/// As [`ListCertificates`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GetCertificate {
    id: CertificateId,
}

impl GetCertificate {
    /// This one.
    pub fn new(id: impl Into<CertificateId>) -> Self {
        Self { id: id.into() }
    }
}

impl Operation for GetCertificate {
    type Provider = PayoutsPlatform;
    type Output = Item<Certificate>;

    const META: OperationMeta = OperationMeta::new(
        "payouts-platform.get-certificate",
        Effect::Read,
        Method::Get,
        HostId::API,
        CERTIFICATE,
    )
    .provenance(ROUTE_INFERRED);

    fn parts(&self) -> Result<Parts, InvalidRequest> {
        Ok(request().path("cert_id", self.id.to_string()))
    }

    fn parse(answer: &Answer) -> Result<Item<Certificate>, ReadError> {
        answer.json()
    }
}
