//! Rows that were seen lately, and pages that come again.

use std::collections::{HashSet, VecDeque};

/// Rows shift by what is written while we read; ten pages are more than that, and memory stays flat.
const PAGES_KEPT: usize = 10;
/// Exactly one page of new rows makes the old page come once more; twice in a row no list does that.
const REPEATS_ALLOWED: u32 = 1;

/// What a reader of pages remembers.
#[derive(Debug, Default)]
pub(super) struct Recent {
    pages: VecDeque<HashSet<String>>,
    last: Vec<String>,
    repeats: u32,
}

/// The server answers the same page again and again: it ignores the position.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Stuck;

impl Recent {
    /// Takes the keys of the next page and says which of its rows are new.
    pub(super) fn admit(&mut self, keys: Vec<String>) -> Result<Vec<bool>, Stuck> {
        self.repeats = match !keys.is_empty() && keys == self.last {
            true => self.repeats + 1,
            false => 0,
        };
        if self.repeats > REPEATS_ALLOWED {
            return Err(Stuck);
        }
        let mut page = HashSet::new();
        let fresh = keys
            .iter()
            .map(|key| {
                let known = self.pages.iter().any(|earlier| earlier.contains(key));
                page.insert(key.clone()) && !known
            })
            .collect();
        self.pages.push_back(page);
        if self.pages.len() > PAGES_KEPT {
            self.pages.pop_front();
        }
        self.last = keys;
        Ok(fresh)
    }

    #[cfg(test)]
    pub(super) fn keys_held(&self) -> usize {
        self.pages.iter().map(HashSet::len).sum::<usize>() + self.last.len()
    }
}
