//! One act of an intent's life: at most one request leaves, and what came of it is written down.

use std::time::Duration;

use rubank_core::client::{Belief, Client, Progress, Verdict};
use rubank_core::error::{Error, ErrorKind, Outcome};
use rubank_core::operation::{Answer, Effect, KeyPromise, Operation, OperationMeta, Provider};

use super::plan::place;
use super::way::{Look, Way};
use crate::engine::{Change, IntentRow, Micros};
use crate::error::StoreError;
use crate::outcome::{Reason, Refusal};
use crate::recorded::{Again, Heard, Recorded, Source};
use crate::state::State;
use crate::store::Store;

/// How often one intent is sent at most, where the bank's promise allows more than once.
const MOST_ATTEMPTS: i64 = 3;
/// So many looks in a row must find nothing: one of them may have hit a replica that is behind, or a broken gateway.
const LOOKS_TO_BE_SURE: i64 = 2;
/// The pause after a failed send or before the first look; it doubles up to the longest.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);
/// The pause after a failure that somebody must mend.
const MENDING_PAUSE: Duration = Duration::from_secs(60);
/// A lease is longer than the call that it covers, by the time that writing down may take.
const LEASE_MARGIN: Duration = Duration::from_secs(60);

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

/// How long a claim covers one act.
pub(crate) fn lease<P: Provider>(client: &Client<P>) -> Duration {
    client
        .options()
        .call_deadline()
        .saturating_add(LEASE_MARGIN)
}

/// Does what the state of a claimed row asks for. The claim is over when it is done, whatever it came to.
pub(crate) async fn act<P: Provider, W: Way<P>>(
    store: &Store,
    client: &Client<P>,
    row: IntentRow,
) -> Result<Acted, StoreError> {
    let work = Work { store, client };
    match row.state {
        State::Planned => work.begin::<W>(row).await,
        State::Sending => {
            // Its holder vanished. It may have sent until its lease was over, so the settle time begins now.
            let mut change = work.to(State::Unknown);
            change.restarts_settling = true;
            change.reason = Some("interrupted".to_owned());
            change.release = false;
            let row = work.write(&row, change).await?;
            work.look::<W>(row).await
        }
        State::Unknown | State::Accepted => work.look::<W>(row).await,
        State::Rejected | State::Confirmed | State::Refused | State::NeedsPerson => {
            work.keep(row).await
        }
    }
}

struct Work<'a, P: Provider> {
    store: &'a Store,
    client: &'a Client<P>,
}

