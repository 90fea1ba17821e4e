//! What others than `send_once` do with intents: workers, followers, and people.

use std::time::Duration;

use rubank_core::client::{Client, Lookup};
use rubank_core::operation::Provider;

use super::act::{self, Acted};
use super::plan::place;
use super::way::ByLookup;
use crate::engine::{Change, Claimed, Filter, IntentId, IntentRow, Journal};
use crate::error::StoreError;
use crate::outcome::{Reason, Refusal};
use crate::recorded::{Heard, Recorded};
use crate::state::State;
use crate::store::Store;

/// How long a person's or a follower's change may take.
const SHORT_LEASE: Duration = Duration::from_secs(30);

/// An intent that this process holds for one act. Dropping it is the same as a crash: it is free again when its lease is
/// over.
#[derive(Debug)]
pub struct Claim(IntentRow);

impl Claim {
    /// The intent as it was claimed.
    pub fn row(&self) -> &IntentRow {
        &self.0
    }
}

/// What a follower found out about an intent that the bank had taken.
#[derive(Clone, Debug)]
pub struct Conclusion {
    /// `Accepted` (not decided yet), `Confirmed`, `Refused` or `NeedsPerson`.
    pub state: State,
    /// Why.
    pub reason: Option<Reason>,
    /// The bank's own id of it, not personal.
    pub bank_id: Option<String>,
    /// When to look after it again, from now, if it is not decided.
    pub again_in: Duration,
}

/// A person's word about an intent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// The bank did it: seen in its cabinet or on a statement.
    Paid,
    /// The bank did not, and will not.
    NotPaid,
    /// It is certain that the bank did nothing: send the recorded bytes again, with the same key.
    SendAgain,
}

impl Store {
    /// Claims up to `limit` intents of the filter that are due, each for one [`act`](Self::act).
    ///
    /// # Errors
    /// The database cannot be asked.
    pub async fn claim_due<P: Provider>(
        &self,
        client: &Client<P>,
        filter: &Filter,
        limit: u32,
    ) -> Result<Vec<Claim>, StoreError> {
        let rows = self
            .engine()
            .claim_due(filter, self.worker(), act::lease(client), limit)
            .await?;
        Ok(rows.into_iter().map(Claim).collect())
    }

    /// Does one act for a claimed intent: sends it, or looks it up. The claim is over then.
    ///
    /// # Errors
    /// Something that waiting does not mend: the call's [`Error`](rubank_core::error::Error), another environment, the
    /// database. The state of the intent is true in any case.
    pub async fn act<P, O>(&self, client: &Client<P>, claim: Claim) -> Result<Acted, StoreError>
    where
        P: Provider,
        O: Lookup<Provider = P> + 'static,
    {
        act::act::<P, ByLookup<O>>(self, client, claim.0).await
    }

    /// Writes down what was found out about an intent that the bank had taken, one way or another.
    ///
    /// # Errors
    /// It cannot go there from where it is ([`StoreError::Transition`]), or somebody holds it.
    pub async fn conclude(
        &self,
        id: &IntentId,
        conclusion: &Conclusion,
    ) -> Result<IntentRow, StoreError> {
        let row = self.hold(id).await?;
        let mut change = Change::to(conclusion.state, self.worker());
        change.reason = conclusion
            .reason
            .as_ref()
            .map(|reason| reason.as_str().to_owned());
        change.bank_id = conclusion.bank_id.clone();
        change.due_in = conclusion.again_in;
        self.write_or_release(&row, change).await
    }

    /// Writes down what a person decided, and who it was: an intent that needs a person, or one that the bank rejected
    /// and whose cause is mended ([`Decision::SendAgain`]).
    ///
    /// # Errors
    /// It does not need a person ([`StoreError::Transition`]), or somebody holds it.
    pub async fn decide(
        &self,
        id: &IntentId,
        decision: Decision,
        who: &str,
    ) -> Result<IntentRow, StoreError> {
        let row = self.hold(id).await?;
        let (state, reason) = match decision {
            Decision::Paid => (State::Confirmed, "person-saw-it-paid"),
            Decision::NotPaid => (State::Refused, "person-saw-it-not-paid"),
            Decision::SendAgain => (State::Planned, "person-sends-again"),
        };
        let mut change = Change::to(state, who);
        change.reason = Some(reason.to_owned());
        self.write_or_release(&row, change).await
    }

    /// An intent as it is now.
    ///
    /// # Errors
    /// The database cannot be asked.
    pub async fn intent(&self, id: &IntentId) -> Result<Option<IntentRow>, StoreError> {
        Ok(self.engine().load(id).await?)
    }

