//! Collects every span and event as text, as a log would show them.

use std::fmt::{self, Write as _};
use std::sync::{Arc, Mutex, PoisonError};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::{Context, SubscriberExt};

/// What was heard so far.
#[derive(Clone, Debug, Default)]
pub struct Listening {
    text: Arc<Mutex<String>>,
}

impl Listening {
    /// Nothing yet.
    pub fn start() -> Self {
        Self::default()
    }

    /// Runs a future and collects what it says, at every level.
    pub async fn hear<F: Future>(&self, future: F) -> F::Output {
        let dispatch = tracing::Dispatch::new(tracing_subscriber::registry().with(self.clone()));
        let mut future = std::pin::pin!(future);
        std::future::poll_fn(|context| {
            tracing::dispatcher::with_default(&dispatch, || future.as_mut().poll(context))
        })
        .await
    }

    /// Everything that was said: names, fields, values.
    pub fn heard(&self) -> String {
        self.text
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    fn say(&self, line: &str) {
        let mut text = self.text.lock().unwrap_or_else(PoisonError::into_inner);
        text.push_str(line);
        text.push('\n');
    }
}

impl<S: Subscriber> Layer<S> for Listening {
    fn on_new_span(&self, attributes: &Attributes<'_>, _: &Id, _: Context<'_, S>) {
        let mut line = Line::of(attributes.metadata().name());
        attributes.record(&mut line);
        self.say(&line.0);
    }

    fn on_record(&self, _: &Id, values: &Record<'_>, _: Context<'_, S>) {
        let mut line = Line::of("record");
        values.record(&mut line);
        self.say(&line.0);
    }

    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut line = Line::of(event.metadata().target());
        event.record(&mut line);
        self.say(&line.0);
    }
}

struct Line(String);

impl Line {
    fn of(name: &str) -> Self {
        Line(name.to_owned())
    }
}

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        // Writing into a string cannot fail.
        let _written = write!(self.0, " {}={value:?}", field.name());
    }
}
