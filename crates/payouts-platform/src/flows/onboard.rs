//! Taking on a self-employed contractor.

use std::time::Duration;

use rubank_core::error::Error;
use rubank_core::polling::Polled;

use crate::Client;
use crate::contractors::{ContractorDetails, UpsertContractor};
use crate::cooperations::{CreateCooperation, ListCooperations};
use crate::identification::{
    Identification, IdentificationStatus, PersonIdentity, RequestIdentification,
};
use crate::ids::{AgentId, ContractorId};
use crate::legal_form::LegalForm;
use crate::self_employed::{
    GetSelfEmployedState, SelfEmployedMessage, SelfEmployedState, SynchroniseSelfEmployedState,
};

/// Writes the card of a self-employed contractor (самозанятый), identifies them, lets them work with further legal
/// entities, asks the tax service once, and waits for its answer, at most for `patience`.
///
/// ```no_run
/// # async fn f(client: payouts_platform::Client, person: payouts_platform::PersonIdentity) -> Result<(), payouts_platform::Error> {
/// use std::time::Duration;
///
/// use payouts_platform::flows::{Standing, SelfEmployedPlan, onboard_self_employed};
/// use payouts_platform::{AgentId, ContractorDetails, LegalForm};
///
/// let details = ContractorDetails::new("+79990000001", "Иванов", "Иван", LegalForm::SelfEmployed, AgentId::new(61));
/// let plan = SelfEmployedPlan::new(details).identify(person);
/// let onboarded = onboard_self_employed(&client, plan, Duration::from_secs(120)).await?;
/// match &onboarded.standing {
///     Standing::Allowed => println!("{:?} can be paid", onboarded.contractor),
///     Standing::WaitsForConsent(Some(said)) => println!("tell the person: {:?}", said.short_title),
///     other => println!("look at it: {other:?}"),
/// }
/// # Ok(())
/// # }
/// ```
///
/// | step | when |
/// |---|---|
/// | the card, an **upsert by phone**: it overwrites whoever has that phone | always |
/// | the identification | if asked for; a refused one ends the flow |
/// | cooperations | only for further legal entities, and only those that are not there yet |
/// | the question to the tax service, then its answer every 2 seconds | always |
///
/// It can be run again: the card and the question are the same the second time, and cooperations that are there are left
/// alone. An identification is asked for anew each time it stands in the plan; leave it out once it went through.
///
/// # Errors
/// As [`Client::send`](rubank_core::client::Client::send), of the step that the error names; those before it happened.
/// Where a cooperation or an identification may have been made, the outcome says so.
pub async fn onboard_self_employed(
    client: &Client,
    plan: SelfEmployedPlan,
    patience: Duration,
) -> Result<Onboarded, Error> {
    if plan.details.legal_form() != &LegalForm::SelfEmployed {
        return Ok(Onboarded::stopped(Standing::NotSelfEmployed(None)));
    }
    let card = client.send(&UpsertContractor::new(plan.details)).await?;
    let Some(contractor) = card.id else {
        return Ok(Onboarded::stopped(Standing::NoContractor));
    };
    let identification = match plan.person {
        Some(person) => {
            let request = RequestIdentification::new(contractor, person);
            Some(Box::new(client.send(&request).await?.into_value().item))
        }
        None => None,
    };
    let refused = |asked: &Identification| asked.status == Some(IdentificationStatus::Rejected);
    let (standing, warning) = if identification.as_deref().is_some_and(refused) {
        (Standing::NotIdentified, None)
    } else {
        cooperate(client, contractor, plan.cooperations).await?;
        ask_tax_service(client, contractor, patience).await?
    };
    Ok(Onboarded {
        contractor: Some(contractor),
        identification,
        standing,
        warning,
    })
}

/// What is wanted of [`onboard_self_employed`].
#[derive(Clone, Debug)]
pub struct SelfEmployedPlan {
    details: ContractorDetails,
    person: Option<PersonIdentity>,
    cooperations: Vec<(AgentId, bool)>,
}

impl SelfEmployedPlan {
    /// The card. Its legal form must be [`LegalForm::SelfEmployed`]: with another one nothing is sent.
    #[must_use]
    pub fn new(details: ContractorDetails) -> Self {
        Self {
            details,
            person: None,
            cooperations: Vec::new(),
        }
    }

    /// With an identification by these documents; [`to_identification`](super::to_identification) makes them of scans.
    #[must_use]
    pub fn identify(mut self, person: PersonIdentity) -> Self {
        self.person = Some(person);
        self
    }

