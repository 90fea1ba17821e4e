//! The whole sign-in against a bank that can say no.

#![allow(clippy::unwrap_used, reason = "a test fails by it")]

#[path = "../examples/support/browser.rs"]
mod browser;

use std::sync::Arc;
use std::time::Duration;

use rubank_core::auth::{FileTokenStore, MemoryTokenStore, Pkce, StoredTokens, TokenStore};
use rubank_core::client::ClientBuilder;
use rubank_core::environment::Environment;
use rubank_core::random::SeededRandom;
use rubank_core::retry::RetryPolicy;
use rubank_sandbox::sber::{self, Authorization, Place, SignInErrors};
use rubank_sandbox::{ExpiresIn, Fault, FaultRule, Host, Moment, Sandbox};
use sber_api::{
    Advice, ChangeClientSecret, Client, Error, ExchangeForPerpetualSecret, GetUserInfo, Identity,
    Outcome, RedirectError, RevokeToken, Root, SberApi, Scope, SignIn, TokenKind, flows, token_key,
};

const USER: &str = "accountant";

/// A bank, and a shop with a store of its own.
struct Stand {
    bank: Sandbox,
    store: Arc<dyn TokenStore>,
}

impl Stand {
    async fn open() -> Self {
        Self::of(Sandbox::builder().plain().start().await.unwrap())
    }

    fn of(bank: Sandbox) -> Self {
        let store = Arc::new(MemoryTokenStore::new());
        Stand { bank, store }
    }

    fn environment(&self) -> Environment {
        let url = |host| self.bank.url(host).to_owned();
        sber_api::environment(
            "sandbox",
            url(Host::SberAuthorize),
            url(Host::SberToken),
            url(Host::SberApi),
        )
    }

    fn builder(&self) -> ClientBuilder<SberApi> {
        let secret = self.bank.sber().client_secret();
        // What fails in passing is tried once more, at once: no test waits.
        let once_more = RetryPolicy::default()
            .with_max_attempts(2)
            .with_pauses(Duration::ZERO, Duration::ZERO);
        Client::builder(self.environment())
            .retry_policy(once_more)
            .credentials(self.credentials(&secret))
    }

    fn credentials(&self, secret: &str) -> rubank_core::auth::RotatingRefresh {
        sber_api::credentials(self.bank.client_id(), secret, USER, Arc::clone(&self.store))
    }

    fn client(&self) -> Client {
        self.builder().build().unwrap()
    }

    /// As if a person had signed in.
    async fn grant(&self) -> sber::TokenPair {
        let pair = self.bank.sber().grant_all();
        let tokens = StoredTokens::new(pair.refresh_token.as_str().into());
        let key = token_key(&self.environment(), self.bank.client_id(), USER);
        self.store.save(&key, &tokens).await.unwrap();
        pair
    }

    fn sign_in(&self) -> SignIn {
        let random = SeededRandom::new(7);
        SignIn::start(self.bank.client_id(), sber::REDIRECT_URI, &random)
            .scope(Scope::STATEMENTS)
            .scope(Scope::ACCOUNTS)
            .pkce(Pkce::new(&random))
    }

    async fn browse(&self, client: &Client, sign_in: &SignIn) -> String {
        let link = sign_in.url(&self.environment()).unwrap();
        let came_back = client.send(&browser::Open::new(&link)).await;
        came_back.unwrap().into_value()
    }
}

async fn who(client: &Client) -> Result<String, Error> {
    let user = client.send(&GetUserInfo::new()).await?;
    let claims = user.unverified_claims().unwrap();
    Ok(claims.sub.unwrap().into_inner())
}

