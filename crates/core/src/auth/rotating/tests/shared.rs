//! The end of a grant, and several processes.

use super::*;

// The end of a grant.

#[tokio::test]
async fn invalid_grant_is_final_until_a_person_signs_in() {
    let (bench, store) = signed_in([invalid_grant(), pair("r6", "a6")]).await;
    let one = process(&store);
    for _ in 0..5 {
        assert_eq!(asked(&bench, &one).await, "SignInAgain");
        assert_eq!(
            asked(&bench, &process(&store)).await,
            "SignInAgain",
            "another process"
        );
        bench.clock.advance(seconds(600));
    }
    assert_eq!(sent(&bench), ["r1"]);
    assert_eq!(store.line().await, "r1/- tried over");

    store
        .save(&key(), &StoredTokens::new("r5".into()))
        .await
        .unwrap();
    assert_eq!(asked(&bench, &one).await, "a6");
    assert_eq!(sent(&bench), ["r1", "r5"]);
}

#[tokio::test]
async fn no_other_refusal_is() {
    for code in ["invalid_token", "UNAUTHORIZED", "access_denied", "x"] {
        let refused = Reply::json(401, format!(r#"{{"error":"{code}"}}"#));
        let (bench, store) = signed_in([vec![refused; 3], vec![pair("r2", "a2")]].concat()).await;
        let process = process(&store);
        for _ in 0..3 {
            assert_eq!(asked(&bench, &process).await, "Refused", "{code}");
            assert_eq!(store.line().await, "r1/-", "{code}");
            bench.clock.advance(seconds(5000));
        }
        assert_eq!(asked(&bench, &process).await, "a2", "{code}");
        assert_eq!(sent(&bench), ["r1"; 4], "{code}");
    }
}

#[tokio::test]
async fn without_a_sign_in_nobody_is_asked() {
    let (bench, store) = empty([pair("r2", "a2")]);
    assert_eq!(asked(&bench, &process(&store)).await, "SignInAgain");
    assert_eq!(bench.service.sends(), 0);
}

#[tokio::test]
async fn what_a_sign_in_brings_is_used_at_once() {
    let (bench, store) = empty([]);
    let body = r#"{"access_token":"a1","expires_in":3600,"refresh_token":"r1"}"#;
    let answer = crate::operation::Answer::new(http::StatusCode::OK, http::HeaderMap::new(), body);
    let answer = TokenAnswer::read(&answer, bench.clock.now()).unwrap();
    let tokens = StoredTokens::signed_in(&answer, bench.clock.now()).unwrap();
    store.save(&key(), &tokens).await.unwrap();
    assert_eq!(asked(&bench, &process(&store)).await, "a1");
    assert_eq!(bench.service.sends(), 0);

    let alone = TokenAnswer {
        refresh_token: None,
        ..answer
    };
    let error = StoredTokens::signed_in(&alone, bench.clock.now()).unwrap_err();
    assert_eq!(error.kind(), AuthErrorKind::Unreadable);
}

#[tokio::test]
async fn the_word_bearer_can_be_left_out() {
    let (bench, store) = signed_in([pair("r2", "a2")]).await;
    let process = process(&store).without_scheme();
    let authorization = bench.clock.drive(process.authorize(&bench.read())).await;
    let authorization = authorization.unwrap();
    assert_eq!(header(&authorization), "a2");
    assert!(authorization.headers()["authorization"].is_sensitive());
    assert!(authorization.token().is_some());
}

// Several processes.

#[tokio::test]
async fn two_processes_refresh_once() {
    let (bench, store) = signed_in([pair("r2", "a2")]).await;
    let (one, two) = (process(&store), process(&store));
    let context = bench.read();
    let both = join(one.authorize(&context), two.authorize(&context));
    let (first, second) = bench.clock.drive(both).await;
    assert_eq!(
        (told(first), told(second)),
        ("a2".to_owned(), "a2".to_owned())
    );
    assert_eq!(sent(&bench), ["r1"]);
}

#[tokio::test]
async fn a_refused_access_token_is_replaced_unless_another_process_has_done_so() {
    let (bench, store) = signed_in([pair("r2", "a2"), pair("r3", "a3")]).await;
    let (one, two) = (process(&store), process(&store));
    assert_eq!(
        (asked(&bench, &one).await, asked(&bench, &two).await),
        ("a2".into(), "a2".into())
    );
    let refused = bench
        .clock
        .drive(one.authorize(&bench.read()))
        .await
        .unwrap()
        .token()
        .unwrap();
    one.invalidate(&refused);
    // It lives on in the store, but it is the one that was refused.
    assert_eq!(asked(&bench, &one).await, "a3");
    let refused = bench
        .clock
        .drive(two.authorize(&bench.read()))
        .await
        .unwrap()
        .token()
        .unwrap();
    two.invalidate(&refused);
    assert_eq!(asked(&bench, &two).await, "a3");
    assert_eq!(sent(&bench), ["r1", "r2"]);
}

#[tokio::test]
async fn a_stored_token_that_would_end_during_a_write_is_replaced() {
    // (a write, left to live, what it gets)
    for (write, left, expected) in [
        (true, 29, "a2"),
        (true, 31, "a1"),
        (false, 29, "a1"),
        (false, 0, "a2"),
    ] {
        let (bench, store) = empty([pair("r2", "a2")]);
        let tokens = StoredTokens {
            access_token: Some("a1".into()),
            access_expires_at: Some(bench.clock.now() + seconds(left)),
            ..StoredTokens::new("r1".into())
        };
        store.save(&key(), &tokens).await.unwrap();
        let context = if write { bench.write() } else { bench.read() };
        let process = process(&store);
        let result = bench.clock.drive(process.authorize(&context)).await;
        assert_eq!(told(result), expected, "{write} {left}");
    }
}

#[tokio::test]
async fn users_and_environments_are_kept_apart() {
    let (bench, store) = signed_in([pair("r2", "a2")]).await;
    let client = OAuthClient::new("shop", "s3cret".into());
    let other = RotatingRefresh::new(
        HostId::TOKEN,
        "/token",
        client,
        "boris",
        Arc::new(store.clone()),
    );
    assert_eq!(asked(&bench, &other).await, "SignInAgain");
    let stand = crate::environment::Environment::new("stand").host(
        HostId::TOKEN,
        crate::environment::Host::new("https://stand.bank.test"),
    );
    let context = AuthContext {
        environment: &stand,
        ..bench.read()
    };
    let process = process(&store);
    assert_eq!(
        told(bench.clock.drive(process.authorize(&context)).await),
        "SignInAgain"
    );
    assert_eq!(bench.service.sends(), 0);
}
