//! How far a call got.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::error::Outcome;
use crate::http::Sent;

/// How far a call got: how many attempts, and what they mean together. It outlives the call's future, so whoever
/// dropped that can still ask. One `Progress` belongs to one call.
#[derive(Clone, Debug, Default)]
pub struct Progress(Arc<Mutex<State>>);

#[derive(Debug)]
struct State {
    attempts: u32,
    ended: Outcome,
    current: Option<Current>,
}

/// The attempt under way.
#[derive(Debug)]
struct Current {
    sent: Sent,
    /// What the head of its answer says; the body may still be missing.
    heard: Option<Outcome>,
}

impl Default for State {
    fn default() -> Self {
        State {
            attempts: 0,
            ended: Outcome::NotSent,
            current: None,
        }
    }
}

impl State {
    fn current(&self) -> Outcome {
        match &self.current {
            None => Outcome::NotSent,
            Some(Current {
                heard: Some(outcome),
                ..
            }) => *outcome,
            Some(Current { sent, .. }) if sent.is_raised() => Outcome::Unknown,
            Some(_) => Outcome::NotSent,
        }
    }
}

impl Progress {
    /// A progress of a call that has not begun.
    pub fn new() -> Self {
        Self::default()
    }

    /// How many attempts have begun.
    pub fn attempts(&self) -> u32 {
        self.state().attempts
    }

    /// The worst outcome of all attempts so far; an attempt under way counts as unknown once its request may have
    /// left, and as what its status says once that is here. After a success it says `NotSent` or worse of the failed attempts before it: the value is the proof.
    pub fn outcome(&self) -> Outcome {
        let state = self.state();
        state.ended.and_then(state.current())
    }

    /// What the attempt under way means if it is abandoned now.
    pub(crate) fn current(&self) -> Outcome {
        self.state().current()
    }

    pub(crate) fn start(&self, earlier: Outcome) {
        let mut state = self.state();
        state.ended = state.ended.and_then(earlier);
    }

    pub(crate) fn begin(&self, sent: &Sent) {
        let mut state = self.state();
        state.attempts += 1;
        state.current = Some(Current {
            sent: sent.clone(),
            heard: None,
        });
    }

    /// The head of an answer came: whatever becomes of its body, the attempt means this.
    pub(crate) fn hear(&self, outcome: Outcome) {
        if let Some(current) = &mut self.state().current {
            current.heard = Some(outcome);
        }
    }

    pub(crate) fn end(&self, outcome: Outcome) {
        let mut state = self.state();
        state.current = None;
        state.ended = state.ended.and_then(outcome);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
