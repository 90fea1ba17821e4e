//! The caller's keys, and the form of what they seal.

use std::fmt;
use std::sync::Arc;

use aws_lc_rs::aead::{AES_256_GCM_SIV, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use rubank_core::secret::Secret;
use secrecy::{ExposeSecret, ExposeSecretMut, SecretBox};

use super::Place;

const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// The first byte of what stands in clear.
const CLEAR: u8 = 0;
/// The first byte of what is sealed by AES-256-GCM-SIV: then the length of the key's id, the id, the nonce, and the
/// encrypted bytes with their tag.
const AES_256_GCM_SIV_FORM: u8 = 1;
const LONGEST_ID: usize = 64;

/// The keys that seal what a [`Store`](crate::Store) keeps: requests, answers, labels, notes, tokens and cursors.
///
/// A key is 32 random bytes in base64 (`openssl rand -base64 32`), kept wherever the rest of your secrets is, never
/// beside the database. Its id is written in clear before everything that it sealed, so that it can be found again
/// among several: take a date or a version.
///
/// Whoever loses the key loses the requests that are not final yet, and every token. There is no second way in.
///
/// ```
/// use rubank_core::secret::Secret;
/// use rubank_store::Keyring;
///
/// # let (key, key_of_last_year) = ("ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8=", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=");
/// let keyring = Keyring::new("2027", &Secret::from(key))?.and_old("2026", &Secret::from(key_of_last_year))?;
/// assert_eq!(format!("{keyring:?}"), r#"Keyring("2027", old: ["2026"])"#);
/// # Ok::<(), rubank_store::KeyError>(())
/// ```
///
/// # Rotation
/// The first key seals, all of them open. To change it without stopping: give every process the new key as an *old* one,
/// then swap the two everywhere; remove the old one when nothing is sealed by it any more. `docs/guide/personal-data.md`
/// says how to know.
#[derive(Clone)]
pub struct Keyring {
    current: Option<Key>,
    old: Vec<Key>,
}

#[derive(Clone)]
struct Key {
    id: String,
    key: Arc<RandomizedNonceKey>,
}

impl Keyring {
    /// A keyring with one key. The id is 1 to 64 Latin letters, digits, `.`, `_` or `-`; the key is base64 of 32 bytes.
    ///
    /// # Errors
    /// The id or the key has another form.
    pub fn new(id: &str, key: &Secret) -> Result<Self, KeyError> {
        Ok(Keyring {
            current: Some(Key::new(id, key)?),
            old: Vec::new(),
        })
    }

    /// A store that keeps everything in clear, for trials: it refuses operations that may hold a card number or an
    /// identity document, and whoever reads the database reads the tokens.
    ///
    /// A store that was made so cannot be given a key later, nor the other way round.
    pub fn none() -> Self {
        Keyring {
            current: None,
            old: Vec::new(),
        }
    }

    /// Opens also what this key sealed; it seals nothing any more.
    ///
    /// # Errors
    /// The id or the key has another form, or the id is there already; the keyring has no current key.
    pub fn and_old(mut self, id: &str, key: &Secret) -> Result<Self, KeyError> {
        if !self.has_key() {
            return Err(KeyError::NoCurrent);
        }
        if self.keys().any(|known| known.id == id) {
            return Err(KeyError::Twice);
        }
        self.old.push(Key::new(id, key)?);
        Ok(self)
    }

    pub(super) fn has_key(&self) -> bool {
        self.current.is_some()
    }

    pub(super) fn seal(&self, place: &Place<'_>, clear: &[u8]) -> Vec<u8> {
        let Some(Key { id, key }) = &self.current else {
            return [&[CLEAR], clear].concat();
        };
        let head = head(id);
        let mut encrypted = clear.to_vec();
        // The cipher refuses beyond 64 GiB only, more than any database takes as one value; and the id of a key was
        // checked to be short.
        let nonce = key
            .seal_in_place_append_tag(Aad::from(bound(&head, place)), &mut encrypted)
            .expect("AES-256-GCM-SIV seals all that a database can hold");
        [head.as_slice(), nonce.as_ref(), &encrypted].concat()
    }

    pub(super) fn open(&self, place: &Place<'_>, sealed: &[u8]) -> Result<Opened, Refusal> {
        match (sealed.split_first(), self.has_key()) {
            (Some((&CLEAR, clear)), false) => Ok(Opened {
                clear: clear.to_vec(),
                by_old_key: false,
            }),
            // Whoever can write into the database must not be able to slip in what they could not seal.
            (Some((&CLEAR, _)), true) => Err(Refusal::Clear),
            (Some((&AES_256_GCM_SIV_FORM, _)), false) => Err(Refusal::NoKey),
            (Some((&AES_256_GCM_SIV_FORM, rest)), true) => self.decrypt(place, rest),
            _ => Err(Refusal::Changed),
        }
    }

    fn decrypt(&self, place: &Place<'_>, rest: &[u8]) -> Result<Opened, Refusal> {
        let (&length, rest) = rest.split_first().ok_or(Refusal::Changed)?;
        let (id, rest) = rest
            .split_at_checked(length.into())
            .ok_or(Refusal::Changed)?;
        let (nonce, encrypted) = rest
            .split_first_chunk::<NONCE_LEN>()
            .ok_or(Refusal::Changed)?;
        let Key { id, key } = self
            .keys()
            .find(|key| key.id.as_bytes() == id)
            .ok_or(Refusal::UnknownKey)?;
        let mut bytes = encrypted.to_vec();
        let bound = Aad::from(bound(&head(id), place));
        let clear = key
            .open_in_place(Nonce::from(nonce), bound, &mut bytes)
            .map_err(|_| Refusal::Changed)?;
        Ok(Opened {
            clear: clear.to_vec(),
            by_old_key: self.current.as_ref().is_some_and(|now| now.id != *id),
        })
    }

    fn keys(&self) -> impl Iterator<Item = &Key> {
        self.current.iter().chain(&self.old)
    }
}

/// The ids.
impl fmt::Debug for Keyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(current) = &self.current else {
            return f.write_str("Keyring(none)");
        };
        let old: Vec<_> = self.old.iter().map(|key| &key.id).collect();
        write!(f, "Keyring({:?}, old: {old:?})", current.id)
    }
}

