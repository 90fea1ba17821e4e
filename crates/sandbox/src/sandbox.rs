//! The sandbox itself: started, asked, stopped.

use std::fmt;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio_rustls::TlsAcceptor;

use crate::alfa::{self, Alfa};
use crate::calls::{Call, CallLog};
use crate::clock::SimulatedClock;
use crate::fault::{FaultRule, Faults};
use crate::host::{Host, HostSpec, Route};
use crate::ledger::{Book, Ledger};
use crate::oauth::{ExpiresIn, TokenRules};
use crate::payouts::{self, Payouts};
use crate::pki::Certificates;
use crate::sber::{self, Sber};
use crate::serve::Server;
use crate::stage::World;
use crate::tbank::{self, TBank};

const CLIENT_ID: &str = "sandbox-client-id";
/// With characters that a form must escape, so that a client which does not is found out.
const CLIENT_SECRET: &str = "not-a-secret+50% & more";

/// The banks, running on 127.0.0.1.
///
/// Needs a tokio runtime with its I/O driver; it stops when dropped or, waiting until every connection is gone, by
/// [`stop`](Self::stop). All methods take `&self`, so a test can change the world while a client talks to it.
pub struct Sandbox {
    world: Arc<World>,
    certificates: Certificates,
    servers: Vec<Server>,
    routes: Vec<Route>,
    alfa: Alfa,
    tbank: TBank,
    sber: Sber,
    payouts: Payouts,
}

/// What a sandbox is started with. The defaults: seed 1, 250 payments, 60 registries, 60 payouts, TLS with client
/// certificates, no faults, tokens for 3600 seconds, a clock that stands still.
#[derive(Debug)]
#[must_use = "nothing starts without `start`"]
pub struct Builder {
    seed: u64,
    payments: usize,
    registries: usize,
    payouts: usize,
    plain: bool,
    tick: Duration,
    token_lifetime: Duration,
    expires_in: ExpiresIn,
    faults: Faults,
}

impl Sandbox {
    /// Starts with the defaults of [`Builder`].
    pub fn builder() -> Builder {
        Builder {
            seed: 1,
            payments: 250,
            registries: 60,
            payouts: 60,
            plain: false,
            tick: Duration::ZERO,
            token_lifetime: Duration::from_secs(3600),
            expires_in: ExpiresIn::Number,
            faults: Faults::default(),
        }
    }

    /// The base URL of a host, its [path](Host::prefix) included, without a slash at its end:
    /// `https://127.0.0.1:40123`.
    #[must_use]
    pub fn url(&self, host: Host) -> &str {
        // `start` fills the list in the order of `Host::ALL`, so the fallback is never used
        self.servers
            .get(host as usize)
            .map_or("", |server| server.url.as_str())
    }

    /// The root certificate that a client must trust, in PEM. The servers send the chain up to it.
    #[must_use]
    pub fn ca_pem(&self) -> &str {
        &self.certificates.ca_pem
    }

    /// A client certificate that the banks accept: leaf, issuing authority and private key (PKCS#8), in one PEM.
    #[must_use]
    pub fn client_identity_pem(&self) -> &str {
        &self.certificates.client_pem
    }

    /// The same with another certificate and key, for banks that tie a token to one certificate.
    #[must_use]
    pub fn other_identity_pem(&self) -> &str {
        &self.certificates.other_client_pem
    }

    /// The same, but its certificate expired on 2021-12-31; a handshake with it fails.
    #[must_use]
    pub fn expired_identity_pem(&self) -> &str {
        &self.certificates.expired_client_pem
    }

    /// The same, but issued by an authority that the banks do not know; a handshake with it fails.
    #[must_use]
    pub fn stranger_identity_pem(&self) -> &str {
        &self.certificates.stranger_client_pem
    }

    /// The OAuth client id that all banks know. It is no secret.
    #[must_use]
    pub fn client_id(&self) -> &str {
        CLIENT_ID
    }

    /// Its secret, which is none either. It holds characters that a form must escape.
    #[must_use]
    pub fn client_secret(&self) -> &str {
        CLIENT_SECRET
    }

    /// Every operation of every host.
    #[must_use]
    pub fn routes(&self) -> &[Route] {
        &self.routes
    }

    /// The operations whose path nobody published: give method and path to the client as overrides.
    pub fn overrides(&self) -> impl Iterator<Item = &Route> {
        self.routes.iter().filter(|route| !route.published)
    }

    /// The clock of all banks.
    #[must_use]
    pub fn clock(&self) -> &SimulatedClock {
        &self.world.clock
    }

    /// The fault plan; rules can be added while clients are at work.
    #[must_use]
    pub fn faults(&self) -> &Faults {
        &self.world.faults
    }

    /// Every request so far, the last 10 000 at most.
    #[must_use]
    pub fn calls(&self) -> Vec<Call> {
        self.world.calls.snapshot()
    }

    /// How many requests there were so far: for who looks often, [`calls`](Self::calls) copies them all.
    #[must_use]
    pub fn call_count(&self) -> u64 {
        self.world.calls.count()
    }

    /// Every write so far and what came of it.
    #[must_use]
    pub fn ledger(&self) -> Ledger {
        self.world.ledger.snapshot()
    }

    /// Alfa-Bank's own state: payments, links, drafts, tokens.
    #[must_use]
    pub fn alfa(&self) -> &Alfa {
        &self.alfa
    }

