use std::time::Duration;

use rubank_core::model;
use rubank_core::operation::{
    Answer, Checks, Effect, HostId, InvalidRequest, Method, Operation, OperationMeta, Parts,
    Provenance, ProvenanceGrade,
};
use rubank_core::polling::{Poll, PollState};
use rubank_core::read::ReadError;

use crate::ids::PassportCheckId;
use crate::paging::Item;
use crate::provider::{PayoutsPlatform, request};
use crate::recognition::ProcessingStatus;

/// Gets how far a check of a passport is. It can also be waited for with `client.poll`.
///
/// How a check ends was never published: the page shows only `processing`. `completed`, the end of a recognition of
/// scans, is taken for an end here too; everything else is waited for until your deadline, and the last answer is given
/// back then.
///
/// **Nobody published its path**: until you set it with `ClientBuilder::override_route`, or opt in with
/// `allow_unverified_paths`, it is refused before anything is sent.
///
/// # Source
///
/// The 1C page, passport check: the answer is documented; that the identifier stands in the path is inferred, the path
/// itself is unverified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GetPassportCheck {
    id: PassportCheckId,
}

impl GetPassportCheck {
    /// The check under this identifier.
    pub fn new(id: impl Into<PassportCheckId>) -> Self {
        Self { id: id.into() }
    }
}

model! {
    /// A check of a passport.
    #[derive(Eq)]
    pub struct PassportCheck {
        /// The platform's identifier.
        pub id: Option<PassportCheckId> = shown "id",
        /// How far it is; the platform gives it no title.
        pub status: Option<ProcessingStatus> = shown "status",
    }
}

impl Operation for GetPassportCheck {
    type Provider = PayoutsPlatform;
    type Output = Item<PassportCheck>;

    const META: OperationMeta = OperationMeta::new(
        "payouts-platform.get-passport-check",
        Effect::Read,
        Method::Get,
        HostId::API,
        "/unverified/payouts-platform.get-passport-check/{requestId}",
    )
    .provenance(Provenance::new(
        ProvenanceGrade::Unverified,
        ProvenanceGrade::Inferred,
        ProvenanceGrade::Documented,
    ));

    fn parts(&self) -> Result<Parts, InvalidRequest> {
        let mut checks = Checks::new();
        checks.not_blank("requestId", self.id.as_str());
        checks.finish()?;
        Ok(request().path("requestId", self.id.as_str()))
    }

    fn parse(answer: &Answer) -> Result<Item<PassportCheck>, ReadError> {
        answer.json()
    }
}

impl Poll for GetPassportCheck {
    // The page names no pace.
    const INTERVAL: Duration = Duration::from_secs(2);

    fn state(check: &Item<PassportCheck>) -> PollState {
        match &check.status {
            Some(status) if status.is_final() => PollState::Final,
            _ => PollState::Running,
        }
    }
}
