//! How the fate of a write is found out: by its lookup, or not at all.

use std::convert::Infallible;
use std::marker::PhantomData;
use std::time::Duration;

use rubank_core::BoxFuture;
use rubank_core::client::{Client, Lookup, Verdict};
use rubank_core::error::Error;
use rubank_core::operation::{Answer, Operation, Provider};

use crate::recorded::{LookAgain, Recorded};

/// What one look brought.
pub(crate) enum Look {
    /// The bank's word.
    Said {
        verdict: Verdict,
        /// The answer, if it had one, and the bank's own id in it.
        answer: Option<Answer>,
        bank_id: Option<String>,
    },
    /// The look itself failed: nothing new is known.
    Failed(Error),
    /// There is nothing to look at.
    Impossible,
}

pub(crate) trait Way<P: Provider>: Send + Sync + 'static {
    type Write: Operation<Provider = P> + 'static;
    type Found: Send + 'static;
    /// Whether the bank can be asked.
    const CAN_LOOK: bool;
    /// How long the bank may take until what arrived can be seen.
    const SETTLE: Duration;

    /// The bank's own pace of looking at one write.
    fn pace() -> Duration;

    /// Whether the lookup would go where it was meant to go.
    fn may_look(client: &Client<P>, recorded: &Recorded) -> Result<bool, Error>;

    fn look<'a>(client: &'a Client<P>, recorded: &'a Recorded) -> BoxFuture<'a, Look>;

    fn found(answer: &Answer) -> Option<Self::Found>;

    /// The time that finding out may take, beside the sending: two looks after the settle time, and the sending again
    /// where that is allowed.
    fn patience() -> Duration {
        (Self::SETTLE + Self::pace().max(Duration::from_secs(30)) * 2) * 2
    }
}

/// By the operation's own lookup.
pub(crate) struct ByLookup<O>(PhantomData<fn() -> O>);

impl<P: Provider, O: Lookup<Provider = P> + 'static> Way<P> for ByLookup<O> {
    type Write = O;
    type Found = <O::By as Operation>::Output;

    const CAN_LOOK: bool = true;
    const SETTLE: Duration = O::SETTLE;

    fn pace() -> Duration {
        O::By::META.pace_per_key()
    }

    fn may_look(client: &Client<P>, recorded: &Recorded) -> Result<bool, Error> {
        let Some(lookup) = &recorded.lookup else {
            return Ok(true);
        };
        Ok(lookup.goes_to(client.address(&LookAgain::<O::By>::new(lookup))?))
    }

    fn look<'a>(client: &'a Client<P>, recorded: &'a Recorded) -> BoxFuture<'a, Look> {
        Box::pin(async move {
            let (Some(lookup), Some(write)) = (&recorded.lookup, recorded.write.parts()) else {
                return Look::Impossible;
            };
            match client.send(&LookAgain::<O::By>::new(lookup)).await {
                Ok(response) => {
                    let received = response.into_value();
                    Look::Said {
                        verdict: O::verdict_for(&write, &received.value),
                        bank_id: O::By::bank_id(&received.value),
                        answer: Some(received.answer),
                    }
                }
                Err(error) if O::is_missing(&error) => Look::Said {
                    verdict: Verdict::Missing,
                    bank_id: None,
                    answer: None,
                },
                Err(error) => Look::Failed(error),
            }
        })
    }

    fn found(answer: &Answer) -> Option<Self::Found> {
        O::By::parse(answer).ok()
    }
}

/// The bank cannot be asked.
pub(crate) struct Blind<O>(PhantomData<fn() -> O>);

impl<P: Provider, O: Operation<Provider = P> + 'static> Way<P> for Blind<O> {
    type Write = O;
    type Found = Infallible;

    const CAN_LOOK: bool = false;
    const SETTLE: Duration = Duration::ZERO;

    fn pace() -> Duration {
        Duration::ZERO
    }

    fn may_look(_: &Client<P>, _: &Recorded) -> Result<bool, Error> {
        Ok(true)
    }

    fn look<'a>(_: &'a Client<P>, _: &'a Recorded) -> BoxFuture<'a, Look> {
        Box::pin(std::future::ready(Look::Impossible))
    }

    fn found(_: &Answer) -> Option<Infallible> {
        None
    }
}
