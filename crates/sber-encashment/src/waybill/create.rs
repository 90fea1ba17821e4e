//! The creation of a waybill.

use std::time::Duration;

use rubank_core::client::{Lookup, Verdict};
use rubank_core::error::Error;
use rubank_core::operation::{
    Answer, Checks, Effect, HostId, InvalidRequest, Method, Operation, OperationMeta, Parts,
    Provenance, ProvenanceGrade,
};
use rubank_core::read::ReadError;

use super::{GetWaybillState, Waybill, WaybillDetails, WaybillState, wire};
use crate::provider::{SCOPES, SberEncashment};
use crate::signing::{Signature, Signer, SigningError, check_all, signed};

/// Creates a waybill: announces a bag of cash to the bank.
///
/// ```no_run
/// # use sber_encashment::{Client, CreateWaybill, Signer, Waybill};
/// # async fn f(client: Client, waybill: Waybill, signer: impl Signer) -> Result<(), Box<dyn std::error::Error>> {
/// let create = CreateWaybill::new(waybill).signed_by(&signer)?;
/// match client.send(&create).await {
///     Ok(_taken) => println!("taken"),
///     Err(error) if error.may_have_acted() => println!("{:?}", client.settle(&create).await?),
///     Err(error) => return Err(error.into()),
/// }
/// # Ok(())
/// # }
/// ```
///
/// [`flows::create`](crate::flows::create) does this, with a minute of looks for the key and a look at the object before.
///
/// # Signatures
///
/// Without a signature nothing is signed and the member `digestSignatures` is left out. **Whether the bank takes an
/// unsigned waybill is unknown**: its payments become drafts then, which a person signs in the web bank.
///
/// # Outcome
///
/// Keyed by `externalId`; what the bank does with a second one is not documented (`Unpromised`), so a copy that may have
/// arrived is never sent again by this library. After `Outcome::Unknown` call `settle`: it reads the state. A waybill
/// that has a state was created, whatever became of it later; a 404 of the bank after the settle time means that it was
/// not. How the bank refuses a key that was used before was not published, so a refusal counts as "rejected" only if it
/// names other fields or is about the form of the request: one that names `externalId`, and a 409, is
/// `ErrorKind::DuplicateKey`, and one that names nothing is unknown, too.
///
/// # Cancellation
///
/// Dropping the future, or reaching the deadline, means: there may be a waybill. Call `settle`.
///
/// # Source
///
/// The bank's pages of cash collection and of this method: the route is documented; the request is inferred from the text
/// that is signed; of the answer nothing was published, so everything that comes is kept and nothing is demanded of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreateWaybill {
    waybill: Waybill,
    signatures: Vec<Signature>,
}

impl CreateWaybill {
    /// This waybill, not signed yet.
    #[must_use]
    pub fn new(waybill: Waybill) -> Self {
        Self {
            waybill,
            signatures: Vec::new(),
        }
    }

    /// One more signature of [`Waybill::signing_text`].
    #[must_use]
    pub fn signature(mut self, signature: Signature) -> Self {
        self.signatures.push(signature);
        self
    }

    /// Has the waybill signed, and adds the signature.
    ///
    /// # Errors
    /// The waybill breaks a rule and was not shown to the signer, or the signer failed.
    pub fn signed_by(self, signer: &(impl Signer + ?Sized)) -> Result<Self, SigningError> {
        let signature = signed(signer, self.waybill.signing_text())?;
        Ok(self.signature(signature))
    }

    /// The waybill.
    #[must_use]
    pub fn waybill(&self) -> &Waybill {
        &self.waybill
    }
}

impl Operation for CreateWaybill {
    type Provider = SberEncashment;
    type Output = WaybillDetails;

    const META: OperationMeta = OperationMeta::new(
        "sber-encashment.create-waybill",
        Effect::Keyed,
        Method::Post,
        HostId::API,
        "/v1/encashments/waybill",
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
        checks.also(self.waybill.check());
        check_all(&mut checks, &self.signatures);
        checks.finish()?;
        Parts::new().json(&wire::Body {
            waybill: &self.waybill,
            signatures: &self.signatures,
        })
    }

    fn parse(answer: &Answer) -> Result<WaybillDetails, ReadError> {
        super::read_unpublished(answer)
    }
}

impl Lookup for CreateWaybill {
    type By = GetWaybillState;

    const SETTLE: Duration = super::SETTLE;

    fn lookup(&self) -> GetWaybillState {
        GetWaybillState::new(self.waybill.external_id().clone())
    }

    /// A waybill in any state was created, one that the bank has cancelled or given up since, too.
    fn verdict(answer: &WaybillState) -> Verdict {
        match answer.bank_status {
            Some(_) => Verdict::Happened,
            None => Verdict::Pending,
        }
    }

    fn is_missing(error: &Error) -> bool {
        crate::error::is_missing(error)
    }
}

#[cfg(test)]
mod tests;
