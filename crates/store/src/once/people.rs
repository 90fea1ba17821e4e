//! What only a person may decide.

use crate::engine::{Change, IntentId, IntentRow};
use crate::error::StoreError;
use crate::outcome::Reason;
use crate::state::State;
use crate::store::Store;

/// A person's word about an intent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// The bank did it: seen in its cabinet or on a statement. For one that needs a person, or that the bank took: this is
    /// how one ends that the bank cannot be asked about.
    Paid,
    /// The bank did not, and will not. For one that needs a person, or that the bank took.
    NotPaid,
    /// It is certain that the bank did nothing: send the recorded bytes again, with the same key. For one that needs a
    /// person, or that the bank rejected and whose cause is mended.
    SendAgain,
    /// It shall not be sent any more, because it was paid another way or is no longer wanted. For one of which nothing
    /// ever left, or that the bank rejected.
    Withdraw,
    /// What stands there is doubtful after all. For one that is confirmed or refused, or that was to be sent again and has
    /// not been: a person must look again.
    Doubt,
}

impl Decision {
    fn outcome(self) -> (State, &'static str) {
        match self {
            Decision::Paid => (State::Confirmed, "person-saw-it-paid"),
            Decision::NotPaid => (State::Refused, "person-saw-it-not-paid"),
            Decision::SendAgain => (State::Planned, "person-sends-again"),
            Decision::Withdraw => (State::Refused, "withdrawn"),
            Decision::Doubt => (State::NeedsPerson, Reason::PERSON_DOUBTS),
        }
    }

    fn is_possible(self, row: &IntentRow) -> bool {
        match self {
            Decision::Paid | Decision::NotPaid => {
                matches!(row.state, State::NeedsPerson | State::Accepted)
            }
            Decision::SendAgain => matches!(row.state, State::NeedsPerson | State::Rejected),
            Decision::Withdraw => {
                matches!(row.state, State::Planned | State::Rejected) && row.attempts == 0
            }
            Decision::Doubt => match row.state {
                State::Confirmed | State::Refused => true,
                // A person said that it is to be sent again: it cannot be withdrawn, because a copy has left, but held.
                State::Planned => row.attempts > 0,
                _ => false,
            },
        }
    }
}

impl Store {
    /// Writes down what a person decided, and who it was.
    ///
    /// # Errors
    /// The decision does not fit the state ([`StoreError::Transition`]); there is nothing left to send again
    /// ([`StoreError::Erased`]); somebody holds the intent ([`StoreError::Held`]).
    pub async fn decide(
        &self,
        id: &IntentId,
        decision: Decision,
        who: &str,
    ) -> Result<IntentRow, StoreError> {
        let row = self.hold(id).await?;
        let (state, reason) = decision.outcome();
        if !decision.is_possible(&row) {
            return self.refuse(row, state).await;
        }
        if decision == Decision::SendAgain && row.request.is_none() {
            self.release(&row).await?;
            return Err(StoreError::Erased(row.id));
        }
        let mut change = Change::to(state, who);
        change.reason = Some(reason.to_owned());
        if state == State::Refused {
            // What the bank said before is not why.
            change.note = Some(Vec::new());
        }
        self.write(&row, &change).await
    }
}