    /// Intents of the filter after `after`, at most `limit`.
    ///
    /// # Errors
    /// The database cannot be asked.
    pub async fn intents(
        &self,
        filter: &Filter,
        after: Option<&IntentRow>,
        limit: u32,
    ) -> Result<Vec<IntentRow>, StoreError> {
        Ok(self.engine().list(filter, after, limit).await?)
    }

    /// Intents that look like the same wish ([`Intent::likeness`](crate::Intent::likeness)) as one of these texts.
    ///
    /// # Errors
    /// The database cannot be asked.
    pub async fn alike<'a>(
        &self,
        texts: impl IntoIterator<Item = &'a str>,
        limit: u32,
    ) -> Result<Vec<IntentRow>, StoreError> {
        let filter = Filter {
            likeness: Some(
                texts
                    .into_iter()
                    .map(|text| self.likeness_tag(text))
                    .collect(),
            ),
            ..Filter::all()
        };
        self.intents(&filter, None, limit).await
    }

    /// The tag under which intents of this likeness are kept: to tell which of several texts a row is like.
    pub fn is_alike(&self, row: &IntentRow, text: &str) -> bool {
        row.likeness.as_deref() == Some(self.likeness_tag(text).as_slice())
    }

    /// What happened to an intent, oldest first.
    ///
    /// # Errors
    /// The database cannot be asked.
    pub async fn journal(&self, id: &IntentId) -> Result<Vec<Journal>, StoreError> {
        Ok(self.engine().journal(id).await?)
    }

    /// The label that was written down with an intent; `None` if there was none, or it was erased.
    ///
    /// # Errors
    /// It was sealed with a key that is not here.
    pub fn label(&self, row: &IntentRow) -> Result<Option<Vec<u8>>, StoreError> {
        row.label
            .as_deref()
            .map(|sealed| {
                self.vault()
                    .open_sealed(&place("the label", &row.id), sealed)
            })
            .transpose()
    }

    /// What the bank said when it refused; empty where nothing was kept.
    pub fn refusal(&self, row: &IntentRow) -> Refusal {
        self.unsealed(row, "the note", row.note.as_deref())
            .unwrap_or_default()
    }

    pub(crate) fn heard(&self, row: &IntentRow) -> Option<Heard> {
        self.unsealed(row, "the answer", row.answer.as_deref())
    }

    pub(crate) fn recorded(&self, row: &IntentRow) -> Result<Option<Recorded>, StoreError> {
        let Some(sealed) = row.request.as_deref() else {
            return Ok(None);
        };
        let clear = self
            .vault()
            .open_sealed(&place("the request", &row.id), sealed)?;
        serde_json::from_slice(&clear)
            .map(Some)
            .map_err(|_| StoreError::Sealed("the request"))
    }

    fn unsealed<T: serde::de::DeserializeOwned>(
        &self,
        row: &IntentRow,
        what: &'static str,
        sealed: Option<&[u8]>,
    ) -> Option<T> {
        let clear = self
            .vault()
            .open_sealed(&place(what, &row.id), sealed?)
            .ok()?;
        serde_json::from_slice(&clear).ok()
    }

    pub(crate) async fn write(
        &self,
        row: &IntentRow,
        change: &Change,
    ) -> Result<IntentRow, StoreError> {
        if row.state != change.state && !row.state.may_become(change.state) {
            return Err(StoreError::Transition {
                id: row.id.clone(),
                from: row.state,
                to: change.state,
            });
        }
        self.engine()
            .change(&row.id, row.fence, change)
            .await?
            .ok_or_else(|| StoreError::ClaimLost(row.id.clone()))
    }

    /// As `write`; when the transition is refused, the claim is given back.
    async fn write_or_release(
        &self,
        row: &IntentRow,
        change: Change,
    ) -> Result<IntentRow, StoreError> {
        let written = self.write(row, &change).await;
        if let Err(StoreError::Transition { .. }) = &written {
            let mut back = Change::to(row.state, self.worker());
            back.reason = row.reason.clone();
            self.write(row, &back).await?;
        }
        written
    }

    async fn hold(&self, id: &IntentId) -> Result<IntentRow, StoreError> {
        match self.engine().claim(id, self.worker(), SHORT_LEASE).await? {
            Claimed::Taken(row) => Ok(*row),
            Claimed::Held { until } => Err(StoreError::Held {
                id: id.clone(),
                until,
            }),
            Claimed::Absent => Err(StoreError::Absent(id.clone())),
        }
    }
}
