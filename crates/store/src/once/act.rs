//! One act of an intent's life: at most one request leaves, and what came of it is written down.

mod look;
mod rules;
mod send;

use std::time::Duration;

use rubank_core::client::Client;
use rubank_core::error::Error;
use rubank_core::operation::{Answer, Operation, Provider};
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
use rules::{MENDING_PAUSE, is_freshly_marked};

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

fn differs(row: &IntentRow, what: &'static str) -> StoreError {
    StoreError::Differs {
        id: row.id.clone(),
        state: row.state,
        what: vec![what],
    }
}

/// The bank's id of the request, for its support.
fn request_id<P: Provider>(answer: &Answer) -> Option<String> {
    let named = P::REQUEST_ID_HEADERS.iter();
    let mut found = named.filter_map(|name| answer.headers.get(*name)?.to_str().ok());
    found.next().map(str::to_owned)
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
    if row.id.operation != W::Write::META.id {
        store.release(&row).await?;
        let operation = W::Write::META.id;
        return Err(StoreError::AnotherOperation {
            id: row.id,
            operation,
        });
    }
    match row.state {
        State::Planned => work.begin::<W>(row).await,
        State::Unknown if is_marked(&row) => work.again_or_look::<W>(row).await,
        State::Unknown | State::Accepted => work.look::<W>(row).await,
        State::Sending => {
            // Its holder vanished. It may have sent until its lease was over, so the settle time begins now.
            let mut change = work.to(State::Unknown);
            change.restarts_settling = true;
            change.looks = Some(0);
            change.reason = Some(Reason::INTERRUPTED.to_owned());
            change.release = false;
            let row = work.write(&row, change).await?;
            work.look::<W>(row).await
        }
        State::Rejected | State::Confirmed | State::Refused | State::NeedsPerson => {
            work.keep(row, Duration::ZERO).await
        }
    }
}

/// Whether it is to be sent once more: the bank had time enough, does not know it, and promises that a second copy does no
/// harm.
fn is_marked(row: &IntentRow) -> bool {
    row.reason.as_deref() == Some(Reason::SEND_AGAIN)
}

/// A worker's hands: the store, and the client that it works with.
struct Work<'a, P: Provider> {
    store: &'a Store,
    client: &'a Client<P>,
}

impl<P: Provider> Work<'_, P> {
    async fn begin<W: Way<P>>(&self, row: IntentRow) -> Result<Acted, StoreError> {
        let recorded = self.recorded(&row).and_then(|recorded| {
            self.may_send::<W>(&row, &recorded)?;
            Ok(recorded)
        });
        match recorded {
            Ok(recorded) => self.send::<W>(row, &recorded).await,
            Err(error) => self.unusable(row, error).await,
        }
    }

    /// Sends it once more, or asks the bank anew if it was asked too long ago.
    async fn again_or_look<W: Way<P>>(&self, row: IntentRow) -> Result<Acted, StoreError> {
        let now = self.store.engine().now().await?;
        if is_freshly_marked(&row, now) {
            return self.begin::<W>(row).await;
        }
        self.look::<W>(IntentRow {
            reason: None,
            ..row
        })
        .await
    }

    /// What is recorded, if it was for this environment.
    fn recorded(&self, row: &IntentRow) -> Result<Recorded, StoreError> {
        if row.environment != self.client.environment().name() {
            return Err(differs(row, "environment"));
        }
        let recorded = self.store.recorded(row)?;
        recorded.ok_or_else(|| StoreError::Erased(row.id.clone()))
    }

    /// Whether the write would go where it was meant to go.
    fn may_send<W: Way<P>>(&self, row: &IntentRow, recorded: &Recorded) -> Result<(), StoreError> {
        let write = Again::<W::Write>::new(&recorded.write);
        match recorded.write.goes_to(self.client.address(&write)?) {
            true => Ok(()),
            false => Err(differs(row, "address")),
        }
    }

    /// What can be neither sent nor looked up as it is kept.
    async fn unusable(&self, row: IntentRow, error: StoreError) -> Result<Acted, StoreError> {
        match error {
            StoreError::Erased(_) | StoreError::Sealed(_) => {
                self.to_person(row, Reason::NO_RECORD).await
            }
            // Another client, another keyring, or a new rule: whoever has the right one may go on.
            error => {
                // By then the bank may know more.
                let reason = row.reason.clone().filter(|_| !is_marked(&row));
                self.keep(IntentRow { reason, ..row }, MENDING_PAUSE)
                    .await?;
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

    /// A card number is kept by a store with a key only.
    fn may_keep(&self, text: &[u8]) -> bool {
        self.store.vault().encrypts() || find_card_number(&String::from_utf8_lossy(text)).is_none()
    }

    /// `None` where it must not be kept: the outcome is, without it.
    fn seal(&self, row: &IntentRow, source: Source, answer: &Answer) -> Option<Vec<u8>> {
        if !self.may_keep(&answer.body) {
            return None;
        }
        let vault = self.store.vault();
        let heard = Heard::new(source, answer, request_id::<P>(answer));
        // Strings and a number: JSON refuses none of them.
        let clear = serde_json::to_vec(&heard).ok()?;
        Some(vault.seal(&place("the answer", &row.id), &clear))
    }
}
