//! Who asks for a token: client id and secret, and where the secret travels.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::HeaderValue;
use url::form_urlencoded::byte_serialize;

use crate::secret::Secret;

/// A client as a token server knows it.
///
/// ```
/// use rubank_core::auth::OAuthClient;
///
/// let client = OAuthClient::new("shop-1", "not-a-real-secret".into()).secret_in_basic();
/// assert_eq!(client.id(), "shop-1");
/// assert!(!format!("{client:?}").contains("not-a-real-secret"));
/// ```
#[derive(Clone, Debug)]
pub struct OAuthClient {
    id: String,
    secret: Option<Secret>,
    place: SecretPlace,
}

/// Where the secret travels; RFC 6749, section 2.3.1, knows these two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum SecretPlace {
    Body,
    Basic,
}

impl OAuthClient {
    /// A client with a secret, which travels in the form unless [`secret_in_basic`](Self::secret_in_basic) says
    /// otherwise.
    pub fn new(id: impl Into<String>, secret: Secret) -> Self {
        OAuthClient {
            id: id.into(),
            secret: Some(secret),
            place: SecretPlace::Body,
        }
    }

    /// A client without a secret (RFC 6749: a public client); it needs [`Pkce`](super::Pkce).
    pub fn without_secret(id: impl Into<String>) -> Self {
        OAuthClient {
            id: id.into(),
            secret: None,
            place: SecretPlace::Body,
        }
    }

    /// Sends id and secret as `client_id` and `client_secret` of the form.
    #[must_use]
    pub fn secret_in_body(mut self) -> Self {
        self.place = SecretPlace::Body;
        self
    }

    /// Sends id and secret as `Authorization: Basic …`, and neither of them in the form.
    #[must_use]
    pub fn secret_in_basic(mut self) -> Self {
        self.place = SecretPlace::Basic;
        self
    }

    /// The client id.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// What of it goes into the form.
    pub(super) fn form(&self) -> Vec<(&'static str, Secret)> {
        let id = ("client_id", Secret::from(self.id.as_str()));
        match (&self.secret, self.place) {
            (None, _) => vec![id],
            (Some(secret), SecretPlace::Body) => vec![id, ("client_secret", secret.clone())],
            (Some(_), SecretPlace::Basic) => Vec::new(),
        }
    }

    /// What of it goes into the `Authorization` header.
    pub(super) fn basic(&self) -> Option<HeaderValue> {
        let secret = self
            .secret
            .as_ref()
            .filter(|_| self.place == SecretPlace::Basic)?;
        // Both are form-encoded first, so that a colon in the id cannot be taken for the separator.
        let pair: String = byte_serialize(self.id.as_bytes())
            .chain([":"])
            .chain(byte_serialize(secret.expose().as_bytes()))
            .collect();
        // Base64 always fits into a header, so nothing is dropped here.
        let mut value = HeaderValue::from_str(&format!("Basic {}", STANDARD.encode(pair))).ok()?;
        value.set_sensitive(true);
        Some(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn basic_encodes_before_it_joins() {
        let rows = [
            // The example of RFC 6749, section 2.3.1.
            (
                "s6BhdRkqt3",
                "7Fjfp0ZBr1KtDRbnfVdmIw",
                "czZCaGRSa3F0Mzo3RmpmcDBaQnIxS3REUmJuZlZkbUl3",
            ),
            // "a%3Ab:c+d%25%26%2B"
            ("a:b", "c d%&+", "YSUzQWI6YytkJTI1JTI2JTJC"),
            // "%D0%BA:-._*"
            ("к", "-._*", "JUQwJUJBOi0uXyo="),
        ];
        for (id, secret, expected) in rows {
            let client = OAuthClient::new(id, secret.into()).secret_in_basic();
            let header = client.basic().unwrap();
            assert!(header.is_sensitive());
            assert_eq!(header.to_str().unwrap(), format!("Basic {expected}"));
            assert!(client.form().is_empty());
        }
    }

    #[test]
    fn the_secret_travels_in_one_place_only() {
        let names = |client: &OAuthClient| -> Vec<&str> {
            client.form().into_iter().map(|(name, _)| name).collect()
        };
        let body = OAuthClient::new("id", "secret".into());
        assert_eq!(
            (names(&body), body.basic()),
            (vec!["client_id", "client_secret"], None)
        );

        let back = body.secret_in_basic().secret_in_body();
        assert_eq!(
            (names(&back), back.basic()),
            (vec!["client_id", "client_secret"], None)
        );

        let public = OAuthClient::without_secret("id").secret_in_basic();
        assert_eq!((names(&public), public.basic()), (vec!["client_id"], None));
    }
}
