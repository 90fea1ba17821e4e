//! The calendar of each class and key: when tokens were taken and when they are promised.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use super::{RateClass, Want};

/// Whose tokens: a class, or one key of a keyed class.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Slot {
    class: &'static str,
    key: Option<Arc<str>>,
}

#[derive(Debug, Default)]
pub(super) struct Windows {
    by_slot: HashMap<Slot, Window>,
    forget_at: Duration,
    forget_at_len: usize,
}

impl Windows {
    pub(super) fn open(&mut self, want: &Want<'_>) -> Slot {
        let key = want.key.filter(|_| want.class.is_keyed()).map(Arc::from);
        let slot = Slot {
            class: want.class.name(),
            key,
        };
        let window = self
            .by_slot
            .entry(slot.clone())
            .or_insert_with(|| Window::new(&want.class));
        window.tighten(&want.class);
        slot
    }

    pub(super) fn pause(&mut self, slot: &Slot, until: Duration) {
        if let Some(window) = self.by_slot.get_mut(slot) {
            window.paused_until = window.paused_until.max(until);
        }
    }

    pub(super) fn insert(&mut self, slots: &[Slot], at: Duration) {
        for slot in slots {
            if let Some(window) = self.by_slot.get_mut(slot) {
                window.insert(at);
            }
        }
    }

    pub(super) fn remove(&mut self, slots: &[Slot], at: Duration) {
        for slot in slots {
            if let Some(window) = self.by_slot.get_mut(slot) {
                window.remove(at);
            }
        }
    }

    /// The first moment from `now` on at which all of `slots` have room for one more token;
    /// [`Duration::MAX`] for never.
    pub(super) fn earliest(&mut self, slots: &[Slot], now: Duration) -> Duration {
        let mut at = now;
        loop {
            let before = at;
            for slot in slots {
                if let Some(window) = self.by_slot.get_mut(slot) {
                    window.forget(now);
                    at = window.earliest(at);
                }
            }
            if at == before {
                return at;
            }
        }
    }

    /// Drops the windows that are over, except those somebody waits for. It looks only now and then,
    /// once their number has doubled or a minute has passed, so that a call costs the same however
    /// many there are.
    pub(super) fn forget<'a>(&mut self, waited_for: impl Iterator<Item = &'a Slot>, now: Duration) {
        const EVERY: Duration = Duration::from_secs(60);
        const FEW: usize = 64;
        if now < self.forget_at && self.by_slot.len() < self.forget_at_len {
            return;
        }
        let waited_for: HashSet<&Slot> = waited_for.collect();
        self.by_slot
            .retain(|slot, window| !window.is_over(now) || waited_for.contains(slot));
        self.forget_at = now.saturating_add(EVERY);
        self.forget_at_len = self.by_slot.len().saturating_mul(2).max(FEW);
        self.by_slot.shrink_to(self.forget_at_len);
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.by_slot.len()
    }
}

#[derive(Debug)]
struct Window {
    limit: usize,
    span: Duration,
    paused_until: Duration,
    /// Ascending; grants of the past and places of the future alike.
    times: VecDeque<Duration>,
}

impl Window {
    fn new(class: &RateClass) -> Self {
        Self {
            limit: limit(class),
            span: stretched(class.period()),
            paused_until: Duration::ZERO,
            times: VecDeque::new(),
        }
    }

    /// One name with two definitions: the stricter numbers count.
    fn tighten(&mut self, class: &RateClass) {
        self.limit = self.limit.min(limit(class));
        self.span = self.span.max(stretched(class.period()));
    }

    fn insert(&mut self, at: Duration) {
        let index = self.times.partition_point(|&time| time <= at);
        self.times.insert(index, at);
    }

    /// Equal times are interchangeable; one that was forgotten already is no loss.
    fn remove(&mut self, at: Duration) {
        if let Ok(index) = self.times.binary_search(&at) {
            self.times.remove(index);
        }
    }

    /// Forgets what no window that ends at `now` or later can see.
    fn forget(&mut self, now: Duration) {
        while self
            .times
            .front()
            .is_some_and(|&time| time.saturating_add(self.span) <= now)
        {
            self.times.pop_front();
        }
    }

    fn is_over(&self, now: Duration) -> bool {
        self.paused_until <= now
            && self
                .times
                .back()
                .is_none_or(|&time| time.saturating_add(self.span) <= now)
    }

    /// The first moment from `from` on at which one more token breaks no window, those around
    /// promised places included; [`Duration::MAX`] for never.
    fn earliest(&self, from: Duration) -> Duration {
        if self.limit == 0 {
            return Duration::MAX;
        }
        let mut at = from.max(self.paused_until);
        while let Some(first) = self.crowd(at) {
            // Wherever the token goes before this moment, it shares a window with that crowd.
            at = first.saturating_add(self.span);
            if at == Duration::MAX {
                break;
            }
        }
        at
    }

    /// The first of `limit` neighbours that would share a window with a token at `at`.
    fn crowd(&self, at: Duration) -> Option<Duration> {
        let index = self.times.partition_point(|&time| time <= at);
        let starts = index.saturating_sub(self.limit)..=index;
        starts.rev().find_map(|start| {
            let last = *self.times.range(start..).nth(self.limit - 1)?;
            let first = self.times[start];
            (last.max(at) - first.min(at) < self.span).then_some(first)
        })
    }
}

fn limit(class: &RateClass) -> usize {
    usize::try_from(class.limit()).unwrap_or(usize::MAX)
}

/// 1 % longer: calls that leave evenly arrive with jitter, and the bank counts arrivals.
fn stretched(period: Duration) -> Duration {
    period.saturating_add(period / 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn ms(value: u64) -> Duration {
        Duration::from_millis(value)
    }

    #[test]
    fn earliest_finds_the_first_gap() {
        // limit, taken, asked from -> earliest; the period of 1000 is stretched to 1010.
        let rows: [(u32, &[u64], u64, u64); 15] = [
            (1, &[], 5, 5),
            (1, &[0], 0, 1010),
            (1, &[0], 1009, 1010),
            (1, &[0], 1010, 1010),
            (1, &[0], 1011, 1011),
            (1, &[0, 1010], 0, 2020),
            // A gap before a promised place, just large enough or not.
            (1, &[0, 2020], 0, 1010),
            (1, &[0, 2019], 0, 3029),
            (1, &[2000], 990, 990),
            (1, &[2000], 991, 3010),
            (2, &[0], 0, 0),
            (2, &[0, 0], 0, 1010),
            (2, &[0, 500], 600, 1010),
            (2, &[500, 1510], 600, 600),
            (2, &[500, 1500], 600, 1510),
        ];
        for (limit, taken, from, earliest) in rows {
            let mut window = Window::new(&RateClass::per_second("test", limit));
            taken.iter().for_each(|&at| window.insert(ms(at)));
            assert_eq!(
                window.earliest(ms(from)),
                ms(earliest),
                "{limit} {taken:?} {from}"
            );
        }
    }
}
