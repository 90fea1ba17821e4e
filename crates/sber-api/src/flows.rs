//! What a person calls one thing and the bank calls several.

use std::fmt;
use std::time::Duration;

use rubank_core::auth::{AuthError, StoreError, TokenStore};
use rubank_core::clock::within;
use rubank_core::error::Error;

use crate::tokens::{ExchangeCode, SignedIn};
use crate::{Client, token_key};

/// A store that has not answered by then does not work. The code is good for two minutes, and its exchange needs some.
const LONGEST_LOAD: Duration = Duration::from_secs(15);
/// The lock may be with a refresh that hangs: its lease is a minute, and then there must be time to save.
const LONGEST_SAVE: Duration = Duration::from_secs(75);

/// Ends a sign-in: exchanges the code and stores the tokens under the user's name, where
/// [`credentials`](crate::credentials) find them.
///
/// The store is asked first, so that a code is not spent for a store that does not answer. Neither that nor the saving is
/// waited for without end, by the client's clock: 15 seconds for the first, 75 for the second, which is longer than anybody
/// may hold the lock of the tokens.
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
    let clock = client.clock().as_ref();
    let loaded = within(clock, LONGEST_LOAD, store.load(&key)).await;
    loaded
        .unwrap_or_else(|| Err(StoreError::unavailable("no answer in time")))
        .map_err(SignInFailed::Store)?;
    let asked_at = clock.now();
    let answered = client.send(exchange).await;
    let signed_in = answered.map_err(SignInFailed::Exchange)?.into_value();
    let tokens = match signed_in.to_store(asked_at) {
        Ok(tokens) => tokens,
        Err(cause) => return Err(SignInFailed::NothingToStore(Box::new(signed_in), cause)),
    };
    let saved = within(clock, LONGEST_SAVE, store.save(&key, &tokens)).await;
    match saved.unwrap_or_else(|| Err(StoreError::unavailable("not saved in time"))) {
        Ok(()) => Ok(signed_in),
        Err(cause) => Err(SignInFailed::NotStored(Box::new(signed_in), cause)),
    }
}

/// Where a sign-in came to its end.
#[derive(Debug)]
#[non_exhaustive]
pub enum SignInFailed {
    /// The store does not work, or did not answer in time. The code was not sent and is still good, for two minutes.
    Store(StoreError),
    /// The bank did not give tokens for the code.
    Exchange(Error),
    /// The bank gave an access token and no refresh token: good for an hour, and nothing to store.
    NothingToStore(Box<SignedIn>, AuthError),
    /// The tokens are here, and nowhere else for certain: save [`SignedIn::to_store`] under
    /// [`token_key`] once the store works, or let the person sign in again. A save that took too long may
    /// have been done all the same; the same tokens may be saved twice.
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
    use rubank_core::clock::Clock;
    use rubank_core::error::Outcome;
    use rubank_core::http::Reply;
    use time::macros::datetime;

    use super::*;
    use crate::tests::{block_on, sample_exchange, scripted, timed};

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

    #[test]
    fn a_lock_that_nobody_gives_back_is_not_waited_for_without_end() {
        let store = MemoryTokenStore::new();
        let key = TokenKey::new("test", "10000", "anna");
        let (client, service, clock) = timed([Reply::json(200, PAIR)]);
        block_on(async {
            let held = store.lock(&key, Duration::ZERO).await.unwrap();
            let exchange = sample_exchange();
            let signed_in = sign_in(&client, &exchange, &store, "anna");
            let error = clock.drive(signed_in).await.unwrap_err();
            assert_eq!(clock.monotonic(), LONGEST_SAVE);
            let shown = format!("{error} {error:?}");
            assert!(!shown.contains("canary"), "{shown}");
            let SignInFailed::NotStored(brought, cause) = error else {
                panic!("there was no lock to store it under");
            };
            assert!(cause.is_transient());
            assert_eq!(service.sends(), 1);

            // Nothing is lost: once the lock is free, they go into the store by hand.
            let asked_at = datetime!(2026-11-21 10:00 UTC);
            let tokens = brought.to_store(asked_at).unwrap();
            held.release().await.unwrap();
            store.save(&key, &tokens).await.unwrap();
            let stored = store.load(&key).await.unwrap().unwrap();
            assert_eq!(stored.refresh_token.expose(), "canary-r");
        });
    }

    #[test]
    fn who_comes_to_the_lock_in_time_is_stored() {
        let store = MemoryTokenStore::new();
        let key = TokenKey::new("test", "10000", "anna");
        let (client, _, clock) = timed([Reply::json(200, PAIR)]);
        block_on(async {
            let held = store.lock(&key, Duration::ZERO).await.unwrap();
            let exchange = sample_exchange();
            let holder = async {
                clock.sleep(Duration::from_secs(60)).await;
                held.release().await
            };
            let signed_in = sign_in(&client, &exchange, &store, "anna");
            let both = async { tokio::join!(signed_in, holder) };
            let (signed_in, _) = clock.drive(both).await;
            signed_in.unwrap();
            assert!(store.load(&key).await.unwrap().is_some());
        });
    }

    #[test]
    fn a_store_that_hangs_costs_no_code() {
        let (client, service, clock) = timed([Reply::json(200, PAIR)]);
        let exchange = sample_exchange();
        let signed_in = sign_in(&client, &exchange, &Hanging, "anna");
        let error = block_on(clock.drive(signed_in)).unwrap_err();
        assert!(matches!(error, SignInFailed::Store(_)), "{error:?}");
        assert_eq!((service.sends(), clock.monotonic()), (0, LONGEST_LOAD));
    }

    /// A database that does not answer.
    #[derive(Debug)]
    struct Hanging;

    impl TokenStore for Hanging {
        fn load<'a>(
            &'a self,
            _: &'a TokenKey,
        ) -> BoxFuture<'a, Result<Option<StoredTokens>, StoreError>> {
            Box::pin(std::future::pending())
        }

        fn lock<'a>(
            &'a self,
            _: &'a TokenKey,
            _: Duration,
        ) -> BoxFuture<'a, Result<Box<dyn TokenLock>, StoreError>> {
            Box::pin(std::future::pending())
        }
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
