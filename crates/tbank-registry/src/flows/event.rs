//! What a flow tells while it is at work.

use std::fmt;
use std::time::Duration;

use rubank_core::error::ErrorKind;

use crate::registry::RegistryStatus;
use crate::status::PaymentStatus;

/// One of the calls that flows are made of. `Display` says it in a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Step {
    /// A draft is asked for.
    Create,
    /// What became of the draft.
    CreateResult,
    /// A signature is asked for.
    Submit,
    /// What became of the signature.
    SubmitResult,
    /// The registry's card.
    Card,
    /// The payment is sent.
    Pay,
    /// The payment's status.
    Status,
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Create => "draft",
            Self::CreateResult => "result of the draft",
            Self::Submit => "signature",
            Self::SubmitResult => "result of the signature",
            Self::Card => "card of the registry",
            Self::Pay => "payment",
            Self::Status => "status of the payment",
        })
    }
}

/// What happened in a flow, for a progress line. Nothing of it is secret or personal; `Display` is one line.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// The bank took a request.
    Taken(Step),
    /// A request left and its answer was lost. It is not sent again: what became of it is asked for.
    AnswerLost(Step),
    /// The bank does not know what was asked for, or not yet.
    NotKnown(Step),
    /// A look failed in a way that may pass; it is repeated.
    LookFailed(Step, ErrorKind),
    /// The payment's status.
    Payment(PaymentStatus),
    /// The registry's state.
    Registry(RegistryStatus),
    /// Nothing is done until the next look: the countdown, once a second.
    Waiting {
        /// What comes next.
        next: Step,
        /// How long until then.
        left: Duration,
    },
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Taken(step) => write!(f, "{step}: taken"),
            Self::AnswerLost(step) => write!(f, "{step}: answer lost, asking what became of it"),
            Self::NotKnown(step) => write!(f, "{step}: not known here"),
            Self::LookFailed(step, kind) => write!(f, "{step}: {}, again later", kind.as_str()),
            Self::Payment(status) => write!(f, "payment: {status}"),
            Self::Registry(status) => write!(f, "registry: {status}"),
            Self::Waiting { next, left } => {
                // Rounded up, so that a countdown ends with its last second and not with zero.
                let seconds = left.as_millis().div_ceil(1000);
                write!(f, "{next} in {}:{:02}", seconds / 60, seconds % 60)
            }
        }
    }
}
