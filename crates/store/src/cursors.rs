//! How far a follower has come.

use std::fmt;
use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;

pub use crate::engine::Statement as CursorStatement;
use crate::error::StoreError;
use crate::store::{Shared, Store};
use crate::vault::Place;

pub(crate) const SPACE: &str = "cursors";
const WHAT: &str = "the cursor";

impl Store {
    /// How far followers of statements and lists have come.
    pub fn cursors(&self) -> Cursors {
        Cursors {
            shared: Arc::clone(&self.shared),
        }
    }
}

/// Small values by name, each with a version: how far a follower has come. Names and values may be personal (an account
/// number): only a keyed tag of the name is kept, and the value is sealed. Clones are the same.
///
/// Two followers with one name do not overwrite each other: each save names the version that it follows, and one of the
/// two learns that it was late.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use rubank_store::{Keyring, Sqlite, Store};
///
/// # let folder = tempfile::tempdir()?;
/// # let file = folder.path().join("bank.db");
/// let store = Store::open(Sqlite::open(&file).await?, Keyring::none()).await?;
/// let cursors = store.cursors();
/// let first = cursors.save("statement of 40702810500006103990", 0, b"day 1").await?;
/// let first = first.ok_or("somebody else follows it")?;
/// assert!(cursors.save("statement of 40702810500006103990", first, b"day 2").await?.is_some());
/// // A follower that has fallen behind is told so, and changes nothing.
/// assert_eq!(cursors.save("statement of 40702810500006103990", first, b"day 1 again").await?, None);
/// assert_eq!(cursors.load("statement of 40702810500006103990").await?.unwrap().bytes, b"day 2");
/// # Ok(())
/// # }
/// ```
///
/// # Rows and cursor together
/// A crash between saving the rows and saving the cursor gives the rows twice. Where your tables are in the same
/// database as the store, save both in one transaction of your own: [`statement`](Self::statement).
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use rubank_store::engine::Parameter;
/// use rubank_store::{Keyring, Sqlite, Store};
/// use rusqlite::types::Value;
///
/// # let folder = tempfile::tempdir()?;
/// # let file = folder.path().join("bank.db");
/// let store = Store::open(Sqlite::open(&file).await?, Keyring::none()).await?;
/// let mut mine = rusqlite::Connection::open(&file)?;
/// mine.execute("CREATE TABLE my_rows (kopecks INTEGER) STRICT", [])?;
///
/// let cursors = store.cursors();
/// let save = cursors.statement("statement", 0, b"after row 1").ok_or("no statements")?;
/// let parameters = save.parameters.into_iter().map(|parameter| match parameter {
///     Parameter::Text(text) => Value::from(text),
///     Parameter::Integer(number) => Value::from(number),
///     Parameter::Bytes(bytes) => Value::from(bytes),
/// });
/// let transaction = mine.transaction()?;
/// transaction.execute("INSERT INTO my_rows VALUES (150050)", [])?;
/// let changed = transaction.execute(&save.sql, rusqlite::params_from_iter(parameters))?;
/// if changed == 1 {
///     transaction.commit()?;
/// } else {
///     transaction.rollback()?; // somebody else has followed it further
/// }
/// assert_eq!(cursors.load("statement").await?.unwrap().bytes, b"after row 1");
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Cursors {
    shared: Arc<Shared>,
}

impl Cursors {
    /// What was saved last under this name.
    ///
    /// # Errors
    /// [`StoreError::Engine`], [`StoreError::Sealed`], [`StoreError::WrongKey`].
    pub async fn load(&self, name: &str) -> Result<Option<Cursor>, StoreError> {
        let name = self.tag(name);
        let Some(kept) = self.shared.engine.get(SPACE, &name).await? else {
            return Ok(None);
        };
        let bytes = self.shared.vault.open_sealed(&place(&name), &kept.value)?;
        Ok(Some(Cursor {
            version: kept.version,
            bytes,
        }))
    }

