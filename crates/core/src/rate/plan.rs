//! Who may go when: a pure calculation, asked with the present time.
//!
//! Callers queue in the order of asking. Each gets the earliest place that breaks no window and
//! moves nobody ahead of it; so a call that waits ten minutes for its own payment's token holds up
//! no other payment, and nobody is overtaken in what they wait for. Whenever a fact changes, the
//! places behind it are planned again.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;

use super::Want;
use super::window::{Slot, Windows};

/// What a caller learns.
#[derive(Debug)]
pub(super) enum Verdict {
    /// All tokens are taken.
    Granted,
    /// Come back at `until`, or when `changed` says so.
    Wait {
        ticket: u64,
        until: Duration,
        changed: Arc<Notify>,
    },
    /// The first possible moment is too late; the caller is no longer in the queue.
    TooLate { possible_at: Duration },
}

#[derive(Debug, Default)]
pub(super) struct Plan {
    windows: Windows,
    /// By ticket, that is by age.
    queue: BTreeMap<u64, Waiter>,
    next_ticket: u64,
}

#[derive(Debug)]
struct Waiter {
    slots: Vec<Slot>,
    place: Duration,
    /// Its turn has come and it was not yet back to take it. It gets no second place until it comes:
    /// a caller that is not being polled must not hold up the others for ever.
    called: bool,
    give_up_at: Option<Duration>,
    changed: Arc<Notify>,
}

impl Plan {
    /// A new caller, behind all others.
    pub(super) fn ask(
        &mut self,
        wants: &[Want<'_>],
        give_up_at: Option<Duration>,
        now: Duration,
    ) -> Verdict {
        self.forget_windows(now);
        self.call_overdue(now);
        let mut slots: Vec<Slot> = Vec::with_capacity(wants.len());
        for want in wants {
            let slot = self.windows.open(want);
            if !slots.contains(&slot) {
                slots.push(slot);
            }
        }
        let place = self.windows.earliest(&slots, now);
        let changed = Arc::new(Notify::new());
        self.next_ticket += 1;
        let waiter = Waiter {
            slots,
            place,
            called: false,
            give_up_at,
            changed,
        };
        self.decide(self.next_ticket, waiter, now)
    }

    /// A caller is back for its tokens; `None` if it is not in the queue.
    pub(super) fn claim(&mut self, ticket: u64, now: Duration) -> Option<Verdict> {
        self.call_overdue(now);
        let mut waiter = self.queue.remove(&ticket)?;
        self.windows.remove(&waiter.slots, waiter.place);
        let mut moved = false;
        if waiter.place <= now {
            waiter.called = false;
            waiter.place = self.windows.earliest(&waiter.slots, now);
            moved = waiter.place > now;
        }
        if moved {
            // It may have to wait for those ahead of it, but not for those behind: they move.
            self.lift(ticket);
            waiter.place = self.windows.earliest(&waiter.slots, now);
        }
        let verdict = self.decide(ticket, waiter, now);
        if moved {
            self.lay(ticket + 1, now);
        } else if matches!(verdict, Verdict::TooLate { .. }) {
            self.replan(ticket, now);
        }
        Some(verdict)
    }

    /// A caller went away; those behind move up.
    pub(super) fn leave(&mut self, ticket: u64, now: Duration) {
        if let Some(waiter) = self.queue.remove(&ticket) {
            self.windows.remove(&waiter.slots, waiter.place);
            self.replan(ticket, now);
        }
    }

    /// Nobody takes this token before `until`.
    pub(super) fn pause(&mut self, want: &Want<'_>, until: Duration, now: Duration) {
        self.forget_windows(now);
        let slot = self.windows.open(want);
        self.windows.pause(&slot, until);
        self.replan(0, now);
    }

    /// Grants, queues or sends away a caller whose place is not in the windows yet.
    fn decide(&mut self, ticket: u64, waiter: Waiter, now: Duration) -> Verdict {
        let place = waiter.place;
        if waiter.is_too_late() {
            return Verdict::TooLate { possible_at: place };
        }
        self.windows.insert(&waiter.slots, place);
        if place <= now {
            return Verdict::Granted;
        }
        let changed = Arc::clone(&waiter.changed);
        self.queue.insert(ticket, waiter);
        Verdict::Wait {
            ticket,
            until: place,
            changed,
        }
    }

    /// Calls those whose place is past, in order. It is not their fault when time has jumped, and
    /// those behind must not profit from it.
    fn call_overdue(&mut self, now: Duration) {
        let first = self
            .queue
            .iter()
            .find(|(_, waiter)| !waiter.called && waiter.place < now);
        if let Some((&ticket, _)) = first {
            self.replan(ticket, now);
        }
    }

    /// Plans the places of `from` and those behind anew.
    fn replan(&mut self, from: u64, now: Duration) {
        self.lift(from);
        self.lay(from, now);
    }

    /// Takes those places out of the windows.
    fn lift(&mut self, from: u64) {
        for waiter in self.queue.range(from..).map(|(_, waiter)| waiter) {
            self.windows.remove(&waiter.slots, waiter.place);
        }
    }

    /// Puts them back in order, each at the earliest moment.
    fn lay(&mut self, from: u64, now: Duration) {
        for waiter in self.queue.range_mut(from..).map(|(_, waiter)| waiter) {
            if !waiter.called {
                let before = waiter.place;
                waiter.place = self.windows.earliest(&waiter.slots, now);
                waiter.called = waiter.place <= now;
                // Whoever moves back finds out when it comes at the old time.
                if waiter.place < before || waiter.is_too_late() {
                    waiter.changed.notify_one();
                }
            }
            self.windows.insert(&waiter.slots, waiter.place);
        }
    }

    fn forget_windows(&mut self, now: Duration) {
        let waited_for = self.queue.values().flat_map(|waiter| &waiter.slots);
        self.windows.forget(waited_for, now);
    }

    #[cfg(test)]
    pub(super) fn sizes(&self) -> (usize, usize) {
        (self.windows.len(), self.queue.len())
    }
}

impl Waiter {
    fn is_too_late(&self) -> bool {
        self.place == Duration::MAX || self.give_up_at.is_some_and(|limit| self.place > limit)
    }
}
