//! What a worker does: claims what is due, and acts.

use rubank_core::client::{Client, Lookup};
use rubank_core::operation::{Operation, Provider};

use super::act::{self, Acted};
use super::way::{Blind, ByLookup};
use crate::engine::{Filter, IntentRow};
use crate::error::StoreError;
use crate::state::State;
use crate::store::Store;

/// The states in which a worker can do something.
const WORKABLE: [State; 4] = [
    State::Planned,
    State::Sending,
    State::Unknown,
    State::Accepted,
];

/// An intent that this process holds for one act. Dropping it is the same as a crash: it is free again when its lease is
/// over.
#[derive(Debug)]
pub struct Claim(IntentRow);

impl Claim {
    /// The intent as it was claimed.
    pub fn row(&self) -> &IntentRow {
        &self.0
    }

    /// Gives it back and changes nothing: somebody else may claim it at once, as soon as it is due.
    ///
    /// # Errors
    /// The database cannot be asked: then it is free again when its lease is over.
    pub async fn give_back(self, store: &Store) -> Result<(), StoreError> {
        match store.release(&self.0).await {
            // Somebody else has it: it is given back already.
            Ok(_) | Err(StoreError::ClaimLost(_)) => Ok(()),
            Err(error) => Err(error),
        }
    }
}

impl Store {
    /// Claims up to `limit` intents of the filter that are due and were planned for the client's environment, each for
    /// one [`act`](Self::act). Act on them at once: a claim covers one call from now on, and is not renewed by waiting.
    ///
    /// Of the states only `planned`, `sending`, `unknown` and `accepted` are claimed, whatever the filter says. Name the
    /// operation in the filter, unless a run holds only one.
    ///
    /// # Errors
    /// The database cannot be asked.
    pub async fn claim_due<P: Provider>(
        &self,
        client: &Client<P>,
        filter: &Filter,
        limit: u32,
    ) -> Result<Vec<Claim>, StoreError> {
        let mut filter = filter.clone();
        filter.environment = Some(client.environment().name().to_owned());
        filter.states = WORKABLE
            .into_iter()
            .filter(|state| filter.states.is_empty() || filter.states.contains(state))
            .collect();
        if filter.states.is_empty() {
            return Ok(Vec::new());
        }
        let rows = self
            .engine()
            .claim_due(&filter, self.worker(), act::lease(client), limit)
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

    /// As [`act`](Self::act), for a write that the bank cannot be asked about.
    ///
    /// # Errors
    /// As [`act`](Self::act).
    pub async fn act_without_lookup<P, O>(
        &self,
        client: &Client<P>,
        claim: Claim,
    ) -> Result<Acted, StoreError>
    where
        P: Provider,
        O: Operation<Provider = P> + 'static,
    {
        act::act::<P, Blind<O>>(self, client, claim.0).await
    }
}
