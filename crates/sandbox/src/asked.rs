//! A request as a bank's handler sees it: read to its end, nothing interpreted yet.

use aws_lc_rs::digest;
use bytes::Bytes;
use http::request::Parts;
use http::{HeaderMap, Method, Uri};

use crate::stage::Peer;

/// A whole request.
pub(crate) struct Asked {
    /// The running number of the call in the whole sandbox.
    pub(crate) sequence: u64,
    /// The short fingerprint of the client's certificate; `None` when it showed none.
    pub(crate) certificate: Option<String>,
    pub(crate) headers: HeaderMap,
    /// Named values of the path, decoded, in the order of the template.
    pub(crate) path_values: Vec<(String, String)>,
    /// The query as it came, still encoded.
    pub(crate) query: Option<String>,
    pub(crate) body: Bytes,
    /// See [`fingerprint`].
    pub(crate) fingerprint: String,
}

impl Asked {
    pub(crate) fn new(
        sequence: u64,
        head: Parts,
        path_values: Vec<(String, String)>,
        body: Bytes,
    ) -> Self {
        Self {
            sequence,
            fingerprint: fingerprint(&head.method, &head.uri, &body),
            query: head.uri.query().map(str::to_owned),
            certificate: head
                .extensions
                .get::<Peer>()
                .and_then(|peer| peer.certificate.clone()),
            headers: head.headers,
            path_values,
            body,
        }
    }

    /// A named value of the path; empty when the route has no such name.
    pub(crate) fn path_value(&self, name: &str) -> &str {
        self.path_values
            .iter()
            .find(|(key, _)| key == name)
            .map_or("", |(_, value)| value)
    }
}

/// Sixteen hex digits over method, path, query and body. Equal requests have equal fingerprints; headers do not
/// count, since a token may differ between two attempts of one intent.
fn fingerprint(method: &Method, uri: &Uri, body: &[u8]) -> String {
    let mut context = digest::Context::new(&digest::SHA256);
    for part in [method.as_str().as_bytes(), uri.to_string().as_bytes(), body] {
        context.update(&(part.len() as u64).to_be_bytes());
        context.update(part);
    }
    short_hex(context.finish().as_ref())
}

/// The first eight bytes in hex.
pub(crate) fn short_hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .take(8)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}
