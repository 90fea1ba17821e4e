//! Whether a contractor may be paid as self-employed.

use std::borrow::Cow;
use std::time::Duration;

use rubank_core::lenient;
use rubank_core::model;
use rubank_core::open_enum;
use rubank_core::operation::{
    Answer, Effect, HostId, InvalidRequest, Method, Operation, OperationMeta, Parts,
};
use rubank_core::personal::Personal;
use rubank_core::polling::{Poll, PollState};
use rubank_core::rate::RateClass;
use rubank_core::read::ReadError;
use rubank_core::types::Inn;

use crate::ids::ContractorId;
use crate::paging::Item;
use crate::provider::{PayoutsPlatform, ROUTE_INFERRED, request};

crate::catalogue::area! {
    GetSelfEmployedState => || GetSelfEmployedState::new(ContractorId::new(103)),
    SynchroniseSelfEmployedState => || SynchroniseSelfEmployedState::new(ContractorId::new(103)),
}

const SYNCHRONISATIONS: &[RateClass] = &[RateClass::every(
    "payouts-platform.self-employed-sync",
    Duration::from_secs(30),
)
.keyed()];

/// The page's own example; the platform may refuse more while the tax service is asked.
const STATES: &[RateClass] =
    &[RateClass::every("payouts-platform.self-employed-state", EVERY).keyed()];

const EVERY: Duration = Duration::from_secs(2);

/// Gets what the platform knows of a self-employed contractor (самозанятый); the tax service is not asked.
///
/// It can be waited for with `client.poll`, every 2 seconds as the page suggests, while a synchronisation is under way.
/// A loop of plain `send` is held to the same pace, per contractor: the client waits for its turn before it sends.
/// The page words the end of that wait the wrong way round: one waits *while* `sync.in_process` is true.
///
/// # Source
///
/// The 1C page, self-employed: request and answer are documented; the path is that of the vendor's OpenAPI document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GetSelfEmployedState {
    contractor_id: ContractorId,
}

impl GetSelfEmployedState {
    /// What is known of this contractor.
    #[must_use]
    pub const fn new(contractor_id: ContractorId) -> Self {
        Self { contractor_id }
    }
}

/// Asks the tax service whether a self-employed contractor (самозанятый) has given the permissions that are needed. The
/// answer may come later: [`GetSelfEmployedState`] tells. There is no body.
///
/// At most once in 30 seconds per contractor: the platform refuses more, and the client waits for its turn before it
/// sends. A wait that is longer than the time left fails at once as not sent, with `retry_after`.
///
/// # Outcome
///
/// `Idempotent`, as we conclude: asking once more changes nothing but the time of the last answer.
///
/// # Cancellation
///
/// Dropping the future, or reaching the deadline, means: the tax service may have been asked. Read the state.
///
/// # Source
///
/// The 1C page, self-employed: request, answer and pace are documented; the path is that of the vendor's OpenAPI
/// document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SynchroniseSelfEmployedState {
    contractor_id: ContractorId,
}

impl SynchroniseSelfEmployedState {
    /// Asks about this contractor.
    #[must_use]
    pub const fn new(contractor_id: ContractorId) -> Self {
        Self { contractor_id }
    }
}

model! {
    /// What is known of a self-employed contractor.
    #[derive(Eq)]
    pub struct SelfEmployedState {
        /// The contractor's taxpayer number.
        pub inn: Option<Inn> = "inn",
        /// Whether the platform may pay their tax for them: the permission is there.
        pub is_can_pay_taxes: Option<bool> = shown "is_can_pay_taxes" as lenient::flag::option,
        /// Whether the tax service knows them as self-employed.
        pub is_verified: Option<bool> = shown "is_verified" as lenient::flag::option,
        /// Whether the customer agreed to pay their tax.
        pub has_company_agrees_pay_taxes: Option<bool> =
            shown "has_company_agrees_pay_taxes" as lenient::flag::option,
        /// Whether something is to be looked at; the messages say what.
        pub has_warning: Option<bool> = shown "has_warning" as lenient::flag::option,
        /// The latest question to the tax service.
        pub sync: Option<Synchronisation> = shown "sync",
        /// What the platform says about it.
        pub messages: Option<SelfEmployedMessages> = shown "messages",
    }
}

impl SelfEmployedState {
    /// Whether the tax service has not answered yet.
    #[must_use]
    pub fn is_in_process(&self) -> bool {
        self.sync.as_ref().and_then(|sync| sync.in_process) == Some(true)
    }
}

model! {
    /// A question to the tax service.
    #[derive(Eq)]
    pub struct Synchronisation {
        /// Whether it is not answered yet.
        pub in_process: Option<bool> = shown "in_process" as lenient::flag::option,
    }
}

model! {
    /// What the platform says about a self-employed contractor.
    #[derive(Eq)]
    pub struct SelfEmployedMessages {
        /// About the permissions.
        pub status: Option<SelfEmployedMessage> = shown "status",
    }
}

model! {
    /// A message of the platform, to be shown to people as it is.
    #[derive(Eq)]
    pub struct SelfEmployedMessage {
        /// How serious.
        pub kind: Option<MessageKind> = shown "type",
        /// In a few words.
        pub short_title: Option<String> = "short_title",
        /// What is to be done, and by whom.
        pub detail: Option<Personal<String>> = "detail",
    }
}

open_enum! {
    /// How serious a message is.
    pub enum MessageKind {
        /// Something is missing.
        Error = "error",
        /// Good to know.
        Info = "info",
        /// All is well.
        Success = "success",
    }
}

impl Operation for GetSelfEmployedState {
    type Provider = PayoutsPlatform;
    type Output = Item<SelfEmployedState>;

    const META: OperationMeta = OperationMeta::new(
        "payouts-platform.get-self-employed-state",
        Effect::Read,
        Method::Get,
        HostId::API,
        "/contractors/{contractor_id}/selfemployer",
    )
    .rates(STATES)
    .provenance(ROUTE_INFERRED);

    fn parts(&self) -> Result<Parts, InvalidRequest> {
        Ok(request().path("contractor_id", self.contractor_id.to_string()))
    }

    fn parse(answer: &Answer) -> Result<Item<SelfEmployedState>, ReadError> {
        answer.json()
    }

    fn rate_key(&self) -> Option<Cow<'_, str>> {
        Some(Cow::Owned(self.contractor_id.to_string()))
    }
}

impl Poll for GetSelfEmployedState {
    const INTERVAL: Duration = EVERY;

    fn state(state: &Item<SelfEmployedState>) -> PollState {
        match state.is_in_process() {
            true => PollState::Running,
            // Nothing is under way: it would not change by itself.
            false => PollState::Final,
        }
    }
}

impl Operation for SynchroniseSelfEmployedState {
    type Provider = PayoutsPlatform;
    type Output = Item<SelfEmployedState>;

    const META: OperationMeta = OperationMeta::new(
        "payouts-platform.synchronise-self-employed-state",
        Effect::Idempotent,
        Method::Post,
        HostId::API,
        "/contractors/{contractor_id}/selfemployer/sync",
    )
    .rates(SYNCHRONISATIONS)
    .provenance(ROUTE_INFERRED);

    fn parts(&self) -> Result<Parts, InvalidRequest> {
        Ok(request().path("contractor_id", self.contractor_id.to_string()))
    }

    fn parse(answer: &Answer) -> Result<Item<SelfEmployedState>, ReadError> {
        answer.json()
    }

    fn rate_key(&self) -> Option<Cow<'_, str>> {
        Some(Cow::Owned(self.contractor_id.to_string()))
    }
}

#[cfg(test)]
mod tests;
