//! Tokens, passwords and keys.

use std::fmt;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use secrecy::{ExposeSecret, SecretString};

/// A token, a password or a key. It prints a fixed word, has no `Display` and no `Serialize`, and is
/// wiped from memory when dropped.
///
/// ```
/// use rubank_core::secret::Secret;
///
/// let token = Secret::from("not-a-real-token");
/// assert_eq!(format!("{token:?}"), "Secret(…)");
/// assert_eq!(token.expose(), "not-a-real-token");
/// ```
#[derive(Clone)]
pub struct Secret(SecretString);

impl Secret {
    /// The secret in clear, to be put on the wire and nowhere else.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }

    /// Whether `text` is this secret. The time that it takes tells nothing of where the two differ.
    #[must_use]
    pub fn is(&self, text: &str) -> bool {
        verify_slices_are_equal(self.expose().as_bytes(), text.as_bytes()).is_ok()
    }

    /// Whether there is nothing in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.expose().is_empty()
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(text.into())
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self(text.into())
    }
}

impl From<SecretString> for Secret {
    fn from(text: SecretString) -> Self {
        Self(text)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_is_a_fixed_word() {
        for text in ["", "canary", "a much longer canary"] {
            let secret = Secret::from(text.to_owned());
            assert_eq!(format!("{secret:?}"), "Secret(…)");
            assert_eq!(format!("{secret:#?}"), "Secret(…)");
            assert_eq!(secret.clone().expose(), text);
            assert!(secret.is(text) && !secret.is("another") && !secret.is(&format!("{text} ")));
            assert_eq!(secret.is_empty(), text.is_empty());
        }
    }
}
