//! Tokens: the exchange of a code for them, and taking them back.

use std::fmt;

use rubank_core::auth::{AuthError, OAuthClient, Pkce, StoredTokens, TokenAnswer, TokenRequest};
use rubank_core::operation::{
    Answer, Checks, Effect, HostId, InvalidRequest, Method, Operation, OperationMeta, Parts,
    Provenance,
};
use rubank_core::raw::Raw;
use rubank_core::read::ReadError;
use rubank_core::secret::Secret;
use serde::{Serialize, Serializer};
use time::OffsetDateTime;

use crate::jws::{UnverifiedClaims, claims_of};
use crate::provider::{SberApi, TOKEN_PATH};

/// Exchanges the code of a sign-in for the first pair of tokens. Made by [`SignIn::exchange`](crate::SignIn::exchange);
/// [`flows::sign_in`](crate::flows::sign_in) sends it and stores what it brings.
///
/// # Outcome
///
/// Unprotected (`Once`): a code works once, so it is sent again only if nothing left this machine. After
/// `Outcome::Unknown` the code counts as spent, and the person must sign in again; no harm is done.
///
/// # Cancellation
///
/// Dropping the future, or reaching the deadline, means: the code may be spent.
///
/// # Source
///
/// The page of the token endpoint (documented). Codes live two minutes, by the same pages: exchange them at once, and
/// never from a queue.
#[derive(Clone, Debug)]
pub struct ExchangeCode {
    client: OAuthClient,
    code: Secret,
    redirect_uri: String,
    pkce: Option<Pkce>,
}

impl ExchangeCode {
    /// The exchange of a code that came back to `redirect_uri`, which must be the very one of the link.
    #[must_use]
    pub fn new(client: &OAuthClient, code: &Secret, redirect_uri: impl Into<String>) -> Self {
        ExchangeCode {
            client: client.clone(),
            code: code.clone(),
            redirect_uri: redirect_uri.into(),
            pkce: None,
        }
    }

    /// Proves that this client also made the link.
    #[must_use]
    pub fn pkce(mut self, pkce: Pkce) -> Self {
        self.pkce = Some(pkce);
        self
    }

    /// The client id, under which the tokens are to be stored.
    #[must_use]
    pub fn client_id(&self) -> &str {
        self.client.id()
    }
}

impl Operation for ExchangeCode {
    type Provider = SberApi;
    type Output = SignedIn;

    const META: OperationMeta = OperationMeta::new(
        "sber-api.token",
        Effect::Once,
        Method::Post,
        HostId::TOKEN,
        TOKEN_PATH,
    )
    .without_credentials()
    .provenance(Provenance::DOCUMENTED);

    fn parts(&self) -> Result<Parts, InvalidRequest> {
        let mut checks = Checks::new();
        checks.not_blank("code", self.code.expose());
        checks.not_blank("redirect_uri", &self.redirect_uri);
        checks.not_blank("client_id", self.client.id());
        checks.finish()?;
        let request =
            TokenRequest::authorization_code(&self.client, &self.code, &self.redirect_uri);
        match &self.pkce {
            Some(pkce) => request.pkce(pkce).parts(),
            None => request.parts(),
        }
    }

    fn parse(answer: &Answer) -> Result<SignedIn, ReadError> {
        Ok(SignedIn {
            tokens: answer.json()?,
            body: answer.json()?,
        })
    }
}

/// What a sign-in brought. Store it before anything else: the code is spent.
#[derive(Clone)]
pub struct SignedIn {
    tokens: TokenAnswer,
    body: Raw,
}

impl SignedIn {
    /// The tokens. The access token lives 60 minutes, the refresh token 180 days or until it is used.
    #[must_use]
    pub fn tokens(&self) -> &TokenAnswer {
        &self.tokens
    }

    /// For the [`TokenStore`](rubank_core::auth::TokenStore), under [`token_key`](crate::token_key). `asked_at` is
    /// the time at which the exchange was about to leave.
    ///
    /// # Errors
    /// The bank sent no refresh token.
    pub fn to_store(&self, asked_at: OffsetDateTime) -> Result<StoredTokens, AuthError> {
        StoredTokens::signed_in(&self.tokens, asked_at)
    }

    /// Who signed in, as the `id_token` claims. Its signature is of GOST and is **not checked**: trust it as far as
    /// you trust the TLS connection to the bank that it came over. `None` if there is no `id_token`.
    ///
    /// # Errors
    /// It is no compact JWS with JSON inside.
    pub fn unverified_claims(&self) -> Option<Result<UnverifiedClaims, ReadError>> {
        let token = self.tokens.id_token.as_ref()?;
        Some(claims_of(token.expose()))
    }
}

impl fmt::Debug for SignedIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SignedIn").field(&self.tokens).finish()
    }
}

/// The bank's answer as it came, tokens in clear.
impl Serialize for SignedIn {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        self.body.serialize(to)
    }
}

/// Takes a token back, so that it is good for nothing any more: when a user leaves, or a token may have been seen.
///
/// # Outcome
///
/// Idempotent: a second request changes nothing more (RFC 7009), so a lost answer is asked for again.
///
/// # Cancellation
///
/// Dropping the future, or reaching the deadline, means: the token may be revoked already. Send it again.
///
/// # Source
///
/// The page of the revocation (documented). It speaks of query parameters, the bank's SDKs send a form; the form is the
/// default here, because a query is written into logs: [`in_query`](Self::in_query).
#[derive(Clone, Debug)]
pub struct RevokeToken {
    client_id: String,
    client_secret: Secret,
    token: Secret,
    kind: TokenKind,
    place: Place,
}

