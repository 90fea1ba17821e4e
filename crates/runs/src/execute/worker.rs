//! The loop of one execution: free places take lines, lines come to their ends, rounds of looks go beside them.

mod hear;

use std::time::Duration;

use futures_util::future::{Either, select};
use rubank_core::client::Client;
use rubank_store::engine::{Filter, IntentRow};
use rubank_store::{Acted, Claim, State, StoreError};
use tokio::sync::mpsc;
use tokio::task::{AbortHandle, JoinSet};

use super::Limits;
use super::bank::Bank;
use crate::event::Event;
use crate::follow::Turn;
use crate::run::{Pause, RunError, Runs, Totals};
use crate::run_id::RunId;

/// What an execution acts on by itself, one by one.
const ACTED_ON: [State; 3] = [State::Planned, State::Sending, State::Unknown];
/// What keeps a run open.
const OPEN: [State; 4] = [
    State::Planned,
    State::Sending,
    State::Unknown,
    State::Accepted,
];
/// The pause where something could be done and somebody else was faster, and the first one after a failure of the
/// database; that one doubles up to the longest.
const IDLE: Duration = Duration::from_secs(1);
const LONGEST_IDLE: Duration = Duration::from_secs(30);
/// How soon a pause is noticed, or a line that came to its end elsewhere, while there is nothing to do here.
const GLANCE: Duration = Duration::from_secs(5);

pub(super) struct Worker<P: Bank> {
    runs: Runs,
    client: Client<P>,
    id: RunId,
    limits: Limits,
    events: mpsc::Sender<Event>,
    /// Acts under way, and at most one round.
    tasks: JoinSet<Came>,
    rounds: Rounds,
    /// Answers lost in a row.
    unknowns: u32,
    /// Failures of the database in a row.
    failures: u32,
    /// On the client's clock: nothing new is taken before.
    hold_until: Duration,
    is_waiting: bool,
}

/// How it stands with looks at what the bank has taken.
#[derive(Default)]
struct Rounds {
    under_way: Option<AbortHandle>,
    /// At least one was made since the start, by whomever.
    is_made: bool,
    next_at: Duration,
}

impl Rounds {
    fn is_under_way(&self) -> bool {
        self.under_way
            .as_ref()
            .is_some_and(|round| !round.is_finished())
    }
}

/// What a task came to.
enum Came {
    Act(Box<Act>),
    Round(Result<Turn, RunError>, i64),
}

struct Act {
    before: IntentRow,
    /// The version of the gate under which it was begun.
    gate: i64,
    acted: Result<Acted, StoreError>,
}

/// What a wait ended with.
enum Woken {
    Came(Came),
    Time,
    Left,
}

impl<P: Bank> Worker<P> {
    pub(super) fn new(
        runs: Runs,
        client: Client<P>,
        id: RunId,
        limits: Limits,
        events: mpsc::Sender<Event>,
    ) -> Self {
        Self {
            runs,
            client,
            id,
            limits,
            events,
            tasks: JoinSet::new(),
            rounds: Rounds::default(),
            unknowns: 0,
            failures: 0,
            hold_until: Duration::ZERO,
            is_waiting: false,
        }
    }

    pub(super) async fn run(mut self) {
        let give_up_at = self.now().saturating_add(self.limits.within);
        let mut last = self.work(give_up_at).await;
        // A round only asks: the next one asks again. Acts come to their end, whatever has stopped us.
        if let Some(round) = self.rounds.under_way.take() {
            round.abort();
        }
        while let Some(came) = self.tasks.join_next().await {
            if let Ok(came) = came
                && let Err(error) = self.hear(came).await
            {
                last = last.and(Err(error));
            }
        }
        let last = last.unwrap_or_else(Event::Failed);
        // Nobody may listen any more.
        let _ = self.events.send(last).await;
    }

    /// Until there is nothing to do, or a reason to stop.
    async fn work(&mut self, give_up_at: Duration) -> Result<Event, RunError> {
        loop {
            if self.events.is_closed() {
                return self.totals().await.map(Event::Stopped);
            }
            if self.now() >= give_up_at {
                return self.totals().await.map(Event::TimeOver);
            }
            let pause = match self.step().await {
                Ok(Next::Done(last)) => return Ok(last),
                Ok(Next::Wait(pause)) => {
                    self.failures = 0;
                    pause
                }
                Err(error) if error.is_transient() => {
                    self.tell(Event::StoreFailed(error)).await;
                    self.failures = self.failures.saturating_add(1);
                    let times = 1 << self.failures.min(6);
                    (IDLE * times).min(LONGEST_IDLE)
                }
                Err(error) => return Err(error),
            };
            let pause = pause.min(give_up_at.saturating_sub(self.now()));
            if let Woken::Came(came) = self.wait(pause).await {
                self.is_waiting = false;
                self.hear(came).await?;
            }
        }
    }

