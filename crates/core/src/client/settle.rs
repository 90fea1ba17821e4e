//! Finding out what became of a write.

use std::time::Duration;

use super::{Client, Response};
use crate::error::{Error, ErrorKind};
use crate::operation::{Operation, Parts, Provider};

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
    ///
    /// It reads the write as it was taken apart, so that one recorded before a restart is judged like a new one.
    fn verdict_for(write: &Parts, answer: &<Self::By as Operation>::Output) -> Verdict {
        let _ = write;
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
    /// The bank knows something else under the same key: this write was not taken, and cannot be under this key.
    Another,
    /// The bank does not know it (yet).
    Missing,
}

impl Verdict {
    /// What may be believed of a look.
    ///
    /// `settled`: it was made a settle time or more after the last copy of the write can have left. `seen`: an earlier
    /// look found the write; what the bank once knew has happened or will, whatever its lookup says later.
    #[must_use]
    pub fn believed(self, settled: bool, seen: bool) -> Belief {
        match self {
            Verdict::Happened => Belief::Happened,
            Verdict::Refused => Belief::Refused,
            Verdict::PerhapsRefused if settled => Belief::Refused,
            Verdict::Pending => Belief::Pending,
            Verdict::Another => Belief::Another,
            Verdict::Missing if settled && !seen => Belief::NotThere,
            Verdict::PerhapsRefused | Verdict::Missing => Belief::NotYet,
        }
    }
}

/// What may be believed after a look: a [`Verdict`], weighed with the time that has passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Belief {
    /// The bank did it.
    Happened,
    /// The bank refused it for good.
    Refused,
    /// The bank has it, and has not decided.
    Pending,
    /// The bank knows something else under its key.
    Another,
    /// The bank does not know it, and had time enough to.
    NotThere,
    /// Too early to say anything: look again.
    NotYet,
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
    /// The bank has something else under the same key. Find out what it is before you take a new one.
    Another(Response<T>),
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
    let write = operation.parts()?;
    let lookup = operation.lookup();
    let pace = O::By::META.pace_per_key();
    let mut usual = FIRST_PAUSE.max(pace);
    let mut pending = None;
    loop {
        let asked_at = clock.monotonic();
        let options = client
            .options
            .for_another_call()
            .deadline(end.saturating_sub(asked_at));
        let asked = client.with(options).send(&lookup).await;
        // Of the moment of asking: the bank looked no later than that, however long its answer took.
        let settled = asked_at.saturating_sub(started) >= O::SETTLE;
        let mut pause = usual;
        let failed = match asked {
            Ok(answer) => {
                let verdict = O::verdict_for(&write, &answer);
                match verdict.believed(settled, pending.is_some()) {
                    Belief::Happened => return Ok(Settled::Happened(answer)),
                    Belief::Refused => return Ok(Settled::Refused(answer)),
                    Belief::Another => return Ok(Settled::Another(answer)),
                    Belief::NotThere => return Ok(Settled::NotFound),
                    Belief::Pending => pending = Some(answer),
                    Belief::NotYet => {}
                }
                None
            }
            Err(error) if O::is_missing(&error) => {
                match Verdict::Missing.believed(settled, pending.is_some()) {
                    Belief::NotThere => return Ok(Settled::NotFound),
                    _ => None,
                }
            }
            // What made the write's outcome unknown often hits the lookup too.
            Err(error) if error.is_transient() => {
                pause = pause.max(error.retry_after().unwrap_or_default());
                Some(error)
            }
            Err(error) => return Err(error.as_doubt_about::<O>()),
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
                (None, Some(error)) => Err(error.as_doubt_about::<O>()),
                (None, None) => Ok(Settled::TooEarly),
            };
        }
        clock.sleep(pause).await;
        usual = usual.saturating_mul(2).min(LONGEST_PAUSE.max(pace));
    }
}
