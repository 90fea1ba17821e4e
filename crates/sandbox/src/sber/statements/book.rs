//! An account's book: operations over time, and what of them is to be seen at a moment.

use time::{Date, UtcOffset};

use super::entry::{Budget, Currency, Edit, Entry, EntryId, Identity, Removal};
use crate::random::Random;
use crate::sber::settings::RowOrder;
use crate::sber::text::{midnight, millis};

/// All moments are unix times in milliseconds, all amounts hundredths of the account's currency.
pub(super) struct Book {
    pub(super) number: String,
    pub(super) owner: String,
    pub(super) currency: Currency,
    pub(super) granted: bool,
    pub(super) closed: Option<Date>,
    /// How many of the next statements are not ready.
    pub(super) not_ready: u32,
    /// The balance before the first operation.
    opening: i64,
    rows: Vec<Row>,
    /// When anything becomes visible; sorted as soon as somebody asks.
    moments: Vec<i64>,
    sorted: bool,
    /// Grows with each change of the book, so that an old view is found out.
    edition: u64,
    view: Option<(ViewKey, Vec<u32>)>,
}

pub(super) struct Row {
    pub(super) id: u64,
    pub(super) credit: bool,
    pub(super) budget: Budget,
    pub(super) identity: Identity,
    pub(super) booked: i64,
    minor: i64,
    arrives: i64,
    modified: i64,
    purpose: Option<Box<str>>,
    revisions: Vec<Revision>,
    removal: Option<(i64, bool)>,
}

struct Revision {
    at: i64,
    modified: i64,
    minor: Option<i64>,
    purpose: Option<Box<str>>,
    new_uuid: bool,
}

/// An operation as it stands at a moment.
pub(super) struct Standing<'a> {
    pub(super) row: &'a Row,
    pub(super) minor: i64,
    pub(super) purpose: Option<&'a str>,
    pub(super) modified: i64,
    /// How many times its uuid was replaced.
    pub(super) uuid_edition: u64,
    pub(super) outdated: bool,
}

/// Which operations are asked for, as moments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Window {
    pub(super) day: Date,
    /// Outdated operations are shown too.
    pub(super) with_outdated: bool,
    /// Bounds of `lastModifiedTime`, both included.
    pub(super) modified: Option<(i64, i64)>,
}

#[derive(PartialEq, Eq)]
struct ViewKey {
    window: Window,
    order: RowOrder,
    offset: UtcOffset,
    edition: u64,
    passed: usize,
}

/// What a day amounts to, in hundredths of the account's currency.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct DayTotals {
    /// The balance before the day's first operation.
    pub opening: i64,
    /// The balance after its last.
    pub closing: i64,
    /// What went out, as a positive number.
    pub debit: i64,
    /// What came in.
    pub credit: i64,
    /// How many operations took money out.
    pub debit_count: u64,
    /// How many brought money in.
    pub credit_count: u64,
    /// When the last operation up to this day was booked, in unix milliseconds.
    pub(super) last_movement: Option<i64>,
}

impl Book {
    pub(super) fn new(number: String, owner: String, currency: Currency, opening: i64) -> Self {
        Self {
            number,
            owner,
            currency,
            granted: true,
            closed: None,
            not_ready: 0,
            opening,
            rows: Vec::new(),
            moments: Vec::new(),
            sorted: true,
            edition: 0,
            view: None,
        }
    }

    /// `now` stands for every moment that was not said.
    pub(super) fn post(&mut self, entry: Entry, now: i64) -> EntryId {
        let arrives = entry.arrives.map_or(now, millis);
        let id = self.rows.len() as u64 + 1;
        self.rows.push(Row {
            id,
            credit: entry.credit,
            budget: entry.budget,
            identity: entry.identity,
            booked: entry.booked.map_or(arrives, millis),
            minor: i64::try_from(entry.minor).unwrap_or(i64::MAX),
            arrives,
            modified: entry.modified.map_or(arrives, millis),
            purpose: entry.purpose.map(String::into_boxed_str),
            revisions: Vec::new(),
            removal: None,
        });
        self.note(arrives);
        EntryId(id)
    }

    pub(super) fn change(&mut self, id: EntryId, edit: Edit, now: i64) {
        let at = edit.at.map_or(now, millis);
        let Some(row) = self.row_mut(id) else {
            return;
        };
        row.revisions.push(Revision {
            at,
            modified: edit.modified.map_or(at, millis),
            minor: edit
                .minor
                .map(|minor| i64::try_from(minor).unwrap_or(i64::MAX)),
            purpose: edit.purpose.map(String::into_boxed_str),
            new_uuid: edit.new_uuid,
        });
        row.revisions.sort_by_key(|revision| revision.at);
        self.note(at);
    }

    pub(super) fn remove(&mut self, id: EntryId, removal: Removal, now: i64) {
        let at = removal.at.map_or(now, millis);
        let Some(row) = self.row_mut(id) else {
            return;
        };
        row.removal = Some((at, removal.marked));
        self.note(at);
    }

