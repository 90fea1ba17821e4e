use rubank_core::error::Outcome;
use rubank_core::http::Reply;
use rubank_core::operation::Operation;

use super::*;
use crate::tests::{block_on, query_of, scripted};

fn body_of(operation: &impl Operation) -> String {
    let parts = operation.parts().unwrap();
    String::from_utf8(parts.body_ref().as_bytes().unwrap().to_vec()).unwrap()
}

#[test]
fn a_type_goes_as_an_object_or_as_a_text() {
    let known = WantedType::known(SAMPLE, "Черные металлы");
    assert_eq!(
        body_of(&CreateNomenclature::new("a", known)),
        format!(r#"{{"name":"a","type":{{"id":"{SAMPLE}","name":"Черные металлы"}}}}"#)
    );
    assert_eq!(
        body_of(&UpdateNomenclature::new(
            SAMPLE,
            "a",
            WantedType::named("b")
        )),
        r#"{"name":"a","type":"b"}"#
    );
}

#[test]
fn every_broken_rule_is_told() {
    let refused = UpdateNomenclature::new("", " ", WantedType::known("", ""))
        .parts()
        .unwrap_err();
    let fields: Vec<_> = refused
        .violations()
        .iter()
        .map(|broken| broken.field())
        .collect();
    assert_eq!(fields, ["nomenclature_id", "name", "type.id", "type.name"]);
    assert!(
        CreateNomenclature::new("a", WantedType::named(" "))
            .parts()
            .is_err()
    );
    assert!(GetNomenclature::new("").parts().is_err());
    assert!(DeleteNomenclature::new(" ").parts().is_err());
}

#[test]
fn flags_are_asked_for_only_where_wanted() {
    assert_eq!(query_of(&GetNomenclature::new(SAMPLE)), "");
    assert_eq!(
        query_of(&GetNomenclature::new(SAMPLE).with_trashed()),
        "with_trashed=1"
    );
    let everything = ListNomenclatures::new()
        .search("a")
        .with_trashed()
        .include_category()
        .page(3)
        .per_page(7);
    assert_eq!(
        query_of(&everything),
        "search=a&with_trashed=1&include=category&page=3&per_page=7"
    );
    // No list of values here, only a range.
    for (rows, allowed) in [(0, false), (1, true), (99, true), (200, true), (201, false)] {
        let list = ListNomenclatures::new().per_page(rows);
        assert_eq!(list.parts().is_ok(), allowed, "{rows}");
    }
}

#[test]
fn a_time_of_deletion_keeps_its_milliseconds() {
    let body = format!(
        r#"{{"item":{{"id":"{SAMPLE}","name":"a","type":{{"id":"{SAMPLE}","name":"b","new":1}},"created_at":"2024-03-13T15:32:01+03:00","deleted_at":"2011-10-05T14:48:00.000Z","category":{{"slug":"ferrous"}}}}}}"#
    );
    let (client, _) = scripted([Reply::json(200, body.clone())]);
    let kind = block_on(client.send(&GetNomenclature::new(SAMPLE))).unwrap();
    assert!(kind.deleted_at.as_ref().unwrap().get().is_some());
    assert_eq!(serde_json::to_string(kind.value()).unwrap(), body);
}

#[test]
fn a_deletion_may_be_answered_with_anything_and_is_repeated() {
    for reply in [
        Reply::empty(204),
        Reply::json(200, r#"{"item":{}}"#),
        Reply::json(200, ""),
    ] {
        let (client, platform) = scripted([reply]);
        block_on(client.send(&DeleteNomenclature::new(SAMPLE))).unwrap();
        assert_eq!(platform.seen()[0].method, "DELETE");
    }
    // Creating is not: nobody knows what became of it.
    let (client, platform) = scripted([Reply::LostAfterSending, Reply::empty(204)]);
    let create = CreateNomenclature::new("a", WantedType::named("b"));
    let error = block_on(client.send(&create)).unwrap_err();
    assert_eq!((error.outcome(), platform.sends()), (Outcome::Unknown, 1));
}
