//! Days that end, and days that are read again.

use rubank_core::money::Amount;
use time::{Date, OffsetDateTime};

use super::{Step, Tracker, Work};
use crate::follow::closing::Closing;
use crate::follow::event::Event;
use crate::follow::past::Past;
use crate::follow::proof::DayProof;

impl Tracker {
    /// What [`step`](Self::step) asked cannot be answered. If it was about a day that is closed already, that day is
    /// read another time, so that it does not keep the current one waiting. Anything else is asked again.
    pub fn put_off(&mut self, now: OffsetDateTime) {
        let Work::Look(look) = &self.work else {
            return;
        };
        let (known, pass) = (look.known(), look.pass());
        if let Some(past) = self.cursor.past.of(look.day()) {
            // What was given out is given out.
            past.known = known;
            past.put_off(now);
        }
        self.pass = pass;
        self.work = Work::Nothing;
    }

    pub(super) fn look(&mut self, past: Past, now: OffsetDateTime) -> Step {
        let account = self.cursor.account.clone();
        let closing = Closing::new(account, past.day, &self.options, past.before);
        let closing = closing.knowing(past.known, self.pass, past.uncertain);
        let step = closing.ask(now).map_or_else(Step::Wait, Step::Ask);
        self.work = Work::Look(Box::new(closing));
        step
    }

    /// Rows of a closed day are told. Whoever saves them before the cursor must know after a crash in between that the
    /// day is not what the cursor says.
    pub(super) fn rows_told(&mut self, day: Date, events: &mut Vec<Event>) {
        let Some(past) = self.cursor.past.of(day) else {
            return;
        };
        past.told = true;
        if !past.uncertain && !self.options.saved_together {
            past.uncertain = true;
            events.insert(0, Event::Save(self.cursor.clone()));
        }
    }

    /// The open day is over.
    pub(super) fn closed(
        &mut self,
        mut proof: DayProof,
        at: OffsetDateTime,
        events: &mut Vec<Event>,
    ) {
        let cursor = &mut self.cursor;
        let past = Past::new(&proof, cursor.before.take(), cursor.uncertain, at);
        proof.looks_again_at = past.due;
        self.doubt_the_day_before(&proof, at);
        events.push(proof.into_event());
        if let Some(next) = self.cursor.day.next_day() {
            self.cursor.advance(next, past.closing.clone());
            self.cursor.past.keep(past, self.options.revisit_days);
            events.push(Event::Save(self.cursor.clone()));
        }
    }

    /// A day that was closed before was read again.
    pub(super) fn looked(
        &mut self,
        mut proof: DayProof,
        at: OffsetDateTime,
        events: &mut Vec<Event>,
    ) {
        let day = proof.day();
        let Some(past) = self.cursor.past.of(day) else {
            return;
        };
        let must_be_told = past.told || past.uncertain;
        let before = past.closing.clone();
        let looked = past.look(&proof, at);
        let (closing, due) = (past.closing.clone(), past.due);
        if let Some(next) = day.next_day() {
            self.begins_with(next, closing.clone(), closing != before, at);
        }
        self.doubt_the_day_before(&proof, at);
        proof.is_later_look = true;
        proof.looks_again_at = due;
        if must_be_told || looked.turned || looked.gave_up {
            events.push(proof.into_event());
        }
        self.cursor.past.prune(self.options.revisit_days);
        events.push(Event::Save(self.cursor.clone()));
    }

    /// What the day before a day closed with.
    fn begins_with(&mut self, day: Date, before: Option<Amount>, is_new: bool, at: OffsetDateTime) {
        if self.cursor.day == day {
            self.cursor.before = before;
        } else if let Some(past) = self.cursor.past.of(day) {
            past.before = before;
            if is_new {
                past.hurry(at);
            }
        }
    }

    /// If a day does not begin with what the one before closed with, something was booked to that one.
    fn doubt_the_day_before(&mut self, proof: &DayProof, at: OffsetDateTime) {
        let before = proof
            .day()
            .previous_day()
            .filter(|_| proof.opening_differs());
        if let Some(past) = before.and_then(|day| self.cursor.past.of(day)) {
            past.hurry(at);
        }
    }
}
