//! What is sealed and what is a keyed tag, so that who reads the database reads nothing personal.

use std::fmt;

use aws_lc_rs::hmac;
use rubank_core::random::Random;

use crate::engine::{Engine, EngineError};
use crate::error::StoreError;

mod keyring;

pub use keyring::{KeyError, Keyring};
use keyring::{Opened, Refusal};

/// Where the key of the tags is kept.
pub(crate) const SPACE: &str = "store";
pub(crate) const TAG_KEY: &str = "tag-key";
const TAG_KEY_PLACE: Place<'static> = Place {
    what: "the key of the tags",
    owner: SPACE,
    name: TAG_KEY,
};

/// Seals and opens what the store keeps, and makes keyed tags.
///
/// The keyring opens the vault: it seals one random key that is made with the store, and that key makes all tags. So
/// tags outlive every rotation, and a keyring of another store is noticed before anything is read or written.
pub(crate) struct Vault {
    keyring: Keyring,
    tags: hmac::Key,
}

impl Vault {
    /// Opens the vault of this database; makes it if the database is new.
    ///
    /// # Errors
    /// [`StoreError::WrongKey`] when the keyring is not this store's; [`StoreError::Engine`].
    pub(crate) async fn open(
        engine: &dyn Engine,
        keyring: Keyring,
        random: &dyn Random,
    ) -> Result<Self, StoreError> {
        let kept = match engine.get(SPACE, TAG_KEY).await? {
            Some(kept) => kept,
            None => {
                let mut fresh = [0; 32];
                random.fill(&mut fresh);
                let sealed = keyring.seal(&TAG_KEY_PLACE, &fresh);
                let won = engine.put(SPACE, TAG_KEY, Some(0), &sealed).await?;
                if won.is_some() {
                    return Ok(Self::with(keyring, &fresh));
                }
                // Another process was first, and its key is the one.
                let theirs = engine.get(SPACE, TAG_KEY).await?;
                theirs.ok_or_else(|| EngineError::Broken("the key of the tags is gone".into()))?
            }
        };
        let Opened { clear, by_old_key } = keyring
            .open(&TAG_KEY_PLACE, &kept.value)
            .map_err(wrong_key)?;
        if by_old_key {
            let sealed = keyring.seal(&TAG_KEY_PLACE, &clear);
            // If this loses a race, the other process has sealed the same anew.
            engine
                .put(SPACE, TAG_KEY, Some(kept.version), &sealed)
                .await?;
        }
        Ok(Self::with(keyring, &clear))
    }

    /// Whether what is sealed is also encrypted.
    pub(crate) fn encrypts(&self) -> bool {
        self.keyring.has_key()
    }

    /// Seals bytes for one place. They can be opened there only.
    pub(crate) fn seal(&self, place: &Place<'_>, clear: &[u8]) -> Vec<u8> {
        self.keyring.seal(place, clear)
    }

    /// Opens what was sealed for that place.
    ///
    /// # Errors
    /// [`StoreError::Sealed`] when it was changed, moved from elsewhere, or put there in clear;
    /// [`StoreError::WrongKey`] when its key has left the keyring.
    pub(crate) fn open_sealed(
        &self,
        place: &Place<'_>,
        sealed: &[u8],
    ) -> Result<Vec<u8>, StoreError> {
        match self.keyring.open(place, sealed) {
            Ok(opened) => Ok(opened.clear),
            Err(refusal @ (Refusal::NoKey | Refusal::UnknownKey)) => Err(wrong_key(refusal)),
            Err(Refusal::Clear | Refusal::Changed) => Err(StoreError::Sealed(place.what)),
        }
    }

    /// 32 bytes that are the same for the same purpose and parts in this store, and tell nothing of them to who does
    /// not have its keys.
    pub(crate) fn tag(&self, purpose: &str, parts: &[&[u8]]) -> Vec<u8> {
        let mut context = hmac::Context::with_key(&self.tags);
        for part in std::iter::once(&purpose.as_bytes()).chain(parts) {
            // With its length, so that no two lists of parts are the same bytes.
            context.update(&(part.len() as u64).to_le_bytes());
            context.update(part);
        }
        context.sign().as_ref().to_vec()
    }

    /// A tag as the name of a document or a lease.
    pub(crate) fn name(&self, purpose: &str, parts: &[&[u8]]) -> String {
        let tag = self.tag(purpose, parts);
        tag.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    fn with(keyring: Keyring, tag_key: &[u8]) -> Self {
        Vault {
            keyring,
            tags: hmac::Key::new(hmac::HMAC_SHA256, tag_key),
        }
    }
}

/// The ids of the keys.
impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Vault").field(&self.keyring).finish()
    }
}

/// Where sealed bytes belong: they cannot be moved to another row or column, nor from another operation.
#[derive(Clone, Copy)]
pub(crate) struct Place<'a> {
    /// What it is, in words fit for an error: `the answer`. One word per column.
    pub(crate) what: &'static str,
    /// The operation, or the space of a document.
    pub(crate) owner: &'a str,
    /// The key, or the name of a document.
    pub(crate) name: &'a str,
}

fn wrong_key(refusal: Refusal) -> StoreError {
    StoreError::WrongKey(match refusal {
        Refusal::Clear => "it was made without one",
        Refusal::NoKey => "none was given",
        Refusal::UnknownKey => "no key of the keyring has the id of its key",
        Refusal::Changed => "the key with that id does not open it",
    })
}

#[cfg(test)]
mod tests;