    /// One more legal entity that the contractor works with, beside that of the card, and whether it pays the
    /// contractor's tax. Who works with one legal entity only needs none.
    #[must_use]
    pub fn also_with(mut self, agent: AgentId, is_agree_pay_taxes: bool) -> Self {
        self.cooperations.push((agent, is_agree_pay_taxes));
        self
    }
}

/// What became of a contractor who was taken on.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Onboarded {
    /// The contractor, if the card was written.
    pub contractor: Option<ContractorId>,
    /// What the platform answered to the identification, if one was asked for. It may still be under way; whether it must
    /// be approved before a payout, no page says.
    pub identification: Option<Box<Identification>>,
    /// Whether they can be paid.
    pub standing: Standing,
    /// The platform warns of something (`has_warning`), whatever the standing is: show it to a person.
    pub warning: Option<Warning>,
}

/// A warning of the platform about a self-employed contractor.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Warning {
    /// Its text for people, if it came with one.
    pub message: Option<Box<SelfEmployedMessage>>,
}

impl Warning {
    fn of(state: &SelfEmployedState) -> Option<Self> {
        (state.has_warning == Some(true)).then(|| Self {
            message: said(state),
        })
    }
}

impl Onboarded {
    fn stopped(standing: Standing) -> Self {
        Self {
            contractor: None,
            identification: None,
            standing,
            warning: None,
        }
    }
}

/// Whether a contractor can be paid as self-employed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Standing {
    /// They are self-employed and let the platform pay the tax.
    Allowed,
    /// They have to let the platform pay the tax, in the tax service's own app. The platform's text is for them.
    WaitsForConsent(Option<Box<SelfEmployedMessage>>),
    /// The tax service does not know them as self-employed, or their card says that they are something else. The
    /// platform's text, if it was asked.
    NotSelfEmployed(Option<Box<SelfEmployedMessage>>),
    /// The platform does not tell whether they are self-employed, or whether they let it pay the tax: nothing is known.
    /// Its text, if it came with one.
    Untold(Option<Box<SelfEmployedMessage>>),
    /// The identification was refused; the tax service was not asked.
    NotIdentified,
    /// The tax service had not answered when the time was over. Read
    /// [`GetSelfEmployedState`](crate::GetSelfEmployedState) later.
    StillAsking,
    /// The platform's answer about the card holds no identifier.
    NoContractor,
}

impl Standing {
    /// By the two flags alone: the texts are for people.
    fn of(state: &SelfEmployedState) -> Self {
        match (state.is_can_pay_taxes, state.is_verified) {
            (Some(true), _) => Self::Allowed,
            (_, Some(true)) => Self::WaitsForConsent(said(state)),
            (_, Some(false)) => Self::NotSelfEmployed(said(state)),
            // No page promises the flag.
            (_, None) => Self::Untold(said(state)),
        }
    }
}

fn said(state: &SelfEmployedState) -> Option<Box<SelfEmployedMessage>> {
    let all = state.messages.as_ref()?;
    all.status.clone().map(Box::new)
}

/// Creating is unprotected, so that what is there already must be known first.
async fn cooperate(
    client: &Client,
    contractor: ContractorId,
    wanted: Vec<(AgentId, bool)>,
) -> Result<(), Error> {
    if wanted.is_empty() {
        return Ok(());
    }
    let mut there = Vec::new();
    let mut rows = client.items(ListCooperations::new(contractor));
    while let Some(row) = rows.next().await {
        there.extend(row?.agent.and_then(|agent| agent.id));
    }
    for (agent, is_agree_pay_taxes) in wanted {
        if there.contains(&agent) {
            continue;
        }
        let create = CreateCooperation::new(contractor, agent, LegalForm::SelfEmployed)
            .is_agree_pay_taxes(is_agree_pay_taxes);
        client.send(&create).await?;
        there.push(agent);
    }
    Ok(())
}

async fn ask_tax_service(
    client: &Client,
    contractor: ContractorId,
    patience: Duration,
) -> Result<(Standing, Option<Warning>), Error> {
    client
        .send(&SynchroniseSelfEmployedState::new(contractor))
        .await?;
    let polled = client
        .poll(GetSelfEmployedState::new(contractor))
        .until_final(patience)
        .await?;
    Ok(match polled {
        Polled::Final(state) | Polled::NeedsPerson(state) => {
            (Standing::of(&state), Warning::of(&state))
        }
        Polled::StillRunning(_) => (Standing::StillAsking, None),
    })
}

#[cfg(test)]
mod tests;
