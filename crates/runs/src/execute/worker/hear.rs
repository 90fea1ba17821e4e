//! What came of acts and rounds, and what it means for the run.

use std::time::Duration;

use rubank_core::error::{Error, ErrorKind};
use rubank_store::engine::IntentRow;
use rubank_store::{Acted, Conclusion, Reason, State, StoreError};

use super::{Act, Came, IDLE, Worker};
use crate::event::{Event, Line};
use crate::execute::{Bank, cause_of};
use crate::follow::{self, Turn, access};
use crate::run::{Cause, Pause, RunError};

/// A record that makes no request.
const UNSENDABLE: &str = "unsendable";

impl<P: Bank> Worker<P> {
    pub(super) async fn hear(&mut self, came: Came) -> Result<(), RunError> {
        let heard = match came {
            Came::Act(act) => self.hear_act(*act).await,
            Came::Round(round, gate) => self.hear_round(round, gate).await,
        };
        match heard {
            // A pause that could not be written down comes again with the next line that meets its cause.
            Err(error) if error.is_transient() => Ok(()),
            heard => heard,
        }
    }

    async fn hear_round(
        &mut self,
        round: Result<Turn, RunError>,
        gate: i64,
    ) -> Result<(), RunError> {
        self.rounds.next_at = self.now().saturating_add(IDLE);
        let turn = match round {
            Ok(turn) => turn,
            Err(error) if error.is_transient() => {
                self.tell(Event::StoreFailed(error)).await;
                return Ok(());
            }
            Err(error) => return Err(error),
        };
        self.rounds.is_made = true;
        let round = match turn {
            Turn::Made(round) => round,
            // Another process made one a moment ago.
            Turn::In(left) => {
                self.rounds.next_at = self.now().saturating_add(left);
                return Ok(());
            }
        };
        self.rounds.next_at = self.now().saturating_add(P::FOLLOW_EVERY);
        let cause = round.error.as_ref().and_then(access);
        // Pauses are written before anything is told: who listens may be slow, and others send meanwhile.
        let paused = match cause {
            Some(cause) => self.pause(gate, cause).await,
            None => Ok(()),
        };
        let failed = round.error.map(Event::LookFailed);
        for event in round.events.into_iter().chain(failed) {
            self.tell(event).await;
        }
        paused
    }

    async fn hear_act(&mut self, act: Act) -> Result<(), RunError> {
        let Act {
            before,
            gate,
            acted,
        } = act;
        match acted {
            Ok(Acted::Done(row)) => self.hear_end(&before, *row, gate).await,
            Ok(Acted::Later { row, after, .. }) => {
                self.hear_later(&before, &row, after, gate).await
            }
            Err(StoreError::Call(error)) => self.hear_failure(&before, error, gate).await,
            // Another process has it now, or it is free again when its lease is over.
            Err(error) if error.is_transient() => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    async fn hear_end(
        &mut self,
        before: &IntentRow,
        row: IntentRow,
        gate: i64,
    ) -> Result<(), RunError> {
        // What a look finds says nothing of whether answers come back.
        if before.state == State::Planned || row.attempts > before.attempts {
            self.unknowns = 0;
        }
        if row.state == State::Rejected
            && let Some(cause) = cause_of::<P>(&self.runs.store.refusal(&row))
        {
            let paused = self.pause(gate, cause).await;
            let marked = self.runs.mark(&row, cause.as_str()).await;
            self.tell(Event::HeldBack(Line::of(&row), cause)).await;
            return paused.and(marked);
        }
        if let Some(event) = follow::event(&row) {
            self.tell(event).await;
        }
        Ok(())
    }

    async fn hear_later(
        &mut self,
        before: &IntentRow,
        row: &IntentRow,
        after: Duration,
        gate: i64,
    ) -> Result<(), RunError> {
        match row.state {
            State::Planned => {
                // The bank cannot be reached, or is asked too often: the next line would fare no better.
                self.hold_until = self.hold_until.max(self.now().saturating_add(after));
                self.tell(Event::Delayed(Line::of(row), after)).await;
            }
            State::Unknown if row.attempts > before.attempts => {
                self.unknowns += 1;
                // It may be a refusal in words that could mean something else. What they say of the payer holds anyway.
                let said = cause_of::<P>(&self.runs.store.refusal(row));
                let too_many = self.unknowns >= self.limits.unknowns;
                let paused = match said.or(too_many.then_some(Cause::Unknowns)) {
                    Some(cause) => self.pause(gate, cause).await,
                    None => Ok(()),
                };
                self.tell(Event::Unclear(Line::of(row))).await;
                return paused;
            }
            _ => {}
        }
        Ok(())
    }

    /// What waiting does not mend.
    async fn hear_failure(
        &mut self,
        before: &IntentRow,
        error: Error,
        gate: i64,
    ) -> Result<(), RunError> {
        if let Some(cause) = access(&error) {
            return self.pause(gate, cause).await;
        }
        if before.state != State::Planned {
            // The failure of a question says nothing of the payment; it is asked again.
            self.tell(Event::LookFailed(error)).await;
            return Ok(());
        }
        if error.kind() != ErrorKind::InvalidRequest {
            return self.pause(gate, Cause::Setup).await;
        }
        let conclusion = Conclusion {
            state: State::NeedsPerson,
            reason: Reason::new(UNSENDABLE).ok(),
            bank_id: None,
            again_in: Duration::ZERO,
        };
        let row = match self.runs.store.conclude(&before.id, &conclusion).await {
            Ok(row) => row,
            // Somebody has withdrawn it.
            Err(StoreError::Transition { .. }) => return Ok(()),
            Err(error) => return Err(error.into()),
        };
        if let Some(event) = follow::event(&row) {
            self.tell(event).await;
        }
        Ok(())
    }

    async fn pause(&self, gate: i64, cause: Cause) -> Result<(), RunError> {
        let (now, by) = (self.client.clock().now(), self.runs.store.worker());
        let pause = Pause::new(cause, now, by, None);
        self.runs.pause_at(&self.id, gate, pause).await
    }
}
