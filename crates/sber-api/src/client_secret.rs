//! The client's own secret: it dies after 40 days, unless it is changed or exchanged.

use std::fmt;

use rubank_core::lenient;
use rubank_core::model;
use rubank_core::operation::{
    Answer, Checks, Effect, HostId, InvalidRequest, Method, Operation, OperationMeta, Parts,
    Provenance,
};
use rubank_core::random::Random;
use rubank_core::raw::Raw;
use rubank_core::read::{ReadError, read};
use rubank_core::secret::Secret;
use serde::{Serialize, Serializer};

use crate::provider::SberApi;
use crate::tokens::Place;

/// How long a secret of [`new_client_secret`] is: as those of the bank's own generator.
const LENGTH: usize = 40;

/// A new client secret: 40 letters and digits. The bank's own generator also uses `_` and `-`, which its own pattern
/// refuses.
///
/// ```
/// let secret = sber_api::new_client_secret(&rubank_core::random::SystemRandom);
/// assert_eq!(secret.expose().len(), 40);
/// ```
#[must_use]
pub fn new_client_secret(random: &dyn Random) -> Secret {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    let letter = |_| {
        let at = usize::try_from(random.below(ALPHABET.len() as u64)).unwrap_or_default();
        char::from(ALPHABET[at])
    };
    (0..LENGTH).map(letter).collect::<String>().into()
}

/// Replaces the client's secret by one of your own: [`new_client_secret`]. The token must be that of a user of your
/// own organisation. Refresh tokens stay good; the credentials of running clients need the new secret
/// ([`credentials`](crate::credentials)).
///
/// **Store the new secret before you send it**, beside the old one: after an unknown outcome either may be right.
///
/// # Outcome
///
/// Unprotected (`Once`): sent again only if nothing left this machine. After `Outcome::Unknown` try the new secret,
/// then the old one, with any refresh: a wrong secret uses no token up.
///
/// # Cancellation
///
/// Dropping the future, or reaching the deadline, means: the secret may have been changed.
///
/// # Source
///
/// The bank's page and SDKs (documented). They send a form; a production user found that only the query is read:
/// [`in_query`](Self::in_query).
#[derive(Clone, Debug)]
pub struct ChangeClientSecret {
    access_token: Secret,
    client_id: String,
    client_secret: Secret,
    new_client_secret: Secret,
    place: Place,
}

impl ChangeClientSecret {
    /// The change from `client_secret` to `new_client_secret`, which must have 8 to 256 letters and digits of ASCII.
    #[must_use]
    pub fn new(
        access_token: impl Into<Secret>,
        client_id: impl Into<String>,
        client_secret: impl Into<Secret>,
        new_client_secret: impl Into<Secret>,
    ) -> Self {
        ChangeClientSecret {
            access_token: access_token.into(),
            client_id: client_id.into(),
            client_secret: client_secret.into(),
            new_client_secret: new_client_secret.into(),
            place: Place::Form,
        }
    }

    /// Sends everything in the query.
    #[must_use]
    pub fn in_query(mut self) -> Self {
        self.place = Place::Query;
        self
    }
}

impl Operation for ChangeClientSecret {
    type Provider = SberApi;
    type Output = SecretChanged;

    const META: OperationMeta = OperationMeta::new(
        "sber-api.change-client-secret",
        Effect::Once,
        Method::Post,
        HostId::TOKEN,
        "/ic/sso/api/v1/change-client-secret",
    )
    .without_credentials()
    .provenance(Provenance::DOCUMENTED);

    fn parts(&self) -> Result<Parts, InvalidRequest> {
        let new = self.new_client_secret.expose();
        let mut checks = Checks::new();
        checks.not_blank("access_token", self.access_token.expose());
        checks.not_blank("client_id", &self.client_id);
        checks.not_blank("client_secret", self.client_secret.expose());
        checks.length("new_client_secret", new, 8..=256);
        checks.that(
            new.bytes().all(|byte| byte.is_ascii_alphanumeric()),
            "new_client_secret",
            "must have letters and digits of ASCII only",
            || "other characters".to_owned(),
        );
        checks.that(
            !self.client_secret.is(new),
            "new_client_secret",
            "must be another one than the old",
            || "the same".to_owned(),
        );
        checks.finish()?;
        Ok(self.place.put([
            ("access_token", self.access_token.expose()),
            ("client_id", self.client_id.as_str()),
            ("client_secret", self.client_secret.expose()),
            ("new_client_secret", new),
        ]))
    }

