//! What operators may read: an allow list of fields, and no canary anywhere.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::{Arc, Mutex};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

use super::support::*;
use crate::http::Reply;

const ALLOWED: &[&str] = &[
    "message",
    "provider",
    "operation",
    "effect",
    "environment",
    "attempt",
    "attempts",
    "millis",
    "status",
    "request_id",
    "kind",
    "outcome",
];

/// Writes down every field of our own spans and events.
#[derive(Clone, Debug, Default)]
struct Collector(Arc<Mutex<Vec<(String, String)>>>);

impl Visit for Collector {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.0
            .lock()
            .unwrap()
            .push((field.name().to_owned(), format!("{value:?}")));
    }
}

impl Subscriber for Collector {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target().starts_with("rubank_core")
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        span.record(&mut self.clone());
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, values: &Record<'_>) {
        values.record(&mut self.clone());
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        event.record(&mut self.clone());
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

impl Collector {
    fn values(&self, name: &str) -> Vec<String> {
        let all = self.0.lock().unwrap();
        all.iter()
            .filter(|(field, _)| field == name)
            .map(|(_, value)| value.clone())
            .collect()
    }
}

#[tokio::test]
async fn traces_have_an_allow_list() {
    let collector = Collector::default();
    let guard = tracing::subscriber::set_default(collector.clone());
    let named = |reply: Reply| reply.with_header("x-request-id", "req-1");
    let nameless =
        refusal(400, "a canary code").with_header("x-request-id", "canary id of a person");
    let script = [
        named(Reply::empty(503)),
        named(done(1)),
        refusal(422, "CODE").with_header("set-cookie", "canary"),
        nameless,
        Reply::LostAfterSending,
        Reply::json(200, r#"{"value":"canary"}"#),
    ];
    let bank = bank(script);
    bank.send(&Get::new("canary-id")).await.unwrap();
    for operation in ["canary-key"; 4] {
        bank.send(&Pay::new(operation)).await.unwrap_err();
    }
    bank.send(&Guessed::new("canary-id")).await.unwrap_err();
    drop(guard);

    let seen = collector.0.lock().unwrap().clone();
    let names: BTreeSet<&str> = seen.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ALLOWED.iter().copied().collect());
    for (name, value) in &seen {
        assert!(!value.to_lowercase().contains("canary"), "{name} {value}");
    }
    assert_eq!(collector.values("operation")[0], "\"test-bank.get\"");
    assert_eq!(collector.values("request_id")[..2], ["\"req-1\""; 2]);
    // An attempt that failed, one that went well; then each failure once as attempt and once as call.
    assert_eq!(
        collector.values("status"),
        ["503", "200", "422", "422", "400", "400", "200", "200"]
    );
    assert_eq!(
        collector.values("kind").last().unwrap(),
        "\"unverified_route\""
    );
}
