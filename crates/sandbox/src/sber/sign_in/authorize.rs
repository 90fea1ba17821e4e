//! The page that a browser opens. The user who sits there agrees at once, or does not.

use aws_lc_rs::digest;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::StatusCode;
use http::header::LOCATION;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::{Code, Tokens};
use crate::answer::Answer;
use crate::asked::Asked;
use crate::sber::{Bank, SCOPES};
use crate::strict::{Complaint, Query};
use crate::sync::locked;

/// `GET …/oauth/authorize`: a redirect to the client, with a code or with an error. Only a request whose client or
/// return address is unknown gets a page, since nobody knows where to send it.
pub(in crate::sber) fn authorize(bank: &Bank, asked: &Asked) -> Answer {
    let query = match Query::read(asked.query.as_deref().unwrap_or_default()) {
        Ok(query) => query,
        Err(complaint) => return page(&complaint),
    };
    let (uri, state) = match known_client(bank, &query) {
        Ok(known) => known,
        Err(complaint) => return page(&complaint),
    };
    let given = match granted(bank, &query, &uri) {
        Ok(code) => vec![("code", code)],
        Err((error, why)) => vec![("error", error.to_owned()), ("error_description", why)],
    };
    let mut location = uri;
    for (key, value) in given.into_iter().chain(state.map(|state| ("state", state))) {
        location.push(if location.contains('?') { '&' } else { '?' });
        location.push_str(key);
        location.push('=');
        location.extend(utf8_percent_encode(&value, NON_ALPHANUMERIC));
    }
    Answer::empty(StatusCode::FOUND).header(LOCATION, &location)
}

fn known_client(bank: &Bank, query: &Query) -> Result<(String, Option<String>), Complaint> {
    if query.required("client_id")? != bank.client_id() {
        return Err(Complaint::new("client_id", "is not known"));
    }
    let uri = query.required("redirect_uri")?;
    if !bank
        .settings()
        .redirect_uris
        .iter()
        .any(|known| known == uri)
    {
        return Err(Complaint::new("redirect_uri", "is not registered"));
    }
    let state = query.optional("state")?.map(str::to_owned);
    Ok((uri.to_owned(), state))
}

fn granted(bank: &Bank, query: &Query, uri: &str) -> Result<String, (&'static str, String)> {
    let code = read(query, uri).map_err(|complaint| match complaint.key() {
        "scope" => ("invalid_scope", complaint.to_string()),
        "response_type" => ("unsupported_response_type", complaint.to_string()),
        _ => ("invalid_request", complaint.to_string()),
    })?;
    if bank.settings().user_declines {
        return Err(("access_denied", "the user said no".to_owned()));
    }
    let now = bank.elapsed();
    let mut tokens = locked(&bank.tokens);
    let user = tokens.at_browser.clone();
    Ok(tokens.add_code(Code {
        user,
        expires: Tokens::code_expiry(now),
        ..code
    }))
}

fn read(query: &Query, uri: &str) -> Result<Code, Complaint> {
    query.only(&[
        "response_type",
        "client_id",
        "redirect_uri",
        "scope",
        "state",
        "nonce",
        "prompt",
        "code_challenge",
        "code_challenge_method",
    ])?;
    if query.required("response_type")? != "code" {
        return Err(Complaint::new("response_type", "must be code"));
    }
    query.required("state")?;
    let prompts = ["none", "login", "consent", "select_account"];
    if query
        .optional("prompt")?
        .is_some_and(|prompt| !prompts.contains(&prompt))
    {
        return Err(Complaint::new("prompt", "is not a known prompt"));
    }
    let scopes: Vec<&str> = query.required("scope")?.split_whitespace().collect();
    if !scopes.contains(&"openid") {
        return Err(Complaint::new("scope", "must hold openid"));
    }
    if scopes.iter().any(|scope| !SCOPES.contains(scope)) {
        return Err(Complaint::new(
            "scope",
            "holds what this client may not ask for",
        ));
    }
    let challenge = query.optional("code_challenge")?;
    match (challenge, query.optional("code_challenge_method")?) {
        (None, None) => {}
        (Some(challenge), Some("S256")) if challenge.len() == 43 => {}
        (Some(_), Some("S256")) => {
            return Err(Complaint::new("code_challenge", "must have 43 characters"));
        }
        _ => return Err(Complaint::new("code_challenge_method", "must be S256")),
    }
    Ok(Code {
        user: String::new(),
        scopes: scopes.into_iter().map(str::to_owned).collect(),
        redirect_uri: uri.to_owned(),
        challenge: challenge.map(str::to_owned),
        nonce: query.optional("nonce")?.map(str::to_owned),
        expires: std::time::Duration::ZERO,
    })
}

fn page(complaint: &Complaint) -> Answer {
    let html = format!(
        "<html><body><h1>Sign-in failed</h1><p>{}</p></body></html>",
        complaint.rule()
    );
    Answer::text(StatusCode::BAD_REQUEST, "text/html; charset=utf-8", html)
}

/// Whether a PKCE verifier fits a challenge (RFC 7636, section 4.6).
pub(super) fn fits(verifier: &str, challenge: &str) -> bool {
    let hash = digest::digest(&digest::SHA256, verifier.as_bytes());
    URL_SAFE_NO_PAD.encode(hash.as_ref()) == challenge
}
