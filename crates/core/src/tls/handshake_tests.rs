//! Real handshakes on loopback: what the server gets from us, and what its refusals look like from here.

use std::error::Error as _;
use std::net::SocketAddr;
use std::sync::Arc;

use rcgen::{KeyPair, PKCS_ECDSA_P256_SHA256, PKCS_RSA_SHA256, SignatureAlgorithm};
use rustls::crypto::aws_lc_rs::default_provider;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ServerConfig, WebPkiClientVerifier};
use rustls::version::{TLS12, TLS13};
use rustls::{RootCertStore, SupportedProtocolVersion};
use time::OffsetDateTime;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;

use super::test_pki::{ALWAYS, Authority, FUTURE, PAST, authority, intermediate, leaf};
use super::{Identity, Root, TlsFault, diagnose};

const HOST: &str = "bank.test";
const BOTH: &[&SupportedProtocolVersion] = &[&TLS13, &TLS12];

/// The bank: what it shows, and whose client certificates it takes.
struct Bank {
    chain: Vec<CertificateDer<'static>>,
    key: KeyPair,
    clients: Option<CertificateDer<'static>>,
    versions: &'static [&'static SupportedProtocolVersion],
}

impl Bank {
    fn new(above: &Authority) -> Self {
        Self::named(HOST, ALWAYS, above)
    }

    fn named(host: &str, dates: (OffsetDateTime, OffsetDateTime), above: &Authority) -> Self {
        let key = KeyPair::generate().unwrap();
        let chain = vec![leaf("bank", host, dates, &key, above).der().clone()];
        Self {
            chain,
            key,
            clients: None,
            versions: BOTH,
        }
    }

    fn wanting_clients_of(mut self, authority: &Authority) -> Self {
        self.clients = Some(authority.der().clone());
        self
    }

    fn speaking(mut self, versions: &'static [&'static SupportedProtocolVersion]) -> Self {
        self.versions = versions;
        self
    }

    /// Serves one connection and tells which certificates the client showed.
    async fn open(self) -> (SocketAddr, JoinHandle<Vec<Vec<u8>>>) {
        let provider = Arc::new(default_provider());
        let builder = ServerConfig::builder_with_provider(provider.clone());
        let builder = builder.with_protocol_versions(self.versions).unwrap();
        let builder = match self.clients {
            None => builder.with_no_client_auth(),
            Some(authority) => {
                let mut roots = RootCertStore::empty();
                roots.add(authority).unwrap();
                let verifier =
                    WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
                builder.with_client_cert_verifier(verifier.build().unwrap())
            }
        };
        let key = PrivateKeyDer::try_from(self.key.serialize_der()).unwrap();
        let config = builder.with_single_cert(self.chain, key).unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        accept_one(
            async move |stream| match acceptor.accept(stream).into_fallible().await {
                Ok(mut stream) => {
                    answer(&mut stream).await;
                    let shown = stream.get_ref().1.peer_certificates().unwrap_or_default();
                    shown
                        .iter()
                        .map(|certificate| certificate.to_vec())
                        .collect()
                }
                Err((_, stream)) => {
                    close_gently(stream).await;
                    Vec::new()
                }
            },
        )
        .await
    }
}

async fn accept_one<T: Send + 'static, F: Future<Output = T> + Send>(
    serve: impl FnOnce(TcpStream) -> F + Send + 'static,
) -> (SocketAddr, JoinHandle<T>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let served = tokio::spawn(async move { serve(listener.accept().await.unwrap().0).await });
    (address, served)
}

async fn answer(stream: &mut (impl AsyncRead + AsyncWrite + Unpin)) {
    let mut request = Vec::new();
    while !request.ends_with(b"\r\n\r\n") {
        request.push(stream.read_u8().await.unwrap());
    }
    stream
        .write_all(b"HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n")
        .await
        .unwrap();
    stream.shutdown().await.unwrap();
}

