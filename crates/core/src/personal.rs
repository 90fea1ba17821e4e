//! Personal data: on the wire in clear, a mask everywhere else.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A name, a phone, a passport, a card number, a payment purpose: anything that must not reach a log.
///
/// `Debug` and `Display` print `***`. `Serialize` writes it in clear, because the bank needs it: use it
/// for the wire only.
///
/// ```
/// use rubank_core::personal::Personal;
///
/// let name = Personal::new("Анна".to_owned());
/// assert_eq!(format!("{name} {name:?}"), "*** Personal(***)");
/// assert_eq!(name.expose(), "Анна");
/// assert_eq!(serde_json::to_string(&name).unwrap(), r#""Анна""#);
/// ```
#[derive(Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Personal<T>(T);

impl<T> Personal<T> {
    /// Guards a value.
    pub const fn new(value: T) -> Self {
        Self(value)
    }

    /// The value in clear.
    pub const fn expose(&self) -> &T {
        &self.0
    }

    /// The value in clear, unguarded from here on.
    pub fn into_inner(self) -> T {
        self.0
    }

    /// Changes the value without showing it.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Personal<U> {
        Personal(change(self.0))
    }
}

impl<T> From<T> for Personal<T> {
    fn from(value: T) -> Self {
        Self(value)
    }
}

impl From<&str> for Personal<String> {
    fn from(value: &str) -> Self {
        Self(value.to_owned())
    }
}

impl<T> fmt::Debug for Personal<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Personal(***)")
    }
}

impl<T> fmt::Display for Personal<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_prints_a_mask_and_writes_the_value() {
        let passport = Personal::from("8000 310000");
        for printed in [
            format!("{passport}"),
            format!("{passport:?}"),
            format!("{passport:#?}"),
        ] {
            assert!(!printed.contains("310000"), "{printed}");
        }
        let json = serde_json::to_string(&passport).unwrap();
        assert_eq!(json, r#""8000 310000""#);
        assert_eq!(
            serde_json::from_str::<Personal<String>>(&json).unwrap(),
            passport
        );
        assert_eq!(passport.map(|text| text.len()).into_inner(), 11);
    }
}
