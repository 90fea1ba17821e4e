//! An answer as bytes, so that it can be read again after a restart.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::StatusCode;
use http::header::CONTENT_TYPE;
use rubank_core::operation::Answer;
use serde::{Deserialize, Serialize};

/// Which request it answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Source {
    Write,
    Lookup,
}

/// An answer that was heard.
#[derive(Serialize, Deserialize)]
pub(crate) struct Heard {
    pub(crate) source: Source,
    status: u16,
    headers: Vec<(String, String)>,
    body: String,
    /// The bank's id of the request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) request_id: Option<String>,
}

impl Heard {
    /// Status, body, and of the headers those by which a body is read: the others may hold cookies.
    pub(crate) fn new(source: Source, answer: &Answer, request_id: Option<String>) -> Self {
        let kept = [CONTENT_TYPE];
        let headers = super::request::written(&answer.headers)
            .into_iter()
            .filter(|(name, _)| kept.iter().any(|kept| kept == name.as_str()))
            .collect();
        Heard {
            source,
            status: answer.status.as_u16(),
            headers,
            body: STANDARD.encode(&answer.body),
            request_id,
        }
    }

    pub(crate) fn answer(&self) -> Option<Answer> {
        Some(Answer::new(
            StatusCode::from_u16(self.status).ok()?,
            super::request::read_headers(&self.headers)?,
            STANDARD.decode(&self.body).ok()?,
        ))
    }
}
