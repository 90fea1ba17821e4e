//! When a fault strikes.

use std::sync::{Arc, Mutex};

use super::Fault;
use crate::random::Random;
use crate::sync::locked;

/// A fault, the operation that it strikes, and the calls of that operation.
///
/// Without a further word it strikes every call. Calls are counted per operation, from 1, since the sandbox
/// started, and attempts count apart; [`Call::number`](crate::Call::number) shows the numbers.
///
/// ```
/// use rubank_sandbox::{Fault, FaultRule, Moment};
///
/// // the second list answer never arrives
/// FaultRule::on("alfa-sbp.list-outgoing-payments", Fault::Close(Moment::AfterWork)).call(2);
/// // one call in twenty, whatever it is, chosen by the seed
/// FaultRule::everywhere(Fault::service_unavailable(None)).chance(50);
/// ```
#[derive(Clone, Debug)]
#[must_use = "a rule does nothing until it is given to a sandbox"]
pub struct FaultRule {
    operation: Option<String>,
    fault: Fault,
    when: When,
    played: bool,
}

#[derive(Clone, Debug)]
enum When {
    Always,
    Calls(Vec<u64>),
    Every(u64),
    Next(u64),
    Chance(u16),
}

impl FaultRule {
    /// Strikes calls of one operation, given by its id.
    pub fn on(operation: impl Into<String>, fault: Fault) -> Self {
        Self {
            operation: Some(operation.into()),
            fault,
            when: When::Always,
            played: false,
        }
    }

    /// Strikes calls of every operation, the token endpoints included.
    pub fn everywhere(fault: Fault) -> Self {
        Self {
            operation: None,
            fault,
            when: When::Always,
            played: false,
        }
    }

    /// Only the call with this number.
    pub fn call(self, number: u64) -> Self {
        self.calls([number])
    }

    /// Only the calls with these numbers.
    pub fn calls(mut self, numbers: impl IntoIterator<Item = u64>) -> Self {
        self.when = When::Calls(numbers.into_iter().collect());
        self
    }

    /// Every `nth` call: 3 strikes calls 3, 6, 9 and so on; 0 strikes none.
    pub fn every(mut self, nth: u64) -> Self {
        self.when = When::Every(nth);
        self
    }

    /// The next `count` matching calls after the rule was given, whatever their numbers.
    pub fn next(mut self, count: u64) -> Self {
        self.when = When::Next(count);
        self
    }

    /// So many calls in a thousand, chosen by seed, operation, call number and the rule's place in the plan: a run can be
    /// repeated exactly.
    pub fn chance(mut self, per_mille: u16) -> Self {
        self.when = When::Chance(per_mille);
        self
    }

    /// `place`: where the rule stands among the others.
    fn strikes(&mut self, seed: u64, place: u64, operation: Option<&str>, number: u64) -> bool {
        if self.operation.is_some() && self.operation.as_deref() != operation {
            return false;
        }
        match &mut self.when {
            When::Always => true,
            When::Calls(numbers) => numbers.contains(&number),
            When::Every(nth) => number.checked_rem(*nth) == Some(0),
            When::Next(0) => false,
            When::Next(left) => {
                *left -= 1;
                true
            }
            When::Chance(per_mille) => {
                let mut random = Random::new(seed, operation.unwrap_or_default());
                // Each rule has chances of its own: else the second would strike only where the first one does.
                let own = place.rotate_right(16);
                let drawn = Random::new(random.next() ^ number ^ own, "fault").below(1000);
                drawn < u64::from(*per_mille)
            }
        }
    }
}

/// The fault plan of a running sandbox. Rules are tried in the order in which they were given; the first that
/// strikes is played. Clones are the same plan.
#[derive(Clone, Debug, Default)]
pub struct Faults {
    rules: Arc<Mutex<Vec<FaultRule>>>,
}

impl Faults {
    /// Adds a rule behind the others.
    pub fn push(&self, rule: FaultRule) {
        locked(&self.rules).push(rule);
    }

    /// Forgets all rules: from now on nothing goes wrong.
    pub fn clear(&self) {
        locked(&self.rules).clear();
    }

