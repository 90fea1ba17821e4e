//! Asking again and again until a state is final.

#[cfg(test)]
mod tests;

use std::fmt;
use std::time::Duration;

use crate::client::{Client, Response};
use crate::error::Error;
use crate::operation::Operation;

/// No bank is asked more often than this, whatever the caller wishes.
const SHORTEST: Duration = Duration::from_millis(100);

/// What a state means for waiting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PollState {
    /// It will change by itself. A state that nobody knows counts as this.
    Running,
    /// It will not change any more.
    Final,
    /// It changes only when a person acts, in the bank's cabinet for example.
    NeedsPerson,
}

/// A read of something that has a final state.
pub trait Poll: Operation + Clone + 'static {
    /// A polite pause between two looks; the keyed rate class of the operation may make it longer.
    const INTERVAL: Duration;

    /// What the answer means for waiting.
    fn state(answer: &Self::Output) -> PollState;
}

/// How a wait ended.
#[derive(Clone, Debug)]
pub enum Polled<T> {
    /// The state is final.
    Final(Response<T>),
    /// A person must act; waiting would not help.
    NeedsPerson(Response<T>),
    /// The time was over first; the last answer, if there was one.
    StillRunning(Option<Response<T>>),
}

/// Looks at one thing again and again. Stopping it and beginning anew later loses nothing.
pub struct Poller<O: Poll> {
    client: Client<O::Provider>,
    operation: O,
    interval: Duration,
    looked: bool,
}

impl<O: Poll> Poller<O> {
    pub(crate) fn new(client: Client<O::Provider>, operation: O) -> Self {
        let interval = O::INTERVAL.max(O::META.pace_per_key()).max(SHORTEST);
        Poller {
            client,
            operation,
            interval,
            looked: false,
        }
    }

    /// Another pause between two looks, never shorter than the bank's own pace, nor than a tenth of a second.
    #[must_use]
    pub fn interval(mut self, interval: Duration) -> Self {
        self.interval = interval.max(O::META.pace_per_key()).max(SHORTEST);
        self
    }

    /// One more look; waits for the interval before every look but the first.
    ///
    /// # Errors
    /// As [`Client::send`]. A failed look says nothing about the thing that is looked at; look again.
    pub async fn next(&mut self) -> Result<Response<O::Output>, Error> {
        if self.looked {
            self.client.clock().sleep(self.interval).await;
        }
        self.looked = true;
        self.client.send(&self.operation).await
    }

    /// Looks until the state is final, a person must act, or `deadline` has passed.
    ///
    /// # Errors
    /// A failure that will not pass by itself. One that may is looked over until the deadline.
    pub async fn until_final(mut self, deadline: Duration) -> Result<Polled<O::Output>, Error> {
        let clock = self.client.clock().clone();
        let end = clock.monotonic().saturating_add(deadline);
        let mut last = None;
        let mut pause = if self.looked {
            self.interval
        } else {
            Duration::ZERO
        };
        loop {
            let left = end.saturating_sub(clock.monotonic());
            if pause >= left {
                return Ok(Polled::StillRunning(last));
            }
            if pause > Duration::ZERO {
                clock.sleep(pause).await;
            }
            self.looked = true;
            let options = self.client.options().clone();
            let left = end.saturating_sub(clock.monotonic());
            let within = options.deadline.min(left);
            pause = self.interval;
            match self
                .client
                .with(options.deadline(within))
                .send(&self.operation)
                .await
            {
                Ok(answer) => match O::state(&answer) {
                    PollState::Final => return Ok(Polled::Final(answer)),
                    PollState::NeedsPerson => return Ok(Polled::NeedsPerson(answer)),
                    PollState::Running => last = Some(answer),
                },
                Err(error) if error.is_transient() => {
                    pause = pause.max(error.retry_after().unwrap_or_default());
                }
                Err(error) => return Err(error),
            }
        }
    }
}

impl<O: Poll> fmt::Debug for Poller<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Poller")
            .field("client", &self.client)
            .field("interval", &self.interval)
            .finish_non_exhaustive()
    }
}
