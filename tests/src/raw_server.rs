//! A server that misbehaves on purpose: HTTP over TCP or TLS on this machine's loopback, driven by a script.
//!
//! It knows nothing of banks and nothing of our clients. It counts what reached it, keeps every request that it read,
//! and reports what it did, so that a test waits for an event and never for time.

mod answer;
mod log;
mod request;
mod serve;
mod tls;

use std::collections::VecDeque;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};

use rubank_core::http::SeenRequest;
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::task::JoinHandle;

pub use answer::Said;
use log::Log;
use serve::Server;
use tls::ServerTls;

/// What goes wrong while the server is being set up or asked.
pub type Trouble = Box<dyn std::error::Error + Send + Sync>;

/// What the server does with one connection, or with one request of a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Act {
    /// Takes the connection and closes it; a TLS hello stays unanswered.
    CloseOnAccept,
    /// Takes the connection and is silent for ever; a TLS hello stays unanswered.
    IgnoreHello,
    /// Finishes the TLS handshake only to find that no client certificate came. By then the request is under way.
    RefuseWithoutCertificate,
    /// Resets the connection when the first byte of the request has come.
    ResetBeforeReading,
    /// Reads the request and resets the connection.
    ResetAfterReading,
    /// Reads the request and closes the connection.
    CloseAfterReading,
    /// Reads the request and is silent for ever.
    NeverAnswer,
    /// Reads the request, answers, and keeps the connection.
    Answer(Said),
    /// Reads the request, answers, and closes the connection without having announced it.
    AnswerAndClose(Said),
    /// Sends half of the answer's head, then closes.
    CutHead(Said),
    /// Sends the answer's head and half of its body, then closes.
    CutBody(Said),
    /// Sends the answer's head and half of its body, then is silent for ever.
    StallBody(Said),
}

impl Act {
    /// Whether it is done to the connection, before there is a request.
    fn is_before_requests(&self) -> bool {
        matches!(
            self,
            Act::CloseOnAccept | Act::IgnoreHello | Act::RefuseWithoutCertificate
        )
    }
}

/// What the server reports, in the order in which it happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// A connection was made.
    Accepted,
    /// A whole request was read.
    Read,
    /// From now on nothing more will come on this connection.
    Silent,
    /// The server has closed a connection, gently or not.
    Closed,
}

/// TCP alone, or TLS over it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layer {
    /// `http://`
    Tcp,
    /// `https://`, with a certificate of an authority that was made for this server.
    Tls,
}

/// A running server. It ends when it is dropped.
#[derive(Debug)]
pub struct RawServer {
    base: String,
    root: Option<Vec<u8>>,
    log: Arc<Mutex<Log>>,
    events: UnboundedReceiver<Event>,
    task: JoinHandle<()>,
}

impl RawServer {
    /// Listens on a free port and follows the script, whose last act is repeated for ever. It must be called in a
    /// tokio runtime.
    ///
    /// # Errors
    /// No port, no certificate, or an empty script.
    pub async fn start(
        layer: Layer,
        script: impl IntoIterator<Item = Act>,
    ) -> Result<Self, Trouble> {
        let script: VecDeque<Act> = script.into_iter().collect();
        let last = script.back().cloned().ok_or("the script is empty")?;
        let certificate_wanted = script.contains(&Act::RefuseWithoutCertificate);
        let tls = match layer {
            Layer::Tcp => None,
            Layer::Tls => Some(ServerTls::new(certificate_wanted)?),
        };
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let (tell, events) = unbounded_channel();
        let log = Arc::new(Mutex::new(Log::default()));
        let root = tls.as_ref().map(|tls| tls.root.clone());
        let server = Server::new(script, last, tls, log.clone(), tell);
        let scheme = if layer == Layer::Tls { "https" } else { "http" };
        Ok(RawServer {
            base: format!("{scheme}://{address}"),
            root,
            log,
            events,
            task: tokio::spawn(server.run(listener)),
        })
    }

    /// The base URL.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// The authority of the server's certificate, in DER; `None` without TLS.
    pub fn root(&self) -> Option<&[u8]> {
        self.root.as_deref()
    }

    /// Waits for the next event of this kind; the others are skipped. It waits for ever if the server has ended.
    pub async fn when(&mut self, wanted: Event) {
        while let Some(event) = self.events.recv().await {
            if event == wanted {
                return;
            }
        }
        std::future::pending().await
    }

    /// How many requests reached the server, be it by their first byte only.
    pub fn arrived(&self) -> usize {
        self.log
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .arrived
    }

    /// The requests that were read whole, in order.
    pub fn requests(&self) -> Vec<SeenRequest> {
        self.log
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .requests
            .clone()
    }

    /// Forgets what came so far, and the events that nobody waited for.
    pub fn forget(&mut self) {
        while self.events.try_recv().is_ok() {}
        *self.log.lock().unwrap_or_else(PoisonError::into_inner) = Log::default();
    }
}

impl Drop for RawServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// A port of this machine that refuses connections as long as the value lives: it is taken, and nobody listens.
#[derive(Debug)]
pub struct RefusingPort {
    address: SocketAddr,
    _taken: TcpSocket,
}

impl RefusingPort {
    /// Takes a free port.
    ///
    /// # Errors
    /// There is none.
    pub fn take() -> io::Result<Self> {
        let socket = TcpSocket::new_v4()?;
        socket.bind((Ipv4Addr::LOCALHOST, 0).into())?;
        Ok(RefusingPort {
            address: socket.local_addr()?,
            _taken: socket,
        })
    }

    /// The base URL.
    pub fn base(&self) -> String {
        format!("http://{}", self.address)
    }
}

/// A port whose queue is full: the system drops every further SYN, so a connection is neither made nor refused.
#[derive(Debug)]
pub struct SilentPort {
    address: SocketAddr,
    _full: TcpListener,
    _queued: Vec<TcpStream>,
}

impl SilentPort {
    /// Listens with the shortest queue and fills it with connections of our own, which nobody will ever take.
    ///
    /// # Errors
    /// No port; or this system's queue does not get full.
    pub async fn fill() -> io::Result<Self> {
        const MORE_THAN_ANY_QUEUE: usize = 16;
        let socket = TcpSocket::new_v4()?;
        socket.bind((Ipv4Addr::LOCALHOST, 0).into())?;
        let listener = socket.listen(0)?;
        let address = listener.local_addr()?;
        // The first has a place in any queue, however long it takes.
        let mut queued = vec![TcpStream::connect(address).await?];
        while queued.len() < MORE_THAN_ANY_QUEUE {
            tokio::select! {
                biased;
                made = TcpStream::connect(address) => queued.push(made?),
                // A connection over loopback is made at once or not at all.
                () = turns() => {
                    return Ok(SilentPort { address, _full: listener, _queued: queued });
                }
            }
        }
        Err(io::Error::other(
            "the queue of a listening port does not get full on this system",
        ))
    }

    /// The base URL.
    pub fn base(&self) -> String {
        format!("http://{}", self.address)
    }
}

/// Lets every other task of this thread's runtime, and its I/O, come to rest.
pub async fn turns() {
    // An exchange over loopback takes a handful of turns; a TLS handshake some more.
    const ENOUGH: usize = 256;
    for _ in 0..ENOUGH {
        tokio::task::yield_now().await;
    }
}

#[cfg(test)]
mod tests;
