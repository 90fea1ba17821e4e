use rubank_core::operation::{
    Answer, Checks, Effect, HostId, InvalidRequest, Method, Operation, OperationMeta, Parts,
    Provenance, ProvenanceGrade,
};
use rubank_core::paging::{ForeignLink, Paged, RowKey};
use rubank_core::read::ReadError;

use super::{COOPERATION, COOPERATIONS, Cooperation};
use crate::ids::{ContractorId, CooperationId};
use crate::paging::{Item, Page, Window};
use crate::provider::{PayoutsPlatform, request};

const PATH_INFERRED: Provenance = Provenance::new(
    ProvenanceGrade::Inferred,
    ProvenanceGrade::Documented,
    ProvenanceGrade::Documented,
);

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
    .provenance(PATH_INFERRED);

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

impl Paged for ListCooperations {
    type Item = Cooperation;

    fn next(&self, page: &Page<Cooperation>) -> Result<Option<Self>, ForeignLink> {
        let window = self.window.after(page.meta.as_ref());
        Ok(window.map(|window| Self { window, ..*self }))
    }

    fn rows(page: Page<Cooperation>) -> Vec<Result<Cooperation, ReadError>> {
        page.into_results()
    }

    fn key(cooperation: &Cooperation) -> RowKey {
        match cooperation.id {
            Some(id) => RowKey::Id(id.to_string()),
            None => RowKey::Content(format!("{cooperation:?}")),
        }
    }
}

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
    .provenance(PATH_INFERRED);

    fn parts(&self) -> Result<Parts, InvalidRequest> {
        Ok(request()
            .path("contractor_id", self.contractor_id.to_string())
            .path("cooperation_id", self.id.to_string()))
    }

    fn parse(answer: &Answer) -> Result<Item<Cooperation>, ReadError> {
        answer.json()
    }
}
