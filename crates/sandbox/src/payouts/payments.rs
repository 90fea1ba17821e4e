//! Payments: created, followed, repeated, in both models.

mod attempt;
mod create;
mod find;
mod new_model;
mod old_model;
mod order;
mod parts;

use std::time::Duration;

use http::StatusCode;
use time::OffsetDateTime;

use super::State;
use super::books::{Name, Reading};
use super::gate::{Call, item};
use super::refusal::Refusal;
use super::switches::PaymentEnd;
use crate::answer::Answer;

pub(super) use attempt::{Actor, Try};
pub(super) use attempt::{Entry, again, record};
pub(super) use create::{Draft, answer, create, make, refused};
pub(super) use find::{get, get_by_customer_id, get_v2, list, list_v2};
pub(super) use order::{Destination, SbpName, requisite, sbp_name};
pub(super) use parts::status;

/// How long a payment is in processing.
pub(super) const PROCESSING: Duration = Duration::from_secs(90);
/// How long after it was paid a self-employed person's receipt is there.
pub(super) const RECEIPT: Duration = Duration::from_secs(30);

#[derive(Clone)]
pub(super) struct Payment {
    pub(super) id: u64,
    pub(super) customer_id: Option<String>,
    /// The key of the ledger: the client's own id, or the idempotency key, or a name made from the number.
    pub(super) key: String,
    pub(super) certificate: Option<u64>,
    pub(super) contractor: u64,
    pub(super) agent: u64,
    pub(super) branch: Option<u64>,
    pub(super) account: u64,
    pub(super) balance: Option<u64>,
    pub(super) requisite: u64,
    pub(super) sums: Sums,
    pub(super) purpose: Option<String>,
    pub(super) sbp_name: Option<Name>,
    pub(super) has_act: bool,
    pub(super) fingerprint: String,
    pub(super) created: Reading,
    /// The first is the creation; the last one counts.
    pub(super) tries: Vec<Try>,
    pub(super) closed: Option<Closed>,
    pub(super) receipt: Receipt,
}

/// Sums in kopecks, by this simulator's own arithmetic. `paid + commission + tax` is `amount`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Sums {
    pub(super) amount: u64,
    pub(super) commission: u64,
    pub(super) bank: u64,
    pub(super) tax: u64,
    pub(super) paid: u64,
}

impl Sums {
    /// What leaves the company: all but its own commission, and what the bank takes on top.
    pub(super) fn leaving(&self) -> u64 {
        self.paid + self.tax + self.bank
    }
}

/// A person took it out of the world, in the cabinet.
#[derive(Clone, Copy)]
pub(super) struct Closed {
    pub(super) at: OffsetDateTime,
    /// The money went back to the balance; otherwise the payment was cancelled.
    pub(super) refunded: bool,
}

/// The receipt of a self-employed person; others never have one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Receipt {
    Absent,
    Active,
    Cancelled,
}

impl Payment {
    fn last(&self) -> Option<&Try> {
        self.tries.last()
    }

    /// The number of the status at that moment.
    pub(super) fn status(&self, elapsed: Duration) -> u64 {
        match (self.closed, self.last()) {
            (Some(closed), _) => {
                if closed.refunded {
                    PaymentEnd::Deleted.status()
                } else {
                    PaymentEnd::Rejected.status()
                }
            }
            (None, Some(one)) if one.is_over(elapsed) => one.end.status(),
            _ => 3,
        }
    }

    pub(super) fn is_final(&self, elapsed: Duration, errors_are_final: bool) -> bool {
        match self.status(elapsed) {
            1 | 2 | 6 => true,
            5 => errors_are_final,
            _ => false,
        }
    }

    /// Whether its sum is taken: from a balance, and from the limits of a branch.
    pub(super) fn counts(&self, elapsed: Duration) -> bool {
        !matches!(self.status(elapsed), 2 | 6)
    }

    pub(super) fn paid_at(&self, elapsed: Duration) -> Option<OffsetDateTime> {
        let last = self.last()?;
        (self.status(elapsed) == 1).then(|| last.started.later(PROCESSING))
    }

    /// The receipt as it is seen at that moment, and since when it is there.
    pub(super) fn receipt(&self, elapsed: Duration) -> Option<(Receipt, OffsetDateTime)> {
        let last = self.last()?;
        let there = PROCESSING + RECEIPT;
        let shown = self.status(elapsed) == 1
            && self.receipt != Receipt::Absent
            && elapsed.saturating_sub(last.started.elapsed) >= there;
        shown.then(|| (self.receipt, last.started.later(there)))
    }

    pub(super) fn updated(&self, elapsed: Duration) -> OffsetDateTime {
        let closed = self.closed.map(|closed| closed.at);
        let last = self.last().map(|one| {
            if one.end.waits() || !one.is_over(elapsed) {
                one.started.at
            } else {
                one.started.later(PROCESSING)
            }
        });
        closed.or(last).unwrap_or(self.created.at)
    }
}

/// Repeats a payment that ended in an error. There is no key for it: each call is an attempt of its own.
pub(super) fn repeat(state: &mut State, call: &Call<'_>) -> Result<Answer, Refusal> {
    let id = call.id("payment_id")?;
    let repeatable = state.books.payment(id)?.status(call.elapsed()) == 5;
    let done = if repeatable {
        attempt::again(state, id, call.now, Actor::Client)
    } else {
        Err(Refusal::field("payment_id", "cannot be repeated now"))
    };
    let status = done
        .as_ref()
        .map_or_else(Refusal::status, |_| StatusCode::OK);
    let payment = state.books.payment(id)?;
    let entry = Entry {
        operation: call.operation,
        at: call.at(),
        fingerprint: &call.asked.fingerprint,
        status: status.as_u16(),
        moved: matches!(done, Ok(PaymentEnd::Paid)),
    };
    attempt::record(&state.books, call.ledger, payment, &entry);
    done?;
    Ok(item(old_model::whole(state, payment, call.now)))
}
