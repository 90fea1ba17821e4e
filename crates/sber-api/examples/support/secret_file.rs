//! Where a new client secret is kept: on the disk before anybody else knows it.

use std::env;
use std::error::Error;
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// The file that was named. Against a bank there is no other: a secret that nobody wrote down locks the company out.
pub(crate) fn path(named: Option<&str>, is_the_bank: bool) -> Result<PathBuf, Box<dyn Error>> {
    match named {
        Some(named) => Ok(named.into()),
        None if is_the_bank => Err("name the file that is to keep the new secret".into()),
        None => Ok(env::temp_dir().join(format!("sber-client-secret-{}", std::process::id()))),
    }
}

/// A file that nobody else reads, and that was not there: it must not replace the only copy of another secret.
pub(crate) struct SecretFile {
    file: File,
    path: PathBuf,
}

impl SecretFile {
    pub(crate) fn create(path: &Path) -> io::Result<Self> {
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        Ok(Self {
            file: options.open(path)?,
            path: path.to_owned(),
        })
    }

    /// When it returns, the words survive a loss of power.
    pub(crate) fn keep(&mut self, words: &str) -> io::Result<()> {
        self.file.write_all(words.as_bytes())?;
        self.file.sync_all()?;
        // The name must survive, too.
        #[cfg(unix)]
        {
            let folder = self.path.parent().filter(|path| *path != Path::new(""));
            File::open(folder.unwrap_or(Path::new(".")))?.sync_all()?;
        }
        Ok(())
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}
