//! The pace of one process.

use std::fmt;
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::future::select;

use super::plan::{Plan, Verdict};
use super::{Pace, PaceError, RateClass, Want};
use crate::clock::Clock;
use crate::future::BoxFuture;

/// Tokens for everybody in this process who holds a clone.
///
/// - **Never more than the limit in any period**, counted by a log of the tokens taken, not by
///   averages. The period is stretched by 1 %, since calls that leave evenly arrive with jitter and
///   the bank counts arrivals; ten per second are thus reached to 99 %.
/// - **First come, first served.** Nobody delays those who asked earlier. A later call may go first
///   only where the earlier one waits for something else: a call that waits for its own key's
///   token holds up no other key.
/// - **A call that is not being polled** when its turn comes lets the others pass after one period,
///   and is first again once it is back.
/// - **No task, no thread.** Windows that are over are forgotten in the course of later calls:
///   memory follows the keys in use, not the keys ever seen. The queue is as long as the number of
///   calls waiting.
#[derive(Clone)]
pub struct LocalPace {
    shared: Arc<Shared>,
}

struct Shared {
    clock: Arc<dyn Clock>,
    plan: Mutex<Plan>,
}

impl LocalPace {
    /// A pace that has handed out nothing yet.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self {
            shared: Arc::new(Shared {
                clock,
                plan: Mutex::default(),
            }),
        }
    }

    /// How many windows and callers are remembered.
    #[cfg(test)]
    pub(super) fn sizes(&self) -> (usize, usize) {
        self.shared.plan(|plan, _| plan.sizes())
    }
}

impl Pace for LocalPace {
    fn acquire<'a>(
        &'a self,
        wants: &'a [Want<'a>],
        give_up_at: Option<Duration>,
    ) -> BoxFuture<'a, Result<(), PaceError>> {
        Box::pin(self.shared.acquire(wants, give_up_at))
    }

    fn pause<'a>(
        &'a self,
        class: RateClass,
        key: Option<&'a str>,
        until: Duration,
    ) -> BoxFuture<'a, ()> {
        Box::pin(async move {
            self.shared
                .plan(|plan, now| plan.pause(&Want { class, key }, until, now));
        })
    }
}

impl fmt::Debug for LocalPace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LocalPace").finish_non_exhaustive()
    }
}

impl Shared {
    async fn acquire(
        &self,
        wants: &[Want<'_>],
        give_up_at: Option<Duration>,
    ) -> Result<(), PaceError> {
        let mut place = Place {
            shared: self,
            ticket: None,
        };
        loop {
            let (verdict, now) = self.plan(|plan, now| {
                let back = place
                    .ticket
                    .take()
                    .and_then(|ticket| plan.claim(ticket, now));
                (
                    back.unwrap_or_else(|| plan.ask(wants, give_up_at, now)),
                    now,
                )
            });
            match verdict {
                Verdict::Granted => return Ok(()),
                Verdict::TooLate {
                    possible_at: Duration::MAX,
                } => {
                    return Err(PaceError::Exceeded {
                        retry_after: Duration::MAX,
                    });
                }
                Verdict::TooLate { possible_at } => {
                    let retry_after = possible_at.saturating_sub(now);
                    return Err(PaceError::Exceeded { retry_after });
                }
                Verdict::Wait {
                    ticket,
                    until,
                    changed,
                } => {
                    place.ticket = Some(ticket);
                    let sleep = self.clock.sleep(until.saturating_sub(now));
                    select(sleep, pin!(changed.notified())).await;
                }
            }
        }
    }

    /// The plan and the present time, read under its lock: time never goes back between two steps.
    fn plan<T>(&self, step: impl FnOnce(&mut Plan, Duration) -> T) -> T {
        let mut plan = self.plan.lock().unwrap_or_else(PoisonError::into_inner);
        step(&mut plan, self.clock.monotonic())
    }
}

/// A place in the queue, given back when the caller goes away.
struct Place<'a> {
    shared: &'a Shared,
    ticket: Option<u64>,
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        if let Some(ticket) = self.ticket {
            self.shared.plan(|plan, now| plan.leave(ticket, now));
        }
    }
}