/// Closing with unread bytes would reset the connection, and the reset may overtake the alert.
async fn close_gently(mut stream: TcpStream) {
    let _ = stream.shutdown().await;
    let _ = stream.read_to_end(&mut Vec::new()).await;
}

async fn call(
    address: SocketAddr,
    roots: &[Root],
    identity: Option<&Identity>,
) -> Result<(), TlsFault> {
    let roots = roots
        .iter()
        .map(|root| reqwest::Certificate::from_der(root.der()).unwrap());
    let mut client = reqwest::Client::builder()
        .no_proxy()
        .resolve(HOST, address)
        .tls_certs_merge(roots);
    if let Some(identity) = identity {
        client = client.identity(reqwest::Identity::from_pem(identity.pem()).unwrap());
    }
    let url = format!("https://{HOST}:{}/", address.port());
    match client.build().unwrap().get(url).send().await {
        Ok(answer) => {
            assert_eq!(answer.status(), 204);
            Ok(())
        }
        Err(error) => {
            assert!(error.source().is_some());
            Err(diagnose(&error, identity.is_some()).unwrap_or_else(|| panic!("{error:?}")))
        }
    }
}

fn trusted(authority: &Authority) -> Vec<Root> {
    vec![Root::from_der(authority.der()).unwrap()]
}

fn client_of(
    above: &Authority,
    dates: (OffsetDateTime, OffsetDateTime),
    algorithm: &'static SignatureAlgorithm,
) -> Identity {
    let key = KeyPair::generate_for(algorithm).unwrap();
    let certificate = leaf("client", "client.test", dates, &key, above);
    // The wrong way round, as banks' files come.
    let file = [above.pem(), certificate.pem(), key.serialize_pem()].concat();
    Identity::from_pem(file.as_bytes()).unwrap()
}

#[tokio::test]
async fn the_server_receives_the_leaf_first_and_the_chain_after_it() {
    let root = authority("Root");
    let below = intermediate("Clients", &root);
    for algorithm in [&PKCS_ECDSA_P256_SHA256, &PKCS_RSA_SHA256] {
        for versions in [&BOTH[..1], &BOTH[1..]] {
            let identity = client_of(&below, ALWAYS, algorithm);
            let bank = Bank::new(&root)
                .wanting_clients_of(&root)
                .speaking(versions);
            let (address, served) = bank.open().await;
            call(address, &trusted(&root), Some(&identity))
                .await
                .unwrap();
            let sent: Vec<_> = identity.certificates().map(<[u8]>::to_vec).collect();
            assert_eq!(sent.len(), 2);
            assert_eq!(served.await.unwrap(), sent, "{algorithm:?} {versions:?}");
        }
    }
}

#[tokio::test]
async fn what_is_wrong_with_the_server_is_told() {
    let root = authority("Root");
    let other = authority("Other");
    let below = intermediate("Below", &root);
    let rows = [
        (
            "authority unknown",
            Bank::new(&root),
            &other,
            Err(TlsFault::UnknownCa),
        ),
        (
            "chain incomplete",
            Bank::new(&below),
            &root,
            Err(TlsFault::UnknownCa),
        ),
        (
            "intermediate trusted instead",
            Bank::new(&below),
            &below,
            Ok(()),
        ),
        (
            "another host",
            Bank::named("other.test", ALWAYS, &root),
            &root,
            Err(TlsFault::NameMismatch),
        ),
        (
            "expired",
            Bank::named(HOST, PAST, &root),
            &root,
            Err(TlsFault::ServerCertificateExpired),
        ),
        (
            "not yet",
            Bank::named(HOST, FUTURE, &root),
            &root,
            Err(TlsFault::ServerCertificateNotYetValid),
        ),
    ];
    for (name, bank, trusts, expected) in rows {
        let (address, _served) = bank.open().await;
        assert_eq!(
            call(address, &trusted(trusts), None).await,
            expected,
            "{name}"
        );
    }
}

