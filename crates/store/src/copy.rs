//! Moving a store to another database.

use crate::engine::{Engine, EngineError, Filter, IntentRow};

/// How many rows are read and written at once.
const BATCH: u32 = 500;

/// What was moved.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Copied {
    /// Intents that were not there yet.
    pub intents: u64,
    /// Documents: tokens, cursors, runs, and the store's own.
    pub documents: u64,
}

/// Copies everything that lasts from one database to another, of another kind too: intents with their journals, runs,
/// tokens and cursors. What is sealed stays sealed and needs the same key. Rate windows and leases are not copied: they
/// are over before the new store works.
///
/// Stop every program that uses either database first. A copy that broke off may be made again, as long as nobody has
/// used either store since: what is there already must be the same.
///
/// # Errors
/// Somebody holds an intent; the target is another store already, or was used since; a database fails.
pub async fn copy(from: &dyn Engine, to: &dyn Engine) -> Result<Copied, EngineError> {
    let (theirs, ours) = (tag_key(from).await?, tag_key(to).await?);
    if ours.is_some() && ours != theirs {
        let text = "the target is a store of its own: copy into an empty database";
        return Err(EngineError::Broken(text.to_owned()));
    }
    let mut copied = Copied::default();
    copied.documents += documents(from, to).await?;
    copied.intents += intents(from, to).await?;
    Ok(copied)
}

async fn tag_key(engine: &dyn Engine) -> Result<Option<Vec<u8>>, EngineError> {
    let found = engine
        .get(crate::vault::SPACE, crate::vault::TAG_KEY)
        .await?;
    Ok(found.map(|document| document.value))
}

async fn documents(from: &dyn Engine, to: &dyn Engine) -> Result<u64, EngineError> {
    let mut copied = 0;
    for space in crate::SPACES {
        let mut after = String::new();
        loop {
            let batch = from.documents(space, &after, BATCH).await?;
            let Some(last) = batch.last() else { break };
            after.clone_from(&last.name);
            for document in &batch {
                let new = to
                    .put(space, &document.name, Some(0), &document.value)
                    .await?;
                if new.is_none() {
                    let there = to.get(space, &document.name).await?;
                    same(there.map(|there| there.value) == Some(document.value.clone()))?;
                }
                copied += u64::from(new.is_some());
            }
        }
    }
    Ok(copied)
}

async fn intents(from: &dyn Engine, to: &dyn Engine) -> Result<u64, EngineError> {
    let now = from.now().await?;
    let (filter, mut copied) = (Filter::all(), 0);
    let mut after: Option<IntentRow> = None;
    loop {
        let batch = from.list(&filter, after.as_ref(), BATCH).await?;
        let Some(last) = batch.last() else {
            return Ok(copied);
        };
        after = Some(last.clone());
        let is_held = |row: &IntentRow| {
            row.owner.is_some() && row.lease_until.is_some_and(|until| until > now)
        };
        if batch.iter().any(is_held) {
            let text = "an intent is held: stop the workers, and wait until their leases are over";
            return Err(EngineError::Unavailable(text.to_owned()));
        }
        let mut rows = Vec::with_capacity(batch.len());
        for row in batch {
            if let Some(there) = to.load(&row.id).await? {
                let stamp = |row: &IntentRow| (row.state, row.fence, row.changed_at);
                same(stamp(&there) == stamp(&row))?;
                continue;
            }
            let journal = from.journal(&row.id).await?;
            rows.push((row, journal));
        }
        copied += to.restore(&rows).await?;
    }
}

/// Of two stores that went on from one copy, neither knows what the other has paid.
fn same(is_same: bool) -> Result<(), EngineError> {
    match is_same {
        true => Ok(()),
        false => Err(EngineError::Broken(
            "one of the two stores was used since they were copied".to_owned(),
        )),
    }
}
