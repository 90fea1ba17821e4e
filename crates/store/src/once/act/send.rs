//! Sending, and what becomes of an intent by it.

use std::time::Duration;

use rubank_core::client::Progress;
use rubank_core::error::{Error, ErrorKind, Outcome};
use rubank_core::operation::{Operation, Provider};

use super::rules::{
    FIRST_PAUSE, MENDING_PAUSE, call_deadline, doubled, is_about_the_sender, lease,
};
use super::{Acted, Work, done, later};
use crate::engine::{IntentRow, Micros};
use crate::error::StoreError;
use crate::once::plan::place;
use crate::once::way::Way;
use crate::outcome::Refusal;
use crate::recorded::{Again, Recorded, Source};
use crate::state::State;

/// Error bodies are short; what is longer is a web page.
const LONGEST_KEPT_REFUSAL: usize = 4096;

impl<P: Provider> Work<'_, P> {
    /// Writes `sending`, waits until that is on the disk, sends, and writes what came.
    pub(super) async fn send<W: Way<P>>(
        &self,
        row: IntentRow,
        recorded: &Recorded,
    ) -> Result<Acted, StoreError> {
        // Both clocks are read before the lease begins: a process that was stopped after that, or whose machine slept,
        // finds its time over and sends nothing.
        let clock = self.client.clock();
        let deadline = call_deadline(self.client);
        let give_up_at = clock.monotonic().saturating_add(deadline);
        let not_after = clock.now().saturating_add(wall(deadline));
        let mut change = self.to(State::Sending);
        change.sends = true;
        change.release = false;
        change.renews = Some(lease(self.client));
        change.looks = Some(row.looks);
        let last_sent_at = row.sent_at;
        let row = self.write(&row, change).await?;
        let options = self
            .client
            .options()
            .clone()
            .deadline(give_up_at.saturating_sub(clock.monotonic()))
            .not_after(not_after)
            .progress(&Progress::new())
            // What is known of this copy alone: the copies before it are counted in the row.
            .earlier(Outcome::NotSent);
        let again = Again::<W::Write>::new(&recorded.write);
        match self.client.with(options).send(&again).await {
            Ok(response) => {
                let answer = self.seal(&row, Source::Write, &response.answer);
                match &response.value {
                    Ok(output) => {
                        let mut change = self.to(State::Accepted);
                        change.answer = answer;
                        change.bank_id = W::Write::bank_id(output);
                        change.due_in = after_yes::<P, W>();
                        self.store.write_yes(&row, change).await.map(done)
                    }
                    Err(_) => {
                        let reason = ErrorKind::UnreadableAnswer.as_str();
                        self.said_yes::<W>(row, reason, answer).await
                    }
                }
            }
            Err(error) => self.failed::<W>(row, last_sent_at, error).await,
        }
    }

    /// `last_sent_at`: when the copy before this one can have left.
    async fn failed<W: Way<P>>(
        &self,
        row: IntentRow,
        last_sent_at: Option<Micros>,
        error: Error,
    ) -> Result<Acted, StoreError> {
        let reason = Some(error.as_str().to_owned());
        match error.outcome() {
            Outcome::NotSent => self.back::<W>(row, last_sent_at, error).await,
            // Not the request was refused, but who sent it or how often: the same bytes are good once that is mended.
            Outcome::Rejected if is_about_the_sender(&W::Write::META, error.kind()) => {
                self.back::<W>(row, last_sent_at, error).await
            }
            // The only copy that may have had an effect.
            Outcome::Rejected if row.attempts <= 1 => {
                let mut change = self.to(State::Rejected);
                change.takes_back = true;
                change.reason = reason;
                change.note = Some(self.seal_refusal(&row, &error)?);
                self.write(&row, change).await.map(done)
            }
            Outcome::Accepted => self.said_yes::<W>(row, error.as_str(), None).await,
            // A refusal of this copy says nothing of the ones before it.
            Outcome::Rejected | Outcome::Unknown => {
                let mut change = self.to(State::Unknown);
                // A copy may have left until now, not only when the sending began.
                change.restarts_settling = true;
                change.looks = Some(0);
                change.reason = reason;
                change.note = Some(self.seal_refusal(&row, &error)?);
                change.due_in = FIRST_PAUSE;
                let row = self.write(&row, change).await?;
                Ok(later(row, FIRST_PAUSE, None))
            }
        }
    }

    /// A status of success, and nothing behind it that can be read. It may be the bank's yes, or a gateway's: where the bank
    /// can be asked, it is.
    async fn said_yes<W: Way<P>>(
        &self,
        row: IntentRow,
        reason: &str,
        answer: Option<Vec<u8>>,
    ) -> Result<Acted, StoreError> {
        let mut change = self.to(match W::CAN_LOOK {
            true => State::Unknown,
            false => State::Accepted,
        });
        change.restarts_settling = true;
        change.looks = Some(0);
        change.answer = answer;
        change.reason = Some(reason.to_owned());
        if !W::CAN_LOOK {
            change.due_in = after_yes::<P, W>();
            return self.store.write_yes(&row, change).await.map(done);
        }
        change.due_in = FIRST_PAUSE;
        let row = self.write(&row, change).await?;
        Ok(later(row, FIRST_PAUSE, None))
    }

    /// Nothing of this copy had an effect: back to where the intent was before it.
    async fn back<W: Way<P>>(
        &self,
        row: IntentRow,
        last_sent_at: Option<Micros>,
        error: Error,
    ) -> Result<Acted, StoreError> {
        let transient = error.is_transient();
        let pause = match transient {
            true => doubled(row.looks).max(error.retry_after().unwrap_or_default()),
            false => MENDING_PAUSE,
        };
        // With a copy from before in doubt, it is that one's fate that is to be found out.
        let is_only_copy = row.attempts <= 1;
        let mut change = self.to(match is_only_copy {
            true => State::Planned,
            false => State::Unknown,
        });
        change.takes_back = true;
        change.sent_at = last_sent_at;
        // Tries that sent nothing are counted here, for the pauses between them.
        change.looks = Some(row.looks + 1);
        change.reason = Some(error.as_str().to_owned());
        change.due_in = pause;
        let error = match is_only_copy {
            true => error,
            // To whoever asks about the intent, the earlier copy is what counts.
            false => error.as_doubt_about::<W::Write>(),
        };
        let row = self.write(&row, change).await?;
        match transient {
            true => Ok(later(row, pause, Some(error))),
            false => Err(StoreError::Call(error)),
        }
    }

    fn seal_refusal(&self, row: &IntentRow, error: &Error) -> Result<Vec<u8>, StoreError> {
        let bank = error.bank_error();
        let body = bank.map(|bank| bank.body().expose()).unwrap_or_default();
        let refusal = Refusal {
            status: error.status().map(|status| status.as_u16()),
            code: error.code().map(str::to_owned),
            text: bank
                .and_then(|bank| bank.message())
                .map(|text| text.to_owned().into()),
            request_id: error.request_id().map(str::to_owned),
            body: (1..=LONGEST_KEPT_REFUSAL)
                .contains(&body.len())
                .then(|| String::from_utf8_lossy(body).into_owned().into()),
        };
        let unsealed = |_| StoreError::Sealed("the note");
        let mut clear = serde_json::to_vec(&refusal).map_err(unsealed)?;
        if !self.may_keep(body) || !self.may_keep(&clear) {
            let bare = Refusal {
                status: refusal.status,
                ..Refusal::default()
            };
            clear = serde_json::to_vec(&bare).map_err(unsealed)?;
        }
        Ok(self.store.vault().seal(&place("the note", &row.id), &clear))
    }
}

/// When the bank is asked what became of it: at once, or never by itself where it cannot be asked.
fn after_yes<P: Provider, W: Way<P>>() -> Duration {
    match W::CAN_LOOK {
        true => Duration::ZERO,
        false => Duration::MAX,
    }
}

fn wall(duration: Duration) -> time::Duration {
    time::Duration::try_from(duration).unwrap_or(time::Duration::MAX)
}
