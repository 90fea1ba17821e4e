//! Tokens are renewed before they end.

use super::*;

// Ahead of the end.

#[tokio::test]
async fn a_token_is_renewed_ahead_of_its_end_at_a_moment_drawn_by_chance() {
    // (lifetime, not before, not after)
    for (lifetime, from, to) in [
        (3600, 3480, 3540),
        (86_400, 86_280, 86_340),
        (100, 80, 90),
        (10, 8, 9),
    ] {
        let mut moments = BTreeSet::new();
        for seed in 0..40 {
            let bench = Bench::seeded(seed);
            let cache = TokenCache::new();
            let server = Server::new(&bench).gives(Duration::ZERO, seconds(lifetime));
            asked(&bench, &cache, &server).await;
            bench
                .clock
                .advance(seconds(from) - Duration::from_millis(1));
            assert_eq!(
                asked(&bench, &cache, &server).await,
                "token-1",
                "{lifetime}"
            );
            while asked(&bench, &cache, &server).await == "token-1" {
                bench.clock.advance(Duration::from_millis(250));
            }
            let moment = bench.clock.monotonic();
            assert!((seconds(from)..=seconds(to) + Duration::from_millis(250)).contains(&moment));
            moments.insert(moment);
        }
        assert!(moments.len() > 3, "{lifetime}: {moments:?}");
    }
}

#[tokio::test]
async fn the_life_of_a_token_begins_when_it_was_asked_for() {
    let bench = Bench::new([]);
    let (cache, server) = (
        TokenCache::new(),
        Server::new(&bench).gives(seconds(40), seconds(100)),
    );
    assert_eq!(asked(&bench, &cache, &server).await, "token-1");
    bench.clock.advance(seconds(60));
    assert_eq!(asked(&bench, &cache, &server).await, "token-2");
}

#[tokio::test]
async fn one_renews_and_the_others_go_on() {
    let bench = Bench::new([]);
    let cache = TokenCache::new();
    let server = Server::new(&bench)
        .gives(Duration::ZERO, seconds(100))
        .gives(seconds(3), seconds(100));
    asked(&bench, &cache, &server).await;
    bench.clock.advance(seconds(95));
    let timed = async {
        let token = ask(&cache, &server, bench.read()).await;
        (text(token), bench.clock.monotonic())
    };
    let others = join_all((0..5).map(|_| async {
        (
            text(ask(&cache, &server, bench.read()).await),
            bench.clock.monotonic(),
        )
    }));
    let (renewed, others) = bench.clock.drive(join(timed, others)).await;
    assert_eq!(renewed, ("token-2".to_owned(), seconds(98)));
    assert_eq!(others, vec![("token-1".to_owned(), seconds(95)); 5]);
    assert_eq!(server.fetches(), 2);
}

// A failed renewal keeps a token that lives.

#[tokio::test]
async fn a_failed_renewal_keeps_the_old_token_while_it_lives() {
    let bench = Bench::new([]);
    let cache = TokenCache::new();
    let server = Server::new(&bench)
        .gives(Duration::ZERO, seconds(100))
        .fails(Duration::ZERO)
        .fails(Duration::ZERO)
        .fails(Duration::ZERO);
    asked(&bench, &cache, &server).await;

    bench.clock.advance(seconds(92));
    assert_eq!(asked(&bench, &cache, &server).await, "token-1");
    assert_eq!(asked(&bench, &cache, &server).await, "token-1");
    assert_eq!(server.fetches(), 2, "not asked again within the pause");

    bench.clock.advance(seconds(1));
    assert_eq!(asked(&bench, &cache, &server).await, "token-1");
    assert_eq!(server.fetches(), 3, "asked again after it");

    bench.clock.advance(seconds(7));
    assert_eq!(
        asked(&bench, &cache, &server).await,
        "Unavailable",
        "it ended"
    );
    assert_eq!(server.fetches(), 4);
}

#[tokio::test]
async fn a_slow_renewal_is_waited_for_with_little_patience() {
    let bench = Bench::new([]);
    let cache = TokenCache::new();
    let server = Server::new(&bench)
        .gives(Duration::ZERO, seconds(100))
        .gives(seconds(40), seconds(100));
    asked(&bench, &cache, &server).await;
    bench.clock.advance(seconds(92));
    assert_eq!(asked(&bench, &cache, &server).await, "token-1");
    assert_eq!(bench.clock.monotonic(), seconds(97));
    // The next one does not wait again.
    assert_eq!(asked(&bench, &cache, &server).await, "token-1");
    assert_eq!(
        (bench.clock.monotonic(), server.fetches()),
        (seconds(97), 2)
    );
}

// A write needs a token that outlives its attempt.

#[tokio::test]
async fn a_write_gets_a_token_that_outlives_its_attempt() {
    // (age of the token of 100 s, a read gets, a write of up to 30 s gets)
    for (age, read, write) in [(69, "token-1", "token-1"), (71, "token-1", "token-2")] {
        let bench = Bench::new([]);
        let cache = TokenCache::new();
        let server = Server::new(&bench).gives(Duration::ZERO, seconds(100));
        asked(&bench, &cache, &server).await;
        bench.clock.advance(seconds(age));
        assert_eq!(asked(&bench, &cache, &server).await, read, "{age}");
        assert_eq!(
            asked_to_write(&bench, &cache, &server).await,
            write,
            "{age}"
        );
    }
}

#[tokio::test]
async fn a_write_is_not_sent_with_a_token_that_may_end_on_the_way() {
    let bench = Bench::new([]);
    let cache = TokenCache::new();
    let server = Server::new(&bench)
        .gives(Duration::ZERO, seconds(100))
        .fails(seconds(1));
    asked(&bench, &cache, &server).await;
    bench.clock.advance(seconds(75));
    assert_eq!(asked_to_write(&bench, &cache, &server).await, "Unavailable");
    // The failure holds for another write within the pause, while a read goes on with the old token.
    assert_eq!(asked_to_write(&bench, &cache, &server).await, "Unavailable");
    assert_eq!(asked(&bench, &cache, &server).await, "token-1");
    assert_eq!(server.fetches(), 2);
    bench.clock.advance(seconds(1));
    assert_eq!(asked_to_write(&bench, &cache, &server).await, "token-3");
}

#[tokio::test]
async fn tokens_that_live_shorter_than_an_attempt_are_used_fresh() {
    let bench = Bench::new([]);
    let cache = TokenCache::new();
    let server = Server::new(&bench)
        .gives(seconds(1), seconds(20))
        .gives(seconds(1), seconds(20));
    let writes = join_all((0..10).map(|_| ask(&cache, &server, bench.write())));
    for token in bench.clock.drive(writes).await {
        assert_eq!(text(token), "token-1");
    }
    assert_eq!(server.fetches(), 1, "those who waited take what came");
    assert_eq!(
        asked_to_write(&bench, &cache, &server).await,
        "token-2",
        "a later one needs a newer one"
    );
    assert_eq!(asked(&bench, &cache, &server).await, "token-2");
}
