//! What the tests of this crate share.

use rubank_core::auth::Bearer;
use rubank_core::clock::ManualClock;
use rubank_core::http::{Reply, ScriptedService};
use rubank_core::secret::Secret;
use time::macros::datetime;

use crate::Client;

/// A client whose bank answers from a script.
pub(crate) fn scripted(script: impl IntoIterator<Item = Reply>) -> (Client, ScriptedService) {
    let (client, service, _) = timed(script);
    (client, service)
}

/// The same, with the hand on its clock.
pub(crate) fn timed(
    script: impl IntoIterator<Item = Reply>,
) -> (Client, ScriptedService, ManualClock) {
    let service = ScriptedService::new(script);
    let clock = ManualClock::new(datetime!(2026-03-20 12:00 UTC));
    let local = "http://127.0.0.1:1";
    let client = Client::builder(sber_api::environment("test", local, local, local))
        .credentials(Bearer::new(Secret::from("not-a-real-token")))
        .transport(service.clone())
        .clock(clock.clone())
        .build()
        .unwrap();
    (client, service, clock)
}

pub(crate) fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap()
        .block_on(future)
}

/// The answer of the state.
pub(crate) fn state(status: &str) -> Reply {
    Reply::json(200, format!(r#"{{"bankStatus":"{status}"}}"#))
}

/// The bank's "nothing was found".
pub(crate) fn nothing() -> Reply {
    Reply::json(404, r#"{"cause":"DATA_NOT_FOUND_EXCEPTION"}"#)
}

/// The methods and last path segments of what left.
pub(crate) fn calls(bank: &ScriptedService) -> Vec<String> {
    let seen = bank.seen();
    seen.iter()
        .map(|request| {
            let last = request.uri.path().rsplit('/').next().unwrap_or_default();
            format!("{} {last}", request.method)
        })
        .collect()
}
