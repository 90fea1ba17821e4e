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
        match self.conclude_news(id, conclusion).await? {
            Some(row) => Ok(row),
            None => {
                let row = self.engine().load(id).await?;
                row.ok_or_else(|| StoreError::Absent(id.clone()))
            }
        }
    }

    /// As [`conclude`](Self::conclude); `None`, and no line in the journal, if the same is written down already.
    ///
    /// # Errors
    /// As [`conclude`](Self::conclude).
    pub async fn conclude_news(
        &self,
        id: &IntentId,
        conclusion: &Conclusion,
    ) -> Result<Option<IntentRow>, StoreError> {
        let known = self.engine().load(id).await?;
        if known.is_some_and(|known| is_said(&known, conclusion)) {
            return Ok(None);
        }
        let row = self.hold(id).await?;
        if is_said(&row, conclusion) {
            // Somebody has said so in this very moment.
            self.release(&row).await?;
            return Ok(None);
        }
        if !may_conclude(row.state, conclusion.state) {
            return self.refuse(row, conclusion.state).await.map(Some);
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
        self.write(&row, &change).await.map(Some)
    }
}

/// Whether a row says all of this. What is final is not said again for another reason.
fn is_said(row: &IntentRow, conclusion: &Conclusion) -> bool {
    let reason = conclusion.reason.as_ref().map(Reason::as_str);
    let knows_id = conclusion.bank_id.is_none() || conclusion.bank_id == row.bank_id;
    row.state == conclusion.state
        && match row.state {
            State::Confirmed | State::Refused => true,
            State::NeedsPerson | State::Rejected => row.reason.as_deref() == reason && knows_id,
            // When to look again is news.
            _ => false,
        }
}

fn may_conclude(from: State, to: State) -> bool {
    use State::{Accepted, Confirmed, NeedsPerson, Planned, Refused, Rejected};
    match from {
        Accepted => matches!(to, Accepted | Confirmed | Refused | NeedsPerson),
        NeedsPerson => matches!(to, NeedsPerson | Confirmed | Refused),
        Planned => to == NeedsPerson,
        Rejected => to == Rejected,
        // To say the same again is no harm. And the bank may say "paid" of what a person took for not paid.
        Confirmed => to == Confirmed,
        Refused => matches!(to, Refused | NeedsPerson),
        State::Sending | State::Unknown => false,
    }
}
