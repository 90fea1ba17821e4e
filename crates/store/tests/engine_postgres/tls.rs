//! The server's certificate is checked, and the connection is encrypted.

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rubank_core::tls::Root;
use rubank_store::engine::Engine;
use rubank_store::{Postgres, PostgresOptions};
use tokio_postgres::Client;

use crate::postgres::{self, PrivatePostgres};

#[tokio::test]
async fn a_server_is_trusted_for_its_name_and_authority_only() {
    // Its own: this test changes the server's settings. `server` says why there may be none.
    if postgres::server().is_none() {
        return;
    }
    let Some(server) = PrivatePostgres::start().expect("it starts") else {
        return;
    };
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
    let admin = postgres::connect(server.url()).await;
    encrypt(&admin, &authority).await;

    let root = Root::from_der(authority.der()).unwrap();
    let by_address = format!("{}?sslmode=require", server.url());
    let by_name = by_address.replace("@127.0.0.1:", "@localhost:");

    let good = PostgresOptions::new(by_name.as_str()).root(root.clone());
    let engine = Postgres::connect(good).await.unwrap();
    engine.now().await.unwrap();
    let seen = "SELECT bool_and(ssl) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) \
         WHERE application_name = 'rubank-store'";
    let seen = admin.query_one(seen, &[]).await.unwrap();
    assert!(seen.get::<_, bool>(0), "it is encrypted");

    for (what, options) in [
        ("another name", PostgresOptions::new(by_address).root(root)),
        ("an unknown authority", PostgresOptions::new(by_name)),
    ] {
        let error = Postgres::connect(options).await.expect_err(what);
        assert!(error.to_string().contains("certificate"), "{what}: {error}");
    }
}

/// Gives the server a certificate for `localhost`.
async fn encrypt(admin: &Client, authority: &CertifiedIssuer<'_, KeyPair>) {
    let key = KeyPair::generate().expect("a key");
    let certificate = CertificateParams::new(vec!["localhost".to_owned()])
        .and_then(|params| params.signed_by(&key, authority))
        .expect("a certificate");
    for (name, pem) in [
        ("server.crt", certificate.pem()),
        ("server.key", key.serialize_pem()),
    ] {
        // In the server's folder, by the server's user, readable by nobody else.
        let lines = pem.trim_end().replace('\n', "'), ('");
        let write =
            format!("COPY (VALUES ('{lines}')) TO PROGRAM 'umask 077; tr -d ''\\r'' >{name}'");
        admin.batch_execute(&write).await.expect("it runs");
    }
    for text in ["ALTER SYSTEM SET ssl = on", "SELECT pg_reload_conf()"] {
        admin.batch_execute(text).await.expect("it runs");
    }
    // The server reads its settings when it comes to it.
    let on = || admin.query_one("SELECT current_setting('ssl')", &[]);
    while on().await.expect("it runs").get::<_, &str>(0) != "on" {
        tokio::task::yield_now().await;
    }
}
