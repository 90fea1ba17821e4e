//! What the tests of this crate share.

use rubank_core::auth::{Bearer, OAuthClient};
use rubank_core::clock::ManualClock;
use rubank_core::http::{Reply, ScriptedService};
use rubank_core::retry::RetryPolicy;
use rubank_core::secret::Secret;
use time::macros::datetime;

use crate::{Client, ExchangeCode};

/// A client whose bank answers from a script.
pub(crate) fn scripted(script: impl IntoIterator<Item = Reply>) -> (Client, ScriptedService) {
    let (client, service, _) = timed(script);
    (client, service)
}

/// The same, with the hand on its clock.
pub(crate) fn timed(
    script: impl IntoIterator<Item = Reply>,
) -> (Client, ScriptedService, ManualClock) {
    let clock = ManualClock::new(datetime!(2026-11-21 10:00 UTC));
    let service = ScriptedService::new(script);
    let local = "http://127.0.0.1:1";
    let client = Client::builder(crate::environment("test", local, local, local))
        .credentials(Bearer::new(Secret::from("not-a-real-token")))
        .transport(service.clone())
        .retry_policy(RetryPolicy::never())
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

/// The exchange of a code by the client 10000.
pub(crate) fn sample_exchange() -> ExchangeCode {
    let client = OAuthClient::new("10000", "not-a-real-secret".into());
    ExchangeCode::new(
        &client,
        &"not-a-real-code".into(),
        "https://client.example/back",
    )
}
