//! Reading what is kept.

use std::time::Duration;

use rubank_core::client::Lookup;

use super::plan::place;
use super::way::ByLookup;
use super::{SettledOf, tell};
use crate::engine::{Filter, IntentId, IntentRow, Journal, Tally};
use crate::error::StoreError;
use crate::outcome::Refusal;
use crate::recorded::{Heard, Recorded};
use crate::store::Store;

impl Store {
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

    /// How many intents of the filter are in each state, and their sums.
    ///
    /// # Errors
    /// The database cannot be asked.
    pub async fn tally(&self, filter: &Filter) -> Result<Vec<Tally>, StoreError> {
        Ok(self.engine().tally(filter).await?)
    }

    /// How long from now until an intent of the filter can be claimed; nothing if one can be now, `None` if there is none.
    /// Name the states that you would claim.
    ///
    /// # Errors
    /// The database cannot be asked.
    pub async fn next_due(&self, filter: &Filter) -> Result<Option<Duration>, StoreError> {
        let Some(at) = self.engine().next_due(filter).await? else {
            return Ok(None);
        };
        let left = at.saturating_sub(self.engine().now().await?);
        Ok(Some(Duration::from_micros(
            u64::try_from(left).unwrap_or(0),
        )))
    }

    /// The filter of the intents that were planned with this [`subject`](crate::Intent::subject).
    pub fn about(&self, subject: &str) -> Filter {
        Filter {
            subject: Some(self.subject_tag(subject)),
            ..Filter::all()
        }
    }

    /// The bank's id of the request that an intent's answer came to, for its support; `None` if it said none, or the answer
    /// was erased. [`refusal`](Self::refusal) has the one of a refusal.
    pub fn request_id(&self, row: &IntentRow) -> Option<String> {
        self.heard(row)?.request_id
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
        let tags = texts.into_iter().map(|text| self.likeness_tag(text));
        let filter = Filter {
            likeness: Some(tags.collect()),
            ..Filter::all()
        };
        self.intents(&filter, None, limit).await
    }

    /// Whether an intent was planned with this likeness.
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

    /// What is recorded of an intent, in the words of its operation. It asks nobody and sends nothing.
    pub fn told<O: Lookup + 'static>(&self, row: &IntentRow) -> SettledOf<O> {
        tell::<O::Provider, ByLookup<O>>(self, row)
    }

    /// What the bank said when it refused; empty where nothing was kept.
    pub fn refusal(&self, row: &IntentRow) -> Refusal {
        self.unsealed(row, "the note", row.note.as_deref())
            .unwrap_or_default()
    }

    pub(super) fn heard(&self, row: &IntentRow) -> Option<Heard> {
        self.unsealed(row, "the answer", row.answer.as_deref())
    }

    pub(super) fn recorded(&self, row: &IntentRow) -> Result<Option<Recorded>, StoreError> {
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
}
