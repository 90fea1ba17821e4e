//! Where the examples connect to: a simulated platform that they start themselves, or the platform itself if
//! `PAYOUTS_CLIENT_KEY` is set. **Then money moves.** Switch the cabinet to its confirmation mode first.
//!
//! | variable | meaning |
//! |---|---|
//! | `PAYOUTS_CLIENT_KEY` | the key of the cabinet |
//! | `PAYOUTS_BASE` | the base URL that the platform told you |
//! | `PAYOUTS_DOCX_PATH`, `PAYOUTS_PDF_PATH` | the two paths that nobody published, with `{cert_id}`; may be absent |
//!
//! The simulated platform has a simulated clock, which every pause of the client moves on: what takes a minute takes a
//! moment.

use std::env;
use std::error::Error;
use std::time::Duration;

use payouts_platform::rubank_core::BoxFuture;
use payouts_platform::rubank_core::clock::Clock;
use payouts_platform::rubank_core::operation::Method;
use payouts_platform::time::OffsetDateTime;
use payouts_platform::{Client, RequestOptions};
use rubank_sandbox::{Host, Sandbox, SimulatedClock, payouts};

/// A client, and the simulated platform that lives as long as this value.
pub(crate) struct Connected {
    pub(crate) client: Client,
    sandbox: Option<Sandbox>,
}

impl Connected {
    #[allow(dead_code, reason = "not every example asks")]
    pub(crate) fn is_simulated(&self) -> bool {
        self.sandbox.is_some()
    }

    pub(crate) async fn close(self) {
        if let Some(sandbox) = self.sandbox {
            sandbox.stop().await;
        }
    }
}

pub(crate) async fn connect() -> Result<Connected, Box<dyn Error>> {
    match env::var("PAYOUTS_CLIENT_KEY") {
        Ok(key) => connect_to_the_platform(key),
        Err(_) => connect_to_a_simulated_platform().await,
    }
}

fn connect_to_the_platform(key: String) -> Result<Connected, Box<dyn Error>> {
    let environment = payouts_platform::environment("production", env::var("PAYOUTS_BASE")?);
    let mut builder = Client::builder(environment).credentials(payouts_platform::credentials(key));
    for (operation, variable) in [
        (
            "payouts-platform.download-certificate-docx",
            "PAYOUTS_DOCX_PATH",
        ),
        (
            "payouts-platform.download-certificate-pdf",
            "PAYOUTS_PDF_PATH",
        ),
    ] {
        if let Ok(path) = env::var(variable) {
            builder = builder.override_route(operation, Method::Get, path);
        }
    }
    Ok(Connected {
        client: builder.build()?,
        sandbox: None,
    })
}

async fn connect_to_a_simulated_platform() -> Result<Connected, Box<dyn Error>> {
    let sandbox = Sandbox::builder().plain().start().await?;
    let url = sandbox.url(Host::PayoutsPlatformApi).to_owned();
    let mut builder = Client::builder(payouts_platform::environment("simulated", url))
        .credentials(payouts_platform::credentials(payouts::CLIENT_KEY))
        .clock(Fast(sandbox.clock().clone()));
    let served = sandbox
        .overrides()
        .filter(|route| route.host == Host::PayoutsPlatformApi);
    for route in served {
        let method = match route.method {
            "POST" => Method::Post,
            _ => Method::Get,
        };
        builder = builder.override_route(route.operation, method, route.path);
    }
    // Timeouts that no socket meets on a clock that is a thousand times faster.
    let hours = |hours: u64| Duration::from_secs(hours * 60 * 60);
    let patient = RequestOptions::new()
        .attempt_timeout(hours(10))
        .deadline(hours(48));
    Ok(Connected {
        client: builder.build()?.with(patient),
        sandbox: Some(sandbox),
    })
}

/// A clock on which ten minutes take less than a second. A pause that ends moves the platform's clock on; one that is
/// given up does not.
#[derive(Clone, Debug)]
struct Fast(SimulatedClock);

impl Clock for Fast {
    fn now(&self) -> OffsetDateTime {
        self.0.now()
    }

    fn monotonic(&self) -> Duration {
        self.0.elapsed()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        let platform = self.0.clone();
        Box::pin(async move {
            real_pause(duration / 1000).await;
            platform.advance(duration);
        })
    }
}

#[allow(
    clippy::disallowed_methods,
    reason = "an example is looked at by people"
)]
async fn real_pause(duration: Duration) {
    tokio::time::sleep(duration).await;
}
