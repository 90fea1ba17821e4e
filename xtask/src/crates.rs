//! Which crates there are, found by their rooms.

use std::fs;

use crate::run::{Failed, root};

/// Every crate of ours, by the name of its folder; the package is called so, too, or `rubank-` before it.
pub(crate) fn all() -> Result<Vec<String>, Failed> {
    let unreadable = |error| Failed {
        what: format!("the crates cannot be listed: {error}"),
        repair: "ls crates".to_owned(),
    };
    let mut found = Vec::new();
    for entry in fs::read_dir(root().join("crates")).map_err(unreadable)? {
        found.push(
            entry
                .map_err(unreadable)?
                .file_name()
                .to_string_lossy()
                .into_owned(),
        );
    }
    found.sort();
    Ok(found)
}

/// The crates of banks: those with a provider.
pub(crate) fn providers() -> Result<Vec<String>, Failed> {
    let is_provider = |name: &String| {
        root()
            .join("crates")
            .join(name)
            .join("src/provider.rs")
            .exists()
    };
    Ok(all()?.into_iter().filter(is_provider).collect())
}