    /// A body that is not there takes nothing back: the secret is changed.
    fn parse(answer: &Answer) -> Result<SecretChanged, ReadError> {
        match answer.body.trim_ascii().is_empty() {
            true => read(b"{}"),
            false => answer.json(),
        }
    }
}

model! {
    /// The secret is changed.
    #[derive(Eq)]
    pub struct SecretChanged {
        /// Days until the new secret dies; 40 by the bank's pages.
        pub days_left: Option<i64> = shown "clientSecretExpiration" as lenient::integer::option,
    }
}

/// Exchanges the client's secret, which dies after 40 days, for a perpetual one of the bank's making. It needs the
/// client certificate and no token.
///
/// **The answer is the only place where the new secret stands, and the old one is no longer good.** Nothing is done
/// with the answer before it is handed over, and one that cannot be read is handed over as it came.
///
/// # Outcome
///
/// Unprotected (`Once`): sent again only if nothing left this machine. After `Outcome::Unknown` the old secret may be
/// void, and the new one known to nobody: try the old one with a refresh; if it is refused as `invalid_client`, the
/// bank's cabinet must issue another.
///
/// # Cancellation
///
/// Dropping the future, or reaching the deadline, may lose the only copy: give it a long deadline, and do not drop it.
///
/// # Source
///
/// That it exists stands on a page of the bank; path and bodies are those of two public clients (inferred).
#[derive(Clone, Debug)]
pub struct ExchangeForPerpetualSecret {
    client_id: String,
    client_secret: Secret,
}

impl ExchangeForPerpetualSecret {
    /// The exchange of this client's secret.
    #[must_use]
    pub fn new(client_id: impl Into<String>, client_secret: impl Into<Secret>) -> Self {
        ExchangeForPerpetualSecret {
            client_id: client_id.into(),
            client_secret: client_secret.into(),
        }
    }
}

impl Operation for ExchangeForPerpetualSecret {
    type Provider = SberApi;
    type Output = PerpetualSecret;

    const META: OperationMeta = OperationMeta::new(
        "sber-api.refresh-client-secret",
        Effect::Once,
        Method::Post,
        HostId::API,
        "/applications/secrets/v1/refresh-client-secret",
    )
    .without_credentials()
    .provenance(Provenance::INFERRED);

    fn parts(&self) -> Result<Parts, InvalidRequest> {
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct Body<'a> {
            client_id: &'a str,
            client_secret: &'a str,
        }

        let mut checks = Checks::new();
        checks.not_blank("clientId", &self.client_id);
        checks.not_blank("clientSecret", self.client_secret.expose());
        checks.finish()?;
        Parts::new().json(&Body {
            client_id: &self.client_id,
            client_secret: self.client_secret.expose(),
        })
    }

    /// Never an error: it would take the only copy with it.
    fn parse(answer: &Answer) -> Result<PerpetualSecret, ReadError> {
        let body: Option<Raw> = answer.json().ok();
        let secret = body.and_then(|body| {
            let secret: String = body.piece().field("clientSecret")?.read().ok()?;
            Some(Secret::from(secret)).filter(|secret| !secret.is_empty())
        });
        let answer = String::from_utf8_lossy(&answer.body).into_owned().into();
        Ok(PerpetualSecret { secret, answer })
    }
}

/// The only copy of a perpetual secret. Store it before anything else.
#[derive(Clone)]
pub struct PerpetualSecret {
    secret: Option<Secret>,
    answer: Secret,
}

impl PerpetualSecret {
    /// The new secret; `None` when the bank said yes in words that this version does not know: then it is somewhere in
    /// [`answer`](Self::answer).
    #[must_use]
    pub fn client_secret(&self) -> Option<&Secret> {
        self.secret.as_ref()
    }

    /// The bank's whole answer, as it came.
    #[must_use]
    pub fn answer(&self) -> &Secret {
        &self.answer
    }
}

impl fmt::Debug for PerpetualSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PerpetualSecret")
            .field("is_read", &self.secret.is_some())
            .finish_non_exhaustive()
    }
}

/// The bank's answer as it came, the secret in clear; null if it is no JSON.
impl Serialize for PerpetualSecret {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let answer: Option<Raw> = read(self.answer.expose().as_bytes()).ok();
        answer.serialize(to)
    }
}

#[cfg(test)]
mod tests {
    use rubank_core::error::Outcome;
    use rubank_core::http::Reply;
    use rubank_core::random::SeededRandom;

