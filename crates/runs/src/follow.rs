//! Looking at payments that the bank has taken, many at once.

use std::time::Duration;

use rubank_core::client::Client;
use rubank_core::clock::Clock;
use rubank_core::error::{Error, ErrorKind};
use rubank_core::types::Timestamp;
use rubank_store::engine::{Filter, IntentRow};
use rubank_store::{Conclusion, State, StoreError};
use serde::{Deserialize, Serialize};

use crate::event::{Event, Line};
use crate::execute::{Bank, Fate, Found, Taken};
use crate::run::{Cause, Label, Pause, RunError, Runs, load, save};
use crate::run_id::RunId;

/// The most that a bank tells with one call.
const AT_ONCE: u32 = 200;
/// After so many failed questions a round is over: the bank is asked again in the next one.
const MOST_FAILURES: u32 = 3;

/// What a round brought.
#[derive(Default)]
pub(crate) struct Round {
    pub(crate) events: Vec<Event>,
    /// Why payments failed, if that is no matter of the lines.
    pub(crate) cause: Option<Cause>,
    /// The last question that failed.
    pub(crate) error: Option<Error>,
    failures: u32,
}

/// Whether it was time for a round.
pub(crate) enum Turn {
    /// This is what it brought.
    Made(Round),
    /// Somebody made one; the next one may be after this time.
    In(Duration),
}

/// When the next round may be.
#[derive(Serialize, Deserialize)]
struct Schedule {
    next_at: Timestamp,
}

impl Runs {
    /// Looks once at every payment of a run that the bank has taken and not decided, and at those that a person may
    /// have moved in the bank's cabinet since. It sends nothing, and works on a paused run, too.
    ///
    /// The processes that share a run take turns, no more often than the bank allows
    /// ([`Bank::FOLLOW_EVERY`](crate::Bank::FOLLOW_EVERY)): before that nothing is asked, and nothing told.
    ///
    /// # Errors
    /// Nobody has confirmed the run, or the client is another bank's; the bank could not be asked; the store. What was
    /// found before is written down.
    pub async fn follow<P: Bank>(
        &self,
        client: &Client<P>,
        id: &RunId,
    ) -> Result<Vec<Event>, RunError> {
        self.belongs(client, id).await?;
        let version = self.opened(id).await?.version;
        let Turn::Made(round) = self.round(client, id).await? else {
            return Ok(Vec::new());
        };
        if let Some(cause) = round.cause {
            let pause = Pause::new(cause, client.clock().now(), self.store.worker(), None);
            self.pause_at(id, version, pause).await?;
        }
        match round.error {
            Some(error) => Err(error.into()),
            None => Ok(round.events),
        }
    }

    /// One round, if it is time for one.
    pub(crate) async fn round<P: Bank>(
        &self,
        client: &Client<P>,
        id: &RunId,
    ) -> Result<Turn, RunError> {
        if let Some(left) = self
            .takes_turn(client.clock().as_ref(), id, P::FOLLOW_EVERY)
            .await?
        {
            return Ok(Turn::In(left));
        }
        let filter = Filter::run(id.as_str()).states([State::Accepted, State::NeedsPerson]);
        let (mut round, mut after) = (Round::default(), None);
        loop {
            let rows = self.store.intents(&filter, after.as_ref(), AT_ONCE).await?;
            let Some(last) = rows.last() else {
                return Ok(Turn::Made(round));
            };
            after = Some(last.clone());
            let mut asked = Vec::with_capacity(rows.len());
            for row in rows {
                let moves = row.reason.as_deref().is_some_and(P::may_move);
                if row.state == State::Accepted || moves {
                    asked.push((self.taken::<P>(&row)?, row));
                }
            }
            if asked.is_empty() {
                continue;
            }
            let taken: Vec<_> = asked.iter().map(|(taken, _)| taken.clone()).collect();
            match P::follow(client, &taken).await {
                Ok(found) => self.conclude_all(&asked, found, &mut round).await?,
                Err(error) => {
                    round.failures += 1;
                    let is_over = round.failures == MOST_FAILURES || access(&error).is_some();
                    round.error = Some(error);
                    if is_over {
                        return Ok(Turn::Made(round));
                    }
                }
            }
        }
    }

