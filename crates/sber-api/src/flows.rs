//! What a person calls one thing and the bank calls several.

use std::fmt;

use rubank_core::auth::{AuthError, StoreError, TokenStore};
use rubank_core::error::Error;

use crate::tokens::{ExchangeCode, SignedIn};
use crate::{Client, token_key};

/// Ends a sign-in: exchanges the code and stores the tokens under the user's name, where
/// [`credentials`](crate::credentials) find them.
///
/// The store is asked first, so that a code is not spent for a store that does not answer.
///
/// ```no_run
/// use rubank_core::auth::FileTokenStore;
/// use sber_api::{Client, SignIn, flows};
///
/// # async fn f(client: Client, sign_in: SignIn, redirect: &str) -> Result<(), Box<dyn std::error::Error>> {
/// let store = FileTokenStore::open("/var/lib/shop/tokens")?;
/// let code = sign_in.read_redirect(redirect)?;
/// let exchange = sign_in.exchange(&code, std::env::var("SBER_CLIENT_SECRET")?);
/// let signed_in = flows::sign_in(&client, &exchange, &store, "accountant").await?;
/// println!("granted: {:?}", signed_in.tokens().scope);
/// # Ok(())
/// # }
/// ```
///
/// # Cancellation
///
/// Dropping the future may spend the code and lose the tokens: the person signs in again.
///
/// # Errors
///
/// See [`SignInFailed`]; when the tokens are here and could not be stored, they are in the error.
pub async fn sign_in(
    client: &Client,
    exchange: &ExchangeCode,
    store: &dyn TokenStore,
    user: &str,
) -> Result<SignedIn, SignInFailed> {
    let key = token_key(client.environment(), exchange.client_id(), user);
    store.load(&key).await.map_err(SignInFailed::Store)?;
    let asked_at = client.clock().now();
    let answered = client.send(exchange).await;
    let signed_in = answered.map_err(SignInFailed::Exchange)?.into_value();
    let tokens = match signed_in.to_store(asked_at) {
        Ok(tokens) => tokens,
        Err(cause) => return Err(SignInFailed::NothingToStore(Box::new(signed_in), cause)),
    };
    match store.save(&key, &tokens).await {
        Ok(()) => Ok(signed_in),
        Err(cause) => Err(SignInFailed::NotStored(Box::new(signed_in), cause)),
    }
}

/// Where a sign-in came to its end.
#[derive(Debug)]
#[non_exhaustive]
pub enum SignInFailed {
    /// The store does not work. The code was not sent and is still good, for two minutes.
    Store(StoreError),
    /// The bank did not give tokens for the code.
    Exchange(Error),
    /// The bank gave an access token and no refresh token: good for an hour, and nothing to store.
    NothingToStore(Box<SignedIn>, AuthError),
    /// The tokens are here, and nowhere else: store them in another way, or let the person sign in again.
    NotStored(Box<SignedIn>, StoreError),
}

impl fmt::Display for SignInFailed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SignInFailed::Store(cause) => write!(f, "the code was not sent: {cause}"),
            SignInFailed::Exchange(cause) => write!(f, "the code was not exchanged: {cause}"),
            SignInFailed::NothingToStore(_, cause) => write!(f, "{cause}"),
            SignInFailed::NotStored(_, cause) => write!(f, "the tokens are not stored: {cause}"),
        }
    }
}

impl std::error::Error for SignInFailed {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            SignInFailed::Store(cause) | SignInFailed::NotStored(_, cause) => Some(cause),
            SignInFailed::Exchange(cause) => Some(cause),
            SignInFailed::NothingToStore(_, cause) => Some(cause),
        }
    }
}

#[cfg(test)]
mod tests {
    use rubank_core::BoxFuture;
    use rubank_core::auth::{MemoryTokenStore, StoredTokens, TokenKey, TokenLock};
    use rubank_core::error::Outcome;
    use rubank_core::http::Reply;
    use time::macros::datetime;

    use super::*;
    use crate::tests::{block_on, sample_exchange, scripted};

    const PAIR: &str = r#"{"access_token":"canary-a","expires_in":"3600","refresh_token":"canary-r","scope":"openid"}"#;

    fn signed_in(reply: Reply, store: &dyn TokenStore) -> Result<SignedIn, SignInFailed> {
        let (client, _) = scripted([reply]);
        block_on(sign_in(&client, &sample_exchange(), store, "anna"))
    }

    #[test]
    fn what_it_brings_is_stored_under_the_users_name() {
        let store = MemoryTokenStore::new();
        let brought = signed_in(Reply::json(200, PAIR), &store).unwrap();
        assert_eq!(brought.tokens().scope.as_deref(), Some("openid"));
        let key = TokenKey::new("test", "10000", "anna");
        let stored = block_on(store.load(&key)).unwrap().unwrap();
        assert_eq!(stored.refresh_token.expose(), "canary-r");
        assert_eq!(
            stored.access_expires_at,
            Some(datetime!(2026-11-21 11:00 UTC))
        );
        assert!(!format!("{brought:?}").contains("canary"));
    }

    #[test]
    fn every_end_says_where_the_tokens_are() {
        let failed = |reply, store: &dyn TokenStore| {
            let error = signed_in(reply, store).unwrap_err();
            assert!(
                !format!("{error} {error:?}").contains("canary"),
                "{error:?}"
            );
            error
        };
        let store = MemoryTokenStore::new();
        let spent = r#"{"error":"invalid_grant","error_description":"canary"}"#;
        let SignInFailed::Exchange(error) = failed(Reply::json(400, spent), &store) else {
            panic!("the code was exchanged");
        };
        assert_eq!(
            (error.code(), error.outcome()),
            (Some("invalid_grant"), Outcome::Rejected)
        );

        let alone = r#"{"access_token":"canary-a"}"#;
        assert!(matches!(
            failed(Reply::json(200, alone), &store),
            SignInFailed::NothingToStore(brought, _)
                if brought.tokens().access_token.expose() == "canary-a"
        ));
        assert!(matches!(
            failed(Reply::json(200, PAIR), &Full { reads: true }),
            SignInFailed::NotStored(brought, _)
                if brought.to_store(datetime!(2026-11-21 10:00 UTC)).is_ok()
        ));

        let (client, service) = scripted([]);
        let full = Full { reads: false };
        let result = block_on(sign_in(&client, &sample_exchange(), &full, "anna"));
        assert!(matches!(result, Err(SignInFailed::Store(_))));
        assert_eq!(service.sends(), 0, "the code is still good");
    }

    /// A disk that takes nothing.
    #[derive(Debug)]
    struct Full {
        reads: bool,
    }

    impl TokenStore for Full {
        fn load<'a>(
            &'a self,
            _: &'a TokenKey,
        ) -> BoxFuture<'a, Result<Option<StoredTokens>, StoreError>> {
            let result = match self.reads {
                true => Ok(None),
                false => Err(StoreError::unavailable("the disk is gone")),
            };
            Box::pin(std::future::ready(result))
        }

        fn lock<'a>(
            &'a self,
            _: &'a TokenKey,
            _: std::time::Duration,
        ) -> BoxFuture<'a, Result<Box<dyn TokenLock>, StoreError>> {
            let full = StoreError::unavailable("the disk is full");
            Box::pin(std::future::ready(Err(full)))
        }
    }
}
