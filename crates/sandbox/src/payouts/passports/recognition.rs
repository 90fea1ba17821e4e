//! Scans that are recognised after a while. What is recognised is invented and the same for every scan.

use std::time::Duration;

use http::StatusCode;
use http::header::CONTENT_TYPE;

use super::multipart::{Part, parts};
use crate::answer::Answer;
use crate::payouts::State;
use crate::payouts::gate::{Call, item};
use crate::payouts::node::{Node, object};
use crate::payouts::refusal::Refusal;
use crate::strict::{Complaint, single};

const RECOGNISING: Duration = Duration::from_secs(10);
const PASSPORT: &str = "passport_rus";
const REGISTRATION: &str = "passport_rus_registration";

pub(in crate::payouts) struct Recognition {
    id: String,
    started: Duration,
    files: Vec<&'static str>,
}

impl Recognition {
    /// Both scans, recognised long ago.
    pub(in crate::payouts) fn seeded(id: &str) -> Self {
        Self {
            id: id.to_owned(),
            started: Duration::ZERO,
            files: vec![PASSPORT, REGISTRATION],
        }
    }
}

/// Takes one or both scans.
pub(in crate::payouts) fn recognise(state: &mut State, call: &Call<'_>) -> Result<Answer, Refusal> {
    let content_type = single(&call.asked.headers, CONTENT_TYPE)?.unwrap_or_default();
    let mut files = Vec::new();
    for part in parts(content_type, &call.asked.body)? {
        let kind = kind(&part)?;
        if files.contains(&kind) {
            return Err(Refusal::field(kind, "is repeated"));
        }
        files.push(kind);
    }
    if files.is_empty() {
        return Err(Refusal::field(
            PASSPORT,
            "or the page with the registration is required",
        ));
    }
    let id = state.books.random.uuid();
    let answer = Answer::json(StatusCode::OK, &object! { "id": id.as_str() });
    state.books.recognitions.push(Recognition {
        id,
        started: call.elapsed(),
        files,
    });
    Ok(answer)
}

pub(in crate::payouts) fn recognition(
    state: &mut State,
    call: &Call<'_>,
) -> Result<Answer, Refusal> {
    let id = call.asked.path_value("id");
    let found = state.books.recognitions.iter().find(|one| one.id == id);
    let found = found.ok_or(Refusal::NotFound)?;
    let over = call.elapsed().saturating_sub(found.started) >= RECOGNISING;
    let files = found
        .files
        .iter()
        .map(|kind| file(kind, over))
        .collect::<Vec<_>>();
    Ok(item(object! {
        "id": found.id.as_str(),
        "status": status(over),
        "files": files,
    }))
}

fn kind(part: &Part<'_>) -> Result<&'static str, Complaint> {
    let kind = match part.name.as_str() {
        PASSPORT => PASSPORT,
        REGISTRATION => REGISTRATION,
        _ => return Err(Complaint::new(part.name.as_str(), "is not a known field")),
    };
    if !matches!(part.content_type.as_str(), "image/png" | "image/jpeg") {
        return Err(Complaint::new(kind, "must be a png or jpeg picture"));
    }
    if part.content.is_empty() {
        return Err(Complaint::new(kind, "is empty"));
    }
    Ok(kind)
}

/// Only `completed` is documented; the state before it has the name that the check of passports uses.
fn status(over: bool) -> Node {
    let (state, title, theme) = if over {
        ("completed", "Обработка завершена", "success")
    } else {
        ("processing", "Обрабатывается", "info")
    };
    object! { "state": state, "title": title, "theme": theme, "description": "" }
}

fn file(kind: &'static str, over: bool) -> Node {
    let (document, result) = if kind == PASSPORT {
        ("passport-national", passport as fn() -> Node)
    } else {
        ("registration-address", registration as fn() -> Node)
    };
    object! {
        "document_type": document,
        "country": "rus",
        "type": kind,
        "status": status(over),
        "result": over.then(result),
    }
}

fn passport() -> Node {
    object! {
        "first_name": "Иван",
        "middle_name": "Петрович",
        "second_name": "Примеров",
        "gender": "МУЖ.",
        "birth_date": "1990-02-28",
        "serial": "0001",
        "number": "000042",
        "date": "2010-03-31",
        "division": "020-001",
        "issued_by": "Отделом песочницы",
        "birthplace": "Гор. Примерск",
        "confidences": object! {
            "first_name": confidence("0.829"),
            "second_name": confidence("0.992"),
            "middle_name": confidence("0.992"),
            "gender": confidence("0.999"),
            "birth_date": confidence("0.969"),
            "serial": confidence("0.993"),
            "number": confidence("0.996"),
            "date": confidence("0.923"),
            "division": confidence("0.994"),
            "issued_by": confidence("0.511"),
            "birthplace": confidence("0.984"),
        },
    }
}

fn registration() -> Node {
    object! {
        "registration_address": "ГОР. ПРИМЕРСК, УЛ. ОБРАЗЦОВАЯ, д. 1",
        "registration_date": "2013-07-09",
        "confidences": object! {
            "registration_address": confidence("0.829"),
            "registration_date": confidence("0.992"),
        },
    }
}

fn confidence(text: &str) -> Node {
    Node::Number(text.to_owned())
}
