//! Repeating a payout that failed.

use std::time::Duration;

use rubank_core::error::Error;
use rubank_core::polling::Polled;

use super::follow::Payout;
use crate::Client;
use crate::ids::PaymentId;
use crate::payments::{GetPayment, Include, Payment, RepeatPayment};

/// Asks whether a payout may be repeated, repeats it, and waits until it is final, at most for `patience`; then the
/// payout has its history, which the answer to the repetition does not promise. A payout is looked at once a minute, so
/// this takes longer than a minute; with less patience the answer to the repetition is all that is told.
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
    let answered = match client.send(&RepeatPayment::new(id)).await {
        Err(error) if !error.may_have_acted() => return Err(error),
        answered => answered.map(|answer| answer.into_value().item),
    };
    // The pace of a payout keeps a minute between the look before and this one.
    let seen = match client.poll(look).until_final(patience).await {
        Ok(
            Polled::Final(answer)
            | Polled::NeedsPerson(answer)
            | Polled::StillRunning(Some(answer)),
        ) => Some(answer.into_value().item),
        Ok(Polled::StillRunning(None)) | Err(_) => None,
    };
    let answer_lost = answered.is_err();
    let payout = match (answered, seen) {
        (Ok(_), Some(payment)) | (Ok(payment), None) => Payout::of(payment),
        (Err(_), Some(payment)) => after_a_lost_answer(Payout::of(payment)),
        (Err(error), None) => Payout::Unknown(error),
    };
    Ok(Repetition::Sent {
        payout,
        events_before,
        answer_lost,
    })
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
