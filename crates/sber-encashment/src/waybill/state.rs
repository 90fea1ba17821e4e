//! Where the bag is.

use std::time::Duration;

use rubank_core::lenient::{personal, text};
use rubank_core::operation::{
    Answer, Checks, Effect, HostId, InvalidRequest, Method, Operation, OperationMeta, Parts,
    Provenance, ProvenanceGrade,
};
use rubank_core::personal::Personal;
use rubank_core::polling::{Poll, PollState};
use rubank_core::read::ReadError;
use rubank_core::{model, open_enum};

use crate::ids::ExternalId;
use crate::provider::{SCOPES, SberEncashment};

open_enum! {
    /// State of a waybill (`bankStatus`). The eight are documented, and complete on their page; a state that nobody
    /// knows is not final.
    ///
    /// Two questions decide: [`is_final`](Self::is_final) and [`has_cash_arrived`](Self::has_cash_arrived).
    ///
    /// ```
    /// use sber_encashment::BankStatus;
    ///
    /// // The bank's page prints it among the successful ends. No cash came.
    /// let uncompleted = BankStatus::Uncompleted;
    /// assert!(uncompleted.is_final() && !uncompleted.has_cash_arrived());
    /// ```
    pub enum BankStatus {
        /// The bank took it.
        Accepted = "ACCEPTED",
        /// The bank's core system works on it.
        InProcess = "IN_PROCESS",
        /// It exists on the bank's side.
        Created = "CREATED",
        /// The collector has the bag.
        ReceivedByCollector = "RECEIVED_BY_COLLECTOR",
        /// The bag is in the cash centre, to be counted.
        ReceivedByCc = "RECEIVED_BY_CC",
        /// The client cancelled it. Final.
        RejectedByClient = "REJECTED_BY_CLIENT",
        /// Counted, and signed by the accountant. Final: the cash arrived. A recount with a discrepancy ends here, too:
        /// match the credit in the statement to the bag.
        Completed = "COMPLETED",
        /// The bag was not handed over, or was missing when it was taken in. Final: **no cash arrived**; call the bank.
        Uncompleted = "UNCOMPLETED",
    }
}

impl BankStatus {
    /// Whether the state will not change any more.
    #[must_use]
    pub const fn is_final(&self) -> bool {
        matches!(
            self,
            Self::RejectedByClient | Self::Completed | Self::Uncompleted
        )
    }

    /// Whether the cash arrived and was counted.
    #[must_use]
    pub const fn has_cash_arrived(&self) -> bool {
        matches!(self, Self::Completed)
    }
}

/// Tells where the bag of a waybill is. It can also be waited for:
///
/// ```no_run
/// # async fn f(client: sber_encashment::Client) -> Result<(), sber_encashment::Error> {
/// use std::time::Duration;
///
/// use sber_encashment::GetWaybillState;
///
/// let state = GetWaybillState::new("6f9619ff-8b86-4011-b42d-00c04fc964ff");
/// let day = Duration::from_secs(24 * 60 * 60);
/// let ended = client.poll(state).interval(Duration::from_secs(300)).until_final(day).await?;
/// println!("{ended:?}");
/// # Ok(())
/// # }
/// ```
///
/// How often the bank may be asked is not documented. A bag is under way for hours, so the default is once a minute;
/// `interval` chooses another pace. Stopping and beginning anew later loses nothing.
///
/// # Source
///
/// The bank's pages of cash collection and of this method: route, request and the states are documented; the other fields
/// of the answer are those of the state of a payment (inferred).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GetWaybillState {
    external_id: ExternalId,
}

impl GetWaybillState {
    /// The state of this waybill. The key must be a UUID in small letters.
    pub fn new(external_id: impl Into<ExternalId>) -> Self {
        Self {
            external_id: external_id.into(),
        }
    }
}

model! {
    /// Where the bag is. No page promises any of the fields.
    #[derive(Eq)]
    pub struct WaybillState {
        /// The state. Its values are documented; its type is not documented, it is that of payments (inferred).
        pub bank_status: Option<BankStatus> = shown "bankStatus",
        /// What the bank says of it, for people. Inferred; its type is not documented.
        pub bank_comment: Option<Personal<String>> = "bankComment" as personal,
        /// The channel it came by. Inferred; its type is not documented.
        pub channel_info: Option<String> = "channelInfo" as text::option,
        /// A hash of what matters. Inferred; its type is not documented.
        pub crucial_fields_hash: Option<String> = "crucialFieldsHash" as text::option,
    }
}

impl Operation for GetWaybillState {
    type Provider = SberEncashment;
    type Output = WaybillState;

    const META: OperationMeta = OperationMeta::new(
        "sber-encashment.get-waybill-state",
        Effect::Read,
        Method::Get,
        HostId::API,
        "/v1/encashments/waybill/{externalId}/state",
    )
    .scopes(SCOPES)
    .provenance(Provenance::new(
        ProvenanceGrade::Documented,
        ProvenanceGrade::Documented,
        ProvenanceGrade::Inferred,
    ));

