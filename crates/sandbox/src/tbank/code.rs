//! The values of `errorCode`. The bank's list was never published: [`INVALID_DATA`] is seen on one of its pages, the
//! rest is invented, so a client must not live on them alone.

/// 400: the request breaks the contract; `errorDetails` names the field.
pub const INVALID_DATA: &str = "INVALID_DATA";
/// 401: no token, an unknown one, or one that nobody used for 90 days.
pub const AUTHENTICATION_ERROR: &str = "AUTHENTICATION_ERROR";
/// 403, for each of its three causes: scope, address, certificate. Only the text for people tells them apart.
pub const AUTHORIZATION_ERROR: &str = "AUTHORIZATION_ERROR";
/// 404: no such method on this host, or a payment that the status method does not know.
pub const NOT_FOUND: &str = "NOT_FOUND";
/// 429: faster than the method allows.
pub const TOO_MANY_REQUESTS: &str = "TOO_MANY_REQUESTS";
/// 422: no such registry in this family.
pub const REGISTRY_NOT_FOUND: &str = "REGISTRY_NOT_FOUND";
/// 422, or inside of the result of a cancel: the registry is not `ACCEPTED`.
pub const REGISTRY_NOT_ACCEPTED: &str = "REGISTRY_NOT_ACCEPTED";
/// Inside of the result of a submit: the registry is not a draft.
pub const REGISTRY_NOT_DRAFT: &str = "REGISTRY_NOT_DRAFT";
/// 422: receipts of a registry without executed payments.
pub const REGISTRY_NOT_PAID: &str = "REGISTRY_NOT_PAID";
/// 422: a payment with this `id` exists.
pub const DUPLICATE_PAYMENT_ID: &str = "DUPLICATE_PAYMENT_ID";
/// 422: this `correlationId` was used by the same method.
pub const DUPLICATE_CORRELATION_ID: &str = "DUPLICATE_CORRELATION_ID";
/// 422: no result for this `correlationId`, or two days are over.
pub const RESULT_NOT_FOUND: &str = "RESULT_NOT_FOUND";
/// 422: the account does not hold the sum, and no `dueDate` lets the bank wait.
pub const INSUFFICIENT_FUNDS: &str = "INSUFFICIENT_FUNDS";
/// 422: see [`Limits::payment`](super::Limits::payment).
pub const PAYMENT_LIMIT_EXCEEDED: &str = "PAYMENT_LIMIT_EXCEEDED";
/// 422: see [`Limits::day`](super::Limits::day).
pub const DAY_LIMIT_EXCEEDED: &str = "DAY_LIMIT_EXCEEDED";
/// 422: see [`Limits::month`](super::Limits::month).
pub const MONTH_LIMIT_EXCEEDED: &str = "MONTH_LIMIT_EXCEEDED";
/// Inside of the result of a submit: see [`TBank::refuse_signatures`](super::TBank::refuse_signatures).
pub const SIGNATURE_REFUSED: &str = "SIGNATURE_REFUSED";
/// Inside of the result of creating and signing at once: bad lines.
pub const INVALID_PAYMENTS: &str = "INVALID_PAYMENTS";
/// Inside of the result of the self-employed's own payment, and the reason of a failed payment: the debit failed.
pub const DEBIT_FAILED: &str = "DEBIT_FAILED";
/// The reason of a failed payment: every line was rejected.
pub const REGISTRY_REJECTED: &str = "REGISTRY_REJECTED";
