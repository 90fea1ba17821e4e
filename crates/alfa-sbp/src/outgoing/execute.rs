//! The execution of a draft.

use std::time::Duration;

use rubank_core::client::{Lookup, Verdict};
use rubank_core::error::Error;
use rubank_core::operation::{
    Answer, Checks, Effect, HostId, InvalidRequest, Method, Operation, OperationMeta, Parts,
    Provenance, ProvenanceGrade,
};
use rubank_core::read::ReadError;
use serde::Serialize;

use super::{B2bClient, GetOutgoingPaymentStatus, OutgoingPaymentState, status};
use crate::ids::OutgoingPaymentId;
use crate::provider::{AlfaSbp, SCOPES};
use crate::signing::{Signature, check_all};

/// Executes a draft with the client's signatures: **money moves**.
///
/// ```no_run
/// # use alfa_sbp::{B2bClient, Client, ExecuteOutgoingPayment, Outcome, Signature};
/// # async fn f(client: Client, signature: Signature) -> Result<(), alfa_sbp::Error> {
/// let payer = B2bClient::new("021be5ed-6312-4982-a4e9-2a2cc44bc88c", 1);
/// let execute = ExecuteOutgoingPayment::new(payer, "22a6dd81-103a-4d3a-8e9b-0ba4b527f5f6", [signature]);
/// match client.send(&execute).await {
///     Ok(taken) => println!("taken: {:?}", taken.status),
///     Err(error) if error.may_have_acted() => println!("{:?}", client.settle(&execute).await?),
///     Err(error) => return Err(error),
/// }
/// # Ok(())
/// # }
/// ```
///
/// The page does not say whether the list of signatures may be empty; an empty one is sent as `[]`.
///
/// # Outcome
///
/// It is a PUT, but no page says that a second one changes nothing, so it counts as unprotected (`Once`): sent again
/// only if nothing left this machine. After `Outcome::Unknown` call `settle`: it reads the payment's state.
/// `COMPLETE` means paid, `ERROR` declined; a payment that stays `DRAFT` is reported as pending, because nobody
/// published how soon an execution shows. This bank's 404 means "no such endpoint", so it never counts as "no such
/// payment".
///
/// # Cancellation
///
/// Dropping the future, or reaching the deadline, means: the payment may be under way. Call `settle`.
///
/// # Source
///
/// The bank's page "executing a payment in SBP", SBP B2B, version 1: route and request are documented. The answer is
/// unverified: everything that comes is kept, nothing is demanded of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExecuteOutgoingPayment {
    client: B2bClient,
    id: OutgoingPaymentId,
    signatures: Vec<Signature>,
}

impl ExecuteOutgoingPayment {
    /// The draft, and the signatures that let it be paid.
    pub fn new(
        client: B2bClient,
        id: impl Into<OutgoingPaymentId>,
        signatures: impl IntoIterator<Item = Signature>,
    ) -> Self {
        Self {
            client,
            id: id.into(),
            signatures: signatures.into_iter().collect(),
        }
    }
}

#[derive(Serialize)]
struct Body<'a> {
    client: &'a B2bClient,
    signatures: &'a [Signature],
}

impl Operation for ExecuteOutgoingPayment {
    type Provider = AlfaSbp;
    type Output = OutgoingPaymentState;

    const META: OperationMeta = OperationMeta::new(
        "alfa-sbp.execute-outgoing-payment",
        Effect::Once,
        Method::Put,
        HostId::API,
        "/api/sbp/jp/v1/outgoing-payments/{outgoingPaymentId}",
    )
    .scopes(SCOPES)
    .lookup(GetOutgoingPaymentStatus::META.id)
    .provenance(Provenance::new(
        ProvenanceGrade::Documented,
        ProvenanceGrade::Documented,
        ProvenanceGrade::Unverified,
    ));

    fn parts(&self) -> Result<Parts, InvalidRequest> {
        let mut checks = Checks::new();
        checks.not_blank("outgoingPaymentId", self.id.as_str());
        self.client.check(&mut checks);
        check_all(&mut checks, "signatures", &self.signatures);
        checks.finish()?;
        Parts::new()
            .path("outgoingPaymentId", self.id.as_str())
            .json(&Body {
                client: &self.client,
                signatures: &self.signatures,
            })
    }

    fn parse(answer: &Answer) -> Result<OutgoingPaymentState, ReadError> {
        status::read_unpublished(answer)
    }

    fn bank_id(state: &OutgoingPaymentState) -> Option<String> {
        let id = state.outgoing_payment_id.as_ref()?;
        Some(id.as_str().to_owned())
    }
}

