//! Asking the bank what became of an intent, and what is believed of its word.

use std::time::Duration;

use rubank_core::client::{Belief, Progress, Verdict};
use rubank_core::error::{Error, ErrorKind, Outcome};
use rubank_core::operation::{Operation, Provider};

use super::rules::{
    FIRST_PAUSE, LOOKS_IN_VAIN, LOOKS_TO_BE_SURE, MENDING_PAUSE, SEND_AGAIN, age, call_deadline,
    doubled, is_from_the_future, may_send_again,
};
use super::{Acted, Work, done, later};
use crate::engine::{IntentRow, Micros};
use crate::error::StoreError;
use crate::once::way::{Look, Way};
use crate::outcome::Reason;
use crate::recorded::{Recorded, Source};
use crate::state::State;

/// What the bank said, and when it was asked.
struct Said {
    verdict: Verdict,
    sealed: Option<Vec<u8>>,
    asked_at: Micros,
}

impl<P: Provider> Work<'_, P> {
    /// Asks the bank once.
    pub(super) async fn look<W: Way<P>>(&self, row: IntentRow) -> Result<Acted, StoreError> {
        let recorded = match self.recorded::<W>(&row) {
            Ok(recorded) => recorded,
            Err(error) => return self.unusable(row, error).await,
        };
        let asked_at = self.store.engine().now().await?;
        if is_from_the_future(&row, asked_at) {
            return self.settle_anew::<W>(row).await;
        }
        let options = self
            .client
            .options()
            .clone()
            .deadline(call_deadline(self.client))
            .progress(&Progress::new())
            .earlier(Outcome::NotSent);
        let client = self.client.with(options);
        match W::look(&client, &recorded).await {
            Look::Impossible if row.state == State::Accepted => {
                self.keep(row, Duration::ZERO).await
            }
            Look::Impossible => self.to_person(row, Reason::NO_LOOKUP).await,
            Look::Failed(error) => self.learned_nothing::<W>(row, error).await,
            Look::Said(verdict, answer) => {
                let sealed = answer.and_then(|answer| self.seal(&row, Source::Lookup, &answer));
                let said = Said {
                    verdict,
                    sealed,
                    asked_at,
                };
                self.weigh::<W>(row, &recorded, said).await
            }
        }
    }

    /// The clock was set back: nobody knows how long ago the last copy left, so its time begins now.
    async fn settle_anew<W: Way<P>>(&self, row: IntentRow) -> Result<Acted, StoreError> {
        let after = W::pace().max(FIRST_PAUSE);
        let mut change = self.to(row.state);
        change.restarts_settling = true;
        change.reason = row.reason.clone();
        change.due_in = after;
        let row = self.write(&row, change).await?;
        Ok(later(row, after, None))
    }

    async fn weigh<W: Way<P>>(
        &self,
        row: IntentRow,
        recorded: &Recorded,
        said: Said,
    ) -> Result<Acted, StoreError> {
        let age = age(&row, said.asked_at);
        let settled = age >= W::SETTLE;
        // Looks before the settle time do not count: they could not have found it.
        let alike = row.missing + i64::from(settled);
        let sure = alike >= LOOKS_TO_BE_SURE;
        let seen = row.state == State::Accepted;
        let state = match said.verdict.believed(settled, seen) {
            Belief::Happened => State::Confirmed,
            Belief::Refused if said.verdict == Verdict::Refused || sure => State::Refused,
            Belief::Pending => State::Accepted,
            Belief::Another => return self.to_person(row, Reason::KEY_USED).await,
            Belief::NotThere if sure => return self.not_there::<W>(row, recorded).await,
            Belief::Refused | Belief::NotThere => {
                let after = pause::<P, W>(row.looks, Duration::ZERO);
                return self.look_again(row, alike, after, None).await;
            }
            Belief::NotYet => {
                let usual = pause::<P, W>(row.looks, Duration::ZERO);
                let left = W::SETTLE.saturating_sub(age);
                // The look right after the settle time is the first that can say "not there".
                let after = match left.is_zero() {
                    true => usual,
                    false => usual.min(left.max(W::pace())),
                };
                return self.look_again(row, 0, after, None).await;
            }
        };
        let mut change = self.to(state);
        change.answer = said.sealed;
        // What an earlier failure said is no reason for this state.
        change.note = Some(Vec::new());
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
        let vague = is(ErrorKind::BadRequest) || is(ErrorKind::Unprocessable);
        if vague && row.attempts == 1 {
            // The only copy was refused in words that might have meant a used key. Nothing is under the key, so they
            // did not.
            let mut change = self.to(State::Rejected);
            change.takes_back = true;
            change.reason = row.reason.clone();
            return self.write(&row, change).await.map(done);
        }
        if vague || is(ErrorKind::DuplicateKey) {
            return self.to_person(row, Reason::KEY_USED).await;
        }
        if let Err(reason) = may_send_again(&W::Write::META, &row, recorded.send_again) {
            return self.to_person(row, reason).await;
        }
        // In an act of its own, so that its claim covers the whole call.
        let mut change = self.to(State::Unknown);
        change.reason = Some(SEND_AGAIN.to_owned());
        let row = self.write(&row, change).await?;
        Ok(later(row, Duration::ZERO, None))
    }

    /// The look failed: what made the write's fate unclear often hits the lookup too.
    async fn learned_nothing<W: Way<P>>(
        &self,
        row: IntentRow,
        error: Error,
    ) -> Result<Acted, StoreError> {
        // To whoever asks about the write, the failure of a look is doubt: neither "not sent" nor "rejected".
        let error = error.as_doubt_about::<W::Write>();
        // A 404 that does not mean "no such write", again and again.
        let says_nothing = error.kind() == ErrorKind::NotFound;
        if says_nothing && row.state == State::Unknown && row.looks >= LOOKS_IN_VAIN {
            return self.to_person(row, Reason::CANNOT_LOOK).await;
        }
        if error.is_transient() || says_nothing {
            let least = error.retry_after().unwrap_or_default();
            let (missing, after) = (row.missing, pause::<P, W>(row.looks, least));
            return self.look_again(row, missing, after, Some(error)).await;
        }
        self.keep(row, MENDING_PAUSE).await?;
        Err(StoreError::Call(error))
    }

    async fn look_again(
        &self,
        row: IntentRow,
        missing: i64,
        after: Duration,
        error: Option<Error>,
    ) -> Result<Acted, StoreError> {
        let mut change = self.to(row.state);
        change.reason = row.reason.clone();
        change.looks = Some(row.looks + 1);
        change.missing = Some(missing);
        change.due_in = after;
        let row = self.write(&row, change).await?;
        Ok(later(row, after, error))
    }
}

fn pause<P: Provider, W: Way<P>>(looks: i64, least: Duration) -> Duration {
    doubled(looks).max(W::pace()).max(least)
}
