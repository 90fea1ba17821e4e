//! How long to wait after a failure.

use std::time::Duration;

const LONGEST_PAUSE: Duration = Duration::from_secs(60);
/// How often in a row a list may get shorter while it is read before that is told.
const VANISHED_PAGES: u32 = 3;

/// What failed lately.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Patience {
    failures: u32,
    vanished: u32,
}

impl Patience {
    /// Something was answered.
    pub(crate) fn answered(&mut self) {
        self.failures = 0;
    }

    /// A list was read to its end.
    pub(crate) fn list_ended(&mut self) {
        self.vanished = 0;
    }

    /// A page that a link had promised is not there; true if that is too much.
    pub(crate) fn page_vanished(&mut self) -> bool {
        self.vanished += 1;
        let too_often = self.vanished >= VANISHED_PAGES;
        if too_often {
            self.vanished = 0;
        }
        too_often
    }

    /// A question failed: 1, 2, 4 … 60 seconds, and at least what was asked for.
    pub(crate) fn failed(&mut self, at_least: Option<Duration>) -> Duration {
        let grown = Duration::from_secs(1 << self.failures.min(6));
        self.failures = self.failures.saturating_add(1);
        grown.min(LONGEST_PAUSE).max(at_least.unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_a_minute_and_obey_the_bank() {
        let mut patience = Patience::default();
        let pauses: Vec<u64> = (0..8).map(|_| patience.failed(None).as_secs()).collect();
        assert_eq!(pauses, [1, 2, 4, 8, 16, 32, 60, 60]);
        let asked = Duration::from_secs(600);
        assert_eq!(patience.failed(Some(asked)), asked);
        patience.answered();
        assert_eq!(patience.failed(None).as_secs(), 1);
    }

    #[test]
    fn every_third_vanished_page_of_one_list_is_told() {
        let mut patience = Patience::default();
        let told: Vec<bool> = (0..6).map(|_| patience.page_vanished()).collect();
        assert_eq!(told, [false, false, true, false, false, true]);
    }

    #[test]
    fn pages_that_vanish_from_lists_that_end_all_the_same_are_not_told() {
        let mut patience = Patience::default();
        for _ in 0..9 {
            assert!(!patience.page_vanished() && !patience.page_vanished());
            patience.list_ended();
        }
    }
}
