//! What the tests of this room share: a context on a clock that stands still, and a scripted token host.

use std::sync::Arc;
use std::time::Duration;

use time::macros::datetime;

use super::{AuthContext, Authorization};
use crate::clock::{Clock, ManualClock};
use crate::environment::{Environment, Host};
use crate::http::{HttpService, Reply, ScriptedService};
use crate::operation::HostId;
use crate::random::{Random, SeededRandom};

/// The surroundings of a call, without the call.
pub(super) struct Bench {
    pub(super) clock: ManualClock,
    pub(super) service: ScriptedService,
    pub(super) environment: Environment,
    shared_clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    transport: Arc<dyn HttpService>,
}

impl Bench {
    pub(super) fn new(script: impl IntoIterator<Item = Reply>) -> Self {
        let service = ScriptedService::new(script);
        let transport = Arc::new(service.clone());
        Bench::over(service, transport, 1)
    }

    /// With another source of chance.
    pub(super) fn seeded(seed: u64) -> Self {
        let service = ScriptedService::default();
        Bench::over(service.clone(), Arc::new(service), seed)
    }

    /// With a transport in front of the scripted one.
    pub(super) fn over(
        service: ScriptedService,
        transport: Arc<dyn HttpService>,
        seed: u64,
    ) -> Self {
        let clock = ManualClock::new(datetime!(2026-11-21 10:00 UTC));
        Bench {
            shared_clock: Arc::new(clock.clone()),
            clock,
            service,
            environment: Environment::new("test")
                .host(HostId::API, Host::new("https://api.bank.test"))
                .host(HostId::TOKEN, Host::new("https://id.bank.test/base")),
            random: Arc::new(SeededRandom::new(seed)),
            transport,
        }
    }

    /// A read that has a minute left.
    pub(super) fn read(&self) -> AuthContext<'_> {
        AuthContext {
            environment: &self.environment,
            host: HostId::API,
            scopes: &["pay"],
            clock: &self.shared_clock,
            random: &self.random,
            give_up_at: self.clock.monotonic() + Duration::from_secs(60),
            must_live: Duration::ZERO,
            secured: &self.transport,
            open: &self.transport,
        }
    }

    /// A write whose attempt may take half a minute.
    pub(super) fn write(&self) -> AuthContext<'_> {
        AuthContext {
            must_live: Duration::from_secs(30),
            ..self.read()
        }
    }

    /// A read that has this much time left.
    pub(super) fn hurried(&self, left: Duration) -> AuthContext<'_> {
        AuthContext {
            give_up_at: self.clock.monotonic() + left,
            ..self.read()
        }
    }

    /// The bodies of all token requests.
    pub(super) fn forms(&self) -> Vec<String> {
        let seen = self.service.seen();
        seen.iter()
            .map(|request| String::from_utf8(request.body.to_vec()).unwrap())
            .collect()
    }
}

pub(super) fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// The `Authorization` header in clear.
pub(super) fn header(authorization: &Authorization) -> &str {
    authorization.headers()["authorization"].to_str().unwrap()
}
