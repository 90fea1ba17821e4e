//! What the caller says of a write before it is written down.

use rubank_core::money::Kopecks;

/// One business wish: "pay contractor 123 for act 7". Its key names it to the bank for its whole life.
///
/// The key is the one that the operation itself carries; a lower-case UUIDv4 fits every bank's key field. Everything
/// else is for finding, counting and reporting.
///
/// ```
/// use rubank_core::money::Kopecks;
/// use rubank_store::Intent;
///
/// let intent = Intent::new("6f9619ff-8b86-4011-b42d-00c04fc964ff")
///     .subject("contractor 123")
///     .amount(Kopecks::new(150_050));
/// assert_eq!(intent.key(), "6f9619ff-8b86-4011-b42d-00c04fc964ff");
/// ```
#[derive(Clone)]
pub struct Intent {
    pub(crate) key: String,
    pub(crate) subject: Option<String>,
    pub(crate) amount: Option<Kopecks>,
    pub(crate) likeness: Option<String>,
    pub(crate) label: Option<Vec<u8>>,
    pub(crate) place: Option<(String, i64)>,
    pub(crate) send_again: bool,
}

impl Intent {
    /// The intent with this key, 1 to 200 characters.
    pub fn new(key: impl Into<String>) -> Self {
        Intent {
            key: key.into(),
            subject: None,
            amount: None,
            likeness: None,
            label: None,
            place: None,
            send_again: false,
        }
    }

    /// Whom it is about, in your own words: [`Store::forget`](crate::Store::forget) finds it by them. Only a keyed tag
    /// of them is kept.
    #[must_use]
    pub fn subject(mut self, subject: impl Into<String>) -> Self {
        self.subject = Some(subject.into());
        self
    }

    /// The sum. It stays readable after everything else was forgotten.
    #[must_use]
    pub fn amount(mut self, amount: Kopecks) -> Self {
        self.amount = Some(amount);
        self
    }

    /// What makes two intents look like the same wish: recipient, sum and purpose in one text. Only a keyed tag is kept;
    /// see [`Store::alike`](crate::Store::alike).
    #[must_use]
    pub fn likeness(mut self, likeness: impl Into<String>) -> Self {
        self.likeness = Some(likeness.into());
        self
    }

    /// Anything that you want back in a report; it is sealed with the request.
    #[must_use]
    pub fn label(mut self, label: impl Into<Vec<u8>>) -> Self {
        self.label = Some(label.into());
        self
    }

    /// The run that it belongs to, and its line there, from 1.
    #[must_use]
    pub fn place(mut self, run: impl Into<String>, line: i64) -> Self {
        self.place = Some((run.into(), line));
        self
    }

    /// Sends it again where the bank's lookup knows nothing of it, although the bank does not promise that a second
    /// request with the same key changes nothing.
    ///
    /// **This can pay twice**: when the lookup is late, or looks at another place than the payment went to. Without it
    /// such an intent is left to a person.
    #[must_use]
    pub fn send_again_unpromised(mut self) -> Self {
        self.send_again = true;
        self
    }

    /// The key.
    pub fn key(&self) -> &str {
        &self.key
    }
}

/// The key; the rest may be personal.
impl std::fmt::Debug for Intent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Intent")
            .field("key", &self.key)
            .finish_non_exhaustive()
    }
}
