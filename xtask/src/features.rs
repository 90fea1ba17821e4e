//! Features only add: each set compiles, and what it pulls in keeps the promises.

use crate::run::{Failed, cargo};
use crate::{crates, tree};

/// The core's sets; a provider forwards all but `testing`.
const CORE: &[&str] = &[
    "",
    "blocking",
    "encrypted-pem",
    "pkcs12",
    "testing",
    "blocking,encrypted-pem,pkcs12,testing",
];
const PROVIDER: &[&str] = &[
    "",
    "blocking",
    "encrypted-pem",
    "pkcs12",
    "blocking,encrypted-pem,pkcs12",
];
const STORE: &[&str] = &["", "postgres"];
const RUNS: &[&str] = &["", "payouts", "tbank", "payouts,tbank,xlsx"];

/// `cargo xtask features`
pub(crate) fn features() -> Result<(), Failed> {
    let compiles = |package: &str, set: &str| {
        cargo(&[
            "check",
            "--quiet",
            "-p",
            package,
            "--no-default-features",
            "--features",
            set,
        ])
    };
    for set in CORE {
        compiles("rubank-core", set)?;
    }
    for provider in crates::providers()? {
        for set in PROVIDER {
            compiles(&provider, set)?;
        }
    }
    for (package, sets) in [("rubank-store", STORE), ("rubank-runs", RUNS)] {
        for set in sets {
            compiles(package, set)?;
        }
    }
    compiles("rubank-sandbox", "")?;
    tree::check()
}
