//! Who may call: token, address, certificate, scope, pace, in this order.

use std::collections::BTreeMap;
use std::time::Duration;

use http::header::AUTHORIZATION;

use super::answers::{Refusal, check_request_id, traced};
use super::methods::Method;
use super::pace::Pace;
use super::{Bank, TEST_STAND_TOKEN};
use crate::answer::Answer;
use crate::asked::Asked;
use crate::random::Random;
use crate::strict::{Complaint, accepts_json, single};
use crate::sync::locked;

/// A token that nobody uses for so long is void.
const IDLE: Duration = Duration::from_secs(90 * 86_400);

pub(super) struct Gate {
    tokens: BTreeMap<String, Token>,
    random: Random,
    pub(super) pace: Pace,
}

struct Token {
    /// The certificate of the first good call on the secured host.
    certificate: Option<String>,
    last_used: Duration,
}

impl Gate {
    pub(super) fn new(seed: u64, token: &str) -> Self {
        let mut gate = Self {
            tokens: BTreeMap::new(),
            random: Random::new(seed, "tbank.tokens"),
            pace: Pace::default(),
        };
        gate.add(token.to_owned(), Duration::ZERO);
        gate
    }

    /// A new token, tied to no certificate yet.
    pub(super) fn issue(&mut self, now: Duration) -> String {
        let token = format!("sandbox-tbank-token-{}", self.random.hex(32));
        self.add(token.clone(), now);
        token
    }

    pub(super) fn revoke(&mut self, token: &str) {
        self.tokens.remove(token);
    }

    fn add(&mut self, token: String, now: Duration) {
        let fresh = Token {
            certificate: None,
            last_used: now,
        };
        self.tokens.insert(token, fresh);
    }

    /// The token of a call, if it is alive.
    fn token(&mut self, asked: &Asked, now: Duration) -> Option<&mut Token> {
        let token = self.tokens.get_mut(bearer(asked)?)?;
        (now.saturating_sub(token.last_used) < IDLE).then_some(token)
    }
}

/// The gate, the method, and the tie of token and certificate when all went well.
pub(super) fn live(bank: &Bank, asked: &Asked, method: &Method) -> Answer {
    match admit(bank, asked, method).and_then(|()| (method.live)(bank, asked)) {
        Ok(answer) => {
            bind(bank, asked, method);
            traced(answer, asked)
        }
        Err(refusal) => refusal.answer(asked),
    }
}

/// The test stand knows one token, the contract, and fixed answers.
pub(super) fn stand(bank: &Bank, asked: &Asked, method: &Method) -> Answer {
    let answer = if bearer(asked) == Some(TEST_STAND_TOKEN) {
        check_headers(asked)
            .and_then(|()| (method.check)(asked, bank.world.clock.now()))
            .map(|()| (method.fixed)())
            .map_err(Refusal::from)
    } else {
        Err(Refusal::BadToken)
    };
    match answer {
        Ok(answer) => traced(answer, asked),
        Err(refusal) => refusal.answer(asked),
    }
}

fn admit(bank: &Bank, asked: &Asked, method: &Method) -> Result<(), Refusal> {
    let now = bank.world.clock.elapsed();
    let mut gate = locked(&bank.gate);
    let switches = locked(&bank.switches);
    let Some(token) = gate.token(asked, now) else {
        return Err(Refusal::BadToken);
    };
    if switches.address_refused {
        return Err(Refusal::Forbidden(
            "Адрес клиента не входит в список разрешённых",
        ));
    }
    let pair = token.certificate.as_ref().zip(asked.certificate.as_ref());
    if method.secured && pair.is_some_and(|(bound, shown)| bound != shown) {
        return Err(Refusal::Forbidden("Токен связан с другим сертификатом"));
    }
    if switches.withheld.contains(&method.scope) {
        return Err(Refusal::Forbidden("У токена нет доступа к методу"));
    }
    if switches.paced && !gate.pace.admits(method.spec.id, method.per_second, now) {
        return Err(Refusal::TooMany);
    }
    check_headers(asked)?;
    Ok(())
}

fn check_headers(asked: &Asked) -> Result<(), Complaint> {
    accepts_json(&asked.headers)?;
    check_request_id(asked)
}

fn bind(bank: &Bank, asked: &Asked, method: &Method) {
    let now = bank.world.clock.elapsed();
    let mut gate = locked(&bank.gate);
    if let Some(token) = gate.token(asked, now) {
        token.last_used = now;
        if method.secured && token.certificate.is_none() {
            token.certificate.clone_from(&asked.certificate);
        }
    }
}

fn bearer(asked: &Asked) -> Option<&str> {
    let value = single(&asked.headers, AUTHORIZATION).ok()??;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token)
}
