//! Cash collection: objects, and waybills that move from state to state.

mod create;
mod read;
mod waybill;

use std::time::Duration;

pub(super) use create::{cancel, create};
pub(super) use read::{object, objects_by_contract, state, waybill};

/// How a waybill ends when nobody cancels it through the API.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum WaybillEnd {
    /// Counted and signed: `COMPLETED`, after `RECEIVED_BY_CC`.
    #[default]
    Completed,
    /// The bag was not handed over or did not arrive: `UNCOMPLETED`, instead of `RECEIVED_BY_CC`.
    Uncompleted,
    /// The client called it off in the web bank: `REJECTED_BY_CLIENT`, instead of `RECEIVED_BY_COLLECTOR`.
    RejectedByClient,
}

/// The states of a waybill that goes well, in their order.
const COURSE: [&str; 6] = [
    "ACCEPTED",
    "IN_PROCESS",
    "CREATED",
    "RECEIVED_BY_COLLECTOR",
    "RECEIVED_BY_CC",
    "COMPLETED",
];
/// From this place in the course on, a waybill cannot be cancelled.
const COLLECTED: usize = 3;
const REJECTED: &str = "REJECTED_BY_CLIENT";
const UNCOMPLETED: &str = "UNCOMPLETED";

#[derive(Default)]
pub(super) struct Waybills {
    all: Vec<Waybill>,
    ends: Vec<(String, WaybillEnd)>,
    forced: Vec<(String, String)>,
}

struct Waybill {
    user: String,
    external_id: String,
    /// The body as it came.
    body: String,
    /// On the clock's elapsed time.
    since: Duration,
    cancelled: bool,
    /// The cash of all currencies in hundredths.
    total: u64,
    account: String,
}

impl Waybills {
    pub(super) fn end(&mut self, external_id: String, end: WaybillEnd) {
        self.ends.push((external_id, end));
    }

    pub(super) fn force(&mut self, external_id: String, state: String) {
        self.forced.push((external_id, state));
    }

    pub(super) fn count(&self, external_id: &str) -> usize {
        self.all
            .iter()
            .filter(|waybill| waybill.external_id == external_id)
            .count()
    }

    /// The latest waybill of that id; another user's is none.
    fn find(&self, user: &str, external_id: &str) -> Option<&Waybill> {
        let mut own = self.all.iter().rev().filter(|waybill| waybill.user == user);
        own.find(|waybill| waybill.external_id == external_id)
    }

    fn cancel(&mut self, user: &str, external_id: &str) {
        let mut own = self
            .all
            .iter_mut()
            .rev()
            .filter(|waybill| waybill.user == user);
        if let Some(waybill) = own.find(|waybill| waybill.external_id == external_id) {
            waybill.cancelled = true;
        }
    }

    fn state(&self, waybill: &Waybill, step: Duration, now: Duration) -> String {
        let id = waybill.external_id.as_str();
        if let Some((_, state)) = self.forced.iter().rev().find(|(key, _)| key == id) {
            return state.clone();
        }
        if waybill.cancelled {
            return REJECTED.to_owned();
        }
        let end = self.ends.iter().rev().find(|(key, _)| key == id);
        let end = end.map(|(_, end)| *end).unwrap_or_default();
        let place = self.place(waybill, step, now);
        let state = match end {
            WaybillEnd::RejectedByClient if place >= COLLECTED => REJECTED,
            WaybillEnd::Uncompleted if place > COLLECTED => UNCOMPLETED,
            _ => COURSE.get(place).copied().unwrap_or_default(),
        };
        state.to_owned()
    }

    /// How far along the course a waybill is; the last place for ever once it is there.
    fn place(&self, waybill: &Waybill, step: Duration, now: Duration) -> usize {
        let passed = now.saturating_sub(waybill.since).as_millis();
        let steps = passed.checked_div(step.as_millis()).unwrap_or(u128::MAX);
        usize::try_from(steps)
            .unwrap_or(usize::MAX)
            .min(COURSE.len() - 1)
    }
}
