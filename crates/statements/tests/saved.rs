//! The progress of the examples: whole whenever the process dies, and never begun anew by mistake.

#![allow(clippy::unwrap_used, reason = "a test fails by it")]

#[path = "../examples/support/saved.rs"]
mod saved;

use std::env;
use std::fs;

#[test]
fn only_what_is_not_there_is_nothing_and_a_file_is_replaced_as_a_whole() {
    let folder = env::temp_dir().join(format!("saved-test-{}", std::process::id()));
    fs::create_dir(&folder).unwrap();
    let path = folder.join("progress.json");
    assert_eq!(saved::read(&path).unwrap(), None);
    for content in ["a long first content", "short"] {
        saved::replace(&path, content.as_bytes()).unwrap();
        assert_eq!(saved::read(&path).unwrap().unwrap(), content.as_bytes());
    }
    assert_eq!(
        fs::read_dir(&folder).unwrap().count(),
        1,
        "nothing is left over"
    );
    // Something is there and cannot be read.
    assert!(saved::read(&folder).is_err());
    // What cannot be written leaves what there was.
    fs::create_dir(folder.join("progress.json.new")).unwrap();
    assert!(saved::replace(&path, b"lost").is_err());
    assert_eq!(saved::read(&path).unwrap().unwrap(), b"short");
    fs::remove_dir_all(&folder).unwrap();
}
