//! Who may call: users, codes, tokens, and how they grow old.

mod authorize;
mod claims;
mod form;
mod pairs;
mod secret;
mod token;

use std::collections::BTreeMap;
use std::time::Duration;

pub(super) use authorize::authorize;
pub(super) use secret::{change_secret, perpetual_secret, user_info};
pub(super) use token::{revoke, token};

use pairs::Pair;

use super::USER;
use crate::oauth::TokenRules;
use crate::random::Random;

/// A code can be exchanged once, for two minutes.
const CODE_LIFETIME: Duration = Duration::from_secs(120);
/// A refresh token that nobody used dies after 180 days.
const REFRESH_LIFETIME: Duration = Duration::from_secs(180 * 86_400);
/// A client secret is good for 40 days, until it is swapped for a perpetual one.
const SECRET_DAYS: u64 = 40;

/// A pair of tokens as a user's browser would have brought it about.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct TokenPair {
    /// Good for the lifetime that the builder was given, an hour by default.
    pub access_token: String,
    /// Good for 180 days, or until it is used.
    pub refresh_token: String,
}

impl std::fmt::Debug for TokenPair {
    /// Nothing of the tokens, which tests may look for in logs.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TokenPair").finish_non_exhaustive()
    }
}

/// On whose behalf a call is made, and what it may do.
#[derive(Clone, Debug)]
pub(super) struct Session {
    pub(super) user: String,
    scopes: Vec<String>,
}

impl Session {
    pub(super) fn has(&self, scope: &str) -> bool {
        self.scopes.iter().any(|granted| granted == scope)
    }
}

/// Everything that the sign-in remembers. All times are the clock's elapsed time.
pub(super) struct Tokens {
    random: Random,
    rules: TokenRules,
    secret: String,
    /// `None` for a perpetual secret.
    secret_expires: Option<Duration>,
    users: Vec<User>,
    /// Who sits at the browser.
    at_browser: String,
    codes: BTreeMap<String, Code>,
    pairs: Vec<Pair>,
    refreshes: u64,
    repeats: u64,
}

#[derive(Clone)]
struct User {
    sub: String,
    inn: String,
    organisation: String,
}

/// What a browser brought back and nobody exchanged yet.
struct Code {
    user: String,
    scopes: Vec<String>,
    redirect_uri: String,
    challenge: Option<String>,
    nonce: Option<String>,
    expires: Duration,
}

impl Tokens {
    pub(super) fn new(rules: TokenRules, seed: u64) -> Self {
        let first = User {
            sub: USER.to_owned(),
            // no tax office has the number 00
            inn: "0000000000".to_owned(),
            organisation: "ООО «Песочница»".to_owned(),
        };
        Self {
            random: Random::new(seed, "sber.tokens"),
            secret: rules.client_secret.clone(),
            secret_expires: Some(Duration::from_secs(SECRET_DAYS * 86_400)),
            rules,
            at_browser: first.sub.clone(),
            users: vec![first],
            codes: BTreeMap::new(),
            pairs: Vec::new(),
            refreshes: 0,
            repeats: 0,
        }
    }

    pub(super) fn add_user(&mut self) -> String {
        let sub = self.random.uuid();
        let inn = format!("00{}", self.random.digits(8));
        let organisation = format!("ООО «Песочница {}»", self.users.len() + 1);
        self.users.push(User {
            sub: sub.clone(),
            inn,
            organisation,
        });
        sub
    }

    pub(super) fn seat(&mut self, sub: &str) {
        self.at_browser = sub.to_owned();
    }

    pub(super) fn secret(&self) -> &str {
        &self.secret
    }

    pub(super) fn refreshes(&self) -> u64 {
        self.refreshes
    }

    pub(super) fn repeats(&self) -> u64 {
        self.repeats
    }

    /// Who calls with this access token, if it is good now.
    pub(super) fn session(&self, token: &str, now: Duration) -> Option<Session> {
        let pair = self.pairs.iter().rev().find(|pair| pair.access == token)?;
        pair.access_is_good(now).then(|| Session {
            user: pair.user.clone(),
            scopes: pair.scopes.clone(),
        })
    }

    fn user(&self, sub: &str) -> Option<&User> {
        self.users.iter().find(|user| user.sub == sub)
    }

    fn client_is(&self, id: &str, secret: &str, now: Duration) -> bool {
        let alive = self.secret_expires.is_none_or(|expires| now < expires);
        alive && id == self.rules.client_id && secret == self.secret
    }

    fn change_secret(&mut self, secret: String, expires: Option<Duration>) {
        self.secret = secret;
        self.secret_expires = expires;
    }

    /// Of letters and digits only, since the bank's own SDK and page disagree about more.
    fn perpetual_secret(&mut self) -> String {
        let secret = format!("SANDBOXSECRET{}", self.random.upper_alphanumeric(27));
        self.change_secret(secret.clone(), None);
        secret
    }
}
