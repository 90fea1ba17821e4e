//! What Sber says when it says no: one body for all its products, in all the shapes that were seen.

mod advice;

use rubank_core::error::{BankError, Error};
use rubank_core::lenient::{self, Rows};
use rubank_core::operation::Answer;
use rubank_core::personal::Personal;
use rubank_core::{model, open_enum};

pub use advice::Advice;

open_enum! {
    /// Why the bank refused (`cause`). It may be absent; then the status decides. More than these are to be expected.
    pub enum Cause {
        /// 202: the statement is being put together. Not an error: ask again later.
        StatementResponseProcessing = "STATEMENT_RESPONSE_PROCESSING",
        /// 400: a value has a wrong format.
        DeserializationFault = "DESERIALIZATION_FAULT",
        /// 400: a value breaks a rule; `fieldNames` and `checks` say which.
        ValidationFault = "VALIDATION_FAULT",
        /// 400: a rule of the business: a day in the future, an account that is not active, a page that does not
        /// exist, an object of another organisation.
        WorkflowFault = "WORKFLOW_FAULT",
        /// 401: the token is unknown or expired. The bank's text repeats it.
        Unauthorized = "UNAUTHORIZED",
        /// 403: the scope or the right is missing.
        ActionAccessException = "ACTION_ACCESS_EXCEPTION",
        /// 403: the user did not let the client see the account.
        AccessException = "ACCESS_EXCEPTION",
        /// 403: the client certificate is not on the bank's list.
        CertificateAccessException = "CERTIFICATE_ACCESS_EXCEPTION",
        /// 404: nothing was found. Seen in public code, as is the next.
        DataNotFoundException = "DATA_NOT_FOUND_EXCEPTION",
        /// 404: nothing was found, in the other spelling.
        DataNotFound = "DATA_NOT_FOUND",
        /// 429: too many requests.
        TooManyRequests = "TOO_MANY_REQUESTS",
        /// 500: the bank failed while it worked on the request.
        UnknownException = "UNKNOWN_EXCEPTION",
        /// 503: the service is not there at the moment.
        UnavailableResourceException = "UNAVAILABLE_RESOURCE_EXCEPTION",
    }
}

open_enum! {
    /// What the sign-in endpoints refuse with (`error`).
    pub enum SignInErrorCode {
        /// A parameter is missing or wrong.
        InvalidRequest = "invalid_request",
        /// The code or refresh token is spent, revoked or too old: the person must sign in again.
        InvalidGrant = "invalid_grant",
        /// The bank does not know the client, or the secret is wrong or older than its 40 days.
        InvalidClient = "invalid_client",
        /// The token that the request shows is not known or has expired (RFC 6750). That a refresh could be answered so is
        /// not said anywhere; if it is, the refresh token is kept and nobody is sent to sign in for it: only
        /// `invalid_grant` ends a sign-in.
        InvalidToken = "invalid_token",
        /// A scope is unknown or not granted to the client.
        InvalidScope = "invalid_scope",
        /// The client may not use this grant.
        UnauthorizedClient = "unauthorized_client",
        /// The grant is none of the two that the bank serves.
        UnsupportedGrantType = "unsupported_grant_type",
    }
}

open_enum! {
    /// How bad a failed check is (`level`).
    pub enum Level {
        /// The request is refused for it.
        Error = "ERROR",
    }
}

model! {
    /// The body of an error answer. Three shapes in one, and no member is promised: that of the API (`cause`), that
    /// of the sign-in (`error`), and one that the bank's SDK reads too (`errorCode`).
    ///
    /// Nothing of the bank's texts is printed: they quote what was sent, and with 401 the token itself.
    #[derive(Eq)]
    pub struct ErrorBody {
        /// Why.
        pub cause: Option<Cause> = shown "cause",
        /// The bank's name of this failure, to be told to its support.
        pub reference_id: Option<String> = "referenceId" as lenient::text::option,
        /// For people, never for decisions. With 401 it repeats the token: do not log it.
        pub message: Option<Personal<String>> = "message",
        /// What was checked and failed.
        pub checks: Rows<Check> = "checks",
        /// The fields that are wrong, as the bank writes them.
        pub field_names: Vec<String> = "fieldNames",
        /// Seen by name only.
        pub internal_error_code: Option<String> = "internalErrorCode" as lenient::text::option,
        /// Why, by the sign-in.
        pub error: Option<SignInErrorCode> = shown "error",
        /// The sign-in's text for people; as secret as `message`.
        pub error_description: Option<Personal<String>> = "error_description",
        /// A page about the error.
        pub error_uri: Option<String> = "error_uri",
        /// Why, in the third shape. Its values were never published.
        pub error_code: Option<String> = "errorCode" as lenient::text::option,
        /// The third shape's text for people; as secret as `message`.
        pub error_msg: Option<Personal<String>> = "errorMsg",
    }
}

model! {
    /// One failed check of an error.
    #[derive(Eq)]
    pub struct Check {
        /// How bad it is.
        pub level: Option<Level> = shown "level",
        /// For people; it may repeat what was sent.
        pub message: Option<Personal<String>> = "message",
        /// The fields that it is about, as the bank writes them.
        pub fields: Vec<String> = "fields",
    }
}

impl ErrorBody {
    /// What the bank said, if it answered with an error body that can be read. It works on errors of every Sber
    /// product.
    ///
    /// ```no_run
    /// # async fn f(client: sber_api::Client) {
    /// use sber_api::{Advice, ErrorBody, GetUserInfo};
    ///
    /// if let Err(error) = client.send(&GetUserInfo::new()).await {
    ///     let said = ErrorBody::of(&error);
    ///     println!("{error}; the bank's reference: {:?}", said.and_then(|said| said.reference_id));
    ///     if Advice::of(&error) == Advice::AskForScope {
    ///         println!("write to the bank's support");
    ///     }
    /// }
    /// # }
    /// ```
    #[must_use]
    pub fn of(error: &Error) -> Option<Self> {
        rubank_core::read::read(error.bank_error()?.body().expose()).ok()
    }

    /// The code: the first of `error`, `errorCode` and `cause` that is there, as the bank's SDK has it.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        let error = self.error.as_ref().map(SignInErrorCode::as_str);
        let cause = self.cause.as_ref().map(Cause::as_str);
        error.or(self.error_code.as_deref()).or(cause)
    }

    /// The text for people, whatever its name. Do not log it.
    #[must_use]
    pub fn text(&self) -> Option<&Personal<String>> {
        let texts = [&self.message, &self.error_description, &self.error_msg];
        texts.into_iter().find_map(Option::as_ref)
    }

    /// Every field that the bank complains of, `fieldNames` first, each once.
    #[must_use]
    pub fn wrong_fields(&self) -> Vec<&str> {
        let in_checks = self.checks.good().flat_map(|check| &check.fields);
        let mut names: Vec<&str> = Vec::new();
        for name in self.field_names.iter().chain(in_checks) {
            if !names.contains(&name.as_str()) {
                names.push(name);
            }
        }
        names
    }
}

/// Reads the error body of any Sber product, for its `Provider::read_error`. HTML, nothing and half a JSON are fine:
/// what cannot be read is absent, and the status says enough.
#[must_use]
pub fn read_error(answer: &Answer) -> BankError {
    match answer.json::<ErrorBody>() {
        Ok(body) => BankError::new()
            .with_code(body.code())
            .with_message(body.text().map(|text| text.expose().as_str()))
            .with_request_id(body.reference_id.as_deref()),
        Err(_) => BankError::new(),
    }
}

#[cfg(test)]
mod tests;
