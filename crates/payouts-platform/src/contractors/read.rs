//! Contractors, one or all.

use rubank_core::operation::{
    Answer, Checks, Effect, HostId, InvalidRequest, Method, Operation, OperationMeta, Parts,
};
use rubank_core::read::ReadError;

use super::model::Contractor;
use super::{CONTRACTOR, CONTRACTORS};
use crate::ids::ContractorId;
use crate::paging::{Item, Page, Window, row_key};
use crate::provider::{PayoutsPlatform, ROUTE_INFERRED, request};

/// Lists all contractors. No filter is documented, none by phone either.
///
/// # Source
///
/// The 1C page, contractors: request and answer are documented; the path is that of the vendor's OpenAPI document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListContractors {
    window: Window,
}

impl ListContractors {
    /// All of them, from the first page, a hundred to a page.
    pub fn new() -> Self {
        Self::default()
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

impl Operation for ListContractors {
    type Provider = PayoutsPlatform;
    type Output = Page<Contractor>;

    const META: OperationMeta = OperationMeta::new(
        "payouts-platform.list-contractors",
        Effect::Read,
        Method::Get,
        HostId::API,
        CONTRACTORS,
    )
    .provenance(ROUTE_INFERRED);

    fn parts(&self) -> Result<Parts, InvalidRequest> {
        let mut checks = Checks::new();
        self.window.check(&mut checks);
        checks.finish()?;
        Ok(self.window.put(request()))
    }

    fn parse(answer: &Answer) -> Result<Page<Contractor>, ReadError> {
        answer.json()
    }
}

crate::paging::paged!(ListContractors of Contractor, its window is window, |row| row_key(row.id, row));

/// Gets a contractor's card.
///
/// # Source
///
/// As [`ListContractors`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GetContractor {
    id: ContractorId,
}

impl GetContractor {
    /// This contractor.
    pub fn new(id: impl Into<ContractorId>) -> Self {
        Self { id: id.into() }
    }
}

impl Operation for GetContractor {
    type Provider = PayoutsPlatform;
    type Output = Item<Contractor>;

    const META: OperationMeta = OperationMeta::new(
        "payouts-platform.get-contractor",
        Effect::Read,
        Method::Get,
        HostId::API,
        CONTRACTOR,
    )
    .provenance(ROUTE_INFERRED);

    fn parts(&self) -> Result<Parts, InvalidRequest> {
        Ok(request().path("contractor_id", self.id.to_string()))
    }

    fn parse(answer: &Answer) -> Result<Item<Contractor>, ReadError> {
        answer.json()
    }
}
