//! A request, taken apart, as bytes.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Uri};
use rubank_core::client::Client;
use rubank_core::http::Body;
use rubank_core::operation::{Operation, Parts, Provider};
use serde::{Deserialize, Serialize};

use crate::error::StoreError;

/// A write and the read that tells what became of it.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Recorded {
    pub(crate) write: Request,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) lookup: Option<Request>,
    /// The caller's word that it may be sent again without the bank's promise.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) send_again: bool,
}

/// One request. Address and method are kept to be compared, not to be used: the client joins them anew.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Request {
    method: String,
    address: String,
    path: Vec<(String, String)>,
    query: Vec<(String, String)>,
    headers: Vec<(String, String)>,
    body: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    rate_key: Option<String>,
}

impl Request {
    /// The operation as the client would send it.
    pub(crate) fn of<P: Provider, O: Operation<Provider = P>>(
        client: &Client<P>,
        operation: &O,
    ) -> Result<Self, StoreError> {
        let parts = operation.parts()?;
        let body = parts
            .body_ref()
            .as_bytes()
            .ok_or(StoreError::Streamed(O::META.id))?;
        let (method, address) = client.address(operation)?;
        let owned = |pairs: &[(Cow<'static, str>, String)]| {
            pairs
                .iter()
                .map(|(name, value)| (name.clone().into_owned(), value.clone()))
                .collect()
        };
        Ok(Request {
            method: method.to_string(),
            address: address.to_string(),
            path: owned(parts.path_values()),
            query: owned(parts.query_pairs()),
            headers: written(parts.headers()),
            body: STANDARD.encode(body),
            rate_key: operation.rate_key().map(|key| key.into_owned()),
        })
    }

    /// Taken apart as it was.
    pub(crate) fn parts(&self) -> Option<Parts> {
        let mut parts = Parts::new();
        for (name, value) in &self.path {
            parts = parts.path(name.clone(), value.as_str());
        }
        for (name, value) in &self.query {
            parts = parts.query(name.clone(), value);
        }
        let headers = read_headers(&self.headers)?;
        let body = Bytes::from(STANDARD.decode(&self.body).ok()?);
        let kind = headers.get(http::header::CONTENT_TYPE).cloned();
        for (name, value) in &headers {
            parts = parts.header(name.clone(), value.clone());
        }
        Some(match kind {
            Some(kind) => parts.body(kind, Body::whole(body)),
            None => parts,
        })
    }

    pub(crate) fn rate_key(&self) -> Option<&str> {
        self.rate_key.as_deref()
    }

    /// Whether that is where it was meant to go.
    pub(crate) fn goes_to(&self, (method, address): (Method, Uri)) -> bool {
        self.method == method.as_str() && self.address == address.to_string()
    }

    /// Where it goes: method and address.
    pub(crate) fn target(&self) -> [&[u8]; 2] {
        [self.method.as_bytes(), self.address.as_bytes()]
    }

    /// Its headers, as bytes to be compared.
    pub(crate) fn head(&self) -> Vec<&[u8]> {
        self.headers
            .iter()
            .flat_map(|(name, value)| [name.as_bytes(), value.as_bytes()])
            .collect()
    }

    /// Its body, as bytes to be compared.
    pub(crate) fn body(&self) -> &[u8] {
        self.body.as_bytes()
    }

    /// Whether a card number stands in it.
    pub(crate) fn holds_card(&self) -> bool {
        self.texts()
            .any(|text| rubank_core::types::find_card_number(&text).is_some())
    }

    /// Whether this key is one of its values: a whole one, because "7" stands somewhere in every request.
    pub(crate) fn carries(&self, key: &str) -> bool {
        let body = STANDARD.decode(&self.body).unwrap_or_default();
        let is_in_body = match serde_json::from_slice::<serde_json::Value>(&body) {
            Ok(body) => holds_value(&body, key),
            Err(_) => holds_word(&String::from_utf8_lossy(&body), key),
        };
        is_in_body || self.pairs().any(|(_, value)| value == key)
    }

    fn pairs(&self) -> impl Iterator<Item = &(String, String)> {
        [&self.path, &self.query, &self.headers]
            .into_iter()
            .flatten()
    }

    /// Everything that was said in it.
    fn texts(&self) -> impl Iterator<Item = Cow<'_, str>> {
        let body = STANDARD.decode(&self.body).unwrap_or_default();
        self.pairs()
            .map(|(_, value)| Cow::from(value.as_str()))
            .chain([String::from_utf8_lossy(&body).into_owned().into()])
    }
}

fn holds_value(body: &serde_json::Value, key: &str) -> bool {
    use serde_json::Value;
    match body {
        Value::String(text) => text == key,
        Value::Number(number) => number.to_string() == key,
        Value::Array(items) => items.iter().any(|item| holds_value(item, key)),
        Value::Object(fields) => fields.values().any(|value| holds_value(value, key)),
        Value::Null | Value::Bool(_) => false,
    }
}

/// Whether the key stands there with neither letter nor digit beside it.
fn holds_word(text: &str, key: &str) -> bool {
    let is_part = |beside: Option<char>| beside.is_some_and(char::is_alphanumeric);
    text.match_indices(key).any(|(at, _)| {
        let (before, after) = (&text[..at], &text[at + key.len()..]);
        !is_part(before.chars().next_back()) && !is_part(after.chars().next())
    })
}

/// Headers by name and text. Bytes that are no text are kept one to one (Latin-1).
pub(crate) fn written(headers: &HeaderMap) -> Vec<(String, String)> {
    headers
        .iter()
        .map(|(name, value)| {
            let text = value.as_bytes().iter().map(|byte| char::from(*byte));
            (name.as_str().to_owned(), text.collect())
        })
        .collect()
}

pub(crate) fn read_headers(pairs: &[(String, String)]) -> Option<HeaderMap> {
    let mut headers = HeaderMap::new();
    for (name, value) in pairs {
        let bytes: Option<Vec<u8>> = value.chars().map(|c| u8::try_from(c).ok()).collect();
        headers.append(
            name.parse::<HeaderName>().ok()?,
            HeaderValue::from_bytes(&bytes?).ok()?,
        );
    }
    Some(headers)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_a_whole_value_and_not_a_piece_of_one() {
        for (body, expected) in [
            (r#"{"id":"7"}"#, true),
            (r#"{"list":[{"id":7}]}"#, true),
            (r#"{"id":"17","sum":7.5,"text":"7 acts"}"#, false),
            ("id=7&sum=1", true),
            ("id=17&sum=70", false),
            ("", false),
        ] {
            let request = Request {
                method: "POST".into(),
                address: "https://bank.test/7".into(),
                path: Vec::new(),
                query: vec![("page".into(), "77".into())],
                headers: vec![("x-count".into(), "1 7".into())],
                body: STANDARD.encode(body),
                rate_key: None,
            };
            assert_eq!(request.carries("7"), expected, "{body}");
            let in_path = Request {
                path: vec![("id".into(), "7".into())],
                ..request
            };
            assert!(in_path.carries("7"));
        }
    }
}
