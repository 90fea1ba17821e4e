//! What writes asked for and what came of it: the judge of every test about money.

use std::sync::Mutex;

use time::OffsetDateTime;

use crate::sync::locked;

/// A write that a bank understood.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LedgerEntry {
    /// The running number of the entry, from 1.
    pub sequence: u64,
    /// The operation that asked, such as `alfa-sbp.one-step-pay`.
    pub operation: &'static str,
    /// The business key of the intent: the payment link of a one-step payment, the payment's id of an execution, the
    /// `id` of a registry's payment, the `correlationId` of the self-employed's own payment, a waybill's `externalId`,
    /// a payout's `customer_payment_id`, the `idempotency_key` with which an acceptance certificate is paid.
    pub key: String,
    /// How much was asked for, in kopecks.
    pub amount_kopecks: u64,
    /// The payer's account with all but its last four digits hidden.
    pub payer_account: String,
    /// When, on the simulated clock.
    pub at: OffsetDateTime,
    /// The request's fingerprint, as in [`Call::fingerprint`](crate::Call::fingerprint).
    pub fingerprint: String,
    /// The status of the bank's answer, whether or not it arrived; 0 when a person acted in the bank's cabinet.
    pub status: u16,
    /// Whether money moved because of it.
    pub moved: bool,
}

/// A snapshot of the ledger.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ledger {
    entries: Vec<LedgerEntry>,
}

impl Ledger {
    /// Every understood write, refused ones included, in the order in which the banks worked on them.
    #[must_use]
    pub fn entries(&self) -> &[LedgerEntry] {
        &self.entries
    }

    /// How many times money moved for this key. For a key that may be used once it must never be more than 1.
    #[must_use]
    pub fn paid(&self, key: &str) -> usize {
        self.moved().filter(|entry| entry.key == key).count()
    }

    /// How much money moved in all, in kopecks.
    #[must_use]
    pub fn total_kopecks(&self) -> u64 {
        self.moved()
            .fold(0, |total, entry| total.saturating_add(entry.amount_kopecks))
    }

    fn moved(&self) -> impl Iterator<Item = &LedgerEntry> {
        self.entries.iter().filter(|entry| entry.moved)
    }
}

#[derive(Debug, Default)]
pub(crate) struct Book {
    ledger: Mutex<Ledger>,
}

impl Book {
    /// Adds an entry; its running number is given here.
    pub(crate) fn write(&self, mut entry: LedgerEntry) {
        let mut ledger = locked(&self.ledger);
        entry.sequence = ledger.entries.len() as u64 + 1;
        ledger.entries.push(entry);
    }

    pub(crate) fn snapshot(&self) -> Ledger {
        locked(&self.ledger).clone()
    }
}

/// `40702810901400001130` as `*1130`.
pub(crate) fn masked(account: &str) -> String {
    let hidden = account.chars().count().saturating_sub(4);
    format!("*{}", account.chars().skip(hidden).collect::<String>())
}
