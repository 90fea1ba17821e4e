//! One holder per name.

use super::*;
use rubank_store::engine::Taken;

pub(crate) async fn one_holds_it_and_the_others_learn_for_how_long<P: Place>(place: &P) {
    let (engine, other) = (place.engine().await, place.engine().await);
    hold(&*engine, "a").await;
    place.advance(LEASE - 20 * SECOND).await;

    for engine in [&engine, &other] {
        let taken = engine.take_lease("a", LEASE).await;
        let Ok(Taken::Busy { left }) = taken else {
            panic!("{taken:?}");
        };
        assert!(left > 10 * SECOND && left <= 20 * SECOND, "{left:?}");
    }
    hold(&*other, "b").await;
}

pub(crate) async fn a_fence_grows_over_releases_and_ends<P: Place>(place: &P) {
    let engine = place.engine().await;
    let first = hold(&*engine, "a").await;
    engine
        .release_lease("a", first)
        .await
        .expect("it is given back");
    let second = hold(&*engine, "a").await;
    place.advance(LEASE).await;
    let third = hold(&*engine, "a").await;
    assert!(0 < first && first < second && second < third);
}

pub(crate) async fn a_document_is_written_only_under_the_lease<P: Place>(place: &P) {
    let engine = place.engine().await;
    let write = |fence, value: &'static [u8]| engine.put_leased("a", fence, "s", "n", value);
    assert_eq!(write(0, b"nobody holds it").await, Ok(false));
    assert_eq!(write(1, b"nobody holds it").await, Ok(false));

    let first = hold(&*engine, "a").await;
    assert_eq!(write(first, b"one").await, Ok(true));
    assert_eq!(write(first, b"two").await, Ok(true));
    assert_eq!(write(first + 1, b"another fence").await, Ok(false));
    let other = engine
        .put_leased("b", first, "s", "n", b"another lease")
        .await;
    assert_eq!(other, Ok(false));
    let before = engine.get("s", "n").await.expect("it is read");

    place.advance(LEASE).await;
    assert_eq!(write(first, b"over").await, Ok(false));
    let second = hold(&*engine, "a").await;
    assert_eq!(write(first, b"somebody else's").await, Ok(false));
    engine
        .release_lease("a", second)
        .await
        .expect("it is given back");
    assert_eq!(write(second, b"given back").await, Ok(false));

    let after = engine.get("s", "n").await.expect("it is read");
    assert_eq!(after, before);
    assert_eq!(after.expect("it is there").value, b"two");
}

pub(crate) async fn only_the_holder_gives_it_back<P: Place>(place: &P) {
    let engine = place.engine().await;
    let stale = hold(&*engine, "a").await;
    place.advance(LEASE).await;
    let fresh = hold(&*engine, "a").await;
    for (name, fence) in [("a", stale), ("a", fresh + 1), ("absent", 1)] {
        engine
            .release_lease(name, fence)
            .await
            .expect("nothing happens");
    }
    let taken = engine.take_lease("a", LEASE).await;
    assert!(matches!(taken, Ok(Taken::Busy { .. })), "{taken:?}");
    assert_eq!(
        engine.put_leased("a", fresh, "s", "n", b"x").await,
        Ok(true)
    );
}

pub(crate) async fn of_many_one_holds_it<P: Place>(place: &P) {
    let engines = [place.engine().await, place.engine().await];
    // Each writes its turn over the one before, which is safe under a lease only.
    let turns = (0..8).map(|number| {
        let engine = Arc::clone(&engines[number % engines.len()]);
        async move {
            for _ in 0..5 {
                let fence = loop {
                    match engine.take_lease("a", LEASE).await.expect("an answer") {
                        Taken::Held { fence } => break fence,
                        Taken::Busy { .. } => tokio::task::yield_now().await,
                    }
                };
                let found = engine.get("s", "n").await.expect("it is read");
                let count = found.map_or(0, |found| found.value[0]);
                let written = engine.put_leased("a", fence, "s", "n", &[count + 1]).await;
                assert_eq!(written, Ok(true));
                engine
                    .release_lease("a", fence)
                    .await
                    .expect("it is given back");
            }
        }
    });
    all(turns).await;
    let found = engines[0].get("s", "n").await.expect("it is read");
    assert_eq!(found.expect("it is there").value, [40]);
}

async fn hold(engine: &dyn Engine, name: &str) -> i64 {
    match engine.take_lease(name, LEASE).await.expect("an answer") {
        Taken::Held { fence } => fence,
        busy => panic!("it is free: {busy:?}"),
    }
}