    /// The rules that have not struck yet, as `operation: fault`. A test that ends with an empty list had all the
    /// faults that it asked for; a rule for an operation id that does not exist stays here for ever.
    #[must_use]
    pub fn unplayed(&self) -> Vec<String> {
        let rules = locked(&self.rules);
        let waiting = rules.iter().filter(|rule| !rule.played);
        waiting
            .map(|rule| {
                let operation = rule.operation.as_deref().unwrap_or("any operation");
                format!("{operation}: {}", rule.fault.as_str())
            })
            .collect()
    }

    pub(crate) fn decide(&self, seed: u64, operation: Option<&str>, number: u64) -> Option<Fault> {
        let mut rules = locked(&self.rules);
        let rule = (0_u64..).zip(rules.iter_mut()).find_map(|(place, rule)| {
            let strikes = rule.strikes(seed, place, operation, number);
            strikes.then_some(rule)
        })?;
        rule.played |= !rule.fault.only_bends();
        Some(rule.fault.clone())
    }

    /// A fault that only bends has found something to bend.
    pub(crate) fn has_bent(&self, fault: &Fault, operation: Option<&str>) {
        let mut rules = locked(&self.rules);
        let meant = |rule: &&mut FaultRule| {
            let named = rule.operation.is_none() || rule.operation.as_deref() == operation;
            !rule.played && named && rule.fault == *fault
        };
        if let Some(rule) = rules.iter_mut().find(meant) {
            rule.played = true;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn struck(rule: FaultRule) -> Vec<u64> {
        let faults = Faults::default();
        faults.push(rule);
        (1..=9)
            .filter(|number| faults.decide(7, Some("a.b"), *number).is_some())
            .collect()
    }

    #[test]
    fn rules_choose_calls() {
        let rule = || FaultRule::on("a.b", Fault::CutBody);
        assert_eq!(struck(rule()), [1, 2, 3, 4, 5, 6, 7, 8, 9]);
        assert_eq!(struck(rule().call(2)), [2]);
        assert_eq!(struck(rule().calls([4, 1])), [1, 4]);
        assert_eq!(struck(rule().every(4)), [4, 8]);
        assert_eq!(struck(rule().every(0)), [0; 0]);
        assert_eq!(struck(rule().next(2)), [1, 2]);
        assert_eq!(struck(FaultRule::everywhere(Fault::CutBody).call(3)), [3]);
        assert_eq!(struck(FaultRule::on("a.c", Fault::CutBody)), [0; 0]);
    }

    #[test]
    fn chance_follows_the_seed() {
        let faults = Faults::default();
        faults.push(FaultRule::everywhere(Fault::CutBody).chance(100));
        let hits = |seed| -> Vec<u64> {
            (1..=1000)
                .filter(|number| faults.decide(seed, Some("a.b"), *number).is_some())
                .collect()
        };
        assert_eq!(hits(1), hits(1));
        assert_ne!(hits(1), hits(2));
        assert!((50..150).contains(&hits(1).len()), "{}", hits(1).len());
    }

    #[test]
    fn rules_have_chances_of_their_own() {
        let faults = Faults::default();
        for fault in [Fault::CutBody, Fault::BrokenJson, Fault::CloseUnread] {
            faults.push(FaultRule::on("a.b", fault).chance(100));
        }
        let struck: Vec<Fault> = (1..=1000)
            .filter_map(|number| faults.decide(1, Some("a.b"), number))
            .collect();
        for fault in [Fault::CutBody, Fault::BrokenJson, Fault::CloseUnread] {
            let times = struck.iter().filter(|one| **one == fault).count();
            assert!((50..150).contains(&times), "{fault:?}: {times}");
        }
    }

    #[test]
    fn the_first_rule_that_strikes_wins() {
        let faults = Faults::default();
        faults.push(FaultRule::everywhere(Fault::BrokenJson).call(2));
        faults.push(FaultRule::everywhere(Fault::CutBody));
        assert_eq!(faults.decide(1, None, 1), Some(Fault::CutBody));
        assert_eq!(faults.unplayed(), ["any operation: broken-json"]);
        assert_eq!(faults.decide(1, None, 2), Some(Fault::BrokenJson));
        faults.has_bent(&Fault::BrokenJson, None);
        assert_eq!(faults.unplayed(), [""; 0]);
        faults.clear();
        assert_eq!(faults.decide(1, None, 3), None);
    }
}
