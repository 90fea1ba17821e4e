//! A payout from its creation to its end.

use std::time::Duration;

use rubank_core::client::{Lookup, Settled};
use rubank_core::error::{Error, ErrorKind, Outcome};
use rubank_core::operation::Operation;
use rubank_core::polling::Polled;

use crate::certificates::Certificate;
use crate::ids::PaymentId;
use crate::paging::Item;
use crate::payments::{GetPayment, Payment, StatusMeaning};
use crate::provider::PayoutsPlatform;
use crate::{Client, CustomerPaymentId, GetPaymentByCustomerId};

/// How a payout ended, as far as could be waited for.
#[derive(Debug)]
#[non_exhaustive]
pub enum Payout {
    /// Paid.
    Paid(Box<Payment>),
    /// Refused for good: paying again with a new key pays once.
    Refused(Box<Payment>),
    /// Only a person in the cabinet moves it on. Whoever pays again with a new key can pay twice.
    NeedsPerson(Box<Payment>),
    /// It moves by itself, and the time was over first. Ask again later.
    Running(Box<Payment>),
    /// The answer was lost, and after the settle time the platform knows of no payout. The same key may be sent again.
    NotFound(Error),
    /// The answer was lost, and nobody can say yet what became of the payout. **The same key**, and no other, may be
    /// sent again.
    Unknown(Error),
}

impl Payout {
    /// The payout, if one is known.
    #[must_use]
    pub fn payment(&self) -> Option<&Payment> {
        match self {
            Self::Paid(payment)
            | Self::Refused(payment)
            | Self::NeedsPerson(payment)
            | Self::Running(payment) => Some(payment),
            Self::NotFound(_) | Self::Unknown(_) => None,
        }
    }

    pub(super) fn of(payment: Payment) -> Self {
        let meaning = payment.meaning();
        let payment = Box::new(payment);
        match meaning {
            StatusMeaning::Paid => Self::Paid(payment),
            StatusMeaning::Refused => Self::Refused(payment),
            StatusMeaning::NeedsPerson => Self::NeedsPerson(payment),
            StatusMeaning::Running => Self::Running(payment),
        }
    }
}

/// Sends a write that pays; `found` reads the payout out of the answer of its lookup.
///
/// A refusal is believed only if the platform does not know the key: how it refuses a used one was not published.
pub(super) async fn pay<O>(
    client: &Client,
    write: &O,
    key: Option<&CustomerPaymentId>,
    patience: Duration,
) -> Result<Payout, Error>
where
    O: Lookup + Operation<Provider = PayoutsPlatform, Output = Item<Payment>>,
    <O::By as Operation>::Output: KnownPayment,
{
    match client.send(write).await {
        Ok(answer) => until_final(client, answer.into_value().item, patience).await,
        Err(error) if error.may_have_acted() => {
            match client.settle(write).await {
                Ok(Settled::NotFound) => Ok(Payout::NotFound(error)),
                Ok(Settled::TooEarly) => Ok(Payout::Unknown(error)),
                Ok(
                    Settled::Happened(answer) | Settled::Refused(answer) | Settled::Pending(answer),
                ) => match answer.into_value().known() {
                    Known::Payment(payment) => until_final(client, *payment, patience).await,
                    Known::Id(id) => Ok(by_id(client, id, error, patience).await),
                    Known::Nothing => Ok(Payout::Unknown(error)),
                },
                // Why the lookup failed matters less than that money may have moved.
                Err(_) => Ok(Payout::Unknown(error)),
            }
        }
        Err(error) => match key {
            Some(key) if may_be_a_used_key(&error) => look_up(client, key, error, patience).await,
            _ => Err(error),
        },
    }
}

/// What the answer of a lookup tells of the payout itself.
pub(super) trait KnownPayment {
    fn known(self) -> Known;
}

/// The payout, or its number.
pub(super) enum Known {
    Payment(Box<Payment>),
    Id(PaymentId),
    Nothing,
}

impl KnownPayment for Item<Payment> {
    fn known(self) -> Known {
        Known::Payment(Box::new(self.item))
    }
}

impl KnownPayment for Item<Certificate> {
    fn known(self) -> Known {
        let id = self.item.payment.and_then(|payment| payment.id);
        id.map_or(Known::Nothing, Known::Id)
    }
}

/// Waits until a payout moves no more by itself, at most for `patience`.
pub(super) async fn until_final(
    client: &Client,
    payment: Payment,
    patience: Duration,
) -> Result<Payout, Error> {
    let (StatusMeaning::Running, Some(id)) = (payment.meaning(), payment.id) else {
        return Ok(Payout::of(payment));
    };
    match client.poll(GetPayment::new(id)).until_final(patience).await {
        Ok(Polled::Final(answer) | Polled::NeedsPerson(answer)) => {
            Ok(Payout::of(answer.into_value().item))
        }
        Ok(Polled::StillRunning(answer)) => {
            let last = answer.map_or(payment, |answer| answer.into_value().item);
            Ok(Payout::of(last))
        }
        // The payout is there, whatever became of the looks at it.
        Err(_) => Ok(Payout::of(payment)),
    }
}

async fn by_id(client: &Client, id: PaymentId, lost: Error, patience: Duration) -> Payout {
    match client.poll(GetPayment::new(id)).until_final(patience).await {
        Ok(
            Polled::Final(answer)
            | Polled::NeedsPerson(answer)
            | Polled::StillRunning(Some(answer)),
        ) => Payout::of(answer.into_value().item),
        Ok(Polled::StillRunning(None)) | Err(_) => Payout::Unknown(lost),
    }
}

fn may_be_a_used_key(error: &Error) -> bool {
    let status = error.status().map(|status| status.as_u16());
    error.outcome() == Outcome::Rejected && matches!(status, Some(400 | 409 | 422))
}

async fn look_up(
    client: &Client,
    key: &CustomerPaymentId,
    refusal: Error,
    patience: Duration,
) -> Result<Payout, Error> {
    match client.send(&GetPaymentByCustomerId::new(key.clone())).await {
        Ok(found) => until_final(client, found.into_value().item, patience).await,
        Err(error) if error.kind() == ErrorKind::NotFound => Err(refusal),
        Err(_) => Ok(Payout::Unknown(refusal)),
    }
}
