//! A client of a simulated bank, and time that passes while it waits.

use std::future::pending;
use std::sync::Arc;
use std::time::Duration;

use rubank_core::BoxFuture;
use rubank_core::auth::{MemoryTokenStore, StoredTokens, TokenStore};
use rubank_core::clock::Clock;
use rubank_sandbox::{Host, Sandbox, SimulatedClock};
use statements::sber_api;
use statements::time::OffsetDateTime;
use statements::{Client, Identity, RequestOptions, Root, Secret};

/// Longer than any pause: what watches over a whole call, which nothing here ends.
const NEVER: Duration = Duration::from_secs(10 * 86_400);
/// How often all tasks of the runtime have their turn before a wait is over. The bank is one of them, so that whoever
/// waits for its answer has it by then, and a timeout ends only what nobody answers.
const TURNS: u32 = 1000;

/// The bank's clock. Waiting lets its time pass.
#[derive(Clone, Debug)]
struct BankTime(SimulatedClock);

impl Clock for BankTime {
    fn now(&self) -> OffsetDateTime {
        self.0.now()
    }

    fn monotonic(&self) -> Duration {
        self.0.elapsed()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        if duration > NEVER {
            return Box::pin(pending());
        }
        let clock = self.0.clone();
        Box::pin(async move {
            for _ in 0..TURNS {
                tokio::task::yield_now().await;
            }
            clock.advance(duration);
        })
    }
}

/// What outlives a process: the tokens of a user who signed in once.
pub(crate) struct SignedIn<'a> {
    sandbox: &'a Sandbox,
    tokens: Arc<MemoryTokenStore>,
}

impl<'a> SignedIn<'a> {
    pub(crate) async fn to(sandbox: &'a Sandbox) -> Self {
        let tokens = Arc::new(MemoryTokenStore::new());
        let key = sber_api::token_key(&environment(sandbox), sandbox.client_id(), "accountant");
        let refresh_token = Secret::from(sandbox.sber().grant_all().refresh_token);
        tokens
            .save(&key, &StoredTokens::new(refresh_token))
            .await
            .unwrap();
        Self { sandbox, tokens }
    }

    /// A client as a process makes it when it starts.
    pub(crate) fn client(&self) -> Client {
        let sandbox = self.sandbox;
        let credentials = statements::credentials(
            sandbox.client_id(),
            sandbox.client_secret(),
            "accountant",
            self.tokens.clone(),
        );
        let client = Client::builder(environment(sandbox))
            .credentials(credentials)
            .identity(Identity::from_pem(sandbox.client_identity_pem().as_bytes()).unwrap())
            .extra_roots(Root::from_pem(sandbox.ca_pem().as_bytes()).unwrap())
            .clock(BankTime(sandbox.clock().clone()))
            .build()
            .unwrap();
        client.with(RequestOptions::new().deadline(Duration::MAX))
    }
}

fn environment(sandbox: &Sandbox) -> statements::rubank_core::environment::Environment {
    statements::environment(
        "sandbox",
        sandbox.url(Host::SberAuthorize),
        sandbox.url(Host::SberToken),
        sandbox.url(Host::SberApi),
    )
}
