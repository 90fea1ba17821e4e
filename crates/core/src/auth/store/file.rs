//! Tokens in a folder: one file for each user, one lock for all processes of the machine.

mod format;

use std::fmt::{self, Write as _};
use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use aws_lc_rs::digest::{Context, SHA256};
use tokio::task::{AbortHandle, spawn_blocking};

use super::{StoreError, StoredTokens, TokenKey, TokenLock, TokenStore};
use crate::clock::{Clock, SystemClock};
use crate::future::BoxFuture;

/// How often a lock that another process has is asked for again.
const BETWEEN_TRIES: Duration = Duration::from_millis(20);

/// A [`TokenStore`] in a folder, for all processes of one machine. Only on Unix.
///
/// - Each user has a file of its own that only its owner may read (0600; a folder made here has 0700). Its name is a hash of
///   the [`TokenKey`], so no client or user name can lead out of the folder, nor be read in a listing. Inside, tokens
///   are in clear: whoever can read the file has them.
/// - A save writes a second file, brings it to the disk, renames it over the first and brings the folder to the disk.
///   A crash at any moment leaves the old tokens or the new ones, whole.
/// - The lock is the operating system's, on a file beside the tokens that is never removed. A holder that is killed
///   loses it at that moment, and needs no lease for that. A holder that lives loses it when the lease is over, unless
///   its whole process is stopped: nobody could tell how far it had come, so the others wait for it, until their own
///   deadline.
/// - Files are worked on by tokio's threads for blocking work, so that a slow disk holds up nobody else. It needs a
///   tokio runtime.
///
/// Keep the folder on a local disk: network file systems are known to answer for locks and for `fsync` without having
/// done it.
///
/// ```
/// use rubank_core::auth::{FileTokenStore, StoredTokens, TokenKey, TokenStore};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), rubank_core::auth::StoreError> {
/// # let folder = std::env::temp_dir().join(format!("rubank-doc-{}", std::process::id()));
/// let store = FileTokenStore::open(&folder)?;
/// let key = TokenKey::new("production", "shop-1", "+7 900 000-00-00");
/// store.save(&key, &StoredTokens::new("not-a-real-token".into())).await?;
///
/// let another_process = FileTokenStore::open(&folder)?;
/// assert_eq!(another_process.load(&key).await?.unwrap().refresh_token.expose(), "not-a-real-token");
/// # std::fs::remove_dir_all(folder).unwrap();
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct FileTokenStore {
    folder: Arc<Path>,
    clock: Arc<dyn Clock>,
}

impl FileTokenStore {
    /// A store in `folder`, which is made if it is not there, its parents included. Blocks for a moment.
    ///
    /// # Errors
    /// The folder cannot be made.
    pub fn open(folder: impl Into<PathBuf>) -> Result<Self, StoreError> {
        let folder = folder.into();
        let made = DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&folder);
        made.map_err(|error| failed("the folder cannot be made", &error))?;
        Ok(FileTokenStore {
            folder: folder.into(),
            clock: Arc::new(SystemClock),
        })
    }

    /// Measures leases and the pauses between two tries of a lock on this clock. By default the machine's.
    #[must_use]
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    fn files(&self, key: &TokenKey) -> Files {
        let mut hash = Context::new(&SHA256);
        for part in [key.environment(), key.client(), key.user()] {
            // With its length, so that no two keys are the same text.
            hash.update(&(part.len() as u64).to_le_bytes());
            hash.update(part.as_bytes());
        }
        let name =
            hash.finish()
                .as_ref()
                .iter()
                .fold(String::with_capacity(64), |mut name, byte| {
                    // Writing to a text cannot fail.
                    let _written = write!(name, "{byte:02x}");
                    name
                });
        let file = |extension: &str| self.folder.join(format!("{name}.{extension}"));
        Files {
            folder: Arc::clone(&self.folder),
            tokens: file("json"),
            next: file("new"),
            lock: file("lock"),
        }
    }
}

impl TokenStore for FileTokenStore {
    fn load<'a>(
        &'a self,
        key: &'a TokenKey,
    ) -> BoxFuture<'a, Result<Option<StoredTokens>, StoreError>> {
        let (files, key) = (self.files(key), key.clone());
        Box::pin(apart(move || match fs::read(&files.tokens) {
            Ok(text) => format::read(&text, &key).map(Some),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(failed("the tokens cannot be read", &error)),
        }))
    }

    fn lock<'a>(
        &'a self,
        key: &'a TokenKey,
        lease: Duration,
    ) -> BoxFuture<'a, Result<Box<dyn TokenLock>, StoreError>> {
        let files = self.files(key);
        Box::pin(async move {
            // Asked for again and again, and not waited for in a thread: whoever gives up waiting would leave the
            // thread behind, and a runtime does not end before its threads.
            let held = loop {
                let path = files.lock.clone();
                if let Some(held) = apart(move || try_lock(&path)).await? {
                    break Arc::new(Mutex::new(Some(held)));
                }
                self.clock.sleep(BETWEEN_TRIES).await;
            };
            let end = let_go_after(self.clock.sleep(lease), Arc::downgrade(&held));
            let lock: Box<dyn TokenLock> = Box::new(FileLock {
                key: key.clone(),
                files,
                held,
                end,
            });
            Ok(lock)
        })
    }
}

