//! The flows against a simulated platform that keeps books and its pace.

#![allow(clippy::unwrap_used, reason = "a test fails by it")]

mod money;
mod people;

use std::time::Duration;

use payouts_platform::rubank_core::BoxFuture;
use payouts_platform::rubank_core::clock::Clock;
use payouts_platform::time::OffsetDateTime;
use payouts_platform::{
    AgentId, Client, ContractorDetails, ContractorId, LegalForm, RequestOptions, Requisite,
    SbpBankId,
};
use rubank_sandbox::payouts;
use rubank_sandbox::{Host, Sandbox, SimulatedClock};

const PHONE: &str = "+79990000001";
const HOUR: Duration = Duration::from_secs(60 * 60);

/// The platform's clock, on which every pause is over at once. What is longer than five minutes is a timeout, which no
/// test waits for.
#[derive(Clone, Debug)]
struct Leaping(SimulatedClock);

impl Clock for Leaping {
    fn now(&self) -> OffsetDateTime {
        self.0.now()
    }

    fn monotonic(&self) -> Duration {
        self.0.elapsed()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        let platform = self.0.clone();
        Box::pin(async move {
            if duration > Duration::from_secs(5 * 60) {
                std::future::pending::<()>().await;
            }
            platform.advance(duration);
        })
    }
}

async fn connect() -> (Sandbox, Client) {
    let sandbox = Sandbox::builder().plain().start().await.unwrap();
    let url = sandbox.url(Host::PayoutsPlatformApi).to_owned();
    let client = Client::builder(payouts_platform::environment("sandbox", url))
        .credentials(payouts_platform::credentials(payouts::CLIENT_KEY))
        .clock(Leaping(sandbox.clock().clone()))
        .default_options(RequestOptions::new().attempt_timeout(HOUR).deadline(HOUR))
        // The simulated platform serves them where the crate puts them.
        .allow_unverified_paths()
        .build()
        .unwrap();
    (sandbox, client)
}

fn contractor() -> ContractorId {
    ContractorId::new(payouts::CONTRACTOR.try_into().unwrap())
}

fn by_phone() -> Requisite {
    Requisite::sbp(PHONE, SbpBankId::new(100_000_000_004))
}

fn details() -> ContractorDetails {
    let agent = AgentId::new(payouts::AGENT.try_into().unwrap());
    ContractorDetails::new(PHONE, "Образцов", "Пётр", LegalForm::Individual, agent)
}

/// How many answers had this status.
fn answered(sandbox: &Sandbox, status: u16) -> usize {
    let calls = sandbox.calls();
    calls
        .iter()
        .filter(|call| call.status == Some(status))
        .count()
}

fn asked(sandbox: &Sandbox, operation: &str) -> usize {
    let calls = sandbox.calls();
    calls
        .iter()
        .filter(|call| call.operation == Some(operation))
        .count()
}
