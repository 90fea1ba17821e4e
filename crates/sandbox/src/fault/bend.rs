//! Faults that change a question or an answer and leave the rest in order.

use bytes::Bytes;
use serde_json::value::RawValue;
use serde_json::{Value, json};

use super::{Ending, Fault};
use crate::answer::Answer;
use crate::host::OperationSpec;
use crate::strict::Pairs;

/// A value that no bank has in any list.
const UNHEARD_OF: &str = "SANDBOX_UNHEARD_OF";
/// The same where the values are numbers.
const UNHEARD_OF_NUMBER: u64 = 99;

/// What the bank is made to read instead of the query.
pub(crate) fn bend_query(fault: &Fault, spec: &OperationSpec, query: &mut Option<String>) {
    if let (Fault::RepeatedPage, Some(key), Some(text)) = (fault, spec.page_key, query.as_mut()) {
        let kept = text
            .split('&')
            .filter(|pair| pair.split('=').next() != Some(key));
        *text = kept.collect::<Vec<_>>().join("&");
    }
}

/// The same for banks that take the page from the body.
pub(crate) fn bend_body(fault: &Fault, spec: &OperationSpec, body: &mut Bytes) {
    let (Fault::RepeatedPage, Some(key)) = (fault, spec.page_key) else {
        return;
    };
    if let Ok(Value::Object(mut fields)) = serde_json::from_slice(body)
        && fields.remove(key).is_some()
    {
        *body = Bytes::from(Value::Object(fields).to_string());
    }
}

/// What the client is made to read instead of the answer.
pub(crate) fn bend_answer(fault: &Fault, spec: &OperationSpec, mut answer: Answer) -> Ending {
    match fault {
        Fault::CutBody => return Ending::Half(answer),
        Fault::TruncatedJson => {
            let half = answer.body.len() / 2;
            answer.body.truncate(half);
        }
        Fault::BrokenJson => answer.body = Bytes::from_static(b"{\"status\": ok,}"),
        Fault::UnknownEnumValue => rewrite(&mut answer, &|place, text| {
            // an object of that name is no value of a list
            if text.starts_with('{') || !spec.enum_fields.iter().any(|field| place.is(field)) {
                return text;
            }
            match text.parse::<u64>() {
                Ok(_) => json!(UNHEARD_OF_NUMBER).to_string(),
                Err(_) => json!(UNHEARD_OF).to_string(),
            }
        }),
        Fault::UnknownField => rewrite(&mut answer, &|_, text| {
            let Some(fields) = text
                .strip_prefix('{')
                .and_then(|text| text.strip_suffix('}'))
            else {
                return text;
            };
            let comma = if fields.is_empty() { "" } else { "," };
            let news = json!({"list": [1, "two", null], "number": u64::MAX});
            format!("{{{fields}{comma}\"sandboxExtra\":{news}}}")
        }),
        _ => {}
    }
    Ending::Whole(answer)
}

/// Where a value stands: its name, and the name of the object around it.
#[derive(Clone, Copy)]
struct Place<'a> {
    around: &'a str,
    name: &'a str,
}

impl Place<'_> {
    const OUTSIDE: Place<'static> = Place {
        around: "",
        name: "",
    };

    /// `field` is a name, or `around.name`.
    fn is(self, field: &str) -> bool {
        match field.split_once('.') {
            Some((around, name)) => self.around == around && self.name == name,
            None => self.name == field,
        }
    }
}

/// Applies `change` to the text of every value of a JSON body, inner ones first; other bodies stay as they are.
fn rewrite(answer: &mut Answer, change: &dyn Fn(Place<'_>, String) -> String) {
    if let Ok(body) = serde_json::from_slice::<&RawValue>(&answer.body) {
        answer.body = Bytes::from(walk(Place::OUTSIDE, body.get(), change));
    }
}

/// What is not changed stays the text that it was: as a float, a long number would become another one.
fn walk(place: Place<'_>, json: &str, change: &dyn Fn(Place<'_>, String) -> String) -> String {
    let inner = match json.as_bytes().first() {
        Some(b'{') => serde_json::from_str::<Pairs<'_>>(json).map(|Pairs(pairs)| {
            let fields = pairs.iter().map(|(name, value)| {
                let name_text = Value::from(name.as_str());
                let within = Place {
                    around: place.name,
                    name,
                };
                format!("{name_text}:{}", walk(within, value.get(), change))
            });
            format!("{{{}}}", fields.collect::<Vec<_>>().join(","))
        }),
        Some(b'[') => serde_json::from_str::<Vec<&RawValue>>(json).map(|items| {
            let items = items
                .iter()
                .map(|item| walk(Place::OUTSIDE, item.get(), change));
            format!("[{}]", items.collect::<Vec<_>>().join(","))
        }),
        _ => Ok(json.to_owned()),
    };
    change(place, inner.unwrap_or_else(|_| json.to_owned()))
}

