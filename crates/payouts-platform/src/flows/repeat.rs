//! Repeating a payout that failed.

use std::time::Duration;

use rubank_core::error::Error;
use rubank_core::polling::Polled;

use super::follow::{Look, Payout, until_final};
use crate::Client;
use crate::ids::PaymentId;
use crate::payments::{GetPayment, Include, Payment, RepeatPayment};

/// Asks whether a payout may be repeated, repeats it, and waits until it is final, at most for `patience`. A payout is
/// looked at once a minute, so this takes longer than a minute.
///
/// The repetition has no key. Where its answer is lost, it is not sent again: the payout is looked at, and what it shows
/// is reported with [`answer_lost`](Repetition::Sent::answer_lost), with its history for a person to compare.
///
/// # Errors
/// The payout could not be looked at, or the repetition was refused: nothing was paid again.
pub async fn repeat_payment(
    client: &Client,
    id: PaymentId,
    patience: Duration,
) -> Result<Repetition, Error> {
    let look = GetPayment::new(id)
        .include(Include::Abilities)
        .include(Include::History);
    let before = client.send(&look).await?;
    let can_repeat = before.abilities.as_ref().and_then(|can| can.can_repeat);
    if can_repeat != Some(true) {
        return Ok(Repetition::NotAllowed(Box::new(before.into_value().item)));
    }
    let events_before = before.history.len();
    let repeated = client.send(&RepeatPayment::new(id)).await;
    match repeated {
        Ok(answer) => Ok(Repetition::Sent {
            payout: until_final(client, Look::ById(id), answer.into_value().item, patience).await,
            events_before,
            answer_lost: false,
        }),
        Err(error) if error.may_have_acted() => {
            let payout = match client.poll(look).until_final(patience).await {
                Ok(Polled::Final(answer) | Polled::NeedsPerson(answer)) => {
                    after_a_lost_answer(Payout::of(answer.into_value().item))
                }
                Ok(Polled::StillRunning(Some(answer))) => {
                    after_a_lost_answer(Payout::of(answer.into_value().item))
                }
                Ok(Polled::StillRunning(None)) | Err(_) => Payout::Unknown(error),
            };
            Ok(Repetition::Sent {
                payout,
                events_before,
                answer_lost: true,
            })
        }
        Err(error) => Err(error),
    }
}

/// The refusal that is shown may be that of the try before, and the repetition still on its way: only a person can tell.
fn after_a_lost_answer(payout: Payout) -> Payout {
    match payout {
        Payout::Refused(payment) => Payout::NeedsPerson(payment),
        other => other,
    }
}

/// How [`repeat_payment`] ended.
#[derive(Debug)]
#[non_exhaustive]
pub enum Repetition {
    /// The platform does not let it be repeated now: nothing was sent. With its abilities and history.
    NotAllowed(Box<Payment>),
    /// It was sent.
    Sent {
        /// How the payout ended.
        payout: Payout,
        /// How many entries the history had before, to tell the new ones.
        events_before: usize,
        /// Whether the answer to the repetition was lost: then a failed state may be that of the try before.
        answer_lost: bool,
    },
}

#[cfg(test)]
mod tests;
