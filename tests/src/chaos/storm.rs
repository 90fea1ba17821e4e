//! What strikes from outside: when, and what it is.

use std::ops::RangeInclusive;
use std::time::Duration;

use super::dice::Dice;

/// What strikes when the bank has got so many calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Blow {
    pub(crate) at_call: u64,
    /// And so much later, on the machine's clock: anywhere in what the call sets off.
    pub(crate) later: Duration,
    pub(crate) what: What,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum What {
    /// SIGKILL for one worker, which is started again after this time on the machine's clock.
    Kill { victim: usize, back_in: Duration },
    /// SIGSTOP for one worker, and SIGCONT after this time: longer than its leases.
    Stop { victim: usize, wakes_in: Duration },
    /// SIGKILL for all at once.
    KillAll { back_in: Duration },
    /// The same, and of what was not durable anything may be gone.
    PowerCut,
    /// The bank's wall clock is wrong by so many seconds.
    Skew(i64),
}

impl Blow {
    /// Any, within the first `calls`. Who is put to sleep wakes up after so many milliseconds, which should be longer
    /// than what a worker may hold is its own.
    pub(crate) fn draw(dice: &Dice, calls: u64, sleeps: RangeInclusive<u64>) -> Self {
        let back_in = Duration::from_millis(dice.between(0, 150));
        Blow {
            what: match dice.between(0, 19) {
                0 | 1 => What::Skew(dice.around(7200)),
                2 | 3 => What::KillAll { back_in },
                4 | 5 => What::PowerCut,
                6 => What::Stop {
                    victim: dice.size(0, 7),
                    wakes_in: Duration::from_millis(dice.between(*sleeps.start(), *sleeps.end())),
                },
                _ => Self::kill(dice, calls).what,
            },
            ..Self::kill(dice, calls)
        }
    }

    /// Whether it is the bank's clock alone that goes wrong.
    pub(crate) const fn is_skew(&self) -> bool {
        matches!(self.what, What::Skew(_))
    }

    /// A kill within the first `calls`.
    fn kill(dice: &Dice, calls: u64) -> Self {
        let (at_call, most) = match dice.percent(25) {
            // While the workers start, before the bank hears of them.
            true => (0, 300_000),
            false => (dice.between(1, calls), 20_000),
        };
        Blow {
            at_call,
            later: Duration::from_micros(dice.between(0, most)),
            what: What::Kill {
                victim: dice.size(0, 7),
                back_in: Duration::from_millis(dice.between(0, 150)),
            },
        }
    }
}

/// What is still to come.
pub(crate) struct Storm {
    blows: Vec<Blow>,
    /// What strikes at a moment of the machine's clock.
    due: Vec<(Duration, What)>,
}

impl Storm {
    pub(crate) fn new(blows: Vec<Blow>) -> Self {
        Storm {
            blows,
            due: Vec::new(),
        }
    }

    /// No clock goes wrong any more.
    pub(crate) fn forget_skews(&mut self) {
        self.blows.retain(|blow| !blow.is_skew());
        self.due.retain(|(_, what)| !matches!(what, What::Skew(_)));
    }

    /// What strikes now.
    pub(crate) fn strikes(&mut self, calls: u64, now: Duration) -> Vec<What> {
        let struck = self.blows.extract_if(.., |blow| blow.at_call <= calls);
        self.due
            .extend(struck.map(|blow| (now + blow.later, blow.what)));
        let due = self.due.extract_if(.., |(at, _)| *at <= now);
        due.map(|(_, what)| what).collect()
    }
}
