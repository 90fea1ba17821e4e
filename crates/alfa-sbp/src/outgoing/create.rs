//! A draft of a payment.

use rubank_core::operation::{
    Answer, Checks, Effect, HostId, InvalidRequest, Method, Operation, OperationMeta, Parts,
    Provenance, ProvenanceGrade,
};
use rubank_core::read::ReadError;

use super::{OutgoingPaymentState, PaymentOrder, status};
use crate::provider::{AlfaSbp, SCOPES};

/// Creates a draft, whose identifier [`ExecuteOutgoingPayment`](crate::ExecuteOutgoingPayment) needs. No money moves.
///
/// **Nobody published this operation.** The bank's documents speak of the draft, but neither path nor fields could be
/// found: the fields here are those of the one-step payment without its signatures. Until you know better and say so
/// with `ClientBuilder::override_route` (or opt in with `allow_unverified_paths`) it is refused before anything is
/// sent.
///
/// ```no_run
/// # use alfa_sbp::{Client, CreateOutgoingPayment, PaymentOrder};
/// # use rubank_core::operation::Method;
/// # async fn f(order: PaymentOrder, identity: alfa_sbp::Identity) -> Result<(), alfa_sbp::Error> {
/// let client = Client::builder(alfa_sbp::production())
///     .credentials(alfa_sbp::credentials("example-client", "not-a-real-secret"))
///     .identity(identity)
///     .override_route("alfa-sbp.create-outgoing-payment", Method::Post, "/api/sbp/jp/v1/outgoing-payments")
///     .build()?;
/// let draft = client.send(&CreateOutgoingPayment::new(order)).await?;
/// println!("{:?}", draft.outgoing_payment_id);
/// # Ok(())
/// # }
/// ```
///
/// # Outcome
///
/// Unprotected (`Once`): sent again only if nothing left this machine. After `Outcome::Unknown` there may or may not
/// be a draft, and no documented way to find it: it has no lookup, so `settle` does not compile. A draft that is never
/// executed moves no money.
///
/// # Cancellation
///
/// Dropping the future, or reaching the deadline, means: there may be a draft.
///
/// # Source
///
/// None: route, request and answer are unverified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreateOutgoingPayment {
    order: PaymentOrder,
}

impl CreateOutgoingPayment {
    /// A draft of this order.
    #[must_use]
    pub fn new(order: PaymentOrder) -> Self {
        Self { order }
    }
}

impl Operation for CreateOutgoingPayment {
    type Provider = AlfaSbp;
    type Output = OutgoingPaymentState;

    const META: OperationMeta = OperationMeta::new(
        "alfa-sbp.create-outgoing-payment",
        Effect::Once,
        Method::Post,
        HostId::API,
        "/unverified/alfa-sbp.create-outgoing-payment",
    )
    .scopes(SCOPES)
    .provenance(Provenance::all(ProvenanceGrade::Unverified));

    fn parts(&self) -> Result<Parts, InvalidRequest> {
        let mut checks = Checks::new();
        self.order.check(&mut checks);
        checks.finish()?;
        self.order.put(Parts::new(), &[])
    }

    fn parse(answer: &Answer) -> Result<OutgoingPaymentState, ReadError> {
        status::read_unpublished(answer)
    }

    fn bank_id(state: &OutgoingPaymentState) -> Option<String> {
        let id = state.outgoing_payment_id.as_ref()?;
        Some(id.as_str().to_owned())
    }
}
