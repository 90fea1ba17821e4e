//! One fetches, the others wait, and nobody longer than his call.

use super::*;

// Single flight.

#[tokio::test]
async fn many_callers_one_fetch() {
    let bench = Bench::new([]);
    let (cache, server) = (
        TokenCache::new(),
        Server::new(&bench).gives(seconds(5), seconds(3600)),
    );
    let callers = join_all((0..50).map(|_| ask(&cache, &server, bench.read())));
    let ids: BTreeSet<u64> = bench
        .clock
        .drive(callers)
        .await
        .into_iter()
        .map(|token| token.unwrap().id.0)
        .collect();
    assert_eq!((ids.len(), server.fetches()), (1, 1));
    assert_eq!(bench.clock.monotonic(), seconds(5));
}

#[tokio::test]
async fn when_the_one_who_fetches_is_dropped_the_next_takes_over() {
    let bench = Bench::new([]);
    let cache = TokenCache::new();
    let server = Server::new(&bench)
        .gives(seconds(50), seconds(3600))
        .gives(seconds(2), seconds(3600));
    let dropped = async {
        select(
            pin!(ask(&cache, &server, bench.read())),
            bench.clock.sleep(seconds(3)),
        )
        .await;
    };
    let others = join_all((0..10).map(|_| ask(&cache, &server, bench.read())));
    let ((), others) = bench.clock.drive(join(dropped, others)).await;
    for other in others {
        assert_eq!(text(other), "token-2");
    }
    assert_eq!((server.fetches(), bench.clock.monotonic()), (2, seconds(5)));
}

#[tokio::test]
async fn a_follower_that_is_dropped_disturbs_nobody() {
    let bench = Bench::new([]);
    let (cache, server) = (
        TokenCache::new(),
        Server::new(&bench).gives(seconds(9), seconds(3600)),
    );
    let leader = ask(&cache, &server, bench.read());
    let dropped = async {
        select(
            pin!(ask(&cache, &server, bench.read())),
            bench.clock.sleep(seconds(1)),
        )
        .await;
    };
    let last = ask(&cache, &server, bench.read());
    let (leader, ((), last)) = bench.clock.drive(join(leader, join(dropped, last))).await;
    assert_eq!(
        (text(leader), text(last), server.fetches()),
        ("token-1".into(), "token-1".into(), 1)
    );
}

// The time of the call.

#[tokio::test]
async fn no_wait_is_longer_than_the_call() {
    let bench = Bench::new([]);
    let (cache, server) = (
        TokenCache::new(),
        Server::new(&bench).gives(seconds(10), seconds(3600)),
    );
    let leader = ask(&cache, &server, bench.read());
    let follower = async {
        let result = ask(&cache, &server, bench.hurried(seconds(2))).await;
        (text(result), bench.clock.monotonic())
    };
    let (leader, follower) = bench.clock.drive(join(leader, follower)).await;
    assert_eq!(follower, ("Unavailable".to_owned(), seconds(2)));
    assert_eq!(text(leader), "token-1");
}

#[tokio::test]
async fn who_ran_out_of_time_speaks_for_himself_only() {
    let bench = Bench::new([]);
    let (cache, server) = (
        TokenCache::new(),
        Server::new(&bench).gives(seconds(50), seconds(3600)),
    );
    let leader = ask(&cache, &server, bench.hurried(seconds(2)));
    let follower = ask(&cache, &server, bench.read());
    let (leader, follower) = bench.clock.drive(join(leader, follower)).await;
    assert_eq!(
        (text(leader), text(follower)),
        ("Unavailable".to_owned(), "token-2".to_owned())
    );
    assert_eq!(bench.clock.monotonic(), seconds(2));
}

#[test]
fn debug_shows_no_token() {
    let key = CacheKey::new("https://id.bank.test", "client", &["canary"]);
    let cache = TokenCache::new();
    cache.slot(key, Duration::ZERO);
    assert_eq!(format!("{cache:?}"), "TokenCache(1 tokens)");
}
