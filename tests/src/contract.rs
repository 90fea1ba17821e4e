//! The truth about a bank, as it is written in `docs/contracts/<provider>.openapi.yaml`, in plain types.
//!
//! The reader is strict where a tool would be lenient: an unknown key, a schema keyword that [`Schema`] does not
//! judge, or a plain YAML word that two readers understand differently is an error with its place. What it reads,
//! it therefore also enforces.

mod cursor;
mod document;
mod expand;
mod format;
mod message;
mod multipart;
mod pattern;
mod request;
mod schema;
mod types;
mod yaml;

use std::path::{Path, PathBuf};
use std::{fmt, fs};

pub use format::Format;
pub use multipart::{MULTIPART, write as multipart};
pub(crate) use multipart::{Part, read as form_parts};
pub use pattern::Pattern;
pub use request::check_request;
pub use schema::{Kind, MoneyUnit, Schema};
pub use types::{
    Answer, Body, Contract, Effect, Example, Form, Grade, Header, KeyPromise, Operation, Parameter,
    Place, Provenance, QueryForm, Rate, Server, Source, Success, Webhook,
};

/// Why a contract cannot be used: the file, the place in it, and the rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContractError {
    /// The place: a path of keys, or line and column where it is not even YAML.
    pub place: String,
    /// What is wrong there.
    pub why: String,
}

impl ContractError {
    fn new(place: impl Into<String>, why: impl Into<String>) -> Self {
        ContractError {
            place: place.into(),
            why: why.into(),
        }
    }
}

impl fmt::Display for ContractError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.why)
    }
}

impl std::error::Error for ContractError {}

/// Reads the contract of one provider, by its crate's name: `alfa-sbp`.
///
/// # Errors
/// The file cannot be read, or breaks a rule of the reader.
pub fn load(provider: &str) -> Result<Contract, ContractError> {
    load_file(&directory().join(format!("{provider}{SUFFIX}")))
}

/// Reads every contract, by the order of their names.
///
/// # Errors
/// A file cannot be read, or breaks a rule of the reader.
pub fn load_all() -> Result<Vec<Contract>, ContractError> {
    let directory = directory();
    let unreadable =
        |error| ContractError::new("docs/contracts", format!("cannot be listed: {error}"));
    let mut files = Vec::new();
    for entry in fs::read_dir(&directory).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        if path.to_string_lossy().ends_with(SUFFIX) {
            files.push(path);
        }
    }
    files.sort();
    files.iter().map(|file| load_file(file)).collect()
}

/// Reads a contract from its text.
///
/// # Errors
/// It is not YAML, or breaks a rule of the reader.
pub fn read(text: &str) -> Result<Contract, ContractError> {
    document::contract(&expand::expand(&yaml::read(text)?)?)
}

const SUFFIX: &str = ".openapi.yaml";

fn directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/contracts")
}

fn load_file(path: &Path) -> Result<Contract, ContractError> {
    let name = path
        .file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default();
    let text = fs::read_to_string(path)
        .map_err(|error| ContractError::new(&name, format!("cannot be read: {error}")))?;
    let contract = read(&text)
        .map_err(|error| ContractError::new(format!("{name}: {}", error.place), error.why))?;
    if format!("{}{SUFFIX}", contract.provider) != name {
        return Err(ContractError::new(
            name,
            format!("x-provider is {}", contract.provider),
        ));
    }
    Ok(contract)
}

#[cfg(test)]
mod tests;
