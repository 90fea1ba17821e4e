//! Writing down, under a claim.

use std::time::Duration;

use crate::engine::{Change, Claimed, IntentId, IntentRow};
use crate::error::StoreError;
use crate::outcome::Reason;
use crate::state::State;
use crate::store::Store;

/// How long a person's or a follower's change may take.
const SHORT_LEASE: Duration = Duration::from_secs(30);
/// How long to wait before asking again for an intent that somebody else holds.
pub(super) const HELD_PAUSE: Duration = Duration::from_secs(1);
/// A bank's answer is worth some patience with the database.
const TRIES: u32 = 8;
const PAUSE: Duration = Duration::from_millis(250);

impl Store {
    /// Changes a claimed row.
    pub(crate) async fn write(
        &self,
        row: &IntentRow,
        change: &Change,
    ) -> Result<IntentRow, StoreError> {
        if row.state != change.state && !row.state.may_become(change.state) {
            return Err(StoreError::Transition {
                id: row.id.clone(),
                from: row.state,
                to: change.state,
            });
        }
        let is_news = row.state == State::Sending;
        let (mut change, mut tries) = (change.clone(), 0);
        loop {
            match self.engine().change(&row.id, row.fence, &change).await {
                Err(error) if error.is_transient() && is_news && tries < TRIES => {
                    tries += 1;
                    // It may have been done although we were not told. Once more is the same, but for this counter:
                    // an attempt too many is on the cautious side.
                    change.takes_back = false;
                    self.shared.clock.sleep(PAUSE * tries).await;
                }
                changed => {
                    return changed?.ok_or_else(|| StoreError::ClaimLost(row.id.clone()));
                }
            }
        }
    }

    /// Writes down that the bank said yes. Whoever took the intent over meanwhile has looked for it, and must not be left
    /// with less than is known here.
    pub(crate) async fn write_yes(
        &self,
        row: &IntentRow,
        change: Change,
    ) -> Result<IntentRow, StoreError> {
        match self.write(row, &change).await {
            Err(StoreError::ClaimLost(id)) => {
                let now = self.hold_in_the_end(&id).await?;
                match now.state {
                    State::Sending | State::Unknown => {
                        let mut change = change;
                        change.reason = Some(Reason::LATE_ANSWER.to_owned());
                        self.write(&now, &change).await
                    }
                    // A person is asked already, and finds the answer.
                    State::NeedsPerson => {
                        let change = Change {
                            state: State::NeedsPerson,
                            reason: Some(Reason::LATE_ANSWER.to_owned()),
                            ..change
                        };
                        self.write(&now, &change).await
                    }
                    // Found by its lookup.
                    State::Accepted | State::Confirmed => self.release(&now).await,
                    // Said to be refused or withdrawn, and yet the bank took it.
                    State::Refused | State::Rejected | State::Planned => {
                        let change = Change {
                            state: State::NeedsPerson,
                            reason: Some(Reason::LATE_ANSWER.to_owned()),
                            ..change
                        };
                        self.engine()
                            .change(&now.id, now.fence, &change)
                            .await?
                            .ok_or(StoreError::ClaimLost(now.id))
                    }
                }
            }
            written => written,
        }
    }

    /// Gives a claim back, with the refusal to change the row.
    pub(super) async fn refuse(&self, row: IntentRow, to: State) -> Result<IntentRow, StoreError> {
        self.release(&row).await?;
        Err(StoreError::Transition {
            id: row.id,
            from: row.state,
            to,
        })
    }

    /// Gives a claim back and changes nothing.
    pub(super) async fn release(&self, row: &IntentRow) -> Result<IntentRow, StoreError> {
        let mut back = Change::to(row.state, self.worker());
        back.reason = row.reason.clone();
        back.keeps_due = true;
        self.write(row, &back).await
    }

    /// As [`hold`](Self::hold), and waits for one lease of somebody else.
    async fn hold_in_the_end(&self, id: &IntentId) -> Result<IntentRow, StoreError> {
        let clock = &self.shared.clock;
        let mut give_up_at = None;
        loop {
            let until = match self.hold(id).await {
                Err(StoreError::Held { until, .. }) => until,
                held => return held,
            };
            let now = clock.monotonic();
            let end = match give_up_at {
                Some(end) => end,
                None => {
                    let left = until.saturating_sub(self.engine().now().await?);
                    now + Duration::from_micros(u64::try_from(left).unwrap_or(0)) + HELD_PAUSE * 2
                }
            };
            if now >= end {
                return self.hold(id).await;
            }
            give_up_at = Some(end);
            clock.sleep(HELD_PAUSE).await;
        }
    }

    pub(super) async fn hold(&self, id: &IntentId) -> Result<IntentRow, StoreError> {
        match self.engine().claim(id, self.worker(), SHORT_LEASE).await? {
            Claimed::Taken(row) => Ok(*row),
            Claimed::Held { until } => Err(StoreError::Held {
                id: id.clone(),
                until,
            }),
            Claimed::Absent => Err(StoreError::Absent(id.clone())),
        }
    }
}
