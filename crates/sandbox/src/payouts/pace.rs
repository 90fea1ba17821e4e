//! How often the platform lets itself be asked about one thing.

use std::collections::BTreeMap;
use std::time::Duration;

/// When each question about each thing was let through last. Refused calls do not count.
#[derive(Debug, Default)]
pub(super) struct Pace {
    last: BTreeMap<(&'static str, String), Duration>,
}

impl Pace {
    /// Whether `every` has passed since the question was last let through for this key.
    pub(super) fn admits(
        &mut self,
        question: &'static str,
        key: &str,
        every: Duration,
        now: Duration,
    ) -> bool {
        let key = (question, key.to_owned());
        if self
            .last
            .get(&key)
            .is_some_and(|last| now.saturating_sub(*last) < every)
        {
            return false;
        }
        self.last.insert(key, now);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_thing_has_its_own_pace() {
        let mut pace = Pace::default();
        let mut admits = |question, key, seconds| {
            let minute = Duration::from_secs(60);
            pace.admits(question, key, minute, Duration::from_secs(seconds))
        };
        assert!(admits("a", "1", 0));
        assert!(!admits("a", "1", 59));
        assert!(admits("a", "2", 59));
        assert!(admits("b", "1", 59));
        assert!(admits("a", "1", 60), "the refused call did not count");
    }
}
