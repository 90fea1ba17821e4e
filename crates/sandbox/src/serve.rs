//! Listeners and connections.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::Router;
use http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};
use tokio_rustls::TlsAcceptor;

use crate::asked::short_hex;
use crate::fault::Cut;
use crate::stage::{BrokenOff, Peer};
use crate::wire::Wire;

/// How much is read from a client whose handshake failed, so that it can read the alert before the end.
const DRAINED: u64 = 64 * 1024;

/// A host that listens. Dropping it ends its connections.
pub(crate) struct Server {
    pub(crate) url: String,
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl Server {
    /// Listens on a free port of 127.0.0.1; without `tls` it speaks plain http. `prefix` is the path of its URL.
    pub(crate) async fn start(
        router: Router,
        tls: Option<TlsAcceptor>,
        prefix: &str,
    ) -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let scheme = if tls.is_some() { "https" } else { "http" };
        let url = format!("{scheme}://{}{prefix}", listener.local_addr()?);
        let (stop, stopped) = watch::channel(false);
        let task = tokio::spawn(accept(listener, router, tls, stopped));
        Ok(Self { url, stop, task })
    }

    /// Ends listener and connections and waits until they are gone.
    pub(crate) async fn stop(mut self) {
        self.stop.send_replace(true);
        // an error means that the task is gone already
        let _ = (&mut self.task).await;
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // the task owns the connections, so they end with it
        self.task.abort();
    }
}

async fn accept(
    listener: TcpListener,
    router: Router,
    tls: Option<TlsAcceptor>,
    mut stopped: watch::Receiver<bool>,
) {
    let mut connections = JoinSet::new();
    let mut number = 0;
    loop {
        tokio::select! {
            _ = stopped.changed() => break,
            Some(_) = connections.join_next() => {}
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    number += 1;
                    connections.spawn(converse(stream, tls.clone(), router.clone(), number));
                }
                // out of file handles, most likely; let the connections go on and free some
                Err(_) => tokio::task::yield_now().await,
            },
        }
    }
    connections.shutdown().await;
}

async fn converse(stream: TcpStream, tls: Option<TlsAcceptor>, router: Router, connection: u64) {
    let wire = Wire::new(stream);
    let reset = wire.reset_switch();
    let Some(acceptor) = tls else {
        let peer = Peer {
            connection,
            certificate: None,
        };
        return talk(wire, router, peer, reset).await;
    };
    match acceptor.accept(wire).into_fallible().await {
        Ok(stream) => {
            let chain = stream.get_ref().1.peer_certificates();
            let certificate = chain.and_then(<[_]>::first).map(|leaf| {
                short_hex(aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, leaf).as_ref())
            });
            talk(
                stream,
                router,
                Peer {
                    connection,
                    certificate,
                },
                reset,
            )
            .await;
        }
        Err((_, mut wire)) => {
            // Closing with unread bytes would reset the connection and take the alert with it.
            let _ = wire.shutdown().await;
            let _ = tokio::io::copy(&mut wire.take(DRAINED), &mut tokio::io::sink()).await;
        }
    }
}

/// Serves one connection to its end. Its errors are the client's to see: nothing is left to do here.
async fn talk<Stream>(stream: Stream, router: Router, peer: Peer, reset: Arc<AtomicBool>)
where
    Stream: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let bank = TowerToHyperService::new(router);
    let service = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(peer.clone());
        let answering = bank.call(request);
        let reset = Arc::clone(&reset);
        async move {
            let Ok(response) = answering.await;
            match response.extensions().get::<Cut>() {
                None => Ok(response),
                Some(Cut::Close) => Err(BrokenOff),
                Some(Cut::Reset) => {
                    reset.store(true, Ordering::Relaxed);
                    Err(BrokenOff)
                }
            }
        }
    });
    // hyper's own date would come from the machine's clock
    let _ = http1::Builder::new()
        .auto_date_header(false)
        .serve_connection(TokioIo::new(stream), service)
        .await;
}
