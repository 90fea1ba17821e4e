//! Which rows.

use super::Micros;
use crate::state::State;

/// Which rows; every part that is given must fit. Without any, all rows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Of this run.
    pub run: Option<String>,
    /// Of one of these states; empty for any.
    pub states: Vec<State>,
    /// Of this operation.
    pub operation: Option<String>,
    /// Planned for this environment.
    pub environment: Option<String>,
    /// With this subject's tag: [`Store::about`](crate::Store::about) makes it.
    pub subject: Option<Vec<u8>>,
    /// With one of these likeness tags; `None` for any.
    pub likeness: Option<Vec<Vec<u8>>>,
    /// Last changed before this moment.
    pub changed_before: Option<Micros>,
}

impl Filter {
    /// All rows.
    pub fn all() -> Self {
        Self::default()
    }

    /// The rows of a run.
    pub fn run(run: impl Into<String>) -> Self {
        Filter {
            run: Some(run.into()),
            ..Self::default()
        }
    }

    /// Only these states.
    #[must_use]
    pub fn states(mut self, states: impl IntoIterator<Item = State>) -> Self {
        self.states = states.into_iter().collect();
        self
    }

    /// Only this operation.
    #[must_use]
    pub fn operation(mut self, operation: impl Into<String>) -> Self {
        self.operation = Some(operation.into());
        self
    }
}
