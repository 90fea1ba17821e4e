//! A payout from its creation to its end.

use std::time::Duration;

use rubank_core::client::Settled;
use rubank_core::error::Error;
use rubank_core::polling::{Poll, Polled};

use crate::error::says_used;
use crate::ids::PaymentId;
use crate::paging::Item;
use crate::payments::{CreatePayment, GetPayment, Payment, StatusMeaning};
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
    /// **The key belongs to another payout**, this one: to somebody else, or of another sum. The platform takes a key
    /// once, so the payout that was wanted does not exist under it; why the key was used before, a person must find out.
    AnotherPayout(Box<Payment>),
    /// The platform knows of no payout with the key, a minute and two looks after the answer was lost or the payout was
    /// refused without a word of why; the error says which. The same key may be sent again.
    NotFound(Error),
    /// Nobody can say yet what became of the payout. **The same key**, and no other, may be sent again.
    Unknown(Error),
}

impl Payout {
    /// The payout, if it is known. One that has the key by mistake is none.
    #[must_use]
    pub fn payment(&self) -> Option<&Payment> {
        match self {
            Self::Paid(payment)
            | Self::Refused(payment)
            | Self::NeedsPerson(payment)
            | Self::Running(payment) => Some(payment),
            Self::AnotherPayout(_) | Self::NotFound(_) | Self::Unknown(_) => None,
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

/// Sends a payout and waits for its end.
///
/// A refusal is believed only if the platform does not know the key, looked for twice: how it refuses a used one was not
/// published, and this may be the second run of somebody whose first one crashed.
pub(super) async fn pay(
    client: &Client,
    wish: &CreatePayment,
    patience: Duration,
) -> Result<Payout, Error> {
    // By the key from first to last: to the platform's pace it is one payout, and so it is one name for ours.
    let look = Look::ByKey(wish.customer_payment_id().clone());
    let error = match client.send(wish).await {
        Ok(answer) => {
            let made = answer.into_value().item;
            // A platform that answers a used key with the payout that has it was not promised, nor excluded.
            return Ok(match wish.may_be(&made) {
                true => until_final(client, look, made, patience).await,
                false => Payout::AnotherPayout(Box::new(made)),
            });
        }
        Err(error) => error,
    };
    if !is_open(&error) {
        return Err(error);
    }
    match client.settle(wish).await {
        Ok(Settled::Happened(found) | Settled::Refused(found) | Settled::Pending(found)) => {
            let found = found.into_value().item;
            Ok(until_final(client, look, found, patience).await)
        }
        Ok(Settled::Another(found)) => Ok(Payout::AnotherPayout(Box::new(found.into_value().item))),
        Ok(Settled::NotFound) => not_there(error),
        // Why the lookup failed matters less than that money may have moved.
        Ok(Settled::TooEarly) | Err(_) => Ok(Payout::Unknown(error)),
    }
}

/// Whether an error leaves open that the payout exists.
pub(super) fn is_open(error: &Error) -> bool {
    let status = error.status().map(|status| status.as_u16());
    error.may_have_acted() || matches!(status, Some(400 | 409 | 422))
}

/// What an error means, once the platform was asked long enough and knows of no payout.
pub(super) fn not_there(error: Error) -> Result<Payout, Error> {
    match error.may_have_acted() {
        // Something else than the key was refused, and that is all.
        false => Err(error),
        // It cannot both be used and unknown.
        true if says_used(&error) => Ok(Payout::Unknown(error)),
        true => Ok(Payout::NotFound(error)),
    }
}

/// How a payout is looked at.
#[derive(Clone, Debug)]
pub(super) enum Look {
    ByKey(CustomerPaymentId),
    ById(PaymentId),
}

impl Look {
    async fn until_final(
        self,
        client: &Client,
        patience: Duration,
    ) -> Result<Polled<Item<Payment>>, Error> {
        match self {
            Self::ByKey(key) => {
                let look = client.poll(GetPaymentByCustomerId::new(key));
                look.until_final(patience).await
            }
            Self::ById(id) => client.poll(GetPayment::new(id)).until_final(patience).await,
        }
    }
}

/// Waits until a payout moves no more by itself, at most for `patience`.
pub(super) async fn until_final(
    client: &Client,
    look: Look,
    payment: Payment,
    patience: Duration,
) -> Payout {
    if payment.meaning() != StatusMeaning::Running {
        return Payout::of(payment);
    }
    // The state was told just now; besides, a payout that was just made may not be found yet.
    let pause = GetPayment::INTERVAL;
    let patience = match patience.checked_sub(pause) {
        Some(left) => {
            client.clock().sleep(pause).await;
            left
        }
        None => patience,
    };
    match look.until_final(client, patience).await {
        Ok(
            Polled::Final(answer)
            | Polled::NeedsPerson(answer)
            | Polled::StillRunning(Some(answer)),
        ) => Payout::of(answer.into_value().item),
        // The payout is there, whatever became of the looks at it.
        Ok(Polled::StillRunning(None)) | Err(_) => Payout::of(payment),
    }
}

/// The same for a payout of which only the number is known. `None` if no look at it succeeded in time.
pub(super) async fn by_id(client: &Client, id: PaymentId, patience: Duration) -> Option<Payout> {
    match Look::ById(id).until_final(client, patience).await {
        Ok(
            Polled::Final(answer)
            | Polled::NeedsPerson(answer)
            | Polled::StillRunning(Some(answer)),
        ) => Some(Payout::of(answer.into_value().item)),
        Ok(Polled::StillRunning(None)) | Err(_) => None,
    }
}
