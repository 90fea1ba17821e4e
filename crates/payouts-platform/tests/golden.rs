//! The bytes of every write are frozen: an intent that was stored before an update must be the same request after it.

#![allow(clippy::unwrap_used, reason = "a test fails by it")]

use std::env;
use std::fmt::Write;
use std::fs;
use std::path::Path;

use payouts_platform::PayoutsPlatform;
use rubank_core::catalogue::Entry;

const REPAIR: &str = "UPDATE_GOLDEN=1 cargo test -p payouts-platform --test golden";

#[test]
fn the_bytes_of_every_write_are_golden() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let mut wanted = Vec::new();
    let mut stale = Vec::new();
    for entry in payouts_platform::catalogue::entries() {
        if !entry.meta().effect.is_write() {
            continue;
        }
        let name = format!(
            "{}.txt",
            entry.meta().id.trim_start_matches("payouts-platform.")
        );
        let (file, text) = (folder.join(&name), written(&entry));
        if env::var_os("UPDATE_GOLDEN").is_some() {
            fs::write(&file, &text).unwrap();
        } else if fs::read_to_string(&file).unwrap_or_default() != text {
            stale.push(name.clone());
        }
        wanted.push(name);
    }
    assert!(
        stale.is_empty(),
        "{stale:?} differ from what is sent now. Stored intents would change: if that is meant, `{REPAIR}`",
    );
    let left = fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().file_name());
    let left: Vec<_> = left
        .filter(|name| !wanted.iter().any(|wanted| name == wanted.as_str()))
        .collect();
    assert!(left.is_empty(), "{left:?} belong to no write: remove them");
}

/// Method, route, values, query, headers and body, as they leave. What is no text is escaped.
fn written(entry: &Entry<PayoutsPlatform>) -> String {
    let parts = entry.parts().unwrap();
    let mut text = format!("{} {}\n", entry.meta().method, entry.meta().route);
    let mut line = |kind: &str, name: &str, value: &str| {
        writeln!(text, "{kind} {name}: {value}").unwrap();
    };
    for (name, value) in parts.path_values() {
        line("path", name, value);
    }
    for (name, value) in parts.query_pairs() {
        line("query", name, value);
    }
    let mut headers: Vec<_> = parts.headers().iter().collect();
    headers.sort_by_key(|(name, _)| name.as_str());
    for (name, value) in headers {
        line("header", name.as_str(), value.to_str().unwrap());
    }
    let body = parts.body_ref().as_bytes().unwrap();
    let body = match std::str::from_utf8(body) {
        Ok(text) => text.to_owned(),
        Err(_) => body.escape_ascii().to_string(),
    };
    text + "\n" + &body + "\n"
}