#[tokio::test]
async fn a_person_signs_in_and_the_same_client_goes_on() {
    let tls = Sandbox::builder().expires_in(ExpiresIn::Text).start().await;
    let stand = Stand::of(tls.unwrap());
    let identity = Identity::from_pem(stand.bank.client_identity_pem().as_bytes()).unwrap();
    let client = stand
        .builder()
        .identity(identity)
        .extra_roots(Root::from_pem(stand.bank.ca_pem().as_bytes()).unwrap())
        .build()
        .unwrap();
    let sign_in = stand.sign_in();
    let address = stand.browse(&client, &sign_in).await;
    let code = sign_in.read_redirect(&address).unwrap();
    let exchange = sign_in.exchange(&code, stand.bank.client_secret());
    let signed_in = flows::sign_in(&client, &exchange, stand.store.as_ref(), USER).await;
    let signed_in = signed_in.unwrap();
    let scope = "openid GET_STATEMENT_ACCOUNT accounts";
    assert_eq!(signed_in.tokens().scope.as_deref(), Some(scope));
    assert_eq!(signed_in.tokens().lifetime, Some(Duration::from_secs(3600)));
    let claims = signed_in.unverified_claims().unwrap().unwrap();
    assert_eq!(claims.nonce(), Some(sign_in.nonce()));
    assert_eq!(who(&client).await.unwrap(), sber::USER);

    // The certificate is shown where it is wanted, and to nobody else: the page for people does not ask who we are.
    for call in stand.bank.calls() {
        let is_page = call.host == Host::SberAuthorize;
        assert_eq!(call.certificate.is_none(), is_page, "{}", call.path);
    }
    assert_eq!(
        stand.bank.sber().refreshes(),
        0,
        "the pair of the sign-in is used first"
    );

    // A code works once.
    let again = client.send(&exchange).await.unwrap_err();
    assert_eq!(
        (again.code(), Advice::of(&again)),
        (Some("invalid_grant"), Advice::SignInAgain)
    );
}

#[tokio::test]
async fn whoever_did_not_make_the_link_gets_nothing() {
    let stand = Stand::open().await;
    let client = stand.client();
    let sign_in = stand.sign_in();
    let address = stand.browse(&client, &sign_in).await;
    let other = SignIn::start(
        stand.bank.client_id(),
        sber::REDIRECT_URI,
        &SeededRandom::new(8),
    );
    assert!(matches!(
        other.read_redirect(&address),
        Err(RedirectError::ForeignState)
    ));

    // A thief of the code has no verifier.
    let code = sign_in.read_redirect(&address).unwrap();
    let stolen = other.exchange(&code, stand.bank.client_secret());
    let error = client.send(&stolen).await.unwrap_err();
    assert_eq!(error.code(), Some("invalid_grant"));

    stand
        .bank
        .sber()
        .adjust(|settings| settings.user_declines = true);
    let address = stand.browse(&client, &sign_in).await;
    let Err(RedirectError::Refused(refusal)) = sign_in.read_redirect(&address) else {
        panic!("the person had declined");
    };
    assert_eq!(refusal.code(), "access_denied");
}

#[tokio::test]
async fn tokens_are_renewed_and_a_lost_answer_is_repeated() {
    let stand = Stand::open().await;
    let client = stand.client();
    assert_eq!(
        Advice::of(&who(&client).await.unwrap_err()),
        Advice::SignInAgain
    );
    stand.grant().await;
    // Another client: this one remembers for a moment that nobody had signed in.
    let client = stand.client();
    assert_eq!(who(&client).await.unwrap(), sber::USER);
    stand.bank.sber().expire_access_tokens();
    assert_eq!(
        who(&client).await.unwrap(),
        sber::USER,
        "a 401 is renewed and repeated"
    );
    assert_eq!(stand.bank.sber().refreshes(), 2);

    stand.bank.sber().expire_access_tokens();
    let lost = FaultRule::on(sber::TOKEN, Fault::Close(Moment::AfterWork)).next(1);
    stand.bank.faults().push(lost);
    assert_eq!(
        who(&client).await.unwrap(),
        sber::USER,
        "the same call asks again"
    );
    assert_eq!(stand.bank.sber().repeated_refreshes(), 1);
}

#[tokio::test]
async fn every_shape_of_a_refused_refresh_ends_the_sign_in() {
    for shape in [
        SignInErrors::Error,
        SignInErrors::ErrorWithUri,
        SignInErrors::ErrorCode,
        SignInErrors::Cause,
    ] {
        let stand = Stand::open().await;
        stand.grant().await;
        stand
            .bank
            .sber()
            .adjust(|settings| settings.sign_in_errors = shape);
        stand.bank.sber().revoke_tokens();
        for _ in 0..3 {
            let error = who(&stand.client()).await.unwrap_err();
            assert_eq!(Advice::of(&error), Advice::SignInAgain, "{shape:?}");
            assert_eq!(error.outcome(), Outcome::NotSent);
        }
        let asked = stand.bank.calls().len();
        assert_eq!(
            asked, 1,
            "{shape:?}: nobody asks again until a person has signed in"
        );
    }
}

