//! One payment's state and one link's data.

use http::StatusCode;
use serde::Serialize;

use super::answers::Refusal;
use super::books::{LinkKind, Outgoing};
use super::{B2B_CLIENT_ID, Bank, PAYER_ACCOUNT};
use crate::answer::Answer;
use crate::asked::Asked;
use crate::strict::{Complaint, Query};
use crate::sync::locked;

/// `GET …/outgoing-payments/{outgoingPaymentId}/status`.
pub(super) fn status(bank: &Bank, asked: &Asked) -> Result<Answer, Refusal> {
    let query = Query::read(asked.query.as_deref().unwrap_or_default())?;
    query.only(&["b2bClientId"])?;
    let client = query.required("b2bClientId")?;
    let books = locked(&bank.books);
    match books.payment(asked.path_value("outgoingPaymentId")) {
        Some(payment) if client == B2B_CLIENT_ID => Ok(Answer::json(
            StatusCode::OK,
            &PaymentState::of(payment, bank),
        )),
        _ => Err(Complaint::new("outgoingPaymentId", "is not a payment of this client").into()),
    }
}

/// `GET …/payment-urls/{qrcId}/data`.
pub(super) fn link(bank: &Bank, asked: &Asked) -> Result<Answer, Refusal> {
    Query::read(asked.query.as_deref().unwrap_or_default())?.only(&[])?;
    let books = locked(&bank.books);
    let Some(link) = books.link(asked.path_value("qrcId")) else {
        return Err(Complaint::new("qrcId", "is not a known payment link").into());
    };
    let one_time = link.kind == LinkKind::OneTime;
    Ok(Answer::json(
        StatusCode::OK,
        &LinkData {
            qrc_id: &link.qrc_id,
            qrc_type: if one_time { "ONETIME" } else { "REUSABLE" },
            legal_id: "LA0000000001",
            legal_name: &link.recipient.name,
            member_id: "100000000000",
            brand_name: &link.recipient.name,
            payee_account: one_time.then_some(PAYER_ACCOUNT),
            merchant_id: "MA0000000001",
            amount: link.amount,
            payment_purpose: &link.purpose,
            address: "г. Образцовск, ул. Вымышленная, д. 1",
            mcc: "7372",
            inn: &link.recipient.inn,
            take_tax: one_time,
            tax_amount: one_time.then_some(link.amount / 6),
        },
    ))
}

/// The state of a payment, as the status call answers it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PaymentState<'a> {
    outgoing_payment_id: &'a str,
    qrc_id: &'a str,
    status: &'static str,
}

impl<'a> PaymentState<'a> {
    pub(super) fn of(payment: &'a Outgoing, bank: &Bank) -> Self {
        Self {
            outgoing_payment_id: &payment.id,
            qrc_id: &payment.qrc_id,
            status: payment.stage.name(bank.world.clock.elapsed()),
        }
    }
}

/// A one-time link shows the optional fields, a reusable one leaves them out.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LinkData<'a> {
    qrc_id: &'a str,
    qrc_type: &'static str,
    legal_id: &'static str,
    legal_name: &'a str,
    member_id: &'static str,
    brand_name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    payee_account: Option<&'static str>,
    merchant_id: &'static str,
    amount: u64,
    payment_purpose: &'a str,
    address: &'static str,
    mcc: &'static str,
    inn: &'a str,
    take_tax: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    tax_amount: Option<u64>,
}
