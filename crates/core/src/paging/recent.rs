//! Rows that were seen lately, and pages that come again.

use std::collections::VecDeque;
use std::collections::hash_map::{Entry, HashMap};
use std::sync::Arc;

use super::RowKey;

/// Rows shift by what is written while we read; ten pages are more than that, and memory stays flat.
const PAGES_KEPT: usize = 10;
/// Exactly one page of new rows makes the old page come once more; twice in a row no list does that.
const REPEATS_ALLOWED: u32 = 1;
/// Filtered lists have empty pages, and a busy list shifts; a list that goes on like that is none.
const FRUITLESS_ALLOWED: u32 = 99;

/// What a reader of pages remembers.
#[derive(Debug, Default)]
pub(super) struct Recent {
    /// How often each key stands on the pages kept: one lookup, however many they are.
    seen: HashMap<Arc<RowKey>, usize>,
    /// The keys of the pages kept, to be forgotten with their page.
    pages: VecDeque<Vec<Arc<RowKey>>>,
    last: Vec<Option<Arc<RowKey>>>,
    repeats: u32,
    fruitless: u32,
}

/// The server answers the same page again and again: it ignores the position.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Stuck;

impl Recent {
    /// Takes the keys of the next page and says which of its rows are to be given out. A row that cannot be read has no
    /// key; it and a row without an id are given out always.
    pub(super) fn admit(&mut self, keys: Vec<Option<RowKey>>) -> Result<Vec<bool>, Stuck> {
        let keys: Vec<_> = keys.into_iter().map(|key| key.map(Arc::new)).collect();
        let readable = keys.iter().any(Option::is_some);
        self.repeats = if readable && keys == self.last {
            self.repeats + 1
        } else {
            0
        };
        let mut news = false;
        let mut given = Vec::with_capacity(keys.len());
        for key in &keys {
            given.push(match key {
                None => true,
                Some(key) => {
                    let times = self.seen.entry(Arc::clone(key)).or_default();
                    *times += 1;
                    let fresh = *times == 1;
                    news |= fresh;
                    fresh || matches!(**key, RowKey::Content(_))
                }
            });
        }
        // A page of nothing but unreadable rows may well be new.
        let unreadable = !readable && !keys.is_empty();
        self.fruitless = if news || unreadable {
            0
        } else {
            self.fruitless + 1
        };
        if readable {
            self.keep(keys.iter().flatten().cloned().collect());
        }
        self.last = keys;
        match self.repeats > REPEATS_ALLOWED || self.fruitless > FRUITLESS_ALLOWED {
            true => Err(Stuck),
            false => Ok(given),
        }
    }

    /// Keeps a page, whose keys are counted already, and forgets the oldest if there are too many.
    fn keep(&mut self, page: Vec<Arc<RowKey>>) {
        self.pages.push_back(page);
        if self.pages.len() <= PAGES_KEPT {
            return;
        }
        for key in self.pages.pop_front().unwrap_or_default() {
            if let Entry::Occupied(mut times) = self.seen.entry(key) {
                match times.get() {
                    1 => drop(times.remove()),
                    _ => *times.get_mut() -= 1,
                }
            }
        }
    }

    #[cfg(test)]
    pub(super) fn keys_held(&self) -> usize {
        let kept = self.pages.iter().map(Vec::len).sum::<usize>();
        kept.max(self.seen.len()) + self.last.len()
    }
}
