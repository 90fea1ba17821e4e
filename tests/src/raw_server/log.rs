//! What reached the server.

use rubank_core::http::SeenRequest;

#[derive(Debug, Default)]
pub(super) struct Log {
    pub(super) arrived: usize,
    pub(super) requests: Vec<SeenRequest>,
}
