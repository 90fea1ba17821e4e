//! Taking the money: at once, or again and again until it is there.

use std::time::Duration;

use super::books::{Books, Debit, Payment, Stage};
use super::{Bank, code};
use crate::ledger::{LedgerEntry, masked};

/// How long the bank waits before it tries a failed debit again.
const AGAIN: Duration = Duration::from_secs(600);

/// Plays every try that was due until now, in the order of time.
pub(super) fn settle(bank: &Bank, books: &mut Books) {
    let now = bank.world.clock.elapsed();
    while let Some((place, at)) = books.next_try(now) {
        let done = books.attempt(place, at);
        if done && let Some(payment) = books.payments.get(place) {
            write(bank, payment, now.saturating_sub(at));
        }
    }
}

/// Takes a payment on: the first try is made now. Says whether money moved.
pub(super) fn begin(books: &mut Books, payment: Payment, now: Duration) -> bool {
    let place = books.payments.len();
    books.set_stage(payment.registry, Stage::Paid(place));
    books.payments.push(payment);
    books.attempt(place, now)
}

/// The ledger entry of a debit that the bank made by itself, so long ago.
fn write(bank: &Bank, payment: &Payment, ago: Duration) {
    let ago = time::Duration::try_from(ago).unwrap_or(time::Duration::ZERO);
    bank.world.ledger.write(LedgerEntry {
        sequence: 0,
        operation: payment.operation,
        key: payment.id.clone(),
        amount_kopecks: payment.amount,
        payer_account: masked(&payment.account),
        at: bank.world.clock.now().saturating_sub(ago),
        fingerprint: payment.fingerprint.clone(),
        status: 200,
        moved: true,
    });
}

impl Books {
    /// The earliest try that is due.
    fn next_try(&self, now: Duration) -> Option<(usize, Duration)> {
        let tries = self
            .payments
            .iter()
            .enumerate()
            .filter_map(|(place, payment)| match payment.debit {
                Debit::Waiting { next, .. } if next <= now => Some((place, next)),
                _ => None,
            });
        tries.min_by_key(|(_, at)| *at)
    }

    /// One try at the moment `at`; says whether money moved.
    fn attempt(&mut self, place: usize, at: Duration) -> bool {
        let Some(Debit::Waiting { due, .. }) =
            self.payments.get(place).map(|payment| payment.debit)
        else {
            return false;
        };
        let needed = self.needed(place);
        let debit = if self.failing_debits > 0 {
            self.failing_debits -= 1;
            later(at, due, code::DEBIT_FAILED)
        } else if needed == 0 {
            Debit::Rejected(at)
        } else if let Some(left) = self.funds.checked_sub(needed) {
            self.funds = left;
            Debit::Done(at)
        } else {
            later(at, due, code::INSUFFICIENT_FUNDS)
        };
        if let Some(payment) = self.payments.get_mut(place) {
            payment.debit = debit;
        }
        matches!(debit, Debit::Done(_))
    }

    fn needed(&self, place: usize) -> u64 {
        let registry = self.payments.get(place).map(|payment| payment.registry);
        let mut registries = self.registries.iter();
        registries
            .find(|one| Some(one.id) == registry)
            .map_or(0, |registry| registry.executable())
    }
}

/// The last try is made at `due` itself.
fn later(at: Duration, due: Duration, why: &'static str) -> Debit {
    if at < due {
        Debit::Waiting {
            next: at.saturating_add(AGAIN).min(due),
            due,
        }
    } else {
        Debit::Failed(at, why)
    }
}
