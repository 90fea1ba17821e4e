//! Whether tokens may be taken now: a pure calculation, the same for every engine.

use std::time::Duration;

use super::{Micros, TokenWant};

/// No pause is longer: the clients do not ask for more, whatever a bank says, and a longer one is left over from a clock
/// that has been set back.
pub(crate) const LONGEST_PAUSE: Duration = Duration::from_secs(24 * 60 * 60);

/// What an engine keeps of one class and key.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Window {
    /// The moments of the last grants, oldest first.
    pub(crate) grants: Vec<Micros>,
    /// No grant before this moment.
    pub(crate) paused_until: Micros,
}

impl Window {
    /// When nothing of it counts any more, so that it may be forgotten.
    pub(crate) fn over_at(&self, want: &TokenWant) -> Micros {
        let last = self.grants.last().map_or(Micros::MIN, |last| {
            last.saturating_add(stretched(want.period))
        });
        last.max(self.paused_until)
    }

    /// How long until one more grant fits; `None` if it does now.
    fn wait(&self, now: Micros, want: &TokenWant) -> Option<Duration> {
        // No wait helps.
        let limit = usize::try_from(want.limit).unwrap_or(usize::MAX);
        if limit == 0 {
            return Some(Duration::MAX);
        }
        let oldest = self.grants.len().checked_sub(limit);
        let free_at = oldest
            .and_then(|oldest| self.grants.get(oldest))
            .map_or(Micros::MIN, |grant| {
                grant.saturating_add(stretched(want.period))
            });
        let left = free_at.max(self.paused_until).saturating_sub(now);
        u64::try_from(left)
            .ok()
            .filter(|left| *left > 0)
            .map(Duration::from_micros)
    }
}

/// Takes a token of every want, all or none: `None` if taken, or how long to wait before asking again;
/// [`Duration::MAX`] when no wait helps. `windows` are those of `wants`, in their order, and no want is there twice (see
/// [`distinct`]).
///
/// An engine keeps the windows that this changed, after a wait too: a clock that was set back leaves grants in the
/// future, and they count as of now; and no pause lasts longer than [`LONGEST_PAUSE`].
pub(crate) fn decide(now: Micros, wants: &[TokenWant], windows: &mut [Window]) -> Option<Duration> {
    let farthest = now.saturating_add(micros(LONGEST_PAUSE));
    for window in windows.iter_mut() {
        window.paused_until = window.paused_until.min(farthest);
        for grant in &mut window.grants {
            *grant = now.min(*grant);
        }
    }
    let wait = wants
        .iter()
        .zip(windows.iter())
        .map(|(want, window)| window.wait(now, want))
        .max()
        .flatten();
    if wait.is_none() {
        for (want, window) in wants.iter().zip(windows) {
            let length = stretched(want.period);
            window
                .grants
                .retain(|grant| grant.saturating_add(length) > now);
            window.grants.push(now);
        }
    }
    wait
}

/// The wants in the order of (class, key), so that all who lock their windows do so in one order; of one that is there
/// twice, the stricter numbers.
pub(crate) fn distinct(wants: &[TokenWant]) -> Vec<TokenWant> {
    let mut wants = wants.to_vec();
    wants.sort_by(|a, b| (&a.class, &a.key).cmp(&(&b.class, &b.key)));
    wants.dedup_by(|next, kept| {
        let same = (&next.class, &next.key) == (&kept.class, &kept.key);
        if same {
            kept.limit = kept.limit.min(next.limit);
            kept.period = kept.period.max(next.period);
        }
        same
    });
    wants
}

/// A length as a difference of moments: rounded up, and short enough for any moment of this aeon to be added.
pub(crate) fn micros(length: Duration) -> Micros {
    const LONGEST: Micros = Micros::MAX / 4;
    let whole = length.as_nanos().div_ceil(1_000);
    Micros::try_from(whole).unwrap_or(LONGEST).min(LONGEST)
}

/// How long until a row is due.
pub(crate) fn due_in(change: &super::Change) -> Micros {
    match change.due_in {
        Duration::MAX => micros(Duration::MAX),
        due_in => micros(due_in.min(super::FARTHEST)),
    }
}

