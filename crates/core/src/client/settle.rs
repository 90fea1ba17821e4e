//! Finding out what became of a write.

use std::time::Duration;

use super::{Client, Response};
use crate::error::{Error, ErrorKind};
use crate::operation::{Operation, OperationMeta, Provider};

/// The first pause between two looks, unless the lookup's own pace is slower; it doubles.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// A write whose fate the bank can be asked about.
///
/// A write without it cannot be settled by a program: after an unknown outcome a person must look.
pub trait Lookup: Operation {
    /// The read that tells.
    type By: Operation<Provider = Self::Provider>;

    /// How long the bank may take until a write that arrived can be seen. "Not found" before that is not "did not
    /// happen".
    const SETTLE: Duration;

    /// The read for this very write, made from the write alone.
    fn lookup(&self) -> Self::By;

    /// What the read's answer says about the write.
    fn verdict(answer: &<Self::By as Operation>::Output) -> Verdict;

    /// Whether this failure of the read says that the bank knows no such write. By default a 404.
    fn is_missing(error: &Error) -> bool {
        error.kind() == ErrorKind::NotFound
    }
}

/// What a lookup's answer says about a write.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// The bank did it.
    Happened,
    /// The bank has it, and refused it for good.
    Refused,
    /// The bank has it, and has not decided.
    Pending,
    /// The bank does not know it (yet).
    Missing,
}

/// What is known of a write after asking.
#[derive(Clone, Debug)]
pub enum Settled<T> {
    /// The bank did it.
    Happened(Response<T>),
    /// The bank refused it for good.
    Refused(Response<T>),
    /// The bank has it, and had not decided when the time was over. Ask again later.
    Pending(Response<T>),
    /// The bank did not know it even after the settle time.
    NotFound,
    /// The time was over before the settle time, and the bank did not know it. Ask again later.
    TooEarly,
}

pub(super) async fn settle<P: Provider, O: Lookup<Provider = P>>(
    client: &Client<P>,
    operation: &O,
) -> Result<Settled<<O::By as Operation>::Output>, Error> {
    let clock = client.clock();
    let started = clock.monotonic();
    let end = started + client.options.deadline;
    let lookup = operation.lookup();
    let mut pause = FIRST_PAUSE.max(pace(&O::By::META));
    loop {
        let left = end.saturating_sub(clock.monotonic());
        let asked = client.with(client.options.clone().deadline(left)).send(&lookup).await;
        let settled = clock.monotonic().saturating_sub(started) >= O::SETTLE;
        let undecided = match asked {
            Ok(answer) => match O::verdict(&answer) {
                Verdict::Happened => return Ok(Settled::Happened(answer)),
                Verdict::Refused => return Ok(Settled::Refused(answer)),
                Verdict::Pending => Settled::Pending(answer),
                Verdict::Missing if settled => return Ok(Settled::NotFound),
                Verdict::Missing => Settled::TooEarly,
            },
            Err(error) if !O::is_missing(&error) => return Err(error),
            Err(_) if settled => return Ok(Settled::NotFound),
            Err(_) => Settled::TooEarly,
        };
        let left = end.saturating_sub(clock.monotonic());
        if pause >= left {
            return Ok(undecided);
        }
        clock.sleep(pause).await;
        pause = (pause * 2).min(LONGEST_PAUSE.max(pace(&O::By::META)));
    }
}

/// The longest period among the keyed classes: "once a minute per payment" is the pace of looking at one payment.
pub(crate) fn pace(meta: &OperationMeta) -> Duration {
    meta.rates
        .iter()
        .filter(|class| class.is_keyed())
        .map(|class| class.period() / class.limit().max(1))
        .max()
        .unwrap_or_default()
}
