use rubank_core::operation::{
    Answer, Checks, Effect, HostId, InvalidRequest, Method, Operation, OperationMeta, Parts,
};
use rubank_core::read::ReadError;

use super::{Identification, PersonIdentity};
use crate::ids::ContractorId;
use crate::paging::Item;
use crate::provider::{PayoutsPlatform, ROUTE_INFERRED, request};

/// How much an answer tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum IdentificationView {
    /// Identifiers and the status.
    Simple,
    /// The passport too.
    Passport,
}

impl IdentificationView {
    /// The value on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Simple => "simple",
            Self::Passport => "passport",
        }
    }
}

/// Identifies a contractor by force, from what you know of them, without asking them.
///
/// # Outcome
///
/// Unprotected (`Once`): sent again only if nothing left this machine. After `Outcome::Unknown` there may be a request;
/// an approved one shows with [`GetLastApprovedIdentification`], the others have no operation that lists them.
///
/// # Cancellation
///
/// Dropping the future, or reaching the deadline, means: there may be a request.
///
/// # Source
///
/// The 1C page, contractors: request and answer are documented; the path, and the statuses, are those of the vendor's
/// OpenAPI document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestIdentification {
    contractor_id: ContractorId,
    person: PersonIdentity,
    view: Option<IdentificationView>,
}

impl RequestIdentification {
    /// Whom, and who they are.
    #[must_use]
    pub fn new(contractor_id: ContractorId, person: PersonIdentity) -> Self {
        Self {
            contractor_id,
            person,
            view: None,
        }
    }

    /// How much the answer tells.
    #[must_use]
    pub fn view(mut self, view: IdentificationView) -> Self {
        self.view = Some(view);
        self
    }
}

/// Gets the last identification of a contractor that was approved.
///
/// # Source
///
/// The 1C page, contractors: request and answer are documented; the path is that of the vendor's OpenAPI document. What
/// comes when there is none stands nowhere; a 404 is likely.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GetLastApprovedIdentification {
    contractor_id: ContractorId,
    view: Option<IdentificationView>,
}

impl GetLastApprovedIdentification {
    /// Of this contractor.
    #[must_use]
    pub const fn new(contractor_id: ContractorId) -> Self {
        Self {
            contractor_id,
            view: None,
        }
    }

    /// How much the answer tells.
    #[must_use]
    pub const fn view(mut self, view: IdentificationView) -> Self {
        self.view = Some(view);
        self
    }
}

impl Operation for RequestIdentification {
    type Provider = PayoutsPlatform;
    type Output = Item<Identification>;

    const META: OperationMeta = OperationMeta::new(
        "payouts-platform.request-identification",
        Effect::Once,
        Method::Post,
        HostId::API,
        "/contractors/{contractor_id}/identification-requests",
    )
    .guarded()
    .provenance(ROUTE_INFERRED);

    fn parts(&self) -> Result<Parts, InvalidRequest> {
        let mut checks = Checks::new();
        self.person.check(&mut checks);
        checks.finish()?;
        request()
            .path("contractor_id", self.contractor_id.to_string())
            .query_opt("view", self.view.map(IdentificationView::as_str))
            .json(&self.person)
    }

    fn parse(answer: &Answer) -> Result<Item<Identification>, ReadError> {
        answer.json()
    }
}

impl Operation for GetLastApprovedIdentification {
    type Provider = PayoutsPlatform;
    type Output = Item<Identification>;

    const META: OperationMeta = OperationMeta::new(
        "payouts-platform.get-last-approved-identification",
        Effect::Read,
        Method::Get,
        HostId::API,
        "/contractors/{contractor_id}/identification-requests/last-approved",
    )
    .provenance(ROUTE_INFERRED);

    fn parts(&self) -> Result<Parts, InvalidRequest> {
        Ok(request()
            .path("contractor_id", self.contractor_id.to_string())
            .query_opt("view", self.view.map(IdentificationView::as_str)))
    }

    fn parse(answer: &Answer) -> Result<Item<Identification>, ReadError> {
        answer.json()
    }
}
