//! One payout, by the platform's number or by the caller's identifier.

use std::borrow::Cow;
use std::time::Duration;

use rubank_core::operation::{
    Answer, Checks, Effect, HostId, InvalidRequest, Method, Operation, OperationMeta, Parts,
};
use rubank_core::polling::{Poll, PollState};
use rubank_core::rate::RateClass;
use rubank_core::read::ReadError;

use super::include::{Include, IncludeV2};
use super::model::Payment;
use super::model_v2::PaymentV2;
use crate::ids::{CustomerPaymentId, PaymentId};
use crate::paging::{Item, comma_list};
use crate::provider::{PayoutsPlatform, ROUTE_INFERRED, request};

/// The page's pace, stated alike for each of the three operations that tell one payout: its *state* is worth asking for
/// once a minute. So it is one limit for a payout, whichever of them asks, and one class here. A payout has two names,
/// and before an answer nobody knows that they are one; the first answer tells both, and counts under both. (A name that
/// looks like the number of another payout only waits longer.)
const MINUTE: Duration = Duration::from_secs(60);
const STATE: &[RateClass] = &[RateClass::every("payouts-platform.payment", MINUTE).keyed()];

/// Gets a payout in the older model. It can be polled: at most once a minute, which is waited for here.
///
/// For many payouts use [`ListPayments::ids`](crate::ListPayments::ids): up to 200 with one call.
///
/// # Source
///
/// The 1C page, payouts: request and answer are documented; the path is that of the vendor's OpenAPI document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GetPayment {
    id: PaymentId,
    include: Vec<Include>,
}

impl GetPayment {
    /// This payout.
    pub fn new(id: impl Into<PaymentId>) -> Self {
        Self {
            id: id.into(),
            include: Vec::new(),
        }
    }

    /// With this, too.
    #[must_use]
    pub fn include(mut self, what: Include) -> Self {
        self.include.push(what);
        self
    }
}

impl Operation for GetPayment {
    type Provider = PayoutsPlatform;
    type Output = Item<Payment>;

    const META: OperationMeta = OperationMeta::new(
        "payouts-platform.get-payment",
        Effect::Read,
        Method::Get,
        HostId::API,
        "/payments/{payment_id}",
    )
    .rates(STATE)
    .provenance(ROUTE_INFERRED);

    fn parts(&self) -> Result<Parts, InvalidRequest> {
        Ok(request()
            .path("payment_id", self.id.to_string())
            .query_opt("include", comma_list(&self.include)))
    }

    fn parse(answer: &Answer) -> Result<Item<Payment>, ReadError> {
        answer.json()
    }

    fn bank_id(payment: &Item<Payment>) -> Option<String> {
        payment.id.map(|id| id.to_string())
    }

    fn rate_key(&self) -> Option<Cow<'_, str>> {
        Some(self.id.to_string().into())
    }

    fn other_rate_keys(payment: &Item<Payment>) -> Vec<String> {
        names(payment.id, payment.customer_payment_id.as_ref())
    }
}

impl Poll for GetPayment {
    const INTERVAL: Duration = MINUTE;

    fn state(payment: &Item<Payment>) -> PollState {
        payment.meaning().poll_state()
    }
}

/// Gets a payout by the caller's own identifier: what tells whether a payout whose answer was lost exists. It can be
/// polled: at most once a minute, which is waited for here.
///
/// The minute is that of [`GetPayment`], by whichever of its two names a payout is asked for: an answer that tells both
/// counts under both. Only the answer to the creation is not counted so.
///
/// "Not found" right after a lost answer may be too early; `settle` of [`CreatePayment`](crate::CreatePayment) knows.
///
/// # Source
///
/// As [`GetPayment`]. The page types the identifier as a number, though it is the text of the creation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GetPaymentByCustomerId {
    id: CustomerPaymentId,
    include: Vec<Include>,
}

impl GetPaymentByCustomerId {
    /// The payout with this identifier.
    pub fn new(id: impl Into<CustomerPaymentId>) -> Self {
        Self {
            id: id.into(),
            include: Vec::new(),
        }
    }

