//! Strict reading of what a client sends. Banks are often lenient here; the sandbox is not, so that a client's
//! mistake is found before a bank changes its mind.

mod header;
mod json;
mod query;

use std::fmt;

pub(crate) use header::{accepts_json, media_type, single};
pub(crate) use json::{Fields, Pairs};
pub(crate) use query::Query;

/// The longest name of a key that is repeated back.
const LONGEST_KEY: usize = 60;

/// What is wrong with a request: which key, and which rule it breaks. Never the value that stood there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Complaint {
    key: String,
    rule: String,
}

impl Complaint {
    pub(crate) fn new(key: impl Into<String>, rule: impl Into<String>) -> Self {
        let key: String = key.into().chars().take(LONGEST_KEY).collect();
        Self {
            key,
            rule: rule.into(),
        }
    }

    pub(crate) fn key(&self) -> &str {
        &self.key
    }

    pub(crate) fn rule(&self) -> &str {
        &self.rule
    }
}

impl fmt::Display for Complaint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.key, self.rule)
    }
}
