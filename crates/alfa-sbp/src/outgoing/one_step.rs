//! Payment by a link in one step.

use std::fmt::Debug;
use std::marker::PhantomData;
use std::time::Duration;

use rubank_core::client::{Lookup, Verdict};
use rubank_core::error::Error;
use rubank_core::operation::{
    Answer, Checks, Effect, HostId, InvalidRequest, Method, Operation, OperationMeta, Parts,
    Provenance,
};
use rubank_core::read::ReadError;

use super::{
    ListOutgoingPayments, OutgoingPaymentState, OutgoingPayments, PaymentOrder, SortField, status,
};
use crate::list::Sort;
use crate::provider::{AlfaSbp, SCOPES};
use crate::signing::{Signature, check_all};

/// Creates a payment and executes it in one request: **money moves**.
///
/// The kind of the link is part of the type, because it decides whether a lost answer can be cleared up:
///
/// | | `OneStepPay<OneTime>` | `OneStepPay<Reusable>` |
/// |---|---|---|
/// | the link ([`GetPaymentLink`](crate::GetPaymentLink)) | `ONETIME`: can be paid once | `REUSABLE`: any number of times |
/// | made with | [`one_time`](OneStepPay::one_time) | [`reusable`](OneStepPay::reusable) |
/// | after `Outcome::Unknown` | `client.settle(&pay)` | a person must look |
///
/// ```no_run
/// # use alfa_sbp::{Client, OneStepPay, Outcome, PaymentOrder, Settled, Signature};
/// # async fn f(client: Client, order: PaymentOrder, signature: Signature) -> Result<(), alfa_sbp::Error> {
/// let pay = OneStepPay::one_time(order, [signature]);
/// match client.send(&pay).await {
///     Ok(taken) => println!("taken: {:?}", taken.outgoing_payment_id),
///     Err(error) if error.may_have_acted() => match client.settle(&pay).await? {
///         Settled::Happened(_) => println!("paid"),
///         Settled::Refused(_) => println!("declined"),
///         undecided => println!("ask again later: {undecided:?}"),
///     },
///     Err(error) => return Err(error),
/// }
/// # Ok(())
/// # }
/// ```
///
/// Settling a reusable one does not compile: the list shows all payments of the link, and none of them is known to be
/// this one.
///
/// ```compile_fail,E0277
/// # use alfa_sbp::{Client, OneStepPay, PaymentOrder, Signature};
/// # async fn f(client: Client, order: PaymentOrder, signature: Signature) -> Result<(), alfa_sbp::Error> {
/// let pay = OneStepPay::reusable(order, [signature]);
/// client.settle(&pay).await?;
/// # Ok(())
/// # }
/// ```
///
/// Whether a payment without signatures is ever accepted nobody says; with none, the field is left out.
///
/// # Outcome
///
/// Unprotected (`Once`): there is no key of the caller's, so nothing tells two copies apart. It is sent again only if
/// nothing left this machine.
///
/// # Cancellation
///
/// Dropping the future, or reaching the deadline, means: it may be paid. Settle it, or let a person look.
///
/// # Source
///
/// Public client code that talks to the bank: route, request and answer are inferred.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OneStepPay<L: LinkUse> {
    order: PaymentOrder,
    signatures: Vec<Signature>,
    link: PhantomData<fn() -> L>,
}

/// How often a link can be paid: [`OneTime`] or [`Reusable`].
pub trait LinkUse: sealed::Sealed + Clone + Debug + Eq + 'static {
    /// The operation that tells what became of a payment by such a link.
    const LOOKUP: Option<&'static str>;
}

/// A link that can be paid once (`ONETIME`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OneTime {}

/// A link that can be paid again and again (`REUSABLE`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reusable {}

impl LinkUse for OneTime {
    const LOOKUP: Option<&'static str> = Some(ListOutgoingPayments::META.id);
}

