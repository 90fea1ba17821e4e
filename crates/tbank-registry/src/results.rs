//! What became of asynchronous requests.

use std::time::Duration;

use rubank_core::client::Verdict;
use rubank_core::error::{Error, ErrorKind};
use rubank_core::lenient::{Rows, integer};
use rubank_core::personal::Personal;
use rubank_core::polling::PollState;
use rubank_core::types::Account;
use rubank_core::{model, open_enum};

use crate::error::ErrorCode;
use crate::ids::PaymentRegistryId;

/// How long the bank keeps the result of an asynchronous request. After that nobody can ask by the `correlationId` any
/// more: read results while they are there, and write down the number of the registry.
pub const RESULT_KEPT: Duration = Duration::from_secs(2 * 24 * 60 * 60);

/// Whether an error of a result method says that the bank has no result under this `correlationId`: it was never asked,
/// has not got so far yet, or the result is older than [`RESULT_KEPT`]. Nobody published how the bank says it, so a 404
/// and a 422 both count (inferred).
///
/// So it means "did not happen" only if you know that the request is younger than that, and old enough to be known.
#[must_use]
pub fn has_no_result(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::NotFound | ErrorKind::Unprocessable)
}

/// What the state of a result says about the request and about waiting.
pub(crate) trait Progress {
    fn verdict(&self) -> Verdict;

    fn poll_state(&self) -> PollState {
        match self.verdict() {
            Verdict::Happened | Verdict::Refused => PollState::Final,
            _ => PollState::Running,
        }
    }
}

model! {
    /// The bank took an asynchronous request: nothing is done yet. What became of it is asked for with the same key.
    #[derive(Eq)]
    pub struct RequestTaken {
        /// The caller's key, as it came back.
        pub correlation_id: Option<String> = shown "correlationId",
    }
}

model! {
    /// What is wrong with a field of a registry or of a line.
    #[derive(Eq)]
    pub struct FieldError {
        /// The field, in Russian.
        pub field_name: Option<String> = shown "fieldName",
        /// What is wrong, in Russian. It quotes accounts and names.
        pub error_description: Option<Personal<String>> = "errorDescription",
    }
}

model! {
    /// A line that is bad, and why.
    #[derive(Eq)]
    pub struct LineErrors {
        /// The caller's number of the line.
        pub number: Option<i64> = shown "number" as integer::option,
        /// Its account.
        pub account_number: Option<Account> = "accountNumber",
        /// What is wrong with it.
        pub errors: Rows<FieldError> = shown "errors",
    }
}

model! {
    /// Why signing failed.
    #[derive(Eq)]
    pub struct SigningError {
        /// The code.
        pub error_code: Option<ErrorCode> = shown "errorCode",
        /// For people. It quotes accounts.
        pub error_message: Option<Personal<String>> = "errorMessage",
    }
}

model! {
    /// Why cancelling or paying failed.
    #[derive(Eq)]
    pub struct ActionError {
        /// The code.
        pub error_code: Option<ErrorCode> = shown "errorCode",
        /// For people. It quotes accounts.
        pub error_description: Option<Personal<String>> = "errorDescription",
    }
}

open_enum! {
    /// How far the building of a registry got.
    pub enum CreationStatus {
        /// Waiting for its turn.
        Queued = "QUEUED",
        /// There is a draft.
        Created = "CREATED",
        /// There is none.
        Error = "ERROR",
    }
}

model! {
    /// What became of a draft.
    ///
    /// `CREATED` with `payment_errors` means: built without these lines, as `IGNORE_ERRORS` asks.
    #[derive(Eq)]
    pub struct RegistryCreation {
        /// The registry, once it is built.
        pub payment_registry_id: Option<PaymentRegistryId> = shown "paymentRegistryId",
        /// How far it got.
        pub status: CreationStatus = shown "status",
        /// What is wrong with the whole.
        pub error: Option<FieldError> = shown "error",
        /// The bad lines.
        pub payment_errors: Rows<LineErrors> = shown "paymentErrors",
    }
}

impl Progress for RegistryCreation {
    fn verdict(&self) -> Verdict {
        match self.status {
            CreationStatus::Created => Verdict::Happened,
            CreationStatus::Error => Verdict::Refused,
            _ => Verdict::Pending,
        }
    }
}

open_enum! {
    /// How far a signature got.
    pub enum SubmissionStatus {
        /// Not done yet.
        InProgress = "IN_PROGRESS",
        /// Signed and waiting for funds. Not paid.
        Accepted = "ACCEPTED",
        /// Not signed.
        Error = "ERROR",
    }
}

model! {
    /// What became of a signature.
    #[derive(Eq)]
    pub struct RegistrySubmission {
        /// The registry.
        pub payment_registry_id: Option<PaymentRegistryId> = shown "paymentRegistryId",
        /// How far it got.
        pub status: SubmissionStatus = shown "status",
        /// What is wrong with the whole.
        pub error: Option<SigningError> = shown "error",
        /// The lines that were left out.
        pub payment_errors: Rows<LineErrors> = shown "paymentErrors",
    }
}

