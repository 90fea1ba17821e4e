//! The examples use no key of their own at the bank.

#![allow(clippy::unwrap_used, reason = "a test fails by it")]

#[path = "../examples/support/key.rs"]
mod key;

#[test]
fn at_the_bank_a_key_must_be_named() {
    let named = || Some("named".to_owned());
    assert!(key::key(None, "simulated", true).is_err());
    assert_eq!(key::key(None, "simulated", false).unwrap(), "simulated");
    for is_the_bank in [true, false] {
        assert_eq!(
            key::key(named(), "simulated", is_the_bank).unwrap(),
            "named"
        );
    }
}
