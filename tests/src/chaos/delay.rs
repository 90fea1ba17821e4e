//! A bank that is far away.

use std::io;
use std::time::Duration;

use rubank_core::clock::{Clock, SystemClock};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

/// Passes connections on to a server of this machine, each answer so much later.
pub(crate) struct Distance {
    /// The address to ask instead of the server's.
    pub(crate) url: String,
    task: JoinHandle<()>,
}

impl Distance {
    /// From the server with this base URL.
    pub(crate) async fn from(url: &str, latency: Duration) -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let (server, path) = parts(url);
        let here = format!("http://{}{path}", listener.local_addr()?);
        let server = server.to_owned();
        let task = tokio::spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((client, _)) = listener.accept().await {
                connections.spawn(pass(client, server.clone(), latency));
                while connections.try_join_next().is_some() {}
            }
        });
        Ok(Distance { url: here, task })
    }
}

impl Drop for Distance {
    fn drop(&mut self) {
        // The task owns the connections, so they end with it.
        self.task.abort();
    }
}

/// `http://host:port/path` as `host:port` and `/path`.
fn parts(url: &str) -> (&str, &str) {
    let rest = url.strip_prefix("http://").unwrap_or(url);
    rest.split_at(rest.find('/').unwrap_or(rest.len()))
}

async fn pass(client: TcpStream, server: String, latency: Duration) -> io::Result<()> {
    let server = TcpStream::connect(server).await?;
    client.set_nodelay(true)?;
    server.set_nodelay(true)?;
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = server.into_split();
    let there = async move {
        tokio::io::copy(&mut from_client, &mut to_server).await?;
        to_server.shutdown().await
    };
    let back = async move {
        let mut piece = vec![0; 64 * 1024];
        loop {
            let size = from_server.read(&mut piece).await?;
            SystemClock.sleep(latency).await;
            match piece.get(..size) {
                Some(read) if size > 0 => to_client.write_all(read).await?,
                _ => return to_client.shutdown().await,
            }
        }
    };
    tokio::try_join!(there, back).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_two_parts() {
        assert_eq!(parts("http://127.0.0.1:1/a/b"), ("127.0.0.1:1", "/a/b"));
        assert_eq!(parts("http://127.0.0.1:1"), ("127.0.0.1:1", ""));
    }
}