    pub(super) fn row(&self, id: EntryId) -> Option<&Row> {
        self.rows.get(usize::try_from(id.0.checked_sub(1)?).ok()?)
    }

    fn row_mut(&mut self, id: EntryId) -> Option<&mut Row> {
        self.rows
            .get_mut(usize::try_from(id.0.checked_sub(1)?).ok()?)
    }

    fn note(&mut self, at: i64) {
        self.moments.push(at);
        self.sorted = false;
        self.edition += 1;
    }

    /// Every operation that is to be seen, outdated ones included, in the order of their numbers.
    pub(super) fn standings(&self, now: i64) -> impl Iterator<Item = Standing<'_>> {
        self.rows.iter().filter_map(move |row| row.at(now))
    }

    /// How many operations a window holds, and those of one page of it.
    pub(super) fn page(
        &mut self,
        window: Window,
        order: RowOrder,
        offset: UtcOffset,
        now: i64,
        (skip, take): (usize, usize),
    ) -> (usize, Vec<Standing<'_>>) {
        if !self.sorted {
            self.moments.sort_unstable();
            self.sorted = true;
        }
        let key = ViewKey {
            window,
            order,
            offset,
            edition: self.edition,
            passed: self.moments.partition_point(|moment| *moment <= now),
        };
        if self.view.as_ref().is_none_or(|(old, _)| *old != key) {
            let places = self.places(window, order, offset, now);
            self.view = Some((key, places));
        }
        let places = self.view.as_ref().map_or(&[][..], |(_, places)| places);
        let rows = places.iter().skip(skip).take(take);
        let rows = rows.filter_map(|place| self.rows.get(*place as usize)?.at(now));
        (places.len(), rows.collect())
    }

    fn places(&self, window: Window, order: RowOrder, offset: UtcOffset, now: i64) -> Vec<u32> {
        let from = midnight(window.day, offset);
        let until = midnight(window.day.next_day().unwrap_or(Date::MAX), offset);
        let mut places: Vec<u32> = self
            .standings(now)
            .filter(|standing| (from..until).contains(&standing.row.booked))
            .filter(|standing| window.with_outdated || !standing.outdated)
            .filter(|standing| {
                let (low, high) = window.modified.unwrap_or((i64::MIN, i64::MAX));
                (low..=high).contains(&standing.modified)
            })
            .map(|standing| (standing.row.id - 1) as u32)
            .collect();
        let booked = |place: &u32| self.rows.get(*place as usize).map_or(0, |row| row.booked);
        match order {
            RowOrder::OldestFirst => places.sort_by_key(|place| (booked(place), *place)),
            RowOrder::NewestFirst => {
                places.sort_by_key(|place| std::cmp::Reverse((booked(place), *place)));
            }
            RowOrder::Scattered => {
                places.sort_by_key(|place| Random::new(u64::from(*place), "sber.order").next());
            }
        }
        places
    }

    pub(super) fn totals(&self, day: Date, offset: UtcOffset, now: i64) -> DayTotals {
        let from = midnight(day, offset);
        let until = midnight(day.next_day().unwrap_or(Date::MAX), offset);
        let mut totals = DayTotals {
            opening: self.opening,
            ..DayTotals::default()
        };
        for standing in self.standings(now).filter(|standing| !standing.outdated) {
            let (booked, minor) = (standing.row.booked, standing.minor);
            if booked < until {
                totals.last_movement = totals.last_movement.max(Some(booked));
            }
            if booked < from {
                totals.opening += if standing.row.credit { minor } else { -minor };
            } else if booked < until && standing.row.credit {
                totals.credit += minor;
                totals.credit_count += 1;
            } else if booked < until {
                totals.debit += minor;
                totals.debit_count += 1;
            }
        }
        totals.closing = totals.opening + totals.credit - totals.debit;
        totals
    }
}

impl Row {
    /// The operation as it was posted, wherever the clock is.
    pub(super) fn bare(&self) -> Standing<'_> {
        Standing {
            row: self,
            minor: self.minor,
            purpose: self.purpose.as_deref(),
            modified: self.modified,
            uuid_edition: 0,
            outdated: false,
        }
    }

    fn at(&self, now: i64) -> Option<Standing<'_>> {
        if now < self.arrives {
            return None;
        }
        let mut standing = self.bare();
        for revision in self
            .revisions
            .iter()
            .take_while(|revision| revision.at <= now)
        {
            standing.minor = revision.minor.unwrap_or(standing.minor);
            standing.purpose = revision.purpose.as_deref().or(standing.purpose);
            standing.modified = revision.modified;
            standing.uuid_edition += u64::from(revision.new_uuid);
        }
        match self.removal {
            Some((at, false)) if at <= now => None,
            Some((at, true)) if at <= now => {
                standing.outdated = true;
                standing.modified = at;
                Some(standing)
            }
            _ => Some(standing),
        }
    }
}
