//! A past day: read its full list, prove it, tell what the list does not have.

use std::collections::BTreeSet;
use std::sync::Arc;

use rubank_core::money::Amount;
use rubank_core::paging::Paged;
use rubank_core::types::Account;
use time::{Date, Duration, OffsetDateTime};

use super::ask::{Ask, Heard, Told};
use super::course::{self, Course, Fruitless};
use super::event::{Event, Removal, Removed, Row};
use super::known::{Compared, Known};
use super::nameless::Nameless;
use super::options::FollowOptions;
use super::proof::{DayProof, Finding, Tally};
use crate::day::{GetSummary, ListTransactions, Summary, Transactions};
use crate::key::TransactionKey;
use crate::values::CurrencyAmount;

/// A list that shifted while it was read is another one the next time.
const MOST_READINGS: u32 = 3;
/// Between two readings.
const PAUSE: Duration = Duration::seconds(10);

/// The closing of one day of one account, without a network.
#[derive(Debug)]
pub(crate) struct Closing {
    account: Account,
    day: Date,
    list: ListTransactions,
    outdated_is_removed: bool,
    /// Every row is given again: what was saved before a restart is not certain.
    repeat: bool,
    before: Option<Amount>,
    known: Arc<Known>,
    stage: Stage,
    not_before: Option<OffsetDateTime>,
    readings: u32,
    first_pass: u32,
    pass: u32,
    reading: Reading,
    /// The sum over the hashes of the reading before.
    last: Option<u128>,
    course: Course,
}

#[derive(Debug)]
enum Stage {
    List(ListTransactions),
    Summary,
}

/// What one reading of the list gives.
#[derive(Debug, Default)]
struct Reading {
    tally: Tally,
    nameless: Nameless,
    /// The sum over the hashes: equal lists have equal sums, whatever their order.
    digest: u128,
    /// The bank said "no data", or nothing at all, instead of an empty list.
    nothing: bool,
    /// Rows that are known and marked as outdated.
    marked: BTreeSet<TransactionKey>,
    /// How many rows it had first.
    fresh: usize,
    fruitless: Fruitless,
}

impl Reading {
    /// Grows with everything that this reading did not have before.
    fn met(&self) -> usize {
        self.fresh + self.marked.len() + self.nameless.contents()
    }
}

impl Closing {
    /// A day of which nothing is known.
    pub(crate) fn new(
        account: Account,
        day: Date,
        options: &FollowOptions,
        before: Option<Amount>,
    ) -> Self {
        let mut list = ListTransactions::new(account.clone(), day);
        if let Some(format) = &options.cur_format {
            list = list.cur_format(format.clone());
        }
        Self {
            account,
            day,
            stage: Stage::List(list.clone()),
            list,
            outdated_is_removed: options.outdated_is_removed,
            repeat: false,
            before,
            known: Arc::default(),
            not_before: None,
            readings: 1,
            first_pass: 1,
            pass: 1,
            reading: Reading::default(),
            last: None,
            course: Course::Going,
        }
    }

    /// The same for a day of which something was given out before, in passes up to `pass`.
    pub(crate) fn knowing(self, known: Arc<Known>, pass: u32, repeat: bool) -> Self {
        Self {
            known,
            first_pass: pass + 1,
            pass: pass + 1,
            repeat,
            ..self
        }
    }

    /// The next question, or until when to wait.
    pub(crate) fn ask(&self, now: OffsetDateTime) -> Result<Ask, OffsetDateTime> {
        match (self.not_before, &self.stage) {
            (Some(at), _) if at > now => Err(at),
            (_, Stage::List(page)) => Ok(Ask::Transactions(page.clone())),
            (_, Stage::Summary) => {
                let summary = GetSummary::new(self.account.clone(), self.day);
                Ok(Ask::Summary(summary))
            }
        }
    }

    /// Takes an answer; one to another question is dropped. The proof comes when the day is done.
    pub(crate) fn hear<C>(&mut self, heard: Heard, events: &mut Vec<Event<C>>) -> Option<DayProof> {
        self.course = Course::Going;
        match (&self.stage, heard.told) {
            (Stage::List(asked), Told::Transactions(page)) => {
                // A link is never foreign here: a page of our own comes next in any case.
                let next = asked.next(&page).ok().flatten();
                self.take_page(page, next, heard.asked_at, events);
                None
            }
            (Stage::List(asked), Told::Nothing) if asked.place.page == 1 => {
                self.reading.nothing = true;
                self.end_list();
                None
            }
            (Stage::List(_), Told::Nothing | Told::NoSuchPage) => {
                self.begin_reading();
                None
            }
            (Stage::Summary, Told::Summary(summary)) => {
                self.judge(&summary, heard.asked_at, events)
            }
            (Stage::Summary, Told::Nothing) => {
                // An empty object is a summary that says nothing.
                let empty = rubank_core::read::read(b"{}").ok()?;
                self.judge(&empty, heard.asked_at, events)
            }
            _ => None,
        }
    }

    pub(crate) const fn day(&self) -> Date {
        self.day
    }

    /// What was given out so far.
    pub(crate) fn known(&self) -> Arc<Known> {
        Arc::clone(&self.known)
    }

    /// The last pass through the list.
    pub(crate) const fn pass(&self) -> u32 {
        self.pass
    }

    /// What the last answer meant for the list.
    pub(crate) const fn course(&self) -> Course {
        self.course
    }