impl<P: Provider> Work<'_, P> {
    async fn begin<W: Way<P>>(&self, row: IntentRow) -> Result<Acted, StoreError> {
        match self.recorded::<W>(&row) {
            Ok(recorded) => self.send::<W>(row, &recorded).await,
            Err(error) => {
                self.keep(row).await?;
                Err(error)
            }
        }
    }

    /// The recorded request, if it would go where it was meant to go.
    fn recorded<W: Way<P>>(&self, row: &IntentRow) -> Result<Recorded, StoreError> {
        let differs = |what| StoreError::Differs {
            id: row.id.clone(),
            what: vec![what],
        };
        if row.environment != self.client.environment().name() {
            return Err(differs("environment"));
        }
        let recorded = self
            .store
            .recorded(row)?
            .ok_or_else(|| StoreError::Erased(row.id.clone()))?;
        let (method, address) = self
            .client
            .address(&Again::<W::Write>::new(&recorded.write))?;
        let now = [method.as_str().as_bytes(), address.to_string().as_bytes()].concat();
        if recorded.write.target().concat() != now {
            return Err(differs("address"));
        }
        Ok(recorded)
    }

    /// Writes `sending`, waits until that is on the disk, sends, and writes what came.
    async fn send<W: Way<P>>(
        &self,
        row: IntentRow,
        recorded: &Recorded,
    ) -> Result<Acted, StoreError> {
        let earlier = match row.state {
            State::Planned => Outcome::NotSent,
            _ => Outcome::Unknown,
        };
        let mut change = self.to(State::Sending);
        change.sends = true;
        change.release = false;
        let row = self.write(&row, change).await?;
        let options = self
            .client
            .options()
            .clone()
            .progress(&Progress::new())
            .earlier(earlier);
        let sent = self
            .client
            .with(options)
            .send(&Again::<W::Write>::new(&recorded.write))
            .await;
        match sent {
            Ok(response) => {
                let mut change = self.to(State::Accepted);
                change.answer = Some(self.seal(&row, Source::Write, &response.answer));
                if response.value.is_err() {
                    change.reason = Some(ErrorKind::UnreadableAnswer.as_str().to_owned());
                }
                self.write(&row, change).await.map(done)
            }
            Err(error) => self.failed(row, error).await,
        }
    }

    async fn failed(&self, row: IntentRow, error: Error) -> Result<Acted, StoreError> {
        let reason = Some(error.as_str().to_owned());
        match error.outcome() {
            Outcome::NotSent => self.back_to_planned(row, error).await,
            // Not the request was refused, but who sent it or how often: the same bytes are good once that is mended.
            Outcome::Rejected if is_about_the_sender(error.kind()) => {
                self.back_to_planned(row, error).await
            }
            Outcome::Rejected => {
                let mut change = self.to(State::Rejected);
                change.reason = reason;
                change.note = Some(self.seal_refusal(&row, &error)?);
                self.write(&row, change).await.map(done)
            }
            Outcome::Accepted => {
                let mut change = self.to(State::Accepted);
                change.reason = reason;
                self.write(&row, change).await.map(done)
            }
            Outcome::Unknown => {
                let mut change = self.to(State::Unknown);
                // A copy may have left until now, not only when the sending began.
                change.restarts_settling = true;
                change.reason = reason;
                change.note = Some(self.seal_refusal(&row, &error)?);
                change.due_in = FIRST_PAUSE;
                let row = self.write(&row, change).await?;
                Ok(later(row, FIRST_PAUSE, None))
            }
        }
    }

    async fn back_to_planned(&self, row: IntentRow, error: Error) -> Result<Acted, StoreError> {
        let transient = error.is_transient();
        let pause = match transient {
            true => doubled(row.attempts - 1).max(error.retry_after().unwrap_or_default()),
            false => MENDING_PAUSE,
        };
        let mut change = self.to(State::Planned);
        change.reason = Some(error.as_str().to_owned());
        change.due_in = pause;
        let row = self.write(&row, change).await?;
        match transient {
            true => Ok(later(row, pause, Some(error))),
            false => Err(StoreError::Call(error)),
        }
    }

    /// Asks the bank once what became of it.
    async fn look<W: Way<P>>(&self, row: IntentRow) -> Result<Acted, StoreError> {
        let recorded = match self.recorded::<W>(&row) {
            Ok(recorded) => recorded,
            Err(StoreError::Erased(_)) => return self.to_person(row, Reason::NO_RECORD).await,
            Err(error) => {
                self.keep(row).await?;
                return Err(error);
            }
        };
        let asked_at = self.store.engine().now().await?;
        let options = self
            .client
            .options()
            .clone()
            .progress(&Progress::new())
            .earlier(Outcome::NotSent);
        let client = self.client.with(options);
        match W::look(&client, &recorded).await {
            Look::Impossible if row.state == State::Accepted => self.keep(row).await,
            Look::Impossible => self.to_person(row, Reason::NO_LOOKUP).await,
            Look::Failed(error) => self.blind::<W>(row, error).await,
            Look::Said(verdict, answer) => {
                let sealed = answer.map(|answer| self.seal(&row, Source::Lookup, &answer));
                let said = Said {
                    verdict,
                    sealed,
                    asked_at,
                };
                self.weigh::<W>(row, &recorded, said).await
            }
        }
    }

    async fn weigh<W: Way<P>>(
        &self,
        row: IntentRow,
        recorded: &Recorded,
        said: Said,
    ) -> Result<Acted, StoreError> {
        let age = age(&row, said.asked_at);
        let seen = row.state == State::Accepted;
        let missing = match said.verdict {
            Verdict::Missing => row.missing + 1,
            _ => 0,
        };
        let state = match said.verdict.believed(age >= W::SETTLE, seen) {
            Belief::Happened => State::Confirmed,
            Belief::Refused => State::Refused,
            Belief::Pending => State::Accepted,
            Belief::NotThere if missing >= LOOKS_TO_BE_SURE => {
                return self.not_there::<W>(row, recorded).await;
            }
            Belief::NotThere | Belief::NotYet => {
                let left = W::SETTLE.saturating_sub(age);
                return self.look_again::<W>(row, missing, left, None).await;
            }
        };
        let mut change = self.to(state);
        change.answer = said.sealed;
        change.looks = Some(row.looks + 1);
        change.missing = Some(0);
        if state == State::Accepted {
            change.due_in = pause::<P, W>(row.looks, Duration::ZERO);
        }
        self.write(&row, change).await.map(done)
    }

    /// The bank had time enough, and does not know it.
    async fn not_there<W: Way<P>>(
        &self,
        row: IntentRow,
        recorded: &Recorded,
    ) -> Result<Acted, StoreError> {
        let is = |kind: ErrorKind| row.reason.as_deref() == Some(kind.as_str());
        if is(ErrorKind::BadRequest) || is(ErrorKind::Unprocessable) {
            // It was refused in words that might have meant a used key. No payment is under the key, so they did not.
            let mut change = self.to(State::Refused);
            change.reason = row.reason.clone();
            return self.write(&row, change).await.map(done);
        }
        let duplicate = is(ErrorKind::DuplicateKey);
        match may_send_again(&W::Write::META, &row, duplicate, recorded.send_again) {
            Ok(()) => self.send::<W>(row, recorded).await,
            Err(reason) => self.to_person(row, reason).await,
        }
    }

    /// The look failed: what made the write's fate unclear often hits the lookup too.
    async fn blind<W: Way<P>>(&self, row: IntentRow, error: Error) -> Result<Acted, StoreError> {
        if error.is_transient() {
            let least = error.retry_after().unwrap_or_default();
            let missing = row.missing;
            return self.look_again::<W>(row, missing, least, Some(error)).await;
        }
        let mut change = self.to(row.state);
        change.reason = row.reason.clone();
        change.due_in = MENDING_PAUSE;
        self.write(&row, change).await?;
        Err(StoreError::Call(error))
    }

    async fn look_again<W: Way<P>>(
        &self,
        row: IntentRow,
        missing: i64,
        least: Duration,
        error: Option<Error>,
    ) -> Result<Acted, StoreError> {
        let after = match (&error, least.is_zero()) {
            // The look right after the settle time is the first that can say "not there".
            (None, false) => pause::<P, W>(row.looks, Duration::ZERO).min(least.max(W::pace())),
            _ => pause::<P, W>(row.looks, least),
        };
        let mut change = self.to(row.state);
        change.reason = row.reason.clone();
        change.looks = Some(row.looks + 1);
        change.missing = Some(missing);
        change.due_in = after;
        let row = self.write(&row, change).await?;
        Ok(later(row, after, error))
    }

    async fn to_person(&self, row: IntentRow, reason: &str) -> Result<Acted, StoreError> {
        let mut change = self.to(State::NeedsPerson);
        change.reason = Some(reason.to_owned());
        self.write(&row, change).await.map(done)
    }

    /// Gives the claim back and changes nothing.
    async fn keep(&self, row: IntentRow) -> Result<Acted, StoreError> {
        let mut change = self.to(row.state);
        change.reason = row.reason.clone();
        change.due_in = Duration::ZERO;
        self.write(&row, change).await.map(done)
    }

    fn to(&self, state: State) -> Change {
        Change::to(state, self.store.worker())
    }

    async fn write(&self, row: &IntentRow, change: Change) -> Result<IntentRow, StoreError> {
        self.store.write(row, &change).await
    }

    fn seal(&self, row: &IntentRow, source: Source, answer: &Answer) -> Vec<u8> {
        // Strings and a number: JSON refuses none of them, and an empty record reads as "answer not kept".
        let clear = serde_json::to_vec(&Heard::new(source, answer)).unwrap_or_default();
        self.store
            .vault()
            .seal(&place("the answer", &row.id), &clear)
    }

    fn seal_refusal(&self, row: &IntentRow, error: &Error) -> Result<Vec<u8>, StoreError> {
        let bank = error.bank_error();
        let refusal = Refusal {
            status: error.status().map(|status| status.as_u16()),
            code: error.code().map(str::to_owned),
            text: bank
                .and_then(|bank| bank.message())
                .map(|text| text.to_owned().into()),
            request_id: error.request_id().map(str::to_owned),
        };
        let clear = serde_json::to_vec(&refusal).map_err(|_| StoreError::Sealed("the note"))?;
        Ok(self.store.vault().seal(&place("the note", &row.id), &clear))
    }
}

