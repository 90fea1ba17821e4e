//! What the tests of this crate share.

use rubank_core::auth::Bearer;
use rubank_core::clock::ManualClock;
use rubank_core::http::{Reply, ScriptedService};
use rubank_core::operation::Operation;
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
    let clock = ManualClock::new(datetime!(2022-05-27 12:00 UTC));
    let client = Client::builder(crate::environment("test", "http://127.0.0.1:1"))
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

/// The query of an operation, not encoded.
pub(crate) fn query_of(operation: &impl Operation) -> String {
    let parts = operation.parts().unwrap();
    let pairs = parts.query_pairs().iter();
    pairs
        .map(|(name, value)| format!("{name}={value}"))
        .collect::<Vec<_>>()
        .join("&")
}

/// A payment that is told from others by its number alone.
pub(crate) fn row(number: u64, status: &str, timestamp: &str) -> String {
    format!(
        r#"{{"outgoingPaymentId":"{number:08}","qrcId":"LINK","status":"{status}","amount":{number},"taxAmount":0,"currency":"RUR","payerAccount":"40702810000000000001","paymentPurpose":"-","timestamp":"{timestamp}","recipientInfo":{{"name":"-","inn":"-","bik":"-"}}}}"#
    )
}

/// A page of rows, without `pagination`.
pub(crate) fn page(rows: &[String]) -> Reply {
    Reply::json(200, format!(r#"{{"payments":[{}]}}"#, rows.join(",")))
}
