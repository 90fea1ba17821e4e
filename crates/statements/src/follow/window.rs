//! One window of the current day: its pages, and what they mean together.

use std::collections::BTreeSet;
use std::sync::Arc;

use rubank_core::paging::Paged;
use time::{Date, OffsetDateTime};

use super::course::Fruitless;
use super::event::{Event, Removal, Removed, Row};
use super::known::{Compared, Known};
use super::nameless::{Nameless, Totals};
use crate::increment::{Increment, ListIncrement};
use crate::key::TransactionKey;

/// A part of the day, and then the whole day until two readings agree on the rows without a name. What they do not
/// agree on is found when the day is closed.
const MOST_READINGS: u32 = 4;

/// A window that is being read.
#[derive(Debug)]
pub(super) struct Window {
    /// The list's first page, to begin anew.
    first: ListIncrement,
    /// The page to ask for.
    pub(super) page: ListIncrement,
    /// The earlier of our clock when the first page was asked for and the bank's.
    pub(super) began: Option<OffsetDateTime>,
    pass: u32,
    first_pass: u32,
    rules: Rules,
    /// The list begins with the day.
    is_whole: bool,
    readings: u32,
    /// What the reading of the whole day before this one counted.
    before: Option<Totals>,
    /// Marked rows, judged at the list's end: the same key may come as it was and as it is.
    outdated: BTreeSet<TransactionKey>,
    nameless: Nameless,
    /// How many rows this pass had first.
    fresh: usize,
    fruitless: Fruitless,
    /// A list that went round in circles is left alone until then.
    pub(super) not_before: Option<OffsetDateTime>,
}

/// How rows are taken.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rules {
    pub(super) day: Date,
    pub(super) outdated_is_removed: bool,
    /// Everything is given, known or not: the first window after a restart.
    pub(super) repeat: bool,
}

/// How far a window is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reading {
    /// There is another page.
    Going,
    /// There is always another page, with nothing new: [`Window::begin_anew`], later.
    Circling,
    /// The list is read, and must be read again: [`Window::begin_whole`].
    Unsure,
    /// All is read and told.
    Done,
}

impl Window {
    pub(super) fn new(first: ListIncrement, is_whole: bool, pass: u32, rules: Rules) -> Self {
        Self {
            page: first.clone(),
            first,
            began: None,
            pass,
            first_pass: pass,
            rules,
            is_whole,
            readings: 1,
            before: None,
            outdated: BTreeSet::new(),
            nameless: Nameless::default(),
            fresh: 0,
            fruitless: Fruitless::default(),
            not_before: None,
        }
    }

    /// The list got shorter while it was read: from its first page, as a new pass.
    pub(super) fn begin_anew(&mut self, pass: u32) {
        self.pass = pass;
        self.page = self.first.clone();
        self.outdated.clear();
        self.nameless = Nameless::default();
        self.fruitless = Fruitless::default();
    }

    /// From the start of the day, as a new pass.
    pub(super) fn begin_whole(&mut self, list: ListIncrement, pass: u32) {
        self.before = self.is_whole.then(|| self.nameless.totals());
        self.is_whole = true;
        self.readings += 1;
        self.first = list;
        self.begin_anew(pass);
    }

    pub(super) fn is_at_its_first_page(&self) -> bool {
        self.page == self.first
    }

    /// Takes a page.
    pub(super) fn take(
        &mut self,
        page: Increment,
        known: &mut Arc<Known>,
        events: &mut Vec<Event>,
    ) -> Reading {
        // A link is never foreign here: a page of our own comes next in any case.
        let next = self.page.next(&page).ok().flatten();
        self.nameless.turn();
        let met = self.met();
        // A window without a list is taken for an empty one: the day's closing knows better.
        for row in page.transactions.unwrap_or_default().into_results() {
            match row {
                Ok(row) => self.take_row(Box::new(row), known, events),
                Err(error) => {
                    let day = self.rules.day;
                    events.push(Event::Unreadable { day, error });
                }
            }
        }
        let has_news = self.met() > met;
        match next {
            Some(_) if self.fruitless.circles(has_news) => Reading::Circling,
            Some(next) => {
                self.page = next;
                Reading::Going
            }
            None => self.end(known, events),
        }
    }

    /// Grows with everything that this pass did not have before.
    fn met(&self) -> usize {
        self.fresh + self.outdated.len() + self.nameless.contents()
    }

    fn take_row(
        &mut self,
        row: Box<crate::Transaction>,
        known: &mut Arc<Known>,
        events: &mut Vec<Event>,
    ) {
        let compared = Compared::of(&row, self.rules.day);
        let is_gone = self.rules.outdated_is_removed && row.is_outdated();
        let (key, copies) = match known.key_of(&compared, self.pass) {
            Some(key) => (Some(key), 0),
            None => (None, known.copies(compared.hash)),
        };
        let key = match (key, is_gone) {
            (Some(key), true) => {
                self.outdated.insert(key);
                return;
            }
            (None, true) => return self.nameless.mark(compared.hash, copies),
            (Some(key), false) => key,
            (None, false) => match self.nameless.place(compared.hash, copies) {
                Some(number) => TransactionKey::Content(compared.hash, number),
                None => return self.nameless.hold(compared.hash, row),
            },
        };
        let (news, before) = Arc::make_mut(known).see(&key, &compared, self.pass);
        self.fresh += usize::from(before != self.pass);
        let again = self.rules.repeat && before < self.first_pass;
        events.extend(Row::new(key, self.rules.day, compared.hash, row).told(news, again));
    }

    /// What only the whole list tells.
    pub(super) fn end(&mut self, known: &mut Arc<Known>, events: &mut Vec<Event>) -> Reading {
        self.tell_marked(known, events);
        let is_unsure = match self.is_whole {
            false => self.nameless.met_known() || self.nameless.exceeds(known),
            true => {
                self.nameless.exceeds(known)
                    && self.before.as_ref() != Some(&self.nameless.totals())
            }
        };
        if is_unsure && self.readings < MOST_READINGS {
            return Reading::Unsure;
        }
        for (hash, count, row) in self.nameless.settle(self.before.as_ref()) {
            let compared = Compared::of(&row, self.rules.day);
            for number in known.copies(hash) + 1..=count {
                let key = TransactionKey::Content(hash, number);
                let (news, _) = Arc::make_mut(known).see(&key, &compared, self.pass);
                let row = Row::new(key, self.rules.day, hash, row.clone());
                events.extend(row.told(news, false));
            }
        }
        for key in self.nameless.gone(known, self.rules.repeat) {
            self.tell_removed(key, known, events);
        }
        Reading::Done
    }

    /// Marked rows that did not come as they are now, too, are gone.
    fn tell_marked(&mut self, known: &mut Arc<Known>, events: &mut Vec<Event>) {
        for key in std::mem::take(&mut self.outdated) {
            if !known.came_in(&key, self.pass) {
                self.tell_removed(key, known, events);
            }
        }
    }

    fn tell_removed(&self, key: TransactionKey, known: &mut Arc<Known>, events: &mut Vec<Event>) {
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
