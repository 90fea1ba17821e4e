//! What happens without a client: a person in the cabinet, the tax service, money that comes.

use super::books::Reading;
use super::operations::{CABINET_CONFIRM, CABINET_REPEAT};
use super::payments::{self, Actor, Closed, Entry, Receipt};
use super::switches::{PaymentEnd, TaxStatus};
use super::{Payouts, State};
use crate::sync::locked;

impl Payouts {
    /// A person repeats a payment that ended in an error. Whether there is such a payment.
    pub fn repeat_in_cabinet(&self, payment: u64) -> bool {
        self.attempt(payment, &[5], CABINET_REPEAT)
    }

    /// A person confirms or approves a payment that waits, or the act that it waits for is signed. Whether there is
    /// such a payment.
    pub fn confirm_in_cabinet(&self, payment: u64) -> bool {
        self.attempt(payment, &[4, 7, 8], CABINET_CONFIRM)
    }

    /// A person gives a payment that ended in an error back to the balance: it is deleted. Whether there is such a
    /// payment.
    pub fn refund_in_cabinet(&self, payment: u64) -> bool {
        self.close(payment, &[5], true)
    }

    /// A person cancels a payment that waits or ended in an error: it is rejected. Whether there is such a payment.
    pub fn cancel_in_cabinet(&self, payment: u64) -> bool {
        self.close(payment, &[4, 5, 7, 8], false)
    }

    /// The receipt of a payment is cancelled. Whether it had one that was active.
    pub fn cancel_receipt(&self, payment: u64) -> bool {
        let mut state = locked(&self.state);
        let mut all = state.books.payments.iter_mut();
        let found = all.find(|one| one.id == payment && one.receipt == Receipt::Active);
        found.map(|one| one.receipt = Receipt::Cancelled).is_some()
    }

    /// The platform's number of the payment with that `customer_payment_id`, or of the last one with that
    /// `idempotency_key`.
    #[must_use]
    pub fn payment_id(&self, key: &str) -> Option<u64> {
        let state = locked(&self.state);
        let mut newest_first = state.books.payments.iter().rev();
        newest_first.find(|one| one.key == key).map(|one| one.id)
    }

    /// The number of a payment's status by now.
    #[must_use]
    pub fn payment_status(&self, payment: u64) -> Option<u64> {
        let now = self.now();
        let state = locked(&self.state);
        let found = state.books.payment(payment).ok()?;
        Some(found.status(now.elapsed))
    }

    /// What the company has for payouts, in kopecks.
    #[must_use]
    pub fn funds(&self) -> u64 {
        locked(&self.state).books.funds
    }

    /// Sets what the company has for payouts, in kopecks.
    pub fn set_funds(&self, kopecks: u64) {
        locked(&self.state).books.funds = kopecks;
    }

    /// Puts money on a contractor's balance with a legal entity, in kopecks. Whether there are both.
    pub fn credit(&self, contractor: u64, agent: u64, kopecks: u64) -> bool {
        let now = self.now();
        let books = &mut locked(&self.state).books;
        if books.contractor(contractor).is_err() || books.agent(agent).is_none() {
            return false;
        }
        let balance = books.balance_with(contractor, agent, now.at);
        balance.credited = balance.credited.saturating_add(kopecks);
        true
    }

    /// What all balances of a contractor hold, without what is frozen, in kopecks.
    #[must_use]
    pub fn balance(&self, contractor: u64) -> Option<u64> {
        let now = self.now();
        let books = &locked(&self.state).books;
        books.contractor(contractor).ok()?;
        let own = books
            .balances
            .iter()
            .filter(|one| one.contractor == contractor);
        Some(own.fold(0_u64, |sum, one| {
            sum.saturating_add(books.balance_now(one, now.elapsed).0)
        }))
    }

    /// What the tax service says of a person when it is asked the next time; of new contractors it says
    /// [`TaxStatus::Allowed`]. Whether there is such a contractor.
    pub fn set_tax_status(&self, contractor: u64, status: TaxStatus) -> bool {
        let books = &mut locked(&self.state).books;
        let found = books.contractor_mut(contractor);
        found.map(|one| one.self_employed.truth = status).is_ok()
    }

    fn attempt(&self, id: u64, from: &[u64], operation: &'static str) -> bool {
        let now = self.now();
        let mut state = locked(&self.state);
        if !has_status(&state, id, from, now) {
            return false;
        }
        let Ok(end) = payments::again(&mut state, id, now, Actor::Person) else {
            return false;
        };
        let Ok(payment) = state.books.payment(id) else {
            return false;
        };
        let entry = Entry {
            operation,
            at: now.at,
            fingerprint: &payment.fingerprint,
            status: 0,
            moved: end == PaymentEnd::Paid,
        };
        payments::record(&state.books, &self.world.ledger, payment, &entry);
        true
    }

    fn close(&self, id: u64, from: &[u64], refunded: bool) -> bool {
        let now = self.now();
        let mut state = locked(&self.state);
        if !has_status(&state, id, from, now) {
            return false;
        }
        let at = now.at;
        let closing = state.books.payment_mut(id);
        closing
            .map(|one| one.closed = Some(Closed { at, refunded }))
            .is_ok()
    }
}

fn has_status(state: &State, id: u64, statuses: &[u64], now: Reading) -> bool {
    let payment = state.books.payment(id);
    payment.is_ok_and(|one| statuses.contains(&one.status(now.elapsed)))
}
