//! Documents of programs that work on top of the store: runs, settings, progress.

use crate::error::StoreError;
use crate::store::Store;
use crate::vault::Place;

/// Sealed documents under readable names, each with a version. Made by [`Store::runs`].
#[derive(Debug)]
pub struct Shelf<'a> {
    store: &'a Store,
    space: &'static str,
}

/// A document, opened.
#[derive(Clone, PartialEq, Eq)]
pub struct Kept {
    /// Its name; readable in the database, so nothing personal.
    pub name: String,
    /// Grows with each change.
    pub version: i64,
    /// What was kept.
    pub value: Vec<u8>,
}

impl std::fmt::Debug for Kept {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Kept")
            .field("name", &self.name)
            .field("version", &self.version)
            .finish_non_exhaustive()
    }
}

impl Store {
    /// The documents of runs.
    pub fn runs(&self) -> Shelf<'_> {
        Shelf {
            store: self,
            space: crate::RUNS,
        }
    }
}

impl Shelf<'_> {
    /// A document.
    ///
    /// # Errors
    /// The database cannot be asked, or what it holds was sealed with another key.
    pub async fn get(&self, name: &str) -> Result<Option<Kept>, StoreError> {
        let found = self.store.engine().get(self.space, name).await?;
        found.map(|document| self.open(document)).transpose()
    }

    /// Keeps a document if its version is still `expected` (0: there is none yet). The new version; `None` if somebody
    /// else was faster.
    ///
    /// # Errors
    /// The database cannot be written.
    pub async fn put(
        &self,
        name: &str,
        expected: i64,
        value: &[u8],
    ) -> Result<Option<i64>, StoreError> {
        let sealed = self.store.vault().seal(&self.place(name), value);
        let engine = self.store.engine();
        Ok(engine
            .put(self.space, name, Some(expected), &sealed)
            .await?)
    }

    /// Documents in the order of their names, after `after`, at most `limit`.
    ///
    /// # Errors
    /// As [`get`](Self::get).
    pub async fn list(&self, after: &str, limit: u32) -> Result<Vec<Kept>, StoreError> {
        let found = self
            .store
            .engine()
            .documents(self.space, after, limit)
            .await?;
        found
            .into_iter()
            .map(|document| self.open(document))
            .collect()
    }

    /// Removes a document; whether it was there.
    ///
    /// # Errors
    /// The database cannot be written.
    pub async fn remove(&self, name: &str) -> Result<bool, StoreError> {
        Ok(self.store.engine().remove(self.space, name).await?)
    }

    fn open(&self, document: crate::engine::Document) -> Result<Kept, StoreError> {
        let value = self
            .store
            .vault()
            .open_sealed(&self.place(&document.name), &document.value)?;
        Ok(Kept {
            name: document.name,
            version: document.version,
            value,
        })
    }

    fn place<'b>(&'b self, name: &'b str) -> Place<'b> {
        Place {
            what: "a document",
            owner: self.space,
            name,
        }
    }
}