    /// `None` if this process makes the next round, else how long it has to wait for its turn. The winner says when the one
    /// after it may be, so that nobody has to give anything back.
    async fn takes_turn(
        &self,
        clock: &dyn Clock,
        id: &RunId,
        every: Duration,
    ) -> Result<Option<Duration>, RunError> {
        let name = format!("turn/{id}");
        let kept = load::<Schedule>(&self.store, &name, "turn").await?;
        let now = clock.now();
        if let Some(kept) = &kept {
            let left = kept.value.next_at.value() - now;
            // Farther ahead than anybody may say: that clock was wrong, or this one is. A round too many does no harm.
            if left.is_positive() && left <= every.saturating_mul(2) {
                return Ok(Some(left.unsigned_abs()));
            }
        }
        let turn = Schedule {
            next_at: Timestamp::new(now.saturating_add(every.try_into().unwrap_or_default())),
        };
        let version = kept.map_or(0, |kept| kept.version);
        let saved = save(&self.store, &name, version, &turn).await?;
        Ok(saved.is_none().then_some(every))
    }

    fn taken<P: Bank>(&self, row: &IntentRow) -> Result<Taken, RunError> {
        let label = Label::read(self.store.label(row)?.as_deref());
        let bank_id = match (&row.bank_id, row.state) {
            (None, State::Accepted) => P::bank_id(&self.store.told::<P::Payment>(row)),
            (known, _) => known.clone(),
        };
        Ok(Taken {
            bank_id,
            recipient: label.recipient,
            family: label.family,
            ..Taken::of(row)
        })
    }

    async fn conclude_all(
        &self,
        asked: &[(Taken, IntentRow)],
        found: Vec<Found>,
        round: &mut Round,
    ) -> Result<(), RunError> {
        for one in found {
            let row = asked.iter().find(|(taken, _)| taken.key == one.key);
            let Some((_, row)) = row else { continue };
            let cause = one.cause;
            let Some(conclusion) = conclusion(row, one) else {
                continue;
            };
            match self.store.conclude(&row.id, &conclusion).await {
                Ok(row) => {
                    round.cause = round.cause.or(cause);
                    round.events.extend(event(&row));
                }
                // A person, or another process, was faster.
                Err(
                    StoreError::Held { .. }
                    | StoreError::Transition { .. }
                    | StoreError::ClaimLost(_),
                ) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }
}

/// What is to be written down; `None` if nothing has changed.
fn conclusion(row: &IntentRow, found: Found) -> Option<Conclusion> {
    let (state, reason) = match found.fate {
        Fate::Running => return None,
        Fate::Paid => (State::Confirmed, None),
        Fate::Refused(reason) => (State::Refused, Some(reason)),
        Fate::NeedsPerson(reason) => (State::NeedsPerson, Some(reason)),
    };
    let word = reason.as_ref().map(|reason| reason.as_str());
    if row.state == state && row.reason.as_deref() == word {
        return None;
    }
    Some(Conclusion {
        state,
        reason,
        bank_id: found.bank_id,
        again_in: Duration::ZERO,
    })
}

/// Whether an error says that the bank does not let us in.
pub(crate) fn access(error: &Error) -> Option<Cause> {
    match error.kind() {
        ErrorKind::Unauthorized | ErrorKind::Forbidden => Some(Cause::Access),
        ErrorKind::Auth if !error.is_transient() => Some(Cause::Access),
        _ => None,
    }
}

/// What is told of a line that has come to this state.
pub(crate) fn event(row: &IntentRow) -> Option<Event> {
    let (line, why) = (Line::of(row), row.reason.clone().unwrap_or_default());
    match row.state {
        State::Accepted => Some(Event::Sent(line)),
        State::Confirmed => Some(Event::Paid(line)),
        State::Rejected | State::Refused => Some(Event::Refused(line, why)),
        State::NeedsPerson => Some(Event::NeedsPerson(line, why)),
        _ => None,
    }
}
