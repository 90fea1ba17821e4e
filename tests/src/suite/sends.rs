//! How many copies of each operation leave under each fault: the law of the safety table, for every operation of a bank.

use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;
use rubank_core::BoxFuture;
use rubank_core::auth::{AuthContext, AuthError, Authorization, Credentials, TokenId};
use rubank_core::catalogue::Entry;
use rubank_core::client::Client;
use rubank_core::clock::ManualClock;
use rubank_core::error::Outcome;
use rubank_core::http::{Reply, ScriptedService, SeenRequest};
use rubank_core::operation::{Effect, HostId, Provider};
use rubank_core::secret::Secret;
use time::macros::datetime;

use super::{Bank, script_environment};

/// A fault, and whether the bank can have acted under it.
struct Fault {
    says: &'static str,
    reply: Reply,
    may_act: bool,
}

fn faults() -> Vec<Fault> {
    let fault = |says, reply, may_act| Fault {
        says,
        reply,
        may_act,
    };
    vec![
        fault("connection refused", Reply::Refused, false),
        fault("lost before sending", Reply::LostBeforeSending, false),
        fault("lost after sending", Reply::LostAfterSending, true),
        fault("never answered", Reply::SilentAfterSending, true),
        fault(
            "answer cut",
            Reply::CutAnswer {
                status: 200,
                body: Bytes::from_static(b"{"),
            },
            true,
        ),
        fault("a web page under 200", Reply::html(200), true),
        fault("400", Reply::json(400, "{}"), false),
        fault("401", Reply::json(401, "{}"), false),
        fault("403", Reply::json(403, "{}"), false),
        fault("404", Reply::json(404, "{}"), false),
        fault("408", Reply::empty(408), true),
        fault("429", Reply::empty(429), false),
        fault("500", Reply::empty(500), true),
        fault("502 with a web page", Reply::html(502), true),
        fault("503", Reply::empty(503), true),
        fault("504", Reply::empty(504), true),
    ]
}

pub(super) async fn check<P: Provider>(bank: &Bank<P>) -> Vec<String> {
    let mut found = Vec::new();
    for entry in &bank.entries {
        for fault in faults() {
            match attempt(entry, &fault).await {
                Ok((outcome, seen)) => found.extend(
                    broken_laws(entry.meta().effect, &fault, outcome, &seen)
                        .into_iter()
                        .map(|law| format!("{}, {}: {law}", entry.meta().id, fault.says)),
                ),
                Err(why) => found.push(format!("{}, {}: {why}", entry.meta().id, fault.says)),
            }
        }
    }
    found
}

/// Sends the sample; every copy meets the same fault. What the caller is told, and what left.
async fn attempt<P: Provider>(
    entry: &Entry<P>,
    fault: &Fault,
) -> Result<(Option<Outcome>, Vec<SeenRequest>), String> {
    let service = ScriptedService::new(vec![fault.reply.clone(); 10]);
    let clock = ManualClock::new(datetime!(2026-01-15 09:00 UTC));
    let client = Client::<P>::builder(script_environment::<P>())
        .transport(service.clone())
        .credentials(FreshTokens::default())
        .clock(clock.clone())
        .allow_unverified_paths()
        .build()
        .map_err(|error| error.to_string())?;
    let result = clock.drive(entry.send(&client)).await;
    Ok((result.err().map(|error| error.outcome()), service.seen()))
}

fn broken_laws(
    effect: Effect,
    fault: &Fault,
    outcome: Option<Outcome>,
    seen: &[SeenRequest],
) -> Vec<String> {
    let mut found = Vec::new();
    let sends = seen.len();
    let renewed = fault.says == "401";
    let most = match effect {
        Effect::Read | Effect::Idempotent => 3,
        Effect::Keyed if renewed => 2,
        Effect::Keyed | Effect::Once => 1,
    };
    if sends > most {
        found.push(format!("{sends} copies left, at most {most} may"));
    }
    if effect == Effect::Keyed && renewed && sends != 2 {
        found.push("a fresh token was not tried".to_owned());
    }
    if seen
        .windows(2)
        .any(|pair| pair[0].body != pair[1].body || pair[0].uri != pair[1].uri)
    {
        found.push("the copies differ".to_owned());
    }
    let Some(outcome) = outcome else {
        found.push("it is taken for a success".to_owned());
        return found;
    };
    if effect.is_write() {
        let uncertain = matches!(outcome, Outcome::Unknown | Outcome::Accepted);
        if fault.may_act && !uncertain {
            found.push(format!(
                "the bank may have acted, and the caller is told {outcome:?}"
            ));
        }
        if sends > 0 && outcome == Outcome::NotSent {
            found.push("a copy left, and the caller is told that none did".to_owned());
        }
    }
    found
}

/// A new token each time, so that a 401 has something to renew.
#[derive(Debug, Default)]
struct FreshTokens(AtomicU64);

impl Credentials for FreshTokens {
    fn authorize<'a>(
        &'a self,
        _: &'a AuthContext<'a>,
    ) -> BoxFuture<'a, Result<Authorization, AuthError>> {
        let number = self.0.fetch_add(1, Ordering::SeqCst);
        let token = Secret::from(format!("not-a-real-token-{number}"));
        let made = Authorization::scheme("Bearer", &token);
        Box::pin(std::future::ready(
            made.map(|made| made.with_token(TokenId(number))),
        ))
    }

    fn invalidate(&self, _: &TokenId) {}

    fn is_public(&self) -> bool {
        false
    }

    fn hosts(&self) -> &[HostId] {
        &[]
    }
}
