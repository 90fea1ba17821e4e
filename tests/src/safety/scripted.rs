//! A fault on the scripted transport.

use rubank_core::BoxFuture;
use rubank_core::client::Progress;
use rubank_core::clock::ManualClock;
use rubank_core::http::{
    Body, HttpService, Incoming, Reply, ScriptedService, Sent, TransportError,
};
use rubank_core::operation::Operation;

use super::fault::{Caller, Fault, Voice};
use super::seen::Seen;
use super::surroundings::{START, builder, options};
use crate::raw_server::{Trouble, turns};

/// More than any call of the table makes.
const ENOUGH_REPLIES: usize = 16;

pub(super) async fn run<O: Operation>(
    operation: &O,
    voice: &Voice,
    fault: &Fault,
) -> Result<Seen, Trouble> {
    let script = (0..ENOUGH_REPLIES)
        .map(|number| fault.deed(number).and_then(|deed| deed.reply(voice)))
        .collect::<Option<Vec<Reply>>>()
        .ok_or("the fault has no script")?;
    let script = ScriptedService::new(script);
    let clock = ManualClock::new(START);
    let progress = Progress::new();
    let client = builder(operation, fault, "http://127.0.0.1:9", clock.clone())
        .await
        .transport(LikeTheWire(script.clone()))
        .build()?
        .with(options(fault, &progress));
    match fault.caller {
        Caller::Waits => {
            let result = clock.drive(client.send(operation)).await;
            Ok(Seen::finished(result, script.sends(), script.seen()))
        }
        Caller::Drops => tokio::select! {
            biased;
            _ = client.send(operation) => Err("the call ended before its future was dropped".into()),
            () = turns() => Ok(Seen::dropped(progress.outcome(), script.sends(), script.seen())),
        },
    }
}

/// The script with a habit of the real transport: hyper never asks an empty body for its first chunk, so there is no
/// later moment than the first at which the flag could be raised.
#[derive(Debug)]
struct LikeTheWire(ScriptedService);

impl HttpService for LikeTheWire {
    fn call<'a>(
        &'a self,
        request: http::Request<Body>,
        sent: &'a Sent,
    ) -> BoxFuture<'a, Result<http::Response<Incoming>, TransportError>> {
        if request.body().is_empty() {
            sent.raise();
        }
        self.0.call(request, sent)
    }
}
