//! The bytes of every write are frozen: an intent that was stored before an update must be the same request after it.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use rubank_core::catalogue::Entry;
use rubank_core::operation::{Parts, Provider};

use super::Bank;

/// Set, it writes the files instead of comparing them.
const UPDATE: &str = "UPDATE_GOLDEN";
const REPAIR: &str = "UPDATE_GOLDEN=1 cargo test -p contract-tests --test contract golden";

pub(super) fn check<P: Provider>(bank: &Bank<P>) -> Vec<String> {
    let folder = folder::<P>();
    let is_update = std::env::var_os(UPDATE).is_some();
    let mut found = Vec::new();
    let mut wanted = Vec::new();
    for entry in &bank.entries {
        if !entry.meta().effect.is_write() {
            continue;
        }
        let file = folder.join(name_of(entry));
        match entry.parts() {
            Ok(parts) => found.extend(hold(&file, &written(entry, &parts), is_update)),
            Err(error) => found.push(format!("{}: {error}", entry.meta().id)),
        }
        wanted.push(file);
    }
    let there = fs::read_dir(&folder).into_iter().flatten().flatten();
    let strangers = there
        .map(|file| file.path())
        .filter(|file| !wanted.contains(file));
    found.extend(strangers.map(|file| format!("{}: belongs to no write", file.display())));
    found
}

fn folder<P: Provider>() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("golden")
        .join(P::NAME)
}

/// `alfa-sbp.one-step-pay` lies in `one-step-pay.txt`.
fn name_of<P: Provider>(entry: &Entry<P>) -> String {
    let id = entry.meta().id;
    let (_, name) = id.split_once('.').unwrap_or(("", id));
    format!("{name}.txt")
}

fn hold(file: &Path, text: &str, is_update: bool) -> Option<String> {
    if is_update {
        let made = file.parent().map(fs::create_dir_all).transpose();
        let written = made.and_then(|_| fs::write(file, text));
        return written
            .err()
            .map(|error| format!("{}: {error}", file.display()));
    }
    let is_same = fs::read_to_string(file).unwrap_or_default() == text;
    (!is_same).then(|| {
        let file = file.display();
        format!("{file} differs from what leaves now: stored intents would change. If that is meant: {REPAIR}")
    })
}

/// Method, route, values, query, headers and body, as they leave. What is no text is escaped.
fn written<P: Provider>(entry: &Entry<P>, parts: &Parts) -> String {
    let mut text = format!("{} {}\n", entry.meta().method, entry.meta().route);
    let mut line = |kind: &str, name: &str, value: &str| {
        // Writing into a string cannot fail.
        let _ = writeln!(text, "{kind} {name}: {value}");
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
        line(
            "header",
            name.as_str(),
            &String::from_utf8_lossy(value.as_bytes()),
        );
    }
    let body = parts.body_ref().as_bytes().unwrap_or_default();
    let body = match std::str::from_utf8(body) {
        Ok(text) => text.to_owned(),
        Err(_) => body.escape_ascii().to_string(),
    };
    text + "\n" + &body + "\n"
}
