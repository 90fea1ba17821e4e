//! Many days of many accounts.

mod cursor;
mod lane;
#[cfg(test)]
mod tests;

use std::collections::VecDeque;
use std::fmt;
use std::future::poll_fn;
use std::task::{Context, Poll};

use rubank_core::error::Error;
use rubank_core::money::Amount;
use rubank_core::types::Account;
use time::Date;

pub use cursor::BackfillCursor;

use crate::Client;
use crate::follow::{Event, FollowOptions};
use lane::Lane;

/// Reads a range of days of many accounts, each day with its proof, and can go on after a restart.
///
/// ```no_run
/// # async fn f(client: statements::Client, accounts: Vec<statements::Account>) -> Result<(), Box<dyn std::error::Error>> {
/// use statements::{Backfill, Event, time::macros::date};
///
/// let mut backfill = Backfill::new(&client, accounts, date!(2025-08-01), date!(2025-08-31));
/// while let Some(event) = backfill.next().await {
///     let (account, event) = match event {
///         Ok(told) => told,
///         Err(failed) if failed.error.is_transient() => continue, // it is asked again
///         Err(failed) => return Err(failed.into()),
///     };
///     match event {
///         Event::Added(row) | Event::Changed(row) => println!("{} {} {}", account.expose(), row.day, row.key),
///         Event::ProofFailed(proof) => println!("a person should look: {proof}"),
///         Event::Save(cursor) => std::fs::write("backfill.json", serde_json::to_vec(&cursor)?)?,
///         _ => {}
///     }
/// }
/// # Ok(())
/// # }
/// ```
///
/// The days of an account come in their order, so that each opening balance is compared with the closing one of the
/// day before. Several accounts are read [at once](Self::at_once); all share the client's limits, 5 calls per second
/// for each of the bank's endpoints. Rows pass through, a page at a time; of each day that is being read a key and a
/// hash for each row are remembered, and nothing of the days before.
///
/// The bank keeps the current year and five before it. The current day is not over: read to the day before, and follow
/// from there ([`Follower`](crate::Follower)).
///
/// Save each [`Event::Save`] when all rows before it are saved. After a restart the days that were not closed come
/// again from their first row: a row under a key that you have replaces it, and when the day is closed what
/// [`DayProof::holds`](crate::DayProof::holds) denies is gone.
pub struct Backfill {
    client: Client,
    options: FollowOptions,
    cursor: BackfillCursor,
    waiting: VecDeque<Account>,
    lanes: Vec<Lane>,
    at_once: usize,
    /// Who is looked at first, so that no account starves the others.
    turn: usize,
}

/// An event of an account, or why there is none.
type Told = Result<(Account, Event<BackfillCursor>), BackfillError>;

impl Backfill {
    /// From the first day to the last, both included, of each of these accounts, 20 digits.
    pub fn new(
        client: &Client,
        accounts: impl IntoIterator<Item = Account>,
        first: Date,
        last: Date,
    ) -> Self {
        Self::resume(client, BackfillCursor::new(accounts, first, last))
    }

    /// From a saved cursor on.
    #[must_use]
    pub fn resume(client: &Client, cursor: BackfillCursor) -> Self {
        Self {
            client: client.clone(),
            options: FollowOptions::new(),
            waiting: cursor.unfinished().collect(),
            cursor,
            lanes: Vec::new(),
            at_once: 4,
            turn: 0,
        }
    }

    /// How many accounts are read at once, 4 by default. More do not pass the bank's limits, they only wait there.
    #[must_use]
    pub fn at_once(mut self, accounts: usize) -> Self {
        self.at_once = accounts.max(1);
        self
    }

    /// By which options days are read; those that speak of windows do not matter here.
    #[must_use]
    pub fn options(mut self, options: FollowOptions) -> Self {
        self.options = options;
        self
    }

    /// The next event and its account; `None` when all is read.
    ///
    /// Dropping the future loses nothing.
    ///
    /// # Errors
    /// A question failed: as [`Client::send`](rubank_core::client::Client::send), with its account and day. Call it
    /// again, and it is asked again after a pause; the other accounts go on meanwhile. Where a day cannot be had at
    /// all, because the account was not open yet, [`skip`](Self::skip) it.
    pub async fn next(
        &mut self,
    ) -> Option<Result<(Account, Event<BackfillCursor>), BackfillError>> {
        poll_fn(|context| self.poll(context)).await
    }

    /// Leaves out the day that this account is at.
    pub fn skip(&mut self, account: &Account) {
        if let Some(lane) = self.lanes.iter_mut().find(|lane| lane.account() == account) {
            self.cursor.advance(account, lane.day(), None);
            lane.begin(self.cursor.next_day(account), &self.options);
        }
    }

    /// Where to go on after a restart: behind the days whose [`Event::Save`] was given out.
    #[must_use]
    pub const fn cursor(&self) -> &BackfillCursor {
        &self.cursor
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Told>> {
        loop {
            self.fill();
            if self.lanes.is_empty() {
                return Poll::Ready(None);
            }
            let Some((index, event)) = self.first_ready(context) else {
                return Poll::Pending;
            };
            match event {
                None => drop(self.lanes.remove(index)),
                Some(event) => return Poll::Ready(Some(self.tell(index, event))),
            }
        }
    }

    fn fill(&mut self) {
        while self.lanes.len() < self.at_once
            && let Some(account) = self.waiting.pop_front()
        {
            let next = self.cursor.next_day(&account);
            self.lanes.push(Lane::new(account, next, &self.options));
        }
    }

    fn first_ready(&mut self, context: &mut Context<'_>) -> Option<(usize, lane::Ready)> {
        let count = self.lanes.len();
        for place in 0..count {
            let index = (self.turn + place) % count;
            let lane = self.lanes.get_mut(index)?;
            if let Poll::Ready(event) = lane.poll(&self.client, context) {
                self.turn = index;
                return Some((index, event));
            }
        }
        None
    }

    fn tell(&mut self, index: usize, event: Result<Event<Option<Amount>>, Error>) -> Told {
        let lane = &mut self.lanes[index];
        let (account, day) = (lane.account().clone(), lane.day());
        let event = match event {
            Ok(event) => event,
            Err(error) => {
                return Err(BackfillError {
                    account,
                    day,
                    error,
                });
            }
        };
        let (cursor, options) = (&mut self.cursor, &self.options);
        let event = event.map_save(|closing| {
            // Only now, when everything before it was given out, is the day behind us.
            cursor.advance(&account, day, closing);
            lane.begin(cursor.next_day(&account), options);
            cursor.clone()
        });
        // The next account's turn.
        self.turn = index + 1;
        Ok((account, event))
    }
}

impl fmt::Debug for Backfill {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Backfill")
            .field("client", &self.client)
            .field("cursor", &self.cursor)
            .finish_non_exhaustive()
    }
}

/// A question of a backfill failed.
#[derive(Debug)]
#[non_exhaustive]
pub struct BackfillError {
    /// Whose statement it was about.
    pub account: Account,
    /// Of which day.
    pub day: Date,
    /// What happened.
    pub error: Error,
}

/// The day and the error, without the account.
impl fmt::Display for BackfillError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.day)?;
        self.error.fmt(f)
    }
}

impl std::error::Error for BackfillError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.error.source()
    }
}
