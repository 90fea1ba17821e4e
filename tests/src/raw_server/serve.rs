//! Following the script, connection by connection.

use std::collections::VecDeque;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc::UnboundedSender;
use tokio::task::JoinSet;
use tokio_rustls::server::TlsStream;

use super::log::Log;
use super::tls::ServerTls;
use super::{Act, Event, Said, request};

pub(super) struct Server {
    script: Mutex<VecDeque<Act>>,
    last: Act,
    tls: Option<ServerTls>,
    log: Arc<Mutex<Log>>,
    tell: UnboundedSender<Event>,
}

impl Server {
    pub(super) fn new(
        script: VecDeque<Act>,
        last: Act,
        tls: Option<ServerTls>,
        log: Arc<Mutex<Log>>,
        tell: UnboundedSender<Event>,
    ) -> Self {
        Server {
            script: Mutex::new(script),
            last,
            tls,
            log,
            tell,
        }
    }

    pub(super) async fn run(self, listener: TcpListener) {
        let server = Arc::new(self);
        // The connections end with the server.
        let mut connections = JoinSet::new();
        while let Ok((stream, _)) = listener.accept().await {
            server.tell(Event::Accepted);
            let server = server.clone();
            connections.spawn(async move {
                // A connection that the client breaks is no failure of the server.
                let _ = server.connection(stream).await;
                server.tell(Event::Closed);
            });
        }
    }

    async fn connection(&self, stream: TcpStream) -> io::Result<()> {
        match (self.act_before_requests(), &self.tls) {
            (Some(Act::CloseOnAccept), _) => Ok(()),
            (Some(Act::RefuseWithoutCertificate), Some(tls)) => {
                tls.refuse_late(stream).await;
                Ok(())
            }
            (Some(_), _) => self.silence().await,
            (None, None) => self.requests(stream).await,
            (None, Some(tls)) => self.requests(tls.acceptor.accept(stream).await?).await,
        }
    }

    async fn requests(&self, mut stream: impl Connection) -> io::Result<()> {
        while let Ok(first) = stream.read_u8().await {
            self.log().arrived += 1;
            let act = self.act();
            if act == Act::ResetBeforeReading {
                return stream.reset();
            }
            let request = request::read(first, &mut stream).await?;
            self.log().requests.push(request);
            self.tell(Event::Read);
            match act {
                Act::ResetAfterReading => return stream.reset(),
                Act::NeverAnswer => self.silence().await?,
                Act::Answer(said) => write(&mut stream, &[&said.head(), &said.body]).await?,
                Act::AnswerAndClose(said) => {
                    write(&mut stream, &[&said.head(), &said.body]).await?;
                    return stream.shutdown().await;
                }
                Act::CutHead(said) => {
                    let head = said.head();
                    write(&mut stream, &[&head[..head.len() / 2]]).await?;
                    return stream.shutdown().await;
                }
                Act::CutBody(said) => {
                    write(&mut stream, &[&said.head(), &said.half()]).await?;
                    return stream.shutdown().await;
                }
                Act::StallBody(said) => self.stall(&mut stream, &said).await?,
                // Those before a request are none of a request; the rest is done.
                _ => return stream.shutdown().await,
            }
        }
        Ok(())
    }

    async fn stall(&self, stream: &mut impl Connection, said: &Said) -> io::Result<()> {
        write(stream, &[&said.head(), &said.half()]).await?;
        self.silence().await
    }

    /// Holds the connection open until the server ends.
    async fn silence(&self) -> io::Result<()> {
        self.tell(Event::Silent);
        std::future::pending().await
    }

    fn act_before_requests(&self) -> Option<Act> {
        let next = self
            .script()
            .front()
            .unwrap_or(&self.last)
            .is_before_requests();
        next.then(|| self.act())
    }

    fn act(&self) -> Act {
        self.script()
            .pop_front()
            .unwrap_or_else(|| self.last.clone())
    }

    fn script(&self) -> MutexGuard<'_, VecDeque<Act>> {
        self.script.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn log(&self) -> MutexGuard<'_, Log> {
        self.log.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn tell(&self, event: Event) {
        // Nobody has to listen.
        let _ = self.tell.send(event);
    }
}

async fn write(stream: &mut impl Connection, parts: &[&[u8]]) -> io::Result<()> {
    stream.write_all(&parts.concat()).await?;
    stream.flush().await
}

/// A byte stream that can be torn down the hard way.
trait Connection: AsyncRead + AsyncWrite + Unpin {
    /// Ends the connection by RST: closing with no time to linger does that.
    fn reset(self) -> io::Result<()>;
}

impl Connection for TcpStream {
    fn reset(self) -> io::Result<()> {
        self.set_zero_linger()
    }
}

impl Connection for TlsStream<TcpStream> {
    fn reset(self) -> io::Result<()> {
        self.into_inner().0.set_zero_linger()
    }
}
