//! What is remembered of a day: a key, a hash and the other names of each row.

use std::collections::BTreeMap;

use time::Date;

use crate::content::ContentHash;
use crate::key::TransactionKey;
use crate::transaction::Transaction;

/// The rows of one day that were given out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Known {
    rows: BTreeMap<TransactionKey, Seen>,
    /// The other names of these rows, and the key under which each was given out. A name that several rows share leads
    /// to itself.
    aliases: BTreeMap<TransactionKey, TransactionKey>,
}

#[derive(Clone, Copy, Debug)]
struct Seen {
    hash: ContentHash,
    /// The row itself names another day, so its absence in this one's list says nothing.
    elsewhere: bool,
    /// It was given out under its `uuid`, and has an `operationId` since.
    renamed: bool,
    /// The last pass through the bank's list that had it; 0 if none did since it was read from a text.
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
    pub(crate) hash: ContentHash,
    operation: Option<TransactionKey>,
    uuid: Option<TransactionKey>,
    elsewhere: bool,
}

impl Compared {
    pub(crate) fn of(row: &Transaction, day: Date) -> Self {
        let booked = row.operation_date.as_ref().map(|at| at.value().date());
        let [operation, uuid] = row.names();
        Self {
            hash: row.content_hash(),
            operation,
            uuid,
            elsewhere: booked.is_some_and(|booked| booked != day),
        }
    }
}

impl Known {
    /// The key of a row that has a name: the one under which it was given out, whichever name it had then.
    pub(crate) fn key_of(&self, row: &Compared, pass: u32) -> Option<TransactionKey> {
        let known = |name: &TransactionKey| match self.rows.contains_key(name) {
            true => Some(name.clone()),
            false => self.aliases.get(name).cloned(),
        };
        let Some(operation) = &row.operation else {
            let uuid = row.uuid.as_ref()?;
            return Some(known(uuid).unwrap_or_else(|| uuid.clone()));
        };
        // The row of this `uuid` may have got its `operationId` since. If it comes in the same list as it was, or has
        // another `operationId` already, this is another row: a `uuid` may follow from the content.
        let became = |uuid: &&TransactionKey| {
            let before = self.rows.get(uuid);
            before.is_some_and(|before| before.pass != pass && !before.renamed)
        };
        let key = known(operation).or_else(|| row.uuid.as_ref().filter(became).cloned());
        Some(key.unwrap_or_else(|| operation.clone()))
    }

    /// Remembers a row; also tells in which pass it came before.
    pub(crate) fn see(&mut self, key: &TransactionKey, row: &Compared, pass: u32) -> (News, u32) {
        let before = self.rows.get(key).copied();
        let seen = Seen {
            hash: row.hash,
            elsewhere: row.elsewhere,
            renamed: before.is_some_and(|before| before.renamed),
            pass,
        };
        self.rows.insert(key.clone(), seen);
        for name in [&row.operation, &row.uuid].into_iter().flatten() {
            self.learn(name, key);
        }
        match before {
            None => (News::Added, 0),
            Some(before) if before.hash == row.hash => (News::Repeated, before.pass),
            Some(before) => (News::Changed, before.pass),
        }
    }

    fn learn(&mut self, name: &TransactionKey, key: &TransactionKey) {
        if self.rows.contains_key(name) {
            return;
        }
        let is_other = |other: &TransactionKey| other != key && other != name;
        match self.aliases.get(name) {
            None => self.recall_alias(name.clone(), key.clone()),
            Some(other) if is_other(other) => {
                self.aliases.insert(name.clone(), name.clone());
            }
            Some(_) => {}
        }
    }

    /// Remembers a row of an earlier life.
    pub(crate) fn recall(&mut self, key: TransactionKey, hash: ContentHash, elsewhere: bool) {
        let seen = Seen {
            hash,
            elsewhere,
            renamed: false,
            pass: 0,
        };
        self.rows.insert(key, seen);
    }

    /// Remembers another name of a row that is known.
    pub(crate) fn recall_alias(&mut self, name: TransactionKey, key: TransactionKey) {
        if let (TransactionKey::Operation(_), Some(row)) = (&name, self.rows.get_mut(&key)) {
            row.renamed = true;
        }
        self.aliases.insert(name, key);
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

    /// The last pass of all. A cursor may come from a tracker of the same process: its passes are over.
    pub(crate) fn last_pass(&self) -> u32 {
        self.rows.values().map(|seen| seen.pass).max().unwrap_or(0)
    }

    /// How many rows without a name say this. They are numbered from 1, without a gap.
    pub(crate) fn copies(&self, hash: ContentHash) -> u32 {
        let all = TransactionKey::Content(hash, 0)..=TransactionKey::Content(hash, u32::MAX);
        match self.rows.range(all).next_back() {
            Some((TransactionKey::Content(_, number), _)) => *number,
            _ => 0,
        }
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

    /// Other names, and the keys of their rows.
    pub(crate) fn aliases(&self) -> &BTreeMap<TransactionKey, TransactionKey> {
        &self.aliases
    }
}
