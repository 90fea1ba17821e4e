//! The bank's hosts, and the marker of what is sent to its sign-in.

use std::sync::Arc;
use std::time::Duration;

use rubank_core::auth::{OAuthClient, RotatingRefresh, TokenKey, TokenStore};
use rubank_core::environment::{Environment, Host};
use rubank_core::error::BankError;
use rubank_core::operation::{Answer, HostId, OperationMeta, Provider};
use rubank_core::secret::Secret;

use crate::catalogue;
use crate::error::read_error;

/// The page at which a person signs in, in a browser. No request of ours goes there.
pub const AUTHORIZE: HostId = HostId("authorize");

/// The answer headers that carry the bank's id of a request, best first: the order of the bank's own Java SDK.
/// For `Provider::REQUEST_ID_HEADERS` of every Sber product.
pub const REQUEST_ID_HEADERS: &[&str] = &["x-request-id", "x-rq-uid"];

/// Where tokens are fetched and refreshed, below the base of [`HostId::TOKEN`].
///
/// *Documented.* The bank's SDKs post to `/ic/sso/api/oauth/token`; where only that one is served, use
/// `RotatingRefresh::token_route` and, for the exchange of the code, `ClientBuilder::override_route`.
pub const TOKEN_PATH: &str = "/ic/sso/api/v2/oauth/token";

/// Where a person signs in, below the base of [`AUTHORIZE`].
///
/// *Documented.* A large user of the interface has `/ic/sbbid/api/v…/oauth/authorize` instead, for some clients.
pub const AUTHORIZE_PATH: &str = "/ic/sso/api/v2/oauth/authorize";

/// How long after its first try a refresh whose answer was lost may be repeated with the same refresh token.
///
/// *Documented* (the page of the token endpoint, capture of 2025-12-11): one hour; the used token itself is kept as a
/// reserve for two hours.
pub const REPEAT_WINDOW: Duration = Duration::from_secs(60 * 60);

/// Sber's sign-in: the marker of [`Client`](crate::Client). The products have their own.
#[derive(Clone, Copy, Debug)]
pub enum SberApi {}

impl Provider for SberApi {
    const NAME: &'static str = "sber-api";
    const OPERATIONS: &'static [OperationMeta] = catalogue::OPERATIONS;
    const REQUEST_ID_HEADERS: &'static [&'static str] = REQUEST_ID_HEADERS;

    fn read_error(answer: &Answer) -> BankError {
        read_error(answer)
    }
}

/// Production. People sign in at `sbi.sberbank.ru`, everything else goes to `fintech.sberbank.ru` and shows the client
/// certificate there.
///
/// The server sends its chain without the intermediate certificate: add `SberCA Ext` and `SberCA Root Ext`, which the
/// bank's cabinet hands out, with `ClientBuilder::extra_roots`.
///
/// ```
/// use rubank_core::operation::HostId;
///
/// let production = sber_api::production();
/// let base = |host| production.get(host).unwrap().base();
/// assert_eq!(base(sber_api::AUTHORIZE), "https://sbi.sberbank.ru:9443");
/// assert_eq!(base(HostId::TOKEN), "https://fintech.sberbank.ru:9443");
/// assert_eq!(base(HostId::API), "https://fintech.sberbank.ru:9443/fintech/api");
/// ```
#[must_use]
pub fn production() -> Environment {
    environment(
        "production",
        "https://sbi.sberbank.ru:9443",
        "https://fintech.sberbank.ru:9443",
        "https://fintech.sberbank.ru:9443/fintech/api",
    )
}

/// The bank's test stand (IFT), which has its own users, certificates and data. Its server certificates chain to the
/// Russian Trusted Root CA, which most systems lack: add it with `ClientBuilder::extra_roots`.
///
/// ```
/// use rubank_core::operation::HostId;
///
/// let base = sber_api::test_stand().get(HostId::API).unwrap().base().to_owned();
/// assert_eq!(base, "https://iftfintech.testsbi.sberbank.ru:9443/fintech/api");
/// ```
#[must_use]
pub fn test_stand() -> Environment {
    environment(
        "test",
        "https://efs-sbbol-ift-web.testsbi.sberbank.ru:9443",
        "https://iftfintech.testsbi.sberbank.ru:9443",
        "https://iftfintech.testsbi.sberbank.ru:9443/fintech/api",
    )
}

/// Any other place that speaks the same: a gateway of your own, or a simulated bank on this machine. `name` appears
/// in spans, stored intents and the keys of stored tokens; `authorize` is the base of the sign-in page, `token` that
/// of the token endpoint, `api` that of the API *with* its prefix. `http://` is allowed to loopback only.
///
/// People with a hardware key sign in through a program on their own machine: for them `authorize` is
/// `http://localhost:28016`, or the port that the page's `callbackPort` names.
///
/// ```
/// let local = "http://127.0.0.1:8080";
/// let simulated = sber_api::environment("simulated", local, local, "http://127.0.0.1:8080/fintech/api");
/// assert!(!simulated.get(sber_api::AUTHORIZE).unwrap().wants_certificate());
/// ```
#[must_use]
pub fn environment(
    name: impl Into<String>,
    authorize: impl Into<String>,
    token: impl Into<String>,
    api: impl Into<String>,
) -> Environment {
    Environment::new(name)
        .host(AUTHORIZE, Host::new(authorize))
        .host(HostId::TOKEN, Host::new(token).with_certificate())
        .host(HostId::API, Host::new(api).with_certificate())
}

/// The credentials of one user who has signed in, for the clients of all Sber products alike: share one of them as an
/// `Arc` with `ClientBuilder::credentials`, so that a token is refreshed once for all.
///
/// `user` is your own name for who signed in; the tokens are in `store` under [`token_key`]. A refresh whose answer
/// was lost is repeated within [`REPEAT_WINDOW`], and never after it: if the token host is down for longer than that,
/// every user for whom a refresh was tried once must sign in again.
///
/// - The bank's SDKs send the redirect address with each refresh, other clients do not. Where it is wanted:
///   `.parameter("redirect_uri", …)`.
/// - `Authorization: Bearer …` is sent; where the bare token is wanted: `.without_scheme()`.
/// - After a change of the client secret make new credentials; `Client::replace_identity` swaps them in.
///
/// ```
/// use std::sync::Arc;
/// use rubank_core::auth::MemoryTokenStore;
///
/// let store = Arc::new(MemoryTokenStore::new());
/// let credentials = sber_api::credentials("10000", "not-a-real-secret", "accountant", store);
/// assert!(!format!("{credentials:?}").contains("not-a-real-secret"));
/// ```
#[must_use]
pub fn credentials(
    client_id: impl Into<String>,
    client_secret: impl Into<Secret>,
    user: impl Into<String>,
    store: Arc<dyn TokenStore>,
) -> RotatingRefresh {
    let client = OAuthClient::new(client_id, client_secret.into());
    RotatingRefresh::new(HostId::TOKEN, TOKEN_PATH, client, user, store)
        .repeat_window(REPEAT_WINDOW)
}

/// Under which name the tokens of a user are stored: one store may hold those of many clients and users.
#[must_use]
pub fn token_key(
    environment: &Environment,
    client_id: impl Into<String>,
    user: impl Into<String>,
) -> TokenKey {
    TokenKey::new(environment.name(), client_id, user)
}
