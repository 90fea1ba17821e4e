//! One act of an intent's life: at most one request leaves, and what came of it is written down.

mod look;
mod rules;
mod send;

use std::time::Duration;

use rubank_core::client::Client;
use rubank_core::error::Error;
use rubank_core::operation::{Answer, Provider};
use rubank_core::types::find_card_number;

use super::plan::place;
use super::way::Way;
use crate::engine::{Change, IntentRow};
use crate::error::StoreError;
use crate::outcome::Reason;
use crate::recorded::{Again, Heard, Recorded, Source};
use crate::state::State;
use crate::store::Store;
pub(crate) use rules::lease;
use rules::{MENDING_PAUSE, SEND_AGAIN};

/// What one act came to.
#[derive(Debug)]
pub enum Acted {
    /// There is nothing more to do for a worker; see the row's state.
    Done(Box<IntentRow>),
    /// Not decided yet: look after it again later.
    Later {
        /// The intent as it is now.
        row: Box<IntentRow>,
        /// After this time.
        after: Duration,
        /// What the last request failed with, if it failed.
        error: Option<Error>,
    },
}

fn done(row: IntentRow) -> Acted {
    Acted::Done(Box::new(row))
}

fn later(row: IntentRow, after: Duration, error: Option<Error>) -> Acted {
    Acted::Later {
        row: Box::new(row),
        after,
        error,
    }
}

/// Does what the state of a claimed row asks for. The claim is over when it is done, whatever it came to.
pub(crate) async fn act<P: Provider, W: Way<P>>(
    store: &Store,
    client: &Client<P>,
    row: IntentRow,
) -> Result<Acted, StoreError> {
    let work = Work { store, client };
    let is_to_be_sent_again = row.reason.as_deref() == Some(SEND_AGAIN);
    match row.state {
        State::Planned => work.begin::<W>(row).await,
        State::Unknown if is_to_be_sent_again => work.begin::<W>(row).await,
        State::Unknown | State::Accepted => work.look::<W>(row).await,
        State::Sending => {
            // Its holder vanished. It may have sent until its lease was over, so the settle time begins now.
            let mut change = work.to(State::Unknown);
            change.restarts_settling = true;
            change.looks = Some(0);
            change.reason = Some("interrupted".to_owned());
            change.release = false;
            let row = work.write(&row, change).await?;
            work.look::<W>(row).await
        }
        State::Rejected | State::Confirmed | State::Refused | State::NeedsPerson => {
            work.keep(row, Duration::ZERO).await
        }
    }
}

/// A worker's hands: the store, and the client that it works with.
struct Work<'a, P: Provider> {
    store: &'a Store,
    client: &'a Client<P>,
}

impl<P: Provider> Work<'_, P> {
    async fn begin<W: Way<P>>(&self, row: IntentRow) -> Result<Acted, StoreError> {
        match self.recorded::<W>(&row) {
            Ok(recorded) => self.send::<W>(row, &recorded).await,
            Err(error) => self.unusable(row, error).await,
        }
    }

    /// The recorded request, if it would go where it was meant to go.
    fn recorded<W: Way<P>>(&self, row: &IntentRow) -> Result<Recorded, StoreError> {
        let differs = |what| StoreError::Differs {
            id: row.id.clone(),
            state: row.state,
            what: vec![what],
        };
        if row.environment != self.client.environment().name() {
            return Err(differs("environment"));
        }
        let recorded = self
            .store
            .recorded(row)?
            .ok_or_else(|| StoreError::Erased(row.id.clone()))?;
        let again = Again::<W::Write>::new(&recorded.write);
        let (method, address) = self.client.address(&again)?;
        let address = address.to_string();
        if recorded.write.target() != [method.as_str().as_bytes(), address.as_bytes()] {
            return Err(differs("address"));
        }
        Ok(recorded)
    }

    /// What can be neither sent nor looked up as it is kept.
    async fn unusable(&self, row: IntentRow, error: StoreError) -> Result<Acted, StoreError> {
        match error {
            StoreError::Erased(_) | StoreError::Sealed(_) => {
                self.to_person(row, Reason::NO_RECORD).await
            }
            // Another client, another keyring, or a new rule: whoever has the right one may go on.
            error => {
                self.keep(row, MENDING_PAUSE).await?;
                Err(error)
            }
        }
    }

    async fn to_person(&self, row: IntentRow, reason: &str) -> Result<Acted, StoreError> {
        let mut change = self.to(State::NeedsPerson);
        change.reason = Some(reason.to_owned());
        self.write(&row, change).await.map(done)
    }

    /// Gives the claim back and changes nothing.
    async fn keep(&self, row: IntentRow, pause: Duration) -> Result<Acted, StoreError> {
        let mut change = self.to(row.state);
        change.reason = row.reason.clone();
        change.due_in = pause;
        self.write(&row, change).await.map(done)
    }

    fn to(&self, state: State) -> Change {
        Change::to(state, self.store.worker())
    }

    async fn write(&self, row: &IntentRow, change: Change) -> Result<IntentRow, StoreError> {
        self.store.write(row, &change).await
    }

    /// `None` where it must not be kept: the outcome is, without it.
    fn seal(&self, row: &IntentRow, source: Source, answer: &Answer) -> Option<Vec<u8>> {
        let vault = self.store.vault();
        let holds_card = || find_card_number(&String::from_utf8_lossy(&answer.body)).is_some();
        if !vault.encrypts() && holds_card() {
            return None;
        }
        // Strings and a number: JSON refuses none of them.
        let clear = serde_json::to_vec(&Heard::new(source, answer)).ok()?;
        Some(vault.seal(&place("the answer", &row.id), &clear))
    }
}
