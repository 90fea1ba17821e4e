//! From settings to a client, with every mistake told before the first call.

use std::fmt;
use std::marker::PhantomData;
use std::sync::{Arc, RwLock};

use time::OffsetDateTime;
use tokio::sync::Semaphore;

use super::{Channel, Client, Proxy, RequestOptions, Shared};
use crate::auth::Credentials;
use crate::clock::{Clock, SystemClock};
use crate::environment::Environment;
use crate::error::Error;
use crate::http::{HttpService, ReqwestService, Settings};
use crate::operation::{Method, OperationMeta, Provider, RouteOverride, placeholders};
use crate::random::{Random, SystemRandom};
use crate::rate::{LocalPace, Pace};
use crate::retry::{RetryBudget, RetryPolicy};
use crate::tls::{Identity, Root, Validity};

/// Answers are held in memory up to this many bytes, unless set otherwise.
const ANSWER_LIMIT: usize = 16 * 1024 * 1024;
/// Calls under way at the same time, unless set otherwise.
const CONCURRENCY: usize = 32;

/// Collects what a client needs; [`build`](ClientBuilder::build) checks it all.
pub struct ClientBuilder<P> {
    environment: Environment,
    identity: Option<Identity>,
    parts: ChannelParts,
    credentials: Option<Arc<dyn Credentials>>,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    pace: Option<Arc<dyn Pace>>,
    concurrency: usize,
    policy: RetryPolicy,
    options: RequestOptions,
    answer_limit: usize,
    overrides: Vec<RouteOverride>,
    allow_unverified: bool,
    provider: PhantomData<fn() -> P>,
}

/// What both transports of a client are made from; kept, so that a new certificate can be put in later.
#[derive(Clone, Debug, Default)]
pub(super) struct ChannelParts {
    roots: Vec<Root>,
    proxy: Option<Proxy>,
    transport: Option<Arc<dyn HttpService>>,
}

impl<P: Provider> ClientBuilder<P> {
    pub(super) fn new(environment: Environment) -> Self {
        ClientBuilder {
            environment,
            identity: None,
            parts: ChannelParts::default(),
            credentials: None,
            clock: Arc::new(SystemClock),
            random: Arc::new(SystemRandom),
            pace: None,
            concurrency: CONCURRENCY,
            policy: RetryPolicy::default(),
            options: RequestOptions::default(),
            answer_limit: ANSWER_LIMIT,
            overrides: Vec::new(),
            allow_unverified: false,
            provider: PhantomData,
        }
    }

    /// The client certificate with its key, shown to the hosts that demand one.
    #[must_use]
    pub fn identity(mut self, identity: Identity) -> Self {
        self.identity = Some(identity);
        self
    }

    /// Trusts more roots for the bank's server, beside the system's: the Russian Trusted Root CA, for example.
    #[must_use]
    pub fn extra_roots(mut self, roots: impl IntoIterator<Item = Root>) -> Self {
        self.parts.roots.extend(roots);
        self
    }

    /// Goes through a proxy.
    #[must_use]
    pub fn proxy(mut self, proxy: Proxy) -> Self {
        self.parts.proxy = Some(proxy);
        self
    }

    /// Uses a ready transport instead of our own; certificate, roots and proxy are then its business.
    #[must_use]
    pub fn transport(mut self, transport: impl HttpService) -> Self {
        self.parts.transport = Some(Arc::new(transport));
        self
    }

    /// Who we are to the bank. Clients that are given clones of one `Arc` use the same tokens.
    #[must_use]
    pub fn credentials(mut self, credentials: impl Credentials) -> Self {
        self.credentials = Some(Arc::new(credentials));
        self
    }

    /// Another source of time, for tests.
    #[must_use]
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Another source of randomness, for tests.
    #[must_use]
    pub fn random(mut self, random: impl Random) -> Self {
        self.random = Arc::new(random);
        self
    }

    /// Another keeper of the rate limits: one that several processes share, for example.
    #[must_use]
    pub fn pace(mut self, pace: Arc<dyn Pace>) -> Self {
        self.pace = Some(pace);
        self
    }

    /// How many calls may be under way at the same time; at least 1. By default 32.
    #[must_use]
    pub fn max_concurrency(mut self, calls: usize) -> Self {
        self.concurrency = calls.clamp(1, Semaphore::MAX_PERMITS);
        self
    }

    /// How often and how patiently calls are repeated, where they may be.
    #[must_use]
    pub fn retry_policy(mut self, policy: RetryPolicy) -> Self {
        self.policy = policy;
        self
    }

    /// The options of calls that bring none of their own.
    #[must_use]
    pub fn default_options(mut self, options: RequestOptions) -> Self {
        self.options = options;
        self
    }

    /// The longest answer that is held in memory, in bytes. By default 16 MiB.
    #[must_use]
    pub fn max_answer(mut self, bytes: usize) -> Self {
        self.answer_limit = bytes;
        self
    }

    /// Says where an operation really is: for paths that nobody published, or that have moved.
    #[must_use]
    pub fn override_route(
        mut self,
        operation: impl Into<String>,
        method: Method,
        path: impl Into<String>,
    ) -> Self {
        self.overrides.push(RouteOverride {
            operation: operation.into(),
            method,
            path: path.into(),
        });
        self
    }

    /// Calls operations at paths that are mere guesses. Without this they are refused.
    #[must_use]
    pub fn allow_unverified_paths(mut self) -> Self {
        self.allow_unverified = true;
        self
    }

