//! Which crates there are, found by their rooms.

use std::fs;
use std::path::PathBuf;

use crate::run::{Failed, root};

/// A crate of ours. Its package is not always called as its folder: `crates/runs` holds `rubank-runs`.
pub(crate) struct Room {
    pub(crate) folder: PathBuf,
    pub(crate) package: String,
}

/// Every crate of ours, by the name of its folder.
pub(crate) fn all() -> Result<Vec<Room>, Failed> {
    let unreadable = |error| Failed {
        what: format!("the crates cannot be listed: {error}"),
        repair: "ls crates".to_owned(),
    };
    let mut folders = Vec::new();
    for entry in fs::read_dir(root().join("crates")).map_err(unreadable)? {
        folders.push(entry.map_err(unreadable)?.path());
    }
    folders.sort();
    folders.into_iter().map(room).collect()
}

/// The packages of banks: those with a provider.
pub(crate) fn providers() -> Result<Vec<String>, Failed> {
    let is_provider = |room: &Room| room.folder.join("src/provider.rs").exists();
    let providers = all()?.into_iter().filter(is_provider);
    Ok(providers.map(|room| room.package).collect())
}

fn room(folder: PathBuf) -> Result<Room, Failed> {
    let manifest = folder.join("Cargo.toml");
    let text = fs::read_to_string(&manifest).unwrap_or_default();
    let name = text
        .lines()
        .find_map(|line| line.strip_prefix("name = \"")?.strip_suffix('"'));
    match name {
        Some(package) => Ok(Room {
            package: package.to_owned(),
            folder,
        }),
        None => Err(Failed {
            what: format!("{} names no package", manifest.display()),
            repair: format!("give {} a name", manifest.display()),
        }),
    }
}
