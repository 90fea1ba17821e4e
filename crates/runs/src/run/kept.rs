//! What is kept of a run, as sealed documents with versions.
//!
//! | document | holds | lives |
//! |---|---|---|
//! | `run/<id>` | summary, confirmation, lines that other runs pay | for ever |
//! | `plan/<id>/<version>-<hash>` | the plan with its lines | until every line is an intent |
//! | `gate/<id>` | whether it is paused | from the moment at which every line is an intent |

use rubank_core::money::Kopecks;
use rubank_store::Store;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::Runs;
use super::error::RunError;
use super::gate::Gate;
use crate::plan::{Confirmed, Family, Plan, Summary};
use crate::run_id::RunId;

const RECORD: &str = "run/";

/// A document's value, and the version under which it may be changed.
#[derive(Clone, Debug)]
pub(crate) struct Versioned<T> {
    pub(crate) value: T,
    pub(crate) version: i64,
}

/// What is known of a run, without its lines.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Record {
    pub(crate) summary: Summary,
    /// The operation that pays its lines.
    pub(crate) operation: String,
    /// The document with its lines; `None` once discarded.
    pub(crate) plan: Option<String>,
    /// Lines whose intents belong to somebody else.
    pub(crate) elsewhere: Vec<Elsewhere>,
    /// Where it was confirmed for.
    pub(crate) environment: Option<String>,
    pub(crate) confirmed: Option<Confirmed>,
}

/// A line whose key was planned before, for the same wish: its intent is that one.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Elsewhere {
    pub(crate) line: u64,
    pub(crate) key: String,
    pub(crate) amount: Kopecks,
    pub(crate) recipient: String,
}

/// What an intent keeps of its line, for reports and for those who follow it.
#[derive(Clone, Default, Serialize, Deserialize)]
pub(crate) struct Label {
    pub(crate) recipient: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) family: Option<Family>,
}

impl Label {
    /// Of an intent's label; of one that was erased, nothing.
    pub(crate) fn read(label: Option<&[u8]>) -> Self {
        label
            .and_then(|label| serde_json::from_slice(label).ok())
            .unwrap_or_default()
    }
}

async fn load<T: DeserializeOwned>(
    store: &Store,
    name: &str,
    what: &'static str,
) -> Result<Option<Versioned<T>>, RunError> {
    let Some(kept) = store.runs().get(name).await? else {
        return Ok(None);
    };
    // serde's own words quote the value.
    let value = serde_json::from_slice(&kept.value).map_err(|_| RunError::Unreadable(what))?;
    Ok(Some(Versioned {
        value,
        version: kept.version,
    }))
}

/// The new version, or `None` if somebody else was faster.
async fn save<T: Serialize>(
    store: &Store,
    name: &str,
    version: i64,
    value: &T,
) -> Result<Option<i64>, RunError> {
    let text = serde_json::to_vec(value).map_err(|_| RunError::Unreadable("document"))?;
    Ok(store.runs().put(name, version, &text).await?)
}

/// The ids of runs after that one, in their order.
pub(super) async fn ids(
    store: &Store,
    after: Option<&RunId>,
    limit: u32,
) -> Result<Vec<RunId>, RunError> {
    let after = match after {
        Some(id) => format!("{RECORD}{id}"),
        None => RECORD.to_owned(),
    };
    let found = store.runs().list(&after, limit).await?;
    let ids = found
        .iter()
        .map_while(|document| document.name.strip_prefix(RECORD))
        .map(|id| id.parse().map_err(|_| RunError::Unreadable("name")));
    ids.collect()
}

impl Runs {
    pub(crate) async fn record(&self, id: &RunId) -> Result<Option<Versioned<Record>>, RunError> {
        load(&self.store, &format!("{RECORD}{id}"), "record").await
    }

    pub(crate) async fn demand(&self, id: &RunId) -> Result<Versioned<Record>, RunError> {
        self.record(id)
            .await?
            .ok_or_else(|| RunError::Absent(id.clone()))
    }

    pub(super) async fn put_record(
        &self,
        id: &RunId,
        version: i64,
        record: &Record,
    ) -> Result<Option<i64>, RunError> {
        save(&self.store, &format!("{RECORD}{id}"), version, record).await
    }

    pub(crate) async fn gate(&self, id: &RunId) -> Result<Option<Versioned<Gate>>, RunError> {
        load(&self.store, &format!("gate/{id}"), "gate").await
    }

    pub(super) async fn put_gate(
        &self,
        id: &RunId,
        version: i64,
        gate: &Gate,
    ) -> Result<Option<i64>, RunError> {
        save(&self.store, &format!("gate/{id}"), version, gate).await
    }

    /// The plan with its lines; `None` if every line is an intent by now, or it was discarded.
    pub(super) async fn kept_plan(&self, record: &Record) -> Result<Option<Plan>, RunError> {
        let Some(name) = &record.plan else {
            return Ok(None);
        };
        let Some(kept) = self.store.runs().get(name).await? else {
            return Ok(None);
        };
        let plan = Plan::from_json(&kept.value).map_err(|_| RunError::Unreadable("plan"))?;
        Ok(Some(plan))
    }
}
