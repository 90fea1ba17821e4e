//! A waybill is created once, however often its creation is asked for.

use std::time::Duration;

use rubank_core::client::Lookup;
use rubank_core::error::{Error, ErrorKind, Outcome};
use rubank_core::operation::Operation;

use super::is_no;
use crate::{BankStatus, Client, CollectionObject, CreateWaybill, GetObject, WaybillState, error};

/// The first pause between two looks after an unknown outcome; it doubles.
const FIRST_PAUSE: Duration = Duration::from_secs(5);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// What became of a creation.
#[derive(Debug)]
#[must_use]
pub enum Creation {
    /// The bank has the waybill.
    Created(Box<Created>),
    /// The answer was lost, or was a refusal that did not say what is wrong; and the bank did not know the waybill at
    /// two looks or more, the last of them when [`Patience::after`] was over. The same key may be sent again: with the same
    /// request after a lost answer, with a mended one after a refusal.
    NotThere(Error),
    /// Nothing was sent: the bank answers for the key, without saying where the waybill stands. Look again later; if it
    /// stays so, ask the bank. Never take another key. If it is so for keys that never left, too, the bank has its own way
    /// to say that it does not know one: see [`Patience::first_time`].
    Unclear(WaybillState),
}

/// A waybill that the bank has.
#[derive(Debug)]
#[non_exhaustive]
pub struct Created {
    /// The object where the bag will be collected; `None` if the waybill was there already, for then nobody asked.
    pub object: Option<CollectionObject>,
    /// Where the waybill stands, if the bank said so.
    pub status: Option<BankStatus>,
    /// It was found by its key: an earlier run has created it, or the answer to this very request was lost or a refusal.
    /// What it holds was not compared.
    pub found_by_key: bool,
}

/// How long the bank may take until a waybill that has arrived can be seen in its state. Nobody published it; the numbers
/// that are given here are ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// `None`: nobody looks.
    before: Option<Duration>,
    after: Duration,
}

impl Patience {
    /// A minute before a waybill is sent, and a minute after an answer was lost: whatever happened to the key before, a
    /// crash a moment ago included, a waybill that the bank has is seen in that time.
    #[must_use]
    pub const fn new() -> Self {
        Patience {
            before: Some(CreateWaybill::SETTLE),
            after: CreateWaybill::SETTLE,
        }
    }

    /// For a key that never left this house: nobody looks for it before the waybill is sent, and nothing is waited for.
    ///
    /// You must know that it never left, from what you wrote down *before* the first run. Two runs with this patience and
    /// the same key may send the waybill twice; after a crash, or any error whose
    /// [`may_have_acted`](rubank_core::error::Error::may_have_acted) is true, it is [`new`](Self::new) that helps.
    ///
    /// It is also the way out if the bank turns out to answer for a key that it does not know with something else than its
    /// own 404, which nobody published: then no look ever says "not there", and [`create`] ends before anything is sent,
    /// with [`Creation::Unclear`] or with the look's error.
    #[must_use]
    pub const fn first_time() -> Self {
        Patience {
            before: None,
            after: CreateWaybill::SETTLE,
        }
    }

    /// For how long the bank must not know the waybill before it is sent: looks are made until then. Zero is one look.
    ///
    /// Less than [`after`](Self::after) is safe only if so much time has passed since the last run with this key ended: the
    /// waybill of a run that crashed may not be visible yet.
    #[must_use]
    pub const fn before(mut self, time: Duration) -> Self {
        self.before = Some(time);
        self
    }

    /// For how long the bank must not know a waybill whose answer was lost before it is taken for not there.
    #[must_use]
    pub const fn after(mut self, time: Duration) -> Self {
        self.after = time;
        self
    }
}

impl Default for Patience {
    fn default() -> Self {
        Self::new()
    }
}

/// Asks whether the bank has the waybill, looks at the object, creates the waybill, and finds out what became of it if the
/// answer does not tell.
///
/// It may be run again with the same waybill, after a crash too, and at once: one that the bank has is found by its key,
/// and nothing is sent. Nothing is created either if the object cannot be read. In one run the waybill is sent once at
/// most, but for a copy that the bank refused because of its token.
///
/// The looks are made in the times of [`Patience::new`], so that a waybill which the bank does not know is sent after a
/// minute. [`create_with`] takes other times; for a key that never left, [`Patience::first_time`] asks nothing.
///
/// If the bank answers for an unknown key with something else than its own 404, this sends nothing, ever: see
/// [`Patience::first_time`] for the way out.
///
/// # Errors
/// The waybill breaks a rule; the bank cannot be asked for the key or the object, and nothing was sent; the bank refused the
/// waybill and does not have it. If `may_have_acted` is true, the waybill may or may not exist: run it again later, and never
/// use another key.
///
/// # Cancellation
/// As [`CreateWaybill`]; run it again.
pub async fn create(client: &Client, create: &CreateWaybill) -> Result<Creation, Error> {
    create_with(client, create, Patience::new()).await
}

