//! From options to a pool of connections.

use std::fmt::Write as _;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use deadpool_postgres::{Hook, HookError, Manager, ManagerConfig, Pool, RecyclingMethod};
use rubank_core::tls::Root;
use rustls::pki_types::CertificateDer;
use rustls::{ClientConfig, RootCertStore};
use tokio_postgres::Config;
use tokio_postgres::NoTls;
use tokio_postgres::config::{Host, SslMode, TargetSessionAttrs};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::link::Link;
use super::options::PostgresOptions;
use crate::engine::EngineError;

/// How long to wait for a server that does not take the connection.
const CONNECT: Duration = Duration::from_secs(10);
/// How long bytes may stay unacknowledged before the connection counts as broken.
const UNACKNOWLEDGED: Duration = Duration::from_secs(30);
/// How much longer than the server's own limit we wait for its answer.
const GRACE: Duration = Duration::from_secs(5);

/// Checks the options and makes the pool; no byte leaves yet.
pub(super) fn link(options: PostgresOptions) -> Result<Link, EngineError> {
    check_schema(&options.schema)?;
    let config = config(options.address.expose())?;
    let manager = ManagerConfig {
        // Whoever gave a connection back had its last answer: see `Link`.
        recycling_method: RecyclingMethod::Fast,
    };
    let manager = match config.get_ssl_mode() {
        SslMode::Require => Manager::from_config(config, tls(&options.roots)?, manager),
        _ => Manager::from_config(config, NoTls, manager),
    };
    let session = session(&options);
    let prepare = Hook::async_fn(move |client: &mut deadpool_postgres::ClientWrapper, _| {
        let session = session.clone();
        Box::pin(async move {
            let prepared = client.batch_execute(&session).await;
            prepared.map_err(HookError::Backend)
        })
    });
    let pool = Pool::builder(manager)
        .max_size(options.connections)
        .post_create(prepare)
        .build()
        .map_err(|_| broken("the pool of connections cannot be made"))?;
    let limit = options.statement_timeout + GRACE;
    Ok(Link::new(pool, options.schema, limit, options.clock))
}

/// A name that needs no quoting rules: it becomes a part of SQL texts.
fn check_schema(schema: &str) -> Result<(), EngineError> {
    let fits = (1..=63).contains(&schema.len())
        && !schema.starts_with("pg_")
        && !schema.starts_with(|first: char| first.is_ascii_digit())
        && schema
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
    match fits {
        true => Ok(()),
        false => Err(broken(
            "the schema's name must be 1 to 63 lower-case letters, digits and `_`, not beginning with a digit or `pg_`",
        )),
    }
}

fn config(address: &str) -> Result<Config, EngineError> {
    let mut config: Config = address
        .parse()
        // The library's own words quote the address.
        .map_err(|_| broken("the server's address cannot be read"))?;
    if config.get_hosts().is_empty() && config.get_hostaddrs().is_empty() {
        return Err(broken("the server's address names no host"));
    }
    match (is_local(&config), config.get_ssl_mode()) {
        (_, SslMode::Require) => {}
        (true, _) => {
            config.ssl_mode(SslMode::Disable);
        }
        (false, SslMode::Disable) => {
            return Err(broken(
                "the server is another machine and the address turns encryption off: remove `sslmode`",
            ));
        }
        (false, _) => {
            config.ssl_mode(SslMode::Require);
        }
    }
    if config.get_hosts().len() > 1 {
        // Of several servers, the one that takes changes.
        config.target_session_attrs(TargetSessionAttrs::ReadWrite);
    }
    if config.get_connect_timeout().is_none() {
        config.connect_timeout(CONNECT);
    }
    if config.get_tcp_user_timeout().is_none() {
        config.tcp_user_timeout(UNACKNOWLEDGED);
    }
    if config.get_application_name().is_none() {
        config.application_name("rubank-store");
    }
    Ok(config)
}

