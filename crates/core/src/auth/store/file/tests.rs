use std::os::unix::fs::{PermissionsExt, symlink};
use std::pin::pin;
use std::sync::atomic::{AtomicU32, Ordering};

use futures_util::FutureExt;
use time::macros::datetime;

use super::*;
use crate::clock::ManualClock;

/// A folder of its own for each test, gone with it.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("rubank-tokens-{}-{number}", std::process::id());
        Folder(std::env::temp_dir().join(name).join("deeper"))
    }

    fn store(&self) -> FileTokenStore {
        FileTokenStore::open(&self.0).unwrap()
    }

    fn names(&self) -> Vec<String> {
        let files = fs::read_dir(&self.0).unwrap();
        let mut names: Vec<_> = files
            .map(|file| file.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    /// The file that ends so; there is one.
    fn file(&self, extension: &str) -> PathBuf {
        let name = self
            .names()
            .into_iter()
            .find(|name| name.ends_with(extension));
        self.0.join(name.unwrap())
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _left_to_the_system = fs::remove_dir_all(self.0.parent().unwrap());
    }
}

fn key() -> TokenKey {
    TokenKey::new("production", "shop", "anna")
}

fn tokens(refresh: &str) -> StoredTokens {
    StoredTokens::new(refresh.into())
}

async fn saved(store: &FileTokenStore, key: &TokenKey) -> Option<String> {
    let tokens = store.load(key).await.unwrap()?;
    Some(tokens.refresh_token.expose().to_owned())
}

#[tokio::test]
async fn everything_is_kept() {
    let folder = Folder::new();
    let full = StoredTokens {
        access_token: Some("a \"quoted\" я".into()),
        access_expires_at: Some(datetime!(2026-11-21 10:00:00.123456789 UTC)),
        first_tried_at: Some(datetime!(2026-11-21 13:00 +3)),
        sign_in_again: true,
        ..tokens("r")
    };
    for wanted in [tokens("r"), full] {
        folder.store().save(&key(), &wanted).await.unwrap();
        let got = folder.store().load(&key()).await.unwrap().unwrap();
        let text = |secret: &Option<crate::secret::Secret>| {
            secret.as_ref().map(|secret| secret.expose().to_owned())
        };
        assert_eq!(got.refresh_token.expose(), wanted.refresh_token.expose());
        assert_eq!(text(&got.access_token), text(&wanted.access_token));
        assert_eq!(got.access_expires_at, wanted.access_expires_at);
        assert_eq!(got.first_tried_at, wanted.first_tried_at);
        assert_eq!(got.sign_in_again, wanted.sign_in_again);
    }
}

#[tokio::test]
async fn users_do_not_meet_and_cannot_leave_the_folder() {
    let folder = Folder::new();
    let store = folder.store();
    let long = "x".repeat(5000);
    let keys = [
        ("production", "shop", "anna"),
        ("production", "shop", "boris"),
        ("production", "shopa", "nna"),
        ("test", "shop", "anna"),
        ("production", "", "../../../etc/passwd"),
        ("production", "..", "."),
        ("production", "/", "/tmp/\0"),
        ("production", "Анна", long.as_str()),
    ]
    .map(|(environment, client, user)| TokenKey::new(environment, client, user));
    for (number, key) in keys.iter().enumerate() {
        assert_eq!(saved(&store, key).await, None);
        store.save(key, &tokens(&number.to_string())).await.unwrap();
    }
    for (number, key) in keys.iter().enumerate() {
        assert_eq!(saved(&store, key).await, Some(number.to_string()));
    }
    assert_eq!(folder.names().len(), 2 * keys.len());
    for name in folder.names() {
        let (stem, extension) = name.split_once('.').unwrap();
        assert!(stem.len() == 64 && stem.bytes().all(|byte| byte.is_ascii_hexdigit()));
        assert!(["json", "lock"].contains(&extension));
    }
}

#[tokio::test]
async fn only_the_owner_reads() {
    let folder = Folder::new();
    folder.store().save(&key(), &tokens("r")).await.unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&folder.0), 0o700);
    for name in folder.names() {
        assert_eq!(mode(&folder.0.join(name)), 0o600);
    }
}

#[tokio::test]
async fn a_save_that_was_cut_short_is_no_harm() {
    let folder = Folder::new();
    let store = folder.store();
    store.save(&key(), &tokens("old")).await.unwrap();
    let half = folder.file("json").with_extension("new");
    fs::write(&half, "{\"refresh_tok").unwrap();
    assert_eq!(saved(&store, &key()).await.as_deref(), Some("old"));
    store.save(&key(), &tokens("new")).await.unwrap();
    assert_eq!(saved(&store, &key()).await.as_deref(), Some("new"));
    assert!(!half.exists());

    // A link in its place does not lead the tokens elsewhere.
    let elsewhere = folder.0.join("elsewhere");
    fs::write(&elsewhere, "mine").unwrap();
    symlink(&elsewhere, &half).unwrap();
    store.save(&key(), &tokens("newer")).await.unwrap();
    assert_eq!(fs::read_to_string(&elsewhere).unwrap(), "mine");
    assert_eq!(saved(&store, &key()).await.as_deref(), Some("newer"));
}

