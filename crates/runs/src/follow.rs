//! Looking at payments that the bank has taken, many at once.

use std::collections::HashMap;
use std::time::Duration;

use rubank_core::client::Client;
use rubank_core::error::{Error, ErrorKind};
use rubank_store::engine::{Filter, IntentRow, Micros};
use rubank_store::{Conclusion, Reason, State, StoreError};
use time::OffsetDateTime;

use crate::event::{Event, Line};
use crate::execute::{Bank, Fate, Found, Taken};
use crate::run::{Cause, Label, Pause, RunError, Runs};
use crate::run_id::RunId;

/// How long a turn is held before it is renewed, in times of [`Bank::FOLLOW_EVERY`]: so long nobody else looks after a
/// crash.
const TURN: u32 = 2;
/// The reason of what the bank has taken and not decided for too long, or not since a person moved it. It is looked at on.
const UNDECIDED: &str = "undecided";
/// The reason of what the bank said yes to and does not know: the yes may have been somebody else's. It is looked at on.
const UNSEEN: &str = "unseen";
const UNSEEN_AFTER: Duration = Duration::from_secs(60 * 60);
/// After so many failed questions a round is over: the bank is asked again in the next one.
const MOST_FAILURES: u32 = 3;

/// What a round brought.
#[derive(Default)]
pub(crate) struct Round {
    pub(crate) events: Vec<Event>,
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

/// A row, what is to be written down of it, and why it failed if that is no matter of the line.
type News<'a> = (&'a IntentRow, Conclusion, Option<Cause>);

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
        let Turn::Made(round) = self.round(client, id, version).await? else {
            return Ok(Vec::new());
        };
        match round.error {
            Some(error) => Err(error.into()),
            None => Ok(round.events),
        }
    }

    /// One round, if it is time for one. What it finds pauses the run if nobody has changed the gate since this version.
    pub(crate) async fn round<P: Bank>(
        &self,
        client: &Client<P>,
        id: &RunId,
        gate: i64,
    ) -> Result<Turn, RunError> {
        let (name, length) = (format!("follow/{id}"), P::FOLLOW_EVERY * TURN);
        let taken = self.store.take_turn(&name, P::FOLLOW_EVERY, length).await?;
        let mut turn = match taken {
            rubank_store::Turn::Held(turn) => turn,
            rubank_store::Turn::In(left) => return Ok(Turn::In(left)),
        };
        let filter = Filter::run(id.as_str()).states([State::Accepted, State::NeedsPerson]);
        let (mut round, mut after) = (Round::default(), None);
        loop {
            let rows = self
                .store
                .intents(&filter, after.as_ref(), P::FOLLOW_AT_ONCE)
                .await?;
            let Some(last) = rows.last() else { break };
            after = Some(last.clone());
            let mut asked = Vec::with_capacity(rows.len());
            for row in rows {
                if row.state == State::Accepted || row.reason.as_deref().is_some_and(moves::<P>) {
                    asked.push((self.taken::<P>(&row)?, row));
                }
            }
            if asked.is_empty() {
                continue;
            }
            let is_over = self.look(client, (id, gate), &asked, &mut round).await?;
            // Whoever has the turn by now goes on. What was found is told in any case: a turn ends by itself.
            if is_over || !turn.renew().await.unwrap_or(false) {
                break;
            }
        }
        if let Err(error) = turn.give_back().await {
            tracing::debug!(%error, "the turn was not given back");
        }
        Ok(Turn::Made(round))
    }

    /// Asks the bank once, and writes down what it said; whether there is no use in asking on.
    async fn look<P: Bank>(
        &self,
        client: &Client<P>,
        place: (&RunId, i64),
        asked: &[(Taken, IntentRow)],
        round: &mut Round,
    ) -> Result<bool, RunError> {
        let taken: Vec<_> = asked.iter().map(|(taken, _)| taken.clone()).collect();
        match P::follow(client, &taken).await {
            Ok(found) => {
                // The moments of rows are the engine's, whose clock need not be this machine's.
                let news = self.news(asked, found, self.store.now().await?);
                self.conclude_all(place, client.clock().now(), news, round)
                    .await?;
                Ok(false)
            }
            Err(error) => {
                round.failures += 1;
                let is_over = round.failures == MOST_FAILURES || access(&error).is_some();
                round.error = Some(error);
                Ok(is_over)
            }
        }
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

    /// What is to be written down of payments that were asked about.
    fn news<'a>(
        &self,
        asked: &'a [(Taken, IntentRow)],
        found: Vec<Found>,
        now: Micros,
    ) -> Vec<News<'a>> {
        let mut found: HashMap<_, _> = found
            .into_iter()
            .map(|one| (one.key.clone(), one))
            .collect();
        let news = asked.iter().filter_map(|(taken, row)| {
            let one = found.remove(&taken.key);
            let cause = one.as_ref().and_then(|one| one.cause);
            let conclusion = self.conclusion(row, one, now)?;
            Some((row, conclusion, cause))
        });
        news.collect()
    }

    async fn conclude_all(
        &self,
        (id, gate): (&RunId, i64),
        now: OffsetDateTime,
        news: Vec<News<'_>>,
        round: &mut Round,
    ) -> Result<(), RunError> {
        // First the pause: after a crash in between the payment is found once more, and pauses again. The other way round
        // nobody would look at it any more.
        if let Some(cause) = news.iter().find_map(|(_, _, cause)| *cause) {
            let pause = Pause::new(cause, now, self.store.worker(), None);
            self.pause_at(id, gate, pause).await?;
        }
        for (row, conclusion, _) in news {
            match self.store.conclude_news(&row.id, &conclusion).await {
                Ok(Some(row)) => round.events.extend(event(&row)),
                // A person was faster, and the bank contradicts them.
                Err(StoreError::Transition { from, .. })
                    if (from, conclusion.state) == (State::Refused, State::Confirmed) =>
                {
                    let late = contradicted(&conclusion);
                    let row = self.store.conclude_news(&row.id, &late).await?;
                    round.events.extend(row.as_ref().and_then(event));
                }
                // A person, or another process, was faster.
                Ok(None)
                | Err(
                    StoreError::Held { .. }
                    | StoreError::Transition { .. }
                    | StoreError::ClaimLost(_),
                ) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    /// What is to be written down; `None` if nothing has changed.
    fn conclusion(&self, row: &IntentRow, found: Option<Found>, now: Micros) -> Option<Conclusion> {
        let was_told = found.is_some();
        let (fate, bank_id) = found.map_or((Fate::Running, None), |one| (one.fate, one.bank_id));
        let (state, reason) = match fate {
            Fate::Paid => (State::Confirmed, None),
            Fate::Refused(reason) => (State::Refused, Some(reason)),
            Fate::NeedsPerson(reason) => (State::NeedsPerson, Some(reason)),
            // A person has moved it on in the cabinet, and the bank has not decided yet: the old reason is true no more.
            Fate::Running if was_told && row.state == State::NeedsPerson => {
                (State::NeedsPerson, Reason::new(UNDECIDED).ok())
            }
            open => (State::NeedsPerson, self.overdue(row, &open, now)),
        };
        if state == State::NeedsPerson && reason.is_none() {
            return None;
        }
        let word = reason.as_ref().map(Reason::as_str);
        if row.state == state && row.reason.as_deref() == word {
            return None;
        }
        Some(Conclusion {
            state,
            reason,
            bank_id,
            again_in: Duration::ZERO,
        })
    }

    /// Why a person must be told of a payment that the bank has taken and not decided; `None` if it is too early.
    fn overdue(&self, row: &IntentRow, fate: &Fate, now: Micros) -> Option<Reason> {
        if row.state != State::Accepted {
            return None;
        }
        let age = u64::try_from(now.saturating_sub(row.changed_at)).unwrap_or_default();
        let age = Duration::from_micros(age);
        let word = match fate {
            Fate::Unseen if age >= UNSEEN_AFTER => UNSEEN,
            _ if age >= self.undecided_after => UNDECIDED,
            _ => return None,
        };
        Reason::new(word).ok()
    }
}

/// The bank has paid what somebody has taken for not paid: they must look again.
fn contradicted(paid: &Conclusion) -> Conclusion {
    Conclusion {
        state: State::NeedsPerson,
        reason: Reason::new(Reason::LATE_ANSWER).ok(),
        ..paid.clone()
    }
}

/// Whether what needs a person for this reason may still come to another end by itself, or in the bank's cabinet.
fn moves<P: Bank>(reason: &str) -> bool {
    reason == UNDECIDED || reason == UNSEEN || P::may_move(reason)
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
