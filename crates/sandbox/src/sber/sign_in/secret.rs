//! The client's own secret, and who the user is.

use http::StatusCode;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use serde_json::json;

use super::SECRET_DAYS;
use super::form::{Refused, concluded, parameters};
use crate::answer::Answer;
use crate::asked::Asked;
use crate::sber::answers::token_of;
use crate::sber::{Bank, USER};
use crate::strict::{Complaint, Fields, Query, accepts_json, media_type, single};
use crate::sync::locked;

/// `POST …/change-client-secret`: only with a token of the client's own organisation.
pub(in crate::sber) fn change_secret(bank: &Bank, asked: &Asked) -> Answer {
    let place = bank.settings().secret_parameters;
    let result = parameters(asked, place).and_then(|form| changed(bank, &form));
    concluded(bank, asked, result)
}

fn changed(bank: &Bank, form: &Query) -> Result<Answer, Refused> {
    form.only(&[
        "access_token",
        "client_id",
        "client_secret",
        "new_client_secret",
    ])?;
    let token = form.required("access_token")?;
    let (id, secret) = (form.required("client_id")?, form.required("client_secret")?);
    let fresh = form.required("new_client_secret")?;
    let plain = fresh.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if !plain || !(8..=256).contains(&fresh.len()) {
        let rule = "must have 8 to 256 letters and digits";
        return Err(Complaint::new("new_client_secret", rule).into());
    }
    let now = bank.elapsed();
    let mut tokens = locked(&bank.tokens);
    if !tokens.client_is(id, secret, now) {
        return Err(Refused::client());
    }
    let own = tokens
        .session(token, now)
        .is_some_and(|session| session.user == USER);
    if !own {
        let why = "the token is not known or of another organisation";
        return Err(Refused::new("invalid_token", why));
    }
    let expires = now.saturating_add(std::time::Duration::from_secs(SECRET_DAYS * 86_400));
    tokens.change_secret(fresh.to_owned(), Some(expires));
    Ok(Answer::json(
        StatusCode::OK,
        &json!({"clientSecretExpiration": SECRET_DAYS}),
    ))
}

/// `POST /fintech/api/applications/secrets/v1/refresh-client-secret`: the old secret is void, and the new one stands
/// in this answer only.
pub(in crate::sber) fn perpetual_secret(bank: &Bank, asked: &Asked) -> Answer {
    concluded(bank, asked, exchanged(bank, asked))
}

fn exchanged(bank: &Bank, asked: &Asked) -> Result<Answer, Refused> {
    accepts_json(&asked.headers)?;
    if single(&asked.headers, CONTENT_TYPE)?
        .map(media_type)
        .as_deref()
        != Some("application/json")
    {
        return Err(Complaint::new("content-type", "must be application/json").into());
    }
    let body = Fields::read(&asked.body)?;
    body.only(&["clientId", "clientSecret"])?;
    let (id, secret) = (
        body.text("clientId", 1, 256)?,
        body.text("clientSecret", 1, 256)?,
    );
    let mut tokens = locked(&bank.tokens);
    if !tokens.client_is(&id, &secret, bank.elapsed()) {
        return Err(Refused::client());
    }
    let secret = tokens.perpetual_secret();
    Ok(Answer::json(
        StatusCode::OK,
        &json!({"clientSecret": secret}),
    ))
}

/// `GET …/oauth/user-info`: a compact JWS, not JSON.
pub(in crate::sber) fn user_info(bank: &Bank, asked: &Asked) -> Answer {
    concluded(bank, asked, told(bank, asked))
}

fn told(bank: &Bank, asked: &Asked) -> Result<Answer, Refused> {
    let header = single(&asked.headers, AUTHORIZATION)?.unwrap_or_default();
    let tokens = locked(&bank.tokens);
    let session = token_of(header, bank.settings().authorization)
        .and_then(|token| tokens.session(token, bank.elapsed()))
        .ok_or_else(|| Refused::new("invalid_token", "the token is not known"))?;
    let accounts = bank.account_numbers(&session.user);
    let text = tokens.statement(&session.user, &session.scopes, None, &accounts, bank.now());
    Ok(Answer::text(StatusCode::OK, "application/jwt", text))
}
