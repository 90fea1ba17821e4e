//! A payout from its creation to its end.

use std::time::Duration;

use rubank_core::client::{Lookup, Settled};
use rubank_core::error::{Error, ErrorKind};
use rubank_core::polling::{Poll, Polled};

use crate::error::{is_missing, says_used};
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
    /// Of a certificate: the payout that it shows is of another sum than its own, or to somebody else.
    AnotherPayout(Box<Payment>),
    /// The platform knows of no payout with the key, a minute and two looks after the answer was lost or the payout was
    /// refused without a word of why; the error says which. Of [`pay_contractor`](super::pay_contractor): the same key may
    /// be sent again, the platform refuses one that it knows. Of a certificate nobody promises that: look again, with
    /// [`MadeBefore::perhaps_paid`](super::MadeBefore::perhaps_paid).
    NotFound(Error),
    /// Nobody can say yet what became of the payout. Of [`pay_contractor`](super::pay_contractor): **the same key**, and
    /// no other, may be sent again. Of a certificate: only look, with
    /// [`MadeBefore::perhaps_paid`](super::MadeBefore::perhaps_paid).
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
/// No failure is believed before the key was looked for, twice: how the platform refuses a used one was not published, and
/// this may be the second run of somebody whose first one paid and crashed. An error says only that this run paid nothing.
pub(super) async fn pay(
    client: &Client,
    wish: &CreatePayment,
    patience: Duration,
) -> Result<Payout, Error> {
    let error = match client.send(wish).await {
        Ok(answer) => {
            // A platform that answers a used key with the payout that has it was not promised, nor excluded.
            return Ok(found(client, wish, answer.into_value().item, patience).await);
        }
        // What we refuse ourselves cannot be settled, but its key can be asked for.
        Err(error) if error.kind() == ErrorKind::InvalidRequest => {
            return match client.send(&wish.lookup()).await {
                Ok(answer) => Ok(found(client, wish, answer.into_value().item, patience).await),
                Err(_) => Err(error),
            };
        }
        Err(error) => error,
    };
    match client.settle(wish).await {
        Ok(
            Settled::Happened(answer)
            | Settled::Refused(answer)
            | Settled::Pending(answer)
            | Settled::Another(answer),
        ) => Ok(found(client, wish, answer.into_value().item, patience).await),
        Ok(Settled::NotFound) => not_there(error),
        // Why the lookup failed matters less than that money may have moved.
        Ok(Settled::TooEarly) | Err(_) if is_open(&error) => Ok(Payout::Unknown(error)),
        // This run paid nothing; of an earlier one nobody can say.
        Ok(Settled::TooEarly) | Err(_) => Err(error),
    }
}

/// Waits for a payout that the platform has under the key, if it is the one that was wanted.
async fn found(
    client: &Client,
    wish: &CreatePayment,
    payment: Payment,
    patience: Duration,
) -> Payout {
    if !wish.may_be(&payment) {
        return Payout::AnotherPayout(Box::new(payment));
    }
    // By the key from first to last: to the platform's pace it is one payout, and so it is one name for ours.
    let look = Look::ByKey(wish.customer_payment_id().clone());
    until_final(client, look, payment, patience).await
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
        let clock = client.clock();
        let end = clock.monotonic().saturating_add(patience);
        loop {
            let left = end.saturating_sub(clock.monotonic());
            let polled = match &self {
                Self::ByKey(key) => {
                    let look = client.poll(GetPaymentByCustomerId::new(key.clone()));
                    look.until_final(left).await
                }
                Self::ById(id) => client.poll(GetPayment::new(*id)).until_final(left).await,
            };
            let left = end.saturating_sub(clock.monotonic());
            match polled {
                // It is there: what cannot be found yet will be.
                Err(error) if is_missing(&error) && left > GetPayment::INTERVAL => {
                    clock.sleep(GetPayment::INTERVAL).await;
                }
                polled => return polled,
            }
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
