//! What is saved by one version and read by another.

use super::run::run;
use super::*;

/// A cursor of two rows, as it is saved.
fn saved() -> String {
    let mut run = run(vec![Entry::at(3600, 1), Entry::at(7200, 2)], at(10));
    run.until(at(10));
    serde_json::to_string(run.tracker.cursor()).unwrap()
}

#[test]
fn a_cursor_of_a_newer_version_is_not_misread() {
    let newer = saved().replace(r#""version":1"#, r#""version":2,"more":"canary""#);
    let error = serde_json::from_str::<Cursor>(&newer).unwrap_err();
    assert!(error.to_string().contains("newer version"), "{error}");
    // What a newer version adds without harm is no harm.
    let more = saved().replace(r#""version":1"#, r#""version":1,"more":{"a":[1]}"#);
    let cursor: Cursor = serde_json::from_str(&more).unwrap();
    assert_eq!(cursor.known_rows(), 2);
}

#[test]
fn fields_that_came_later_may_be_absent_and_then_nothing_is_certain() {
    let oldest = r#"{"account":"40702810500006103990","utc_offset_seconds":10800,"day":"2025-09-01","rows":{}}"#;
    let cursor: Cursor = serde_json::from_str(oldest).unwrap();
    assert_eq!((cursor.day(), cursor.known_rows()), (DAY, 0));
    assert!(cursor.uncertain);
    for needed in ["account", "utc_offset_seconds", "day", "rows"] {
        let without = oldest.replace(&format!(r#""{needed}""#), r#""other""#);
        assert!(
            serde_json::from_str::<Cursor>(&without).is_err(),
            "{needed}"
        );
    }
}

#[test]
fn a_backfill_of_a_newer_version_is_not_misread_either() {
    let cursor = |version: &str| format!(r#"{{{version}"last":"2025-09-01","accounts":{{}}}}"#);
    for version in ["", r#""version":1,"#, r#""more":1,"#] {
        let read = serde_json::from_str::<crate::BackfillCursor>(&cursor(version));
        assert!(read.is_ok(), "{version}");
    }
    let newer = serde_json::from_str::<crate::BackfillCursor>(&cursor(r#""version":2,"#));
    assert!(newer.unwrap_err().to_string().contains("newer version"));
}
