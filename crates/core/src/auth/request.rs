//! What is sent to a token endpoint.

use std::borrow::Cow;
use std::fmt;

use http::header::AUTHORIZATION;
use http::{HeaderValue, Method};

use super::{AuthContext, AuthError, AuthErrorKind, OAuthClient, Pkce};
use crate::operation::{Answer, HostId, InvalidRequest, Parts};
use crate::secret::Secret;

/// A request to a token endpoint (RFC 6749), as a value. Its answer is read as a [`TokenAnswer`](super::TokenAnswer).
///
/// [`ClientCredentials`](super::ClientCredentials) and [`RotatingRefresh`](super::RotatingRefresh) send it by
/// themselves. For the exchange of an authorization code make an operation of it, without credentials and with
/// effect `Once` (a code is good for one use):
///
/// ```
/// use rubank_core::auth::{OAuthClient, TokenRequest};
///
/// let client = OAuthClient::new("shop-1", "not-a-real-secret".into());
/// let code = "not-a-real-code".into();
/// let parts = TokenRequest::authorization_code(&client, &code, "https://shop.example/back").parts()?;
/// assert_eq!(
///     parts.body_ref().as_bytes(),
///     Some(&b"grant_type=authorization_code&code=not-a-real-code\
///         &redirect_uri=https%3A%2F%2Fshop.example%2Fback\
///         &client_id=shop-1&client_secret=not-a-real-secret"[..]),
/// );
/// # Ok::<(), rubank_core::operation::InvalidRequest>(())
/// ```
#[derive(Clone)]
pub struct TokenRequest {
    form: Vec<(Cow<'static, str>, Secret)>,
    authorization: Option<HeaderValue>,
}

impl TokenRequest {
    /// A token for the client itself (section 4.4). The scopes are sent in the given order; none, and the server
    /// decides.
    pub fn client_credentials<S: AsRef<str>>(client: &OAuthClient, scopes: &[S]) -> Self {
        let scope: Vec<&str> = scopes.iter().map(AsRef::as_ref).collect();
        let request = Self::new("client_credentials", []).authenticated(client);
        match scope.is_empty() {
            true => request,
            false => request.parameter("scope", scope.join(" ").into()),
        }
    }

    /// Tokens for the code that came back to `redirect_uri` (section 4.1.3), which must be the very one of the
    /// [`AuthorizationLink`](super::AuthorizationLink).
    pub fn authorization_code(client: &OAuthClient, code: &Secret, redirect_uri: &str) -> Self {
        let fields = [
            ("code", code.clone()),
            ("redirect_uri", redirect_uri.into()),
        ];
        Self::new("authorization_code", fields).authenticated(client)
    }

    /// Fresh tokens for a refresh token (section 6).
    pub fn refresh(client: &OAuthClient, refresh_token: &Secret) -> Self {
        Self::new("refresh_token", [("refresh_token", refresh_token.clone())]).authenticated(client)
    }

    /// Proves that this client also made the link (RFC 7636, section 4.5).
    #[must_use]
    pub fn pkce(self, pkce: &Pkce) -> Self {
        self.parameter("code_verifier", pkce.verifier().clone())
    }

    /// Adds a parameter that this server wants: `audience`, `resource`.
    #[must_use]
    pub fn parameter(mut self, name: impl Into<Cow<'static, str>>, value: Secret) -> Self {
        self.form.push((name.into(), value));
        self
    }

    /// Headers and body: the form in the order in which it was filled, properly encoded.
    ///
    /// # Errors
    /// A parameter was added that is there already; only `audience` and `resource` may be repeated (RFC 8693,
    /// RFC 8707).
    pub fn parts(&self) -> Result<Parts, InvalidRequest> {
        for (index, (name, _)) in self.form.iter().enumerate() {
            let repeated = self.form[..index].iter().any(|(known, _)| known == name);
            if repeated && !matches!(name.as_ref(), "audience" | "resource") {
                return Err(InvalidRequest::new(
                    name.clone(),
                    "must not be in the token request twice",
                ));
            }
        }
        let fields = self.form.iter();
        let parts = Parts::new().form(fields.map(|(name, value)| (name.as_ref(), value.expose())));
        Ok(match &self.authorization {
            Some(value) => parts.header(AUTHORIZATION, value.clone()),
            None => parts,
        })
    }

    /// Sends it to a token endpoint, once. Any status is an answer.
    pub(super) async fn send(
        &self,
        context: &AuthContext<'_>,
        host: HostId,
        path: &str,
    ) -> Result<Answer, AuthError> {
        let parts = self
            .parts()
            .map_err(|invalid| AuthError::new(AuthErrorKind::Configuration, invalid.to_string()))?;
        context
            .send(host, Method::POST, path, parts.headers, parts.body)
            .await
    }