#[tokio::test]
async fn a_revoked_token_is_good_for_nothing() {
    let stand = Stand::open().await;
    let first = stand.grant().await;
    let client = stand.client();
    let revoke = |token: &str, kind| {
        RevokeToken::new(
            stand.bank.client_id(),
            stand.bank.client_secret(),
            token,
            kind,
        )
    };
    let other = revoke(&first.access_token, TokenKind::Access);
    client.send(&other).await.unwrap();
    client.send(&other.in_query()).await.unwrap();

    let key = token_key(&stand.environment(), stand.bank.client_id(), USER);
    let stored = stand.store.load(&key).await.unwrap().unwrap();
    let refresh = revoke(stored.refresh_token.expose(), TokenKind::Refresh);
    client.send(&refresh).await.unwrap();
    stand.bank.sber().expire_access_tokens();
    let error = who(&client).await.unwrap_err();
    assert_eq!(Advice::of(&error), Advice::SignInAgain);
}

#[tokio::test]
async fn the_client_secret_is_changed_and_exchanged() {
    for place in [Place::Form, Place::Query] {
        let stand = Stand::open().await;
        stand
            .bank
            .sber()
            .adjust(|settings| settings.secret_parameters = place);
        let pair = stand.grant().await;
        let client = stand.client();
        let (id, old) = (stand.bank.client_id(), stand.bank.client_secret());
        let new = sber_api::new_client_secret(&SeededRandom::new(3));
        let change = ChangeClientSecret::new(pair.access_token.as_str(), id, old, new.clone());
        let (right, wrong) = match place == Place::Form {
            true => (change.clone(), change.in_query()),
            false => (change.clone().in_query(), change),
        };
        let error = client.send(&wrong).await.unwrap_err();
        assert_eq!(Advice::of(&error), Advice::FixTheRequest);
        let changed = client.send(&right).await.unwrap();
        assert_eq!(changed.days_left, Some(40));

        // The old credentials are refused, which uses no token up.
        let error = who(&client).await.unwrap_err();
        assert_eq!(Advice::of(&error), Advice::CheckClientSecret);
        let next = Client::builder(stand.environment())
            .credentials(stand.credentials(new.expose()))
            .build()
            .unwrap();
        assert_eq!(who(&next).await.unwrap(), sber::USER);

        let exchange = ExchangeForPerpetualSecret::new(id, new);
        let perpetual = next.send(&exchange).await.unwrap().into_value();
        let secret = perpetual.client_secret().unwrap();
        assert_eq!(secret.expose(), stand.bank.sber().client_secret());
        let error = next.send(&exchange).await.unwrap_err();
        assert_eq!(Advice::of(&error), Advice::CheckClientSecret);
    }
}

#[tokio::test]
async fn the_bare_token_can_be_sent() {
    let stand = Stand::open().await;
    stand
        .bank
        .sber()
        .adjust(|settings| settings.authorization = Authorization::Bare);
    stand.grant().await;
    let error = who(&stand.client()).await.unwrap_err();
    assert_eq!(error.status().map(|status| status.as_u16()), Some(401));
    let credentials = stand
        .credentials(stand.bank.client_secret())
        .without_scheme();
    let client = Client::builder(stand.environment())
        .credentials(credentials)
        .build()
        .unwrap();
    assert_eq!(who(&client).await.unwrap(), sber::USER);
}

#[tokio::test]
async fn one_folder_serves_many_users_of_one_process() {
    let mut stand = Stand::open().await;
    let folder = std::env::temp_dir().join(format!("rubank-sber-{}", std::process::id()));
    stand.store = Arc::new(FileTokenStore::open(&folder).unwrap());
    let users: Vec<String> = (0..3).map(|_| stand.bank.sber().add_user()).collect();
    for user in &users {
        let pair = stand.bank.sber().grant(user, &["openid"]);
        let key = token_key(&stand.environment(), stand.bank.client_id(), user);
        let tokens = StoredTokens::new(pair.refresh_token.into());
        stand.store.save(&key, &tokens).await.unwrap();
    }
    for user in &users {
        let (id, secret) = (stand.bank.client_id(), stand.bank.client_secret());
        let credentials = sber_api::credentials(id, secret, user, Arc::clone(&stand.store));
        let client = Client::builder(stand.environment())
            .credentials(credentials)
            .build();
        assert_eq!(who(&client.unwrap()).await.unwrap(), *user);
    }
    std::fs::remove_dir_all(folder).unwrap();
}