struct Said {
    verdict: Verdict,
    sealed: Option<Vec<u8>>,
    asked_at: Micros,
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

fn is_about_the_sender(kind: ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::Unauthorized | ErrorKind::Forbidden | ErrorKind::TooManyRequests
    )
}

/// Whether what the bank does not know may be sent once more, with the same key and bytes.
fn may_send_again(
    meta: &OperationMeta,
    row: &IntentRow,
    duplicate: bool,
    caller_allows: bool,
) -> Result<(), &'static str> {
    if duplicate {
        return Err(Reason::KEY_USED);
    }
    let promised = match meta.effect {
        Effect::Read | Effect::Idempotent => true,
        Effect::Keyed => meta.key_promise != KeyPromise::Unpromised,
        Effect::Once => false,
    };
    match (promised || caller_allows, row.attempts < MOST_ATTEMPTS) {
        (true, true) => Ok(()),
        (true, false) => Err(Reason::SENT_TOO_OFTEN),
        (false, _) => Err(Reason::NOT_FOUND),
    }
}

/// How long ago a copy can have left last.
fn age(row: &IntentRow, now: Micros) -> Duration {
    let since = row.sent_at.unwrap_or(row.planned_at);
    Duration::from_micros(u64::try_from(now.saturating_sub(since)).unwrap_or(0))
}

fn pause<P: Provider, W: Way<P>>(looks: i64, least: Duration) -> Duration {
    doubled(looks).max(W::pace()).max(least)
}

fn doubled(times: i64) -> Duration {
    let times = u32::try_from(times.clamp(0, 16)).unwrap_or(0);
    FIRST_PAUSE.saturating_mul(1 << times).min(LONGEST_PAUSE)
}

#[cfg(test)]
mod tests;
