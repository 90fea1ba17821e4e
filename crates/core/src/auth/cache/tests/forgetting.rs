//! What is remembered, and for how long: failures, refused tokens, idle tokens.

use super::*;

// Failures are not remembered for long.

#[tokio::test]
async fn a_failure_is_told_to_all_who_waited_and_soon_forgotten() {
    let bench = Bench::new([]);
    let (cache, server) = (TokenCache::new(), Server::new(&bench).fails(seconds(2)));
    let callers = join_all((0..20).map(|_| ask(&cache, &server, bench.read())));
    for result in bench.clock.drive(callers).await {
        let error = result.unwrap_err();
        assert_eq!(error.kind(), AuthErrorKind::Unavailable);
        let wait = error.retry_after().unwrap();
        assert!(
            (Duration::from_millis(500)..=seconds(1)).contains(&wait),
            "{wait:?}"
        );
    }
    assert_eq!(server.fetches(), 1);

    let again = bench
        .clock
        .drive(ask(&cache, &server, bench.read()))
        .await
        .unwrap_err();
    assert_eq!(server.fetches(), 1);
    // Who comes back when it was told to, finds the way free.
    bench.clock.advance(again.retry_after().unwrap());
    assert_eq!(asked(&bench, &cache, &server).await, "token-2");
}

#[tokio::test]
async fn pauses_grow_to_eight_seconds_and_shrink_after_a_success() {
    let bench = Bench::new([]);
    let cache = TokenCache::new();
    let mut server = Server::new(&bench);
    for _ in 0..6 {
        server = server.fails(Duration::ZERO);
    }
    let server = server
        .gives(Duration::ZERO, seconds(1))
        .fails(Duration::ZERO);
    let pause = async || {
        let error = bench
            .clock
            .drive(ask(&cache, &server, bench.read()))
            .await
            .unwrap_err();
        let pause = error.retry_after().unwrap();
        bench.clock.advance(pause);
        pause
    };
    for ceiling in [1, 2, 4, 8, 8, 8] {
        let pause = pause().await;
        assert!(
            (seconds(ceiling) / 2..=seconds(ceiling)).contains(&pause),
            "{ceiling}: {pause:?}"
        );
    }
    assert_eq!(asked(&bench, &cache, &server).await, "token-7");
    bench.clock.advance(seconds(1));
    assert!(pause().await <= seconds(1));
}

#[tokio::test]
async fn the_servers_own_pause_counts_up_to_half_a_minute() {
    // (asked for, told to the caller, free again after)
    for (asked_for, told, free) in [(12, 12, 12), (30, 30, 30), (300, 300, 30)] {
        let bench = Bench::new([]);
        let cache = TokenCache::new();
        let busy = unavailable().with_retry_after(Some(seconds(asked_for)));
        let server = Server::new(&bench).fails_with(Duration::ZERO, busy);
        let error = bench
            .clock
            .drive(ask(&cache, &server, bench.read()))
            .await
            .unwrap_err();
        assert_eq!(error.retry_after(), Some(seconds(told)));

        bench
            .clock
            .advance(seconds(free) - Duration::from_millis(1));
        let error = bench
            .clock
            .drive(ask(&cache, &server, bench.read()))
            .await
            .unwrap_err();
        assert_eq!(
            error.retry_after(),
            Some(seconds(told - free) + Duration::from_millis(1))
        );
        assert_eq!(server.fetches(), 1);

        bench.clock.advance(Duration::from_millis(1));
        assert_eq!(asked(&bench, &cache, &server).await, "token-2");
    }
}

// A 401.

#[tokio::test]
async fn a_401_clears_that_token_and_no_newer_one() {
    let bench = Bench::new([]);
    let (cache, server) = (TokenCache::new(), Server::new(&bench));
    let old = bench
        .clock
        .drive(ask(&cache, &server, bench.read()))
        .await
        .unwrap();

    cache.invalidate(&TokenId(old.id.0 + 1_000_000));
    assert_eq!(
        asked(&bench, &cache, &server).await,
        "token-1",
        "of an unknown token"
    );

    cache.invalidate(&old.id);
    assert_eq!(asked(&bench, &cache, &server).await, "token-2");
    // Nine other calls were refused with the same old token; they bring the news late.
    for _ in 0..9 {
        cache.invalidate(&old.id);
    }
    assert_eq!(asked(&bench, &cache, &server).await, "token-2");
    assert_eq!(*locked(&server.told), [None, Some("token-1".to_owned())]);
}

