//! Finding out what became of a write.

use std::time::Duration;

use super::{Client, Response};
use crate::error::{Error, ErrorKind, Outcome};
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

    /// As [`verdict`](Self::verdict), where the write itself changes what the answer means: a failed try is no refusal
    /// of a payment that the bank was asked to try again. By default it changes nothing. This is the one that counts.
    fn verdict_for(&self, answer: &<Self::By as Operation>::Output) -> Verdict {
        Self::verdict(answer)
    }

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
    /// The bank shows a refusal, but it may be that of an earlier write: believed only after the settle time.
    PerhapsRefused,
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
    /// The time was over before the settle time, and the bank did not know it. Ask again later, with a deadline longer
    /// than [`Lookup::SETTLE`].
    TooEarly,
}

pub(super) async fn settle<P: Provider, O: Lookup<Provider = P>>(
    client: &Client<P>,
    operation: &O,
) -> Result<Settled<<O::By as Operation>::Output>, Error> {
    let clock = client.clock();
    let started = clock.monotonic();
    let end = started.saturating_add(client.options.deadline);
    let lookup = operation.lookup();
    let pace = pace(&O::By::META);
    let mut usual = FIRST_PAUSE.max(pace);
    let mut pending = None;
    // What the bank once knew has happened or will, whatever its lookup says later.
    let may_be_absent = |age: Duration, pending: &Option<_>| age >= O::SETTLE && pending.is_none();
    loop {
        let asked_at = clock.monotonic();
        let options = client
            .options
            .for_another_call()
            .deadline(end.saturating_sub(asked_at));
        let asked = client.with(options).send(&lookup).await;
        // Of the moment of asking: the bank looked no later than that, however long its answer took.
        let age = asked_at.saturating_sub(started);
        let mut pause = usual;
        let failed = match asked {
            Ok(answer) => match operation.verdict_for(&answer) {
                Verdict::Happened => return Ok(Settled::Happened(answer)),
                Verdict::Refused => return Ok(Settled::Refused(answer)),
                Verdict::PerhapsRefused if age >= O::SETTLE => return Ok(Settled::Refused(answer)),
                // As good as not there yet.
                Verdict::PerhapsRefused => None,
                Verdict::Pending => {
                    pending = Some(answer);
                    None
                }
                Verdict::Missing if may_be_absent(age, &pending) => return Ok(Settled::NotFound),
                Verdict::Missing => None,
            },
            Err(error) if O::is_missing(&error) && may_be_absent(age, &pending) => {
                return Ok(Settled::NotFound);
            }
            Err(error) if O::is_missing(&error) => None,
            // What made the write's outcome unknown often hits the lookup too.
            Err(error) if error.is_transient() => {
                pause = pause.max(error.retry_after().unwrap_or_default());
                Some(error)
            }
            Err(error) => return Err(unclear::<O>(error)),
        };
        let now = clock.monotonic();
        // The look right after the settle time is the one that can say "not found".
        let until_settled = started.saturating_add(O::SETTLE).saturating_sub(now);
        if failed.is_none() && pending.is_none() && !until_settled.is_zero() {
            pause = pause.min(until_settled).max(pace);
        }
        if pause >= end.saturating_sub(now) {
            return match (pending, failed) {
                (Some(answer), _) => Ok(Settled::Pending(answer)),
                (None, Some(error)) => Err(unclear::<O>(error)),
                (None, None) => Ok(Settled::TooEarly),
            };
        }
        clock.sleep(pause).await;
        usual = usual.saturating_mul(2).min(LONGEST_PAUSE.max(pace));
    }
}

/// A look that failed says nothing of the write: whoever passes the error on must not read "rejected" in it.
fn unclear<O: Lookup>(error: Error) -> Error {
    error.with_outcome(Outcome::Unknown).of_operation(
        O::Provider::NAME,
        O::By::META.id,
        O::META.effect,
    )
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
