//! Pairs of an access and a refresh token, and the rotation of the latter.

use std::time::Duration;

use super::{CODE_LIFETIME, Code, REFRESH_LIFETIME, TokenPair, Tokens};
use crate::sber::settings::RepeatedRefresh;

/// One pair and what became of it.
pub(super) struct Pair {
    pub(super) user: String,
    pub(super) scopes: Vec<String>,
    pub(super) nonce: Option<String>,
    pub(super) access: String,
    pub(super) access_expires: Duration,
    pub(super) refresh: String,
    refresh_expires: Duration,
    used: Option<Use>,
    access_void: bool,
    refresh_void: bool,
}

/// When a refresh token was used first, and for which pair.
#[derive(Clone, Copy)]
struct Use {
    at: Duration,
    successor: usize,
}

impl Pair {
    pub(super) fn access_is_good(&self, now: Duration) -> bool {
        !self.access_void && now < self.access_expires
    }
}

impl Tokens {
    pub(in crate::sber) fn grant(
        &mut self,
        user: &str,
        scopes: &[&str],
        now: Duration,
    ) -> TokenPair {
        let scopes = scopes.iter().map(|scope| (*scope).to_owned()).collect();
        let at = self.issue(user.to_owned(), scopes, None, now);
        self.pairs.get(at).map_or_else(
            || TokenPair {
                access_token: String::new(),
                refresh_token: String::new(),
            },
            |pair| TokenPair {
                access_token: pair.access.clone(),
                refresh_token: pair.refresh.clone(),
            },
        )
    }

    pub(super) fn add_code(&mut self, code: Code) -> String {
        let text = format!("SANDBOXC{}", self.random.upper_alphanumeric(30));
        self.codes.insert(text.clone(), code);
        text
    }

    /// Takes a code out, so that it is single use; the second value says whether it was still alive.
    pub(super) fn take_code(&mut self, code: &str, now: Duration) -> Option<(Code, bool)> {
        let code = self.codes.remove(code)?;
        let alive = now < code.expires;
        Some((code, alive))
    }

    pub(super) fn code_expiry(now: Duration) -> Duration {
        now.saturating_add(CODE_LIFETIME)
    }

    /// A new pair; its number is its place in the list.
    pub(super) fn issue(
        &mut self,
        user: String,
        scopes: Vec<String>,
        nonce: Option<String>,
        now: Duration,
    ) -> usize {
        let access = format!("SANDBOXA{}", self.random.upper_alphanumeric(30));
        let refresh = format!("SANDBOXR{}", self.random.upper_alphanumeric(30));
        self.pairs.push(Pair {
            user,
            scopes,
            nonce,
            access,
            access_expires: now.saturating_add(self.rules.lifetime),
            refresh,
            refresh_expires: now.saturating_add(REFRESH_LIFETIME),
            used: None,
            access_void: false,
            refresh_void: false,
        });
        self.pairs.len() - 1
    }

    /// The pair that a refresh token is good for. `None` is `invalid_grant`.
    pub(super) fn refresh(
        &mut self,
        token: &str,
        (repeated, window): (RepeatedRefresh, Duration),
        now: Duration,
    ) -> Option<usize> {
        let at = self.pairs.iter().rposition(|pair| pair.refresh == token)?;
        let pair = self.pairs.get(at)?;
        if pair.refresh_void || pair.refresh_expires <= now {
            return None;
        }
        let (user, scopes) = (pair.user.clone(), pair.scopes.clone());
        let first_try = match pair.used {
            None => now,
            Some(used) => {
                let age = now.saturating_sub(used.at);
                let successor = self.pairs.get(used.successor)?;
                // whoever used the new refresh token has got it, and needs the reserve no more
                let needed = successor.used.is_none() && !successor.refresh_void;
                if !needed || age >= window {
                    return None;
                }
                match repeated {
                    RepeatedRefresh::Refused => return None,
                    RepeatedRefresh::SamePair => {
                        self.refreshes += 1;
                        self.repeats += 1;
                        return Some(used.successor);
                    }
                    RepeatedRefresh::NewPair => {
                        self.repeats += 1;
                        self.void(used.successor);
                    }
                }
                used.at
            }
        };
        let successor = self.issue(user, scopes, None, now);
        self.refreshes += 1;
        if let Some(pair) = self.pairs.get_mut(at) {
            pair.used = Some(Use {
                at: first_try,
                successor,
            });
        }
        Some(successor)
    }

    /// Makes one token void; a refresh token takes its access token with it. Unknown ones are no error.
    pub(super) fn revoke(&mut self, token: &str) {
        for pair in &mut self.pairs {
            if pair.refresh == token {
                pair.refresh_void = true;
                pair.access_void = true;
            } else if pair.access == token {
                pair.access_void = true;
            }
        }
    }

    pub(in crate::sber) fn revoke_all(&mut self, access_only: bool) {
        for pair in &mut self.pairs {
            pair.access_void = true;
            pair.refresh_void |= !access_only;
        }
        if !access_only {
            self.codes.clear();
        }
    }

    pub(super) fn pair(&self, at: usize) -> Option<&Pair> {
        self.pairs.get(at)
    }

    fn void(&mut self, at: usize) {
        if let Some(pair) = self.pairs.get_mut(at) {
            pair.access_void = true;
            pair.refresh_void = true;
        }
    }
}
