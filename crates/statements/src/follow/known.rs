//! What is remembered of a day: a key and a hash for each row.

use std::collections::{BTreeMap, HashMap};

use time::Date;

use crate::content::ContentHash;
use crate::key::TransactionKey;
use crate::transaction::Transaction;

/// The rows of one day that were given out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Known {
    rows: BTreeMap<TransactionKey, Seen>,
}

#[derive(Clone, Copy, Debug)]
struct Seen {
    hash: ContentHash,
    /// The row itself names another day, so its absence in this one's list says nothing.
    elsewhere: bool,
    /// The last pass through the bank's list that had it; 0 if none did since the restart.
    pass: u32,
}

/// Two memories are the same when they know the same rows.
impl PartialEq for Seen {
    fn eq(&self, other: &Self) -> bool {
        (self.hash, self.elsewhere) == (other.hash, other.elsewhere)
    }
}

impl Eq for Seen {}

/// What a row is, measured against what is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum News {
    Added,
    Changed,
    Repeated,
}

/// A row as it is compared.
#[derive(Debug)]
pub(crate) struct Compared {
    pub(crate) key: TransactionKey,
    pub(crate) hash: ContentHash,
    elsewhere: bool,
}

/// How often a nameless content came.
pub(crate) type Copies = HashMap<ContentHash, u32>;

impl Compared {
    pub(crate) fn of(row: &Transaction, day: Date, copies: &mut Copies) -> Self {
        let hash = row.content_hash();
        let key = match row.key_with(hash) {
            TransactionKey::Content(hash, _) => {
                let copy = copies.entry(hash).or_default();
                *copy += 1;
                TransactionKey::Content(hash, *copy)
            }
            named => named,
        };
        let booked = row.operation_date.as_ref().map(|at| at.value().date());
        Self {
            key,
            hash,
            elsewhere: booked.is_some_and(|booked| booked != day),
        }
    }
}

impl Known {
    /// Remembers a row; also tells in which pass it came before, 0 if in none since the restart.
    pub(crate) fn see(&mut self, row: &Compared, pass: u32) -> (News, u32) {
        let seen = Seen {
            hash: row.hash,
            elsewhere: row.elsewhere,
            pass,
        };
        match self.rows.get_mut(&row.key) {
            None => {
                self.rows.insert(row.key.clone(), seen);
                (News::Added, 0)
            }
            Some(before) => {
                let before = std::mem::replace(before, seen);
                let news = match before.hash == row.hash {
                    true => News::Repeated,
                    false => News::Changed,
                };
                (news, before.pass)
            }
        }
    }

    /// Remembers a row of an earlier life.
    pub(crate) fn recall(&mut self, key: TransactionKey, hash: ContentHash, elsewhere: bool) {
        let seen = Seen {
            hash,
            elsewhere,
            pass: 0,
        };
        self.rows.insert(key, seen);
    }

    pub(crate) fn forget(&mut self, key: &TransactionKey) -> bool {
        self.rows.remove(key).is_some()
    }

    pub(crate) fn came_in(&self, key: &TransactionKey, pass: u32) -> bool {
        self.rows.get(key).is_some_and(|seen| seen.pass == pass)
    }

    pub(crate) fn holds(&self, key: &TransactionKey) -> bool {
        self.rows.contains_key(key)
    }

    /// The rows of the day that this pass did not have.
    pub(crate) fn absent_from(&self, pass: u32) -> Vec<TransactionKey> {
        let absent = self
            .rows
            .iter()
            .filter(|(_, seen)| seen.pass != pass && !seen.elsewhere);
        absent.map(|(key, _)| key.clone()).collect()
    }

    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    /// Key, hash, and whether the row names another day.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&TransactionKey, ContentHash, bool)> {
        self.rows
            .iter()
            .map(|(key, seen)| (key, seen.hash, seen.elsewhere))
    }
}
