//! The state of one payment.

use std::time::Duration;

use rubank_core::client::Verdict;
use rubank_core::model;
use rubank_core::money::Kopecks;
use rubank_core::operation::{
    Answer, Checks, Effect, HostId, InvalidRequest, Method, Operation, OperationMeta, Parts,
    Provenance,
};
use rubank_core::polling::{Poll, PollState};
use rubank_core::read::{ReadError, read};

use super::PaymentStatus;
use crate::ids::{B2bClientId, OutgoingPaymentId, QrcId};
use crate::provider::{AlfaSbp, SCOPES};

/// Tells how far one payment got. It can also be waited for:
///
/// ```no_run
/// # async fn f(client: alfa_sbp::Client) -> Result<(), alfa_sbp::Error> {
/// use alfa_sbp::GetOutgoingPaymentStatus;
/// use std::time::Duration;
///
/// let status = GetOutgoingPaymentStatus::new("client-1", "22a6dd81-103a-4d3a-8e9b-0ba4b527f5f6");
/// let ended = client.poll(status).until_final(Duration::from_secs(60)).await?;
/// println!("{ended:?}");
/// # Ok(())
/// # }
/// ```
///
/// `COMPLETE` and `ERROR` are final; everything else, unknown states too, is waited for.
///
/// # Source
///
/// Public client code that talks to the bank: route, request and answer are inferred.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GetOutgoingPaymentStatus {
    client_id: B2bClientId,
    id: OutgoingPaymentId,
}

impl GetOutgoingPaymentStatus {
    /// The state of this payment of this client.
    pub fn new(client_id: impl Into<B2bClientId>, id: impl Into<OutgoingPaymentId>) -> Self {
        Self {
            client_id: client_id.into(),
            id: id.into(),
        }
    }
}

model! {
    /// How far a payment got. No page promises any of the fields.
    #[derive(Eq)]
    pub struct OutgoingPaymentState {
        /// The bank's identifier.
        pub outgoing_payment_id: Option<OutgoingPaymentId> = shown "outgoingPaymentId",
        /// The link that is paid.
        pub qrc_id: Option<QrcId> = shown "qrcId",
        /// How far it got.
        pub status: Option<PaymentStatus> = shown "status",
        /// What the bank takes for it, kopecks.
        pub commission: Option<Kopecks> = "commission",
    }
}

impl Operation for GetOutgoingPaymentStatus {
    type Provider = AlfaSbp;
    type Output = OutgoingPaymentState;

    const META: OperationMeta = OperationMeta::new(
        "alfa-sbp.get-outgoing-payment-status",
        Effect::Read,
        Method::Get,
        HostId::API,
        "/api/sbp/jp/v1/outgoing-payments/{outgoingPaymentId}/status",
    )
    .scopes(SCOPES)
    .provenance(Provenance::INFERRED);

    fn parts(&self) -> Result<Parts, InvalidRequest> {
        let mut checks = Checks::new();
        checks.not_blank("outgoingPaymentId", self.id.as_str());
        checks.not_blank("b2bClientId", self.client_id.as_str());
        checks.finish()?;
        Ok(Parts::new()
            .path("outgoingPaymentId", self.id.as_str())
            .query("b2bClientId", &self.client_id))
    }

    fn parse(answer: &Answer) -> Result<OutgoingPaymentState, ReadError> {
        answer.json()
    }

    fn bank_id(state: &OutgoingPaymentState) -> Option<String> {
        let id = state.outgoing_payment_id.as_ref()?;
        Some(id.as_str().to_owned())
    }
}

impl Poll for GetOutgoingPaymentStatus {
    // The bank names no pace. SBP takes seconds.
    const INTERVAL: Duration = Duration::from_secs(2);

    fn state(state: &OutgoingPaymentState) -> PollState {
        match &state.status {
            Some(status) if status.is_final() => PollState::Final,
            _ => PollState::Running,
        }
    }
}

/// What a state says about the write that caused it. It never says that the write did not arrive.
pub(super) fn verdict(status: Option<&PaymentStatus>) -> Verdict {
    match status {
        Some(PaymentStatus::Complete) => Verdict::Happened,
        Some(PaymentStatus::Error) => Verdict::Refused,
        _ => Verdict::Pending,
    }
}

/// Reads an answer that nobody published: perhaps it has no body at all.
pub(super) fn read_unpublished(answer: &Answer) -> Result<OutgoingPaymentState, ReadError> {
    match answer.body.trim_ascii().is_empty() {
        true => read(b"{}"),
        false => answer.json(),
    }
}

#[cfg(test)]
mod tests {
    use rubank_core::http::Reply;
    use rubank_core::polling::Polled;

    use super::*;
    use crate::tests::{block_on, timed};

    #[test]
    fn only_two_states_are_final() {
        let rows = [
            (
                r#"{"status":"COMPLETE"}"#,
                PollState::Final,
                Verdict::Happened,
            ),
            (r#"{"status":"ERROR"}"#, PollState::Final, Verdict::Refused),
            (
                r#"{"status":"DRAFT"}"#,
                PollState::Running,
                Verdict::Pending,
            ),
            (
                r#"{"status":"SENDING_MESSAGE"}"#,
                PollState::Running,
                Verdict::Pending,
            ),
            (
                r#"{"status":"NEVER_SEEN_BEFORE"}"#,
                PollState::Running,
                Verdict::Pending,
            ),
            (r#"{"status":null}"#, PollState::Running, Verdict::Pending),
            ("{}", PollState::Running, Verdict::Pending),
        ];
        for (body, state, said) in rows {
            let answer: OutgoingPaymentState = read(body.as_bytes()).unwrap();
            assert_eq!(GetOutgoingPaymentStatus::state(&answer), state, "{body}");
            assert_eq!(verdict(answer.status.as_ref()), said, "{body}");
            assert_eq!(serde_json::to_string(&answer).unwrap(), body);
        }
    }

    #[test]
    fn it_is_waited_for_at_a_polite_pace() {
        let state = |status: &str| Reply::json(200, format!(r#"{{"status":"{status}"}}"#));
        let (client, bank, clock) =
            timed([state("DRAFT"), state("SENDING_MESSAGE"), state("COMPLETE")]);
        let status = GetOutgoingPaymentStatus::new("client-1", "payment-1");
        let ended = block_on(clock.drive(client.poll(status).until_final(Duration::from_secs(60))));
        assert!(matches!(ended, Ok(Polled::Final(_))), "{ended:?}");
        assert_eq!(bank.sends(), 3);
        let pauses = clock
            .slept()
            .into_iter()
            .filter(|pause| *pause == Duration::from_secs(2));
        assert_eq!(pauses.count(), 2);
    }

    #[test]
    fn empty_ids_are_refused() {
        let refused = GetOutgoingPaymentStatus::new("", "").parts().unwrap_err();
        assert_eq!(refused.violations().len(), 2);
    }
}
