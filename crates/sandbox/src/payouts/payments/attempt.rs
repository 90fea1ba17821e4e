//! Attempts to pay: the first, the repeated, the confirmed; and what the ledger hears of them.

use std::time::Duration;

use time::OffsetDateTime;

use super::{PROCESSING, Payment};
use crate::ledger::{Book, LedgerEntry, masked};
use crate::payouts::State;
use crate::payouts::books::{Books, Reading};
use crate::payouts::refusal::Refusal;
use crate::payouts::switches::PaymentEnd;

/// One attempt. How it ends is settled when it begins and seen when it is over.
#[derive(Clone, Copy)]
pub(in crate::payouts) struct Try {
    pub(in crate::payouts) started: Reading,
    pub(in crate::payouts) end: PaymentEnd,
    pub(in crate::payouts) by: Actor,
}

/// Who wanted it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::payouts) enum Actor {
    Client,
    /// In the cabinet.
    Person,
}

impl Try {
    pub(super) fn is_over(&self, elapsed: Duration) -> bool {
        self.end.waits() || elapsed.saturating_sub(self.started.elapsed) >= PROCESSING
    }
}

/// Begins an attempt over so many kopecks and takes them from the company if it will be paid.
pub(super) fn begin(state: &mut State, leaving: u64, now: Reading, by: Actor) -> Try {
    state.books.attempts += 1;
    let told = state.switches.ends.get(&state.books.attempts).copied();
    let waits = state.switches.confirmed_by_hand && by == Actor::Client;
    let end = match told {
        Some(end) => end,
        None if waits => PaymentEnd::AwaitsConfirmation,
        None => PaymentEnd::Paid,
    };
    let end = match (end, state.books.funds.checked_sub(leaving)) {
        (PaymentEnd::Paid, Some(rest)) => {
            state.books.funds = rest;
            end
        }
        (PaymentEnd::Paid, None) => PaymentEnd::Failed,
        _ => end,
    };
    Try {
        started: now,
        end,
        by,
    }
}

/// One more attempt of a payment that is there, and how it will end.
///
/// # Errors
/// A 404.
pub(in crate::payouts) fn again(
    state: &mut State,
    id: u64,
    now: Reading,
    by: Actor,
) -> Result<PaymentEnd, Refusal> {
    let leaving = state.books.payment(id)?.sums.leaving();
    let one = begin(state, leaving, now, by);
    state.books.payment_mut(id)?.tries.push(one);
    Ok(one.end)
}

/// What is written down besides the payment itself.
pub(in crate::payouts) struct Entry<'a> {
    pub(in crate::payouts) operation: &'static str,
    pub(in crate::payouts) at: OffsetDateTime,
    pub(in crate::payouts) fingerprint: &'a str,
    /// 0 when nobody asked over the wire.
    pub(in crate::payouts) status: u16,
    pub(in crate::payouts) moved: bool,
}

pub(in crate::payouts) fn record(
    books: &Books,
    ledger: &Book,
    payment: &Payment,
    entry: &Entry<'_>,
) {
    let account = books.account(payment.account);
    ledger.write(LedgerEntry {
        sequence: 0,
        operation: entry.operation,
        key: payment.key.clone(),
        amount_kopecks: payment.sums.amount,
        payer_account: masked(account.map_or("", |account| account.number)),
        at: entry.at,
        fingerprint: entry.fingerprint.to_owned(),
        status: entry.status,
        moved: entry.moved,
    });
}
