//! Headers.

use http::header::ACCEPT;
use http::{HeaderMap, HeaderName};

use super::Complaint;

/// The only value of a header.
///
/// # Errors
/// The header is repeated or is not text.
pub(crate) fn single(headers: &HeaderMap, name: HeaderName) -> Result<Option<&str>, Complaint> {
    let mut values = headers.get_all(&name).iter();
    let Some(value) = values.next() else {
        return Ok(None);
    };
    if values.next().is_some() {
        return Err(Complaint::new(name.as_str(), "header is repeated"));
    }
    match value.to_str() {
        Ok(text) => Ok(Some(text)),
        Err(_) => Err(Complaint::new(name.as_str(), "header is not text")),
    }
}

/// The type and subtype of `Content-Type` in lower case, without parameters.
pub(crate) fn media_type(value: &str) -> String {
    value
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase()
}

/// Whether `Accept` is there and names `application/json`; `*/*` is not enough.
///
/// # Errors
/// It is absent or names other types only.
pub(crate) fn accepts_json(headers: &HeaderMap) -> Result<(), Complaint> {
    let mut values = headers.get_all(ACCEPT).iter().peekable();
    if values.peek().is_none() {
        return Err(Complaint::new("accept", "header is not present"));
    }
    let named = values
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|range| media_type(range) == "application/json");
    if named {
        Ok(())
    } else {
        Err(Complaint::new("accept", "must name application/json"))
    }
}