/// As [`create`], in other times.
///
/// # Errors
/// As there.
pub async fn create_with(
    client: &Client,
    create: &CreateWaybill,
    patience: Patience,
) -> Result<Creation, Error> {
    // A waybill that cannot be sent is not worth a call.
    create.parts()?;
    if let Some(period) = patience.before {
        match look_for(client, create, period).await? {
            Sight::There(status) => return Ok(found(None, status)),
            Sight::Stateless(state) => return Ok(Creation::Unclear(state)),
            Sight::NotThere => {}
        }
    }
    let object = GetObject::new(create.waybill().object_code().clone());
    let object = client.send(&object).await?.into_value();
    let error = match client.send(create).await {
        Ok(answer) => {
            return Ok(Creation::Created(Box::new(Created {
                object: Some(object),
                status: answer.into_value().bank_status,
                found_by_key: false,
            })));
        }
        Err(error) => error,
    };
    // "Used before" may be about a copy that cannot be seen yet; a refusal for something else shows at once whether the
    // waybill is there.
    let period = match error.kind() {
        ErrorKind::DuplicateKey => patience.after,
        _ if is_no(&error) && !error.may_have_acted() => Duration::ZERO,
        _ if error.may_have_acted() => patience.after,
        _ => return Err(error),
    };
    let in_doubt = error.outcome() == Outcome::Unknown && error.kind() != ErrorKind::DuplicateKey;
    match look_for(client, create, period).await {
        Ok(Sight::There(status)) => Ok(found(Some(object), status)),
        // Not after a yes, nor where the bank says that it knows the key: it is not to be sent another.
        Ok(Sight::NotThere) if in_doubt => Ok(Creation::NotThere(error)),
        // The write's own error says more than a look that failed or does not tell.
        _ => Err(error),
    }
}

fn found(object: Option<CollectionObject>, status: BankStatus) -> Creation {
    Creation::Created(Box::new(Created {
        object,
        status: Some(status),
        found_by_key: true,
    }))
}

/// What the state says of a waybill that may be there.
enum Sight {
    There(BankStatus),
    /// The bank knows something under the key, and names no state.
    Stateless(WaybillState),
    NotThere,
}

/// Looks until the waybill is seen, or until `period` has passed: only what the bank did not know at two looks, the last of
/// them at the end of the period, is not there. In no period, one look decides.
async fn look_for(
    client: &Client,
    create: &CreateWaybill,
    period: Duration,
) -> Result<Sight, Error> {
    let clock = client.clock();
    let lookup = create.lookup();
    let end = clock.monotonic().saturating_add(period);
    let (mut pause, mut missing, mut stateless) = (FIRST_PAUSE, 0_u32, None);
    loop {
        // Of the moment of asking: the bank looked no later than that, however long its answer took.
        let over = clock.monotonic() >= end;
        let mut asked_to_wait = Duration::ZERO;
        match client.send(&lookup).await {
            Ok(answer) => match answer.into_value() {
                WaybillState {
                    bank_status: Some(status),
                    ..
                } => return Ok(Sight::There(status)),
                state => stateless = Some(state),
            },
            Err(error) if error::is_missing(&error) => missing += 1,
            // What made an outcome unknown often hits the looks too.
            Err(error) if error.is_transient() && !over => {
                asked_to_wait = error.retry_after().unwrap_or_default();
                if asked_to_wait > end.saturating_sub(clock.monotonic()) {
                    return Err(error);
                }
            }
            Err(error) => return Err(error),
        }
        if over {
            // What the bank once knew has happened or will, whatever it says later.
            match stateless.take() {
                Some(state) => return Ok(Sight::Stateless(state)),
                None if missing > 1 || period.is_zero() => return Ok(Sight::NotThere),
                None => {}
            }
        }
        let left = end.saturating_sub(clock.monotonic());
        let usual = match left.is_zero() {
            true => pause,
            false => pause.min(left),
        };
        clock.sleep(usual.max(asked_to_wait)).await;
        pause = pause.saturating_mul(2).min(LONGEST_PAUSE);
    }
}

#[cfg(test)]
mod tests;
