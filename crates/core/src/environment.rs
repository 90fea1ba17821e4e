//! Where a provider's hosts are, and what may be sent to each.

use url::Url;

use crate::error::Error;
use crate::operation::HostId;

/// One set of hosts: production, the bank's test stand, a sandbox on this machine.
///
/// ```
/// use rubank_core::environment::{Environment, Host};
/// use rubank_core::operation::HostId;
///
/// let production = Environment::new("production")
///     .host(HostId::API, Host::new("https://api.bank.example/prefix").with_certificate());
/// assert_eq!(production.name(), "production");
/// ```
#[derive(Clone, Debug)]
pub struct Environment {
    name: String,
    hosts: Vec<(HostId, Host)>,
}

impl Environment {
    /// An environment without hosts yet. The name appears in spans and in stored intents.
    pub fn new(name: impl Into<String>) -> Self {
        Environment {
            name: name.into(),
            hosts: Vec::new(),
        }
    }

    /// The same hosts under another name: for two companies that are customers of one bank, say, so that what is stored
    /// for one is never sent with the other's credentials.
    #[must_use]
    pub fn named(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// Says where a host is; a second word about the same host replaces the first.
    #[must_use]
    pub fn host(mut self, id: HostId, host: Host) -> Self {
        self.hosts.retain(|(known, _)| *known != id);
        self.hosts.push((id, host));
        self
    }

    /// The name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What is known of a host.
    pub fn get(&self, id: HostId) -> Option<&Host> {
        self.hosts
            .iter()
            .find(|(known, _)| *known == id)
            .map(|(_, host)| host)
    }

    pub(crate) fn hosts(&self) -> impl Iterator<Item = (HostId, &Host)> {
        self.hosts.iter().map(|(id, host)| (*id, host))
    }
}

/// One host: its base URL and what may be sent there.
#[derive(Clone, Debug)]
pub struct Host {
    base: String,
    certificate: bool,
    public_credentials_only: bool,
}

impl Host {
    /// A host at `base`, whose path prefix is kept: `https://bank.example/openapi`. `http://` is allowed to this
    /// machine's loopback only; the client's `build` refuses anything else.
    pub fn new(base: impl Into<String>) -> Self {
        Host {
            base: base.into(),
            certificate: false,
            public_credentials_only: false,
        }
    }

    /// The host demands the client's certificate. Without this word it is not shown there.
    #[must_use]
    pub fn with_certificate(mut self) -> Self {
        self.certificate = true;
        self
    }

    /// Only credentials that the bank itself published may go there: a public test stand must never see a real token.
    #[must_use]
    pub fn with_public_credentials_only(mut self) -> Self {
        self.public_credentials_only = true;
        self
    }

    /// The base URL.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// Whether the client's certificate is demanded.
    pub fn wants_certificate(&self) -> bool {
        self.certificate
    }

    /// Whether only published credentials may go there.
    pub fn takes_public_credentials_only(&self) -> bool {
        self.public_credentials_only
    }

    /// Whether traffic to it is encrypted.
    pub(crate) fn is_https(&self) -> bool {
        self.base
            .get(..8)
            .is_some_and(|start| start.eq_ignore_ascii_case("https://"))
    }

    /// Refuses what no client should be built with.
    pub(crate) fn check(&self, id: HostId) -> Result<(), Error> {
        let refuse = |why: &str| {
            Err(Error::configuration(format!(
                "base URL of host '{id}' {why}"
            )))
        };
        let Ok(url) = Url::parse(&self.base) else {
            return refuse("is not a URL");
        };
        if url.query().is_some() || url.fragment().is_some() {
            return refuse("must not have a query or a fragment");
        }
        if !url.username().is_empty() || url.password().is_some() {
            return refuse("must not hold a user name or password");
        }
        match (url.scheme(), url.host()) {
            ("https", Some(_)) => Ok(()),
            ("http", Some(host)) if is_loopback(&host) => Ok(()),
            ("http", _) => refuse("is http://, which is allowed to this machine's loopback only"),
            _ => refuse("must begin with https://"),
        }
    }
}

fn is_loopback(host: &url::Host<&str>) -> bool {
    match host {
        url::Host::Domain(name) => name.eq_ignore_ascii_case("localhost"),
        url::Host::Ipv4(address) => address.is_loopback(),
        url::Host::Ipv6(address) => address.is_loopback(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_http_goes_to_loopback_only() {
        let rows = [
            ("https://baas.alfabank.ru", true),
            ("https://bank.example:9443/fintech/api", true),
            ("http://127.0.0.1:8080", true),
            ("http://localhost:28016", true),
            ("http://[::1]:1", true),
            ("http://bank.example", false),
            ("http://127.0.0.1.bank.example", false),
            ("http://10.0.0.1", false),
            ("ftp://bank.example", false),
            ("bank.example", false),
            ("https://user:word@bank.example", false),
            ("https://bank.example/?a=1", false),
        ];
        for (base, allowed) in rows {
            assert_eq!(
                Host::new(base).check(HostId::API).is_ok(),
                allowed,
                "{base}"
            );
        }
    }
}
