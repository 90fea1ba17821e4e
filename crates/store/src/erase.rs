//! Forgetting what is personal, and keeping what an accountant needs.

use time::OffsetDateTime;

use crate::engine::{Erased, Filter, Micros};
use crate::error::StoreError;
use crate::store::Store;

impl Store {
    /// Forgets a person or a company: drops request, lookup, answer, label and note of every intent with this
    /// [`subject`](crate::Intent::subject) that is final. Key, sum, outcome, times and journal stay, and so does the
    /// knowledge that the key was used: the same key sent again is still not paid again.
    ///
    /// Intents that are not final keep everything, because somebody still has to find out what became of them. They are
    /// counted as [`unfinished`](Erased::unfinished): settle them and call again.
    ///
    /// It finds what was planned with the same words exactly. Tokens are forgotten by
    /// [`StoreTokens::forget`](crate::StoreTokens::forget), cursors by [`Cursors::remove`](crate::Cursors::remove).
    ///
    /// # Errors
    /// [`StoreError::Engine`]; calling again goes on where it stopped.
    pub async fn forget(&self, subject: &str) -> Result<Erased, StoreError> {
        Ok(self.engine().erase(&self.about(subject)).await?)
    }

    /// Does the same to every intent that last changed before this moment, whoever it is about: for the end of the time
    /// for which you keep such data.
    ///
    /// # Errors
    /// [`StoreError::Engine`]; calling again goes on where it stopped.
    pub async fn purge(&self, before: OffsetDateTime) -> Result<Erased, StoreError> {
        let filter = Filter {
            changed_before: Some(micros(before)),
            ..Filter::all()
        };
        Ok(self.engine().erase(&filter).await?)
    }
}

/// Rounded towards 1970: after it, nothing goes too early.
fn micros(moment: OffsetDateTime) -> Micros {
    let micros = moment.unix_timestamp_nanos() / 1_000;
    micros.clamp(Micros::MIN.into(), Micros::MAX.into()) as Micros
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    #[test]
    fn moments_are_micros_and_the_far_ones_do_not_turn_round() {
        assert_eq!(
            micros(datetime!(1970-01-01 00:00:01.000_001_9 UTC)),
            1_000_001
        );
        assert_eq!(micros(datetime!(1970-01-01 03:00 +3)), 0);
        assert_eq!(micros(datetime!(1969-12-31 23:59:59 UTC)), -1_000_000);
        assert!(micros(datetime!(-9999-01-01 00:00 UTC)) < 0);
        assert!(micros(datetime!(9999-12-31 00:00 UTC)) > 0);
    }
}
