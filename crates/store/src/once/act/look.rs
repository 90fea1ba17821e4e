//! Asking the bank what became of an intent, and what is believed of its word.

use std::time::Duration;

use rubank_core::client::{Belief, Progress, Verdict};
use rubank_core::error::{Error, ErrorKind, Outcome};
use rubank_core::operation::{Operation, Provider};

use super::rules::{
    FIRST_PAUSE, LOOKS_IN_VAIN, LOOKS_TO_BE_SURE, MENDING_PAUSE, SAID_MISSING, SAID_NOTHING,
    SAID_PERHAPS_REFUSED, age, alike, call_deadline, doubled, is_from_the_future, may_send_again,
};
use super::{Acted, Work, differs, done, later};
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
    bank_id: Option<String>,
    asked_at: Micros,
}

/// What a look that decided nothing leaves behind.
struct Undecided {
    /// How many looks in a row have said this, and what.
    alike: i64,
    said: Option<&'static str>,
    /// When to look again.
    after: Duration,
    error: Option<Error>,
}

impl<P: Provider> Work<'_, P> {
    /// Asks the bank once.
    pub(super) async fn look<W: Way<P>>(&self, row: IntentRow) -> Result<Acted, StoreError> {
        if !W::CAN_LOOK {
            return self.cannot_look(row).await;
        }
        let asked_at = self.store.engine().now().await?;
        let recorded = match self.lookable::<W>(&row) {
            Ok(recorded) => recorded,
            // Nobody came who could ask.
            Err(StoreError::Differs { what, .. })
                if what == ["address"] && self.is_given_up(&row, asked_at) =>
            {
                return self.to_person(row, Reason::CANNOT_LOOK).await;
            }
            Err(error) => return self.unusable(row, error).await,
        };
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
            Look::Impossible => self.cannot_look(row).await,
            Look::Failed(error) => self.learned_nothing::<W>(row, error, asked_at).await,
            Look::Said {
                verdict,
                answer,
                bank_id,
            } => {
                let sealed = answer.and_then(|answer| self.seal(&row, Source::Lookup, &answer));
                let said = Said {
                    verdict,
                    sealed,
                    bank_id,
                    asked_at,
                };
                self.weigh::<W>(row, &recorded, said).await
            }
        }
    }

    /// The recorded request, if its lookup would go where it was meant to go. Where the write itself would go does not
    /// matter for that: a new version of a program may have moved it.
    fn lookable<W: Way<P>>(&self, row: &IntentRow) -> Result<Recorded, StoreError> {
        let recorded = self.recorded(row)?;
        match W::may_look(self.client, &recorded)? {
            true => Ok(recorded),
            false => Err(differs(row, "address")),
        }
    }

    /// There is no lookup: what the bank has taken is not looked at by itself, and of the rest only a person can know.
    async fn cannot_look(&self, row: IntentRow) -> Result<Acted, StoreError> {
        match row.state {
            State::Accepted => self.keep(row, Duration::MAX).await,
            _ => self.to_person(row, Reason::NO_LOOKUP).await,
        }
    }

    /// Whether the bank had more time than any bank needs.
    fn is_too_old(&self, row: &IntentRow, now: Micros) -> bool {
        age(row, now) >= self.store.longest_doubt()
    }

    /// Whether even what could not be asked about is left to a person. Twice the time: whoever was away for longer than
    /// the first must have time to mend what keeps them from asking.
    fn is_given_up(&self, row: &IntentRow, now: Micros) -> bool {
        age(row, now) >= self.store.longest_doubt().saturating_mul(2)
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
        let word = match said.verdict {
            Verdict::PerhapsRefused => SAID_PERHAPS_REFUSED,
            _ => SAID_MISSING,
        };
        // Looks before the settle time do not count: they could not have found it.
        let alike = if settled { alike(&row, word) } else { 0 };
        let sure = alike >= LOOKS_TO_BE_SURE;
        let seen = row.state == State::Accepted;
        let state = match said.verdict.believed(settled, seen) {
            Belief::Happened => State::Confirmed,
            Belief::Refused if said.verdict == Verdict::Refused || sure => State::Refused,
            Belief::Pending => State::Accepted,
            Belief::Another => return self.to_person(row, Reason::KEY_USED).await,
            Belief::NotThere if sure && self.is_too_old(&row, said.asked_at) => {
                return self.to_person(row, Reason::NOT_FOUND).await;
            }
            Belief::NotThere if sure => return self.not_there::<W>(row, recorded).await,
            Belief::Refused | Belief::NotThere | Belief::NotYet => {
                let usual = pause::<P, W>(row.looks, Duration::ZERO);
                let left = W::SETTLE.saturating_sub(age);
                let undecided = Undecided {
                    alike,
                    said: Some(word),
                    // The look right after the settle time is the first that can say "not there".
                    after: match left.is_zero() {
                        true => usual,
                        false => usual.min(left.max(W::pace())),
                    },
                    error: None,
                };
                if self.is_too_old(&row, said.asked_at) {
                    return self.to_person(row, Reason::UNDECIDED_TOO_LONG).await;
                }
                return self.look_again(row, undecided).await;
            }
        };
        let is_stuck = state == State::Accepted && self.is_too_old(&row, said.asked_at);
        let mut change = self.to(if is_stuck { State::NeedsPerson } else { state });
        change.reason = is_stuck.then(|| Reason::UNDECIDED_TOO_LONG.to_owned());
        change.answer = said.sealed;
        change.bank_id = said.bank_id;
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
        if let Err(error) = self.may_send::<W>(&row, recorded) {
            return self.unusable(row, error).await;
        }
        // In an act of its own, so that its claim covers the whole call.
        let mut change = self.to(State::Unknown);
        change.reason = Some(Reason::SEND_AGAIN.to_owned());
        let row = self.write(&row, change).await?;
        Ok(later(row, Duration::ZERO, None))
    }

    /// The look failed: what made the write's fate unclear often hits the lookup too.
    async fn learned_nothing<W: Way<P>>(
        &self,
        row: IntentRow,
        error: Error,
        asked_at: Micros,
    ) -> Result<Acted, StoreError> {
        let is_over = match was_asked(&error) {
            true => self.is_too_old(&row, asked_at),
            false => self.is_given_up(&row, asked_at),
        };
        // To whoever asks about the write, the failure of a look is doubt: neither "not sent" nor "rejected".
        let error = error.as_doubt_about::<W::Write>();
        // A 404 that does not mean "no such write", again and again.
        let says_nothing = error.kind() == ErrorKind::NotFound;
        let silent = if says_nothing {
            alike(&row, SAID_NOTHING)
        } else {
            0
        };
        let is_vain = row.state == State::Unknown && silent >= LOOKS_IN_VAIN;
        if is_vain || is_over {
            return self.to_person(row, Reason::CANNOT_LOOK).await;
        }
        if error.is_transient() || says_nothing {
            let least = error.retry_after().unwrap_or_default();
            let undecided = Undecided {
                // A look that failed says nothing of what those before it have said.
                alike: if says_nothing { silent } else { row.missing },
                said: says_nothing.then_some(SAID_NOTHING),
                after: pause::<P, W>(row.looks, least),
                error: Some(error),
            };
            return self.look_again(row, undecided).await;
        }
        self.keep(row, MENDING_PAUSE).await?;
        Err(StoreError::Call(error))
    }

    async fn look_again(&self, row: IntentRow, undecided: Undecided) -> Result<Acted, StoreError> {
        let mut change = self.to(row.state);
        change.reason = row.reason.clone();
        change.looks = Some(row.looks + 1);
        change.missing = Some(undecided.alike);
        change.said = undecided.said.map(str::to_owned);
        change.due_in = undecided.after;
        let row = self.write(&row, change).await?;
        Ok(later(row, undecided.after, undecided.error))
    }
}

/// Whether the bank was asked, and let us ask: a look that did not leave, or was turned away at the door, says nothing of
/// what the bank knows.
fn was_asked(error: &Error) -> bool {
    let turned_away = matches!(
        error.kind(),
        ErrorKind::Unauthorized | ErrorKind::Forbidden | ErrorKind::Auth
    );
    error.outcome() != Outcome::NotSent && !turned_away
}

fn pause<P: Provider, W: Way<P>>(looks: i64, least: Duration) -> Duration {
    doubled(looks).max(W::pace()).max(least)
}