    /// With this, too.
    #[must_use]
    pub fn include(mut self, what: Include) -> Self {
        self.include.push(what);
        self
    }
}

impl Operation for GetPaymentByCustomerId {
    type Provider = PayoutsPlatform;
    type Output = Item<Payment>;

    const META: OperationMeta = OperationMeta::new(
        "payouts-platform.get-payment-by-customer-id",
        Effect::Read,
        Method::Get,
        HostId::API,
        "/payments/customer-payment/{customer_payment_id}",
    )
    .rates(STATE)
    .provenance(ROUTE_INFERRED);

    fn parts(&self) -> Result<Parts, InvalidRequest> {
        let mut checks = Checks::new();
        self.id.check(&mut checks);
        checks.finish()?;
        Ok(request()
            .path("customer_payment_id", self.id.as_str())
            .query_opt("include", comma_list(&self.include)))
    }

    fn parse(answer: &Answer) -> Result<Item<Payment>, ReadError> {
        answer.json()
    }

    fn bank_id(payment: &Item<Payment>) -> Option<String> {
        payment.id.map(|id| id.to_string())
    }

    fn rate_key(&self) -> Option<Cow<'_, str>> {
        Some(self.id.as_str().into())
    }

    fn other_rate_keys(payment: &Item<Payment>) -> Vec<String> {
        names(payment.id, payment.customer_payment_id.as_ref())
    }
}

impl Poll for GetPaymentByCustomerId {
    const INTERVAL: Duration = MINUTE;

    fn state(payment: &Item<Payment>) -> PollState {
        payment.meaning().poll_state()
    }
}

/// Gets a payout in the newer model. It can be polled as [`GetPayment`]; both share the minute.
///
/// # Source
///
/// The 1C page, payouts: request and answer are documented; the path is concluded from the vendor's habits, with little
/// confidence. `ClientBuilder::override_route` corrects it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GetPaymentV2 {
    id: PaymentId,
    include: Vec<IncludeV2>,
}

impl GetPaymentV2 {
    /// This payout.
    pub fn new(id: impl Into<PaymentId>) -> Self {
        Self {
            id: id.into(),
            include: Vec::new(),
        }
    }

    /// With this, too.
    #[must_use]
    pub fn include(mut self, what: IncludeV2) -> Self {
        self.include.push(what);
        self
    }
}

impl Operation for GetPaymentV2 {
    type Provider = PayoutsPlatform;
    type Output = Item<PaymentV2>;

    const META: OperationMeta = OperationMeta::new(
        "payouts-platform.get-payment-v2",
        Effect::Read,
        Method::Get,
        HostId::API,
        "/v2/payments/{payment_id}",
    )
    .rates(STATE)
    .provenance(ROUTE_INFERRED);

    fn parts(&self) -> Result<Parts, InvalidRequest> {
        Ok(request()
            .path("payment_id", self.id.to_string())
            .query_opt("include", comma_list(&self.include)))
    }

    fn parse(answer: &Answer) -> Result<Item<PaymentV2>, ReadError> {
        answer.json()
    }

    fn rate_key(&self) -> Option<Cow<'_, str>> {
        Some(self.id.to_string().into())
    }

    fn other_rate_keys(payment: &Item<PaymentV2>) -> Vec<String> {
        names(payment.id, payment.customer_payment_id.as_ref())
    }
}

impl Poll for GetPaymentV2 {
    const INTERVAL: Duration = MINUTE;

    fn state(payment: &Item<PaymentV2>) -> PollState {
        payment.meaning().poll_state()
    }
}

/// Both names of a payout, as far as they are told.
fn names(id: Option<PaymentId>, own: Option<&CustomerPaymentId>) -> Vec<String> {
    let own = own.map(|own| own.as_str().to_owned());
    id.map(|id| id.to_string()).into_iter().chain(own).collect()
}

#[cfg(test)]
mod tests;