impl LinkUse for Reusable {
    const LOOKUP: Option<&'static str> = None;
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for super::OneTime {}
    impl Sealed for super::Reusable {}
}

impl OneStepPay<OneTime> {
    /// Pays a link that can be paid once. It is you who say so: ask [`GetPaymentLink`](crate::GetPaymentLink) first,
    /// because [`settle`](rubank_core::client::Client::settle) takes any payment of the link for this one.
    ///
    /// `Settled::Happened` is always right: the link is paid. A declined payment of an earlier try looks like this one's
    /// refusal, so `Settled::Refused` comes only when nothing else showed up within the settle time.
    pub fn one_time(order: PaymentOrder, signatures: impl IntoIterator<Item = Signature>) -> Self {
        Self::make(order, signatures)
    }
}

impl OneStepPay<Reusable> {
    /// Pays a link that can be paid again and again.
    pub fn reusable(order: PaymentOrder, signatures: impl IntoIterator<Item = Signature>) -> Self {
        Self::make(order, signatures)
    }
}

impl<L: LinkUse> OneStepPay<L> {
    fn make(order: PaymentOrder, signatures: impl IntoIterator<Item = Signature>) -> Self {
        Self {
            order,
            signatures: signatures.into_iter().collect(),
            link: PhantomData,
        }
    }
}

impl<L: LinkUse> Operation for OneStepPay<L> {
    type Provider = AlfaSbp;
    type Output = OutgoingPaymentState;

    const META: OperationMeta = {
        let meta = OperationMeta::new(
            "alfa-sbp.one-step-pay",
            Effect::Once,
            Method::Post,
            HostId::API,
            "/api/sbp/jp/v1/outgoing-payments/one-pay",
        )
        .scopes(SCOPES)
        .provenance(Provenance::INFERRED);
        match L::LOOKUP {
            Some(id) => meta.lookup(id),
            None => meta,
        }
    };

    fn parts(&self) -> Result<Parts, InvalidRequest> {
        let mut checks = Checks::new();
        self.order.check(&mut checks);
        check_all(&mut checks, "digestSignatures", &self.signatures);
        checks.finish()?;
        self.order.put(Parts::new(), &self.signatures)
    }

    fn parse(answer: &Answer) -> Result<OutgoingPaymentState, ReadError> {
        answer.json()
    }

    fn bank_id(state: &OutgoingPaymentState) -> Option<String> {
        let id = state.outgoing_payment_id.as_ref()?;
        Some(id.as_str().to_owned())
    }
}

impl Lookup for OneStepPay<OneTime> {
    type By = ListOutgoingPayments;

    // Nobody published how soon a payment is in the list. SBP takes seconds; a minute is ours.
    const SETTLE: Duration = Duration::from_secs(60);

    fn lookup(&self) -> ListOutgoingPayments {
        ListOutgoingPayments::new(self.order.client().id().clone())
            .qrc_id(self.order.link().clone())
            .sort(Sort::descending(SortField::Timestamp))
    }

    /// One paid row decides. A declined row counts only if no other is undecided, and an unreadable one is undecided:
    /// it may be the paid one.
    fn verdict(page: &OutgoingPayments) -> Verdict {
        let said: Vec<_> = page
            .payments
            .iter()
            .map(|row| match row {
                Ok(payment) => status::verdict(Some(&payment.status)),
                Err(_) => Verdict::Pending,
            })
            .collect();
        match [Verdict::Happened, Verdict::Pending, Verdict::Refused]
            .into_iter()
            .find(|verdict| said.contains(verdict))
        {
            // The row of an earlier try that was declined looks the same.
            Some(Verdict::Refused) => Verdict::PerhapsRefused,
            Some(verdict) => verdict,
            None => Verdict::Missing,
        }
    }

    /// This bank's 404 means "no such endpoint": it says nothing about a payment.
    fn is_missing(_: &Error) -> bool {
        false
    }
}

#[cfg(test)]
mod tests;