#[tokio::test]
async fn a_file_that_is_not_ours_is_refused_without_quoting_it() {
    let folder = Folder::new();
    let store = folder.store();
    store.save(&key(), &tokens("r")).await.unwrap();
    let good = fs::read_to_string(folder.file("json")).unwrap();
    let rows = [
        String::new(),
        "canary".to_owned(),
        good.replace(r#""refresh_token":"r""#, r#""refresh_token":["canary"]"#),
        good.replace(r#""version":1"#, r#""version":2,"more":"canary""#),
        good.replace(r#""user":"anna""#, r#""user":"canary""#),
        good.replace(r#""first_tried_at":null"#, r#""first_tried_at":"canary""#),
    ];
    for text in rows {
        assert_ne!(text, good);
        fs::write(folder.file("json"), &text).unwrap();
        let error = store.load(&key()).await.unwrap_err();
        assert!(!error.is_transient());
        assert!(!format!("{error} {error:?}").contains("canary"), "{error}");
    }
    // What a newer version adds is no harm.
    fs::write(folder.file("json"), good.replace('}', r#","more":1}"#)).unwrap();
    assert!(saved(&store, &key()).await.is_some());
}

#[tokio::test]
async fn there_is_one_lock_for_each_user() {
    let folder = Folder::new();
    let (first, second) = (folder.store(), folder.store());
    let forever = Duration::from_secs(3600);
    let mut held = first.lock(&key(), forever).await.unwrap();
    let other = TokenKey::new("production", "shop", "boris");
    second.save(&other, &tokens("b")).await.unwrap();

    let (key, third) = (key(), tokens("c"));
    let mut waiting = pin!(second.save(&key, &third));
    assert!(waiting.as_mut().now_or_never().is_none());
    held.save(&tokens("a")).await.unwrap();
    assert_eq!(saved(&second, &key).await.as_deref(), Some("a"));
    held.release().await.unwrap();
    waiting.await.unwrap();
    assert_eq!(saved(&first, &key).await.as_deref(), Some("c"));

    // Dropping gives it back, too; and who waits may go away.
    let held = first.lock(&key, forever).await.unwrap();
    assert!(second.lock(&key, forever).now_or_never().is_none());
    drop(held);
    second.save(&key, &tokens("d")).await.unwrap();
}

#[tokio::test]
async fn a_lease_that_is_over_saves_nothing() {
    let folder = Folder::new();
    let clock = ManualClock::new(datetime!(2026-11-21 10:00 UTC));
    let store = folder.store().clock(clock.clone());
    let mut slow = store.lock(&key(), Duration::from_secs(60)).await.unwrap();
    slow.save(&tokens("old")).await.unwrap();
    clock.when_sleeping(1).await;
    clock.advance(Duration::from_secs(60));

    // Another process, whose clock goes on by itself, gets in while the slow one still has its lock in hand.
    folder.store().save(&key(), &tokens("new")).await.unwrap();
    let error = slow.save(&tokens("late")).await.unwrap_err();
    assert!(error.is_transient());
    assert_eq!(error.to_string(), "the token store: the lock was lost");
    slow.release().await.unwrap();
    assert_eq!(saved(&store, &key()).await.as_deref(), Some("new"));
}

#[tokio::test]
async fn a_lock_given_back_in_time_has_no_end() {
    let folder = Folder::new();
    let clock = ManualClock::new(datetime!(2026-11-21 10:00 UTC));
    let store = folder.store().clock(clock.clone());
    let lock = store.lock(&key(), Duration::from_secs(60)).await.unwrap();
    clock.when_sleeping(1).await;
    lock.release().await.unwrap();
    while clock.sleepers() > 0 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_dropped_save_still_ends_whole() {
    let folder = Folder::new();
    let store = folder.store();
    let mut lock = store.lock(&key(), Duration::from_secs(60)).await.unwrap();
    let big = tokens(&"x".repeat(100_000));
    drop(lock.save(&big).now_or_never());
    drop(lock);
    // Either it had begun, and then nobody gets in before its end, or it never did.
    store.save(&key(), &tokens("next")).await.unwrap();
    assert_eq!(saved(&store, &key()).await.as_deref(), Some("next"));
    assert!(!folder.names().iter().any(|name| name.ends_with("new")));
}

#[tokio::test]
async fn a_disk_that_refuses_is_told_plainly() {
    let folder = Folder::new();
    let store = folder.store();
    store.save(&key(), &tokens("r")).await.unwrap();
    let tokens_file = folder.file("json");
    fs::remove_file(&tokens_file).unwrap();
    fs::create_dir(&tokens_file).unwrap();
    let error = store.load(&key()).await.unwrap_err();
    assert!(!error.is_transient(), "it will not get better by itself");
    assert!(
        error
            .to_string()
            .starts_with("the token store: the tokens cannot be read: ")
    );
    assert!(store.save(&key(), &tokens("r")).await.is_err());

    fs::remove_dir_all(&folder.0).unwrap();
    let error = store.save(&key(), &tokens("r")).await.unwrap_err();
    assert!(
        error.to_string().contains("the lock cannot be taken"),
        "{error}"
    );
    fs::write(&folder.0, "a file in the way").unwrap();
    assert!(FileTokenStore::open(&folder.0).is_err());
}

#[test]
fn debug_tells_the_place_and_no_user() {
    let folder = Folder::new();
    let text = format!("{:?}", folder.store());
    assert!(text.starts_with("FileTokenStore(") && !text.contains("anna"));
}
