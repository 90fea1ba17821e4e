//! Repeating a payout.

use std::time::Duration;

use rubank_core::client::{Lookup, Verdict};
use rubank_core::operation::{
    Answer, Effect, HostId, InvalidRequest, Method, Operation, OperationMeta, Parts,
};
use rubank_core::read::ReadError;

use super::get::GetPaymentV2;
use super::include::IncludeV2;
use super::model::Payment;
use super::model_v2::PaymentV2;
use super::status::StatusMeaning;
use crate::ids::PaymentId;
use crate::paging::Item;
use crate::provider::{PayoutsPlatform, ROUTE_INFERRED, request};

/// Sends a payout again that failed: **money moves**, and no key protects it.
///
/// It is allowed while the payout's `abilities.can_repeat` says so;
/// [`flows::repeat_payment`](crate::flows::repeat_payment) asks first.
///
/// # Outcome
///
/// `Once`: it takes no body and so no key; it is sent again only if nothing of it left this machine, which for a
/// request without a body means a refused connection. After `Outcome::Unknown` call `settle`, which reads the payout:
/// paid is paid; anything else is pending, and its history and abilities tell a person what came of the repetition.
/// `Rejected`, by a 409 for example, speaks of this request only: an earlier one may be under way.
///
/// # Cancellation
///
/// Dropping the future, or reaching the deadline, means: the payout may be under way again. Call `settle`.
///
/// # Source
///
/// The 1C page, payouts: request and answer are documented; method and path are those of the vendor's OpenAPI
/// document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RepeatPayment {
    id: PaymentId,
}

impl RepeatPayment {
    /// This payout.
    pub fn new(id: impl Into<PaymentId>) -> Self {
        Self { id: id.into() }
    }
}

impl Operation for RepeatPayment {
    type Provider = PayoutsPlatform;
    type Output = Item<Payment>;

    const META: OperationMeta = OperationMeta::new(
        "payouts-platform.repeat-payment",
        Effect::Once,
        Method::Post,
        HostId::API,
        "/payments/{payment_id}/repeat",
    )
    .lookup(GetPaymentV2::META.id)
    .provenance(ROUTE_INFERRED);

    fn parts(&self) -> Result<Parts, InvalidRequest> {
        Ok(request().path("payment_id", self.id.to_string()))
    }

    fn parse(answer: &Answer) -> Result<Item<Payment>, ReadError> {
        answer.json()
    }

    fn bank_id(payment: &Item<Payment>) -> Option<String> {
        payment.id.map(|id| id.to_string())
    }
}

impl Lookup for RepeatPayment {
    type By = GetPaymentV2;

    // It only matters for "not found", which is never said of a payout that was there to be repeated.
    const SETTLE: Duration = Duration::from_secs(60);

    fn lookup(&self) -> GetPaymentV2 {
        GetPaymentV2::new(self.id)
            .include(IncludeV2::Abilities)
            .include(IncludeV2::History)
    }

    /// A failed state may be that of the try before: it says nothing of this one.
    fn verdict(payment: &Item<PaymentV2>) -> Verdict {
        match payment.meaning() {
            StatusMeaning::Paid => Verdict::Happened,
            _ => Verdict::Pending,
        }
    }

    fn is_missing(_: &rubank_core::error::Error) -> bool {
        false
    }
}