impl fmt::Debug for FileTokenStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FileTokenStore({})", self.folder.display())
    }
}

/// Where the tokens of one key are.
#[derive(Clone)]
struct Files {
    folder: Arc<Path>,
    tokens: PathBuf,
    next: PathBuf,
    lock: PathBuf,
}

/// The locked file, until the lease is over. Closing it unlocks it.
type Held = Mutex<Option<File>>;

struct FileLock {
    key: TokenKey,
    files: Files,
    held: Arc<Held>,
    end: AbortHandle,
}

impl TokenLock for FileLock {
    fn save<'a>(&'a mut self, tokens: &'a StoredTokens) -> BoxFuture<'a, Result<(), StoreError>> {
        let text = format::write(tokens, &self.key);
        let (files, held) = (self.files.clone(), Arc::clone(&self.held));
        Box::pin(apart(move || {
            // Kept through the whole save: neither the end of the lease nor a dropped future lets anybody else in
            // before the tokens are on the disk.
            let held = held.lock().unwrap_or_else(PoisonError::into_inner);
            match *held {
                Some(_) => replace(&files, &text?),
                None => Err(StoreError::lock_lost()),
            }
        }))
    }

    fn release(self: Box<Self>) -> BoxFuture<'static, Result<(), StoreError>> {
        drop(self);
        Box::pin(std::future::ready(Ok(())))
    }
}

impl Drop for FileLock {
    fn drop(&mut self) {
        self.end.abort();
    }
}

/// Without the user, as the key itself.
impl fmt::Debug for FileLock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("FileLock").field(&self.key).finish()
    }
}

/// The file is its own owner's only, as are the tokens: the right to lock is the right to stop others.
fn try_lock(path: &Path) -> Result<Option<File>, StoreError> {
    let cannot = |error: &io::Error| failed("the lock cannot be taken", error);
    let file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .mode(0o600)
        .open(path)
        .map_err(|error| cannot(&error))?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(cannot(&error)),
    }
}

/// Unlocks when the lease is over, if somebody still holds it then.
fn let_go_after(lease: BoxFuture<'static, ()>, held: Weak<Held>) -> AbortHandle {
    let end = tokio::spawn(async move {
        lease.await;
        if let Some(held) = held.upgrade() {
            // A save that is under way holds the mutex as long as the disk takes.
            let _ends_by_itself = spawn_blocking(move || {
                *held.lock().unwrap_or_else(PoisonError::into_inner) = None;
            });
        }
    });
    end.abort_handle()
}

fn replace(files: &Files, text: &str) -> Result<(), StoreError> {
    let written = || -> io::Result<()> {
        // Left behind by who was killed here. It may also be a link that somebody else put there: it goes, and what
        // is made next is a file of our own.
        match fs::remove_file(&files.next) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let mut next = OpenOptions::new()
            .create_new(true)
            .write(true)
            .mode(0o600)
            .open(&files.next)?;
        next.write_all(text.as_bytes())?;
        next.sync_all()?;
        fs::rename(&files.next, &files.tokens)?;
        // The new name is on the disk only when the folder is.
        File::open(&files.folder)?.sync_all()
    };
    written().map_err(|error| failed("the tokens cannot be saved", &error))
}

/// Does blocking work on a thread for it. The work goes on to its end even if nobody waits for it any more.
async fn apart<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    match spawn_blocking(work).await {
        Ok(result) => result,
        Err(_) => Err(StoreError::unavailable("the runtime is shutting down")),
    }
}

/// The system's word for it has neither paths nor contents.
fn failed(what: &str, error: &io::Error) -> StoreError {
    use io::ErrorKind::{IsADirectory, NotADirectory, PermissionDenied, ReadOnlyFilesystem};
    let text = format!("{what}: {}", error.kind());
    match error.kind() {
        PermissionDenied | ReadOnlyFilesystem | IsADirectory | NotADirectory => {
            StoreError::broken(text)
        }
        _ => StoreError::unavailable(text),
    }
}

#[cfg(test)]
mod tests;
