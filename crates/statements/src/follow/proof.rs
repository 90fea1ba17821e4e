//! Whether the rows of a day are the bank's.

use std::fmt;
use std::sync::Arc;

use rubank_core::money::{Amount, Currency, Quantity};
use rubank_core::types::Account;
use time::{Date, OffsetDateTime};

use super::event::Event;
use super::known::Known;
use crate::day::Summary;
use crate::key::TransactionKey;
use crate::transaction::Transaction;
use crate::values::{CurrencyAmount, Direction};

/// A day's rows against the bank's summary: sums and counts of both directions, and the balance that they lead to, all
/// in the account's own currency (the columns in roubles of a currency account move by revaluation); and the opening
/// balance against the closing one of the day before, if that is known.
///
/// `Debug` shows no amount.
#[derive(Clone, PartialEq, Eq)]
pub struct DayProof {
    pub(super) account: Account,
    pub(super) day: Date,
    pub(super) readings: u32,
    pub(super) credit: Turnover,
    pub(super) debit: Turnover,
    pub(super) opening: Option<Amount>,
    pub(super) closing: Option<Amount>,
    pub(super) findings: Vec<Finding>,
    pub(super) list_is_sure: bool,
    pub(super) known: Arc<Known>,
    pub(super) is_later_look: bool,
    pub(super) looks_again_at: Option<OffsetDateTime>,
}

/// The rows of one direction.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Turnover {
    /// How many.
    pub count: u64,
    /// What they add up to, in the account's currency.
    pub sum: Quantity,
}

/// Why a day is not proved.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Finding {
    /// Our number and the bank's differ.
    Differs {
        /// The field of the summary. `closingBalance` is compared with the opening balance plus what came in minus what
        /// went out, `openingBalance` with what the day before closed with.
        field: &'static str,
        /// What it should be by the rows, or by the day before.
        rows: Quantity,
        /// What the bank says.
        bank: Quantity,
    },
    /// The bank's summary does not have this field, so it proves nothing.
    NotGiven(&'static str),
    /// So many rows cannot be read.
    Unreadable(u64),
    /// So many rows have no amount or no direction, or are in another currency than the account.
    NotCounted(u64),
    /// The sums are greater than can be held exactly.
    TooLarge,
    /// Rows that were given out and are not in the list, which was another one each time it was read: whether they
    /// were removed is not known.
    NotListed(Vec<TransactionKey>),
}

impl DayProof {
    /// Whether all was compared and everything agrees.
    #[must_use]
    pub fn is_proved(&self) -> bool {
        self.findings.is_empty()
    }

    /// What does not agree, or could not be compared.
    #[must_use]
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// The account.
    #[must_use]
    pub const fn account(&self) -> &Account {
        &self.account
    }

    /// The day.
    #[must_use]
    pub const fn day(&self) -> Date {
        self.day
    }

    /// How often the list was read.
    #[must_use]
    pub const fn readings(&self) -> u32 {
        self.readings
    }

    /// What came in, by the rows.
    #[must_use]
    pub const fn credit(&self) -> Turnover {
        self.credit
    }

    /// What went out, by the rows.
    #[must_use]
    pub const fn debit(&self) -> Turnover {
        self.debit
    }

    /// The balance at the day's start, by the bank.
    #[must_use]
    pub const fn opening(&self) -> Option<&Amount> {
        self.opening.as_ref()
    }

    /// The balance at the day's end, by the bank.
    #[must_use]
    pub const fn closing(&self) -> Option<&Amount> {
        self.closing.as_ref()
    }

    /// Whether the list is that of the bank for sure: it is proved, or it was the same each time it was read. Rows were
    /// removed for their absence only then.
    #[must_use]
    pub const fn list_is_sure(&self) -> bool {
        self.list_is_sure
    }

    /// Whether the day has a row with this key. True for every key while [`list_is_sure`](Self::list_is_sure) is
    /// false: then nothing may be dropped.
    #[must_use]
    pub fn holds(&self, key: &TransactionKey) -> bool {
        !self.list_is_sure || self.known.holds(key)
    }

    /// Whether the day had been closed before, and was read again: because its proof had failed, or to see what was
    /// booked late.
    #[must_use]
    pub const fn is_later_look(&self) -> bool {
        self.is_later_look
    }

    /// When a day that is not proved is read again, by our clock; whatever the outcome, changed rows are events.
    /// `None` if it is proved, or was read often enough: then only a person can help. A [`Backfill`](crate::Backfill)
    /// never looks again.
    #[must_use]
    pub const fn looks_again_at(&self) -> Option<OffsetDateTime> {
        self.looks_again_at
    }

    /// How many rows of the day were given out and stand.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.known.len()
    }

    /// Their keys, in the order of the keys.
    pub fn keys(&self) -> impl Iterator<Item = &TransactionKey> {
        self.known.iter().map(|(key, ..)| key)
    }

    /// Whether the day before closed with something else: late rows of that day show so.
    pub(super) fn opening_differs(&self) -> bool {
        let is_opening = |finding: &Finding| matches!(finding, Finding::Differs { field, .. } if *field == OPENING);
        self.findings.iter().any(is_opening)
    }

    pub(crate) fn into_event<C>(self) -> Event<C> {
        match self.is_proved() {
            true => Event::DayClosed(self),
            false => Event::ProofFailed(self),
        }
    }
}