/// One percent more: calls that leave evenly do not arrive evenly (decision 0005).
fn stretched(period: Duration) -> Micros {
    let period = micros(period);
    period + period / 100 + Micros::from(period % 100 != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Micros = 1_000_000;

    #[test]
    fn a_window_gives_its_limit_and_then_waits_for_the_oldest_grant() {
        let wants = [want("list", 2, 1)];
        let mut windows = [Window::default()];
        let mut ask = |now| decide(now, &wants, &mut windows);

        assert_eq!(ask(0), None);
        assert_eq!(ask(400_000), None);
        assert_eq!(ask(500_000), Some(Duration::from_micros(510_000)));
        assert_eq!(ask(1_009_999), Some(Duration::from_micros(1)));
        assert_eq!(ask(1_010_000), None);
        assert_eq!(ask(1_010_000), Some(Duration::from_micros(400_000)));
    }

    #[test]
    fn all_are_taken_or_none() {
        let wants = [want("a", 5, 1), want("b", 1, 60)];
        let mut windows = [Window::default(), Window::default()];
        assert_eq!(decide(0, &wants, &mut windows), None);
        let before = windows.clone();

        let wait = decide(10 * SECOND, &wants, &mut windows);

        assert_eq!(wait, Some(Duration::from_micros(50_600_000)));
        assert_eq!(windows, before);
    }

    #[test]
    fn a_pause_holds_and_a_limit_of_nothing_holds_for_ever() {
        let paused = Window {
            grants: Vec::new(),
            paused_until: 5 * SECOND,
        };
        let mut windows = [paused];
        let wants = [want("a", 1, 1)];
        let left = Some(Duration::from_secs(3));
        assert_eq!(decide(2 * SECOND, &wants, &mut windows), left);
        assert_eq!(decide(5 * SECOND, &wants, &mut windows), None);

        let mut windows = [Window::default()];
        let none = decide(0, &[want("a", 0, 1)], &mut windows);
        assert_eq!(none, Some(Duration::MAX));
    }

    #[test]
    fn what_is_over_is_forgotten_when_the_next_is_taken() {
        let wants = [want("a", 100, 1)];
        let mut windows = [Window::default()];
        for now in 0..50 {
            assert_eq!(decide(now, &wants, &mut windows), None);
        }
        assert_eq!(windows[0].over_at(&wants[0]), 49 + 1_010_000);
        assert_eq!(decide(2 * SECOND, &wants, &mut windows), None);
        assert_eq!(windows[0].grants, [2 * SECOND]);
    }

    #[test]
    fn a_clock_set_back_costs_one_period_and_not_more() {
        let wants = [want("a", 1, 1)];
        let mut windows = [Window {
            grants: vec![3_600 * SECOND],
            paused_until: 0,
        }];
        let wait = decide(0, &wants, &mut windows);
        assert_eq!(wait, Some(Duration::from_micros(1_010_000)));
        assert_eq!(decide(1_010_000, &wants, &mut windows), None);
    }

    #[test]
    fn a_clock_set_back_does_not_pause_a_class_for_ever() {
        let wants = [want("a", 1, 1)];
        let mut windows = [Window {
            grants: Vec::new(),
            paused_until: 1_000_000 * SECOND,
        }];
        let wait = decide(0, &wants, &mut windows);
        assert_eq!(wait, Some(LONGEST_PAUSE));
        assert_eq!(decide(86_400 * SECOND, &wants, &mut windows), None);
    }

    #[test]
    fn no_period_is_no_limit() {
        let wants = [want("a", 1, 0)];
        let mut windows = [Window::default()];
        assert_eq!(decide(7, &wants, &mut windows), None);
        assert_eq!(decide(7, &wants, &mut windows), None);
    }

    #[test]
    fn a_want_named_twice_is_one_with_the_stricter_numbers() {
        let wants = [want("b", 9, 1), want("a", 3, 1), want("b", 5, 60)];
        assert_eq!(distinct(&wants), [want("a", 3, 1), want("b", 5, 60)]);
    }

    #[test]
    fn lengths_are_rounded_up_and_never_overflow() {
        assert_eq!(micros(Duration::from_nanos(1)), 1);
        assert_eq!(micros(Duration::from_secs(1)), SECOND);
        assert_eq!(micros(Duration::MAX), Micros::MAX / 4);
        assert_eq!(stretched(Duration::from_micros(1)), 2);
        assert!(stretched(Duration::MAX) > 0);
    }

    fn want(class: &str, limit: u32, seconds: u64) -> TokenWant {
        TokenWant {
            class: class.to_owned(),
            key: Vec::new(),
            limit,
            period: Duration::from_secs(seconds),
        }
    }
}