impl Progress for RegistrySubmission {
    fn verdict(&self) -> Verdict {
        match self.status {
            SubmissionStatus::Accepted => Verdict::Happened,
            SubmissionStatus::Error => Verdict::Refused,
            _ => Verdict::Pending,
        }
    }
}

open_enum! {
    /// How far a cancellation got.
    pub enum CancellationStatus {
        /// Waiting for its turn.
        Queued = "QUEUED",
        /// The registry is cancelled.
        Done = "DONE",
        /// It is not.
        Error = "ERROR",
    }
}

model! {
    /// What became of a cancellation.
    #[derive(Eq)]
    pub struct RegistryCancellation {
        /// How far it got.
        pub status: CancellationStatus = shown "status",
        /// Why it failed.
        pub error: Option<ActionError> = shown "error",
    }
}

impl Progress for RegistryCancellation {
    fn verdict(&self) -> Verdict {
        match self.status {
            CancellationStatus::Done => Verdict::Happened,
            CancellationStatus::Error => Verdict::Refused,
            _ => Verdict::Pending,
        }
    }
}

#[cfg(test)]
mod tests {
    use rubank_core::client::{Lookup, Settled};
    use rubank_core::http::Reply;
    use rubank_core::read::read;

    use super::*;
    use crate::tests::{block_on, timed};
    use crate::{PaySelfEmployedRegistry, RegistryPayment, SubmitSalaryRegistry};

    #[test]
    fn states_say_what_became_of_the_request() {
        use Verdict::{Happened, Pending, Refused};
        fn said<T: Progress + serde::de::DeserializeOwned>(status: &str) -> Verdict {
            let body = format!(r#"{{"status":"{status}"}}"#);
            read::<T>(body.as_bytes()).unwrap().verdict()
        }
        for (status, expected) in [
            ("QUEUED", Pending),
            ("CREATED", Happened),
            ("ERROR", Refused),
            ("NEW", Pending),
        ] {
            assert_eq!(said::<RegistryCreation>(status), expected, "{status}");
        }
        for (status, expected) in [
            ("IN_PROGRESS", Pending),
            ("ACCEPTED", Happened),
            ("ERROR", Refused),
            ("NEW", Pending),
        ] {
            assert_eq!(said::<RegistrySubmission>(status), expected, "{status}");
        }
        for (status, expected) in [
            ("QUEUED", Pending),
            ("DONE", Happened),
            ("ERROR", Refused),
            ("NEW", Pending),
        ] {
            assert_eq!(said::<RegistryCancellation>(status), expected, "{status}");
        }
    }

    #[test]
    fn a_payment_of_the_self_employed_is_refused_only_if_no_line_says_otherwise() {
        use Verdict::{Happened, Pending, Refused};
        let rows = [
            ("SEND_IN_PROGRESS", "[]", Pending),
            ("SENT", "[]", Pending),
            ("EXECUTED", "[]", Happened),
            ("PART_EXEC", "[]", Happened),
            ("NEW", "[]", Pending),
            ("REJECTED", "[]", Refused),
            ("ERROR", r#"[{"paymentStatus":"ERROR"}]"#, Refused),
            (
                "ERROR",
                r#"[{"paymentStatus":"ERROR"},{"paymentStatus":"EXECUTED"}]"#,
                Happened,
            ),
            ("ERROR", r#"[{"paymentStatus":"SENT"}]"#, Pending),
            ("ERROR", r#"[{"paymentStatus":"NEW"}]"#, Pending),
            ("ERROR", "[{}]", Pending),
            ("ERROR", "[[]]", Pending),
        ];
        for (status, lines, expected) in rows {
            let body = format!(r#"{{"status":"{status}","paymentResults":{lines}}}"#);
            let payment: RegistryPayment = read(body.as_bytes()).unwrap();
            assert_eq!(
                PaySelfEmployedRegistry::verdict(&payment),
                expected,
                "{body}"
            );
        }
    }

    #[test]
    fn a_result_that_is_not_there_is_no_verdict_at_once() {
        let missing = || Reply::json(422, r#"{"errorCode":"RESULT_NOT_FOUND"}"#);
        let signed = Reply::json(200, r#"{"status":"ACCEPTED"}"#);
        let submit = SubmitSalaryRegistry::new("cf99df08-0829-4614-8da3-0e440fd23fe0", 5);
        let (client, bank, clock) = timed([missing(), missing(), signed]);
        let settled = block_on(clock.drive(client.settle(&submit))).unwrap();
        assert!(matches!(settled, Settled::Happened(_)));
        assert_eq!(bank.sends(), 3);
        let (client, _, clock) = timed(vec![missing(); 20]);
        let settled = block_on(clock.drive(client.settle(&submit))).unwrap();
        assert!(matches!(settled, Settled::NotFound), "{settled:?}");
    }
}