#[cfg(test)]
mod tests {
    use http::StatusCode;

    use super::*;

    const SPEC: OperationSpec = OperationSpec::new("a.b", "GET", "/b")
        .enum_fields(&["status"])
        .page_key("offset");

    fn bent(fault: &Fault) -> String {
        let answer = Answer::json(
            StatusCode::OK,
            &json!({"items": [{"status": "DONE", "sum": 5}]}),
        );
        match bend_answer(fault, &SPEC, answer) {
            Ending::Whole(answer) => String::from_utf8(answer.body.to_vec()).unwrap(),
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn answers_are_bent() {
        let unknown = r#"{"items":[{"status":"SANDBOX_UNHEARD_OF","sum":5}]}"#;
        assert_eq!(bent(&Fault::UnknownEnumValue), unknown);
        assert_eq!(
            bent(&Fault::UnknownField).matches("sandboxExtra").count(),
            2
        );
        assert_eq!(bent(&Fault::TruncatedJson), r#"{"items":[{"status"#);
        assert_eq!(bent(&Fault::BrokenJson), r#"{"status": ok,}"#);
    }

    #[test]
    fn an_object_is_no_value_of_a_list() {
        let body = r#"{"status":{"id":3,"status":"A"}}"#;
        let answer = Answer::text(StatusCode::OK, "application/json", body);
        let Ending::Whole(bent) = bend_answer(&Fault::UnknownEnumValue, &SPEC, answer) else {
            panic!("the answer is whole")
        };
        let expected = r#"{"status":{"id":3,"status":"SANDBOX_UNHEARD_OF"}}"#;
        assert_eq!(bent.body, expected);
    }

    #[test]
    fn a_number_inside_an_object_may_be_the_value_of_a_list() {
        let spec = OperationSpec::new("a.c", "GET", "/c").enum_fields(&["status.id"]);
        let body = r#"{"item":{"id":7,"status":{"id":3,"title":"A"}}}"#;
        let answer = Answer::text(StatusCode::OK, "application/json", body);
        let Ending::Whole(bent) = bend_answer(&Fault::UnknownEnumValue, &spec, answer) else {
            panic!("the answer is whole")
        };
        let expected = r#"{"item":{"id":7,"status":{"id":99,"title":"A"}}}"#;
        assert_eq!(bent.body, expected);
    }

    #[test]
    fn long_numbers_survive() {
        let body = r#"{"sum":1.10,"kbk":39210102010011000110,"of":{}}"#;
        let answer = Answer::text(StatusCode::OK, "application/json", body);
        let Ending::Whole(bent) = bend_answer(&Fault::UnknownField, &SPEC, answer) else {
            panic!("the answer is whole")
        };
        let text = String::from_utf8(bent.body.to_vec()).unwrap();
        let start = r#"{"sum":1.10,"kbk":39210102010011000110,"of":{"sandboxExtra":{"list""#;
        assert!(text.starts_with(start), "{text}");
    }

    #[test]
    fn only_the_page_is_taken_out_of_the_query() {
        let mut query = Some("limit=10&offset=20&sort=a,asc".to_owned());
        bend_query(&Fault::RepeatedPage, &SPEC, &mut query);
        assert_eq!(query.as_deref(), Some("limit=10&sort=a,asc"));
    }

    #[test]
    fn only_the_page_is_taken_out_of_the_body() {
        let mut body = Bytes::from_static(br#"{"offset":50,"statuses":["DONE"]}"#);
        bend_body(&Fault::RepeatedPage, &SPEC, &mut body);
        assert_eq!(body, br#"{"statuses":["DONE"]}"#.as_slice());
        let mut other = Bytes::from_static(b"not json");
        bend_body(&Fault::RepeatedPage, &SPEC, &mut other);
        assert_eq!(other, b"not json".as_slice());
    }
}
