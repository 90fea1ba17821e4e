//! An OAuth 2.0 token endpoint for the client credentials grant (RFC 6749, sections 2.3, 4.4 and 5), and the
//! check of the tokens that it gave out.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::StatusCode;
use http::header::{AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE, PRAGMA, WWW_AUTHENTICATE};
use serde_json::json;

use crate::answer::Answer;
use crate::asked::Asked;
use crate::clock::SimulatedClock;
use crate::random::Random;
use crate::strict::{Complaint, Query, media_type, single};
use crate::sync::locked;

/// How a token endpoint states the lifetime of a token. RFC 6749 recommends a number; banks have done all three.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum ExpiresIn {
    /// `"expires_in": 3600`
    #[default]
    Number,
    /// `"expires_in": "3600"`
    Text,
    /// Not at all.
    Absent,
}

/// What a sandbox knows of its clients' tokens.
#[derive(Clone)]
pub(crate) struct TokenRules {
    pub(crate) client_id: String,
    pub(crate) client_secret: String,
    pub(crate) lifetime: Duration,
    pub(crate) expires_in: ExpiresIn,
}

/// The token endpoint of one bank.
pub(crate) struct ClientCredentials {
    rules: TokenRules,
    scopes: &'static [&'static str],
    clock: SimulatedClock,
    issued: Mutex<Issued>,
}

struct Issued {
    random: Random,
    grants: BTreeMap<String, Grant>,
}

struct Grant {
    scopes: Vec<String>,
    /// On the clock's elapsed time.
    expires: Duration,
}

/// Why a call with this `Authorization` is not served.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Denied {
    NoHeader,
    BadHeader(Complaint),
    BadToken,
    WrongScope,
}

impl ClientCredentials {
    pub(crate) fn new(
        rules: TokenRules,
        scopes: &'static [&'static str],
        clock: SimulatedClock,
        random: Random,
    ) -> Self {
        let issued = Mutex::new(Issued {
            random,
            grants: BTreeMap::new(),
        });
        Self {
            rules,
            scopes,
            clock,
            issued,
        }
    }

    /// Answers a token request.
    pub(crate) fn token(&self, asked: &Asked) -> Answer {
        let answer = match self.grant(asked) {
            Ok(answer) => answer,
            Err(refusal) => refusal.answer(),
        };
        answer
            .header(CACHE_CONTROL, "no-store")
            .header(PRAGMA, "no-cache")
    }

    /// Checks the bearer token of a call.
    pub(crate) fn check(&self, asked: &Asked, scope: &str) -> Result<(), Denied> {
        let value = match single(&asked.headers, AUTHORIZATION) {
            Ok(Some(value)) => value,
            Ok(None) => return Err(Denied::NoHeader),
            Err(complaint) => return Err(Denied::BadHeader(complaint)),
        };
        let (scheme, token) = value.split_once(' ').ok_or(Denied::BadToken)?;
        if !scheme.eq_ignore_ascii_case("bearer") {
            return Err(Denied::BadToken);
        }
        let issued = locked(&self.issued);
        let grant = issued.grants.get(token).ok_or(Denied::BadToken)?;
        if grant.expires <= self.clock.elapsed() {
            return Err(Denied::BadToken);
        }
        if grant.scopes.iter().any(|granted| granted == scope) {
            Ok(())
        } else {
            Err(Denied::WrongScope)
        }
    }

    /// From now on every token given out so far is unknown.
    pub(crate) fn revoke_all(&self) {
        locked(&self.issued).grants.clear();
    }

    fn grant(&self, asked: &Asked) -> Result<Answer, Refusal> {
        let form = read_form(asked)?;
        match form.required("grant_type")? {
            "client_credentials" => self.authenticate(asked, &form)?,
            _ => {
                return Err(Refusal::new(
                    "unsupported_grant_type",
                    "grant_type is not served here",
                ));
            }
        }
        let wanted = form.optional("scope")?.unwrap_or_default();
        let scopes: Vec<String> = wanted.split_whitespace().map(str::to_owned).collect();
        if scopes.is_empty()
            || scopes
                .iter()
                .any(|scope| !self.scopes.contains(&scope.as_str()))
        {
            return Err(Refusal::new(
                "invalid_scope",
                "scope is absent or not granted",
            ));
        }
        Ok(self.issue(scopes))
    }

    fn authenticate(&self, asked: &Asked, form: &Query) -> Result<(), Refusal> {
        let header = single(&asked.headers, AUTHORIZATION)?;
        let (in_form, form_id) = (form.optional("client_secret")?, form.optional("client_id")?);
        let (id, secret) = match (header, in_form) {
            (Some(_), Some(_)) => {
                let why = "the client is authenticated in two ways";
                return Err(Refusal::new("invalid_request", why));
            }
            (Some(header), None) => basic(header).ok_or_else(|| Refusal::client(true))?,
            (None, Some(secret)) => {
                let id = form.required("client_id")?;
                (id.to_owned(), secret.to_owned())
            }
            (None, None) => return Err(Refusal::client(false)),
        };
        let named = form_id.is_none_or(|other| other == id);
        if named && id == self.rules.client_id && secret == self.rules.client_secret {
            return Ok(());
        }
        Err(Refusal::client(header.is_some()))
    }

    fn issue(&self, scopes: Vec<String>) -> Answer {
        let now = self.clock.elapsed();
        let mut issued = locked(&self.issued);
        issued.grants.retain(|_, grant| grant.expires > now);
        let token = format!("sandbox-token-{}", issued.random.hex(32));
        let mut body = json!({
            "access_token": token,
            "token_type": "Bearer",
            "scope": scopes.join(" "),
        });
        let seconds = self.rules.lifetime.as_secs();
        match self.rules.expires_in {
            ExpiresIn::Number => body["expires_in"] = json!(seconds),
            ExpiresIn::Text => body["expires_in"] = json!(seconds.to_string()),
            ExpiresIn::Absent => {}
        }
        let expires = now.saturating_add(self.rules.lifetime);
        issued.grants.insert(token, Grant { scopes, expires });
        Answer::json(StatusCode::OK, &body)
    }
}

