//! The follower without a network: what to ask next, and what an answer means.

mod looks;

use std::sync::Arc;

use time::{Duration, OffsetDateTime, PrimitiveDateTime, Time};

use super::ask::{Ask, Heard, Told};
use super::closing::Closing;
use super::course::{self, Course};
use super::cursor::Cursor;
use super::event::Event;
use super::options::FollowOptions;
use super::window::{Reading, Rules, Window};
use crate::increment::{ListIncrement, Since};

/// Farther apart than this, the bank's `Date` says nothing about when its day turns.
const FARTHEST_SKEW: Duration = Duration::HOUR;

/// The follower as a state machine: [`step`](Self::step) says what to do, [`hear`](Self::hear) takes the answer.
/// No clock, no network, nothing that waits.
///
/// ```no_run
/// # async fn f(client: statements::Client, cursor: statements::Cursor) -> Result<(), statements::Error> {
/// use statements::{FollowOptions, Step, Tracker};
///
/// let mut tracker = Tracker::new(cursor, FollowOptions::new());
/// loop {
///     match tracker.step(client.clock().now()) {
///         Step::Ask(ask) => {
///             for event in tracker.hear(ask.send(&client).await?) {
///                 println!("{event:?}");
///             }
///         }
///         Step::Wait(until) => println!("nothing to do before {until}"),
///         Step::Done => return Ok(()),
///     }
/// #   break Ok(());
/// }
/// # }
/// ```
#[derive(Debug)]
pub struct Tracker {
    cursor: Cursor,
    options: FollowOptions,
    work: Work,
    /// The last pass through a list.
    pass: u32,
    /// Where the bank's clock stands against ours, as its last `Date` had it.
    skew: Duration,
    /// When the last window began.
    last_window: Option<OffsetDateTime>,
    /// The first window after a restart gives everything again.
    repeat: bool,
    course: Course,
}

#[derive(Debug)]
enum Work {
    Nothing,
    Window(Box<Window>),
    Closing(Box<Closing>),
    /// A day that was closed before is read again.
    Look(Box<Closing>),
}

/// What to do next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Ask this, and hand the answer to [`Tracker::hear`]. After an error ask again, later.
    Ask(Ask),
    /// Nothing before this moment of our clock.
    Wait(OffsetDateTime),
    /// [`FollowOptions::until`] is over.
    Done,
}

impl Tracker {
    /// Goes on from a cursor, whether new or saved.
    #[must_use]
    pub fn new(mut cursor: Cursor, options: FollowOptions) -> Self {
        let uncertain = !options.saved_together;
        // A day of which nothing was given out yet has nothing to be uncertain about.
        cursor.uncertain |= uncertain && (cursor.since.is_some() || cursor.known.len() > 0);
        Self {
            pass: cursor.last_pass(),
            cursor,
            options,
            work: Work::Nothing,
            skew: Duration::ZERO,
            last_window: None,
            repeat: uncertain,
            course: Course::Going,
        }
    }

    /// What to do at this moment of our clock. Asking twice changes nothing.
    #[must_use]
    pub fn step(&mut self, now: OffsetDateTime) -> Step {
        let Some(next_midnight) = self.midnight(1) else {
            return Step::Done;
        };
        // Both clocks must agree that it is still, or already, the day.
        let (earlier, later) = (
            now.saturating_add(self.skew.min(Duration::ZERO)),
            now.saturating_add(self.skew.max(Duration::ZERO)),
        );
        let lag = now - earlier;
        let closes = next_midnight.saturating_add(seconds(self.options.close_delay));
        if earlier >= closes {
            return self.close(now, next_midnight);
        }
        if let Work::Look(look) = &self.work {
            return look.ask(now).map_or_else(Step::Wait, Step::Ask);
        }
        if later >= next_midnight {
            self.work = Work::Nothing;
            return self.idle(now, Some(closes.saturating_add(lag)));
        }
        match self.midnight(0) {
            Some(midnight) if earlier < midnight => {
                return self.idle(now, Some(midnight.saturating_add(lag)));
            }
            _ => {}
        }
        if let Work::Window(window) = &self.work {
            return match window.not_before.filter(|at| *at > now) {
                Some(at) => Step::Wait(at),
                None => Step::Ask(Ask::Increment(window.page.clone())),
            };
        }
        match self.next_window() {
            None => self.idle(now, None),
            Some(due) if due > now => self.idle(now, Some(due.min(closes.saturating_add(lag)))),
            Some(_) => self.open_window(),
        }
    }

