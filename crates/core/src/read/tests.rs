use std::collections::BTreeMap;

use proptest::prelude::*;
use serde::Deserialize;

use super::*;
use crate::raw::Raw;

#[derive(Debug, Deserialize)]
#[allow(dead_code)]
struct Plain {
    #[serde(rename = "payments")]
    payments: Vec<BTreeMap<String, Option<u32>>>,
    state: Option<State>,
}

#[derive(Debug, PartialEq, Deserialize)]
enum State {
    New,
    Paid(u8),
}

#[test]
fn derived_types_get_paths_too() {
    for (body, path, rule) in [
        (
            r#"{"payments":[{"canary":"canary"}]}"#,
            "payments[0].*",
            "found a string, expected u32",
        ),
        (
            r#"{"payments":{}}"#,
            "payments",
            "found an object, expected a sequence",
        ),
        (r#"{}"#, "payments", "a required field is missing"),
        (
            r#"{"payments":[],"payments":[]}"#,
            "payments",
            "the field came twice",
        ),
        (
            r#"{"payments":[],"state":"canary"}"#,
            "state",
            "not one of the known values",
        ),
    ] {
        let error = read::<Plain>(body.as_bytes()).unwrap_err();
        assert_eq!((error.path(), error.rule()), (path, rule), "{body}");
    }
    assert_eq!(read::<State>(br#"{"Paid":3}"#).unwrap(), State::Paid(3));
    assert_eq!(read::<State>(br#""New""#).unwrap(), State::New);
}

#[test]
fn positions_are_those_of_the_body() {
    let body = "{\n  \"payments\": [\n    {\"a\": 1},\n    {\"a\": 1, \"b\": \"canary\"}\n  ]\n}";
    let error = read::<Plain>(body.as_bytes()).unwrap_err();
    // The key is the bank's own text, so that the position is that of its object.
    assert_eq!((error.line(), error.column()), (4, 5));
    let error = read::<Vec<Vec<u8>>>(b"[[1],\n [2, 300]]").unwrap_err();
    assert_eq!(
        (error.path(), error.line(), error.column()),
        ("[1][1]", 2, 6)
    );
}

#[test]
fn what_is_not_json_is_told_with_its_place() {
    for (body, rule, line, column) in [
        (&b""[..], "the body is empty", 1, 1),
        (b" \n", "the body is empty", 1, 1),
        (b"<html>", "not JSON", 1, 1),
        (b"{\"a\": 1", "the JSON ends too early", 1, 7),
        (b"[1] x", "not JSON", 1, 5),
        (b"[\xFF]", "not JSON", 1, 2),
        (b"[\"\xFF\"]", "not JSON", 1, 3),
    ] {
        let error = read::<Raw>(body).unwrap_err();
        assert_eq!((error.path(), error.rule()), ("", rule), "{body:?}");
        assert_eq!((error.line(), error.column()), (line, column), "{body:?}");
    }
    assert_eq!(
        read::<u8>(b"\xEF\xBB\xBF 7").unwrap(),
        7,
        "a byte order mark is ignored"
    );
}

#[test]
fn nesting_is_bounded() {
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    assert!(read::<Raw>(nested(DEEPEST).as_bytes()).is_ok());
    assert_eq!(
        read::<Raw>(nested(100_000).as_bytes()).unwrap_err().rule(),
        "nested too deep"
    );
    let in_string = format!("\"{}\\\"[\"", "[".repeat(1000));
    assert!(read::<String>(in_string.as_bytes()).is_ok());
}

#[test]
fn type_names_lose_their_modules() {
    assert_eq!(
        short_type_name::<Option<std::collections::BTreeMap<String, (u8, Raw)>>>(),
        "Option<BTreeMap<String, (u8, Raw)>>"
    );
}

#[test]
fn a_foreign_message_never_survives() {
    #[derive(Debug)]
    struct Leaky;
    impl<'de> Deserialize<'de> for Leaky {
        fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
            let text = String::deserialize(from)?;
            Err(serde::de::Error::custom(text))
        }
    }
    let error = read::<Vec<Leaky>>(br#"["canary"]"#).unwrap_err();
    assert_eq!((error.path(), error.rule()), ("[0]", "refused by its type"));
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(body in proptest::collection::vec(any::<u8>(), 0..64)) {
        let _ = read::<Plain>(&body);
        let _ = read::<Raw>(&body);
    }

    #[test]
    fn any_string_survives(text in any::<String>()) {
        let json = serde_json::to_string(&text).unwrap();
        prop_assert_eq!(read::<String>(json.as_bytes()).unwrap(), text);
    }

    #[test]
    fn any_integer_survives(number in any::<i128>()) {
        let json = number.to_string();
        prop_assert_eq!(read::<i128>(json.as_bytes()).unwrap(), number);
        prop_assert_eq!(read::<i64>(json.as_bytes()).ok(), i64::try_from(number).ok());
    }
}
