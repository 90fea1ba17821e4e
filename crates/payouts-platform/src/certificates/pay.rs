//! Paying an acceptance certificate.

use std::time::Duration;

use rubank_core::client::{Lookup, Verdict};
use rubank_core::error::Error;
use rubank_core::operation::{
    Answer, Checks, Effect, HostId, InvalidRequest, KeyPromise, Method, Operation, OperationMeta,
    Parts,
};
use rubank_core::read::ReadError;
use rubank_core::tri::Patch;
use serde::Serialize;

use super::model::Certificate;
use super::read::GetCertificate;
use crate::error;
use crate::ids::{BankAccountId, CertificateId, IdempotencyKey, RequisiteId};
use crate::paging::Item;
use crate::payments::{Payment, StatusMeaning};
use crate::provider::{PayoutsPlatform, ROUTE_INFERRED, request};
use crate::requisites::{Destination, Requisite, SbpRecipient};

/// Pays an acceptance certificate: **money moves**, as much as the certificate says.
///
/// ```no_run
/// # async fn f(client: payouts_platform::Client) -> Result<(), payouts_platform::Error> {
/// use payouts_platform::{CertificateId, PayCertificate, RequisiteId};
///
/// // Stored with the intent, before anything is sent.
/// let key = "6f9619ff-8b86-4011-b42d-00c04fc964ff";
/// let pay = PayCertificate::new(CertificateId::new(7), key, RequisiteId::new(2_024_244));
/// match client.send(&pay).await {
///     Ok(payment) => println!("{:?}", payment.status),
///     Err(error) if error.may_have_acted() => println!("{:?}", client.settle(&pay).await?),
///     Err(error) => return Err(error),
/// }
/// # Ok(())
/// # }
/// ```
///
/// # Outcome
///
/// `Keyed` by the `idempotency_key`, required here though the platform leaves it optional. What a second request with
/// the same key does, no page says, so nothing repeats it by itself; and how a used key is refused, no page says either,
/// so any 409, and a 400 or 422 that names the key or no field, is `Outcome::Unknown`. `Outcome::Accepted`:
/// the platform took it, and the rest of its answer was cut. After either call `settle`: it reads the certificate's payout. Paid is paid; no payout at all after the settle time is "not found";
/// anything else is pending, a rejected one too: it may be that of an earlier try, and a certificate does not tell
/// whether it is final. The payout itself does: [`GetPayment`](crate::GetPayment) by the number that the certificate
/// shows.
///
/// # Cancellation
///
/// Dropping the future, or reaching the deadline, means: the payout may be under way. Call `settle`.
///
/// # Source
///
/// The 1C page, acceptance certificates: request and answer are documented; method and path are concluded, with little
/// confidence. `ClientBuilder::override_route` corrects them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PayCertificate {
    id: CertificateId,
    key: IdempotencyKey,
    destination: Destination,
    recipient: Option<SbpRecipient>,
    bank_account_id: Patch<BankAccountId>,
}

impl PayCertificate {
    /// This certificate, the caller's own key (a UUIDv4 made before anything is sent), and where the money goes.
    pub fn new(
        id: impl Into<CertificateId>,
        key: impl Into<IdempotencyKey>,
        destination: impl Into<Destination>,
    ) -> Self {
        Self {
            id: id.into(),
            key: key.into(),
            destination: destination.into(),
            recipient: None,
            bank_account_id: Patch::Absent,
        }
    }

    /// Who SBP must find behind the phone, where a third person is paid.
    #[must_use]
    pub fn recipient(mut self, recipient: SbpRecipient) -> Self {
        self.recipient = Some(recipient);
        self
    }

    /// From this account; ignored unless the cabinet has that feature.
    #[must_use]
    pub fn bank_account(mut self, id: impl Into<Patch<BankAccountId>>) -> Self {
        self.bank_account_id = id.into();
        self
    }
}

#[derive(Serialize)]
struct Body<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    sbp_validation_data: Option<&'a SbpRecipient>,
    #[serde(skip_serializing_if = "Option::is_none")]
    requisite: Option<&'a Requisite>,
    #[serde(skip_serializing_if = "Option::is_none")]
    requisite_id: Option<RequisiteId>,
    idempotency_key: &'a IdempotencyKey,
    #[serde(skip_serializing_if = "Patch::is_absent")]
    bank_account_id: Patch<BankAccountId>,
}

impl Operation for PayCertificate {
    type Provider = PayoutsPlatform;
    type Output = Item<Payment>;

    const META: OperationMeta = OperationMeta::new(
        "payouts-platform.pay-certificate",
        Effect::Keyed,
        Method::Post,
        HostId::API,
        "/acceptance-certificates/{cert_id}/payments",
    )
    .guarded()
    .key_promise(KeyPromise::Unpromised)
    .lookup(GetCertificate::META.id)
    .provenance(ROUTE_INFERRED);

    fn parts(&self) -> Result<Parts, InvalidRequest> {
        let mut checks = Checks::new();
        if let Some(recipient) = &self.recipient {
            recipient.check(&mut checks, "sbp_validation_data");
        }
        self.destination.check(&mut checks, "requisite");
        self.key.check(&mut checks);
        checks.finish()?;
        request().path("cert_id", self.id.to_string()).json(&Body {
            sbp_validation_data: self.recipient.as_ref(),
            requisite: self.destination.new_one(),
            requisite_id: self.destination.known(),
            idempotency_key: &self.key,
            bank_account_id: self.bank_account_id,
        })
    }

    fn parse(answer: &Answer) -> Result<Item<Payment>, ReadError> {
        answer.json()
    }

    fn bank_id(payment: &Item<Payment>) -> Option<String> {
        payment.id.map(|id| id.to_string())
    }
}

impl Lookup for PayCertificate {
    type By = GetCertificate;

    // Nobody published how soon a payout shows in its certificate.
    const SETTLE: Duration = Duration::from_secs(60);

    fn lookup(&self) -> GetCertificate {
        GetCertificate::new(self.id)
    }

    fn verdict(certificate: &Item<Certificate>) -> Verdict {
        let Some(payment) = &certificate.payment else {
            return Verdict::Missing;
        };
        if payment.id.is_none() && payment.status.is_none() {
            return Verdict::Missing;
        }
        match payment.meaning() {
            StatusMeaning::Paid => Verdict::Happened,
            StatusMeaning::Refused | StatusMeaning::Running | StatusMeaning::NeedsPerson => {
                Verdict::Pending
            }
        }
    }

    fn is_missing(error: &Error) -> bool {
        error::is_missing(error)
    }
}
