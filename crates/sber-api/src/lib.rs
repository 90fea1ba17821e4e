#![doc = include_str!("../README.md")]

#[doc(hidden)]
pub mod catalogue;
mod client_secret;
mod error;
pub mod flows;
mod jws;
mod page;
mod provider;
mod scope;
mod sign_in;
#[cfg(test)]
mod tests;
mod tokens;
mod user;

pub use client_secret::{
    ChangeClientSecret, ExchangeForPerpetualSecret, PerpetualSecret, SecretChanged,
    new_client_secret,
};
pub use error::{Advice, Cause, Check, ErrorBody, Level, SignInErrorCode, read_error};
pub use jws::{ClaimedAccount, UnverifiedClaims};
pub use page::{Link, Rel};
pub use provider::{
    AUTHORIZE, AUTHORIZE_PATH, REPEAT_WINDOW, REQUEST_ID_HEADERS, SberApi, TOKEN_PATH, credentials,
    environment, production, test_stand, token_key,
};
pub use scope::Scope;
pub use sign_in::{Code, Prompt, RedirectError, Refusal, SignIn};
pub use tokens::{ExchangeCode, RevokeToken, SignedIn, TokenKind};
pub use user::{GetUserInfo, UserInfo};

/// The rest of what this crate stands on: transports, clocks, your own operations.
pub use rubank_core;
pub use rubank_core::client::{RequestOptions, Response};
pub use rubank_core::error::{Error, ErrorKind, Outcome};
pub use rubank_core::personal::Personal;
pub use rubank_core::secret::Secret;
pub use rubank_core::tls::{Identity, Root};
/// The `time` that dates and zones are given in.
pub use time;

/// A client of Sber's sign-in; the products have clients of their own.
pub type Client = rubank_core::client::Client<SberApi>;

/// The same verbs without async.
#[cfg(feature = "blocking")]
pub type BlockingClient = rubank_core::blocking::Client<SberApi>;