impl RevokeToken {
    /// Revokes `token` of this client.
    #[must_use]
    pub fn new(
        client_id: impl Into<String>,
        client_secret: impl Into<Secret>,
        token: impl Into<Secret>,
        kind: TokenKind,
    ) -> Self {
        RevokeToken {
            client_id: client_id.into(),
            client_secret: client_secret.into(),
            token: token.into(),
            kind,
            place: Place::Form,
        }
    }

    /// Sends everything in the query, as the bank's page has it.
    #[must_use]
    pub fn in_query(mut self) -> Self {
        self.place = Place::Query;
        self
    }
}

impl Operation for RevokeToken {
    type Provider = SberApi;
    type Output = ();

    const META: OperationMeta = OperationMeta::new(
        "sber-api.revoke-token",
        Effect::Idempotent,
        Method::Post,
        HostId::TOKEN,
        "/ic/sso/api/v2/oauth/revoke",
    )
    .provenance(Provenance::DOCUMENTED);

    fn parts(&self) -> Result<Parts, InvalidRequest> {
        let mut checks = Checks::new();
        checks.not_blank("client_id", &self.client_id);
        checks.not_blank("client_secret", self.client_secret.expose());
        checks.not_blank("token", self.token.expose());
        checks.finish()?;
        Ok(self.place.put([
            ("client_id", self.client_id.as_str()),
            ("client_secret", self.client_secret.expose()),
            ("token", self.token.expose()),
            ("token_type_hint", self.kind.as_str()),
        ]))
    }

    /// Whatever the body is: the status has said it.
    fn parse(_: &Answer) -> Result<(), ReadError> {
        Ok(())
    }
}

/// Which token of a pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TokenKind {
    /// What lets requests in.
    Access,
    /// What fetches the next pair. Whoever revokes it ends the sign-in.
    Refresh,
}

impl TokenKind {
    /// The word on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            TokenKind::Access => "access_token",
            TokenKind::Refresh => "refresh_token",
        }
    }
}

/// Where the parameters of a sign-in endpoint travel: the bank's pages and its SDKs disagree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Form,
    Query,
}

impl Place {
    pub(crate) fn put<const N: usize>(self, fields: [(&'static str, &str); N]) -> Parts {
        match self {
            Place::Form => Parts::new().form(fields),
            Place::Query => fields
                .into_iter()
                .fold(Parts::new(), |parts, (name, value)| {
                    parts.query(name, value)
                }),
        }
    }
}

#[cfg(test)]
mod tests {
    use rubank_core::error::Outcome;
    use rubank_core::http::Reply;
    use time::macros::datetime;

    use super::*;
    use crate::tests::{block_on, sample_exchange, scripted};

    #[test]
    fn a_pair_is_read_whatever_stands_beside_it() {
        let rows = [
            (r#""expires_in":3600,"refresh_token":"r""#, Some(3600), true),
            (
                r#""expires_in":"3600","refresh_token":"r""#,
                Some(3600),
                true,
            ),
            (r#""expires_in":"soon","refresh_token":"r""#, None, true),
            (
                r#""expires_in":null,"scope":["a"],"refresh_token":"r""#,
                None,
                true,
            ),
            (r#""token_type":"bearer","id_token":7"#, None, false),
        ];
        for (members, seconds, can_be_stored) in rows {
            let body = format!(r#"{{"access_token":"a",{members}}}"#);
            let (client, service) = scripted([Reply::json(200, body.clone())]);
            let signed_in = block_on(client.send(&sample_exchange())).unwrap();
            let lifetime = signed_in
                .tokens()
                .lifetime
                .map(|lifetime| lifetime.as_secs());
            assert_eq!(lifetime, seconds, "{body}");
            let stored = signed_in.to_store(datetime!(2026-11-21 10:00 UTC));
            assert_eq!(stored.is_ok(), can_be_stored, "{body}");
            assert_eq!(serde_json::to_string(signed_in.value()).unwrap(), body);
            assert!(!service.seen()[0].headers.contains_key("authorization"));
        }
    }

    #[test]
    fn a_code_is_never_sent_twice() {
        for reply in [
            Reply::LostAfterSending,
            Reply::json(200, "{"),
            Reply::empty(503),
        ] {
            let (client, service) = scripted([reply]);
            let error = block_on(client.send(&sample_exchange())).unwrap_err();
            assert_ne!(error.outcome(), Outcome::NotSent);
            assert_eq!(service.sends(), 1);
        }
        let empty = ExchangeCode::new(&OAuthClient::new("", "s".into()), &"".into(), " ");
        assert_eq!(empty.parts().unwrap_err().violations().len(), 3);
    }

    #[test]
    fn a_token_is_revoked_by_form_or_query() {
        let revoke = RevokeToken::new("10000", "s&", "canary/+", TokenKind::Access);
        let (client, service) = scripted([Reply::empty(200), Reply::json(200, "whatever")]);
        block_on(client.send(&revoke)).unwrap();
        block_on(client.send(&revoke.clone().in_query())).unwrap();
        let fields =
            "client_id=10000&client_secret=s%26&token=canary%2F%2B&token_type_hint=access_token";
        let seen = service.seen();
        assert_eq!(
            (&seen[0].body[..], seen[0].uri.query()),
            (fields.as_bytes(), None)
        );
        let query =
            "client_id=10000&client_secret=s%26&token=canary%2F%2B&token_type_hint=access_token";
        assert_eq!(
            (&seen[1].body[..], seen[1].uri.query()),
            (&b""[..], Some(query))
        );
        assert!(
            seen.iter()
                .all(|request| request.headers.contains_key("authorization"))
        );
        assert!(!format!("{revoke:?}").contains("canary"));
        let empty = RevokeToken::new(" ", "", "", TokenKind::Refresh);
        assert_eq!(empty.parts().unwrap_err().violations().len(), 3);
    }
}
