//! Signed claims whose signature nobody here can check.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rubank_core::lenient::{self, Rows};
use rubank_core::model;
use rubank_core::personal::Personal;
use rubank_core::raw::Raw;
use rubank_core::read::{ReadError, read};

model! {
    /// What a token claims of the person who signed in. **Unverified**: the signature is of GOST R 34.10-2012, the
    /// bank publishes no keys, and nothing here checks it. Good for showing a name; for more, ask the bank's API.
    ///
    /// Claims come and go (`userGuid` is gone since 2025), and which are there depends on the scopes; all others are
    /// in `extra`.
    #[derive(Eq)]
    pub struct UnverifiedClaims {
        /// Who: the bank's key of the person, the same in all sign-ins.
        pub sub: Option<Personal<String>> = "sub",
        /// For which client; a text or a list.
        pub aud: Option<Raw> = "aud",
        /// Who says so.
        pub iss: Option<String> = "iss",
        /// Until when, in seconds since 1970.
        pub exp: Option<i64> = "exp" as lenient::integer::option,
        /// Since when, in seconds since 1970.
        pub iat: Option<i64> = "iat" as lenient::integer::option,
        /// The nonce of the link: see [`nonce`](UnverifiedClaims::nonce).
        pub link_nonce: Option<Personal<String>> = "nonce",
        /// The organisation's name.
        pub organisation: Option<Personal<String>> = "OrgName",
        /// The organisation's INN.
        pub inn: Option<Personal<String>> = "inn",
        /// The bank's key of the organisation.
        pub organisation_hash: Option<Personal<String>> = "HashOrgId",
        /// The person's e-mail.
        pub email: Option<Personal<String>> = "email",
        /// The person's phone.
        pub phone: Option<Personal<String>> = "phone_number",
        /// The accounts that the person lets the client see.
        pub accounts: Rows<ClaimedAccount> = "accounts",
    }
}

model! {
    /// An account in the claims.
    #[derive(Eq)]
    pub struct ClaimedAccount {
        /// Twenty digits.
        pub number: Option<Personal<String>> = "accountNumber",
        /// The bank of the account.
        pub bic: Option<String> = "bic" as lenient::text::option,
    }
}

impl UnverifiedClaims {
    /// The nonce: it must be [`SignIn::nonce`](crate::SignIn::nonce), or the token is of another sign-in.
    #[must_use]
    pub fn nonce(&self) -> Option<&str> {
        self.link_nonce
            .as_ref()
            .map(|nonce| nonce.expose().as_str())
    }
}

/// The claims of a compact JWS. What is no base64url holds no JSON either, and is told so.
pub(crate) fn claims_of(token: &str) -> Result<UnverifiedClaims, ReadError> {
    let part = token.split('.').nth(1).unwrap_or_default();
    let claims = URL_SAFE_NO_PAD.decode(part.trim_end_matches('='));
    read(&claims.unwrap_or_default())
}
