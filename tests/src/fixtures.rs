//! Answers and requests made from the contracts, one file each, and how tests get at them.
//!
//! `tests/fixtures/<provider>/<operation>/<case>.json`; the envelope and the cases are described in
//! `tests/fixtures/README.md`. Nobody edits these files: [`files::check`] finds every difference.

pub mod envelope;
pub mod files;
pub mod generate;
mod variants;

use std::{fmt, fs};

use crate::json;

/// One message of an operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fixture {
    /// The id of the operation or the webhook: `alfa-sbp.list-outgoing-payments`.
    pub operation: String,
    /// The case: `sample`, `optional-absent`, `error-400-invalid_request` …
    pub case: String,
    /// Whether we made it up; false only for what the bank published.
    pub made: bool,
    /// What is sent, answered or told.
    pub message: Message,
    /// The headers that belong to the body.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Content,
}

impl Fixture {
    /// The status, if it is an answer.
    pub fn status(&self) -> Option<u16> {
        match self.message {
            Message::Answer { status } => Some(status),
            Message::Request { .. } | Message::Event { .. } => None,
        }
    }

    /// The body as it stands on the wire, but for the blanks in JSON.
    pub fn text(&self) -> &str {
        match &self.body {
            Content::Empty => "",
            Content::Json(text) | Content::Text(text) | Content::Form(text) => text,
        }
    }
}

/// Which way a message goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Message {
    /// From us to the bank.
    Request {
        /// `GET`, `POST` …
        method: String,
        /// The path below the host's base, with values.
        path: String,
        /// The pairs of the query, decoded, in their order.
        query: Vec<(String, String)>,
    },
    /// From the bank to us.
    Answer {
        /// The HTTP status.
        status: u16,
    },
    /// From the bank to us, without being asked.
    Event {
        /// The bank's name for it.
        event: String,
    },
}

/// A body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// None.
    Empty,
    /// JSON, every number as the contract spells it.
    Json(String),
    /// Anything else: the page of a gateway, a file.
    Text(String),
    /// Name and value pairs, encoded as a form.
    Form(String),
}

/// Why fixtures cannot be made, written or loaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FixtureError {
    /// The file or the place in the contract.
    pub place: String,
    /// What is wrong with it.
    pub why: String,
}

impl FixtureError {
    fn new(place: impl fmt::Display, why: impl fmt::Display) -> Self {
        FixtureError {
            place: place.to_string(),
            why: why.to_string(),
        }
    }
}

impl fmt::Display for FixtureError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.why)
    }
}

impl std::error::Error for FixtureError {}

/// Every fixture of a provider, by operation and case.
///
/// # Errors
/// There is none, or a file is not a fixture: `cargo xtask fixtures` writes them anew.
pub fn load(provider: &str) -> Result<Vec<Fixture>, FixtureError> {
    let root = files::directory().join(provider);
    let mut fixtures = Vec::new();
    for path in files::list(&root)? {
        let text =
            fs::read_to_string(&path).map_err(|error| FixtureError::new(path.display(), error))?;
        let node = json::read(&text).map_err(|error| FixtureError::new(path.display(), error))?;
        let fixture =
            envelope::unwrap(&node).map_err(|why| FixtureError::new(path.display(), why))?;
        fixtures.push(fixture);
    }
    if fixtures.is_empty() {
        return Err(FixtureError::new(
            format!("fixtures of {provider}"),
            "there is none: cargo xtask fixtures",
        ));
    }
    Ok(fixtures)
}

/// The fixture of one case.
///
/// # Errors
/// It is not there, or cannot be read.
pub fn load_case(operation: &str, case: &str) -> Result<Fixture, FixtureError> {
    let provider = operation.split('.').next().unwrap_or(operation);
    load(provider)?
        .into_iter()
        .find(|fixture| fixture.operation == operation && fixture.case == case)
        .ok_or_else(|| FixtureError::new(format!("{operation} {case}"), "there is no such fixture"))
}

#[cfg(test)]
mod tests;