#[tokio::test]
async fn a_401_during_a_renewal_that_fails_does_not_bring_the_refused_token_back() {
    let bench = Bench::new([]);
    let cache = TokenCache::new();
    let server = Server::new(&bench)
        .gives(Duration::ZERO, seconds(100))
        .fails(seconds(2));
    let old = bench
        .clock
        .drive(ask(&cache, &server, bench.read()))
        .await
        .unwrap();
    bench.clock.advance(seconds(92));
    let refused = async {
        bench.clock.sleep(seconds(1)).await;
        cache.invalidate(&old.id);
        // It waits for the renewal under way, and hears of its failure.
        text(ask(&cache, &server, bench.read()).await)
    };
    let renewing = ask(&cache, &server, bench.read());
    let (renewing, refused) = bench.clock.drive(join(renewing, refused)).await;
    assert_eq!(
        (text(renewing), refused),
        ("Unavailable".to_owned(), "Unavailable".to_owned())
    );
    assert_eq!(server.fetches(), 2);
}

#[tokio::test]
async fn ids_of_two_caches_never_meet() {
    let bench = Bench::new([]);
    let (first, second, server) = (TokenCache::new(), TokenCache::new(), Server::new(&bench));
    let token = bench
        .clock
        .drive(ask(&first, &server, bench.read()))
        .await
        .unwrap();
    assert_eq!(asked(&bench, &second, &server).await, "token-2");
    second.invalidate(&token.id);
    assert_eq!(asked(&bench, &second, &server).await, "token-2");
}

// No background task.

#[tokio::test]
async fn nothing_happens_between_calls() {
    let bench = Bench::new([]);
    let (cache, server) = (TokenCache::new(), Server::new(&bench));
    asked(&bench, &cache, &server).await;
    assert_eq!(bench.clock.sleepers(), 0);
    bench.clock.advance(seconds(36_000));
    tokio::task::yield_now().await;
    assert_eq!((bench.clock.sleepers(), server.fetches()), (0, 1));
    assert_eq!(asked(&bench, &cache, &server).await, "token-2");
}

// Keys.

#[tokio::test]
async fn tokens_are_kept_by_host_client_and_scopes() {
    let rows: [(&str, &str, &[&str], &str); 7] = [
        ("https://a", "one", &["x", "y"], "token-1"),
        ("https://a", "one", &["y", "x", "y"], "token-1"),
        ("https://a", "one", &["x"], "token-2"),
        ("https://a", "one", &[], "token-3"),
        ("https://a", "two", &["x", "y"], "token-4"),
        ("https://b", "one", &["x", "y"], "token-5"),
        ("https://a", "one", &["x y"], "token-6"),
    ];
    let bench = Bench::new([]);
    let (cache, server) = (TokenCache::new(), Server::new(&bench));
    let mut first = None;
    for (host, client, scopes, expected) in rows {
        let context = bench.read();
        let key = CacheKey::new(host, client, scopes);
        let token = cache
            .token(key, &context, |last| server.fetch(last))
            .await
            .unwrap();
        assert_eq!(token.secret.expose(), expected);
        first.get_or_insert(token.id);
    }
    cache.invalidate(&first.unwrap());
    for (host, client, scopes, expected) in rows {
        let context = bench.read();
        let key = CacheKey::new(host, client, scopes);
        let token = cache
            .token(key, &context, |last| server.fetch(last))
            .await
            .unwrap();
        let expected = if expected == "token-1" {
            "token-7"
        } else {
            expected
        };
        assert_eq!(token.secret.expose(), expected, "the others stay");
    }
}

#[tokio::test]
async fn the_map_of_tokens_is_bounded_and_forgets_the_idlest() {
    let bench = Bench::new([]);
    let (cache, server) = (TokenCache::new(), Server::new(&bench));
    let token = async |scope: &str| {
        let context = bench.read();
        text(
            cache
                .token(key(scope), &context, |last| server.fetch(last))
                .await,
        )
    };
    for number in 0..500 {
        bench.clock.advance(Duration::from_millis(1));
        token(&format!("scope-{number}")).await;
        assert_eq!(
            token("scope-0").await,
            "token-1",
            "it is in use all the time"
        );
    }
    assert_eq!(format!("{cache:?}"), "TokenCache(64 tokens)");
    assert_eq!(token("scope-1").await, "token-501");
}

#[tokio::test]
async fn a_token_that_is_being_fetched_is_not_forgotten() {
    let bench = Bench::new([]);
    let cache = TokenCache::new();
    let server = Server::new(&bench).gives(seconds(5), seconds(3600));
    let flood = async {
        for number in 0..200 {
            let context = bench.read();
            let key = key(&format!("scope-{number}"));
            cache
                .token(key, &context, |last| server.fetch(last))
                .await
                .unwrap();
            bench.clock.sleep(Duration::from_millis(1)).await;
        }
        // The oldest by far, and still the same flight.
        text(ask(&cache, &server, bench.read()).await)
    };
    let leader = ask(&cache, &server, bench.read());
    let (leader, follower) = bench.clock.drive(join(leader, flood)).await;
    assert_eq!(
        (text(leader), follower),
        ("token-1".to_owned(), "token-1".to_owned())
    );
}
