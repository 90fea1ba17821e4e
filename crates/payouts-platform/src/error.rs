//! What the platform says when it says no.

use rubank_core::error::{BankError, Error};
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
    let is_conflict = answer.status == http::StatusCode::CONFLICT;
    match answer.json::<ErrorBody>() {
        Ok(body) => {
            let code = body.error.code.map(|code| code.to_string());
            let text = body.error.detail.clone().or(body.error.title.clone());
            BankError::new()
                .with_code(code.as_deref())
                .with_message(text.map(Personal::into_inner))
                .with_duplicate_key(is_conflict || names_a_key(&body.error.fields))
        }
        Err(_) => BankError::new().with_duplicate_key(is_conflict),
    }
}

/// How a used key is refused was not published. Its field is refused for nothing else: its form was checked before it
/// was sent.
fn names_a_key(fields: &Rows<ErrorField>) -> bool {
    let keys = ["customer_payment_id", "idempotency_key"];
    let mut names = fields.good().filter_map(|field| field.field.as_deref());
    names.any(|name| keys.contains(&name))
}

#[cfg(test)]
mod tests;
