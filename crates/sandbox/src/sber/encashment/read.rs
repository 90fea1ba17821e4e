//! Asking about objects and waybills.

use http::StatusCode;
use serde_json::json;

use crate::answer::Answer;
use crate::asked::Asked;
use crate::sber::answers::Refusal;
use crate::sber::sign_in::Session;
use crate::sber::text::is_lower_uuid;
use crate::sber::{BIC, Bank, CONTRACT_NUMBER, OBJECT_CODES};
use crate::strict::{Complaint, Query};
use crate::sync::locked;

/// Recipes that the bank's own sandbox publishes for the list of objects.
const PAGE_WITHOUT_RIGHT: u64 = 88;
const PAGE_OF_OTHERS: u64 = 98;
const LAST_PAGE: u64 = 10;

/// `GET /v1/encashments/object?ino=…`
pub(in crate::sber) fn object(bank: &Bank, _: &Session, asked: &Asked) -> Result<Answer, Refusal> {
    let query = Query::read(asked.query.as_deref().unwrap_or_default())?;
    query.only(&["ino"])?;
    let ino = query.required("ino")?;
    if !bank.has_object(ino) {
        return Err(Refusal::NotFound);
    }
    Ok(Answer::json(StatusCode::OK, &described(ino)))
}

/// The list of a contract's objects, one to a page.
pub(in crate::sber) fn objects_by_contract(
    _: &Bank,
    _: &Session,
    asked: &Asked,
) -> Result<Answer, Refusal> {
    let query = Query::read(asked.query.as_deref().unwrap_or_default())?;
    query.only(&["contractNumber", "page"])?;
    if query.required("contractNumber")? != CONTRACT_NUMBER {
        return Err(Refusal::NotFound);
    }
    let page = query.integer("page", 1, u64::from(u32::MAX))?.unwrap_or(1);
    match page {
        PAGE_WITHOUT_RIGHT => Err(Refusal::NoRight),
        PAGE_OF_OTHERS => Err(Refusal::workflow("objects of the own organisation only")),
        1..=LAST_PAGE => {
            let at = (page - 1) as usize;
            let objects: Vec<_> = OBJECT_CODES
                .iter()
                .skip(at)
                .take(1)
                .map(|ino| described(ino))
                .collect();
            let links: Vec<_> = (page < OBJECT_CODES.len() as u64)
                .then(|| {
                    let href = format!("?contractNumber={CONTRACT_NUMBER}&page={}", page + 1);
                    json!({"href": href, "rel": "next"})
                })
                .into_iter()
                .collect();
            Ok(Answer::json(
                StatusCode::OK,
                &json!({"_links": links, "objects": objects}),
            ))
        }
        _ => Err(Refusal::workflow(crate::sber::answers::NO_SUCH_PAGE)),
    }
}

/// `GET /v1/encashments/waybill/{externalId}/state`
pub(in crate::sber) fn state(
    bank: &Bank,
    session: &Session,
    asked: &Asked,
) -> Result<Answer, Refusal> {
    let (state, _) = found(bank, session, asked)?;
    Ok(Answer::json(StatusCode::OK, &json!({"bankStatus": state})))
}

/// `GET /v1/encashments/waybill/{externalId}`: the waybill as it was sent, and where it stands.
pub(in crate::sber) fn waybill(
    bank: &Bank,
    session: &Session,
    asked: &Asked,
) -> Result<Answer, Refusal> {
    let (state, body) = found(bank, session, asked)?;
    // the text was read as an object that is not empty, so one more field fits before its end
    let fields = body.strip_suffix('}').unwrap_or_default();
    let text = format!("{fields},\"bankStatus\":{}}}", json!(state));
    Ok(Answer::text(StatusCode::OK, "application/json", text))
}

fn found(bank: &Bank, session: &Session, asked: &Asked) -> Result<(String, String), Refusal> {
    Query::read(asked.query.as_deref().unwrap_or_default())?.only(&[])?;
    let id = asked.path_value("externalId");
    if !is_lower_uuid(id) {
        return Err(Complaint::new("externalId", "must be a lower-case UUID").into());
    }
    let step = bank.settings().waybill_step;
    let waybills = locked(&bank.waybills);
    let waybill = waybills.find(&session.user, id).ok_or(Refusal::NotFound)?;
    let state = waybills.state(waybill, step, bank.elapsed());
    Ok((state, waybill.body.clone()))
}

/// No field of an object was ever published but its code; the others are invented.
fn described(ino: &str) -> serde_json::Value {
    json!({
        "objectCode": ino,
        "contactPhone": "+70000000000",
        "fromName": "ООО «Песочница»",
        "payeeInn": "0000000000",
        "payeeName": "ООО «Песочница»",
        "payerBankBic": BIC,
        "payerBankName": "Банк «Нигде»",
    })
}
