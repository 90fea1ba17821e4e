//! Every field of an answer says so when nobody published its type.

#![allow(clippy::unwrap_used, reason = "a test fails by it")]

use std::fs;
use std::path::Path;

/// Where the models of answers are.
const MODELS: [&str; 4] = [
    "src/objects.rs",
    "src/objects/by_contract.rs",
    "src/waybill/details.rs",
    "src/waybill/state.rs",
];

#[test]
fn fields_whose_type_nobody_published_say_so() {
    let mut fields = 0;
    for file in MODELS {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
        let text = fs::read_to_string(path).unwrap();
        let mut doc = String::new();
        for line in text.lines().map(str::trim) {
            if let Some(words) = line.strip_prefix("///") {
                doc.push_str(words);
                continue;
            }
            // A field of a model has its name on the wire behind its type.
            if line.starts_with("pub ")
                && line.contains(": ")
                && line.contains(" = ")
                && line.contains('"')
            {
                fields += 1;
                assert!(doc.contains("not documented"), "{file}: {line}");
            }
            doc.clear();
        }
    }
    assert!(fields > 35, "{fields} fields");
}