fn is_local(config: &Config) -> bool {
    // Where addresses are given, names are only names.
    if !config.get_hostaddrs().is_empty() {
        return config.get_hostaddrs().iter().all(IpAddr::is_loopback);
    }
    config.get_hosts().iter().all(|host| match host {
        Host::Tcp(name) => {
            name == "localhost"
                || name
                    .parse::<IpAddr>()
                    .is_ok_and(|address| address.is_loopback())
        }
        #[cfg(unix)]
        Host::Unix(_) => true,
    })
}

fn tls(extra: &[Root]) -> Result<MakeRustlsConnect, EngineError> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    for root in extra {
        roots
            .add(CertificateDer::from(root.der().to_vec()))
            .map_err(|_| broken("an authority's certificate cannot be used"))?;
    }
    if roots.is_empty() {
        return Err(broken(
            "no authority is known that could vouch for the server: install the system's, or give one as `root`",
        ));
    }
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|_| broken("TLS cannot be set up"))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(MakeRustlsConnect::new(config))
}

/// What each new connection is told. A database or a role may have settings of its own, and ours must hold.
fn session(options: &PostgresOptions) -> String {
    let timeout = options.statement_timeout.as_millis().min(86_400_000);
    let mut text = format!("SET search_path = \"{}\", pg_temp;", options.schema);
    for (name, value) in [
        ("statement_timeout", timeout.to_string()),
        // A program that stopped in the middle of a transaction holds nobody up for longer.
        ("idle_in_transaction_session_timeout", timeout.to_string()),
        ("default_transaction_isolation", "read committed".to_owned()),
    ] {
        // Writing to a string cannot fail.
        let _ = write!(text, "SET {name} = '{value}';");
    }
    text.push_str(
        "SELECT set_config('synchronous_commit', 'on', false) \
         WHERE current_setting('synchronous_commit') = 'off';",
    );
    text
}

fn broken(text: &str) -> EngineError {
    EngineError::Broken(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_is_spoken_to_in_clear() {
        for (address, mode) in [
            ("postgresql://u:p@127.0.0.1/d", Some(SslMode::Disable)),
            ("postgresql://u:p@localhost:5433/d", Some(SslMode::Disable)),
            ("postgresql://u@[::1]/d", Some(SslMode::Disable)),
            ("host=/run/postgresql user=u", Some(SslMode::Disable)),
            (
                "host=db.example hostaddr=127.0.0.1 user=u",
                Some(SslMode::Disable),
            ),
            (
                "postgresql://u:p@127.0.0.1/d?sslmode=require",
                Some(SslMode::Require),
            ),
            ("postgresql://u:p@db.example/d", Some(SslMode::Require)),
            (
                "postgresql://u:p@10.0.0.1/d?sslmode=prefer",
                Some(SslMode::Require),
            ),
            (
                "postgresql://u:p@localhost,db.example/d",
                Some(SslMode::Require),
            ),
            (
                "host=localhost hostaddr=10.0.0.1 user=u",
                Some(SslMode::Require),
            ),
            ("postgresql://u:p@db.example/d?sslmode=disable", None),
            ("user=u", None),
            ("postgresql://u:canary@localhost:canary/d", None),
        ] {
            let read = config(address);
            assert_eq!(
                read.as_ref().ok().map(Config::get_ssl_mode),
                mode,
                "{address}"
            );
            if let Err(error) = read {
                assert!(!error.to_string().contains("canary"), "{error}");
            }
        }
    }

    #[test]
    fn a_schema_is_a_plain_word() {
        for (schema, fits) in [
            ("rubank", true),
            ("r_2", true),
            ("_r", true),
            ("", false),
            ("Rubank", false),
            ("2r", false),
            ("pg_rubank", false),
            ("r\"; DROP TABLE intents; --", false),
            ("банк", false),
            (&"r".repeat(64), false),
        ] {
            assert_eq!(check_schema(schema).is_ok(), fits, "{schema}");
        }
    }
}
