//! What is saved before what.

use super::*;

#[tokio::test]
async fn the_try_is_saved_before_it_leaves_and_the_pair_before_it_is_used() {
    let (bench, store) = signed_in([pair("r2", "a2")]).await;
    assert_eq!(asked(&bench, &process(&store)).await, "a2");
    assert_eq!(
        store.log(),
        ["lock", "save r1/- tried", "send", "save r2/a2", "release"]
    );
    assert_eq!(
        bench.forms(),
        ["grant_type=refresh_token&refresh_token=r1&client_id=shop&client_secret=s3cret"],
    );
}

#[tokio::test]
async fn nothing_leaves_when_the_try_cannot_be_saved() {
    let (bench, store) = signed_in([pair("r2", "a2")]).await;
    store.saves([Err(StoreError::unavailable("disk full"))]);
    assert_eq!(asked(&bench, &process(&store)).await, "Unavailable");
    assert_eq!(store.log(), ["lock", "save fails", "release"]);
    assert_eq!(store.line().await, "r1/-");
}

#[tokio::test]
async fn a_pair_that_cannot_be_saved_is_not_used() {
    for error in [
        StoreError::unavailable("disk full"),
        StoreError::lock_lost(),
    ] {
        let (bench, store) = signed_in([pair("r2", "a2"), pair("r3", "a3")]).await;
        store.saves([Ok(()), Err(error)]);
        let process = process(&store);
        assert_eq!(asked(&bench, &process).await, "Unavailable");
        assert_eq!(store.line().await, "r1/- tried");
        // The bank is asked again with the same token, as after a lost answer.
        bench.clock.advance(seconds(1));
        assert_eq!(asked(&bench, &process).await, "a3");
        assert_eq!(sent(&bench), ["r1", "r1"]);
        assert_eq!(store.line().await, "r3/a3");
    }
}

#[tokio::test]
async fn tokens_are_kept_and_renewed_in_their_turn() {
    let (bench, store) = signed_in([pair("r2", "a2"), pair("r3", "a3")]).await;
    let process = process(&store);
    assert_eq!(asked(&bench, &process).await, "a2");
    bench.clock.advance(seconds(3000));
    assert_eq!(asked(&bench, &process).await, "a2");
    bench.clock.advance(seconds(600));
    assert_eq!(asked(&bench, &process).await, "a3");
    assert_eq!(sent(&bench), ["r1", "r2"]);
}

#[tokio::test]
async fn a_server_that_does_not_rotate_leaves_the_refresh_token_as_it_is() {
    let answer = || Reply::json(200, r#"{"access_token":"a","expires_in":60}"#);
    let (bench, store) = signed_in([answer(), answer()]).await;
    let process = process(&store);
    assert_eq!(asked(&bench, &process).await, "a");
    assert_eq!(store.line().await, "r1/a");
    bench.clock.advance(seconds(60));
    assert_eq!(asked(&bench, &process).await, "a");
    assert_eq!(sent(&bench), ["r1", "r1"]);
}