impl Key {
    fn new(id: &str, key: &Secret) -> Result<Self, KeyError> {
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
        if !(1..=LONGEST_ID).contains(&id.len()) || !id.bytes().all(fits) {
            return Err(KeyError::Id);
        }
        // A little larger than a key, as the decoder may want; wiped when it goes.
        let mut bytes = SecretBox::new(Box::new([0; 48]));
        let length = BASE64
            .decode_slice(key.expose().trim(), bytes.expose_secret_mut())
            .map_err(|_| KeyError::Key)?;
        let key = RandomizedNonceKey::new(&AES_256_GCM_SIV, &bytes.expose_secret()[..length])
            .map_err(|_| KeyError::Key)?;
        Ok(Key {
            id: id.to_owned(),
            key: Arc::new(key),
        })
    }
}

/// Why a key cannot be used. It holds nothing of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// The id is empty, too long, or has other characters.
    #[error("the id of a key is 1 to 64 Latin letters, digits, '.', '_' or '-'")]
    Id,
    /// It is not base64, or not of 32 bytes.
    #[error("a key is 32 random bytes in base64")]
    Key,
    /// The keyring has a key with this id already.
    #[error("two keys of a keyring have the same id")]
    Twice,
    /// An old key was added to [`Keyring::none`].
    #[error("a keyring of old keys only cannot seal")]
    NoCurrent,
}

pub(super) struct Opened {
    pub(super) clear: Vec<u8>,
    /// It should be sealed anew with the current key.
    pub(super) by_old_key: bool,
}

/// Why something was not opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// It stands in clear, and there is a key.
    Clear,
    /// It is encrypted, and there is no key.
    NoKey,
    /// It is encrypted by a key that is not in the keyring.
    UnknownKey,
    /// It was changed, moved, cut, or encrypted by another key with the same id.
    Changed,
}

fn head(id: &str) -> Vec<u8> {
    // An id has at most 64 bytes.
    [&[AES_256_GCM_SIV_FORM, id.len() as u8], id.as_bytes()].concat()
}

/// What is not encrypted, yet must be the same when it is opened. Each part comes with its length, so that no two places
/// are the same bytes.
fn bound(head: &[u8], place: &Place<'_>) -> Vec<u8> {
    let mut bytes = head.to_vec();
    for part in [place.what, place.owner, place.name] {
        bytes.extend((part.len() as u64).to_le_bytes());
        bytes.extend(part.as_bytes());
    }
    bytes
}
