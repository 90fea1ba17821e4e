//! A server of raw TCP that does with each connection what the test says, and an operation to send to it.
#![allow(dead_code, reason = "each test file uses its own part")]
#![allow(clippy::unwrap_used, reason = "a test is all that this is")]

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use rubank_core::auth::ApiKey;
use rubank_core::client::{Client, ClientBuilder};
use rubank_core::environment::{Environment, Host};
use rubank_core::error::BankError;
use rubank_core::http::Body;
use rubank_core::operation::{
    Answer, Effect, HostId, InvalidRequest, Method, Operation, OperationMeta, Parts, Provider,
};
use rubank_core::read::ReadError;
use rubank_core::secret::Secret;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;

pub(crate) struct Bank;

impl Provider for Bank {
    const NAME: &'static str = "bank";
    const OPERATIONS: &'static [OperationMeta] = &[Pay::META, Start::META, Get::META];
    const REQUEST_ID_HEADERS: &'static [&'static str] = &[];

    fn read_error(_: &Answer) -> BankError {
        BankError::new()
    }
}

macro_rules! operation {
    ($Name:ident, $meta:expr, $fields:tt, $parts:expr) => {
        #[derive(Clone)]
        pub(crate) struct $Name $fields

        impl Operation for $Name {
            type Provider = Bank;
            type Output = String;

            const META: OperationMeta = $meta;

            fn parts(&self) -> Result<Parts, InvalidRequest> {
                let parts: fn(&Self) -> Parts = $parts;
                Ok(parts(self))
            }

            fn parse(answer: &Answer) -> Result<String, ReadError> {
                answer.json()
            }
        }
    };
}

const fn meta(id: &'static str, effect: Effect, method: Method) -> OperationMeta {
    OperationMeta::new(id, effect, method, HostId::API, "/v1/thing")
}

operation!(Pay, meta("bank.pay", Effect::Once, Method::Post), { pub(crate) body: Body }, |pay| {
    Parts::new().body(http::HeaderValue::from_static("text/plain"), pay.body.clone())
});
operation!(
    Start,
    meta("bank.start", Effect::Once, Method::Post),
    {},
    |_| Parts::new()
);
operation!(Get, meta("bank.get", Effect::Read, Method::Get), {}, |_| {
    Parts::new()
});

pub(crate) fn pay() -> Pay {
    Pay {
        body: Body::whole("amount=1"),
    }
}

/// What the server does with one connection, from the first byte to the last.
pub(crate) type Script = fn(Connection) -> std::pin::Pin<Box<dyn Future<Output = ()> + Send>>;

#[derive(Clone, Default)]
struct Shared {
    connections: Arc<AtomicUsize>,
    closed: Arc<AtomicUsize>,
    requests: Arc<Mutex<Vec<String>>>,
    changed: Arc<Notify>,
}

pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    shared: Shared,
}

impl Server {
    pub(crate) async fn start(script: Script) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (address, shared) = (listener.local_addr().unwrap(), Shared::default());
        let for_task = shared.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let number = for_task.connections.fetch_add(1, Ordering::SeqCst) + 1;
                for_task.changed.notify_waiters();
                tokio::spawn(script(Connection {
                    stream,
                    number,
                    shared: for_task.clone(),
                }));
            }
        });
        Server { address, shared }
    }

    pub(crate) fn builder(&self) -> ClientBuilder<Bank> {
        builder(self.address)
    }

    pub(crate) fn client(&self) -> Client<Bank> {
        self.builder().build().unwrap()
    }

    pub(crate) fn connections(&self) -> usize {
        self.shared.connections.load(Ordering::SeqCst)
    }

    /// How many connections both sides have closed.
    pub(crate) fn closed(&self) -> usize {
        self.shared.closed.load(Ordering::SeqCst)
    }

    /// Every request that was read whole, head and body.
    pub(crate) fn requests(&self) -> Vec<String> {
        self.shared.requests.lock().unwrap().clone()
    }

    /// Waits until the server has come to a certain point.
    pub(crate) async fn when(&self, reached: impl Fn(&Self) -> bool) {
        loop {
            let changed = self.shared.changed.notified();
            tokio::pin!(changed);
            changed.as_mut().enable();
            if reached(self) {
                return;
            }
            changed.await;
        }
    }
}

pub(crate) fn builder(address: SocketAddr) -> ClientBuilder<Bank> {
    let host = Host::new(format!("http://{address}"));
    let key = ApiKey::new(
        http::HeaderName::from_static("x-key"),
        Secret::from("not-a-real-key"),
    );
    Client::builder(Environment::new("test").host(HostId::API, host)).credentials(key)
}

pub(crate) struct Connection {
    stream: TcpStream,
    /// From 1, over all connections.
    pub(crate) number: usize,
    shared: Shared,
}

impl Connection {
    /// Reads one request whole; `None` when the client has closed.
    pub(crate) async fn request(&mut self) -> Option<String> {
        let mut text = String::new();
        while !is_whole(&text) {
            let mut bytes = [0; 4096];
            let count = self
                .stream
                .read(&mut bytes)
                .await
                .ok()
                .filter(|count| *count > 0)?;
            text.push_str(std::str::from_utf8(&bytes[..count]).unwrap());
        }
        self.shared.requests.lock().unwrap().push(text.clone());
        self.shared.changed.notify_waiters();
        Some(text)
    }

    pub(crate) async fn one_byte(&mut self) {
        self.stream.read_u8().await.unwrap();
    }

    pub(crate) async fn write(&mut self, text: &str) {
        self.stream.write_all(text.as_bytes()).await.unwrap();
    }

    pub(crate) async fn answer(&mut self, body: &str) {
        let length = body.len();
        self.write(&format!(
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
        ))
        .await;
    }

    /// Closes our side, and waits until the client has closed its own.
    pub(crate) async fn close(mut self) {
        self.stream.shutdown().await.unwrap();
        let mut rest = Vec::new();
        self.stream.read_to_end(&mut rest).await.unwrap();
        self.shared.closed.fetch_add(1, Ordering::SeqCst);
        self.shared.changed.notify_waiters();
    }

    /// Waits until the client goes away.
    pub(crate) async fn hold(mut self) {
        while self.request().await.is_some() {}
    }
}

fn is_whole(text: &str) -> bool {
    let Some((head, body)) = text.split_once("\r\n\r\n") else {
        return false;
    };
    let head = head.to_ascii_lowercase();
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "));
    match length {
        Some(length) => body.len() >= length.parse::<usize>().unwrap(),
        None if head.contains("transfer-encoding: chunked") => body.ends_with("0\r\n\r\n"),
        None => true,
    }
}
