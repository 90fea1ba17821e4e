//! What a user's program pulls in, held to what the README promises.

use std::collections::BTreeSet;

use crate::crates;
use crate::run::{Failed, cargo_output};

/// Bare reqwest (no default features, json, rustls) is this many crates. Measured on version 0.13.5 in an empty
/// package, the package itself not counted; it changes with reqwest.
const BARE_REQWEST: usize = 85;
/// What a provider may add to that, its own crate and the core included.
const ALLOWED_MORE: usize = 22;

/// What the store adds to the core: SQLite is built in, PostgreSQL only for who asks for it.
const STORE_MORE: usize = 10;
const NOT_IN_STORE: &[&str] = &["tokio-postgres", "deadpool-postgres", "calamine"];
/// Who else may know whom of ours, beside the core.
const STORE: (&str, &[&str]) = ("rubank-store", &[]);
const RUNS: (&str, &[&str]) = ("rubank-runs", &["rubank-store"]);

/// The one TLS stack and its one crypto provider: of each there is one version.
const ONCE: &[&str] = &["rustls", "aws-lc-rs"];
/// Other TLS stacks, and other crypto providers of ours.
const NEVER: &[&str] = &[
    "ring",
    "openssl",
    "openssl-sys",
    "native-tls",
    "schannel",
    "boring",
];
/// The one crate that two providers share.
const SHARED: (&str, &[&str]) = ("sber-api", &["sber-encashment", "statements"]);

pub(crate) fn check() -> Result<(), Failed> {
    for provider in &crates::providers()? {
        let crates = tree(&["-p", provider, "--edges", "normal"])?;
        let more = crates.len().saturating_sub(BARE_REQWEST);
        println!(
            "{provider}: {} crates, {more} more than bare reqwest",
            crates.len()
        );
        if more > ALLOWED_MORE {
            return broken(
                provider,
                &format!("{more} crates more than bare reqwest, at most {ALLOWED_MORE}"),
            );
        }
        let ours = crates::all()?.into_iter().map(|room| room.package);
        for stranger in ours.filter(|name| crates.contains(name)) {
            if !may_depend(provider, &stranger) {
                return broken(provider, &format!("it pulls in {stranger}"));
            }
        }
    }
    store()?;
    one_stack()
}

/// What a program can link, dev-dependencies included, has one TLS stack over one crypto provider.
fn one_stack() -> Result<(), Failed> {
    let everything = packages(&["--workspace", "--all-features", "--edges", "all"])?;
    let versions = |name: &str| -> Vec<&str> {
        let all = everything.iter().filter(|(known, _)| known == name);
        all.map(|(_, version)| version.as_str()).collect()
    };
    for name in NEVER {
        if !versions(name).is_empty() {
            return broken(
                "the workspace",
                &format!("a second TLS stack is in the tree: {name}"),
            );
        }
    }
    for name in ONCE {
        let found = versions(name);
        let [version] = found.as_slice() else {
            let found = found.join(", ");
            return Err(Failed {
                what: format!("the workspace: one version of {name} is wanted, found: [{found}]"),
                repair: format!(
                    "cargo tree --workspace --all-features --edges all --invert {name}"
                ),
            });
        };
        println!("TLS in the whole workspace, dev-dependencies included: {name} {version} alone");
    }
    Ok(())
}

fn store() -> Result<(), Failed> {
    let core = tree(&["-p", "rubank-core", "--edges", "normal"])?.len();
    let crates = tree(&["-p", "rubank-store", "--edges", "normal"])?;
    let more = crates.len().saturating_sub(core);
    println!(
        "rubank-store: {} crates, {more} more than the core",
        crates.len()
    );
    if more > STORE_MORE || NOT_IN_STORE.iter().any(|name| crates.contains(*name)) {
        return broken(
            STORE.0,
            &format!("{more} crates more than the core, at most {STORE_MORE}"),
        );
    }
    for (who, friends) in [STORE, RUNS] {
        let crates = tree(&["-p", who, "--edges", "normal"])?;
        let ours = crates::all()?.into_iter().map(|room| room.package);
        for stranger in ours.filter(|name| crates.contains(name)) {
            let is_friend = friends.contains(&stranger.as_str());
            if stranger != who && stranger != "rubank-core" && !is_friend {
                return broken(
                    who,
                    &format!("it pulls in {stranger} without being asked to"),
                );
            }
        }
    }
    Ok(())
}

fn may_depend(provider: &str, other: &str) -> bool {
    let (shared, by) = SHARED;
    other == provider || other == "rubank-core" || (other == shared && by.contains(&provider))
}

fn broken(who: &str, what: &str) -> Result<(), Failed> {
    Err(Failed {
        what: format!("{who}: {what}"),
        repair: format!("cargo tree -p {who} --edges normal"),
    })
}

/// The names of all crates in a dependency tree.
fn tree(arguments: &[&str]) -> Result<BTreeSet<String>, Failed> {
    let packages = packages(arguments)?;
    Ok(packages.into_iter().map(|(name, _)| name).collect())
}

/// All crates in a dependency tree: name and version. Two versions of one crate are two.
fn packages(arguments: &[&str]) -> Result<BTreeSet<(String, String)>, Failed> {
    let mut command = vec!["tree", "--prefix", "none", "--format", "{p}"];
    command.extend(arguments);
    let text = cargo_output(&command)?;
    // `rustls v0.23.0`, and for our own a path behind that. Lines that name a feature have no version.
    let packages = text.lines().filter_map(|line| {
        let (name, rest) = line.split_once(" v")?;
        let version = rest.split(' ').next()?;
        Some((name.to_owned(), version.to_owned()))
    });
    Ok(packages.collect())
}
