//! The cancellation of a waybill.

use std::time::Duration;

use rubank_core::client::{Lookup, Verdict};
use rubank_core::error::Error;
use rubank_core::operation::{
    Answer, Checks, Effect, HostId, InvalidRequest, Method, Operation, OperationMeta, Parts,
    Provenance, ProvenanceGrade,
};
use rubank_core::personal::Personal;
use rubank_core::read::ReadError;
use serde::Serialize;

use super::{BankStatus, GetWaybillState, WaybillState};
use crate::ids::ExternalId;
use crate::provider::{SCOPES, SberEncashment};
use crate::signing::{Signature, Signer, SigningError, SigningText, check_all, signed};

/// Takes a waybill back.
///
/// ```no_run
/// # async fn f(client: sber_encashment::Client) -> Result<(), sber_encashment::Error> {
/// use sber_encashment::CancelWaybill;
///
/// let cancel = CancelWaybill::new("6f9619ff-8b86-4011-b42d-00c04fc964ff", "Иванов Иван Иванович")
///     .comment("Ошибка в сумме");
/// match client.send(&cancel).await {
///     Ok(_taken) => println!("taken"),
///     Err(error) if error.may_have_acted() => println!("{:?}", client.settle(&cancel).await?),
///     Err(error) => return Err(error),
/// }
/// # Ok(())
/// # }
/// ```
///
/// [`flows::cancel`](crate::flows::cancel) looks at the state before and after. In which states the bank still cancels is
/// not documented. Without a signature the member `digestSignatures` is left out; whether the bank takes an unsigned
/// cancellation is unknown.
///
/// # Outcome
///
/// Keyed by `externalId`; what the bank does with a second one is not documented (`Unpromised`), so a copy that may have
/// arrived is never sent again by this library. After `Outcome::Unknown` call `settle`: it reads the state.
/// `REJECTED_BY_CLIENT` means that it happened; another final state, that it did not and cannot any more; with every
/// other state nobody can tell whether the cancellation is under way, so it is reported as pending. Which refusals count
/// as "rejected" is told at [`CreateWaybill`](crate::CreateWaybill).
///
/// # Cancellation
///
/// Dropping the future, or reaching the deadline, means: the waybill may be cancelled. Call `settle`.
///
/// # Source
///
/// The bank's pages of cash collection and of this method: the route and the names are documented; that they stand in a
/// JSON body is inferred; of the answer nothing was published, so everything that comes is kept and nothing is demanded
/// of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CancelWaybill {
    cancel_person: Personal<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    comment: Option<Personal<String>>,
    external_id: ExternalId,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    digest_signatures: Vec<Signature>,
}

impl CancelWaybill {
    /// The waybill, and who wants it cancelled (`cancelPerson`), not empty. The type of that name is not documented; it
    /// is sent as this string.
    pub fn new(
        external_id: impl Into<ExternalId>,
        cancel_person: impl Into<Personal<String>>,
    ) -> Self {
        Self {
            cancel_person: cancel_person.into(),
            comment: None,
            external_id: external_id.into(),
            digest_signatures: Vec::new(),
        }
    }

    /// Why (`comment`), not empty. Its type is not documented; it is sent as this string.
    #[must_use]
    pub fn comment(mut self, comment: impl Into<Personal<String>>) -> Self {
        self.comment = Some(comment.into());
        self
    }

    /// One more signature of [`signing_text`](Self::signing_text).
    #[must_use]
    pub fn signature(mut self, signature: Signature) -> Self {
        self.digest_signatures.push(signature);
        self
    }

    /// Has the cancellation signed, and adds the signature.
    ///
    /// # Errors
    /// The cancellation breaks a rule and was not shown to the signer, or the signer failed.
    pub fn signed_by(self, signer: &(impl Signer + ?Sized)) -> Result<Self, SigningError> {
        let signature = signed(signer, self.signing_text())?;
        Ok(self.signature(signature))
    }

    /// The text that is signed (дайджест): three lines, with LF between them.
    ///
    /// ```
    /// use sber_encashment::CancelWaybill;
    ///
    /// let cancel = CancelWaybill::new("6f9619ff-8b86-4011-b42d-00c04fc964ff", "Иванов И. И.");
    /// assert_eq!(
    ///     cancel.signing_text()?.expose(),
    ///     "cancelPerson=Иванов И. И.\ncomment=\nexternalId=6f9619ff-8b86-4011-b42d-00c04fc964ff",
    /// );
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// *Documented*: the names, their order and `name=value`. *Unverified*: that an absent comment keeps its line, and
    /// the line break.
    ///
    /// # Errors
    ///
    /// The cancellation breaks a rule, or a text in it has a line break: it could then be read as other fields than the
    /// ones that were meant.
    pub fn signing_text(&self) -> Result<Personal<String>, InvalidRequest> {
        let mut checks = Checks::new();
        self.check(&mut checks);
        checks.finish()?;
        let mut text = SigningText::default();
        let fields = [
            ("cancelPerson", Some(self.cancel_person.expose().as_str())),
            (
                "comment",
                self.comment
                    .as_ref()
                    .map(|comment| comment.expose().as_str()),
            ),
            ("externalId", Some(self.external_id.as_str())),
        ];
        for (name, value) in fields {
            text.field(name, name, value);
        }
        text.finish()
    }

    fn check(&self, checks: &mut Checks) {
        checks.not_blank("cancelPerson", self.cancel_person.expose());
        if let Some(comment) = &self.comment {
            checks.not_blank("comment", comment.expose());
        }
        self.external_id.check(checks);
    }
}

impl Operation for CancelWaybill {
    type Provider = SberEncashment;
    type Output = WaybillState;

    const META: OperationMeta = OperationMeta::new(
        "sber-encashment.cancel-waybill",
        Effect::Keyed,
        Method::Post,
        HostId::API,
        "/v1/encashments/waybill/cancel",
    )
    .scopes(SCOPES)
    .lookup(GetWaybillState::META.id)
    .provenance(Provenance::new(
        ProvenanceGrade::Documented,
        ProvenanceGrade::Inferred,
        ProvenanceGrade::Unverified,
    ));

    fn parts(&self) -> Result<Parts, InvalidRequest> {
        let mut checks = Checks::new();
        self.check(&mut checks);
        check_all(&mut checks, &self.digest_signatures);
        checks.finish()?;
        Parts::new().json(self)
    }

    fn parse(answer: &Answer) -> Result<WaybillState, ReadError> {
        super::read_unpublished(answer)
    }
}

impl Lookup for CancelWaybill {
    type By = GetWaybillState;

    const SETTLE: Duration = super::SETTLE;

    fn lookup(&self) -> GetWaybillState {
        GetWaybillState::new(self.external_id.clone())
    }

    fn verdict(answer: &WaybillState) -> Verdict {
        match &answer.bank_status {
            Some(BankStatus::RejectedByClient) => Verdict::Happened,
            Some(status) if status.is_final() => Verdict::Refused,
            _ => Verdict::Pending,
        }
    }

    /// A waybill that does not exist was not cancelled.
    fn is_missing(error: &Error) -> bool {
        crate::error::is_missing(error)
    }
}

#[cfg(test)]
mod tests;
