//! What a follower does: writes down what was found out about intents that the bank had taken.

use std::time::Duration;

use crate::engine::{Change, IntentId, IntentRow};
use crate::error::StoreError;
use crate::outcome::Reason;
use crate::state::State;
use crate::store::Store;

/// What a follower found out about an intent.
#[derive(Clone, Debug)]
pub struct Conclusion {
    /// `Accepted` (not decided yet), `Confirmed`, `Refused` or `NeedsPerson`; or `Rejected` for one that is rejected, with
    /// a better reason.
    pub state: State,
    /// Why.
    pub reason: Option<Reason>,
    /// The bank's own id of it, not personal.
    pub bank_id: Option<String>,
    /// When to look after it again, from now, if it is not decided.
    pub again_in: Duration,
}

impl Store {
    /// Writes down what was found out about an intent that the bank had taken, or that cannot be sent.
    ///
    /// # Errors
    /// It cannot go there from where it is ([`StoreError::Transition`]): one that may be on its way is found out by its
    /// own lookup and by nothing else. Somebody holds it ([`StoreError::Held`]).
    pub async fn conclude(
        &self,
        id: &IntentId,
        conclusion: &Conclusion,
    ) -> Result<IntentRow, StoreError> {
        let row = self.hold(id).await?;
        if !may_conclude(row.state, conclusion.state) {
            return self.refuse(row, conclusion.state).await;
        }
        let mut change = Change::to(conclusion.state, self.worker());
        change.reason = conclusion
            .reason
            .as_ref()
            .map(|reason| reason.as_str().to_owned());
        if row.state != conclusion.state {
            // What an earlier failure said is no reason for this state.
            change.note = Some(Vec::new());
        }
        change.bank_id = conclusion.bank_id.clone();
        change.due_in = conclusion.again_in;
        self.write(&row, &change).await
    }
}

fn may_conclude(from: State, to: State) -> bool {
    use State::{Accepted, Confirmed, NeedsPerson, Planned, Refused, Rejected};
    match from {
        Accepted => matches!(to, Accepted | Confirmed | Refused | NeedsPerson),
        NeedsPerson => matches!(to, NeedsPerson | Confirmed | Refused),
        Planned => to == NeedsPerson,
        Rejected => to == Rejected,
        // To say the same again is no harm.
        Confirmed | Refused => from == to,
        State::Sending | State::Unknown => false,
    }
}
