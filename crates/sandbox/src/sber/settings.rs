//! Where nobody public says what the bank does, or where it does several things: the choice is a test's.

use std::time::Duration;

use time::UtcOffset;

/// How Sber behaves where its pages are silent or disagree. Change it with [`Sber::adjust`](super::Sber::adjust).
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Settings {
    /// The addresses that the client registered for its users to come back to.
    pub redirect_uris: Vec<String>,
    /// Whether the user at the browser refuses to sign in.
    pub user_declines: bool,
    /// The body of errors of the sign-in endpoints.
    pub sign_in_errors: SignInErrors,
    /// What a repeated refresh with the reserve token gets.
    pub repeated_refresh: RepeatedRefresh,
    /// How long after its first use a refresh token may be repeated. The bank keeps the reserve for two hours from the
    /// issue of the new pair, and wants the repeat within one hour of the first try: one hour is the default, and with
    /// two a test sees whether a client asks for more than it was promised.
    pub refresh_window: Duration,
    /// How the API wants its token.
    pub authorization: Authorization,
    /// Where the change of the client secret reads its parameters.
    pub secret_parameters: Place,
    /// The body of errors of the API.
    pub api_errors: ApiErrors,
    /// What a second waybill with the same `externalId` meets.
    pub duplicate_waybill: Duplicate,
    /// Demands every field of a waybill and of a cancellation. Otherwise those suffice without which nothing can be
    /// done: which ones are required was never published.
    pub whole_waybills: bool,
    /// The name of the cash symbol in a row of `sumBySymbols`; it was never published.
    pub symbol_field: String,
    /// The name of the sum in a row of `sumBySymbols`; it was never published.
    pub symbol_sum_field: String,
    /// How long a waybill stays in each of its states, on the simulated clock.
    pub waybill_step: Duration,
    /// How many operations a page of a statement holds: 100 in production.
    pub page_rows: usize,
    /// The order of operations, and so what shifts when one arrives or goes between two pages.
    pub row_order: RowOrder,
    /// What a statement without any operation is.
    pub empty_statement: EmptyStatement,
    /// How many times each statement of an account and a day is "not ready" before it is.
    pub not_ready: u32,
    /// The body of a 202.
    pub not_ready_body: NotReadyBody,
    /// How many calls per second each statement endpoint takes; `None` is any number. The second is the simulated
    /// one: while the clock stands still, a bank that is full stays full.
    pub calls_per_second: Option<usize>,
    /// Writes amounts as JSON strings instead of numbers.
    pub amounts_as_text: bool,
    /// Refuses an increment of another day than today. Otherwise the bank answers what it has.
    pub increment_of_today_only: bool,
    /// Where the bank's day begins and what its zone-less times mean.
    pub offset: UtcOffset,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            redirect_uris: vec![super::REDIRECT_URI.to_owned()],
            user_declines: false,
            sign_in_errors: SignInErrors::Error,
            repeated_refresh: RepeatedRefresh::SamePair,
            refresh_window: Duration::from_secs(3600),
            authorization: Authorization::Bearer,
            secret_parameters: Place::Form,
            api_errors: ApiErrors::WithCause,
            duplicate_waybill: Duplicate::Refused,
            whole_waybills: false,
            symbol_field: "symbol".to_owned(),
            symbol_sum_field: "sum".to_owned(),
            waybill_step: Duration::from_secs(60),
            page_rows: 100,
            row_order: RowOrder::NewestFirst,
            empty_statement: EmptyStatement::EmptyPage,
            not_ready: 0,
            not_ready_body: NotReadyBody::Documented,
            calls_per_second: None,
            amounts_as_text: false,
            increment_of_today_only: true,
            offset: UtcOffset::UTC,
        }
    }
}

/// The shapes that the bank's own SDK reads from its sign-in endpoints.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum SignInErrors {
    /// `{"error": …, "error_description": …}`
    #[default]
    Error,
    /// `{"error": …, "error_description": …, "error_uri": …}`
    ErrorWithUri,
    /// `{"errorCode": …, "errorMsg": …}`
    ErrorCode,
    /// `{"cause": …, "message": …}`
    Cause,
    /// No body at all.
    Empty,
}

/// What the bank gives for a refresh token that was used a moment ago.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum RepeatedRefresh {
    /// The pair of the first try once more.
    #[default]
    SamePair,
    /// A new pair; that of the first try is void from then on.
    NewPair,
    /// `invalid_grant`: a refresh token is used once, as an older page had it.
    Refused,
}

/// The form of the `Authorization` header.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Authorization {
    /// `Bearer <token>`
    #[default]
    Bearer,
    /// `<token>`; some products of the bank are said to want this.
    Bare,
}

/// Where parameters are read from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Place {
    /// From a form body, as the bank's SDKs send them.
    #[default]
    Form,
    /// From the query, as a production user found.
    Query,
}

/// The shapes of the API's error body.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum ApiErrors {
    /// `cause`, `referenceId`, `message`, `checks` and `fieldNames`, as seen in production.
    #[default]
    WithCause,
    /// `referenceId`, `message` and `checks` only, as the statement page prints it.
    Documented,
    /// `cause` and `message` only.
    Short,
}

/// What becomes of a write whose key was used before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Duplicate {
    /// 400 `WORKFLOW_FAULT`, and nothing happens.
    #[default]
    Refused,
    /// The answer of the first one, and nothing happens.
    Replayed,
    /// A second waybill comes into being.
    CreatesAgain,
}

/// The order of operations in a statement.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum RowOrder {
    /// A new operation pushes all others down.
    #[default]
    NewestFirst,
    /// A new operation comes last; one that goes pulls the others up.
    OldestFirst,
    /// A new operation may stand anywhere.
    Scattered,
}

/// What is answered when there is nothing to list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum EmptyStatement {
    /// 200 and an empty list.
    #[default]
    EmptyPage,
    /// 404 `DATA_NOT_FOUND`.
    NotFound,
}

/// What stands in a 202.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum NotReadyBody {
    /// `referenceId`, `message` and `checks`, without a cause: the schema of the statement page.
    #[default]
    Documented,
    /// With `cause`, as a production user reads it.
    WithCause,
    /// Nothing.
    Empty,
}
