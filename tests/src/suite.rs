//! The contract suite: every operation of a provider against its contract, by fixture and by sandbox.
//!
//! A provider hands in its catalogue as a [`Bank`]; each check returns complaints, so that one run tells all of them.

mod canary;
mod golden;
mod meta;
mod sends;

use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use rubank_core::auth::{ApiKey, Bearer};
use rubank_core::catalogue::Entry;
use rubank_core::client::Client;
use rubank_core::environment::{Environment, Host};
use rubank_core::error::{Error, Outcome};
use rubank_core::http::{Reply, ScriptedService, SeenRequest};
use rubank_core::operation::{Answer, HostId, Method, Provider};
use rubank_core::retry::RetryPolicy;
use rubank_core::secret::Secret;

use crate::contract::{self, Contract, Operation};
use crate::fixtures::{self, Content, Fixture};
use crate::json;

/// A token that may appear on the wire and nowhere else.
pub const CANARY_TOKEN: &str = "canary-token-7f3a";

/// A provider, as the suite sees it.
pub struct Bank<P: Provider> {
    /// Every operation with a sample.
    pub entries: Vec<Entry<P>>,
    /// Operations of the contract that credentials send by themselves.
    pub sent_by_credentials: &'static [&'static str],
    /// The provider's own reading of an error body, written back as JSON; `None` if it finds none.
    pub error_body: fn(&Error) -> Option<String>,
    key_header: Option<HeaderName>,
    contract: Contract,
    fixtures: Vec<Fixture>,
}

impl<P: Provider> Bank<P> {
    /// A provider with its contract and fixtures.
    ///
    /// # Errors
    /// One of these files cannot be used.
    pub fn new(
        entries: Vec<Entry<P>>,
        sent_by_credentials: &'static [&'static str],
        error_body: fn(&Error) -> Option<String>,
    ) -> Result<Self, Box<dyn std::error::Error>> {
        let contract = contract::load(P::NAME)?;
        let fixtures = fixtures::load(P::NAME)?;
        Ok(Bank {
            entries,
            sent_by_credentials,
            error_body,
            key_header: None,
            contract,
            fixtures,
        })
    }

    /// The provider's credentials are a key in a header of its own, not a bearer token.
    #[must_use]
    pub fn with_key_header(mut self, name: &'static str) -> Self {
        self.key_header = Some(HeaderName::from_static(name));
        self
    }

    /// Catalogue, `Provider::OPERATIONS` and contract know the same operations, and say the same of each.
    pub fn check_metadata(&self) -> Vec<String> {
        meta::check(self)
    }

    /// The request that leaves is one that the contract describes.
    pub async fn check_requests(&self) -> Vec<String> {
        let mut found = Vec::new();
        for entry in &self.entries {
            let id = entry.meta().id;
            let Some(operation) = self.contract.operation(id) else {
                continue;
            };
            match self.request_of(entry).await {
                Ok(seen) => found.extend(judge(operation, &seen)),
                Err(why) => found.push(format!("{id}: the sample does not leave: {why}")),
            }
        }
        found
    }

    /// Every fixture is read; what is read and written back loses nothing; errors keep their status and body.
    pub async fn check_fixtures(&self) -> Vec<String> {
        let mut found = Vec::new();
        for fixture in &self.fixtures {
            let Some(entry) = self
                .entries
                .iter()
                .find(|e| e.meta().id == fixture.operation)
            else {
                continue;
            };
            let Some(status) = fixture.status() else {
                continue;
            };
            let result = match entry.meta().is_success(status) {
                true => self.reads(entry, fixture),
                false => self.fails(entry, fixture, status).await,
            };
            if let Err(why) = result {
                found.push(format!("{} {}: {why}", fixture.operation, fixture.case));
            }
        }
        found
    }

    /// Every operation's sample gets an answer from a real server that can be read; those of `refused`, whose sample
    /// names something that this server does not have, get a refusal that can be read.
    pub async fn check_server(&self, client: &Client<P>, refused: &[&str]) -> Vec<String> {
        let mut found = Vec::new();
        for entry in &self.entries {
            let id = entry.meta().id;
            match (entry.send(client).await, refused.contains(&id)) {
                (Ok(_), false) => {}
                (Ok(_), true) => found.push(format!("{id}: is not refused")),
                (Err(error), true) if error.outcome() == Outcome::Rejected => {
                    if (self.error_body)(&error).is_none() {
                        found.push(format!("{id}: the refusal has no body that can be read"));
                    }
                }
                (Err(error), _) => found.push(format!("{id}: {error:#}")),
            }
        }
        found
    }

    /// Nothing secret or personal shows in `Debug`, `Display`, spans and events, for every operation and fixture.
    pub async fn check_silence(&self) -> Vec<String> {
        canary::check(self).await
    }

    /// The bytes of every write are those of its golden file, so that stored intents stay replayable.
    pub fn check_golden(&self) -> Vec<String> {
        golden::check(self)
    }

    /// How many copies of each operation leave under each fault, and what the caller is told of it.
    pub async fn check_sends(&self) -> Vec<String> {
        sends::check(self).await
    }

    fn reads(&self, entry: &Entry<P>, fixture: &Fixture) -> Result<(), String> {
        let answered = entry
            .read(&answer(fixture)?)
            .map_err(|error| error.to_string())?;
        match &fixture.body {
            Content::Json(text) => {
                json::same(text, &answered.json).map_err(|loss| format!("lost: {loss}"))
            }
            _ => Ok(()),
        }
    }

    async fn fails(&self, entry: &Entry<P>, fixture: &Fixture, status: u16) -> Result<(), String> {
        let (client, _) = self.scripted([reply(fixture, status)])?;
        let Err(error) = entry.send(&client).await else {
            return Err("is taken for a success".to_owned());
        };
        if error.status().map(|status| status.as_u16()) != Some(status) {
            return Err(format!("the status is lost: {error}"));
        }
        let kept = error
            .bank_error()
            .map(|bank| bank.body().expose().to_vec())
            .unwrap_or_default();
        if kept != fixture.text().as_bytes() {
            return Err("the body of the error is lost".to_owned());
        }
        match (&fixture.body, (self.error_body)(&error)) {
            (Content::Json(text), Some(written)) => {
                json::same(text, &written).map_err(|loss| format!("lost: {loss}"))
            }
            (Content::Json(_), None) => Err("the provider finds no error body".to_owned()),
            _ => Ok(()),
        }
    }

    /// A client of the provider over a script, with a canary for a token.
    fn scripted(
        &self,
        script: impl IntoIterator<Item = Reply>,
    ) -> Result<(Client<P>, ScriptedService), String> {
        let service = ScriptedService::new(script);
        let canary = Secret::from(CANARY_TOKEN);
        let builder = Client::builder(script_environment::<P>())
            .transport(service.clone())
            .retry_policy(RetryPolicy::never())
            .allow_unverified_paths();
        let builder = match &self.key_header {
            Some(name) => builder.credentials(ApiKey::new(name.clone(), canary)),
            None => builder.credentials(Bearer::new(canary)),
        };
        let client = builder.build().map_err(|error| error.to_string())?;
        Ok((client, service))
    }

    async fn request_of(&self, entry: &Entry<P>) -> Result<SeenRequest, String> {
        let (client, service) = self.scripted([Reply::empty(500)])?;
        let _refused = entry.send(&client).await;
        match service.seen().pop() {
            Some(seen) => Ok(seen),
            None => Err(entry
                .parts()
                .err()
                .map_or("it is refused".to_owned(), |e| e.to_string())),
        }
    }
}

