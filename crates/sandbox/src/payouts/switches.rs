//! What a test can turn about the platform.

use std::collections::BTreeMap;
use std::time::Duration;

/// How an attempt to pay ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PaymentEnd {
    /// Status 1, final.
    Paid,
    /// Status 2, final: rejected.
    Rejected,
    /// Status 4 at once: a person must confirm it in the cabinet.
    AwaitsConfirmation,
    /// Status 5: an error. It can be repeated, cancelled or refunded. Whether it is final is unknown; see
    /// [`Payouts::errors_are_final`](super::Payouts::errors_are_final).
    Failed,
    /// Status 6, final: deleted.
    Deleted,
    /// Status 7 at once: a person must approve it. The vendor's clients say so, its page does not.
    AwaitsApproval,
    /// Status 8 at once: the act must be signed first. The vendor's clients say so, its page does not.
    AwaitsSignature,
    /// Status 99, not final: a number that no page has.
    Unheard,
}

impl PaymentEnd {
    pub(super) const fn status(self) -> u64 {
        match self {
            Self::Paid => 1,
            Self::Rejected => 2,
            Self::AwaitsConfirmation => 4,
            Self::Failed => 5,
            Self::Deleted => 6,
            Self::AwaitsApproval => 7,
            Self::AwaitsSignature => 8,
            Self::Unheard => 99,
        }
    }

    /// Whether nothing is in processing before it.
    pub(super) const fn waits(self) -> bool {
        matches!(
            self,
            Self::AwaitsConfirmation | Self::AwaitsApproval | Self::AwaitsSignature
        )
    }
}

/// What the platform does with an `idempotency_key` that the same certificate has seen before. The page is silent, so
/// a client must live with each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Repeat {
    /// The same request is answered with the payment that it made; another request with that key is a 422.
    Replay,
    /// A 422, whatever the request is.
    Refuse,
    /// A second payment is made, though the certificate is paid: the worst that a client can meet.
    ActAgain,
}

/// What the tax service says of a self-employed person once it is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TaxStatus {
    /// Registered, and the person lets the company pay the tax.
    Allowed,
    /// Registered, but the person has not given the permission yet.
    AwaitsConsent,
    /// Not registered as self-employed.
    NotRegistered,
}

#[derive(Debug)]
pub(super) struct Switches {
    pub(super) paced: bool,
    pub(super) key: String,
    pub(super) ends: BTreeMap<u64, PaymentEnd>,
    pub(super) confirmed_by_hand: bool,
    pub(super) errors_are_final: bool,
    pub(super) repeated_key: Repeat,
    pub(super) receipts_withheld: bool,
    /// How long a new payment is not found.
    pub(super) lag: Duration,
    pub(super) passports_pass: bool,
    pub(super) identifications_pass: bool,
}

impl Switches {
    pub(super) fn new(key: &str) -> Self {
        Self {
            paced: true,
            key: key.to_owned(),
            ends: BTreeMap::new(),
            confirmed_by_hand: false,
            errors_are_final: false,
            repeated_key: Repeat::Replay,
            receipts_withheld: false,
            lag: Duration::ZERO,
            passports_pass: true,
            identifications_pass: true,
        }
    }
}
