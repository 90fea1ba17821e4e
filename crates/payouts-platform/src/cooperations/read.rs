use rubank_core::operation::{
    Answer, Checks, Effect, HostId, InvalidRequest, Method, Operation, OperationMeta, Parts,
};
use rubank_core::read::ReadError;

use super::{COOPERATION, COOPERATIONS, Cooperation};
use crate::ids::{ContractorId, CooperationId};
use crate::paging::{Item, Page, Window, row_key};
use crate::provider::{PayoutsPlatform, ROUTE_INFERRED, request};

/// Lists the cooperations (сотрудничества) of a contractor, a hundred to a page unless told otherwise.
///
/// # Source
///
/// The 1C page, cooperations: request and answer are documented; the path is inferred.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListCooperations {
    contractor_id: ContractorId,
    window: Window,
}

impl ListCooperations {
    /// All of this contractor.
    #[must_use]
    pub fn new(contractor_id: ContractorId) -> Self {
        Self {
            contractor_id,
            window: Window::default(),
        }
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

/// Gets one cooperation (сотрудничество) of a contractor.
///
/// # Source
///
/// The 1C page, cooperations: request and answer are documented; the path is inferred.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GetCooperation {
    contractor_id: ContractorId,
    id: CooperationId,
}

impl GetCooperation {
    /// This one of this contractor.
    #[must_use]
    pub const fn new(contractor_id: ContractorId, id: CooperationId) -> Self {
        Self { contractor_id, id }
    }
}

impl Operation for ListCooperations {
    type Provider = PayoutsPlatform;
    type Output = Page<Cooperation>;

    const META: OperationMeta = OperationMeta::new(
        "payouts-platform.list-cooperations",
        Effect::Read,
        Method::Get,
        HostId::API,
        COOPERATIONS,
    )
    .provenance(ROUTE_INFERRED);

    fn parts(&self) -> Result<Parts, InvalidRequest> {
        let mut checks = Checks::new();
        self.window.check(&mut checks);
        checks.finish()?;
        let parts = request().path("contractor_id", self.contractor_id.to_string());
        Ok(self.window.put(parts))
    }

    fn parse(answer: &Answer) -> Result<Page<Cooperation>, ReadError> {
        answer.json()
    }
}

crate::paging::paged!(ListCooperations of Cooperation, its window is window, |row| row_key(row.id, row));

impl Operation for GetCooperation {
    type Provider = PayoutsPlatform;
    type Output = Item<Cooperation>;

    const META: OperationMeta = OperationMeta::new(
        "payouts-platform.get-cooperation",
        Effect::Read,
        Method::Get,
        HostId::API,
        COOPERATION,
    )
    .provenance(ROUTE_INFERRED);

    fn parts(&self) -> Result<Parts, InvalidRequest> {
        Ok(request()
            .path("contractor_id", self.contractor_id.to_string())
            .path("cooperation_id", self.id.to_string()))
    }

    fn parse(answer: &Answer) -> Result<Item<Cooperation>, ReadError> {
        answer.json()
    }
}
