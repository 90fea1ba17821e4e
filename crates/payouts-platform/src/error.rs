//! What the platform says when it says no.

use rubank_core::error::{BankError, Error, ErrorKind};
use rubank_core::lenient::{self, Rows};
use rubank_core::model;
use rubank_core::operation::Answer;
use rubank_core::personal::Personal;

model! {
    /// The body of an error answer: `{"error": {…}}`. A 429 has none, gateways answer in HTML.
    ///
    /// Source: samples of the 1C page and the vendor's OpenAPI document.
    #[derive(Eq)]
    pub struct ErrorBody {
        /// What is wrong.
        pub error: ErrorReason = "error",
    }
}

model! {
    /// What is wrong.
    #[derive(Eq)]
    pub struct ErrorReason {
        /// The kind of the problem, for people; it may quote what was sent.
        pub title: Option<Personal<String>> = "title",
        /// More of it, for people.
        pub detail: Option<Personal<String>> = "detail",
        /// Which fields are wrong; absent, null and empty say the same.
        pub fields: Rows<ErrorField> = "fields",
        /// The HTTP status once more, in every sample that is known.
        pub code: Option<i64> = shown "code" as lenient::integer::option,
    }
}

model! {
    /// A field that was refused.
    #[derive(Eq)]
    pub struct ErrorField {
        /// Its name; may be a path with dots, `requisite.sbp_bank_id`.
        pub field: Option<String> = shown "field",
        /// Why, for people.
        pub messages: Vec<Personal<String>> = "messages" as lenient::one_or_many,
    }
}

impl ErrorBody {
    /// What the platform said, if it answered with an error body that can be read.
    ///
    /// ```no_run
    /// # async fn f(client: payouts_platform::Client) {
    /// use payouts_platform::{ContractorId, ErrorBody, GetContractor};
    ///
    /// if let Err(error) = client.send(&GetContractor::new(ContractorId::new(7))).await {
    ///     for field in ErrorBody::of(&error).iter().flat_map(|body| body.error.fields.good()) {
    ///         println!("{:?} is refused", field.field);
    ///     }
    /// }
    /// # }
    /// ```
    #[must_use]
    pub fn of(error: &Error) -> Option<Self> {
        rubank_core::read::read(error.bank_error()?.body().expose()).ok()
    }
}

pub(crate) fn read(answer: &Answer) -> BankError {
    let body: Option<ErrorBody> = answer.json().ok();
    let status = answer.status.as_u16();
    let used = status == 409 || body.as_ref().is_some_and(ErrorBody::names_a_key);
    let names_nothing = !body.as_ref().is_some_and(ErrorBody::names_a_field);
    // What cannot be deleted is refused so; a gateway's 499 has another body, and says that nobody waited for the answer.
    let refused = body
        .as_ref()
        .is_some_and(|body| status == 499 && body.error.code == Some(499));
    let error = match body {
        Some(body) => {
            let code = body.error.code.map(|code| code.to_string());
            let text = body.error.detail.or(body.error.title);
            BankError::new()
                .with_code(code.as_deref())
                .with_message(text.map(Personal::into_inner))
        }
        None => BankError::new(),
    };
    // How a used key is refused was not published, neither the status nor the words: so whatever may be that refusal is
    // looked into. To ask about a key that was not used costs a minute; to miss one that was can cost a second payout.
    error
        .with_duplicate_key(used && matches!(status, 400 | 409 | 422))
        .with_perhaps_duplicate_key(names_nothing && matches!(status, 400 | 422))
        .with_refusal(refused)
}

impl ErrorBody {
    /// Whether a key is among the fields that are refused. It is refused for nothing but its use: its form was checked
    /// before it was sent.
    fn names_a_key(&self) -> bool {
        let keys = ["customer_payment_id", "idempotency_key"];
        let mut names = self.names();
        // The name may be a path.
        names.any(|name| {
            name.rsplit('.')
                .next()
                .is_some_and(|last| keys.contains(&last))
        })
    }

    fn names_a_field(&self) -> bool {
        self.names().next().is_some()
    }

    fn names(&self) -> impl Iterator<Item = &str> {
        let fields = self.error.fields.good();
        let names = fields.filter_map(|field| field.field.as_deref());
        names.filter(|name| !name.trim().is_empty())
    }
}

/// Whether the platform says in so many words that the key was used before.
pub(crate) fn says_used(error: &Error) -> bool {
    let status = error.status().map(|status| status.as_u16());
    status == Some(409) || ErrorBody::of(error).is_some_and(|body| body.names_a_key())
}

/// Whether the platform itself says that there is no such thing: a gateway's 404 has a web page, or nothing.
pub(crate) fn is_missing(error: &Error) -> bool {
    error.kind() == ErrorKind::NotFound && ErrorBody::of(error).is_some()
}

#[cfg(test)]
mod tests;
