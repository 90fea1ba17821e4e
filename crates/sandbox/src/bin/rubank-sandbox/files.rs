//! Where the certificates are put for clients in other processes.

use std::fs::{self, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

/// The files that were written.
pub(crate) struct Written {
    pub(crate) ca: PathBuf,
    pub(crate) client: PathBuf,
}

/// Writes `ca.pem` and `client.pem` (chain and private key) into `dir`, or into a new temporary directory. Files
/// of these names that are there are replaced.
pub(crate) fn write(dir: Option<PathBuf>, ca: &str, client: &str) -> io::Result<Written> {
    let dir = match dir {
        Some(dir) => {
            fs::create_dir_all(&dir)?;
            dir
        }
        None => fresh_dir()?,
    };
    let written = Written {
        ca: dir.join("ca.pem"),
        client: dir.join("client.pem"),
    };
    replace(&written.ca, ca)?;
    replace(&written.client, client)?;
    Ok(written)
}

/// A directory that did not exist before, so that nobody else owns it.
fn fresh_dir() -> io::Result<PathBuf> {
    let base = std::env::temp_dir();
    let process = std::process::id();
    for attempt in 0_u32..100 {
        let dir = base.join(format!("rubank-sandbox-{process}-{attempt}"));
        match fs::create_dir(&dir) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            done => return done.map(|()| dir),
        }
    }
    Err(ErrorKind::AlreadyExists.into())
}

/// A key is readable by its owner only, even one that opens nothing.
fn replace(path: &Path, text: &str) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)?.write_all(text.as_bytes())
}
