//! Paying a certificate. There is no sum in the request: it is the certificate's own.

use super::{known, show};
use crate::answer::Answer;
use crate::payouts::State;
use crate::payouts::gate::Call;
use crate::payouts::payments::{
    Destination, Draft, SbpName, answer, make, refused, requisite, sbp_name,
};
use crate::payouts::read::{is_uuid, nullable_id};
use crate::payouts::refusal::Refusal;
use crate::payouts::switches::Repeat;
use crate::strict::{Complaint, Fields};

struct Order {
    destination: Destination,
    sbp_name: SbpName,
    key: Option<String>,
    account: Option<u64>,
}

pub(in crate::payouts) fn pay(state: &mut State, call: &Call<'_>) -> Result<Answer, Refusal> {
    let id = call.id("cert_id")?;
    let amount = known(&state.books, id)?.order.amount;
    let order = read(&call.asked.body)?;
    // whoever sends no key gets one that names the certificate, so that the ledger can judge
    let key = order
        .key
        .clone()
        .unwrap_or_else(|| format!("certificate {id}"));
    let done = accept(state, call, id, order, &key);
    match &done {
        Ok(Done::Made(_)) => {}
        Ok(Done::Replayed(_)) => refused(state, call, Some(key), amount, None),
        Err(why) => refused(state, call, Some(key), amount, Some(why)),
    }
    match done? {
        Done::Made(payment) | Done::Replayed(payment) => answer(state, call, payment),
    }
}

enum Done {
    Made(u64),
    Replayed(u64),
}

fn accept(
    state: &mut State,
    call: &Call<'_>,
    id: u64,
    order: Order,
    key: &str,
) -> Result<Done, Refusal> {
    let mut earlier = state.books.payments.iter();
    let earlier =
        earlier.find(|one| order.key.is_some() && one.certificate == Some(id) && one.key == key);
    let again = match (earlier, state.switches.repeated_key) {
        (None, _) => false,
        (Some(_), Repeat::ActAgain) => true,
        (Some(one), Repeat::Replay) if one.fingerprint == call.asked.fingerprint => {
            return Ok(Done::Replayed(one.id));
        }
        (Some(_), _) => {
            return Err(Refusal::field("idempotency_key", "has been used already"));
        }
    };
    if !again && show::live_payment(&state.books, id, call.elapsed()).is_some() {
        return Err(Refusal::field("cert_id", "has a payment already"));
    }
    let certificate = known(&state.books, id)?;
    let draft = Draft {
        customer_id: None,
        key: Some(key.to_owned()),
        certificate: Some(id),
        contractor: certificate.order.contractor,
        agent: certificate.order.agent,
        branch: certificate.order.branch,
        account: order.account.or(certificate.order.account),
        balance: None,
        destination: order.destination,
        amount: certificate.order.amount,
        fixed_commission: 0,
        percent_commission: 0,
        purpose: None,
        sbp_name: order.sbp_name,
        has_act: false,
    };
    make(state, call, draft).map(Done::Made)
}

fn read(body: &[u8]) -> Result<Order, Complaint> {
    let fields = Fields::read(body)?;
    fields.only(&[
        "sbp_validation_data",
        "requisite",
        "requisite_id",
        "idempotency_key",
        "bank_account_id",
    ])?;
    let destination = requisite(&fields)?;
    if destination == Destination::Default {
        return Err(Complaint::new("requisite", "or requisite_id is required"));
    }
    let key = fields.optional_text("idempotency_key", 1, 36)?;
    let is_v4 = |key: &String| is_uuid(key) && key.as_bytes().get(14) == Some(&b'4');
    if key.as_ref().is_some_and(|key| !is_v4(key)) {
        return Err(Complaint::new(
            "idempotency_key",
            "must be a UUID of version 4",
        ));
    }
    Ok(Order {
        destination,
        sbp_name: sbp_name(&fields)?,
        key,
        account: nullable_id(&fields, "bank_account_id")?,
    })
}
