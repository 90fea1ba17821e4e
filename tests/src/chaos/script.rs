//! What a trial has in store for one run of payouts.

use std::fmt::Write as _;
use std::ops::RangeInclusive;
use std::time::Duration;

use payouts_platform::CreatePayment;
use rubank_core::client::Lookup;
use rubank_sandbox::payouts::{CLOSED_BRANCH, CONTRACTOR, LIMITED_BRANCH, PaymentEnd};
use rubank_sandbox::{FaultRule, Sandbox};

use super::dice::Dice;
use super::faults;
use super::payer::Kind;
use super::registries::Registries;
use super::storm::{Blow, What};

/// Leases and settle times pass while a person reads a line.
const FACTOR: u32 = 1000;

/// For how long workers sleep, in milliseconds: a lease is a minute or five.
const SLEEPS: RangeInclusive<u64> = 300..=1500;

/// Everything that happens to one run of payouts: its file, its workers, and what goes wrong.
///
/// One that comes [of a seed](Self::of) is the same for the same seed; what the operating system makes of it is not.
#[derive(Clone, Debug)]
pub struct Script {
    pub(crate) seed: u64,
    /// Simulated seconds in one of the machine's.
    pub(crate) factor: u32,
    pub(crate) paid: Paid,
    pub(crate) workers: usize,
    /// How many payouts each worker has under way.
    pub(crate) at_once: usize,
    /// After how many answers lost in a row the run is paused.
    pub(crate) unknowns: u32,
    /// Each worker plans and confirms the file by itself, as after a crash of who did; else the parent does.
    pub(crate) workers_confirm: bool,
    pub(crate) faults: Vec<FaultRule>,
    pub(crate) blows: Vec<Blow>,
    /// How attempts to pay end, by their number.
    pub(crate) ends: Vec<(u64, PaymentEnd)>,
    /// How long the bank does not show what it has.
    pub(crate) lag: Duration,
    /// What the company has at first, in kopecks, if that is not enough.
    pub(crate) funds: Option<u64>,
    /// How wrong the wall clocks of workers may be, in seconds.
    pub(crate) skew: i64,
    /// So many in a hundred of the payouts that wait for a person wait in vain.
    pub(crate) left_alone: u64,
    /// From this call on nothing new goes wrong at the bank.
    pub(crate) calm_at: u64,
}

impl Script {
    /// That of a seed, with `most_lines` payouts or fewer.
    #[must_use]
    pub fn of(seed: u64, most_lines: u64) -> Self {
        let dice = Dice::new(seed, "script");
        let lines = dice.between(most_lines.div_ceil(3), most_lines);
        let blows = Dice::new(seed, "blows");
        Script {
            seed,
            factor: FACTOR,
            paid: Paid::Payouts(file(&Dice::new(seed, "file"), lines)),
            workers: dice.size(1, 4),
            at_once: dice.size(1, 6),
            unknowns: u32::try_from(dice.between(2, 12)).unwrap_or(5),
            workers_confirm: dice.percent(30),
            faults: faults::draw(&Dice::new(seed, "faults"), Kind::Payouts),
            blows: (0..blows.between(2, 8))
                .map(|_| Blow::draw(&blows, lines * 2, SLEEPS))
                .collect(),
            ends: ends(&Dice::new(seed, "ends"), lines),
            lag: match dice.between(0, 9) {
                0 => Duration::from_secs(dice.between(130, 300)),
                1..=4 => Duration::from_secs(dice.between(1, 50)),
                _ => Duration::ZERO,
            },
            funds: dice.percent(20).then(|| dice.between(0, lines * 1_000_000)),
            skew: match dice.percent(50) {
                true => 7200,
                false => 0,
            },
            left_alone: 15,
            calm_at: dice.between(lines, lines * 3),
        }
    }

    /// For people to watch: answers that are lost, kills in the middle, and a bank that pays in the end.
    #[must_use]
    pub fn demo(lines: u64, workers: usize) -> Self {
        let dice = Dice::new(7, "demo");
        let kill = |number: u64| Blow {
            at_call: lines * number / 8,
            later: Duration::from_millis(dice.between(0, 5)),
            what: What::Kill {
                victim: usize::try_from(number).unwrap_or(0),
                back_in: Duration::from_millis(100),
            },
        };
        Script {
            seed: 7,
            factor: FACTOR,
            paid: Paid::Payouts(plain_file(lines)),
            workers,
            at_once: 8,
            unknowns: 50,
            workers_confirm: false,
            faults: faults::lost_answers(),
            blows: (1..=5).map(kill).collect(),
            ends: vec![
                (lines / 10, PaymentEnd::Rejected),
                (lines / 5, PaymentEnd::Failed),
                (lines / 2, PaymentEnd::Failed),
            ],
            lag: Duration::ZERO,
            funds: None,
            skew: 0,
            left_alone: 0,
            calm_at: lines * 2,
        }
    }

