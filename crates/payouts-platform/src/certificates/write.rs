//! Acceptance certificates created and updated.

use rubank_core::operation::{
    Answer, Effect, HostId, InvalidRequest, Method, Operation, OperationMeta, Parts,
};
use rubank_core::read::ReadError;

use super::details::CertificateDetails;
use super::model::Certificate;
use super::read::ListCertificates;
use super::{CERTIFICATE, CERTIFICATES};
use crate::ids::CertificateId;
use crate::paging::Item;
use crate::provider::{PayoutsPlatform, REQUEST_INFERRED, request};

/// Creates an acceptance certificate. No money moves: [`PayCertificate`](crate::PayCertificate) does that.
///
/// # Outcome
///
/// `Once`: nothing tells two certificates apart, not even equal numbers. It is sent again only if nothing of it left
/// this machine. After `Outcome::Unknown` a person, or a program that knows the numbers to be unique, looks through
/// [`ListCertificates`] of the contractor since that moment for the number.
///
/// # Cancellation
///
/// Dropping the future, or reaching the deadline, means: the certificate may have been made.
///
/// # Source
///
/// The 1C page, acceptance certificates: fields and answer are documented, except for the names of four objects, which
/// its samples have; method and path are concluded from the names of its schemas.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreateCertificate {
    details: CertificateDetails,
}

impl CreateCertificate {
    /// This certificate.
    pub const fn new(details: CertificateDetails) -> Self {
        Self { details }
    }
}

impl Operation for CreateCertificate {
    type Provider = PayoutsPlatform;
    type Output = Item<Certificate>;

    const META: OperationMeta = OperationMeta::new(
        "payouts-platform.create-certificate",
        Effect::Once,
        Method::Post,
        HostId::API,
        CERTIFICATES,
    )
    .guarded()
    .lookup(ListCertificates::META.id)
    .provenance(REQUEST_INFERRED);

    fn parts(&self) -> Result<Parts, InvalidRequest> {
        self.details.check()?;
        request().json(&self.details)
    }

    fn parse(answer: &Answer) -> Result<Item<Certificate>, ReadError> {
        answer.json()
    }
}

/// Updates an acceptance certificate: the whole of it, so read it first. Whether it may be is told by its
/// `abilities.can_edit`.
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
/// As [`CreateCertificate`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UpdateCertificate {
    id: CertificateId,
    details: CertificateDetails,
}

impl UpdateCertificate {
    /// This certificate becomes this.
    pub fn new(id: impl Into<CertificateId>, details: CertificateDetails) -> Self {
        Self {
            id: id.into(),
            details,
        }
    }
}

impl Operation for UpdateCertificate {
    type Provider = PayoutsPlatform;
    type Output = Item<Certificate>;

    const META: OperationMeta = OperationMeta::new(
        "payouts-platform.update-certificate",
        Effect::Idempotent,
        Method::Put,
        HostId::API,
        CERTIFICATE,
    )
    .guarded()
    .provenance(REQUEST_INFERRED);

    fn parts(&self) -> Result<Parts, InvalidRequest> {
        self.details.check()?;
        request()
            .path("cert_id", self.id.to_string())
            .json(&self.details)
    }

    fn parse(answer: &Answer) -> Result<Item<Certificate>, ReadError> {
        answer.json()
    }
}
