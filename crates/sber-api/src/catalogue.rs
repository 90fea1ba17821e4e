//! Every operation with a sample, for the contract suite. Not part of the public API.

use rubank_core::auth::{OAuthClient, Pkce};

use crate::{
    ChangeClientSecret, ExchangeCode, ExchangeForPerpetualSecret, GetUserInfo, RevokeToken,
    SberApi, TokenKind,
};

const CLIENT: &str = "10000";
const SECRET: &str = "not-a-real-secret";
const VERIFIER: &str = "not-a-real-verifier-0123456789-0123456789-0123456789";

// The other use of the token endpoint, the refresh, is sent by the credentials.
rubank_core::catalogue! {
    SberApi;
    ExchangeCode => sample_exchange,
    RevokeToken =>
        || RevokeToken::new(CLIENT, SECRET, "not-a-real-refresh-token", TokenKind::Refresh),
    ChangeClientSecret => || ChangeClientSecret::new(
        "not-a-real-access-token",
        CLIENT,
        SECRET,
        "NotARealSecret0123456789",
    ),
    ExchangeForPerpetualSecret => || ExchangeForPerpetualSecret::new(CLIENT, SECRET),
    GetUserInfo => GetUserInfo::new,
}

fn sample_exchange() -> ExchangeCode {
    let client = OAuthClient::new(CLIENT, SECRET.into());
    let code = "not-a-real-code".into();
    let exchange = ExchangeCode::new(&client, &code, "https://client.example/callback?from=sber");
    // The verifier has the shape that RFC 7636 asks for, so it is always there.
    match Pkce::with_verifier(VERIFIER.into()) {
        Ok(pkce) => exchange.pkce(pkce),
        Err(_) => exchange,
    }
}
