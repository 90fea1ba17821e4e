//! Handshakes: who is let in.

use std::sync::Arc;
use std::time::Duration;

use rubank_sandbox::{Fault, FaultRule, Host, Moment, Sandbox, alfa};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio_rustls::TlsConnector;

use crate::wire::{Ask, GRANT, Seen, connect, exchange};

pub(crate) fn connector(sandbox: &Sandbox, identity: Option<&str>) -> TlsConnector {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut roots = RootCertStore::empty();
    roots
        .add(CertificateDer::from_pem_slice(sandbox.ca_pem().as_bytes()).unwrap())
        .unwrap();
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots);
    let config = match identity {
        None => builder.with_no_client_auth(),
        Some(pem) => {
            let chain: Vec<_> = CertificateDer::pem_slice_iter(pem.as_bytes())
                .map(Result::unwrap)
                .collect();
            assert_eq!(chain.len(), 2, "leaf and issuing authority");
            let key = PrivateKeyDer::from_pem_slice(pem.as_bytes()).unwrap();
            builder.with_client_auth_cert(chain, key).unwrap()
        }
    };
    TlsConnector::from(Arc::new(config))
}

/// What a token request meets with this identity.
async fn knock(sandbox: &Sandbox, identity: Option<&str>) -> Seen {
    let name = ServerName::try_from("127.0.0.1").unwrap();
    match connector(sandbox, identity)
        .connect(name, connect(sandbox).await)
        .await
    {
        Ok(stream) => exchange(stream, &Ask::form(GRANT)).await,
        Err(_) => Seen::Nothing,
    }
}

#[tokio::test]
async fn only_the_banks_own_certificates_are_let_in() {
    let sandbox = Sandbox::builder().start().await.unwrap();
    assert!(
        sandbox
            .url(Host::AlfaSbpApi)
            .starts_with("https://127.0.0.1:")
    );
    let reply = knock(&sandbox, Some(sandbox.client_identity_pem()))
        .await
        .reply();
    assert_eq!(reply.status, 200);
    let certificate = sandbox.calls()[0].certificate.clone().unwrap();
    assert_eq!(certificate.len(), 16);

    let refused = [
        None,
        Some(sandbox.stranger_identity_pem()),
        Some(sandbox.expired_identity_pem()),
    ];
    for identity in refused {
        let seen = knock(&sandbox, identity).await;
        assert!(!matches!(seen, Seen::Reply(_)), "{seen:?}");
    }
    assert_eq!(sandbox.calls().len(), 1, "nobody else came through");
    sandbox.stop().await;
}

#[tokio::test]
async fn faults_strike_under_tls_too() {
    let sandbox = Sandbox::builder().start().await.unwrap();
    let faults = [
        Fault::Close(Moment::AfterWork),
        Fault::Reset(Moment::AfterWork),
        Fault::CloseUnread,
        Fault::CutBody,
    ];
    for fault in faults {
        sandbox
            .faults()
            .push(FaultRule::on(alfa::TOKEN, fault.clone()).next(1));
        match knock(&sandbox, Some(sandbox.client_identity_pem())).await {
            Seen::Reply(reply) => assert_eq!((fault, reply.complete), (Fault::CutBody, false)),
            Seen::Reset => assert_eq!(fault, Fault::Reset(Moment::AfterWork)),
            Seen::Nothing => assert!(matches!(fault, Fault::Close(_) | Fault::CloseUnread)),
        }
    }
    assert!(sandbox.faults().unplayed().is_empty());
}

#[tokio::test]
async fn certificates_are_judged_by_the_simulated_clock() {
    let sandbox = Sandbox::builder().start().await.unwrap();
    let forty_years = Duration::from_secs(40 * 366 * 86_400);
    sandbox.clock().advance(forty_years);
    let seen = knock(&sandbox, Some(sandbox.client_identity_pem())).await;
    assert!(!matches!(seen, Seen::Reply(_)), "{seen:?}");
}

#[tokio::test]
async fn a_stopped_sandbox_listens_no_more() {
    fn shared<T: Send + Sync + 'static>(_: &T) {}

    let sandbox = Sandbox::builder().start().await.unwrap();
    shared(&sandbox);
    let address = sandbox.url(Host::AlfaSbpApi).replace("https://", "");
    sandbox.stop().await;
    assert!(tokio::net::TcpStream::connect(address).await.is_err());
}
