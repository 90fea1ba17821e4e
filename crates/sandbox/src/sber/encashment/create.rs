//! Creating and cancelling waybills. Every understood request goes into the ledger.

use http::StatusCode;
use serde_json::json;

use super::waybill::{Order, read};
use super::{COLLECTED, REJECTED, Waybill};
use crate::answer::Answer;
use crate::asked::Asked;
use crate::ledger::{LedgerEntry, masked};
use crate::sber::answers::Refusal;
use crate::sber::settings::Duplicate;
use crate::sber::sign_in::Session;
use crate::sber::text::is_lower_uuid;
use crate::sber::{Bank, CANCEL_WAYBILL, CREATE_WAYBILL};
use crate::strict::{Complaint, Fields, Query};
use crate::sync::locked;

/// `POST /v1/encashments/waybill`: 201, and the bank takes it up.
pub(in crate::sber) fn create(
    bank: &Bank,
    session: &Session,
    asked: &Asked,
) -> Result<Answer, Refusal> {
    let settings = bank.settings();
    let order = read(&body(asked)?, &settings)?;
    if !bank.has_object(&order.object_code) {
        return Err(Complaint::new("objectCode", "is not an object of this client").into());
    }
    let mut waybills = locked(&bank.waybills);
    let known = waybills.find(&session.user, &order.external_id).is_some();
    if known && settings.duplicate_waybill == Duplicate::Refused {
        write(bank, asked, &order, StatusCode::BAD_REQUEST, false);
        return Err(Refusal::Workflow {
            why: "a waybill with this externalId exists",
            field: Some("externalId"),
        });
    }
    let made = !known || settings.duplicate_waybill == Duplicate::CreatesAgain;
    write(bank, asked, &order, StatusCode::CREATED, made);
    if made {
        waybills.all.push(Waybill {
            user: session.user.clone(),
            external_id: order.external_id.clone(),
            body: String::from_utf8_lossy(&asked.body).trim_end().to_owned(),
            since: bank.elapsed(),
            cancelled: false,
            total: order.total,
            account: order.account,
        });
    }
    let taken = json!({"externalId": order.external_id, "bankStatus": "ACCEPTED"});
    Ok(Answer::json(StatusCode::CREATED, &taken))
}

/// `POST /v1/encashments/waybill/cancel`: 200, as long as the bag is not with the collector.
pub(in crate::sber) fn cancel(
    bank: &Bank,
    session: &Session,
    asked: &Asked,
) -> Result<Answer, Refusal> {
    let body = body(asked)?;
    body.only(&["cancelPerson", "comment", "externalId", "digestSignatures"])?;
    let whole = bank.settings().whole_waybills;
    for key in ["cancelPerson", "comment"] {
        if whole || body.has(key) {
            body.text(key, 1, 1000)?;
        }
    }
    let id = body.text("externalId", 36, 36)?;
    if !is_lower_uuid(&id) {
        return Err(Complaint::new("externalId", "must be a lower-case UUID").into());
    }
    super::waybill::signatures(&body)?;
    let step = bank.settings().waybill_step;
    let now = bank.elapsed();
    let mut waybills = locked(&bank.waybills);
    let waybill = waybills.find(&session.user, &id).ok_or(Refusal::NotFound)?;
    let order = Order {
        external_id: id.clone(),
        object_code: String::new(),
        total: waybill.total,
        account: waybill.account.clone(),
    };
    let state = waybills.state(waybill, step, now);
    let open = super::COURSE
        .iter()
        .take(COLLECTED)
        .any(|early| *early == state);
    let status = if open {
        StatusCode::OK
    } else {
        StatusCode::BAD_REQUEST
    };
    write_cancel(bank, asked, &order, status);
    if !open {
        return Err(Refusal::Workflow {
            why: "the waybill cannot be cancelled any more",
            field: Some("externalId"),
        });
    }
    waybills.cancel(&session.user, &id);
    Ok(Answer::json(status, &json!({"bankStatus": REJECTED})))
}

fn body(asked: &Asked) -> Result<Fields<'_>, Refusal> {
    Query::read(asked.query.as_deref().unwrap_or_default())?.only(&[])?;
    Fields::read(&asked.body).map_err(Refusal::Malformed)
}

/// A waybill announces cash, so a new one counts as money that moves.
fn write(bank: &Bank, asked: &Asked, order: &Order, status: StatusCode, moved: bool) {
    enter(bank, asked, CREATE_WAYBILL, order, status, moved);
}

/// Nothing moves by a cancellation; its status says whether it was done.
fn write_cancel(bank: &Bank, asked: &Asked, order: &Order, status: StatusCode) {
    enter(bank, asked, CANCEL_WAYBILL, order, status, false);
}

fn enter(
    bank: &Bank,
    asked: &Asked,
    operation: &'static str,
    order: &Order,
    status: StatusCode,
    moved: bool,
) {
    bank.world.ledger.write(LedgerEntry {
        sequence: 0,
        operation,
        key: order.external_id.clone(),
        amount_kopecks: order.total,
        payer_account: masked(&order.account),
        at: bank.world.clock.now(),
        fingerprint: asked.fingerprint.clone(),
        status: status.as_u16(),
        moved,
    });
}