/// Every host of the provider at an address where nobody is: the transport is a script.
fn script_environment<P: Provider>() -> Environment {
    let hosts = P::OPERATIONS.iter().map(|meta| meta.host);
    hosts.fold(Environment::new("script"), |environment, host: HostId| {
        environment.host(host, Host::new("http://127.0.0.1:1"))
    })
}

/// The core's word for a method that a sandbox names.
pub fn method(name: &str) -> Method {
    let all = [
        Method::Get,
        Method::Post,
        Method::Put,
        Method::Patch,
        Method::Delete,
    ];
    all.into_iter()
        .find(|method| method.as_str() == name)
        .unwrap_or(Method::Get)
}

fn judge(operation: &Operation, seen: &SeenRequest) -> Vec<String> {
    let query: Vec<(String, String)> = seen
        .uri
        .query()
        .unwrap_or_default()
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decoded(name), decoded(value))
        })
        .collect();
    let query: Vec<(&str, &str)> = query
        .iter()
        .map(|(n, v)| (n.as_str(), v.as_str()))
        .collect();
    let headers: Vec<(&str, &str)> = seen
        .headers
        .iter()
        .map(|(name, value)| (name.as_str(), value.to_str().unwrap_or_default()))
        .collect();
    let verdict = contract::check_request(
        operation,
        seen.method.as_str(),
        seen.uri.path(),
        &query,
        &headers,
        &seen.body,
    );
    let broken = verdict.err().unwrap_or_default();
    broken
        .into_iter()
        .map(|why| format!("{}: {why}", operation.id))
        .collect()
}

fn decoded(text: &str) -> String {
    percent_encoding::percent_decode_str(text)
        .decode_utf8_lossy()
        .into_owned()
}

fn answer(fixture: &Fixture) -> Result<Answer, String> {
    let mut headers = HeaderMap::new();
    for (name, value) in &fixture.headers {
        let name = HeaderName::try_from(name).map_err(|error| error.to_string())?;
        headers.insert(
            name,
            HeaderValue::try_from(value).map_err(|error| error.to_string())?,
        );
    }
    let status = StatusCode::from_u16(fixture.status().unwrap_or(200));
    let status = status.map_err(|error| error.to_string())?;
    Ok(Answer::new(status, headers, fixture.text().to_owned()))
}

fn reply(fixture: &Fixture, status: u16) -> Reply {
    match fixture.body {
        Content::Json(_) => Reply::json(status, fixture.text().to_owned()),
        _ => Reply::Answer {
            status,
            headers: Vec::new(),
            body: fixture.text().to_owned().into(),
        },
    }
}
