//! The follower over the network.

use std::collections::VecDeque;
use std::fmt;
use std::time::Duration;

use rubank_core::error::{Error, ErrorKind};
use rubank_core::types::Account;
use time::{OffsetDateTime, UtcOffset};

use super::ask::Ask;
use super::course::Course;
use super::cursor::Cursor;
use super::event::Event;
use super::options::FollowOptions;
use super::patience::Patience;
use super::tracker::{Step, Tracker};
use crate::Client;

/// Follows an account: each change once, each day proved.
///
/// ```no_run
/// # async fn f(client: statements::Client, account: statements::Account) -> Result<(), Box<dyn std::error::Error>> {
/// use statements::{Event, FollowOptions, Follower, time::macros::offset};
///
/// let mut follower = Follower::start(&client, account, offset!(+3), FollowOptions::new());
/// while let Some(event) = follower.next().await {
///     match event {
///         Ok(Event::Added(row) | Event::Changed(row)) => println!("{}", row.key),
///         Ok(Event::Removed(removed)) => println!("{} is gone", removed.key),
///         Ok(Event::Unreadable { day, error }) => println!("a person should look at {day}: {error}"),
///         Ok(Event::ProofFailed(proof)) => println!("a person should look: {proof}"),
///         Ok(Event::Save(cursor)) => std::fs::write("cursor.json", serde_json::to_vec(&cursor)?)?,
///         Ok(_) => {}
///         Err(error) if error.is_transient() => println!("{error}"),
///         Err(error) => return Err(error.into()),
///     }
/// }
/// # Ok(())
/// # }
/// ```
///
/// What it promises, how it is saved and what it remembers is told in the docs of [the module](crate::follow).
///
/// Many accounts: one follower each, in tasks of their own, over clones of one client. They share its limits.
pub struct Follower {
    client: Client,
    tracker: Tracker,
    events: VecDeque<Event>,
    /// What was handed out to be saved last, or the start: the tracker is ahead of it while events wait.
    saved: Cursor,
    not_before: Option<OffsetDateTime>,
    patience: Patience,
}

impl Follower {
    /// From the start of the account's current day. `offset` says when that began: see [`Cursor::new`].
    #[must_use]
    pub fn start(
        client: &Client,
        account: Account,
        offset: UtcOffset,
        options: FollowOptions,
    ) -> Self {
        let today = client.clock().now().to_offset(offset).date();
        Self::resume(client, Cursor::new(account, today, offset), options)
    }

    /// From a cursor on: one that was saved, or a new one of a day in the past.
    #[must_use]
    pub fn resume(client: &Client, cursor: Cursor, options: FollowOptions) -> Self {
        Self {
            client: client.clone(),
            saved: cursor.clone(),
            tracker: Tracker::new(cursor, options),
            events: VecDeque::new(),
            not_before: None,
            patience: Patience::default(),
        }
    }

    /// The next event. It waits, for hours if need be, until there is one; `None` when
    /// [`FollowOptions::until`] is over.
    ///
    /// Dropping the future loses nothing: the question is asked again.
    ///
    /// # Errors
    /// As [`Client::send`](rubank_core::client::Client::send). Nothing is lost by one: call it again, and the same
    /// question is asked after a pause that grows to a minute; but a closed day is not insisted on, it is looked at
    /// another time. Whether asking again helps [`Error::is_transient`] says. A list that goes round in circles, because
    /// the server does not heed which page it is asked for, is [`ErrorKind::Paging`], and is begun anew a minute later. A
    /// 400 for a day in the future means that `offset` is not the bank's.
    pub async fn next(&mut self) -> Option<Result<Event, Error>> {
        loop {
            if let Some(event) = self.events.pop_front() {
                if let Event::Save(cursor) = &event {
                    self.saved = cursor.clone();
                }
                return Some(Ok(event));
            }
            let clock = self.client.clock().clone();
            let now = clock.now();
            let step = match self.not_before.filter(|at| *at > now) {
                Some(pause) => Step::Wait(pause),
                None => self.tracker.step(now),
            };
            match step {
                Step::Done => return None,
                Step::Wait(until) => {
                    let wait = Duration::try_from(until - now).unwrap_or_default();
                    clock.sleep(wait).await;
                }
                Step::Ask(ask) => {
                    if let Err(error) = self.ask(&ask).await {
                        return Some(Err(error));
                    }
                }
            }
        }
    }

    /// Where to go on, at any moment when all rows that were given out are saved. While rows that came with them wait
    /// to be given out it is the cursor of the last [`Event::Save`], or the start: those that were given out since come
    /// again, under the same keys.
    ///
    /// With [`FollowOptions::saved_together`] save nothing but what [`Event::Save`] has: this cursor may not know all
    /// rows that you have.
    #[must_use]
    pub fn cursor(&self) -> &Cursor {
        match self.events.is_empty() {
            true => self.tracker.cursor(),
            // The tracker knows the rows that wait, too: after a restart nobody would ever get them.
            false => &self.saved,
        }
    }

    async fn ask(&mut self, ask: &Ask) -> Result<(), Error> {
        let (heard, vanished) = match ask.try_send(&self.client).await {
            Ok(answer) => answer,
            // The day turned while the request was under way.
            Err(error) if error.kind() == ErrorKind::BadRequest && self.is_past(ask) => {
                return Ok(());
            }
            Err(error) => {
                self.tracker.put_off(self.client.clock().now());
                return Err(self.pause(error));
            }
        };
        self.events.extend(self.tracker.hear(heard));
        match self.tracker.course() {
            Course::Going => {}
            Course::Ended => self.patience.list_ended(),
            Course::Circling => return Err(self.pause(ask.stuck())),
        }
        match vanished.filter(|_| self.patience.page_vanished()) {
            Some(error) => Err(self.pause(error)),
            None => {
                self.patience.answered();
                Ok(())
            }
        }
    }

    fn is_past(&mut self, ask: &Ask) -> bool {
        let now = self.client.clock().now();
        matches!(ask, Ask::Increment(_)) && self.tracker.step(now) != Step::Ask(ask.clone())
    }

    fn pause(&mut self, error: Error) -> Error {
        let pause = self.patience.failed(error.retry_after());
        let pause = time::Duration::try_from(pause).unwrap_or(time::Duration::MAX);
        self.not_before = Some(self.client.clock().now().saturating_add(pause));
        error
    }
}

impl fmt::Debug for Follower {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Follower")
            .field("client", &self.client)
            .field("cursor", self.cursor())
            .finish_non_exhaustive()
    }
}