    fn end_list(&mut self) {
        self.course = Course::Ended;
        self.stage = Stage::Summary;
    }

    fn take_page<C>(
        &mut self,
        page: Transactions,
        next: Option<ListTransactions>,
        asked_at: OffsetDateTime,
        events: &mut Vec<Event<C>>,
    ) {
        self.reading.nothing |= page.transactions.is_none();
        self.reading.nameless.turn();
        let met = self.reading.met();
        for row in page.transactions.unwrap_or_default().into_results() {
            match row {
                Ok(row) => self.take(row.into(), events),
                Err(error) => {
                    self.reading.tally.unreadable += 1;
                    let day = self.day;
                    events.push(Event::Unreadable { day, error });
                }
            }
        }
        let has_news = self.reading.met() > met;
        match next {
            None => self.end_list(),
            Some(_) if self.reading.fruitless.circles(has_news) => {
                self.course = Course::Circling;
                self.not_before = asked_at.checked_add(course::PAUSE);
                self.begin_reading();
            }
            Some(next) => self.stage = Stage::List(next),
        }
    }

    fn begin_reading(&mut self) {
        self.pass += 1;
        self.reading = Reading::default();
        self.stage = Stage::List(self.list.clone());
    }

    fn take<C>(&mut self, row: Box<crate::Transaction>, events: &mut Vec<Event<C>>) {
        let compared = Compared::of(&row, self.day);
        if self.outdated_is_removed && row.is_outdated() {
            return self.mark(&compared);
        }
        let known = Arc::make_mut(&mut self.known);
        let named = known.key_of(&compared, self.pass);
        let is_repeat = (named.as_ref()).is_some_and(|key| known.came_in(key, self.pass));
        if !is_repeat {
            self.reading.tally.add(&row);
            self.reading.digest = self.reading.digest.wrapping_add(compared.hash.number());
        }
        let key = match named {
            Some(key) => key,
            None => {
                let copies = known.copies(compared.hash);
                match self.reading.nameless.place(compared.hash, copies) {
                    Some(number) => TransactionKey::Content(compared.hash, number),
                    None => return self.reading.nameless.hold(compared.hash, row),
                }
            }
        };
        let (news, before) = known.see(&key, &compared, self.pass);
        self.reading.fresh += usize::from(before != self.pass);
        let again = self.repeat && before < self.first_pass;
        events.extend(Row::new(key, self.day, compared.hash, row).told(news, again));
    }

    /// A marked row is not in the list; if it is known, this says why it goes.
    fn mark(&mut self, row: &Compared) {
        let copies = self.known.copies(row.hash);
        let key = (self.known.key_of(row, self.pass))
            .unwrap_or(TransactionKey::Content(row.hash, copies));
        if self.known.holds(&key) {
            self.reading.marked.insert(key);
        }
    }

    /// Gives out what was held back: the last reading counts, even if nothing proves it. A row too many is removed by a
    /// later look, a lost one is lost.
    fn settle<C>(&mut self, events: &mut Vec<Event<C>>) {
        for (hash, count, row) in self.reading.nameless.settle(None) {
            let known = Arc::make_mut(&mut self.known);
            let compared = Compared::of(&row, self.day);
            for number in known.copies(hash) + 1..=count {
                let key = TransactionKey::Content(hash, number);
                let (news, _) = known.see(&key, &compared, self.pass);
                let row = Row::new(key, self.day, hash, row.clone());
                events.extend(row.told(news, false));
            }
        }
    }

    /// Proved, or the same twice, or tried often enough: then the day is done. Else the list is read again.
    fn judge<C>(
        &mut self,
        summary: &Summary,
        now: OffsetDateTime,
        events: &mut Vec<Event<C>>,
    ) -> Option<DayProof> {
        let reading = &self.reading;
        let mut findings = reading.tally.against(summary, self.before.as_ref());
        let is_proved = findings.is_empty();
        let is_same = self.last == Some(reading.digest);
        if !is_proved && !is_same && self.readings < MOST_READINGS {
            self.last = Some(reading.digest);
            self.readings += 1;
            self.not_before = now.checked_add(PAUSE);
            self.begin_reading();
            return None;
        }
        self.settle(events);
        let reading = &self.reading;
        // A row that cannot be read may be the one that is missed, and "no data" is no list.
        let is_sure = is_proved || (is_same && reading.tally.unreadable == 0 && !reading.nothing);
        let absent = self.known.absent_from(self.pass);
        if is_sure {
            for key in absent {
                Arc::make_mut(&mut self.known).forget(&key);
                let why = match self.reading.marked.contains(&key) {
                    true => Removal::Marked,
                    false => Removal::Absent,
                };
                let day = self.day;
                events.push(Event::Removed(Removed { key, day, why }));
            }
        } else if !absent.is_empty() {
            findings.push(Finding::NotListed(absent));
        }
        let told =
            |amount: &Option<CurrencyAmount>| amount.as_ref().and_then(CurrencyAmount::value);
        Some(DayProof {
            account: self.account.clone(),
            day: self.day,
            readings: self.readings,
            credit: self.reading.tally.credit,
            debit: self.reading.tally.debit,
            opening: told(&summary.opening_balance),
            closing: told(&summary.closing_balance),
            findings,
            list_is_sure: is_sure,
            known: Arc::clone(&self.known),
            is_later_look: false,
            looks_again_at: None,
        })
    }
}