    /// The same of a list of registries, whose `most_lines` are fewer: the bank is asked about each of them.
    #[must_use]
    pub fn of_registries(seed: u64, most_lines: u64) -> Self {
        let dice = Dice::new(seed, "registries");
        let lines = dice.between(most_lines.div_ceil(3), most_lines);
        let registries = Registries::draw(&dice, lines);
        let script = Self::of(seed, lines);
        Script {
            faults: faults::draw(&Dice::new(seed, "registry faults"), Kind::Registries),
            // The bank shows a card once in ten minutes, so that workers would stand in each other's way for hours.
            workers_confirm: script.workers_confirm && !registries.are_compared,
            paid: Paid::Registries(registries),
            ends: Vec::new(),
            lag: Duration::ZERO,
            ..script
        }
    }

    /// Whether the bank shows what it has later than anybody expects, or never: then a store cannot know that it is there.
    pub(crate) fn is_late(&self) -> bool {
        match &self.paid {
            Paid::Payouts(_) => self.lag >= CreatePayment::SETTLE,
            Paid::Registries(registries) => !registries.are_known,
        }
    }

    /// Makes the bank so. The file that is paid.
    pub(crate) fn arrange(&self, bank: &Sandbox) -> String {
        for rule in &self.faults {
            bank.faults().push(rule.clone());
        }
        for (attempt, end) in &self.ends {
            bank.payouts().end_attempt(*attempt, *end);
        }
        bank.payouts().lag_lookups(self.lag);
        if let Some(funds) = self.funds {
            bank.payouts().set_funds(funds);
            bank.tbank().set_funds(funds);
        }
        match &self.paid {
            Paid::Payouts(file) => file.clone(),
            Paid::Registries(registries) => registries.arrange(bank),
        }
    }
}

/// What is paid.
#[derive(Clone, Debug)]
pub(crate) enum Paid {
    /// This file of payouts.
    Payouts(String),
    /// These registries, whose file names the numbers that the bank gives them.
    Registries(Registries),
}

/// Most attempts are paid; the others end in every way that a page knows.
fn ends(dice: &Dice, lines: u64) -> Vec<(u64, PaymentEnd)> {
    const OTHERS: [PaymentEnd; 8] = [
        PaymentEnd::Failed,
        PaymentEnd::Failed,
        PaymentEnd::Rejected,
        PaymentEnd::AwaitsConfirmation,
        PaymentEnd::AwaitsApproval,
        PaymentEnd::AwaitsSignature,
        PaymentEnd::Deleted,
        // A state that no page knows, for ever.
        PaymentEnd::Unheard,
    ];
    let chance = dice.between(0, 25);
    let mut ends = Vec::new();
    for attempt in 1..=lines * 2 {
        if let (true, Some(end)) = (dice.percent(chance), dice.pick(&OTHERS)) {
            ends.push((attempt, *end));
        }
    }
    ends
}

const HEADER: &str = "contractor;amount;purpose;branch\n";

/// Contractors with a name in the sandbox, some that it does not know, branches that are closed or have limits, and
/// lines that look alike.
fn file(dice: &Dice, lines: u64) -> String {
    let mut text = HEADER.to_owned();
    let mut last = String::new();
    for line in 1..=lines {
        if line == 1 || !dice.percent(4) {
            let contractor = match dice.percent(4) {
                true => 9_999,
                false => dice.between(CONTRACTOR, CONTRACTOR + 29),
            };
            let (kopecks, branch) = match dice.between(0, 29) {
                0 => (dice.between(100, 500_000), CLOSED_BRANCH.to_string()),
                1 => (dice.between(100, 20_000), LIMITED_BRANCH.to_string()),
                _ => (dice.between(100, 2_000_000), String::new()),
            };
            last = row(line, contractor, kopecks, &branch);
        }
        text.push_str(&last);
    }
    text
}

/// Nothing in it is out of the ordinary.
pub(crate) fn plain_file(lines: u64) -> String {
    let mut text = HEADER.to_owned();
    for line in 1..=lines {
        text.push_str(&row(line, CONTRACTOR + line % 30, 50_000 + line * 37, ""));
    }
    text
}

fn row(line: u64, contractor: u64, kopecks: u64, branch: &str) -> String {
    let mut row = String::new();
    let (roubles, kopecks) = (kopecks / 100, kopecks % 100);
    // Writing to a string cannot fail.
    let _ = writeln!(
        row,
        "{contractor};{roubles},{kopecks:02};act {line};{branch}"
    );
    row
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_is_a_script() {
        let told = |seed| format!("{:?}", Script::of(seed, 40));
        assert_eq!(told(7), told(7));
        assert_ne!(told(7), told(8));
    }

    #[test]
    fn seeds_between_them_have_everything() {
        let scripts: Vec<_> = (0..200)
            .map(|seed| format!("{:?}", Script::of(seed, 40)))
            .chain((0..200).map(|seed| format!("{:?}", Script::of_registries(seed, 15))))
            .collect();
        for word in [
            "KillAll",
            "Stop",
            "PowerCut",
            "Skew",
            "Kill {",
            "Hang",
            "UnknownEnumValue",
            "funds: Some",
            "workers_confirm: true",
            "средств",
            "лимит",
            "ActAgain",
            "are_known: false",
            "Unknown",
            "Draft",
        ] {
            assert!(scripts.iter().any(|script| script.contains(word)), "{word}");
        }
    }
}
