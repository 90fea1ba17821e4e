//! What a user is asked to allow.

use std::borrow::Cow;

/// A scope of the sign-in. Those that the clients of this project need are constants; the bank has many more.
///
/// ```
/// use sber_api::Scope;
///
/// assert_eq!(Scope::STATEMENTS.as_str(), "GET_STATEMENT_ACCOUNT");
/// assert_eq!(Scope::new("PAY_DOC_RU").as_str(), "PAY_DOC_RU");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Scope(Cow<'static, str>);

impl Scope {
    /// Who signs in. Every sign-in needs it.
    pub const OPENID: Scope = Scope::known("openid");
    /// Cash collection.
    pub const ENCASHMENTS: Scope = Scope::known("ENCASHMENTS_REQUEST");
    /// Statements of accounts.
    pub const STATEMENTS: Scope = Scope::known("GET_STATEMENT_ACCOUNT");
    /// The claim by which the user's consent covers bank accounts; without it statements are refused with
    /// `ACCESS_EXCEPTION`.
    pub const ACCOUNTS: Scope = Scope::known("accounts");

    /// Any other scope, as the bank writes it.
    pub fn new(name: impl Into<Cow<'static, str>>) -> Self {
        Scope(name.into())
    }

    const fn known(name: &'static str) -> Self {
        Scope(Cow::Borrowed(name))
    }

    /// The scope as on the wire.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&'static str> for Scope {
    fn from(name: &'static str) -> Self {
        Scope::new(name)
    }
}

impl From<String> for Scope {
    fn from(name: String) -> Self {
        Scope::new(name)
    }
}
