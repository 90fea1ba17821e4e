//! A server that serves a list by offset and limit, and changes it between the pages.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::{Arc, Mutex};

use time::macros::datetime;
use tokio::sync::Notify;

use super::super::{ForeignLink, Items, Paged, RowKey, after_offset};
use crate::auth::ApiKey;
use crate::client::Client;
use crate::client::tests::support::{TestBank, environment};
use crate::clock::ManualClock;
use crate::error::ErrorKind;
use crate::future::BoxFuture;
use crate::http::{Body, HttpService, Incoming, Reply, ScriptedService, Sent, TransportError};
use crate::operation::{
    Answer, Effect, HostId, InvalidRequest, Method, Operation, OperationMeta, Parts,
};
use crate::raw::Raw;
use crate::read::ReadError;
use crate::secret::Secret;

/// A page that ends with this row links to another host.
pub(super) const LEADS_AWAY: u32 = 999;

#[derive(Clone, Debug)]
pub(super) struct List {
    pub(super) offset: u64,
    limit: u64,
}

impl List {
    pub(super) fn new(limit: u64) -> Self {
        List { offset: 0, limit }
    }
}

/// A page: numbers, and rows that are none.
#[derive(Debug)]
pub(super) struct Page(pub(super) Vec<Result<u32, ReadError>>);

impl Operation for List {
    type Provider = TestBank;
    type Output = Page;

    const META: OperationMeta = OperationMeta::new(
        "test-bank.list",
        Effect::Read,
        Method::Get,
        HostId::API,
        "/v1/list",
    );

    fn parts(&self) -> Result<Parts, InvalidRequest> {
        Ok(Parts::new()
            .query("offset", self.offset)
            .query("limit", self.limit))
    }

    fn parse(answer: &Answer) -> Result<Page, ReadError> {
        let rows: Vec<Raw> = answer.json()?;
        Ok(Page(
            rows.iter()
                .map(|row| crate::read::read(row.text().as_bytes()))
                .collect(),
        ))
    }
}

impl Paged for List {
    type Item = u32;

    fn next(&self, page: &Page) -> Result<Option<Self>, ForeignLink> {
        if page.0.last() == Some(&Ok(LEADS_AWAY)) {
            return Err(ForeignLink);
        }
        let offset = after_offset(self.offset, self.limit, page.0.len());
        Ok(offset.map(|offset| List { offset, ..*self }))
    }

    fn rows(page: Page) -> Vec<Result<u32, ReadError>> {
        page.0
    }

    fn key(item: &u32) -> RowKey {
        RowKey::Id(item.to_string())
    }
}

type Change = Box<dyn FnOnce(&mut Vec<u32>) + Send>;

#[derive(Default)]
struct State {
    rows: Vec<u32>,
    bad: BTreeSet<u32>,
    ignores_offset: bool,
    requests: usize,
    changes: BTreeMap<usize, Change>,
    faults: BTreeMap<usize, Reply>,
    held: bool,
}

#[derive(Clone, Default)]
pub(super) struct Server {
    state: Arc<Mutex<State>>,
    released: Arc<Notify>,
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Server")
    }
}

impl Server {
    /// A list of the numbers from 0.
    pub(super) fn of(rows: u32) -> Self {
        let server = Server::default();
        server.state.lock().unwrap().rows = (0..rows).collect();
        server
    }

    pub(super) fn client(&self) -> Client<TestBank> {
        let key = ApiKey::new(
            http::HeaderName::from_static("x-key"),
            Secret::from("canary"),
        );
        Client::builder(environment())
            .transport(self.clone())
            .credentials(key)
            .clock(ManualClock::new(datetime!(2026-01-01 00:00 UTC)))
            .build()
            .unwrap()
    }

    pub(super) fn items(&self, limit: u64) -> Items<List> {
        self.client().items(List::new(limit))
    }

    /// Changes the list before request number `index`, from 0.
    pub(super) fn before_page(
        &self,
        index: usize,
        change: impl FnOnce(&mut Vec<u32>) + Send + 'static,
    ) {
        self.state
            .lock()
            .unwrap()
            .changes
            .insert(index, Box::new(change));
    }

    pub(super) fn fail_page(&self, index: usize, reply: Reply) {
        self.state.lock().unwrap().faults.insert(index, reply);
    }

    /// These rows are no numbers.
    pub(super) fn spoil(&self, rows: &[u32]) {
        self.state.lock().unwrap().bad.extend(rows);
    }

    pub(super) fn ignore_offset(&self) {
        self.state.lock().unwrap().ignores_offset = true;
    }

    /// No answer until [`release`](Self::release).
    pub(super) fn hold(&self) {
        self.state.lock().unwrap().held = true;
    }

    pub(super) fn release(&self) {
        self.state.lock().unwrap().held = false;
        self.released.notify_one();
    }

    pub(super) fn requests(&self) -> usize {
        self.state.lock().unwrap().requests
    }

    fn reply(&self, uri: &http::Uri) -> Reply {
        let query: BTreeMap<_, _> = url::form_urlencoded::parse(uri.query().unwrap().as_bytes())
            .map(|(name, value)| (name.into_owned(), value.parse::<usize>().unwrap()))
            .collect();
        let mut state = self.state.lock().unwrap();
        let index = state.requests;
        state.requests += 1;
        if let Some(change) = state.changes.remove(&index) {
            change(&mut state.rows);
        }
        if let Some(fault) = state.faults.remove(&index) {
            return fault;
        }
        let offset = if state.ignores_offset {
            0
        } else {
            query["offset"]
        };
        let rows = state.rows.iter().skip(offset).take(query["limit"]);
        let texts: Vec<String> = rows
            .map(|row| match state.bad.contains(row) {
                true => "\"canary\"".to_owned(),
                false => row.to_string(),
            })
            .collect();
        Reply::json(200, format!("[{}]", texts.join(",")))
    }
}

impl HttpService for Server {
    fn call<'a>(
        &'a self,
        request: http::Request<Body>,
        sent: &'a Sent,
    ) -> BoxFuture<'a, Result<http::Response<Incoming>, TransportError>> {
        Box::pin(async move {
            let reply = self.reply(request.uri());
            if self.state.lock().unwrap().held {
                self.released.notified().await;
            }
            ScriptedService::new([reply]).call(request, sent).await
        })
    }
}

/// Every row, or what was wrong with it.
pub(super) async fn read_all(items: &mut Items<List>) -> Vec<Result<u32, ErrorKind>> {
    let mut read = Vec::new();
    while let Some(row) = items.next().await {
        read.push(row.map_err(|error| error.kind()));
    }
    read
}
