//! Who signed in.

use std::fmt;

use rubank_core::operation::{
    Answer, Effect, HostId, InvalidRequest, Method, Operation, OperationMeta, Parts, Provenance,
};
use rubank_core::read::{ReadError, read};
use serde::de::{Deserializer, Error as _};
use serde::{Deserialize, Serialize};

use crate::jws::{UnverifiedClaims, claims_of};
use crate::provider::SberApi;

/// Asks the bank who the access token belongs to.
///
/// # Source
///
/// The bank's SDK (documented): the answer is a compact JWS as text, not JSON.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GetUserInfo {}

impl GetUserInfo {
    /// Of the user whose credentials the client has.
    #[must_use]
    pub fn new() -> Self {
        Self {}
    }
}

impl Operation for GetUserInfo {
    type Provider = SberApi;
    type Output = UserInfo;

    const META: OperationMeta = OperationMeta::new(
        "sber-api.get-user-info",
        Effect::Read,
        Method::Get,
        HostId::TOKEN,
        "/ic/sso/api/v2/oauth/user-info",
    )
    .scopes(&["openid"])
    .provenance(Provenance::DOCUMENTED);

    fn parts(&self) -> Result<Parts, InvalidRequest> {
        // Which media type the answer has is said nowhere.
        Ok(Parts::new().accept("*/*"))
    }

    fn parse(answer: &Answer) -> Result<UserInfo, ReadError> {
        let text = String::from_utf8_lossy(answer.body.trim_ascii());
        let text = text.trim_matches('"');
        // Read as a JSON text, so that the error says why, and not what stood there. A text is always JSON.
        read(&serde_json::to_vec(text).unwrap_or_default())
    }
}

/// Who signed in: a signed token, raw, and what it claims.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct UserInfo {
    token: String,
}

impl UserInfo {
    /// The token as the bank sent it, for whoever can check a GOST signature. It holds personal data: do not log it.
    #[must_use]
    pub fn raw_token(&self) -> &str {
        &self.token
    }

    /// What it claims. The signature is **not checked**: trust it as far as you trust the TLS connection to the bank
    /// that it came over.
    ///
    /// # Errors
    /// There is no JSON in its second part.
    pub fn unverified_claims(&self) -> Result<UnverifiedClaims, ReadError> {
        claims_of(&self.token)
    }
}

impl fmt::Debug for UserInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UserInfo").finish_non_exhaustive()
    }
}

impl<'de> Deserialize<'de> for UserInfo {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let token = String::deserialize(from)?;
        let base64url = |byte: u8| byte.is_ascii_alphanumeric() || b"-_=".contains(&byte);
        let parts: Vec<&str> = token.split('.').collect();
        let is_compact = parts.len() == 3
            && !parts[1].is_empty()
            && parts.iter().all(|part| part.bytes().all(base64url));
        match is_compact {
            true => Ok(UserInfo { token }),
            false => Err(D::Error::custom(
                "three parts of base64url with dots between were expected",
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use rubank_core::error::ErrorKind;
    use rubank_core::http::Reply;

    use super::*;
    use crate::tests::{block_on, scripted};

    /// `{"sub":"canary-person","aud":["10000"],"accounts":[{"accountNumber":"1"},7],"exp":"5","x":1}`
    const CLAIMS: &str = "eyJzdWIiOiJjYW5hcnktcGVyc29uIiwiYXVkIjpbIjEwMDAwIl0sImFjY291bnRzIjpbeyJhY2NvdW50TnVtYmVyIjoiMSJ9LDddLCJleHAiOiI1IiwieCI6MX0";

    fn asked(body: String) -> Result<UserInfo, rubank_core::error::Error> {
        let (client, _) = scripted([Reply::json(200, body)]);
        block_on(client.send(&GetUserInfo::new())).map(|user| user.into_value())
    }

    #[test]
    fn the_claims_are_read_and_not_shown() {
        let token = format!("eyJhbGciOiJnb3N0MzQuMTAtMjAxMiJ9.{CLAIMS}.c2ln");
        for body in [token.clone(), format!(" {token}\n"), format!("\"{token}\"")] {
            let user = asked(body).unwrap();
            assert_eq!(user.raw_token(), token);
            let claims = user.unverified_claims().unwrap();
            assert_eq!(claims.sub.as_ref().unwrap().expose(), "canary-person");
            assert_eq!((claims.exp, claims.nonce()), (Some(5), None));
            assert_eq!(
                (claims.accounts.len(), claims.accounts.good().count()),
                (2, 1)
            );
            assert_eq!(claims.extra.get("x").unwrap().text(), "1");
            assert!(!format!("{user:?} {claims:?}").contains("canary"));
        }
    }

    #[test]
    fn what_is_no_token_is_told_without_quoting_it() {
        for body in [
            "canary",
            "",
            "canary.canary",
            "a.canary.c.d",
            "a..c",
            r#"{"a":"canary"}"#,
            "a.кан.c",
        ] {
            let error = asked(body.to_owned()).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::UnreadableAnswer, "{body}");
            assert!(!format!("{error:#} {error:?}").contains("canary"));
        }
        // Shaped like one, and nothing in it.
        for body in [
            "a.canary!.c".replace('!', "-"),
            "a.Y2FuYXJ5.c".to_owned(),
            "a.W10.c".to_owned(),
        ] {
            let error = asked(body).unwrap().unverified_claims().unwrap_err();
            assert!(!format!("{error} {error:?}").contains("canary"));
        }
    }
}
