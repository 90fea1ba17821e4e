//! Faults that change a question or an answer and leave the rest in order.

use bytes::Bytes;
use serde_json::{Value, json};

use super::{Ending, Fault};
use crate::answer::Answer;
use crate::host::OperationSpec;

/// A value that no bank has in any list.
const UNHEARD_OF: &str = "SANDBOX_UNHEARD_OF";

/// What the bank is made to read instead of the query.
pub(crate) fn bend_query(fault: &Fault, spec: &OperationSpec, query: &mut Option<String>) {
    if let (Fault::RepeatedPage, Some(key), Some(text)) = (fault, spec.page_key, query.as_mut()) {
        let kept = text
            .split('&')
            .filter(|pair| pair.split('=').next() != Some(key));
        *text = kept.collect::<Vec<_>>().join("&");
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
        Fault::UnknownEnumValue => rewrite(&mut answer, &|key, value| {
            if spec.enum_fields.contains(&key) {
                *value = json!(UNHEARD_OF);
            }
        }),
        Fault::UnknownField => rewrite(&mut answer, &|_, value| {
            if let Value::Object(fields) = value {
                let news = json!({"list": [1, "two", null], "number": u64::MAX});
                fields.insert("sandboxExtra".to_owned(), news);
            }
        }),
        _ => {}
    }
    Ending::Whole(answer)
}

/// Applies `change` to every value of a JSON body, inner ones first; other bodies stay as they are.
fn rewrite(answer: &mut Answer, change: &dyn Fn(&str, &mut Value)) {
    let Ok(mut body) = serde_json::from_slice(&answer.body) else {
        return;
    };
    walk("", &mut body, change);
    answer.body = Bytes::from(body.to_string());
}

fn walk(key: &str, value: &mut Value, change: &dyn Fn(&str, &mut Value)) {
    match value {
        Value::Object(fields) => {
            for (name, inner) in fields.iter_mut() {
                walk(name, inner, change);
            }
        }
        Value::Array(items) => {
            for item in items {
                walk("", item, change);
            }
        }
        _ => {}
    }
    change(key, value);
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
    fn only_the_page_is_taken_out_of_the_query() {
        let mut query = Some("limit=10&offset=20&sort=a,asc".to_owned());
        bend_query(&Fault::RepeatedPage, &SPEC, &mut query);
        assert_eq!(query.as_deref(), Some("limit=10&sort=a,asc"));
    }
}
