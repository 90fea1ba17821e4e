//! One account of a backfill: day after day, a question at a time.

use std::collections::VecDeque;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use rubank_core::BoxFuture;
use rubank_core::error::Error;
use rubank_core::money::Amount;
use rubank_core::paging::stuck;
use rubank_core::types::Account;
use time::Date;

use super::cursor::NextDay;
use crate::Client;
use crate::ListTransactions;
use crate::follow::{Closing, Course, Event, FollowOptions, Heard, Patience};

/// `None` when the account is read to its end. What is saved is what the day closed with.
pub(super) type Ready = Option<Result<Event<Option<Amount>>, Error>>;

type Answer = Result<(Heard, Option<Error>), Error>;

pub(super) struct Lane {
    account: Account,
    day: Date,
    /// `None` when the day is closed.
    closing: Option<Closing>,
    events: VecDeque<Event<Option<Amount>>>,
    asked: Option<BoxFuture<'static, Answer>>,
    pause: Option<BoxFuture<'static, ()>>,
    patience: Patience,
}

impl Lane {
    pub(super) fn new(account: Account, next: NextDay, options: &FollowOptions) -> Self {
        let mut lane = Self {
            account,
            day: Date::MIN,
            closing: None,
            events: VecDeque::new(),
            asked: None,
            pause: None,
            patience: Patience::default(),
        };
        lane.begin(next, options);
        lane
    }

    pub(super) const fn account(&self) -> &Account {
        &self.account
    }

    pub(super) const fn day(&self) -> Date {
        self.day
    }

    /// Goes to another day, whatever it was at.
    pub(super) fn begin(&mut self, next: NextDay, options: &FollowOptions) {
        self.events.clear();
        self.asked = None;
        self.pause = None;
        self.closing = next.map(|(day, before)| {
            self.day = day;
            Closing::new(self.account.clone(), day, options, before)
        });
    }

    pub(super) fn poll(&mut self, client: &Client, context: &mut Context<'_>) -> Poll<Ready> {
        loop {
            if let Some(event) = self.events.pop_front() {
                return Poll::Ready(Some(Ok(event)));
            }
            let Some(closing) = &self.closing else {
                return Poll::Ready(None);
            };
            if let Some(pause) = &mut self.pause {
                ready!(pause.as_mut().poll(context));
                self.pause = None;
            }
            if let Some(asked) = &mut self.asked {
                let answer = ready!(asked.as_mut().poll(context));
                self.asked = None;
                if let Err(error) = self.hear(answer) {
                    let pause = self.patience.failed(error.retry_after());
                    self.pause = Some(client.clock().sleep(pause));
                    return Poll::Ready(Some(Err(error)));
                }
                continue;
            }
            let now = client.clock().now();
            match closing.ask(now) {
                Ok(ask) => {
                    let client = client.clone();
                    self.asked = Some(Box::pin(async move { ask.try_send(&client).await }));
                }
                Err(until) => {
                    let pause = Duration::try_from(until - now).unwrap_or_default();
                    self.pause = Some(client.clock().sleep(pause));
                }
            }
        }
    }

    fn hear(&mut self, answer: Answer) -> Result<(), Error> {
        let (heard, vanished) = answer?;
        let mut events = Vec::new();
        let mut course = Course::Going;
        if let Some(closing) = &mut self.closing {
            let proof = closing.hear(heard, &mut events);
            course = closing.course();
            if let Some(proof) = proof {
                self.closing = None;
                let closing = proof.closing().cloned();
                events.push(proof.into_event());
                events.push(Event::Save(closing));
            }
        }
        self.events.extend(events);
        match course {
            Course::Going => {}
            Course::Ended => self.patience.list_ended(),
            // It is begun anew after a pause of its own.
            Course::Circling => return Err(stuck::<ListTransactions>()),
        }
        match vanished.filter(|_| self.patience.page_vanished()) {
            Some(error) => Err(error),
            None => {
                self.patience.answered();
                Ok(())
            }
        }
    }
}
