//! What a person calls one thing and the bank calls several: the two scenarios of the bank's page.
//!
//! ```no_run
//! use std::time::Duration;
//!
//! use sber_encashment::flows::{self, Creation, Followed};
//! use sber_encashment::{Client, CreateWaybill, Error};
//!
//! async fn hand_over(client: &Client, create: &CreateWaybill) -> Result<(), Error> {
//!     // Looks for an earlier copy for a minute, then sends; a key that never left needs no look: `Patience::first_time`.
//!     match flows::create(client, create).await? {
//!         Creation::Created(created) => println!("the bank has it: {:?}", created.status),
//!         Creation::NotThere(error) => return Err(error), // the same request may be sent again
//!         Creation::Unclear(state) => println!("to be looked at: {state:?}"), // nothing was sent
//!     }
//!     let id = create.waybill().external_id().clone();
//!     match flows::follow(client, id, Duration::from_secs(24 * 60 * 60)).await? {
//!         Followed::Ended(ended) if ended.status.has_cash_arrived() => println!("counted"),
//!         Followed::Ended(ended) => println!("no cash came: {}", ended.status),
//!         Followed::StillRunning(state) => println!("still under way: {state:?}"),
//!     }
//!     Ok(())
//! }
//! ```

mod create;

use std::time::Duration;

use rubank_core::client::{Lookup, Settled};
use rubank_core::error::{BankError, Error, ErrorKind, Outcome};
use rubank_core::operation::Operation;
use rubank_core::polling::{Poll, Polled};

pub use create::{Created, Creation, Patience, create, create_with};

use crate::ids::ExternalId;
use crate::{
    BankStatus, CancelWaybill, Client, GetWaybill, GetWaybillState, WaybillDetails, WaybillState,
};

/// How following a waybill ended.
#[derive(Debug)]
#[must_use]
pub enum Followed {
    /// The state is final.
    Ended(Box<Ended>),
    /// The time was over first; the last state, if there was one. Begin anew whenever you like.
    StillRunning(Option<WaybillState>),
}

/// The end of a waybill.
#[derive(Debug)]
#[non_exhaustive]
pub struct Ended {
    /// The final state. Ask it whether cash arrived: `UNCOMPLETED` and `REJECTED_BY_CLIENT` are ends without.
    pub status: BankStatus,
    /// All that the state said.
    pub state: WaybillState,
    /// The details, or why they could not be read: the end is known either way.
    pub details: Result<WaybillDetails, Error>,
}

/// Asks for the state once a minute until it is final or `deadline` has passed, then for the details.
///
/// # Errors
/// The state cannot be had, for a reason that will not pass by itself; a passing one is waited out.
pub async fn follow(
    client: &Client,
    id: impl Into<ExternalId>,
    deadline: Duration,
) -> Result<Followed, Error> {
    follow_every(client, id, GetWaybillState::INTERVAL, deadline).await
}

/// As [`follow`], at another pace.
///
/// # Errors
/// As there.
pub async fn follow_every(
    client: &Client,
    id: impl Into<ExternalId>,
    interval: Duration,
    deadline: Duration,
) -> Result<Followed, Error> {
    let id = id.into();
    let poller = client
        .poll(GetWaybillState::new(id.clone()))
        .interval(interval);
    let state = match poller.until_final(deadline).await? {
        Polled::Final(state) | Polled::NeedsPerson(state) => state.into_value(),
        Polled::StillRunning(last) => {
            return Ok(Followed::StillRunning(last.map(|state| state.into_value())));
        }
    };
    let Some(status) = state.bank_status.clone() else {
        return Ok(Followed::StillRunning(Some(state)));
    };
    let details = client
        .send(&GetWaybill::new(id))
        .await
        .map(|answer| answer.into_value());
    Ok(Followed::Ended(Box::new(Ended {
        status,
        state,
        details,
    })))
}

/// What became of a cancellation.
#[derive(Debug)]
#[must_use]
pub enum Cancellation {
    /// The state says `REJECTED_BY_CLIENT`: by this cancellation or by an earlier one.
    Cancelled(WaybillState),
    /// The bank took the cancellation, and the state does not show it yet; the state, if it could be read.
    Taken(Option<WaybillState>),
    /// The waybill ended otherwise: too late.
    TooLate(WaybillState),
    /// The bank refused, and the state shows that the waybill is not cancelled.
    Refused {
        /// Where the bag is.
        state: WaybillState,
        /// How the bank refused.
        error: Error,
    },
}

/// Looks at the state, cancels the waybill if it has not ended, and looks again.
///
/// A waybill that has ended is not cancelled: nothing but the first look is sent then. The cancellation itself is sent
/// once at most, but for a copy that the bank refused because of its token.
///
/// # Errors
/// The cancellation breaks a rule; the first look failed, and nothing was cancelled; the bank refused. If `may_have_acted`
/// is true, the waybill may or may not be cancelled: look at its state later.
///
/// # Cancellation
/// As [`CancelWaybill`].
pub async fn cancel(client: &Client, cancel: &CancelWaybill) -> Result<Cancellation, Error> {
    cancel.parts()?;
    let before = client.send(&cancel.lookup()).await?.into_value();
    if is_final(&before) {
        return Ok(ended(before));
    }
    match client.send(cancel).await {
        Ok(_) => Ok(match look(client, cancel).await {
            Some(state) if is_final(&state) => ended(state),
            state => Cancellation::Taken(state),
        }),
        Err(error) if is_refusal(&error) => match look(client, cancel).await {
            Some(state) if is_final(&state) => Ok(ended(state)),
            Some(state) if state.bank_status.is_some() => {
                Ok(Cancellation::Refused { state, error })
            }
            _ => Err(error),
        },
        Err(error) if error.may_have_acted() => match client.settle(cancel).await {
            Ok(Settled::Happened(state) | Settled::Refused(state)) => Ok(ended(state.into_value())),
            // The write's own error says more than a look that failed or does not tell.
            _ => Err(error),
        },
        Err(error) => Err(error),
    }
}

/// The bank answered, and its answer is a no that may be about an earlier copy of the same request.
fn is_refusal(error: &Error) -> bool {
    let perhaps = (error.bank_error()).is_some_and(BankError::is_perhaps_duplicate_key);
    error.kind() == ErrorKind::DuplicateKey
        || (is_no(error) && (perhaps || error.outcome() == Outcome::Rejected))
}

/// The bank answered with an error of the request.
fn is_no(error: &Error) -> bool {
    let kind = error.kind();
    matches!(
        kind,
        ErrorKind::BadRequest | ErrorKind::Conflict | ErrorKind::Unprocessable
    )
}

async fn look(client: &Client, cancel: &CancelWaybill) -> Option<WaybillState> {
    let state = client.send(&cancel.lookup()).await;
    state.ok().map(|state| state.into_value())
}

fn is_final(state: &WaybillState) -> bool {
    state.bank_status.as_ref().is_some_and(BankStatus::is_final)
}

fn ended(state: WaybillState) -> Cancellation {
    match state.bank_status {
        Some(BankStatus::RejectedByClient) => Cancellation::Cancelled(state),
        _ => Cancellation::TooLate(state),
    }
}

#[cfg(test)]
mod tests;
