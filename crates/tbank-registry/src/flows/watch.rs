//! Looking, waiting and telling, on the client's clock.

use std::sync::Arc;
use std::time::Duration;

use rubank_core::clock::Clock;
use rubank_core::error::{Error, ErrorKind};
use rubank_core::operation::Operation;
use time::OffsetDateTime;

use super::event::{Event, Step};
use crate::Client;
use crate::provider::TBankRegistry;
use crate::results::has_no_result;

/// One step of a countdown.
const TICK: Duration = Duration::from_secs(1);

/// How long the bank may take until a request that arrived is known. Nobody published it; a minute is ours.
pub(super) const SETTLE: Duration = Duration::from_secs(60);

/// A flow at work.
pub(super) struct Watch<'a> {
    pub(super) client: &'a Client,
    clock: Arc<dyn Clock>,
    end: Duration,
    report: &'a mut (dyn FnMut(Event) + Send),
}

/// What a look gave.
pub(super) enum Looked<T> {
    Answer(T),
    /// The bank does not know it, or not yet.
    NotKnown(Error),
    /// It failed in a way that may pass; at least so long.
    Later(Duration),
}

impl<'a> Watch<'a> {
    pub(super) fn new(
        client: &'a Client,
        within: Duration,
        report: &'a mut (dyn FnMut(Event) + Send),
    ) -> Self {
        let clock = client.clock().clone();
        let end = clock.monotonic().saturating_add(within);
        Self {
            client,
            clock,
            end,
            report,
        }
    }

    pub(super) fn tell(&mut self, event: Event) {
        (self.report)(event);
    }

    /// Since the client's clock began.
    pub(super) fn elapsed(&self) -> Duration {
        self.clock.monotonic()
    }

    pub(super) fn now(&self) -> OffsetDateTime {
        self.clock.now()
    }

    /// One look.
    pub(super) async fn look<O>(
        &mut self,
        step: Step,
        operation: &O,
    ) -> Result<Looked<O::Output>, Error>
    where
        O: Operation<Provider = TBankRegistry>,
    {
        match self.client.send(operation).await {
            Ok(answer) => Ok(Looked::Answer(answer.into_value())),
            Err(error) if has_no_result(&error) => {
                self.tell(Event::NotKnown(step));
                Ok(Looked::NotKnown(error))
            }
            Err(error) if error.is_transient() => {
                self.tell(Event::LookFailed(step, error.kind()));
                let wait = error.retry_after();
                let slow = error.kind() == ErrorKind::TooManyRequests && step == Step::Card;
                let usual = if slow {
                    super::card::PACE
                } else {
                    Duration::ZERO
                };
                Ok(Looked::Later(wait.unwrap_or(usual)))
            }
            Err(error) => Err(error),
        }
    }

    /// Waits so long, counting down; `false`, without waiting, if the flow's time ends before.
    pub(super) async fn wait(&mut self, pause: Duration, next: Step) -> bool {
        self.wait_until(self.elapsed().saturating_add(pause), next)
            .await
    }

    /// The same, to a moment of [`elapsed`](Self::elapsed).
    pub(super) async fn wait_until(&mut self, moment: Duration, next: Step) -> bool {
        if moment > self.end {
            return false;
        }
        loop {
            let left = moment.saturating_sub(self.elapsed());
            if left.is_zero() {
                return true;
            }
            // It begins before it is told, so that whoever hears of it can move a clock by hand.
            let tick = self.clock.sleep(left.min(TICK));
            self.tell(Event::Waiting { next, left });
            tick.await;
        }
    }
}
