//! Nomenclatures: what acceptance certificates are about.

use http::StatusCode;
use time::OffsetDateTime;

use super::State;
use super::books::Books;
use super::gate::{Call, item};
use super::node::{Node, object};
use super::page::{self, Paging};
use super::read::{includes, is_uuid, moscow};
use super::refusal::Refusal;
use crate::answer::Answer;
use crate::strict::{Complaint, Fields};

pub(super) struct Nomenclature {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) kind: Kind,
    pub(super) created: OffsetDateTime,
    pub(super) updated: OffsetDateTime,
    pub(super) deleted: Option<OffsetDateTime>,
}

pub(super) struct Kind {
    pub(super) id: String,
    pub(super) name: String,
}

pub(super) fn create(state: &mut State, call: &Call<'_>) -> Result<Answer, Refusal> {
    let fields = Fields::read(&call.asked.body)?;
    fields.only(&["name", "type"])?;
    let name = fields.text("name", 1, 255)?;
    let kind = kind(&fields)?;
    let fresh = Nomenclature {
        id: state.books.random.uuid(),
        name,
        kind,
        created: call.at(),
        updated: call.at(),
        deleted: None,
    };
    let shown = show(&fresh);
    state.books.nomenclature.push(fresh);
    Ok(item(shown))
}

pub(super) fn list(state: &mut State, call: &Call<'_>) -> Result<Answer, Refusal> {
    let query = &call.query;
    let search = query.optional("search")?.map(str::to_lowercase);
    let trashed = query.integer("with_trashed", 0, 1)? == Some(1);
    let with_category = !includes(query, &["category"])?.is_empty();
    let wanted = |one: &&Nomenclature| {
        (trashed || one.deleted.is_none())
            && search
                .as_ref()
                .is_none_or(|text| one.name.to_lowercase().contains(text))
    };
    let rows: Vec<&Nomenclature> = state.books.nomenclature.iter().filter(wanted).collect();
    page::answer(call, Paging::Free, "", &rows, |one| {
        show(one).with_if(with_category, "category", || object! { "slug": "ferrous" })
    })
}

pub(super) fn get(state: &mut State, call: &Call<'_>) -> Result<Answer, Refusal> {
    let trashed = call.query.integer("with_trashed", 0, 1)? == Some(1);
    let id = call.asked.path_value("nomenclature_id");
    let mut all = state.books.nomenclature.iter();
    let found = all.find(|one| one.id == id && (trashed || one.deleted.is_none()));
    Ok(item(show(found.ok_or(Refusal::NotFound)?)))
}

/// The page's sample gives the type as a text, its table as an object; either is taken.
pub(super) fn update(state: &mut State, call: &Call<'_>) -> Result<Answer, Refusal> {
    let found = alive(&mut state.books, call)?;
    let fields = Fields::read(&call.asked.body)?;
    fields.only(&["name", "type"])?;
    let name = fields.text("name", 1, 255)?;
    if fields.raw("type")?.get().starts_with('{') {
        found.kind = kind(&fields)?;
    } else {
        found.kind.name = fields.text("type", 1, 255)?;
    }
    found.name = name;
    found.updated = call.at();
    Ok(item(show(found)))
}

/// Deleted ones are still seen by those who ask for them.
pub(super) fn delete(state: &mut State, call: &Call<'_>) -> Result<Answer, Refusal> {
    alive(&mut state.books, call)?.deleted = Some(call.at());
    Ok(Answer::empty(StatusCode::NO_CONTENT))
}

fn alive<'b>(books: &'b mut Books, call: &Call<'_>) -> Result<&'b mut Nomenclature, Refusal> {
    let id = call.asked.path_value("nomenclature_id");
    let mut all = books.nomenclature.iter_mut();
    all.find(|one| one.id == id && one.deleted.is_none())
        .ok_or(Refusal::NotFound)
}

fn kind(fields: &Fields<'_>) -> Result<Kind, Complaint> {
    let kind = fields.object("type")?;
    kind.only(&["id", "name"])?;
    let id = kind.text("id", 1, 36)?;
    if !is_uuid(&id) {
        return Err(Complaint::new(kind.path("id"), "must be a UUID"));
    }
    Ok(Kind {
        id,
        name: kind.text("name", 1, 255)?,
    })
}

pub(super) fn show(one: &Nomenclature) -> Node {
    object! {
        "id": one.id.as_str(),
        "name": one.name.as_str(),
        "type": object! { "id": one.kind.id.as_str(), "name": one.kind.name.as_str() },
        "created_at": moscow(one.created),
        "updated_at": moscow(one.updated),
        "deleted_at": one.deleted.map(crate::clock::timestamp),
    }
}
