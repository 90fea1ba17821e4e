//! What the tests of this crate share.

use rubank_core::clock::ManualClock;
use rubank_core::http::{Reply, ScriptedService};
use rubank_core::types::Account;
use time::macros::datetime;

use crate::{Client, PayRegistry, PaymentRegistryId};

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
    let clock = ManualClock::new(datetime!(2024-06-01 12:00 UTC));
    let client = Client::builder(crate::environment(
        "test",
        "http://127.0.0.1:1",
        "http://127.0.0.1:2/openapi",
    ))
    .credentials(crate::credentials("not-a-real-token"))
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

/// A payment without anything that may be left out.
pub(crate) fn pay() -> PayRegistry {
    PayRegistry::new(
        "payment-1",
        PaymentRegistryId::new(5),
        Account::received("40702810000000000001"),
        "Зарплата за май. Согласно реестру 5",
    )
}
