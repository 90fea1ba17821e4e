//! Registries that lie signed at T-Bank, and the file that wants them paid.

use std::fmt::Write as _;

use rubank_sandbox::Sandbox;
use rubank_sandbox::tbank::{COMPANY_ACCOUNT, DRAFT_REGISTRY, PayAnswer, RegistryKind, Repeat};

use super::dice::Dice;

/// What is in the sandbox's draft, in kopecks.
const DRAFT_KOPECKS: u64 = 9_000_010;
/// A number that no registry has.
const NOBODYS: u64 = 999_999;

/// What the bank has, and how it is in its moods: where its pages are silent, it may do as it likes.
#[derive(Clone, Debug)]
pub(crate) struct Registries {
    lines: Vec<Line>,
    /// Whether the state of a payment can be asked for at all: one page of two says that it cannot.
    pub(crate) are_known: bool,
    /// Whether the file tells what the cards should show.
    pub(crate) are_compared: bool,
    repeat: Repeat,
    answer: PayAnswer,
    failing_debits: u32,
}

/// One line of the file.
#[derive(Clone, Debug)]
enum Line {
    Signed {
        kind: RegistryKind,
        sums: Vec<u64>,
        /// How many of its lines the bank rejects when it pays.
        rejected: usize,
    },
    /// One that nobody has signed.
    Draft,
    /// One that is not there.
    Unknown,
}

impl Registries {
    pub(crate) fn draw(dice: &Dice, lines: u64) -> Self {
        let are_compared = dice.percent(50);
        let mut lines: Vec<_> = (0..lines).map(|_| Line::signed(dice)).collect();
        // A file names no number twice, and there is no card of these to be compared.
        for odd in [Line::Draft, Line::Unknown] {
            if !are_compared && dice.percent(30) {
                lines.insert(dice.size(0, lines.len()), odd);
            }
        }
        Registries {
            lines,
            are_known: !dice.percent(15),
            are_compared,
            repeat: *dice
                .pick(&[Repeat::Refuse, Repeat::Replay, Repeat::ActAgain])
                .unwrap_or(&Repeat::Refuse),
            answer: *dice
                .pick(&[
                    PayAnswer::EmptyObject,
                    PayAnswer::NoBody,
                    PayAnswer::Created,
                ])
                .unwrap_or(&PayAnswer::EmptyObject),
            failing_debits: match dice.percent(30) {
                true => 1 + u32::from(dice.percent(50)),
                false => 0,
            },
        }
    }

    /// Puts them into the bank. The file.
    pub(crate) fn arrange(&self, bank: &Sandbox) -> String {
        let bank = bank.tbank();
        bank.status_knows_registries(self.are_known);
        bank.on_repeated_payment(self.repeat);
        bank.answer_payments(self.answer);
        bank.fail_debits(self.failing_debits);
        let mut file = "registry;account;amount;purpose;family;lines\n".to_owned();
        for line in &self.lines {
            let row = match line {
                Line::Draft => row(DRAFT_REGISTRY, DRAFT_KOPECKS, ";"),
                Line::Unknown => row(NOBODYS, 100, ";"),
                Line::Signed {
                    kind,
                    sums,
                    rejected,
                } => {
                    let number = bank.add_registry(*kind, sums);
                    for line in (1_u64..).take(*rejected) {
                        bank.reject_line(number, line);
                    }
                    let family = match kind {
                        RegistryKind::Employees => "employees",
                        RegistryKind::SelfEmployed => "self-employed",
                    };
                    let expected = match self.are_compared {
                        true => format!("{family};{}", sums.len()),
                        false => ";".to_owned(),
                    };
                    row(number, sums.iter().sum(), &expected)
                }
            };
            file.push_str(&row);
        }
        file
    }
}

impl Line {
    fn signed(dice: &Dice) -> Self {
        let sums: Vec<u64> = (0..dice.between(1, 4))
            .map(|_| dice.between(100, 3_000_000))
            .collect();
        Line::Signed {
            kind: match dice.percent(50) {
                true => RegistryKind::Employees,
                false => RegistryKind::SelfEmployed,
            },
            rejected: match dice.percent(15) {
                true => dice.size(1, sums.len()),
                false => 0,
            },
            sums,
        }
    }
}

fn row(registry: u64, kopecks: u64, expected: &str) -> String {
    let mut row = String::new();
    let (roubles, kopecks) = (kopecks / 100, kopecks % 100);
    // Writing to a string cannot fail.
    let _ = writeln!(
        row,
        "{registry};{COMPANY_ACCOUNT};{roubles},{kopecks:02};Зарплата. Согласно реестру {registry};{expected}"
    );
    row
}
