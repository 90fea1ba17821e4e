//! A run, from its plan to its report.

mod confirm;
mod earlier;
mod error;
mod gate;
mod kept;
mod pausing;
mod reporting;
mod totals;
mod view;
mod withdraw;
mod write;

use std::sync::Arc;
use std::time::Duration;

use rubank_core::client::Client;
use rubank_core::clock::{Clock, SystemClock};
use rubank_store::{Store, StoreError};

use crate::execute::Bank;
use crate::hash::FileHash;
use crate::plan::{Plan, PlanLine};
use crate::run_id::RunId;

pub use error::RunError;
pub use gate::{Cause, Change, Pause, Step};
pub(crate) use kept::{Label, Versioned};
pub use totals::Totals;
pub use view::{Phase, Run};
pub use withdraw::Withdrawal;

use kept::Record;

/// How often a change is tried when others change the same run at the same moment.
const TRIES: usize = 8;

/// The runs of a store: planned, confirmed, executed, reported. Clones are the same.
///
/// Everything about a run lies in the store, so that any process of any machine can go on with it by its [`RunId`]. See
/// the crate's page for an example.
#[derive(Clone, Debug)]
pub struct Runs {
    pub(crate) store: Store,
    clock: Arc<dyn Clock>,
    pub(crate) undecided_after: Duration,
}

/// After a day a person should know of a payment that is still not decided.
const UNDECIDED_AFTER: Duration = Duration::from_secs(24 * 60 * 60);

impl Runs {
    /// The runs of this store, on the machine's clock.
    pub fn new(store: &Store) -> Self {
        Self {
            store: store.clone(),
            clock: Arc::new(SystemClock),
            undecided_after: UNDECIDED_AFTER,
        }
    }

    /// How long after the bank took a payment a person is told (`undecided`) that it has not decided; a day by default.
    /// The payment is looked at on, and becomes paid or refused as soon as the bank says so.
    #[must_use]
    pub const fn undecided_after(mut self, time: Duration) -> Self {
        self.undecided_after = time;
        self
    }

    /// Another clock, for the moments at which people pause and resume. Executions use their client's.
    #[must_use]
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// Keeps a plan, sealed, and holds it against everything that the store knows: lines that look like those of
    /// earlier runs are added to its [duplicates](crate::Summary::duplicates), lines that were planned before under
    /// the very same key are [not planned again](Run::elsewhere).
    ///
    /// The same file is recognised: a run that is confirmed already comes back as it is
    /// ([`is_known`](Run::is_known)); one that is not is replaced by the new plan of the same file.
    ///
    /// # Errors
    /// [`RunError::KeysTaken`], if keys of the file belong to other wishes; the file holds card numbers and the store has
    /// no key ([`StoreError::KeyNeeded`]): nothing is kept then; the store.
    pub async fn plan(&self, plan: Plan) -> Result<Run, RunError> {
        if !self.store.encrypts() && plan.lines().iter().any(PlanLine::holds_card) {
            return Err(RunError::Store(StoreError::KeyNeeded {
                operation: earlier::operation(&plan),
                what: "a card number",
            }));
        }
        let id = plan.summary().run().clone();
        for _ in 0..TRIES {
            let known = self.record(&id).await?;
            if known
                .as_ref()
                .is_some_and(|known| known.value.confirmed.is_some())
            {
                return Ok(self.run(&id).await?.known());
            }
            let (plan, elsewhere) = self.held_against_store(plan.clone(), None).await?;
            let text = plan.to_json().map_err(|_| RunError::Unreadable("plan"))?;
            let version = known.as_ref().map_or(0, |known| known.version);
            let name = format!("plan/{id}/{version}-{}", FileHash::of(&text));
            // If it is there already, its name says that it is this one.
            self.store.runs().put(&name, 0, &text).await?;
            let record = Record {
                summary: plan.summary().clone(),
                operation: earlier::operation(&plan).to_owned(),
                plan: Some(name.clone()),
                elsewhere,
                environment: None,
                confirmed: None,
            };
            let old = known.and_then(|known| known.value.plan);
            if self.put_record(&id, version, &record).await?.is_none() {
                // Whoever was faster may have planned the very same text at the very same moment: then it is theirs.
                let theirs = self.record(&id).await?.and_then(|kept| kept.value.plan);
                if theirs.as_ref() != Some(&name) {
                    self.store.runs().remove(&name).await?;
                }
                continue;
            }
            let is_known = version > 0;
            if let Some(old) = old {
                self.store.runs().remove(&old).await?;
            }
            let run = Run::new(record, None);
            return Ok(if is_known { run.known() } else { run });
        }
        Err(RunError::Busy(id))
    }

    /// A run as it is now.
    ///
    /// # Errors
    /// There is none with this id; the store.
    pub async fn run(&self, id: &RunId) -> Result<Run, RunError> {
        let record = self.demand(id).await?.value;
        let gate = self.gate(id).await?.map(|gate| gate.value);
        Ok(Run::new(record, gate))
    }

    /// Every run, in the order of their ids, after `after`, at most `limit`.
    ///
    /// # Errors
    /// The store.
    pub async fn list(&self, after: Option<&RunId>, limit: u32) -> Result<Vec<Run>, RunError> {
        let mut runs = Vec::new();
        for id in kept::ids(&self.store, after, limit).await? {
            runs.push(self.run(&id).await?);
        }
        Ok(runs)
    }

    /// Forgets the lines of a run that nobody confirmed. What is left says that the file was looked at, and when.
    ///
    /// # Errors
    /// It is confirmed, or is not there; the store.
    pub async fn discard(&self, id: &RunId) -> Result<(), RunError> {
        for _ in 0..TRIES {
            let Versioned { mut value, version } = self.demand(id).await?;
            if value.confirmed.is_some() {
                return Err(RunError::Confirmed(id.clone()));
            }
            let Some(plan) = value.plan.take() else {
                return Ok(());
            };
            value.elsewhere.clear();
            if self.put_record(id, version, &value).await?.is_some() {
                self.store.runs().remove(&plan).await?;
                return Ok(());
            }
        }
        Err(RunError::Busy(id.clone()))
    }

    /// Whether this client may work on a run.
    pub(crate) async fn belongs<P: Bank>(
        &self,
        client: &Client<P>,
        id: &RunId,
    ) -> Result<(), RunError> {
        confirm::belongs(client, &self.demand(id).await?.value)
    }

    pub(crate) fn now(&self) -> time::OffsetDateTime {
        self.clock.now()
    }
}
