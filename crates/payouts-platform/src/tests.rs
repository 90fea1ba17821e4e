//! What the tests of this crate share.

mod refused;

use rubank_core::client::ClientBuilder;
use rubank_core::clock::ManualClock;
use rubank_core::http::{Reply, ScriptedService};
use rubank_core::operation::{InvalidRequest, Operation};
use time::macros::datetime;

use crate::{Client, PayoutsPlatform};

/// A client whose platform answers from a script; paths that nobody published are refused, as for everybody.
pub(crate) fn scripted(script: impl IntoIterator<Item = Reply>) -> (Client, ScriptedService) {
    let (client, service, _) = timed(script);
    (client, service)
}

/// The same, with the hand on its clock.
pub(crate) fn timed(
    script: impl IntoIterator<Item = Reply>,
) -> (Client, ScriptedService, ManualClock) {
    built(script, |builder| builder)
}

/// A client that opted in to the paths that nobody published.
pub(crate) fn open(script: impl IntoIterator<Item = Reply>) -> (Client, ScriptedService) {
    let (client, service, _) = open_timed(script);
    (client, service)
}

/// The same, with the hand on its clock.
pub(crate) fn open_timed(
    script: impl IntoIterator<Item = Reply>,
) -> (Client, ScriptedService, ManualClock) {
    built(script, ClientBuilder::allow_unverified_paths)
}

fn built(
    script: impl IntoIterator<Item = Reply>,
    change: impl FnOnce(ClientBuilder<PayoutsPlatform>) -> ClientBuilder<PayoutsPlatform>,
) -> (Client, ScriptedService, ManualClock) {
    let service = ScriptedService::new(script);
    let clock = ManualClock::new(datetime!(2024-03-13 12:00 UTC));
    let builder = Client::builder(crate::environment("test", "http://127.0.0.1:1"))
        .credentials(crate::credentials("not-a-real-key"))
        .transport(service.clone())
        .clock(clock.clone());
    (change(builder).build().unwrap(), service, clock)
}

pub(crate) fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap()
        .block_on(future)
}

/// The query of an operation, not encoded.
pub(crate) fn query_of(operation: &impl Operation) -> String {
    let parts = operation.parts().unwrap();
    let pairs = parts.query_pairs().iter();
    pairs
        .map(|(name, value)| format!("{name}={value}"))
        .collect::<Vec<_>>()
        .join("&")
}

/// The JSON body of an operation.
pub(crate) fn body_of(operation: &impl Operation) -> String {
    let parts = operation.parts().unwrap();
    String::from_utf8(parts.body_ref().as_bytes().unwrap().to_vec()).unwrap()
}

/// The fields that an operation's request is refused for.
pub(crate) fn refused_fields(operation: &impl Operation) -> Vec<String> {
    let fields = |refused: InvalidRequest| {
        let violations = refused.violations().iter();
        violations.map(|broken| broken.field().to_owned()).collect()
    };
    operation.parts().err().map(fields).unwrap_or_default()
}

/// `METHOD path` of every request that was sent.
pub(crate) fn sent(service: &ScriptedService) -> Vec<String> {
    let seen = service.seen();
    seen.iter()
        .map(|request| format!("{} {}", request.method, request.uri.path()))
        .collect()
}

/// A payout that is told from others by its state alone.
pub(crate) fn payment(status: i64, is_final: bool) -> Reply {
    Reply::json(
        200,
        format!(
            r#"{{"item":{{"id":7,"amount":100,"is_final":{is_final},"status":{{"id":{status}}}}}}}"#
        ),
    )
}

/// A refusal that names fields.
pub(crate) fn refusal(status: u16, fields: &[&str]) -> Reply {
    let fields: Vec<_> = fields
        .iter()
        .map(|field| format!(r#"{{"field":"{field}","messages":["canary"]}}"#))
        .collect();
    Reply::json(
        status,
        format!(
            r#"{{"error":{{"title":"canary","detail":"canary","fields":[{}],"code":{status}}}}}"#,
            fields.join(",")
        ),
    )
}
