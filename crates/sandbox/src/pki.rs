//! Certificates, made at start: a root, an issuing authority below it, and leaves for server and client.

use std::sync::Arc;

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa,
    KeyPair, KeyUsagePurpose, date_time_ymd,
};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{NoServerSessionStorage, WebPkiClientVerifier};
use rustls::{RootCertStore, ServerConfig};

use crate::clock::SimulatedClock;

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// The years of validity of certificates that are to be accepted, and of one that is not.
const CURRENT: (i32, i32) = (2020, 2049);
const PAST: (i32, i32) = (2020, 2021);

/// Everything that a sandbox and its clients need for mutual TLS.
pub(crate) struct Certificates {
    root: CertificateDer<'static>,
    server_chain: Vec<CertificateDer<'static>>,
    server_key: PrivateKeyDer<'static>,
    pub(crate) ca_pem: String,
    pub(crate) client_pem: String,
    pub(crate) other_client_pem: String,
    pub(crate) expired_client_pem: String,
    pub(crate) stranger_client_pem: String,
}

impl Certificates {
    pub(crate) fn generate() -> Result<Self, Failure> {
        let ours = Authority::new("Sandbox")?;
        let (server, server_key) = ours.issue(
            "sandbox-server",
            &["localhost", "127.0.0.1"],
            ExtendedKeyUsagePurpose::ServerAuth,
            CURRENT,
        )?;
        Ok(Self {
            root: ours.root.der().clone(),
            server_chain: vec![server.der().clone(), ours.issuing.der().clone()],
            server_key: PrivateKeyDer::try_from(server_key.serialize_der())?,
            ca_pem: ours.root.pem(),
            client_pem: ours.client_pem(CURRENT)?,
            other_client_pem: ours.client_pem(CURRENT)?,
            expired_client_pem: ours.client_pem(PAST)?,
            stranger_client_pem: Authority::new("Stranger")?.client_pem(CURRENT)?,
        })
    }

    /// What a listener needs; with `demand`, a handshake without a valid client certificate fails.
    pub(crate) fn server_config(
        &self,
        clock: &SimulatedClock,
        demand: bool,
    ) -> Result<ServerConfig, Failure> {
        let provider: Arc<CryptoProvider> = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let builder =
            ServerConfig::builder_with_details(Arc::clone(&provider), Arc::new(clock.clone()))
                .with_safe_default_protocol_versions()?;
        let builder = if demand {
            let mut roots = RootCertStore::empty();
            roots.add(self.root.clone())?;
            let verifier =
                WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider).build()?;
            builder.with_client_cert_verifier(verifier)
        } else {
            builder.with_no_client_auth()
        };
        let mut config =
            builder.with_single_cert(self.server_chain.clone(), self.server_key.clone_key())?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        // a resumed session would pass without a certificate: each connection has to show it anew
        config.session_storage = Arc::new(NoServerSessionStorage {});
        config.send_tls13_tickets = 0;
        Ok(config)
    }
}

struct Authority {
    root: CertifiedIssuer<'static, KeyPair>,
    issuing: CertifiedIssuer<'static, KeyPair>,
}

impl Authority {
    fn new(name: &str) -> Result<Self, Failure> {
        let root = CertifiedIssuer::self_signed(
            authority_params(&format!("{name} Root CA"), BasicConstraints::Unconstrained),
            KeyPair::generate()?,
        )?;
        let issuing = CertifiedIssuer::signed_by(
            authority_params(
                &format!("{name} Issuing CA"),
                BasicConstraints::Constrained(0),
            ),
            KeyPair::generate()?,
            &root,
        )?;
        Ok(Self { root, issuing })
    }

    fn issue(
        &self,
        name: &str,
        addresses: &[&str],
        usage: ExtendedKeyUsagePurpose,
        years: (i32, i32),
    ) -> Result<(rcgen::Certificate, KeyPair), Failure> {
        let addresses: Vec<String> = addresses.iter().map(|&name| name.to_owned()).collect();
        let mut params = named(CertificateParams::new(addresses)?, name, years);
        params.is_ca = IsCa::ExplicitNoCa;
        params.use_authority_key_identifier_extension = true;
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![usage];
        let key = KeyPair::generate()?;
        Ok((params.signed_by(&key, &self.issuing)?, key))
    }

    /// Leaf, issuing authority and private key in one text, in this order.
    fn client_pem(&self, years: (i32, i32)) -> Result<String, Failure> {
        let usage = ExtendedKeyUsagePurpose::ClientAuth;
        let (leaf, key) = self.issue("sandbox-client", &[], usage, years)?;
        Ok(format!(
            "{}{}{}",
            leaf.pem(),
            self.issuing.pem(),
            key.serialize_pem()
        ))
    }
}

fn authority_params(name: &str, constraints: BasicConstraints) -> CertificateParams {
    let mut params = named(CertificateParams::default(), name, CURRENT);
    params.is_ca = IsCa::Ca(constraints);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params
}

fn named(mut params: CertificateParams, name: &str, years: (i32, i32)) -> CertificateParams {
    params.distinguished_name.remove(DnType::CommonName);
    params.distinguished_name.push(DnType::CommonName, name);
    params.not_before = date_time_ymd(years.0, 1, 1);
    params.not_after = date_time_ymd(years.1, 12, 31);
    params
}
