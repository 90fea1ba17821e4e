//! The wish that is sent, and what the bank may say to it.

#![allow(dead_code, reason = "shared by several test targets")]

use rubank_core::http::Reply;
use rubank_core::money::Kopecks;
use rubank_core::operation::Operation;
use rubank_store::Intent;
use rubank_store::engine::IntentId;

use crate::bank::Pay;

pub(crate) const KEY: &str = "6f9619ff-8b86-4011-b42d-00c04fc964ff";

pub(crate) fn intent() -> Intent {
    Intent::new(KEY)
        .subject("contractor 123")
        .amount(Kopecks::new(150_050))
}

pub(crate) fn id<const PROMISE: usize>() -> IntentId {
    IntentId::new(Pay::<PROMISE>::META.id, KEY)
}

pub(crate) fn taken() -> Reply {
    Reply::json(200, r#"{"id":7,"state":"running"}"#)
}

pub(crate) fn found(state: &str) -> Reply {
    Reply::json(200, format!(r#"{{"id":7,"state":"{state}"}}"#))
}

pub(crate) fn absent() -> Reply {
    Reply::json(404, "{}")
}

pub(crate) fn duplicate() -> Reply {
    Reply::json(409, r#"{"code":"DUPLICATE"}"#)
}

pub(crate) fn many(reply: &Reply, times: usize) -> Vec<Reply> {
    vec![reply.clone(); times]
}