#[tokio::test]
async fn what_is_wrong_with_our_certificate_is_told_by_both_versions_of_the_protocol() {
    let root = authority("Root");
    let ours = client_of(&root, ALWAYS, &PKCS_ECDSA_P256_SHA256);
    let expired = client_of(&root, PAST, &PKCS_ECDSA_P256_SHA256);
    let strange = client_of(&authority("Stranger"), ALWAYS, &PKCS_ECDSA_P256_SHA256);
    let rows = [
        ("ours", Some(&ours), Ok(())),
        ("none", None, Err(TlsFault::ClientCertificateRequired)),
        (
            "expired",
            Some(&expired),
            Err(TlsFault::ClientCertificateRejected),
        ),
        (
            "of another authority",
            Some(&strange),
            Err(TlsFault::ClientCertificateRejected),
        ),
    ];
    for (name, identity, expected) in rows {
        for versions in [&BOTH[..1], &BOTH[1..]] {
            let bank = Bank::new(&root)
                .wanting_clients_of(&root)
                .speaking(versions);
            let (address, _served) = bank.open().await;
            let told = call(address, &trusted(&root), identity).await;
            assert_eq!(told, expected, "{name} {versions:?}");
        }
    }
}

#[tokio::test]
async fn answers_that_are_no_handshake_are_told() {
    const ALERT: [u8; 6] = [21, 3, 3, 0, 2, 2];
    let root = authority("Root");
    let ours = client_of(&root, ALWAYS, &PKCS_ECDSA_P256_SHA256);
    let alert = |description: u8| [&ALERT[..], &[description]].concat();
    let rows = [
        (
            "plain http",
            b"HTTP/1.1 400 Bad Request\r\n\r\n".to_vec(),
            Some(&ours),
            TlsFault::NotTls,
        ),
        (
            "protocol_version",
            alert(70),
            Some(&ours),
            TlsFault::NoCommonParameters,
        ),
        (
            "handshake_failure",
            alert(40),
            Some(&ours),
            TlsFault::NoCommonParameters,
        ),
        (
            "handshake_failure",
            alert(40),
            None,
            TlsFault::ClientCertificateRequired,
        ),
        (
            "access_denied",
            alert(49),
            Some(&ours),
            TlsFault::ClientCertificateRejected,
        ),
        ("internal_error", alert(80), Some(&ours), TlsFault::Other),
    ];
    for (name, bytes, identity, expected) in rows {
        let (address, _served) = accept_one(async move |mut stream: TcpStream| {
            // The hello first: bytes that come before it was sent are no answer to it.
            stream.readable().await.unwrap();
            stream.write_all(&bytes).await.unwrap();
            close_gently(stream).await;
        })
        .await;
        let told = call(address, &trusted(&root), identity).await;
        assert_eq!(told, Err(expected), "{name}");
    }
}

/// The platform verifier reads the roots' place from the environment, and only a new process can have another one.
#[cfg(all(unix, not(target_vendor = "apple")))]
#[test]
fn a_machine_without_roots_is_told_so() {
    const NOWHERE: &str = "/nonexistent/rubank-test-roots";
    if std::env::var("SSL_CERT_FILE").is_ok_and(|file| file == NOWHERE) {
        let error = reqwest::Client::builder().no_proxy().build().unwrap_err();
        assert_eq!(
            diagnose(&error, false),
            Some(TlsFault::SystemRootsMissing),
            "{error:?}"
        );
        let root = reqwest::Certificate::from_der(authority("Root").der()).unwrap();
        assert!(
            reqwest::Client::builder()
                .no_proxy()
                .tls_certs_merge([root])
                .build()
                .is_ok()
        );
        return;
    }
    let path = module_path!().split_once("::").unwrap().1;
    let child = std::process::Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            &format!("{path}::a_machine_without_roots_is_told_so"),
        ])
        .env("SSL_CERT_FILE", NOWHERE)
        .env("SSL_CERT_DIR", NOWHERE)
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&child.stdout);
    assert!(
        child.status.success() && told.contains("1 passed"),
        "{told}"
    );
}