/// The field of the summary that is also compared with the day before.
const OPENING: &str = "openingBalance";

/// Which day, and what is wrong with it; no amounts.
impl fmt::Display for DayProof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.day)?;
        if self.is_proved() {
            return write!(f, "{}, proved", Rows(self.known.len() as u64));
        }
        write!(f, "{}, not proved", Rows(self.known.len() as u64))?;
        for (index, finding) in self.findings.iter().enumerate() {
            let before = if index == 0 { ": " } else { "; " };
            write!(f, "{before}{finding}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for DayProof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DayProof({self})")
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Differs { field, .. } => write!(f, "{field} differs"),
            Self::NotGiven(field) => write!(f, "{field} is not given"),
            Self::Unreadable(rows) => write!(f, "{} cannot be read", Rows(*rows)),
            Self::NotCounted(rows) => write!(f, "{} cannot be counted", Rows(*rows)),
            Self::TooLarge => f.write_str("the sums are too large"),
            Self::NotListed(keys) => write!(f, "not listed: {}", Rows(keys.len() as u64)),
        }
    }
}

/// So many rows, for people.
struct Rows(u64);

impl fmt::Display for Rows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            1 => f.write_str("1 row"),
            rows => write!(f, "{rows} rows"),
        }
    }
}

/// The rows of one reading, added up.
#[derive(Clone, Debug, Default)]
pub(super) struct Tally {
    pub(super) credit: Turnover,
    pub(super) debit: Turnover,
    currency: Option<Currency>,
    not_counted: u64,
    too_large: bool,
    pub(super) unreadable: u64,
}

impl Tally {
    pub(super) fn add(&mut self, row: &Transaction) {
        let amount = row.amount.as_ref().and_then(CurrencyAmount::value);
        let side = match &row.direction {
            Some(Direction::Credit) => Some(&mut self.credit),
            Some(Direction::Debit) => Some(&mut self.debit),
            _ => None,
        };
        let (Some(amount), Some(side)) = (amount, side) else {
            self.not_counted += 1;
            return;
        };
        let currency = self
            .currency
            .get_or_insert_with(|| amount.currency().clone());
        if !is_same(currency, amount.currency()) {
            self.not_counted += 1;
            return;
        }
        side.count += 1;
        match side.sum.checked_add(amount.value()) {
            Some(sum) => side.sum = sum,
            None => self.too_large = true,
        }
    }

    /// Everything that keeps the rows from being proved by the summary.
    pub(super) fn against(&self, summary: &Summary, before: Option<&Amount>) -> Vec<Finding> {
        let mut findings = Vec::new();
        let problems = [
            (self.unreadable, Finding::Unreadable(self.unreadable)),
            (self.not_counted, Finding::NotCounted(self.not_counted)),
            (u64::from(self.too_large), Finding::TooLarge),
        ];
        findings.extend(
            problems
                .into_iter()
                .filter_map(|(count, why)| (count > 0).then_some(why)),
        );
        let compare = |field, rows: Option<Quantity>, bank: Option<Quantity>| match (rows, bank) {
            (_, None) => Some(Finding::NotGiven(field)),
            (None, _) => None,
            (Some(rows), Some(bank)) => {
                (rows != bank).then_some(Finding::Differs { field, rows, bank })
            }
        };
        let counted = |count: u64| Some(Quantity::new(count.into()));
        let told = |count: Option<i64>| count.map(|count| Quantity::new(count.into()));
        let opening = self.own(&summary.opening_balance);
        let reached = opening
            .and_then(|opening| opening.checked_add(self.credit.sum))
            .and_then(|sum| sum.checked_sub(self.debit.sum));
        let rows = [
            (
                "creditTurnover",
                Some(self.credit.sum),
                self.own(&summary.credit_turnover),
            ),
            (
                "debitTurnover",
                Some(self.debit.sum),
                self.own(&summary.debit_turnover),
            ),
            (
                "creditTransactionsNumber",
                counted(self.credit.count),
                told(summary.credit_transactions_number),
            ),
            (
                "debitTransactionsNumber",
                counted(self.debit.count),
                told(summary.debit_transactions_number),
            ),
            (OPENING, self.carried(before), opening),
            (
                "closingBalance",
                reached,
                self.own(&summary.closing_balance),
            ),
        ];
        findings.extend(
            rows.into_iter()
                .filter_map(|(field, rows, bank)| compare(field, rows, bank)),
        );
        findings
    }

    /// An amount of the summary, if it is in the currency of the rows.
    fn own(&self, amount: &Option<CurrencyAmount>) -> Option<Quantity> {
        let amount = amount.as_ref()?.value()?;
        let is_own = self
            .currency
            .as_ref()
            .is_none_or(|own| is_same(own, amount.currency()));
        is_own.then(|| amount.value())
    }

    /// What the day before closed with, if it is in the currency of the rows.
    fn carried(&self, before: Option<&Amount>) -> Option<Quantity> {
        let before = before?;
        let is_own = self
            .currency
            .as_ref()
            .is_none_or(|own| is_same(own, before.currency()));
        is_own.then(|| before.value())
    }
}

/// Roubles have four codes.
fn is_same(one: &Currency, other: &Currency) -> bool {
    one == other || (one.is_rouble() && other.is_rouble())
}
