//! What the bank sends by itself.

use rubank_core::model;
use rubank_core::personal::Personal;
use rubank_core::raw::Raw;
use rubank_core::read::{self, ReadError};

use crate::ids::PaymentId;
use crate::status::PaymentStatus;

model! {
    /// The bank's message that the state of a payment changed (вебхук «Статус платежа»). To be read only: receiving it
    /// is your server's business.
    ///
    /// Any 2xx tells the bank that it arrived; otherwise it comes again, up to five times. So it may come twice, or not
    /// at all, and whoever knows your address can send one: take it as a hint, and ask
    /// [`GetPaymentStatus`](crate::GetPaymentStatus). The bank sends it for payments made through the API only.
    ///
    /// ```
    /// use tbank_registry::{PaymentStatus, PaymentStatusEvent};
    ///
    /// let event = PaymentStatusEvent::read(br#"{"paymentId":"salary-1","status":"EXECUTED"}"#)?;
    /// assert_eq!(event.status, Some(PaymentStatus::Executed));
    /// # Ok::<(), rubank_core::read::ReadError>(())
    /// ```
    ///
    /// Source: the bank's page of the webhook names it; its body is not published, so all members are guessed from the
    /// status method (unverified) and none is demanded.
    #[derive(Eq)]
    pub struct PaymentStatusEvent {
        /// The `id` that the caller gave to the payment.
        pub payment_id: Option<PaymentId> = shown "paymentId",
        /// How far it got.
        pub status: Option<PaymentStatus> = shown "status",
        /// Why it failed, for people. It quotes accounts.
        pub error_message: Option<Personal<String>> = "errorMessage",
        /// The caller's own object, as it was sent.
        pub meta: Option<Raw> = "meta",
    }
}

impl PaymentStatusEvent {
    /// Reads the body of the bank's request.
    ///
    /// # Errors
    /// It is not a JSON object, or a known member has another type. The error names the place, never the value.
    pub fn read(body: &[u8]) -> Result<Self, ReadError> {
        read::read(body)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_object_comes_is_read_and_loses_nothing() {
        let bodies = [
            "{}",
            r#"{"paymentId":null,"status":null,"errorMessage":null,"meta":null}"#,
            r#"{"paymentId":"salary-1","status":"FAILED","errorMessage":"canary","meta":{"n":20000000000000000001}}"#,
            r#"{"status":"NEVER_SEEN_BEFORE","addedLater":[1.50,null,"canary"]}"#,
        ];
        for body in bodies {
            let event = PaymentStatusEvent::read(body.as_bytes()).unwrap();
            assert_eq!(serde_json::to_string(&event).unwrap(), body);
            assert!(!format!("{event:?}").contains("canary"));
        }
    }

    #[test]
    fn what_is_no_object_is_an_error_that_quotes_nothing() {
        for body in [
            "",
            "[]",
            "\"canary\"",
            r#"{"meta":1"#,
            r#"{"status":["canary"]}"#,
        ] {
            let error = PaymentStatusEvent::read(body.as_bytes()).unwrap_err();
            assert!(!format!("{error} {error:?}").contains("canary"), "{body}");
        }
    }
}
