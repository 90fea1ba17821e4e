//! The file of the example `renew_secret`: a new client secret is on the disk before anybody else knows it.

#![allow(clippy::unwrap_used, reason = "a test fails by it")]

#[path = "../examples/support/secret_file.rs"]
mod secret_file;

use std::env;
use std::fs;

use secret_file::SecretFile;

#[test]
fn against_the_bank_the_file_must_be_named() {
    assert!(secret_file::path(None, true).is_err());
    assert!(
        secret_file::path(None, false)
            .unwrap()
            .starts_with(env::temp_dir())
    );
    for is_the_bank in [true, false] {
        let path = secret_file::path(Some("here"), is_the_bank).unwrap();
        assert_eq!(path.to_str(), Some("here"));
    }
}

#[test]
fn a_secret_is_kept_for_its_owner_and_replaces_no_other() {
    let path = env::temp_dir().join(format!("secret-file-test-{}", std::process::id()));
    let mut file = SecretFile::create(&path).unwrap();
    file.keep("the new one").unwrap();
    assert_eq!(fs::read_to_string(file.path()).unwrap(), "the new one");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    assert!(
        SecretFile::create(&path).is_err(),
        "it may be the only copy"
    );
    fs::remove_file(&path).unwrap();
}

/// The order is the point: with the secret in memory only, a crash between the two locks the company out.
#[test]
fn the_example_writes_before_the_bank_hears_and_before_anything_is_read() {
    let example = include_str!("../examples/renew_secret.rs");
    let at = |words: &str| {
        example
            .find(words)
            .unwrap_or_else(|| panic!("no '{words}'"))
    };
    assert!(at("file.keep(new.expose())") < at("client.send(&change)"));
    assert!(at("SecretFile::create(&path)") < at("exchanged(client, id, old, &mut file)"));
    assert!(at("file.keep(answer.answer().expose())") < at("answer.client_secret()"));
}
