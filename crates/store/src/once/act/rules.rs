//! The numbers and the decisions, without database and network.

use std::time::Duration;

use rubank_core::client::Client;
use rubank_core::error::ErrorKind;
use rubank_core::operation::{Effect, KeyPromise, OperationMeta, Provider};

use crate::engine::{IntentRow, Micros};
use crate::outcome::Reason;

/// How often one intent is sent at most, where the bank's promise allows more than once.
const MOST_ATTEMPTS: i64 = 3;
/// A mark to send again is acted on for so long; after that the bank may know more, and is asked anew.
const FRESH_MARK: Micros = 60 * 1_000_000;
/// So many looks in a row beyond the settle time must say the same: one of them may have hit a replica that is behind.
pub(super) const LOOKS_TO_BE_SURE: i64 = 2;
/// After so many looks in a row that say nothing, no look will.
pub(super) const LOOKS_IN_VAIN: i64 = 10;
/// What a look brought that decides nothing alone; looks count together only with those of the same word.
pub(super) const SAID_MISSING: &str = "missing";
pub(super) const SAID_PERHAPS_REFUSED: &str = "perhaps-refused";
pub(super) const SAID_NOTHING: &str = "nothing";
/// The pause after a failed send or before the first look; it doubles up to the longest.
pub(super) const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);
/// The pause after a failure that somebody must mend.
pub(super) const MENDING_PAUSE: Duration = Duration::from_secs(60);
/// A lease is longer than the call that it covers, by the time that writing down may take.
const LEASE_MARGIN: Duration = Duration::from_secs(60);
/// No call lasts longer, whatever the options say: after a crash its intent is held back for so long.
const LONGEST_CALL: Duration = Duration::from_secs(60 * 60);
/// A moment this far ahead of the engine's clock means that the clock was set back.
const CLOCK_SET_BACK: Micros = 60 * 1_000_000;

/// How long a claim covers one act.
pub(crate) fn lease<P: Provider>(client: &Client<P>) -> Duration {
    call_deadline(client) + LEASE_MARGIN
}

pub(super) fn call_deadline<P: Provider>(client: &Client<P>) -> Duration {
    client.options().call_deadline().min(LONGEST_CALL)
}

/// A refusal after which the same bytes may leave again once its cause is mended. All but "who are you" may come from a
/// gateway behind which the request went on, so they need the bank's promise for a second copy.
pub(super) fn is_about_the_sender(meta: &OperationMeta, kind: ErrorKind) -> bool {
    match kind {
        ErrorKind::Unauthorized => true,
        ErrorKind::Forbidden | ErrorKind::TooManyRequests => is_promised(meta),
        _ => false,
    }
}

/// Whether the bank promises that a second copy with the same key and bytes changes nothing more.
fn is_promised(meta: &OperationMeta) -> bool {
    match meta.effect {
        Effect::Read | Effect::Idempotent => true,
        Effect::Keyed => meta.key_promise != KeyPromise::Unpromised,
        Effect::Once => false,
    }
}

/// Whether what the bank does not know may be sent once more, with the same key and bytes; if not, why.
pub(super) fn may_send_again(
    meta: &OperationMeta,
    row: &IntentRow,
    caller_allows: bool,
) -> Result<(), &'static str> {
    match (
        is_promised(meta) || caller_allows,
        row.attempts < MOST_ATTEMPTS,
    ) {
        (true, true) => Ok(()),
        (true, false) => Err(Reason::SENT_TOO_OFTEN),
        (false, _) => Err(Reason::NOT_FOUND),
    }
}

/// How long ago a copy can have left last.
pub(super) fn age(row: &IntentRow, now: Micros) -> Duration {
    let since = row.sent_at.unwrap_or(row.planned_at);
    Duration::from_micros(u64::try_from(now.saturating_sub(since)).unwrap_or(0))
}

/// Whether the bank was found not to know it, so lately that it may be sent again. Its due time is when that was written.
pub(super) fn is_freshly_marked(row: &IntentRow, now: Micros) -> bool {
    now.abs_diff(row.due_at) <= FRESH_MARK.unsigned_abs()
}

/// How many looks in a row, with this one, brought that word.
pub(super) fn alike(row: &IntentRow, said: &str) -> i64 {
    match row.said.as_deref() == Some(said) {
        true => row.missing + 1,
        false => 1,
    }
}

/// Whether the clock was set back since the last copy left.
pub(super) fn is_from_the_future(row: &IntentRow, now: Micros) -> bool {
    row.sent_at
        .is_some_and(|sent| sent > now.saturating_add(CLOCK_SET_BACK))
}

/// The pause after so many tries: 1 s, 2 s, 4 s … 30 s.
pub(super) fn doubled(times: i64) -> Duration {
    let times = u32::try_from(times.clamp(0, 16)).unwrap_or(0);
    FIRST_PAUSE.saturating_mul(1 << times).min(LONGEST_PAUSE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_and_end() {
        let pauses = [0, 1, 4, 5, 1000, -1].map(|times| doubled(times).as_secs());
        assert_eq!(pauses, [1, 2, 16, 30, 30, 1]);
    }
}
