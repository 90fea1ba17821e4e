//! What became of a payout that was asked for.

use std::time::Duration;

use rubank_core::client::{Lookup, Verdict};
use rubank_core::error::Error;
use rubank_core::model;
use rubank_core::money::{self, Money};
use rubank_core::operation::Parts;

use super::CreatePayment;
use crate::error;
use crate::ids::{ContractorId, CustomerPaymentId};
use crate::paging::Item;
use crate::payments::{GetPaymentByCustomerId, Payment};

impl Lookup for CreatePayment {
    type By = GetPaymentByCustomerId;

    // Nobody published how soon a payout can be found. At the lookup's own pace of a minute this takes two looks, so that
    // one "not found" is never the last word.
    const SETTLE: Duration = Duration::from_secs(60);

    fn lookup(&self) -> GetPaymentByCustomerId {
        GetPaymentByCustomerId::new(self.customer_payment_id.clone())
    }

    fn verdict(payment: &Item<Payment>) -> Verdict {
        payment.meaning().verdict()
    }

    fn verdict_for(write: &Parts, payment: &Item<Payment>) -> Verdict {
        let body = write.body_ref().as_bytes().unwrap_or_default();
        match rubank_core::read::read::<Wish>(body) {
            Ok(wish) if !wish.may_be(payment) => Verdict::Another,
            _ => Self::verdict(payment),
        }
    }

    fn is_missing(error: &Error) -> bool {
        error::is_missing(error)
    }
}

impl CreatePayment {
    /// Whether this payout can be the one that the request makes: its identifier, contractor and sum are no others, as
    /// far as the payout tells them.
    #[must_use]
    pub fn may_be(&self, payment: &Payment) -> bool {
        let key = Some(&self.customer_payment_id);
        may_be(key, Some(self.contractor_id), Some(self.amount), payment)
    }
}

model! {
    /// What tells two wishes apart, read from the body of a request.
    struct Wish {
        pub customer_payment_id: Option<CustomerPaymentId> = "customer_payment_id",
        pub contractor_id: Option<ContractorId> = "contractor_id",
        pub amount: Option<Money> = "amount" as money::as_number::option,
    }
}

impl Wish {
    fn may_be(&self, payment: &Payment) -> bool {
        let key = self.customer_payment_id.as_ref();
        may_be(key, self.contractor_id, self.amount, payment)
    }
}

fn may_be(
    key: Option<&CustomerPaymentId>,
    contractor: Option<ContractorId>,
    amount: Option<Money>,
    payment: &Payment,
) -> bool {
    let paid = payment.contractor.as_ref().and_then(|paid| paid.id);
    fits(key, payment.customer_payment_id.as_ref())
        && fits(contractor, paid)
        && fits(amount, payment.amount)
}

/// The platform promises no field of an answer: what it does not tell contradicts nothing.
pub(crate) fn fits<T: PartialEq>(wanted: Option<T>, told: Option<T>) -> bool {
    wanted.zip(told).is_none_or(|(wanted, told)| wanted == told)
}
