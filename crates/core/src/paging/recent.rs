//! Rows that were seen lately, and pages that come again.

use std::collections::{HashSet, VecDeque};

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
    pages: VecDeque<HashSet<RowKey>>,
    last: Vec<Option<RowKey>>,
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
        let readable = keys.iter().any(Option::is_some);
        self.repeats = if readable && keys == self.last {
            self.repeats + 1
        } else {
            0
        };
        let mut page = HashSet::new();
        let mut news = false;
        let mut given = Vec::with_capacity(keys.len());
        for key in &keys {
            given.push(match key {
                None => true,
                Some(key) => {
                    let known = self.pages.iter().any(|earlier| earlier.contains(key));
                    let fresh = page.insert(key.clone()) && !known;
                    news |= fresh;
                    fresh || matches!(key, RowKey::Content(_))
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
        if self.repeats > REPEATS_ALLOWED || self.fruitless > FRUITLESS_ALLOWED {
            return Err(Stuck);
        }
        if !page.is_empty() {
            self.pages.push_back(page);
        }
        if self.pages.len() > PAGES_KEPT {
            self.pages.pop_front();
        }
        self.last = keys;
        Ok(given)
    }

    #[cfg(test)]
    pub(super) fn keys_held(&self) -> usize {
        self.pages.iter().map(HashSet::len).sum::<usize>() + self.last.len()
    }
}
