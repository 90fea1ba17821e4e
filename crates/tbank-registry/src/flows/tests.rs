use std::time::Duration;

use rubank_core::clock::{Clock, ManualClock};
use rubank_core::error::{ErrorKind, Outcome};
use rubank_core::http::{Reply, ScriptedService};
use rubank_core::money::Money;
use time::macros::datetime;

use super::*;
use crate::catalogue::{sample_salary, sample_self_employed};
use crate::tests::{block_on, pay, timed};
use crate::{Client, PayRegistry, PaymentRegistryId, RegistryStatus};

mod paying;
mod preparing;

const SIGNING_KEY: &str = "0b8a4f7e-52b5-4c8e-9a55-3b8f0d9a7c11";
const NEW_KEY: &str = "11111111-2222-4333-8444-555555555555";

const fn minutes(count: u64) -> Duration {
    Duration::from_secs(60 * count)
}

fn json(body: impl Into<String>) -> Reply {
    Reply::json(200, body.into())
}

fn taken() -> Reply {
    json(r#"{"correlationId":"cf99df08-0829-4614-8da3-0e440fd23fe0"}"#)
}

fn refused(status: u16) -> Reply {
    Reply::json(
        status,
        r#"{"errorCode":"SOME_CODE","errorMessage":"canary"}"#,
    )
}

fn built() -> Reply {
    json(r#"{"paymentRegistryId":5,"status":"CREATED"}"#)
}

fn signed() -> Reply {
    json(r#"{"paymentRegistryId":5,"status":"ACCEPTED"}"#)
}

fn payment(status: &str) -> Reply {
    json(format!(r#"{{"status":"{status}"}}"#))
}

/// A card of the sample: two lines, 120 000.10 roubles.
fn card(status: &str, lines: [&str; 2]) -> Reply {
    json(format!(
        r#"{{"status":"{status}","paymentsCount":2,"totalSum":120000.10,"payments":[{{"number":1,"status":"{}","sum":50000.10}},{{"number":2,"status":"{}","sum":70000}}]}}"#,
        lines[0], lines[1],
    ))
}

fn accepted() -> Reply {
    card("ACCEPTED", ["WAITING", "WAITING"])
}

fn preparation() -> Preparation {
    Preparation::employees(sample_salary(), SIGNING_KEY)
}

/// A bank that begins with this script, and what the flows told about it.
struct Scene {
    client: Client,
    bank: ScriptedService,
    clock: ManualClock,
    events: Vec<Event>,
}

impl Scene {
    fn new(script: impl IntoIterator<Item = Reply>) -> Self {
        let (client, bank, clock) = timed(script);
        Self {
            client,
            bank,
            clock,
            events: Vec::new(),
        }
    }

    fn prepare(
        &mut self,
        what: &Preparation,
        within: Duration,
    ) -> Result<SignedRegistry, PrepareError> {
        let events = &mut self.events;
        let flow = prepare_and_sign(&self.client, what, within, |event| events.push(event));
        block_on(self.clock.drive(flow))
    }

    fn pay(&mut self, pay: &PayRegistry, within: Duration) -> Confirmation {
        let registry = SignedRegistry::sample(self.clock.monotonic());
        let events = &mut self.events;
        let flow = pay_and_confirm(&self.client, &registry, pay, within, |event| {
            events.push(event)
        });
        block_on(self.clock.drive(flow)).unwrap()
    }

    fn posts(&self, path: &str) -> usize {
        let seen = self.bank.seen();
        let posts = seen.iter().filter(|seen| seen.method == "POST");
        posts.filter(|seen| seen.uri.path() == path).count()
    }

    /// Without the countdown.
    fn milestones(&self) -> Vec<String> {
        let told = self.events.iter();
        told.filter(|event| !matches!(event, Event::Waiting { .. }))
            .map(ToString::to_string)
            .collect()
    }
}

impl SignedRegistry {
    fn sample(seen_at: Duration) -> Self {
        let card = crate::flows::RegistryCard::Employees(
            rubank_core::read::read(
                br#"{"status":"ACCEPTED","paymentsCount":2,"totalSum":120000.10}"#,
            )
            .unwrap(),
        );
        let expected = preparation().expected();
        Self::compare(PaymentRegistryId::new(5), &expected, &card, seen_at, None).unwrap()
    }
}
