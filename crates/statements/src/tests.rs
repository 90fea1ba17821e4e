//! What the tests of this crate share.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use rubank_core::BoxFuture;
use rubank_core::auth::Bearer;
use rubank_core::clock::{Clock, ManualClock};
use rubank_core::http::{
    Body, HttpService, Incoming, Reply, ScriptedService, Sent, TransportError,
};
use rubank_core::secret::Secret;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc2822;

use crate::Client;
use crate::follow::tests::{Bank, Kind};

pub(crate) fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap()
        .block_on(future)
}

/// A client whose bank answers from a script.
pub(crate) fn scripted(
    script: impl IntoIterator<Item = Reply>,
    start: OffsetDateTime,
) -> (Client, ScriptedService, ManualClock) {
    let (service, clock) = (ScriptedService::new(script), ManualClock::new(start));
    (client(service.clone(), clock.clone()), service, clock)
}

pub(crate) fn client(service: impl HttpService, clock: ManualClock) -> Client {
    let local = "http://127.0.0.1:1";
    Client::builder(crate::environment("test", local, local, local))
        .credentials(Bearer::new(Secret::from("not-a-real-token")))
        .transport(service)
        .clock(clock)
        .build()
        .unwrap()
}

/// A transport with simulated banks behind it, one for each account.
#[derive(Clone, Debug)]
pub(crate) struct Desk {
    clock: ManualClock,
    banks: Arc<BTreeMap<String, Bank>>,
    seen: Arc<Mutex<Vec<String>>>,
    faults: Arc<Mutex<Vec<Reply>>>,
}

impl Desk {
    pub(crate) fn new(
        clock: &ManualClock,
        banks: impl IntoIterator<Item = (&'static str, Bank)>,
    ) -> Self {
        let banks = banks
            .into_iter()
            .map(|(account, bank)| (account.to_owned(), bank));
        Self {
            clock: clock.clone(),
            banks: Arc::new(banks.collect()),
            seen: Arc::default(),
            faults: Arc::default(),
        }
    }

    /// The next request is answered so instead.
    pub(crate) fn fault(&self, reply: Reply) {
        self.faults.lock().unwrap().push(reply);
    }

    /// Path and query of every request.
    pub(crate) fn seen(&self) -> Vec<String> {
        self.seen.lock().unwrap().clone()
    }

    fn reply(&self, address: &http::Uri) -> Reply {
        if let Some(fault) = self.faults.lock().unwrap().pop() {
            return fault;
        }
        let kind = match address.path().rsplit('/').next() {
            Some("summary") => Kind::Summary,
            Some("transactions") => Kind::Transactions,
            _ => Kind::Increment,
        };
        let names = ["accountNumber", "statementDate", "lastModifyDate", "page"];
        let pairs = address.query().unwrap_or_default().split('&');
        let query: Vec<_> = pairs
            .filter_map(|pair| pair.split_once('='))
            .filter_map(|(name, value)| {
                let name = names.into_iter().find(|known| *known == name)?;
                Some((name, value.replace("%3A", ":")))
            })
            .collect();
        let bank = query
            .first()
            .and_then(|(_, account)| self.banks.get(account));
        let Some(bank) = bank else {
            return Reply::json(403, r#"{"cause":"ACCESS_EXCEPTION"}"#);
        };
        let now = self.clock.now();
        let reply = match bank.body(kind, &query, now) {
            Some(body) => Reply::json(200, body),
            None => Reply::json(400, r#"{"cause":"WORKFLOW_FAULT"}"#),
        };
        reply.with_header("date", now.format(&Rfc2822).unwrap())
    }
}

impl HttpService for Desk {
    fn call<'a>(
        &'a self,
        request: http::Request<Body>,
        sent: &'a Sent,
    ) -> BoxFuture<'a, Result<http::Response<Incoming>, TransportError>> {
        let address = request.uri().path_and_query().map(ToString::to_string);
        self.seen.lock().unwrap().push(address.unwrap_or_default());
        let reply = self.reply(request.uri());
        Box::pin(async move { ScriptedService::new([reply]).call(request, sent).await })
    }
}
