//! The address that a browser comes back to.

use std::fmt;

use rubank_core::personal::Personal;
use rubank_core::secret::Secret;
use url::form_urlencoded;

use crate::error::SignInErrorCode;

/// An authorization code: good for one exchange, for two minutes.
#[derive(Clone, Debug)]
pub struct Code(Secret);

impl Code {
    pub(crate) fn secret(&self) -> &Secret {
        &self.0
    }
}

/// A code that came another way than by [`SignIn::read_redirect`](crate::SignIn::read_redirect). Compare the state
/// yourself, then.
impl From<Secret> for Code {
    fn from(code: Secret) -> Self {
        Code(code)
    }
}

/// Why a redirect brought no code.
///
/// Nothing that came in the address is printed, except an error code that looks like one.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum RedirectError {
    /// There is no state, or it is another one: this redirect does not belong to the link. Somebody may be slipping in
    /// a sign-in of their own. Begin anew.
    ForeignState,
    /// The bank, or the person, refused.
    Refused(Refusal),
    /// The state is right, and there is neither a code nor an error.
    NoCode,
    /// A parameter that decides came more than once.
    Ambiguous,
}

/// What the bank says of a sign-in that did not come about.
#[derive(Clone)]
pub struct Refusal {
    error: SignInErrorCode,
    description: Option<Personal<String>>,
}

impl Refusal {
    /// The code: `access_denied` when the person refused, `invalid_scope`, `login_required`.
    #[must_use]
    pub fn code(&self) -> &str {
        self.error.as_str()
    }

    /// The bank's text for people. It came through a browser, where anybody could have changed it: show it as text,
    /// never as markup.
    #[must_use]
    pub fn description(&self) -> Option<&Personal<String>> {
        self.description.as_ref()
    }
}

impl fmt::Debug for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Refusal").field(&self.error).finish()
    }
}

impl fmt::Display for RedirectError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RedirectError::ForeignState => f.write_str(
                "the redirect does not belong to this sign-in: its state is another one",
            ),
            RedirectError::Refused(refusal) => {
                write!(f, "the sign-in was refused, code={}", refusal.error)
            }
            RedirectError::NoCode => f.write_str("the redirect brings neither a code nor an error"),
            RedirectError::Ambiguous => f.write_str("the redirect says the same thing twice"),
        }
    }
}

impl std::error::Error for RedirectError {}

pub(super) fn read(address: &str, state: &Secret) -> Result<Code, RedirectError> {
    let address = address.split('#').next().unwrap_or_default();
    let query = address.split_once('?').map_or(address, |(_, query)| query);
    let ours = one(query, "state")?;
    if state.is_empty() || !ours.is_some_and(|ours| state.is(&ours)) {
        return Err(RedirectError::ForeignState);
    }
    if let Some(error) = one(query, "error")? {
        let description = one(query, "error_description")?.map(Personal::new);
        let error = SignInErrorCode::from(error.as_str());
        return Err(RedirectError::Refused(Refusal { error, description }));
    }
    match one(query, "code")?.filter(|code| !code.is_empty()) {
        Some(code) => Ok(Code(code.into())),
        None => Err(RedirectError::NoCode),
    }
}

/// The value of a parameter that may come once.
fn one(query: &str, name: &str) -> Result<Option<String>, RedirectError> {
    let mut values = form_urlencoded::parse(query.as_bytes())
        .filter(|(known, _)| known == name)
        .map(|(_, value)| value.into_owned());
    match (values.next(), values.next()) {
        (value, None) => Ok(value),
        _ => Err(RedirectError::Ambiguous),
    }
}
