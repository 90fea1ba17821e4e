//! What leaves this machine, seen by an HTTP server: address with query, headers and body, area by area.

#![allow(clippy::unwrap_used, reason = "a test fails by it")]

mod certificates;
mod company;
mod contractors;
mod payments;
mod people;

use httpmock::{Method as Verb, Mock, MockServer};
use payouts_platform::rubank_core::client::ClientBuilder;
use payouts_platform::{Client, PayoutsPlatform};

const ITEM: &str = r#"{"item":{"id":1}}"#;
const PAGE: &str = r#"{"items":[]}"#;

fn builder(server: &MockServer) -> ClientBuilder<PayoutsPlatform> {
    // A base with a prefix, as the vendor's other document has.
    let base = format!("{}/services/1c", server.base_url());
    Client::builder(payouts_platform::environment("mock", base))
        .credentials(payouts_platform::credentials("not-a-real-key"))
}

/// One expected request, whole; `None` for a body that nothing is said of.
async fn expect<'a>(
    server: &'a MockServer,
    (verb, address): (Verb, &'static str),
    body: Option<&'static str>,
    (status, answer): (u16, &str),
) -> Mock<'a> {
    server
        .mock_async(|when, then| {
            when.method(verb)
                .header("accept", "application/json")
                .header("content-type", "application/json")
                .header("client-key", "not-a-real-key")
                .header_missing("authorization")
                // httpmock's own query matchers ignore what is there beside them.
                .is_true(move |request| {
                    let whole = request
                        .uri()
                        .path_and_query()
                        .map(|whole| whole.as_str().to_owned());
                    whole.as_deref() == Some(address)
                        && body.is_none_or(|body| request.body_ref() == body.as_bytes())
                });
            then.status(status)
                .header("content-type", "application/json")
                .body(answer);
        })
        .await
}

/// Expects one request for each operation, sends them, and asserts that each arrived.
macro_rules! each {
    ($server:ident, $client:ident: $(
        $operation:expr => $verb:ident $address:literal, $body:expr, $status:literal $answer:expr;
    )*) => {
        $({
            let mock = expect(&$server, (Verb::$verb, $address), $body, ($status, $answer)).await;
            $client.send(&$operation).await.unwrap();
            mock.assert_async().await;
            mock.delete_async().await;
        })*
    };
}

use each;
