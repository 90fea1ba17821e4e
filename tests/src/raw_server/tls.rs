//! The server's side of TLS, with certificates that are made for each server.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::RootCertStore;
use rustls::crypto::aws_lc_rs::default_provider;
use rustls::pki_types::PrivateKeyDer;
use rustls::server::{ServerConfig, WebPkiClientVerifier};
use rustls::version::{TLS12, TLS13};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;

use super::Trouble;

pub(super) struct ServerTls {
    pub(super) acceptor: TlsAcceptor,
    /// The authority that clients must trust, in DER.
    pub(super) root: Vec<u8>,
}

impl ServerTls {
    /// A new authority and a certificate of it for 127.0.0.1. A server that wants client certificates speaks TLS 1.3
    /// only, where the client learns of it after its own handshake is over.
    pub(super) fn new(certificate_wanted: bool) -> Result<Self, Trouble> {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let authority = CertifiedIssuer::self_signed(params, KeyPair::generate()?)?;
        let key = KeyPair::generate()?;
        let leaf =
            CertificateParams::new(vec!["127.0.0.1".to_owned()])?.signed_by(&key, &authority)?;
        let provider = Arc::new(default_provider());
        let builder = ServerConfig::builder_with_provider(provider.clone());
        let builder = if certificate_wanted {
            let mut clients = RootCertStore::empty();
            clients.add(authority.der().clone())?;
            let verifier =
                WebPkiClientVerifier::builder_with_provider(Arc::new(clients), provider).build()?;
            builder
                .with_protocol_versions(&[&TLS13])?
                .with_client_cert_verifier(verifier)
        } else {
            builder
                .with_protocol_versions(&[&TLS13, &TLS12])?
                .with_no_client_auth()
        };
        let key = PrivateKeyDer::try_from(key.serialize_der())?;
        let config = builder.with_single_cert(vec![leaf.der().clone()], key)?;
        let acceptor = TlsAcceptor::from(Arc::new(config));
        Ok(ServerTls {
            acceptor,
            root: authority.der().to_vec(),
        })
    }

    /// Refuses a client that shows no certificate, when its request is already here.
    pub(super) async fn refuse_late(&self, stream: TcpStream) {
        let late = Late {
            stream,
            wrote: false,
            released: false,
        };
        if let Err((_, mut late)) = self.acceptor.accept(late).into_fallible().await {
            // Closing with unread bytes would reset the connection, and the reset may overtake the alert.
            let _ = late.shutdown().await;
            let _ = late.stream.read_to_end(&mut Vec::new()).await;
        }
    }
}

/// A connection that shows the server the end of the client's handshake only together with the request behind it.
/// Without it the alert would sometimes come before the request leaves and sometimes after.
struct Late {
    stream: TcpStream,
    wrote: bool,
    released: bool,
}

impl AsyncRead for Late {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.wrote && !self.released {
            let mut bytes = [0; 16 * 1024];
            let mut here = ReadBuf::new(&mut bytes);
            match self.stream.poll_peek(context, &mut here) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(Err(error)) => return Poll::Ready(Err(error)),
                Poll::Ready(Ok(0)) => {}
                Poll::Ready(Ok(_)) if has_request(here.filled()) => {}
                Poll::Ready(Ok(_)) => {
                    context.waker().wake_by_ref();
                    return Poll::Pending;
                }
            }
            self.released = true;
        }
        Pin::new(&mut self.stream).poll_read(context, into)
    }
}

impl AsyncWrite for Late {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.wrote = true;
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

/// Whether these TLS records hold more than the end of a handshake without a certificate, which is below 100 bytes.
fn has_request(mut records: &[u8]) -> bool {
    const APPLICATION_DATA: u8 = 23;
    while let [kind, _, _, high, low, rest @ ..] = records {
        let length = usize::from(u16::from_be_bytes([*high, *low]));
        if *kind == APPLICATION_DATA && length > 100 && rest.len() >= length {
            return true;
        }
        records = rest.get(length..).unwrap_or_default();
    }
    false
}
