//! The token endpoint, and taking tokens back.

use http::StatusCode;
use serde_json::json;

use super::Tokens;
use super::authorize::fits;
use super::form::{Refused, concluded, parameters};
use crate::answer::Answer;
use crate::asked::Asked;
use crate::oauth::ExpiresIn;
use crate::sber::Bank;
use crate::sber::settings::Place;
use crate::strict::Query;
use crate::sync::locked;

/// `POST …/oauth/token`
pub(in crate::sber) fn token(bank: &Bank, asked: &Asked) -> Answer {
    concluded(
        bank,
        asked,
        parameters(asked, Place::Form).and_then(|form| granted(bank, &form)),
    )
}

/// `POST …/oauth/revoke`: parameters in the query, as the page has it, or in a form, as the SDKs do.
pub(in crate::sber) fn revoke(bank: &Bank, asked: &Asked) -> Answer {
    let place = if asked.query.is_some() {
        Place::Query
    } else {
        Place::Form
    };
    concluded(
        bank,
        asked,
        parameters(asked, place).and_then(|form| revoked(bank, &form)),
    )
}

fn granted(bank: &Bank, form: &Query) -> Result<Answer, Refused> {
    let grant = form.required("grant_type")?;
    form.only(match grant {
        "authorization_code" => &[
            "grant_type",
            "client_id",
            "client_secret",
            "code",
            "redirect_uri",
            "code_verifier",
        ],
        "refresh_token" => &[
            "grant_type",
            "client_id",
            "client_secret",
            "refresh_token",
            "redirect_uri",
            "code_verifier",
        ],
        _ => {
            return Err(Refused::new(
                "unsupported_grant_type",
                "grant_type is not served here",
            ));
        }
    })?;
    let settings = bank.settings();
    let repeated = (settings.repeated_refresh, settings.refresh_window);
    let now = bank.elapsed();
    let mut tokens = locked(&bank.tokens);
    check_client(&tokens, form, bank)?;
    let at = if grant == "refresh_token" {
        let token = form.required("refresh_token")?;
        tokens.refresh(token, repeated, now)
    } else {
        exchange(&mut tokens, form, bank)?
    };
    let Some(at) = at else {
        return Err(Refused::new(
            "invalid_grant",
            "the refresh token or code is not known",
        ));
    };
    Ok(told(bank, &tokens, at))
}

fn check_client(tokens: &Tokens, form: &Query, bank: &Bank) -> Result<(), Refused> {
    let (id, secret) = (form.required("client_id")?, form.required("client_secret")?);
    if tokens.client_is(id, secret, bank.elapsed()) {
        return Ok(());
    }
    Err(Refused::client())
}

/// A code is spent by its first use, a wrong one included.
fn exchange(tokens: &mut Tokens, form: &Query, bank: &Bank) -> Result<Option<usize>, Refused> {
    let (code, uri) = (form.required("code")?, form.required("redirect_uri")?);
    let verifier = form.optional("code_verifier")?;
    let Some((code, true)) = tokens.take_code(code, bank.elapsed()) else {
        return Ok(None);
    };
    if code.redirect_uri != uri {
        return Err(Refused::new(
            "invalid_grant",
            "redirect_uri: is not that of the code",
        ));
    }
    let proven = match (&code.challenge, verifier) {
        (None, None) => true,
        (Some(challenge), Some(verifier)) => fits(verifier, challenge),
        _ => false,
    };
    if !proven {
        return Err(Refused::new("invalid_grant", "code_verifier: does not fit"));
    }
    Ok(Some(tokens.issue(
        code.user,
        code.scopes,
        code.nonce,
        bank.elapsed(),
    )))
}

/// A repeated pair tells what is left of its life.
fn told(bank: &Bank, tokens: &Tokens, at: usize) -> Answer {
    let Some(pair) = tokens.pair(at) else {
        return Answer::empty(StatusCode::INTERNAL_SERVER_ERROR);
    };
    let accounts = bank.account_numbers(&pair.user);
    let nonce = pair.nonce.as_deref();
    let id_token = tokens.statement(&pair.user, &pair.scopes, nonce, &accounts, bank.now());
    let mut body = json!({
        "access_token": pair.access,
        "token_type": "Bearer",
        "refresh_token": pair.refresh,
        "scope": pair.scopes.join(" "),
        "id_token": id_token,
    });
    let left = pair.access_expires.saturating_sub(bank.elapsed()).as_secs();
    match tokens.rules.expires_in {
        ExpiresIn::Number => body["expires_in"] = json!(left),
        ExpiresIn::Text => body["expires_in"] = json!(left.to_string()),
        ExpiresIn::Absent => {}
    }
    Answer::json(StatusCode::OK, &body)
}

fn revoked(bank: &Bank, form: &Query) -> Result<Answer, Refused> {
    form.only(&["client_id", "client_secret", "token", "token_type_hint"])?;
    let hint = form.optional("token_type_hint")?.unwrap_or("access_token");
    if !["access_token", "refresh_token"].contains(&hint) {
        return Err(Refused::new(
            "invalid_request",
            "token_type_hint: is not a known kind",
        ));
    }
    let mut tokens = locked(&bank.tokens);
    check_client(&tokens, form, bank)?;
    tokens.revoke(form.required("token")?);
    Ok(Answer::empty(StatusCode::OK))
}