    /// T-Bank's own state: registries, payments, funds, tokens.
    #[must_use]
    pub fn tbank(&self) -> &TBank {
        &self.tbank
    }

    /// Sber's own state: users, tokens, waybills, accounts that live.
    #[must_use]
    pub fn sber(&self) -> &Sber {
        &self.sber
    }

    /// The payouts platform's own state: contractors, balances, payments, certificates.
    #[must_use]
    pub fn payouts(&self) -> &Payouts {
        &self.payouts
    }

    /// Stops all banks and waits until the last connection is closed.
    pub async fn stop(self) {
        for server in self.servers {
            server.stop().await;
        }
    }
}

impl fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let urls: Vec<_> = Host::ALL
            .into_iter()
            .map(|host| (host.name(), self.url(host)))
            .collect();
        f.debug_struct("Sandbox")
            .field("seed", &self.world.seed)
            .field("urls", &urls)
            .finish()
    }
}

impl Builder {
    /// The source of everything invented: payments, ids, tokens, chances. Certificates alone differ in each run.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// How many payments each of Alfa-Bank's lists starts with. The documented one is always among the outgoing
    /// ones, so 0 is 1.
    pub fn payments(mut self, count: usize) -> Self {
        self.payments = count;
        self
    }

    /// How many old registries each of T-Bank's two lists starts with, besides those that have a name. A page of
    /// such a list has 50 rows.
    pub fn registries(mut self, count: usize) -> Self {
        self.registries = count;
        self
    }

    /// How many old payouts the payouts platform starts with. A page of its lists has 20 rows unless the client says
    /// otherwise.
    pub fn payouts(mut self, count: usize) -> Self {
        self.payouts = count;
        self
    }

    /// Adds a fault rule, behind the others.
    pub fn fault(self, rule: FaultRule) -> Self {
        self.faults.push(rule);
        self
    }

    /// Speaks http instead of https, so no client certificate is demanded. It listens on loopback all the same.
    pub fn plain(mut self) -> Self {
        self.plain = true;
        self
    }

    /// Lets this much time pass with each call, for a client that polls and has no hold on the clock.
    pub fn tick(mut self, per_call: Duration) -> Self {
        self.tick = per_call;
        self
    }

    /// How long a token lives on the simulated clock; whole seconds are told to the client.
    pub fn token_lifetime(mut self, lifetime: Duration) -> Self {
        self.token_lifetime = lifetime;
        self
    }

    /// How the token endpoints state the lifetime.
    pub fn expires_in(mut self, form: ExpiresIn) -> Self {
        self.expires_in = form;
        self
    }

    /// Makes certificates, opens a port for each host and begins to serve.
    ///
    /// # Errors
    /// No port is free, or no certificate can be made.
    ///
    /// # Panics
    /// Outside a tokio runtime, as everything of tokio.
    pub async fn start(self) -> Result<Sandbox, StartError> {
        let certificates = Certificates::generate().map_err(StartError::certificates)?;
        let world = Arc::new(World {
            seed: self.seed,
            tick: self.tick,
            clock: SimulatedClock::default(),
            calls: CallLog::default(),
            faults: self.faults,
            ledger: Book::default(),
        });
        let tokens = TokenRules {
            client_id: CLIENT_ID.to_owned(),
            client_secret: CLIENT_SECRET.to_owned(),
            lifetime: self.token_lifetime,
            expires_in: self.expires_in,
        };
        let sber = Sber::new(&world, tokens.clone());
        let alfa = Alfa::new(&world, tokens, self.payments);
        let tbank = TBank::new(&world, self.registries);
        let payouts = Payouts::new(&world, self.payouts);

        let mut servers = Vec::with_capacity(Host::ALL.len());
        let mut routes = Vec::new();
        for host in Host::ALL {
            let HostSpec {
                demands_certificate,
                routes: own,
                router,
            } = match host {
                Host::AlfaSbpApi => alfa::host(&world, &alfa),
                Host::TBankRegistrySecured
                | Host::TBankRegistryOpen
                | Host::TBankRegistryTestSecured
                | Host::TBankRegistryTestOpen => tbank::host(host, &world, &tbank),
                Host::SberAuthorize | Host::SberToken | Host::SberApi => {
                    sber::host(host, &world, &sber)
                }
                Host::PayoutsPlatformApi => payouts::host(host, &world, &payouts),
            };
            let tls = if self.plain {
                None
            } else {
                let config = certificates
                    .server_config(&world.clock, demands_certificate)
                    .map_err(StartError::certificates)?;
                Some(TlsAcceptor::from(Arc::new(config)))
            };
            routes.extend(own);
            servers.push(
                Server::start(router, tls, host.prefix())
                    .await
                    .map_err(StartError::listen)?,
            );
        }
        Ok(Sandbox {
            world,
            certificates,
            servers,
            routes,
            alfa,
            tbank,
            sber,
            payouts,
        })
    }
}

/// Why a sandbox did not start.
#[derive(Debug, thiserror::Error)]
#[error("the sandbox did not start: {what}")]
pub struct StartError {
    what: &'static str,
    source: Box<dyn std::error::Error + Send + Sync>,
}

impl StartError {
    fn certificates(source: Box<dyn std::error::Error + Send + Sync>) -> Self {
        Self {
            what: "certificates could not be made",
            source,
        }
    }

    fn listen(source: io::Error) -> Self {
        Self {
            what: "no port of 127.0.0.1 could be opened",
            source: source.into(),
        }
    }
}