    fn new(
        grant_type: &'static str,
        fields: impl IntoIterator<Item = (&'static str, Secret)>,
    ) -> Self {
        let mut form = vec![(Cow::Borrowed("grant_type"), Secret::from(grant_type))];
        form.extend(
            fields
                .into_iter()
                .map(|(name, value)| (Cow::Borrowed(name), value)),
        );
        TokenRequest {
            form,
            authorization: None,
        }
    }

    fn authenticated(mut self, client: &OAuthClient) -> Self {
        self.form.extend(
            client
                .form()
                .into_iter()
                .map(|(name, value)| (Cow::Borrowed(name), value)),
        );
        self.authorization = client.basic();
        self
    }
}

/// The names of the parameters, never their values.
impl fmt::Debug for TokenRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenRequest")?;
        f.debug_list()
            .entries(self.form.iter().map(|(name, _)| name))
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(request: &TokenRequest) -> String {
        let parts = request.parts().unwrap();
        String::from_utf8(parts.body_ref().as_bytes().unwrap().to_vec()).unwrap()
    }

    #[test]
    fn every_grant_is_encoded_properly() {
        let client = OAuthClient::new("id&1", "s=c r+e%t/я".into());
        let encoded = "client_id=id%261&client_secret=s%3Dc+r%2Be%25t%2F%D1%8F";
        let (code, refresh) = (Secret::from("c/o+d"), Secret::from("r&r"));
        let pkce = Pkce::with_verifier("v".repeat(43).as_str().into()).unwrap();
        let none: [&str; 0] = [];
        let rows = [
            (
                TokenRequest::client_credentials(&client, &["a", "b c"]),
                format!("grant_type=client_credentials&{encoded}&scope=a+b+c"),
            ),
            (
                TokenRequest::client_credentials(&client, &none),
                format!("grant_type=client_credentials&{encoded}"),
            ),
            (
                TokenRequest::client_credentials(&client.clone().secret_in_basic(), &["a"]),
                "grant_type=client_credentials&scope=a".to_owned(),
            ),
            (
                TokenRequest::authorization_code(&client, &code, "https://shop.example/?a=1&b")
                    .pkce(&pkce),
                format!(
                    "grant_type=authorization_code&code=c%2Fo%2Bd\
                     &redirect_uri=https%3A%2F%2Fshop.example%2F%3Fa%3D1%26b&{encoded}&code_verifier={}",
                    "v".repeat(43),
                ),
            ),
            (
                TokenRequest::refresh(&client, &refresh).parameter("redirect_uri", "x".into()),
                format!("grant_type=refresh_token&refresh_token=r%26r&{encoded}&redirect_uri=x"),
            ),
            (
                TokenRequest::client_credentials(&client, &none)
                    .parameter("resource", "1".into())
                    .parameter("resource", "2".into()),
                format!("grant_type=client_credentials&{encoded}&resource=1&resource=2"),
            ),
        ];
        for (request, expected) in rows {
            assert_eq!(body(&request), expected);
        }
    }

    #[test]
    fn the_headers_are_those_of_the_standard() {
        let client = OAuthClient::new("id", "secret".into());
        let parts = TokenRequest::refresh(&client, &"r".into()).parts().unwrap();
        assert_eq!(parts.headers()["accept"], "application/json");
        assert_eq!(
            parts.headers()["content-type"],
            "application/x-www-form-urlencoded"
        );
        assert!(!parts.headers().contains_key("authorization"));

        let basic = TokenRequest::refresh(&client.secret_in_basic(), &"r".into())
            .parts()
            .unwrap();
        assert!(basic.headers()["authorization"].is_sensitive());
    }

    #[test]
    fn our_own_parameters_cannot_be_overwritten() {
        let client = OAuthClient::new("id", "secret".into());
        for name in ["grant_type", "client_id", "client_secret", "scope"] {
            let request =
                TokenRequest::client_credentials(&client, &["a"]).parameter(name, "canary".into());
            let refused = request.parts().unwrap_err();
            assert_eq!(refused.violations()[0].field(), name);
            assert!(!format!("{refused} {refused:?}").contains("canary"));
        }
        // In the header the id is not in the form, and some servers want it there as well.
        let basic = TokenRequest::client_credentials(&client.secret_in_basic(), &["a"]);
        assert!(basic.parameter("client_id", "id".into()).parts().is_ok());
    }

    #[test]
    fn debug_shows_names_only() {
        let client = OAuthClient::new("canary-id", "canary-secret".into()).secret_in_basic();
        let request = TokenRequest::refresh(&client, &"canary-refresh".into());
        assert_eq!(
            format!("{request:?}"),
            r#"TokenRequest["grant_type", "refresh_token"]"#
        );
    }
}
