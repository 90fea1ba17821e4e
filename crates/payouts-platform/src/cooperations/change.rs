use rubank_core::operation::{
    Answer, Checks, Effect, HostId, InvalidRequest, Method, Operation, OperationMeta, Parts,
    Provenance, ProvenanceGrade,
};
use rubank_core::read::ReadError;
use serde::Serialize;

use super::{COOPERATION, COOPERATIONS, Cooperation, ListCooperations};
use crate::LegalForm;
use crate::ids::{AgentId, ContractorId, CooperationId};
use crate::paging::{Done, Item};
use crate::provider::{PayoutsPlatform, ROUTE_INFERRED, request};

/// Lets a contractor work with one more legal entity (creates a сотрудничество).
///
/// # Outcome
///
/// Unprotected (`Once`): sent again only if nothing left this machine. After `Outcome::Unknown` look for it by legal
/// entity with [`ListCooperations`](crate::ListCooperations) before you create another.
///
/// # Cancellation
///
/// Dropping the future, or reaching the deadline, means: it may have been created.
///
/// # Source
///
/// The 1C page, cooperations: request and answer are documented; the path is inferred.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreateCooperation {
    contractor_id: ContractorId,
    body: Body,
}

impl CreateCooperation {
    /// Who, with which legal entity, as what. For the self-employed say
    /// [`is_agree_pay_taxes`](Self::is_agree_pay_taxes) too.
    #[must_use]
    pub fn new(contractor_id: ContractorId, agent_id: AgentId, legal_form: LegalForm) -> Self {
        Self {
            contractor_id,
            body: Body::new(agent_id, legal_form),
        }
    }

    /// Whether the customer pays the contractor's tax for them. Required for the self-employed, so that nobody relies on
    /// the platform's own "no".
    #[must_use]
    pub fn is_agree_pay_taxes(mut self, agree: bool) -> Self {
        self.body.is_agree_pay_taxes = Some(agree);
        self
    }
}

/// Changes a cooperation (сотрудничество): all of it.
///
/// # Outcome
///
/// `Idempotent`, as we conclude: the same values once more change nothing.
///
/// # Cancellation
///
/// Dropping the future, or reaching the deadline, means: it may have been changed. Send it again.
///
/// # Source
///
/// The 1C page, cooperations: request and answer are documented; method and path are inferred.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UpdateCooperation {
    contractor_id: ContractorId,
    id: CooperationId,
    body: Body,
}

impl UpdateCooperation {
    /// Which one, and what it shall be. For the self-employed say [`is_agree_pay_taxes`](Self::is_agree_pay_taxes) too.
    #[must_use]
    pub fn new(
        contractor_id: ContractorId,
        id: CooperationId,
        agent_id: AgentId,
        legal_form: LegalForm,
    ) -> Self {
        Self {
            contractor_id,
            id,
            body: Body::new(agent_id, legal_form),
        }
    }

    /// Whether the customer pays the contractor's tax for them. Required for the self-employed.
    #[must_use]
    pub fn is_agree_pay_taxes(mut self, agree: bool) -> Self {
        self.body.is_agree_pay_taxes = Some(agree);
        self
    }
}

/// Ends a cooperation (сотрудничество).
///
/// # Outcome
///
/// `Idempotent`: once deleted it stays deleted. A 404 for a repeated deletion means "already gone".
///
/// # Cancellation
///
/// Dropping the future, or reaching the deadline, means: it may be deleted. Send it again.
///
/// # Source
///
/// The 1C page, cooperations: the request is documented, the path is inferred. What a success looks like stands nowhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeleteCooperation {
    contractor_id: ContractorId,
    id: CooperationId,
}

impl DeleteCooperation {
    /// This cooperation of this contractor.
    #[must_use]
    pub const fn new(contractor_id: ContractorId, id: CooperationId) -> Self {
        Self { contractor_id, id }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct Body {
    agent_id: AgentId,
    legal_form_id: LegalForm,
    #[serde(skip_serializing_if = "Option::is_none")]
    is_agree_pay_taxes: Option<bool>,
}

impl Body {
    fn new(agent_id: AgentId, legal_form: LegalForm) -> Self {
        Self {
            agent_id,
            legal_form_id: legal_form,
            is_agree_pay_taxes: None,
        }
    }

    fn check(&self) -> Result<(), InvalidRequest> {
        let mut checks = Checks::new();
        checks.that(
            self.legal_form_id.number().is_some(),
            "legal_form_id",
            "must be a number",
            || format!("{} characters", self.legal_form_id.as_str().len()),
        );
        checks.that(
            self.is_agree_pay_taxes.is_some() || self.legal_form_id != LegalForm::SelfEmployed,
            "is_agree_pay_taxes",
            "must be said for the self-employed",
            || "nothing".to_owned(),
        );
        checks.finish()
    }
}

impl Operation for CreateCooperation {
    type Provider = PayoutsPlatform;
    type Output = Item<Cooperation>;

    const META: OperationMeta = OperationMeta::new(
        "payouts-platform.create-cooperation",
        Effect::Once,
        Method::Post,
        HostId::API,
        COOPERATIONS,
    )
    .lookup(ListCooperations::META.id)
    .provenance(ROUTE_INFERRED);

    fn parts(&self) -> Result<Parts, InvalidRequest> {
        self.body.check()?;
        request()
            .path("contractor_id", self.contractor_id.to_string())
            .json(&self.body)
    }

    fn parse(answer: &Answer) -> Result<Item<Cooperation>, ReadError> {
        answer.json()
    }
}

impl Operation for UpdateCooperation {
    type Provider = PayoutsPlatform;
    type Output = Item<Cooperation>;

    const META: OperationMeta = OperationMeta::new(
        "payouts-platform.update-cooperation",
        Effect::Idempotent,
        Method::Put,
        HostId::API,
        COOPERATION,
    )
    .provenance(ROUTE_INFERRED);

    fn parts(&self) -> Result<Parts, InvalidRequest> {
        self.body.check()?;
        request()
            .path("contractor_id", self.contractor_id.to_string())
            .path("cooperation_id", self.id.to_string())
            .json(&self.body)
    }

    fn parse(answer: &Answer) -> Result<Item<Cooperation>, ReadError> {
        answer.json()
    }
}

impl Operation for DeleteCooperation {
    type Provider = PayoutsPlatform;
    type Output = Done;

    const META: OperationMeta = OperationMeta::new(
        "payouts-platform.delete-cooperation",
        Effect::Idempotent,
        Method::Delete,
        HostId::API,
        COOPERATION,
    )
    .provenance(Provenance::new(
        ProvenanceGrade::Inferred,
        ProvenanceGrade::Documented,
        ProvenanceGrade::Unverified,
    ));

    fn parts(&self) -> Result<Parts, InvalidRequest> {
        Ok(request()
            .path("contractor_id", self.contractor_id.to_string())
            .path("cooperation_id", self.id.to_string()))
    }

    fn parse(answer: &Answer) -> Result<Done, ReadError> {
        Done::read(answer)
    }
}
