//! Paying the lines of a run.

mod bank;
#[cfg(feature = "payouts")]
mod payouts;
#[cfg(feature = "tbank")]
mod tbank;
mod worker;

use std::time::Duration;

use rubank_core::client::Client;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

pub use bank::{Bank, Fate, Found, Mismatch, Taken};
pub(crate) use bank::{cause_of, held_back_by};
#[cfg(feature = "payouts")]
pub(crate) use payouts::words;

use crate::event::Event;
use crate::run::{RunError, Runs};
use crate::run_id::RunId;
use worker::Worker;

/// Events that may lie ready before the execution waits for who reads them.
const EVENTS: usize = 256;

impl Runs {
    /// Pays the lines of a confirmed run, from wherever it has come to: another process may have begun it, crashed over
    /// it, or be at work on it now.
    ///
    /// ```no_run
    /// # #[cfg(feature = "payouts")]
    /// # async fn f(runs: rubank_runs::Runs, client: payouts_platform::Client, id: rubank_runs::RunId) -> Result<(), rubank_runs::RunError> {
    /// let mut events = runs.execute(&client, &id).workers(8).start().await?;
    /// while let Some(event) = events.next().await {
    ///     println!("{event}");
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn execute<P: Bank>(&self, client: &Client<P>, id: &RunId) -> Execution<P> {
        Execution {
            runs: self.clone(),
            client: client.clone(),
            id: id.clone(),
            limits: Limits {
                places: 4,
                unknowns: 5,
                within: Duration::from_secs(12 * 60 * 60),
            },
        }
    }
}

/// How a run is to be executed. Made by [`Runs::execute`].
#[derive(Debug)]
#[must_use = "nothing is sent before `start`"]
pub struct Execution<P: Bank> {
    runs: Runs,
    client: Client<P>,
    id: RunId,
    limits: Limits,
}

/// The ends of what an execution may do.
#[derive(Clone, Copy, Debug)]
struct Limits {
    places: usize,
    unknowns: u32,
    within: Duration,
}

impl<P: Bank> Execution<P> {
    /// How many lines this process works on at the same time; 4 by default, 1 at least. The client's own limits hold
    /// beside it.
    pub const fn workers(mut self, count: usize) -> Self {
        self.limits.places = if count == 0 { 1 } else { count };
        self
    }

    /// After how many answers lost in a row the run is paused; 5 by default, 1 at least.
    pub const fn pause_after_unknowns(mut self, count: u32) -> Self {
        self.limits.unknowns = if count == 0 { 1 } else { count };
        self
    }

    /// How long this execution may last, waits for the bank's decisions included; twelve hours by default. Lines that
    /// are open then stay so, and the next execution goes on.
    pub const fn within(mut self, time: Duration) -> Self {
        self.limits.within = time;
        self
    }

    /// Begins, in a task of its own.
    ///
    /// # Errors
    /// Nobody has confirmed the run, or for another environment; the client is another bank's; the store.
    ///
    /// # Panics
    /// Outside a tokio runtime, as everything of tokio.
    pub async fn start(self) -> Result<Events, RunError> {
        // Who confirmed it may have crashed before every line was written down.
        self.runs.finish(&self.client, &self.id).await?;
        let (sender, receiver) = mpsc::channel(EVENTS);
        let worker = Worker::new(self.runs, self.client, self.id, self.limits, sender);
        Ok(Events {
            receiver,
            task: tokio::spawn(worker.run()),
        })
    }
}

/// What an execution tells, as it happens. See [`Event`] for which is the last one.
///
/// # Cancellation
/// Dropping it stops the execution after the acts under way. [`stop`](Self::stop) does the same and waits for them.
/// [`abort`](Self::abort), or the end of the runtime, is a crash: nothing is lost, and the lines under way are free for
/// others when their leases are over.
///
/// Who does not read the events makes the execution wait: a payment under way goes on, the next one is not begun.
#[derive(Debug)]
pub struct Events {
    receiver: mpsc::Receiver<Event>,
    task: JoinHandle<()>,
}

impl Events {
    /// The next event; `None` after the last.
    pub async fn next(&mut self) -> Option<Event> {
        self.receiver.recv().await
    }

    /// Reads everything and answers the last event; `None` if the execution was aborted.
    pub async fn last(mut self) -> Option<Event> {
        let mut last = None;
        while let Some(event) = self.next().await {
            last = Some(event);
        }
        last
    }

    /// Lets the acts under way come to their end, and begins no other.
    pub async fn stop(mut self) {
        self.receiver.close();
        // What was told before is of no interest any more, but it must not keep the execution waiting.
        while self.receiver.recv().await.is_some() {}
        // It does not panic, and nobody else can abort it.
        let _ = (&mut self.task).await;
    }

    /// Ends at once, in the middle of whatever is under way: the same as a crash.
    pub fn abort(self) {
        self.task.abort();
    }
}

impl futures_core::Stream for Events {
    type Item = Event;

    fn poll_next(
        mut self: std::pin::Pin<&mut Self>,
        context: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Event>> {
        self.receiver.poll_recv(context)
    }
}
