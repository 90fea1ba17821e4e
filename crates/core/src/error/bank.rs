//! What the bank itself said about a failure.

use bytes::Bytes;

/// The bank's error, as far as it could be read. Everything may be absent: gateways answer with HTML or nothing.
///
/// `Debug` and `Display` of the error show only the code and the request id, and these only if they look like codes:
/// banks are known to echo tokens and names in their texts.
#[derive(Clone, Default)]
pub struct BankError {
    code: Option<String>,
    message: Option<String>,
    request_id: Option<String>,
    duplicate_key: bool,
    perhaps_duplicate_key: bool,
    refusal: bool,
    body: RawBody,
}

impl BankError {
    /// Nothing could be read.
    pub fn new() -> Self {
        Self::default()
    }

    /// The bank's code: `invalid_token`.
    #[must_use]
    pub fn with_code(mut self, code: Option<impl Into<String>>) -> Self {
        self.code = code.map(Into::into);
        self
    }

    /// The bank's text for people.
    #[must_use]
    pub fn with_message(mut self, message: Option<impl Into<String>>) -> Self {
        self.message = message.map(Into::into);
        self
    }

    /// The bank's id of the request, if its body carries one; a header is read by the client.
    #[must_use]
    pub fn with_request_id(mut self, id: Option<impl Into<String>>) -> Self {
        self.request_id = id.map(Into::into);
        self
    }

    /// The bank says that the key of the request was used before.
    #[must_use]
    pub fn with_duplicate_key(mut self, duplicate: bool) -> Self {
        self.duplicate_key = duplicate;
        self
    }

    /// The answer may be about a used key, and does not say so: the outcome of a keyed write is unknown then, and that of
    /// any other request is as its status says.
    #[must_use]
    pub fn with_perhaps_duplicate_key(mut self, perhaps: bool) -> Self {
        self.perhaps_duplicate_key = perhaps;
        self
    }

    /// The bank itself refuses, in its own error body, under a status that leaves it open otherwise: 499 is a gateway's
    /// word for a caller that hung up, and one platform's word for what cannot be deleted. It counts for `Idempotent`
    /// requests only: of a write that may act twice, what the status leaves open stays open.
    #[must_use]
    pub fn with_refusal(mut self, refusal: bool) -> Self {
        self.refusal = refusal;
        self
    }

    pub(crate) fn with_body(mut self, body: Bytes) -> Self {
        self.body = RawBody(body);
        self
    }

    /// The bank's code, as received.
    pub fn code(&self) -> Option<&str> {
        self.code.as_deref()
    }

    /// The bank's text, as received. It may hold personal data and even tokens: do not log it.
    pub fn message(&self) -> Option<&str> {
        self.message.as_deref()
    }

    /// The bank's id of the request.
    pub fn request_id(&self) -> Option<&str> {
        self.request_id.as_deref()
    }

    /// Whether the bank says that the key of the request was used before.
    pub fn is_duplicate_key(&self) -> bool {
        self.duplicate_key
    }

    /// Whether the answer may be about a used key without saying so.
    pub fn is_perhaps_duplicate_key(&self) -> bool {
        self.perhaps_duplicate_key
    }

    /// Whether the bank itself refuses, whatever the status leaves open.
    pub fn is_refusal(&self) -> bool {
        self.refusal
    }

    /// The body of the error answer, to be read by the provider's own error type.
    pub fn body(&self) -> &RawBody {
        &self.body
    }

    pub(crate) fn printable_code(&self) -> Option<&str> {
        self.code().filter(|code| is_code(code))
    }

    pub(crate) fn printable_request_id(&self) -> Option<&str> {
        self.request_id().filter(|id| is_id(id))
    }
}

impl std::fmt::Debug for BankError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("BankError")
            .field("code", &self.printable_code())
            .field("request_id", &self.printable_request_id())
            .field("duplicate_key", &self.duplicate_key)
            .field("body", &self.body)
            .finish_non_exhaustive()
    }
}

/// The raw body of an error answer, up to the client's limit. Shown by nobody: it may hold anything.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct RawBody(Bytes);

impl RawBody {
    /// The bytes as received. Do not log them.
    pub fn expose(&self) -> &[u8] {
        &self.0
    }

    /// Whether there was no body.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl std::fmt::Debug for RawBody {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} bytes", self.0.len())
    }
}

/// Looks like a code: an id with fewer than ten digits, as phones, cards, accounts and UUIDs have more, and nothing that
/// may be a token. Sber's are 38 letters and digits, or a UUID and a number; others mix everything that a URL may hold.
pub(crate) fn is_code(text: &str) -> bool {
    let has = |is: fn(&u8) -> bool| text.bytes().any(|byte| is(&byte));
    let mixed = has(u8::is_ascii_uppercase) && has(u8::is_ascii_lowercase);
    let is_token = has(u8::is_ascii_digit) && text.len() > if mixed { 15 } else { 24 };
    is_id(text) && text.bytes().filter(u8::is_ascii_digit).count() < 10 && !is_token
}

/// Short, and made of the characters of ids. A token is longer, a name has spaces or Cyrillic.
pub(crate) fn is_id(text: &str) -> bool {
    (1..=64).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"_-.:".contains(&byte))
}
