//! Rows without a name, counted by what they say.
//!
//! Two such rows on one page are two: a page is a piece of one list. On two pages they may be two, or one that was
//! pushed to the next page while the list was read. The first ones are certain; what goes beyond them is held back until
//! another reading, or the day's proof, says as many.

use std::collections::BTreeMap;

use super::known::Known;
use crate::content::ContentHash;
use crate::key::TransactionKey;
use crate::transaction::Transaction;

/// The nameless rows of one reading of a list. What is remembered is a few numbers for each content, and one row for
/// each content of which some are held back.
#[derive(Debug, Default)]
pub(super) struct Nameless {
    contents: BTreeMap<ContentHash, Met>,
    page: u32,
}

/// How often a content was met.
#[derive(Debug, Default)]
struct Met {
    /// Some were known before this reading.
    was_known: bool,
    page: u32,
    on_page: u32,
    most_on_a_page: u32,
    total: u32,
    marked: u32,
    held: Option<Box<Transaction>>,
}

/// How many rows say what, by one reading.
pub(super) type Totals = BTreeMap<ContentHash, u32>;

impl Nameless {
    /// The next page begins.
    pub(super) fn turn(&mut self) {
        self.page += 1;
    }

    /// Which of the rows that say this it is, if that is certain; `copies` of them are known by now. If it is not,
    /// [`hold`](Self::hold) it.
    pub(super) fn place(&mut self, hash: ContentHash, copies: u32) -> Option<u32> {
        let page = self.page;
        let met = self.meet(hash, copies);
        if met.page != page {
            (met.page, met.on_page) = (page, 0);
        }
        met.on_page += 1;
        met.total += 1;
        met.most_on_a_page = met.most_on_a_page.max(met.on_page);
        match met.total <= copies {
            true => Some(met.total),
            false => (met.most_on_a_page > copies).then(|| copies + 1),
        }
    }

    /// Keeps a row until it is known how many there are. One is enough: they say the same.
    pub(super) fn hold(&mut self, hash: ContentHash, row: Box<Transaction>) {
        if let Some(met) = self.contents.get_mut(&hash) {
            met.held.get_or_insert(row);
        }
    }

    /// How many contents were met.
    pub(super) fn contents(&self) -> usize {
        self.contents.len()
    }

    /// A row that is marked as outdated.
    pub(super) fn mark(&mut self, hash: ContentHash, copies: u32) {
        self.meet(hash, copies).marked += 1;
    }

    /// Whether a part of the day's list leaves open how many there are: an older one may say the same.
    pub(super) fn met_known(&self) -> bool {
        self.contents.values().any(|met| met.was_known)
    }

    /// Whether rows were met that may have been met before.
    pub(super) fn exceeds(&self, known: &Known) -> bool {
        let mut contents = self.contents.iter();
        contents.any(|(hash, met)| met.total > known.copies(*hash))
    }

    pub(super) fn totals(&self) -> Totals {
        let contents = self.contents.iter();
        contents.map(|(hash, met)| (*hash, met.total)).collect()
    }

    /// The rows that were held back: one of each content, and how many of them there are in all. Where `before`, the
    /// reading before this one, found fewer, those count.
    pub(super) fn settle(
        &mut self,
        before: Option<&Totals>,
    ) -> Vec<(ContentHash, u32, Box<Transaction>)> {
        let contents = self.contents.iter_mut();
        let held = contents.filter_map(|(hash, met)| {
            let fewest = before.map_or(met.total, |before| {
                before.get(hash).map_or(0, |total| met.total.min(*total))
            });
            Some((*hash, fewest, met.held.take()?))
        });
        held.collect()
    }

    /// Rows that are gone, the last number first: marked ones, as many as the list has fewer than are known. With
    /// `repeat` also those that may have been given out and forgotten in a crash.
    pub(super) fn gone(&self, known: &Known, repeat: bool) -> Vec<TransactionKey> {
        let mut gone = Vec::new();
        for (hash, met) in self.contents.iter().filter(|(_, met)| met.marked > 0) {
            let copies = known.copies(*hash);
            let missing = copies.saturating_sub(met.total).min(met.marked);
            let most = copies + if repeat { met.marked } else { 0 };
            let numbers = (copies - missing + 1..=most).rev();
            gone.extend(numbers.map(|number| TransactionKey::Content(*hash, number)));
        }
        gone
    }

    fn meet(&mut self, hash: ContentHash, copies: u32) -> &mut Met {
        self.contents.entry(hash).or_insert_with(|| Met {
            was_known: copies > 0,
            ..Met::default()
        })
    }
}
