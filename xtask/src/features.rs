//! Features only add: each set compiles, and what it pulls in keeps the promises.

use crate::run::{Failed, cargo};
use crate::tree;

/// Package and feature set.
const SETS: &[(&str, &str)] = &[
    ("rubank-core", ""),
    ("rubank-core", "blocking"),
    ("rubank-core", "encrypted-pem"),
    ("rubank-core", "pkcs12"),
    ("rubank-core", "testing"),
    ("rubank-core", "blocking,encrypted-pem,pkcs12,testing"),
    ("alfa-sbp", ""),
    ("alfa-sbp", "blocking"),
    ("alfa-sbp", "blocking,encrypted-pem,pkcs12"),
    ("rubank-sandbox", ""),
];

/// `cargo xtask features`
pub(crate) fn features() -> Result<(), Failed> {
    for (package, set) in SETS {
        cargo(&[
            "check",
            "-p",
            package,
            "--no-default-features",
            "--features",
            set,
        ])?;
    }
    tree::check()
}
