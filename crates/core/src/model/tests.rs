use serde_json::{from_str, to_string};

use crate::lenient::{self, Rows};
use crate::money::{self, Kopecks, Money};
use crate::personal::Personal;
use crate::raw::Raw;
use crate::read::read;

model! {
    /// Everything a field can be.
    #[derive(Eq)]
    struct Everything {
        /// Required.
        pub id: i64 = shown "id",
        /// Optional, shown.
        pub state: Option<String> = shown "state",
        /// A form of its own.
        pub amount: Option<Money> = "amount" as money::as_number::option,
        /// Another.
        pub kopecks: Option<Kopecks> = "kopecks",
        /// A flag in any form.
        pub active: Option<bool> = "is_active" as lenient::flag::option,
        /// Personal.
        pub name: Option<Personal<String>> = "name",
        /// A nested model.
        pub inner: Option<Inner> = "inner",
        /// A list.
        pub list: Vec<Inner> = "list",
        /// A list of numbers.
        pub sums: Vec<Money> = "sums",
        /// Anything.
        pub meta: Option<Raw> = "meta",
    }
}

model! {
    /// A nested model.
    #[derive(Eq, Default)]
    struct Inner {
        /// A number as text.
        pub kbk: Option<String> = "kbk" as crate::lenient::text::option,
        /// A required one of the second level.
        pub deeper: Option<Box<Inner>> = "deeper",
    }
}

model! {
    /// A page.
    struct Page {
        /// Its rows.
        pub rows: Rows<Everything> = "rows",
    }
}

#[test]
fn what_is_read_is_written_back_unchanged() {
    for body in [
        r#"{"id":1}"#,
        r#"{"id":1,"state":null,"amount":null,"inner":null,"list":null,"meta":null}"#,
        r#"{"id":1,"list":[],"sums":[]}"#,
        r#"{"id":1,"inner":{},"list":[{},{"kbk":null}]}"#,
        r#"{"id":1,"amount":10.50}"#,
        r#"{"id":1,"amount":"10.50"}"#,
        r#"{"id":1,"amount":1e3,"kopecks":"100"}"#,
        r#"{"id":1,"amount":-0.0}"#,
        r#"{"id":1,"is_active":0}"#,
        r#"{"id":1,"is_active":"1","name":"Анна"}"#,
        r#"{"id":1,"is_active":false}"#,
        r#"{"id":1,"sums":[1,"2.50",3e0]}"#,
        r#"{"id":1,"inner":{"kbk":18210102010011000000,"new":{"b":1.00,"a":[ 1 ]}}}"#,
        r#"{"id":1,"inner":{"kbk":"018","deeper":{"kbk":7,"x":null}}}"#,
        r#"{"id":1,"meta":{"z":1.10,"a":[null]},"unknown":1e400,"twice":1,"twice":2}"#,
    ] {
        let value: Everything = read(body.as_bytes()).unwrap_or_else(|e| panic!("{body}: {e}"));
        assert_eq!(to_string(&value).unwrap(), body);
        assert_eq!(
            from_str::<Everything>(body).unwrap(),
            value,
            "plain serde_json reads the same"
        );
    }
}

#[test]
fn a_changed_field_forgets_its_old_form() {
    let mut value: Everything =
        from_str(r#"{"id":1,"amount":1e3,"is_active":null,"list":null}"#).unwrap();
    value.amount = Some(Money::parse("7.00").unwrap());
    value.active = Some(true);
    value.list.push(Inner::default());
    assert_eq!(
        to_string(&value).unwrap(),
        r#"{"id":1,"amount":7.00,"is_active":true,"list":[{}]}"#
    );
    value.active = None;
    assert_eq!(
        to_string(&value).unwrap(),
        r#"{"id":1,"amount":7.00,"is_active":null,"list":[{}]}"#
    );
}

#[test]
fn errors_name_the_path_and_the_rule_and_never_the_value() {
    for (body, expected) in [
        (r#"{}"#, "id: a required field is missing"),
        (r#"{"id":null}"#, "id: found null, expected i64"),
        (r#"{"id":"canary"}"#, "id: found a string, expected i64"),
        (r#"{"id":1,"id":2}"#, "id: the field came twice"),
        (
            r#"{"id":1.5}"#,
            "id: found a number that is no integer, expected i64",
        ),
        (
            r#"{"id":1,"amount":"canary"}"#,
            "amount: expected a decimal number",
        ),
        (
            r#"{"id":1,"amount":["canary"]}"#,
            "amount: expected a decimal number",
        ),
        (
            r#"{"id":1,"is_active":"canary"}"#,
            "is_active: expected true, false, 0 or 1",
        ),
        (
            r#"{"id":1,"name":{"canary":1}}"#,
            "name: found an object, expected a string",
        ),
        (
            r#"{"id":1,"inner":"canary"}"#,
            "inner: found a string, expected an object",
        ),
        (
            r#"{"id":1,"list":[{},{"deeper":{"deeper":{"kbk":["canary"]}}}]}"#,
            "list[1].deeper.deeper.kbk: expected a string or a number",
        ),
        (
            r#"{"id":1,"sums":[1,2,"canary"]}"#,
            "sums[2]: expected a decimal number",
        ),
        (r#"{"id":1,"name":"\ud800"}"#, "name: not JSON"),
        (r#"["canary"]"#, "found an array, expected an object"),
        (r#""canary""#, "found a string, expected an object"),
    ] {
        let error = read::<Everything>(body.as_bytes()).unwrap_err();
        let shown = match error.path() {
            "" => error.rule().to_owned(),
            path => format!("{path}: {}", error.rule()),
        };
        assert_eq!(shown, expected, "{body}");
        assert_eq!(error.type_name(), "Everything");
        let plain = from_str::<Everything>(body).unwrap_err().to_string();
        assert!(plain.starts_with(expected), "{plain}");
        for text in [
            format!("{error}"),
            format!("{error:?}"),
            format!("{error:#}"),
            plain,
        ] {
            assert!(!text.contains("canary"), "{text}");
        }
    }
}

#[test]
fn debug_shows_only_what_is_marked() {
    let body = r#"{"id":1,"state":"NEW","amount":5,"name":"canary","inner":{"kbk":"canary"},"canary":"canary"}"#;
    let value: Everything = from_str(body).unwrap();
    assert_eq!(
        format!("{value:?}"),
        r#"Everything { id: 1, state: Some("NEW"), .. }"#
    );
}

#[test]
fn a_bad_row_is_an_error_of_its_own() {
    let body = r#"{"rows":[{"id":1},{"id":"canary","x":1.0},null,{"id":4}]}"#;
    let page: Page = read(body.as_bytes()).unwrap();
    let told: Vec<_> = page
        .rows
        .iter()
        .map(|row| {
            row.as_ref()
                .map_or_else(ToString::to_string, |good| good.id.to_string())
        })
        .collect();
    assert_eq!(
        told,
        [
            "1",
            "item 1: id: found a string, expected i64",
            "item 2: found null, expected an object",
            "4"
        ]
    );
    let results = page.rows.clone().into_results();
    assert_eq!(
        results[1].as_ref().unwrap_err().to_string(),
        "Everything: [1].id: found a string, expected i64 (line 1, column 7)"
    );
    assert_eq!(results[2].as_ref().unwrap_err().path(), "[2]");
    assert!(!format!("{page:?} {:?}", page.rows).contains("canary"));
    assert_eq!(to_string(&page).unwrap(), body);
}