    /// Checks everything that can be known before the first call, and makes the client.
    ///
    /// # Errors
    /// A host without a usable base URL, no credentials or such as may not go there, a missing or expired
    /// certificate, an override of an operation that does not exist or with other `{names}`.
    pub fn build(self) -> Result<Client<P>, Error> {
        check_hosts::<P>(&self.environment)?;
        check_overrides::<P>(&self.overrides)?;
        let credentials = self
            .credentials
            .ok_or_else(|| Error::configuration("no credentials: give some with `credentials`"))?;
        let channel = self.parts.channel(
            &self.environment,
            self.identity.as_ref(),
            credentials,
            self.clock.now(),
        )?;
        let shared = Shared {
            environment: self.environment,
            channel: RwLock::new(Arc::new(channel)),
            channel_parts: self.parts,
            pace: self
                .pace
                .unwrap_or_else(|| Arc::new(LocalPace::new(self.clock.clone()))),
            clock: self.clock,
            random: self.random,
            permits: Semaphore::new(self.concurrency),
            budget: RetryBudget::default(),
            policy: self.policy,
            answer_limit: self.answer_limit,
            overrides: self.overrides,
            allow_unverified: self.allow_unverified,
        };
        Ok(Client {
            shared: Arc::new(shared),
            options: self.options,
            provider: PhantomData,
        })
    }
}

impl<P: Provider> fmt::Debug for ClientBuilder<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder")
            .field("provider", &P::NAME)
            .field("environment", &self.environment.name())
            .finish_non_exhaustive()
    }
}

impl ChannelParts {
    pub(super) fn channel(
        &self,
        environment: &Environment,
        identity: Option<&Identity>,
        credentials: Arc<dyn Credentials>,
        now: OffsetDateTime,
    ) -> Result<Channel, Error> {
        check_credentials(environment, credentials.as_ref())?;
        if let Some(identity) = identity {
            warn_of_expiry(&identity.check_validity(now)?);
        }
        if let Some(transport) = &self.transport {
            let (secured, open) = (transport.clone(), transport.clone());
            return Ok(Channel {
                secured,
                open,
                credentials,
            });
        }
        let demanding = environment
            .hosts()
            .find(|(_, host)| host.wants_certificate() && host.is_https());
        if let (Some((id, _)), None) = (demanding, identity) {
            return Err(Error::configuration(format!(
                "host '{id}' demands a client certificate: give one with `identity`"
            )));
        }
        let make = |identity| -> Result<Arc<dyn HttpService>, Error> {
            let settings = Settings {
                identity,
                roots: &self.roots,
                proxy: self.proxy.as_ref(),
            };
            Ok(Arc::new(ReqwestService::new(&settings)?))
        };
        let secured = make(identity)?;
        // A certificate is shown only where it is demanded: on other hosts it would tell who we are for nothing.
        let open = match identity {
            Some(_) => make(None)?,
            None => secured.clone(),
        };
        Ok(Channel {
            secured,
            open,
            credentials,
        })
    }
}

fn check_hosts<P: Provider>(environment: &Environment) -> Result<(), Error> {
    for meta in P::OPERATIONS {
        if environment.get(meta.host).is_none() {
            return Err(no_host(environment, meta.host));
        }
    }
    environment
        .hosts()
        .try_for_each(|(id, host)| host.check(id))
}

fn check_credentials(
    environment: &Environment,
    credentials: &dyn Credentials,
) -> Result<(), Error> {
    for id in credentials.hosts() {
        if environment.get(*id).is_none() {
            return Err(no_host(environment, *id));
        }
    }
    let public_only = environment
        .hosts()
        .find(|(_, host)| host.takes_public_credentials_only());
    match public_only {
        Some((id, _)) if !credentials.is_public() => Err(Error::configuration(format!(
            "host '{id}' of the environment '{}' is a public test stand: only credentials that the bank published \
             may go there",
            environment.name(),
        ))),
        _ => Ok(()),
    }
}

fn no_host(environment: &Environment, id: crate::operation::HostId) -> Error {
    Error::configuration(format!(
        "the environment '{}' does not say where host '{id}' is",
        environment.name(),
    ))
}

fn check_overrides<P: Provider>(overrides: &[RouteOverride]) -> Result<(), Error> {
    for route in overrides {
        let refuse = |why: String| {
            Err(Error::configuration(format!(
                "override of '{}': {why}",
                route.operation
            )))
        };
        let Some(meta) = find::<P>(&route.operation) else {
            return refuse(format!("{} has no such operation", P::NAME));
        };
        let mut expected = placeholders(meta.route);
        let mut given = placeholders(&route.path);
        expected.sort_unstable();
        given.sort_unstable();
        if expected != given {
            return refuse(format!("the path must have these values: {expected:?}"));
        }
        if !route.path.starts_with('/') || route.path.contains(['?', '#']) {
            return refuse("the path must begin with '/' and have no query".to_owned());
        }
        if !is_path(&route.path) {
            return refuse("it is not a valid path: encode what is not ASCII".to_owned());
        }
    }
    Ok(())
}

/// Whether a path is one once its `{names}` are filled.
fn is_path(route: &str) -> bool {
    let mut filled = route.to_owned();
    for name in placeholders(route) {
        filled = filled.replacen(&format!("{{{name}}}"), "value", 1);
    }
    let dots = |segment: &str| matches!(segment, "." | "..");
    filled.parse::<http::Uri>().is_ok()
        && !filled.contains(['{', '}'])
        && !filled.split('/').any(dots)
}

fn find<P: Provider>(id: &str) -> Option<&'static OperationMeta> {
    P::OPERATIONS.iter().find(|meta| meta.id == id)
}

fn warn_of_expiry(validity: &Validity) {
    if validity.expires_soon() {
        tracing::warn!(
            not_after = %validity.not_after,
            "the client certificate expires in less than 30 days"
        );
    }
}
