//! Rules of the house that no compiler knows, read from the sources.

use std::fs;
use std::path::{Path, PathBuf};

use contract_tests::contract::{self, Grade};
use rubank_core::operation::Provider;

#[test]
fn models_keep_away_from_attributes_that_lose_digits() {
    // The reader takes numbers from the raw text, and serde buffers these into floats first.
    let banned = [
        "serde(flatten",
        "serde(untagged",
        "serde(tag",
        ", flatten",
        ", untagged",
        ", tag =",
    ];
    let found = lines_where("crates", |line| {
        line.trim_start().starts_with("#[serde") && banned.iter().any(|word| line.contains(word))
    });
    // The sandbox speaks for the bank: it writes answers, and reads requests with its own strictness.
    let found: Vec<_> = found
        .into_iter()
        .filter(|place| !place.starts_with("crates/sandbox/"))
        .collect();
    assert!(
        found.is_empty(),
        "use `model!`, `Piece` or `Raw` instead:\n{}",
        found.join("\n")
    );
}

#[test]
fn one_file_names_the_http_library() {
    let found = lines_where("crates", |line| line.contains("reqwest::"));
    let strangers: Vec<_> = found
        .iter()
        .filter(|place| !place.starts_with("crates/core/src/http/reqwest.rs"))
        .filter(|place| !place.contains("self::reqwest::"))
        // The TLS room holds its own PEM against the library's reader, in tests only.
        .filter(|place| !place.starts_with("crates/core/src/tls/") || !place.contains("test"))
        .collect();
    assert!(
        strangers.is_empty(),
        "send through `HttpService`:\n{strangers:#?}"
    );
}

#[test]
fn no_float_comes_near_the_product() {
    let words = |line: &str| {
        let code = line.split("//").next().unwrap_or_default();
        code.split(|c: char| !c.is_alphanumeric() && c != '_')
            .any(|word| word == "f64" || word == "f32")
    };
    let mut found = lines_where("crates", words);
    // Two lists of every kind of value that serde knows, each of which the reader refuses to make.
    found.retain(|place| !place.contains(" i128 u8 u16 u32 u64 u128 f32 f64 char "));
    assert!(
        found.is_empty(),
        "money and rates are exact:\n{}",
        found.join("\n")
    );
}

#[test]
fn every_crate_has_a_readme_and_a_description() {
    for manifest in files(&root().join("crates"), "Cargo.toml") {
        let text = fs::read_to_string(&manifest).expect("a manifest can be read");
        assert!(
            !text.contains("description = \"\""),
            "{} describes nothing",
            manifest.display()
        );
        let readme = manifest.with_file_name("README.md");
        assert!(readme.exists(), "{} is missing", readme.display());
    }
}

#[test]
fn the_readme_counts_the_operations() {
    let readme = fs::read_to_string(root().join("README.md")).expect("the README can be read");
    let catalogues = [
        ("alfa-sbp", alfa_sbp::catalogue::OPERATIONS),
        (
            "payouts-platform",
            payouts_platform::PayoutsPlatform::OPERATIONS,
        ),
        ("sber-api", sber_api::catalogue::OPERATIONS),
        ("sber-encashment", sber_encashment::catalogue::OPERATIONS),
        ("statements", statements::catalogue::OPERATIONS),
        ("tbank-registry", tbank_registry::catalogue::OPERATIONS),
    ];
    for (name, operations) in catalogues {
        let row = readme
            .lines()
            .find(|line| line.starts_with(&format!("| [`{name}`]")));
        let told = format!("| {} |", operations.len());
        assert!(
            row.is_some_and(|row| row.ends_with(&told)),
            "{name} has {}",
            operations.len()
        );
    }
}

#[test]
fn readmes_grade_operations_as_the_contracts_do() {
    for contract in contract::load_all().expect("the contracts can be used") {
        let readme = root()
            .join("crates")
            .join(&contract.provider)
            .join("README.md");
        let readme = fs::read_to_string(readme).expect("a README can be read");
        let rows: Vec<_> = readme.lines().filter_map(graded).collect();
        assert!(!rows.is_empty(), "{}: no table", contract.provider);
        let told = rows
            .iter()
            .flat_map(|(names, grades)| names.iter().map(move |name| (name, *grades)));
        for (name, grades) in told {
            let mut operations = contract.operations.iter();
            let known = operations.find(|operation| operation.name() == name);
            let Some(known) = known.map(|operation| &operation.provenance) else {
                panic!("{}: {name} is in no contract", contract.provider)
            };
            let known = [known.route, known.request, known.answer].map(|grade| match grade {
                Grade::Documented => "d",
                Grade::Inferred => "i",
                Grade::Unverified => "u",
            });
            assert_eq!(grades, known.join(" / "), "{}: {name}", contract.provider);
        }
    }
}

/// A row of a README's table of operations: ``| [`GetObject`], [`ListObjects`] | … | d / i / u | …``.
fn graded(row: &str) -> Option<(Vec<String>, &str)> {
    let (names, rest) = row.strip_prefix("| [`")?.split_once(" | ")?;
    let is_grade = |cell: &&str| {
        cell.split(" / ")
            .all(|word| ["d", "i", "u"].contains(&word))
    };
    let grades = rest.split('|').map(str::trim).find(is_grade)?;
    let names = names
        .split(", ")
        .map(|name| operation_of(name.trim_matches(['[', '`', ']'])));
    Some((names.collect(), grades))
}

/// The name in the contract: `get-object` of `GetObject`.
fn operation_of(name: &str) -> String {
    let mut words = String::new();
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && !words.is_empty() {
            words.push('-');
        }
        words.push(letter.to_ascii_lowercase());
    }
    match words.as_str() {
        // Called by what they are for; the contract has the bank's own words.
        "exchange-code" => "token".to_owned(),
        "exchange-for-perpetual-secret" => "refresh-client-secret".to_owned(),
        _ => words,
    }
}

#[test]
fn every_provider_brings_what_its_users_need_of_the_core() {
    let needed = [
        "client::{RequestOptions, Response",
        "error::{Error, ErrorKind, Outcome}",
        "personal::Personal",
        "secret::Secret",
        "tls::{Identity, Root}",
    ];
    for provider in files(&root().join("crates"), "src/provider.rs") {
        let crate_root = provider.with_file_name("lib.rs");
        let text = fs::read_to_string(&crate_root).expect("a crate can be read");
        for name in needed {
            let line = format!("pub use rubank_core::{name}");
            assert!(
                text.contains(&line),
                "{} lacks `{line}`",
                crate_root.display()
            );
        }
    }
}

/// `path:line: text` of every line of Rust below `folder` that `is` wants.
fn lines_where(folder: &str, is: impl Fn(&str) -> bool) -> Vec<String> {
    let root = root();
    let mut found = Vec::new();
    for file in files(&root.join(folder), ".rs") {
        let text = fs::read_to_string(&file).expect("a source can be read");
        let name = file
            .strip_prefix(&root)
            .unwrap_or(&file)
            .display()
            .to_string();
        let lines = text.lines().enumerate().filter(|(_, line)| is(line));
        found.extend(lines.map(|(number, line)| format!("{name}:{}: {}", number + 1, line.trim())));
    }
    found
}

fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder can be listed") {
        let path = entry.expect("an entry can be read").path();
        if path.is_dir() {
            found.extend(files(&path, ending));
        } else if path.to_string_lossy().ends_with(ending) {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .map(Path::to_path_buf)
        .unwrap_or_default()
}
