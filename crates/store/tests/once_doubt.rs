//! `send_once`: how a doubt ends, and what must not be made of one.

#![allow(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

#[path = "once/bank.rs"]
mod bank;
#[path = "once/desk.rs"]
mod desk;
#[path = "once_doubt/ends.rs"]
mod ends;
#[path = "once_doubt/looks.rs"]
mod looks;
#[path = "once_doubt/rules.rs"]
mod rules;
#[path = "once/script.rs"]
mod script;
#[path = "once_doubt/second.rs"]
mod second;
#[path = "once_doubt/taken.rs"]
mod taken_by_the_bank;

use std::future::Future;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use bank::{
    Bank, Fire, IDEMPOTENT, MUTE, ONCE, Paced, Passport, Pay, Plain, REFUSED, REPLAYED, UNPROMISED,
};
use desk::{Desk, client, seconds, word};
use futures_util::future::{Either, select};
use rubank_core::BoxFuture;
use rubank_core::client::{Client, ClientBuilder, RequestOptions};
use rubank_core::clock::{Clock, ManualClock};
use rubank_core::environment::{Environment, Host};
use rubank_core::http::{
    Body, HttpService, Incoming, Reply, ScriptedService, Sent, TransportError,
};
use rubank_core::operation::{HostId, Method, Operation};
use rubank_core::retry::RetryPolicy;
use rubank_store::engine::{Claimed, Engine, Filter, IntentId, IntentRow, NEVER};
use rubank_store::{Decision, Intent, Keyring, Reason, State, Store, StoreError};
use script::{KEY, absent, duplicate, found, id, intent, many, taken};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);
/// So many looks that find nothing are enough to be sure, with some to spare.
const PLENTY: usize = 40;

async fn row_of(desk: &Desk, id: &IntentId) -> IntentRow {
    desk.store.intent(id).await.unwrap().unwrap()
}

fn push(desk: &Desk, replies: impl IntoIterator<Item = Reply>) {
    for reply in replies {
        desk.bank.push(reply);
    }
}

/// A client of the next version of the program, in which the write goes elsewhere.
fn moved(desk: &Desk) -> Client<Bank> {
    builder(desk)
        .transport(desk.bank.clone())
        .override_route(Pay::<REFUSED>::META.id, Method::Post, "/v2/pay/{key}")
        .build()
        .unwrap()
}

fn builder(desk: &Desk) -> ClientBuilder<Bank> {
    let host = Host::new("https://bank.test");
    Client::builder(Environment::new("test").host(HostId::API, host))
        .clock(desk.clock.clone())
        .credentials(rubank_core::auth::ApiKey::new(
            http::HeaderName::from_static("x-key"),
            rubank_core::secret::Secret::from("not-a-real-key"),
        ))
        .retry_policy(RetryPolicy::never())
}

/// Claims what is due and acts on it, as a worker does; what it came to.
async fn work<const PROMISE: usize>(desk: &Desk) -> Option<IntentRow> {
    let store = &desk.store;
    let claims = store.claim_due(&desk.client, &Filter::all(), 1).await;
    let claim = claims.unwrap().pop()?;
    let id = claim.row().id.clone();
    let acted = store.act::<_, Pay<PROMISE>>(&desk.client, claim);
    let _ = desk.clock.drive(acted).await;
    Some(row_of(desk, &id).await)
}

/// Drops a call when its request has left: the same as a crash.
async fn crash(desk: &Desk, call: impl Future) {
    let left = pin!(desk.bank.when_sent(1));
    match select(pin!(call), left).await {
        Either::Right(_) => {}
        Either::Left(_) => panic!("it was to hang"),
    }
}