    /// Takes what can be taken, and says how long to wait.
    async fn step(&mut self) -> Result<Next, RunError> {
        let gate = self.runs.opened(&self.id).await?;
        if let Some(pause) = gate.value.pause() {
            return Ok(Next::Done(Event::Paused(pause.clone())));
        }
        let taken = self.take(gate.version).await?;
        self.begin_round(gate.version);
        let is_idle = taken == 0 && self.tasks.is_empty();
        if is_idle && self.rounds.is_made && !self.is_open().await? {
            return self.end(gate.version).await;
        }
        let pause = self.pause_before_next().await?;
        if taken == 0 && self.acts() == 0 && !self.is_waiting {
            self.is_waiting = true;
            self.tell(Event::Waiting(pause)).await;
        }
        Ok(Next::Wait(pause))
    }

    /// Nothing is open any more. What is held back has no end, whoever was to pause the run for it and could not: it
    /// crashed, or somebody resumed the run in the same moment.
    async fn end(&self, gate: i64) -> Result<Next, RunError> {
        let held = self.runs.held_back(&self.id).await?;
        let Some((_, cause)) = held.first() else {
            return self
                .totals()
                .await
                .map(|totals| Next::Done(Event::Finished(totals)));
        };
        for (row, cause) in &held {
            self.runs.mark(row, cause.as_str()).await?;
        }
        let (now, by) = (self.client.clock().now(), self.runs.store.worker());
        let pause = Pause::new(*cause, now, by, None);
        self.runs.pause_at(&self.id, gate, pause).await?;
        Ok(Next::Wait(Duration::ZERO))
    }

    /// Until a line or a round is due.
    async fn pause_before_next(&self) -> Result<Duration, RunError> {
        let now = self.now();
        let mut pause = GLANCE;
        if !self.rounds.is_under_way() {
            pause = pause.min(self.rounds.next_at.saturating_sub(now));
        }
        if self.acts() < self.limits.places {
            let filter = Filter::run(self.id.as_str()).states(ACTED_ON);
            let due = self.runs.store.next_due(&filter).await?;
            let due = due.map(|due| due.max(self.hold_until.saturating_sub(now)));
            pause = pause.min(due.unwrap_or(GLANCE));
        }
        Ok(if pause.is_zero() { IDLE } else { pause })
    }

    /// Takes a line for every free place.
    async fn take(&mut self, gate: i64) -> Result<usize, RunError> {
        let free = self.limits.places.saturating_sub(self.acts());
        if free == 0 || self.now() < self.hold_until {
            return Ok(0);
        }
        let filter = Filter::run(self.id.as_str()).states(ACTED_ON);
        let free = u32::try_from(free).unwrap_or(u32::MAX);
        let store = &self.runs.store;
        let claims = store.claim_due(&self.client, &filter, free).await?;
        let count = claims.len();
        // A machine may sleep between any two lines, and wake up after somebody has paused the run. From here on the lease
        // bounds that; what is given up here is free again when it is over.
        if count > 0 && self.runs.opened(&self.id).await?.version != gate {
            return Ok(0);
        }
        for claim in claims {
            let act = act(self.runs.clone(), self.client.clone(), claim, gate);
            self.tasks.spawn(act);
        }
        Ok(count)
    }

    fn begin_round(&mut self, gate: i64) {
        if self.rounds.is_under_way() || self.now() < self.rounds.next_at {
            return;
        }
        let (runs, client, id) = (self.runs.clone(), self.client.clone(), self.id.clone());
        let round = async move { Came::Round(runs.round(&client, &id, gate).await, gate) };
        self.rounds.under_way = Some(self.tasks.spawn(round));
    }

    /// How many lines this process works on now.
    fn acts(&self) -> usize {
        self.tasks.len() - usize::from(self.rounds.is_under_way()).min(self.tasks.len())
    }

    async fn is_open(&self) -> Result<bool, RunError> {
        let filter = Filter::run(self.id.as_str()).states(OPEN);
        Ok(!self.runs.store.tally(&filter).await?.is_empty())
    }

    async fn totals(&self) -> Result<Totals, RunError> {
        self.runs.totals(&self.id).await
    }

    async fn tell(&self, event: Event) {
        // Nobody may listen any more; the loop sees that by itself.
        let _ = self.events.send(event).await;
    }

    async fn wait(&mut self, pause: Duration) -> Woken {
        let left = Box::pin(self.events.closed());
        let time = self.client.clock().sleep(pause);
        if self.tasks.is_empty() {
            return match select(left, time).await {
                Either::Left(_) => Woken::Left,
                Either::Right(_) => Woken::Time,
            };
        }
        let came = Box::pin(self.tasks.join_next());
        match select(came, select(left, time)).await {
            Either::Left((Some(Ok(came)), _)) => Woken::Came(came),
            Either::Right((Either::Left(_), _)) => Woken::Left,
            _ => Woken::Time,
        }
    }

    fn now(&self) -> Duration {
        self.client.clock().monotonic()
    }
}

/// What follows a step.
enum Next {
    Wait(Duration),
    Done(Event),
}

async fn act<P: Bank>(runs: Runs, client: Client<P>, claim: Claim, gate: i64) -> Came {
    let before = claim.row().clone();
    let acted = runs.store.act::<P, P::Payment>(&client, claim).await;
    Came::Act(Box::new(Act {
        before,
        gate,
        acted,
    }))
}