/// Parameters that the grant does not know are ignored, as section 3.2 demands; repeated ones are not.
fn read_form(asked: &Asked) -> Result<Query, Refusal> {
    if asked.query.is_some() {
        return Err(Refusal::new(
            "invalid_request",
            "parameters belong into the body",
        ));
    }
    let content_type = single(&asked.headers, CONTENT_TYPE)?.map(media_type);
    if content_type.as_deref() != Some("application/x-www-form-urlencoded") {
        return Err(Refusal::new(
            "invalid_request",
            "content-type: must be a form",
        ));
    }
    let text = std::str::from_utf8(&asked.body)
        .map_err(|_| Refusal::new("invalid_request", "body: is not UTF-8"))?;
    Ok(Query::read(text)?)
}

/// Id and secret of a Basic header; both are form-encoded before they are joined (section 2.3.1).
fn basic(header: &str) -> Option<(String, String)> {
    let (scheme, packed) = header.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let joined = String::from_utf8(STANDARD.decode(packed.trim()).ok()?).ok()?;
    let (id, secret) = joined.split_once(':')?;
    let pair = Query::read(&format!("id={id}&secret={secret}")).ok()?;
    Some((
        pair.required("id").ok()?.to_owned(),
        pair.required("secret").ok()?.to_owned(),
    ))
}

/// An error answer of section 5.2.
struct Refusal {
    code: &'static str,
    why: String,
    challenge: bool,
}

impl Refusal {
    fn new(code: &'static str, why: impl Into<String>) -> Self {
        Self {
            code,
            why: why.into(),
            challenge: false,
        }
    }

    fn client(challenge: bool) -> Self {
        Self {
            challenge,
            ..Self::new("invalid_client", "client id or secret is wrong or absent")
        }
    }

    fn answer(self) -> Answer {
        let status = match self.code {
            "invalid_client" => StatusCode::UNAUTHORIZED,
            _ => StatusCode::BAD_REQUEST,
        };
        let body = json!({"error": self.code, "error_description": self.why});
        let answer = Answer::json(status, &body);
        if self.challenge {
            return answer.header(WWW_AUTHENTICATE, "Basic realm=\"sandbox\"");
        }
        answer
    }
}

impl From<Complaint> for Refusal {
    fn from(complaint: Complaint) -> Self {
        Self::new("invalid_request", complaint.to_string())
    }
}
