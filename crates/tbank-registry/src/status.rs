//! How far a payment got.

use std::time::Duration;

use rubank_core::operation::{
    Answer, Checks, Effect, InvalidRequest, Method, Operation, OperationMeta, Parts, Provenance,
};
use rubank_core::personal::Personal;
use rubank_core::polling::{Poll, PollState};
use rubank_core::rate::RateClass;
use rubank_core::raw::Raw;
use rubank_core::read::ReadError;
use rubank_core::{model, open_enum};

use crate::ids::PaymentId;
use crate::provider::{SECURED, TBankRegistry, scope};

/// Asks how far a payment got, by the `id` that the caller gave it.
///
/// The page of the paying method sends its callers here, the page of this one names other payments only. So a 404 is
/// "not known here", never "did not happen": ask the registry's card then, or use
/// [`flows::confirm`](crate::flows::confirm).
///
/// It can be polled: `FAILED` counts as final there, which it is not for a payment with a
/// [due date](crate::PayRegistry::due_date).
///
/// ```no_run
/// # async fn f(client: tbank_registry::Client) -> Result<(), tbank_registry::Error> {
/// use tbank_registry::{GetPaymentStatus, PaymentStatus};
///
/// let state = client.send(&GetPaymentStatus::new("salary-2024-05-part-1")).await?;
/// println!("executed: {}", state.status == PaymentStatus::Executed);
/// # Ok(())
/// # }
/// ```
///
/// # Rules
///
/// An `id` of 1 to 64 characters.
///
/// # Source
///
/// The bank's page "get the status of a payment", T-API: route, request and answer are documented.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GetPaymentStatus {
    id: PaymentId,
}

impl GetPaymentStatus {
    /// The payment with this `id`.
    pub fn new(id: impl Into<PaymentId>) -> Self {
        Self { id: id.into() }
    }
}

open_enum! {
    /// State of a payment (статус платежа).
    pub enum PaymentStatus {
        /// On its way, or waiting for the next try of the debit.
        InProgress = "IN_PROGRESS",
        /// Executed. Which lines got their money the registry's card tells.
        Executed = "EXECUTED",
        /// The debit failed. With a due date the bank may try again.
        Failed = "FAILED",
        /// Withdrawn by a person.
        Cancelled = "CANCELLED",
    }
}

model! {
    /// The state of a payment.
    #[derive(Eq)]
    pub struct PaymentState {
        /// How far it got.
        pub status: PaymentStatus = shown "status",
        /// Why it failed, for people. It quotes accounts.
        pub error_message: Option<Personal<String>> = "errorMessage",
        /// The caller's own object, as it was sent.
        pub meta: Option<Raw> = "meta",
    }
}

impl Operation for GetPaymentStatus {
    type Provider = TBankRegistry;
    type Output = PaymentState;

    const META: OperationMeta = OperationMeta::new(
        "tbank-registry.get-payment-status",
        Effect::Read,
        Method::Get,
        SECURED,
        "/api/v1/payment/{paymentId}",
    )
    .rates(&[RateClass::per_second(
        "tbank-registry.get-payment-status",
        20,
    )])
    .scopes(scope::PAYMENTS)
    .provenance(Provenance::DOCUMENTED);

    fn parts(&self) -> Result<Parts, InvalidRequest> {
        let mut checks = Checks::new();
        self.id.check(&mut checks, "paymentId");
        checks.finish()?;
        Ok(Parts::new().path("paymentId", self.id.as_str()))
    }

    fn parse(answer: &Answer) -> Result<PaymentState, ReadError> {
        answer.json()
    }
}

impl Poll for GetPaymentStatus {
    // Twenty questions a second are allowed; nobody's wages arrive that fast.
    const INTERVAL: Duration = Duration::from_secs(2);

    fn state(answer: &PaymentState) -> PollState {
        match answer.status {
            PaymentStatus::Executed | PaymentStatus::Failed | PaymentStatus::Cancelled => {
                PollState::Final
            }
            _ => PollState::Running,
        }
    }
}
