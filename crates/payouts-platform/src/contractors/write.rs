//! Contractors created, updated, deleted.

use rubank_core::operation::{
    Answer, Effect, HostId, InvalidRequest, Method, Operation, OperationMeta, Parts, Provenance,
    ProvenanceGrade,
};
use rubank_core::read::ReadError;

use super::details::ContractorDetails;
use super::model::Contractor;
use super::{CONTRACTOR, CONTRACTORS};
use crate::ids::ContractorId;
use crate::paging::{Done, Item};
use crate::provider::{PayoutsPlatform, REQUEST_INFERRED, request};

/// Creates a contractor, **or overwrites the one who has that phone**.
///
/// The phone is the only key: with a mistyped one another person's card gets this name, INN and passport, and whoever
/// is paid by it next is paid wrongly. Compare the answer's `created_at` and `updated_at` to see which of the two
/// happened; the platform does not say.
///
/// # Outcome
///
/// `Idempotent` by the page's words: the same card twice is the same card. It is repeated by itself.
///
/// # Cancellation
///
/// Dropping the future, or reaching the deadline, means: it may have been written. Send it again.
///
/// # Source
///
/// The 1C page, contractors: fields and answer are documented, except for the names of two fields; these, method and
/// path are those of the vendor's OpenAPI document.
#[derive(Clone, Debug, PartialEq)]
pub struct UpsertContractor {
    details: ContractorDetails,
}

impl UpsertContractor {
    /// This card.
    pub const fn new(details: ContractorDetails) -> Self {
        Self { details }
    }
}

impl Operation for UpsertContractor {
    type Provider = PayoutsPlatform;
    type Output = Item<Contractor>;

    const META: OperationMeta = OperationMeta::new(
        "payouts-platform.upsert-contractor",
        Effect::Idempotent,
        Method::Post,
        HostId::API,
        CONTRACTORS,
    )
    .guarded()
    .provenance(REQUEST_INFERRED);

    fn parts(&self) -> Result<Parts, InvalidRequest> {
        self.details.check()?;
        request().json(&self.details)
    }

    fn parse(answer: &Answer) -> Result<Item<Contractor>, ReadError> {
        answer.json()
    }
}

/// Updates a contractor's card: the whole of it, so read it first.
///
/// # Outcome
///
/// `Idempotent`: a full replacement. It is repeated by itself.
///
/// # Cancellation
///
/// Dropping the future, or reaching the deadline, means: it may have been written. Send it again.
///
/// # Source
///
/// As [`UpsertContractor`]. The 1C page wraps the answer, the vendor's OpenAPI document does not; both are read.
#[derive(Clone, Debug, PartialEq)]
pub struct UpdateContractor {
    id: ContractorId,
    details: ContractorDetails,
}

impl UpdateContractor {
    /// This contractor's card becomes this one.
    pub fn new(id: impl Into<ContractorId>, details: ContractorDetails) -> Self {
        Self {
            id: id.into(),
            details,
        }
    }
}

impl Operation for UpdateContractor {
    type Provider = PayoutsPlatform;
    type Output = Item<Contractor>;

    const META: OperationMeta = OperationMeta::new(
        "payouts-platform.update-contractor",
        Effect::Idempotent,
        Method::Put,
        HostId::API,
        CONTRACTOR,
    )
    .guarded()
    .provenance(REQUEST_INFERRED);

    fn parts(&self) -> Result<Parts, InvalidRequest> {
        self.details.check()?;
        request()
            .path("contractor_id", self.id.to_string())
            .json(&self.details)
    }

    fn parse(answer: &Answer) -> Result<Item<Contractor>, ReadError> {
        answer.json()
    }
}

/// Deletes a contractor.
///
/// # Outcome
///
/// `Idempotent`: it is repeated by itself, and a 404 on the repetition means that the contractor is gone.
///
/// # Cancellation
///
/// Dropping the future, or reaching the deadline, means: the contractor may be gone. Send it again.
///
/// # Source
///
/// The 1C page, contractors: the request is documented; method, path and the empty answer are those of the vendor's
/// OpenAPI document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeleteContractor {
    id: ContractorId,
}

impl DeleteContractor {
    /// This contractor.
    pub fn new(id: impl Into<ContractorId>) -> Self {
        Self { id: id.into() }
    }
}

impl Operation for DeleteContractor {
    type Provider = PayoutsPlatform;
    type Output = Done;

    const META: OperationMeta = OperationMeta::new(
        "payouts-platform.delete-contractor",
        Effect::Idempotent,
        Method::Delete,
        HostId::API,
        CONTRACTOR,
    )
    .provenance(Provenance::new(
        ProvenanceGrade::Inferred,
        ProvenanceGrade::Documented,
        ProvenanceGrade::Inferred,
    ));

    fn parts(&self) -> Result<Parts, InvalidRequest> {
        Ok(request().path("contractor_id", self.id.to_string()))
    }

    fn parse(answer: &Answer) -> Result<Done, ReadError> {
        Done::read(answer)
    }
}