    /// Saves the next value if `expected` is still the version, 0 for the first save, and answers the new version;
    /// `None`, and nothing changes, if somebody else has saved meanwhile.
    ///
    /// # Errors
    /// [`StoreError::Engine`]: then it may have been saved, if the answer of the database was lost. Load it, and compare.
    pub async fn save(
        &self,
        name: &str,
        expected: i64,
        bytes: &[u8],
    ) -> Result<Option<i64>, StoreError> {
        let name = self.tag(name);
        let sealed = self.shared.vault.seal(&place(&name), bytes);
        let engine = &self.shared.engine;
        Ok(engine.put(SPACE, &name, Some(expected), &sealed).await?)
    }

    /// [`load`](Self::load) for a value that was saved by [`save_as`](Self::save_as), with its version.
    ///
    /// # Errors
    /// Those of `load`; [`StoreError::Sealed`] also for a value of another type.
    pub async fn load_as<T: DeserializeOwned>(
        &self,
        name: &str,
    ) -> Result<Option<(T, i64)>, StoreError> {
        let Some(Cursor { version, bytes }) = self.load(name).await? else {
            return Ok(None);
        };
        // serde's own words quote the value.
        let value = serde_json::from_slice(&bytes).map_err(|_| StoreError::Sealed(WHAT))?;
        Ok(Some((value, version)))
    }

    /// [`save`](Self::save) for any value that JSON can hold.
    ///
    /// # Errors
    /// Those of `save`; [`StoreError::Unwritable`].
    pub async fn save_as<T: Serialize + Sync>(
        &self,
        name: &str,
        expected: i64,
        value: &T,
    ) -> Result<Option<i64>, StoreError> {
        self.save(name, expected, &json(value)?).await
    }

    /// The same save as a statement for a transaction of your own on the same database, over your own connection. One
    /// row changed means saved; none means that somebody else has saved meanwhile: then roll back. The new version, which
    /// the next save must name, is told by [`load`](Self::load).
    ///
    /// It is sealed and bound to the name, so it may be kept and run later, but only once. `None` if the engine has no
    /// such statements; SQLite and PostgreSQL have.
    pub fn statement(&self, name: &str, expected: i64, bytes: &[u8]) -> Option<CursorStatement> {
        let name = self.tag(name);
        let sealed = self.shared.vault.seal(&place(&name), bytes);
        let engine = &self.shared.engine;
        engine.put_statement(SPACE, &name, expected, &sealed)
    }

    /// [`statement`](Self::statement) for a value that [`load_as`](Self::load_as) reads.
    ///
    /// # Errors
    /// [`StoreError::Unwritable`].
    pub fn statement_as<T: Serialize>(
        &self,
        name: &str,
        expected: i64,
        value: &T,
    ) -> Result<Option<CursorStatement>, StoreError> {
        Ok(self.statement(name, expected, &json(value)?))
    }

    /// Forgets a name and its value; whether it was there.
    ///
    /// # Errors
    /// [`StoreError::Engine`].
    pub async fn remove(&self, name: &str) -> Result<bool, StoreError> {
        Ok(self.shared.engine.remove(SPACE, &self.tag(name)).await?)
    }

    fn tag(&self, name: &str) -> String {
        self.shared.vault.name("cursor", &[name.as_bytes()])
    }
}

impl fmt::Debug for Cursors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Cursors").field(&self.shared.engine).finish()
    }
}

/// A saved value.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Cursor {
    /// What the next save must name as expected.
    pub version: i64,
    /// The value in clear.
    pub bytes: Vec<u8>,
}

/// The size, not the value.
impl fmt::Debug for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Cursor(version {}, {} bytes)",
            self.version,
            self.bytes.len()
        )
    }
}

fn place(name: &str) -> Place<'_> {
    Place {
        what: WHAT,
        owner: SPACE,
        name,
    }
}

fn json<T: Serialize>(value: &T) -> Result<Vec<u8>, StoreError> {
    // serde's own words may quote the value.
    serde_json::to_vec(value).map_err(|_| StoreError::Unwritable(WHAT))
}

#[cfg(test)]
mod tests;
