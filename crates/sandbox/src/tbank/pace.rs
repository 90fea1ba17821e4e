//! How often the bank lets itself be asked.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use super::RegistryKind;

const WINDOW: Duration = Duration::from_secs(1);
/// The pages of both cards: at most once in ten minutes.
const CARD: Duration = Duration::from_secs(600);

/// What was let through. Refused calls do not count.
#[derive(Debug, Default)]
pub(super) struct Pace {
    admitted: BTreeMap<&'static str, VecDeque<Duration>>,
    cards: BTreeMap<(RegistryKind, u64), Duration>,
}

impl Pace {
    /// Whether fewer than `most` calls of the operation were let through within the last second.
    pub(super) fn admits(&mut self, operation: &'static str, most: usize, now: Duration) -> bool {
        let window = self.admitted.entry(operation).or_default();
        window.retain(|at| now.saturating_sub(*at) < WINDOW);
        if window.len() >= most {
            return false;
        }
        window.push_back(now);
        true
    }

    /// Whether the card of this registry was not shown within the last ten minutes.
    pub(super) fn admits_card(&mut self, kind: RegistryKind, registry: u64, now: Duration) -> bool {
        let last = self.cards.get(&(kind, registry));
        if last.is_some_and(|last| now.saturating_sub(*last) < CARD) {
            return false;
        }
        self.cards.insert((kind, registry), now);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_holds_its_number_of_calls_wherever_it_begins() {
        let mut pace = Pace::default();
        let mut admits = |millis| pace.admits("a.b", 2, Duration::from_millis(millis));
        assert!(admits(0) && admits(900));
        assert!(!admits(999), "the window slides");
        assert!(admits(1000));
        assert!(!admits(1899));
        assert!(admits(1900));
    }

    #[test]
    fn each_card_has_its_own_ten_minutes() {
        let mut pace = Pace::default();
        let mut admits = |kind, registry, seconds| {
            pace.admits_card(kind, registry, Duration::from_secs(seconds))
        };
        assert!(admits(RegistryKind::Employees, 1, 0));
        assert!(!admits(RegistryKind::Employees, 1, 599));
        assert!(admits(RegistryKind::Employees, 2, 599));
        assert!(admits(RegistryKind::SelfEmployed, 1, 599));
        assert!(admits(RegistryKind::Employees, 1, 600));
    }
}