    /// Takes the bank's answer to what [`step`](Self::step) asked. An answer to another question is dropped.
    pub fn hear(&mut self, heard: Heard) -> Vec<Event> {
        if let Some(date) = heard.bank_date {
            let skew = date - heard.asked_at;
            if skew.abs() <= FARTHEST_SKEW {
                self.skew = skew;
            }
        }
        let at = heard.asked_at;
        let mut events = Vec::new();
        self.course = Course::Going;
        match &mut self.work {
            Work::Nothing => {}
            Work::Window(_) => self.hear_window(heard, &mut events),
            Work::Closing(closing) => {
                let proof = closing.hear(heard, &mut events);
                self.course = closing.course();
                if let Some(proof) = proof {
                    self.pass = closing.pass();
                    self.work = Work::Nothing;
                    self.closed(proof, at, &mut events);
                }
            }
            Work::Look(look) => {
                let proof = look.hear(heard, &mut events);
                let (pass, day) = (look.pass(), look.day());
                self.course = look.course();
                if !events.is_empty() {
                    self.rows_told(day, &mut events);
                }
                if let Some(proof) = proof {
                    self.pass = pass;
                    self.work = Work::Nothing;
                    self.looked(proof, at, &mut events);
                } else if self.course == Course::Circling {
                    self.put_off(at);
                }
            }
        }
        events
    }

    /// Whether the list that the last answer was a page of was given up, because page after page named a next one and
    /// had nothing new: the server does not heed which page it is asked for. It is begun anew a minute later; a person
    /// should look.
    #[must_use]
    pub fn is_going_round(&self) -> bool {
        self.course == Course::Circling
    }

    pub(super) const fn course(&self) -> Course {
        self.course
    }

    /// Where to go on. Rows that were given out since the last [`Event::Save`] are known to it: save it only if you
    /// have saved them.
    #[must_use]
    pub const fn cursor(&self) -> &Cursor {
        &self.cursor
    }

    /// Nothing of the current day is to be done, until a moment or for ever: a closed one may be.
    fn idle(&mut self, now: OffsetDateTime, until: Option<OffsetDateTime>) -> Step {
        if let Some(past) = self.cursor.past.due(now).cloned() {
            return self.look(past, now);
        }
        let until = until.map(|until| {
            let due = self.cursor.past.next_due();
            due.map_or(until, |due| due.min(until))
        });
        until.map_or(Step::Done, Step::Wait)
    }

    fn close(&mut self, now: OffsetDateTime, midnight: OffsetDateTime) -> Step {
        if matches!(self.work, Work::Nothing | Work::Window(_)) {
            // What was booked late to an earlier day changes the balance that this one begins with. Where many days are
            // closed one after another all were read since their midnights, and none is read twice.
            let past = &self.cursor.past;
            if let Some(past) = past.due(now).or_else(|| past.stale(midnight)).cloned() {
                return self.look(past, now);
            }
            let cursor = &self.cursor;
            let closing = Closing::new(
                cursor.account.clone(),
                cursor.day,
                &self.options,
                cursor.before.clone(),
            );
            let known = Arc::clone(&cursor.known);
            let closing = closing.knowing(known, self.pass, cursor.uncertain);
            self.work = Work::Closing(Box::new(closing));
        }
        match &self.work {
            Work::Closing(closing) | Work::Look(closing) => {
                closing.ask(now).map_or_else(Step::Wait, Step::Ask)
            }
            Work::Nothing | Work::Window(_) => Step::Done,
        }
    }