    use super::*;
    use crate::tests::{block_on, scripted};

    fn change(new: &str) -> ChangeClientSecret {
        ChangeClientSecret::new("token", "10000", "old0old0", new)
    }

    #[test]
    fn new_secrets_are_letters_and_digits_and_differ() {
        let random = SeededRandom::new(1);
        let mut seen = String::new();
        for _ in 0..100 {
            let secret = new_client_secret(&random);
            assert!(change(secret.expose()).parts().is_ok());
            assert!(!seen.contains(secret.expose()));
            seen.push_str(secret.expose());
        }
        // Every letter of the alphabet comes up.
        let mut letters: Vec<char> = seen.chars().collect();
        letters.sort_unstable();
        letters.dedup();
        assert_eq!(letters.len(), 62);
    }

    #[test]
    fn a_new_secret_is_judged_at_both_edges() {
        let rows = [
            ("1234567".to_owned(), false),
            ("12345678".to_owned(), true),
            ("a".repeat(256), true),
            ("a".repeat(257), false),
            ("canary_canary".to_owned(), false),
            ("canary-canary".to_owned(), false),
            ("канарейка".to_owned(), false),
            ("old0old0".to_owned(), false),
        ];
        for (new, allowed) in rows {
            let parts = change(&new).parts();
            assert_eq!(parts.is_ok(), allowed, "{} characters", new.len());
            if let Err(refused) = parts {
                assert_eq!(refused.violations()[0].field(), "new_client_secret");
                assert!(!format!("{refused:?}").contains(&new));
            }
        }
        let blank = ChangeClientSecret::new("", " ", "", "");
        assert!(blank.parts().unwrap_err().violations().len() >= 4);
        assert_eq!(
            ExchangeForPerpetualSecret::new("", "")
                .parts()
                .unwrap_err()
                .violations()
                .len(),
            2
        );
    }

    #[test]
    fn the_parameters_can_travel_in_the_query() {
        let parts = change("n0w&n0w&").in_query().parts();
        assert!(parts.is_err(), "the rules hold there, too");
        let parts = change("Fresh012").in_query().parts().unwrap();
        assert!(parts.body_ref().is_empty());
        let names: Vec<_> = parts
            .query_pairs()
            .iter()
            .map(|(name, _)| name.as_ref())
            .collect();
        assert_eq!(
            names,
            [
                "access_token",
                "client_id",
                "client_secret",
                "new_client_secret"
            ]
        );
        assert!(!format!("{:?}", change("canary00").in_query()).contains("canary"));
    }

    #[test]
    fn a_change_is_a_change_with_or_without_words() {
        let rows = [
            (r#"{"clientSecretExpiration":40}"#, Some(40)),
            (r#"{"clientSecretExpiration":"40"}"#, Some(40)),
            ("{}", None),
            (" ", None),
        ];
        for (body, days) in rows {
            let (client, _) = scripted([Reply::json(200, body)]);
            let changed = block_on(client.send(&change("Fresh012"))).unwrap();
            assert_eq!(changed.days_left, days, "{body}");
        }
        let (client, _) = scripted([Reply::json(200, "OK")]);
        let error = block_on(client.send(&change("Fresh012"))).unwrap_err();
        assert_eq!(error.outcome(), Outcome::Accepted);
    }

    #[test]
    fn the_only_copy_is_never_lost_to_reading() {
        let rows = [
            (r#"{"clientSecret":"canary-secret"}"#, true),
            (r#"{"clientSecret":"canary-secret","more":{"a":[1]}}"#, true),
            (r#"{"client_secret":"canary-secret"}"#, false),
            (r#"{"clientSecret":{"value":"canary-secret"}}"#, false),
            (r#""canary-secret""#, false),
            ("canary-secret", false),
        ];
        for (body, is_read) in rows {
            let (client, service) = scripted([Reply::json(200, body)]);
            let exchange = ExchangeForPerpetualSecret::new("10000", "canary-old");
            let secret = block_on(client.send(&exchange)).unwrap().into_value();
            assert_eq!(secret.client_secret().is_some(), is_read, "{body}");
            if let Some(secret) = secret.client_secret() {
                assert_eq!(secret.expose(), "canary-secret");
            }
            assert_eq!(secret.answer().expose(), body);
            assert!(!format!("{secret:?} {exchange:?}").contains("canary"));
            assert!(!service.seen()[0].headers.contains_key("authorization"));
        }
    }
}