    fn parts(&self) -> Result<Parts, InvalidRequest> {
        let mut checks = Checks::new();
        self.external_id.check(&mut checks);
        checks.finish()?;
        Ok(Parts::new().path("externalId", self.external_id.as_str()))
    }

    fn parse(answer: &Answer) -> Result<WaybillState, ReadError> {
        answer.json()
    }
}

impl Poll for GetWaybillState {
    const INTERVAL: Duration = Duration::from_secs(60);

    fn state(state: &WaybillState) -> PollState {
        match &state.bank_status {
            Some(status) if status.is_final() => PollState::Final,
            _ => PollState::Running,
        }
    }
}

#[cfg(test)]
mod tests {
    use rubank_core::client::{Lookup, Verdict};
    use rubank_core::http::Reply;
    use rubank_core::polling::Polled;
    use rubank_core::read::read;

    use super::*;
    use crate::tests::{block_on, state, timed};
    use crate::{CancelWaybill, CreateWaybill};

    const ID: &str = "6f9619ff-8b86-4011-b42d-00c04fc964ff";

    #[test]
    fn each_state_says_whether_it_is_final_whether_cash_came_and_what_became_of_a_write() {
        use Verdict::{Happened, Pending, Refused};
        let rows = [
            ("ACCEPTED", false, false, Happened, Pending),
            ("IN_PROCESS", false, false, Happened, Pending),
            ("CREATED", false, false, Happened, Pending),
            ("RECEIVED_BY_COLLECTOR", false, false, Happened, Pending),
            ("RECEIVED_BY_CC", false, false, Happened, Pending),
            ("REJECTED_BY_CLIENT", true, false, Happened, Happened),
            ("COMPLETED", true, true, Happened, Refused),
            ("UNCOMPLETED", true, false, Happened, Refused),
            ("NEVER_SEEN_BEFORE", false, false, Happened, Pending),
        ];
        for (text, is_final, arrived, created, cancelled) in rows {
            let status = BankStatus::from(text);
            assert_eq!(
                (status.is_final(), status.has_cash_arrived()),
                (is_final, arrived),
                "{text}"
            );
            let body = format!(r#"{{"bankStatus":"{text}"}}"#);
            let answer: WaybillState = read(body.as_bytes()).unwrap();
            let poll = if is_final {
                PollState::Final
            } else {
                PollState::Running
            };
            assert_eq!(GetWaybillState::state(&answer), poll, "{text}");
            assert_eq!(CreateWaybill::verdict(&answer), created, "{text}");
            assert_eq!(CancelWaybill::verdict(&answer), cancelled, "{text}");
            assert_eq!(serde_json::to_string(&answer).unwrap(), body);
        }
        for body in ["{}", r#"{"bankStatus":null}"#] {
            let answer: WaybillState = read(body.as_bytes()).unwrap();
            assert_eq!(GetWaybillState::state(&answer), PollState::Running);
            assert_eq!(CreateWaybill::verdict(&answer), Pending);
            assert_eq!(CancelWaybill::verdict(&answer), Pending);
        }
    }

    #[test]
    fn it_is_waited_for_at_a_polite_pace_that_the_caller_may_change() {
        for (chosen, expected) in [(None, 60), (Some(300), 300)] {
            let script = [
                state("ACCEPTED"),
                Reply::empty(503),
                state("RECEIVED_BY_CC"),
                state("COMPLETED"),
            ];
            let (client, bank, clock) = timed(script);
            let mut poller = client.poll(GetWaybillState::new(ID));
            if let Some(seconds) = chosen {
                poller = poller.interval(Duration::from_secs(seconds));
            }
            let ended = block_on(clock.drive(poller.until_final(Duration::from_secs(86_400))));
            assert!(matches!(ended, Ok(Polled::Final(_))), "{ended:?}");
            assert_eq!(bank.sends(), 4);
            let pauses = clock
                .slept()
                .into_iter()
                .filter(|pause| pause.as_secs() == expected);
            assert_eq!(pauses.count(), 2, "{:?}", clock.slept());
        }
    }

    #[test]
    fn a_key_that_is_none_is_refused() {
        let refused = GetWaybillState::new("42").parts().unwrap_err();
        assert_eq!(
            refused.to_string(),
            "externalId: must be a UUID in small letters (got 2 characters)"
        );
    }

    #[test]
    fn the_banks_comment_does_not_print() {
        let answer: WaybillState =
            read(br#"{"bankStatus":"UNCOMPLETED","bankComment":"canary"}"#).unwrap();
        assert_eq!(
            format!("{answer:?}"),
            "WaybillState { bank_status: Some(Uncompleted), .. }"
        );
    }
}