    fn open_window(&mut self) -> Step {
        let cursor = &self.cursor;
        let list = self.increment(self.since());
        let rules = Rules {
            day: cursor.day,
            outdated_is_removed: self.options.outdated_is_removed,
            repeat: self.repeat,
        };
        self.pass += 1;
        let ask = Ask::Increment(list.clone());
        let is_whole = matches!(self.since(), Since::StartOfDay(_));
        let window = Window::new(list, is_whole, self.pass, rules);
        self.work = Work::Window(Box::new(window));
        Step::Ask(ask)
    }

    fn increment(&self, since: Since) -> ListIncrement {
        let list = ListIncrement::new(self.cursor.account.clone(), since);
        match &self.options.cur_format {
            Some(format) => list.cur_format(format.clone()),
            None => list,
        }
    }

    fn hear_window(&mut self, heard: Heard, events: &mut Vec<Event>) {
        let whole = self.increment(Since::StartOfDay(self.cursor.day));
        let Work::Window(window) = &mut self.work else {
            return;
        };
        let reading = match heard.told {
            Told::Increment(page) => window.take(page, &mut self.cursor.known, events),
            Told::Nothing if window.is_at_its_first_page() => {
                window.end(&mut self.cursor.known, events)
            }
            Told::Nothing | Told::NoSuchPage => {
                self.pass += 1;
                window.begin_anew(self.pass);
                return;
            }
            Told::Transactions(_) | Told::Summary(_) => return,
        };
        let bank = heard.bank_date.unwrap_or(heard.asked_at);
        if window.began.is_none() {
            self.last_window = Some(heard.asked_at);
        }
        let began = *window.began.get_or_insert(bank.min(heard.asked_at));
        match reading {
            Reading::Going => {}
            Reading::Circling => {
                self.course = Course::Circling;
                self.pass += 1;
                window.begin_anew(self.pass);
                window.not_before = Some(heard.asked_at.saturating_add(course::PAUSE));
            }
            Reading::Unsure => {
                self.course = Course::Ended;
                self.pass += 1;
                window.begin_whole(whole, self.pass);
            }
            Reading::Done => {
                self.course = Course::Ended;
                self.work = Work::Nothing;
                self.repeat = false;
                self.cursor.since = Some(began.saturating_sub(seconds(self.options.overlap)));
                events.push(Event::Save(self.cursor.clone()));
            }
        }
    }

    /// When the next window is due; none after the last.
    fn next_window(&self) -> Option<OffsetDateTime> {
        let Some(last) = self.last_window else {
            return Some(OffsetDateTime::UNIX_EPOCH);
        };
        let due = last.saturating_add(seconds(self.options.every));
        match self.options.until {
            Some(until) if last >= until => None,
            Some(until) => Some(due.min(until)),
            None => Some(due),
        }
    }

    /// In whole seconds: a user reports that the bank dislikes fractions.
    fn since(&self) -> Since {
        let day = self.cursor.day;
        let local = self.cursor.since.map(|at| at.to_offset(self.cursor.offset));
        match local.filter(|local| local.date() == day) {
            None => Since::StartOfDay(day),
            Some(local) => {
                let (hour, minute, second) = local.time().as_hms();
                let time = Time::from_hms(hour, minute, second).unwrap_or(Time::MIDNIGHT);
                Since::Moment(PrimitiveDateTime::new(day, time))
            }
        }
    }

    /// The start of the cursor's day, or of one after it.
    fn midnight(&self, days: i64) -> Option<OffsetDateTime> {
        let day = self.cursor.day.checked_add(Duration::days(days))?;
        Some(OffsetDateTime::new_in_offset(
            day,
            Time::MIDNIGHT,
            self.cursor.offset,
        ))
    }
}

fn seconds(duration: std::time::Duration) -> Duration {
    Duration::try_from(duration).unwrap_or(Duration::MAX)
}
