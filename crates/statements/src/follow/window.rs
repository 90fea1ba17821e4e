//! One window of the current day: its pages, and what they mean together.

use std::collections::BTreeSet;
use std::sync::Arc;

use rubank_core::paging::Paged;
use time::{Date, OffsetDateTime};

use super::event::{Event, Removal, Removed, Row};
use super::known::{Compared, Copies, Known, News};
use crate::increment::{Increment, ListIncrement};
use crate::key::TransactionKey;

/// A window that is being read.
#[derive(Debug)]
pub(super) struct Window {
    /// Its first page, to begin anew.
    first: ListIncrement,
    /// The page to ask for.
    pub(super) page: ListIncrement,
    /// The earlier of our clock when the first page was asked for and the bank's.
    pub(super) began: Option<OffsetDateTime>,
    pub(super) pass: u32,
    rules: Rules,
    /// Marked rows, judged at the window's end: the same key may come as it was and as it is.
    outdated: BTreeSet<TransactionKey>,
}

/// How rows are taken.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rules {
    pub(super) day: Date,
    pub(super) outdated_is_removed: bool,
    /// Everything is given, known or not: the first window after a restart.
    pub(super) repeat: bool,
}

impl Window {
    pub(super) fn new(first: ListIncrement, pass: u32, rules: Rules) -> Self {
        Self {
            page: first.clone(),
            first,
            began: None,
            pass,
            rules,
            outdated: BTreeSet::new(),
        }
    }

    /// The list got shorter while it was read: from its first page, as a new pass.
    pub(super) fn begin_anew(&mut self, pass: u32) {
        *self = Self::new(self.first.clone(), pass, self.rules);
    }

    /// Takes a page; true if it was the last.
    pub(super) fn take(
        &mut self,
        page: Increment,
        known: &mut Arc<Known>,
        events: &mut Vec<Event>,
    ) -> bool {
        // A link is never foreign here: a page of our own comes next in any case.
        let next = self.page.next(&page).ok().flatten();
        // A row can shift to the next page and come twice, but not within one page.
        let mut copies = Copies::new();
        // A window without a list is taken for an empty one: the day's closing knows better.
        for row in page.transactions.unwrap_or_default().into_results() {
            let day = self.rules.day;
            let row = match row {
                Ok(row) => Box::new(row),
                Err(error) => {
                    events.push(Event::Unreadable { day, error });
                    continue;
                }
            };
            let compared = Compared::of(&row, day, &mut copies);
            if self.rules.outdated_is_removed && row.is_outdated() {
                self.outdated.insert(compared.key);
                continue;
            }
            let (news, before) = Arc::make_mut(known).see(&compared, self.pass);
            let row = Row {
                key: compared.key,
                day,
                hash: compared.hash,
                transaction: row,
            };
            match news {
                News::Added => events.push(Event::Added(row)),
                News::Changed => events.push(Event::Changed(row)),
                News::Repeated if self.rules.repeat && before != self.pass => {
                    events.push(Event::Changed(row))
                }
                News::Repeated => {}
            }
        }
        match next {
            Some(next) => {
                self.page = next;
                false
            }
            None => {
                self.end(known, events);
                true
            }
        }
    }

    /// Marked rows that did not come as they are now, too, are gone.
    pub(super) fn end(&mut self, known: &mut Arc<Known>, events: &mut Vec<Event>) {
        for key in std::mem::take(&mut self.outdated) {
            if known.came_in(&key, self.pass) {
                continue;
            }
            let was_known = known.holds(&key) && Arc::make_mut(known).forget(&key);
            if was_known || self.rules.repeat {
                events.push(Event::Removed(Removed {
                    key,
                    day: self.rules.day,
                    why: Removal::Marked,
                }));
            }
        }
    }
}