impl Lookup for ExecuteOutgoingPayment {
    type By = GetOutgoingPaymentStatus;

    // Nobody published how soon an execution shows; it only matters for "not found", which this bank never says.
    const SETTLE: Duration = Duration::from_secs(60);

    fn lookup(&self) -> GetOutgoingPaymentStatus {
        GetOutgoingPaymentStatus::new(self.client.id().clone(), self.id.clone())
    }

    fn verdict(state: &OutgoingPaymentState) -> Verdict {
        status::verdict(state.status.as_ref())
    }

    fn is_missing(_: &Error) -> bool {
        false
    }
}

#[cfg(test)]
mod tests {
    use rubank_core::client::Settled;
    use rubank_core::error::{ErrorKind, Outcome};
    use rubank_core::http::Reply;

    use super::*;
    use crate::PaymentStatus;
    use crate::catalogue::sample_signature;
    use crate::tests::{block_on, scripted, timed};

    fn execute() -> ExecuteOutgoingPayment {
        ExecuteOutgoingPayment::new(
            B2bClient::new("client-1", 1),
            "payment-1",
            [sample_signature()],
        )
    }

    #[test]
    fn every_broken_rule_is_told() {
        let empty = crate::Signature::new(crate::SignatureType::Kep, "");
        let refused =
            ExecuteOutgoingPayment::new(B2bClient::new("", 1), " ", [sample_signature(), empty])
                .parts()
                .unwrap_err();
        let fields: Vec<_> = refused
            .violations()
            .iter()
            .map(|broken| broken.field())
            .collect();
        assert_eq!(
            fields,
            [
                "outgoingPaymentId",
                "client.b2bClientId",
                "signatures[1].base64Encoded"
            ],
        );
    }

    #[test]
    fn no_signatures_are_an_empty_list() {
        let parts = ExecuteOutgoingPayment::new(B2bClient::new("c", 1), "id", [])
            .parts()
            .unwrap();
        let body = br#"{"client":{"b2bClientId":"c","partnerId":1},"signatures":[]}"#;
        assert_eq!(parts.body_ref().as_bytes(), Some(&body[..]));
    }

    #[test]
    fn a_lost_answer_is_settled_by_the_state() {
        let state = |status: &str| Reply::json(200, format!(r#"{{"status":"{status}"}}"#));
        let rows = [
            (
                vec![state("DRAFT"), state("SENDING_MESSAGE"), state("COMPLETE")],
                "Happened",
            ),
            (vec![state("ERROR")], "Refused"),
            (vec![state("DRAFT"); 20], "Pending"),
        ];
        for (looks, expected) in rows {
            let (client, bank, clock) = timed([vec![Reply::LostAfterSending], looks].concat());
            let settled = block_on(clock.drive(async {
                let error = client.send(&execute()).await.unwrap_err();
                assert_eq!((error.outcome(), error.attempts()), (Outcome::Unknown, 1));
                client.settle(&execute()).await.unwrap()
            }));
            let settled = match settled {
                Settled::Happened(_) => "Happened",
                Settled::Refused(_) => "Refused",
                Settled::Pending(_) => "Pending",
                Settled::Another(_) => "Another",
                Settled::NotFound => "NotFound",
                Settled::TooEarly => "TooEarly",
            };
            assert_eq!(settled, expected);
            let writes = bank
                .seen()
                .iter()
                .filter(|request| request.method == "PUT")
                .count();
            assert_eq!(writes, 1);
            assert_eq!(
                bank.seen()[1].uri.path_and_query().unwrap(),
                "/api/sbp/jp/v1/outgoing-payments/payment-1/status?b2bClientId=client-1",
            );
        }
    }

    #[test]
    fn a_404_says_nothing_about_the_payment() {
        let (client, _) = scripted([Reply::json(404, r#"{"error":"unknown_endpoint"}"#)]);
        let error = block_on(client.settle(&execute())).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotFound);
    }

    #[test]
    fn an_answer_that_nobody_published_may_be_empty() {
        for (reply, status) in [
            (Reply::empty(204), None),
            (Reply::json(200, " \n"), None),
            (
                Reply::json(200, r#"{"status":"DRAFT","new":1}"#),
                Some(PaymentStatus::Draft),
            ),
        ] {
            let (client, _) = scripted([reply]);
            assert_eq!(block_on(client.send(&execute())).unwrap().status, status);
        }
        let (client, _) = scripted([Reply::json(200, "taken")]);
        let error = block_on(client.send(&execute())).unwrap_err();
        assert_eq!(
            (error.outcome(), error.may_have_acted()),
            (Outcome::Accepted, true)
        );
    }
}
