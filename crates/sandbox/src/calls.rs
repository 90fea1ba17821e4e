//! Every request that reached a bank.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Mutex;

use crate::host::Host;
use crate::sync::locked;

/// How many calls are remembered; older ones are forgotten first.
const REMEMBERED: usize = 10_000;

/// A request that a bank got. It holds no header, query, body or token, so that it can be printed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Call {
    /// The running number in the whole sandbox, from 1.
    pub sequence: u64,
    /// Which host was asked.
    pub host: Host,
    /// The operation; `None` for a path or method that the bank does not know.
    pub operation: Option<&'static str>,
    /// The running number within the operation, from 1: the number that fault rules count.
    pub number: u64,
    /// The HTTP method.
    pub method: String,
    /// The path as asked, without the query.
    pub path: String,
    /// The number of the connection that it came on, from 1: equal numbers mean a reused connection.
    pub connection: u64,
    /// Sixteen hex digits of the client certificate's SHA-256; `None` over plain http.
    pub certificate: Option<String>,
    /// Sixteen hex digits over method, path, query and body (headers do not count): equal for two attempts with
    /// the same bytes. `None` while the body was not read.
    pub fingerprint: Option<String>,
    /// The status that left; `None` when none did (or not yet).
    pub status: Option<u16>,
    /// Whether the bank did its work, whatever became of the answer.
    pub handled: bool,
    /// The fault that was played, by [`Fault::as_str`](crate::Fault::as_str). One that bends answers and found nothing to
    /// bend in this one was not.
    pub fault: Option<&'static str>,
}

#[derive(Debug, Default)]
pub(crate) struct CallLog {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    last: u64,
    counters: BTreeMap<Option<&'static str>, u64>,
    calls: VecDeque<Call>,
}

impl CallLog {
    /// Writes a call down as soon as its head is known, so that a call that never ends is seen too. The running
    /// numbers are given here.
    pub(crate) fn begin(&self, mut call: Call) -> (u64, u64) {
        let mut state = locked(&self.state);
        state.last += 1;
        call.sequence = state.last;
        let counter = state.counters.entry(call.operation).or_default();
        *counter += 1;
        call.number = *counter;
        let numbers = (call.sequence, call.number);
        if state.calls.len() == REMEMBERED {
            state.calls.pop_front();
        }
        state.calls.push_back(call);
        numbers
    }

    pub(crate) fn update(&self, sequence: u64, change: impl FnOnce(&mut Call)) {
        let mut state = locked(&self.state);
        if let Some(call) = state
            .calls
            .iter_mut()
            .rev()
            .find(|call| call.sequence == sequence)
        {
            change(call);
        }
    }

    pub(crate) fn count(&self) -> u64 {
        locked(&self.state).last
    }

    pub(crate) fn snapshot(&self) -> Vec<Call> {
        locked(&self.state).calls.iter().cloned().collect()
    }
}
