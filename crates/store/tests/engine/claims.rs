//! One holder per row.

use super::*;

pub(crate) async fn a_claim_is_the_owners_until_its_lease<P: Place>(place: &P) {
    let engine = place.engine().await;
    plan(&*engine, &[row("k")]).await;
    let before = load(&*engine, &row("k").id).await;

    let (taken, claiming) = timed(&*engine, take(&*engine, &before.id)).await;

    let until = taken.lease_until.expect("a lease");
    assert!(claiming.has(until, LEASE), "{claiming:?} {until}");
    let expected = IntentRow {
        owner: Some("worker".into()),
        lease_until: Some(until),
        fence: 1,
        ..before
    };
    assert!(taken == expected, "{taken:?}");
    assert!(load(&*engine, &taken.id).await == taken);
}

pub(crate) async fn a_held_row_is_held_for_everybody<P: Place>(place: &P) {
    let (engine, other) = (place.engine().await, place.engine().await);
    plan(&*engine, &[row("k")]).await;
    let taken = take(&*engine, &row("k").id).await;
    place.advance(LEASE - 10 * SECOND).await;

    for (engine, owner) in [
        (&other, "somebody"),
        (&other, "worker"),
        (&engine, "worker"),
    ] {
        let claimed = engine.claim(&taken.id, owner, LEASE).await;
        let Ok(Claimed::Held { until }) = claimed else {
            panic!("{owner}: {claimed:?}");
        };
        assert_eq!(Some(until), taken.lease_until);
    }
    assert!(load(&*engine, &taken.id).await == taken);
}

pub(crate) async fn there_is_no_claim_on_nothing<P: Place>(place: &P) {
    let engine = place.engine().await;
    let claimed = engine.claim(&row("k").id, "worker", LEASE).await;
    assert!(matches!(claimed, Ok(Claimed::Absent)), "{claimed:?}");
}

pub(crate) async fn a_lease_ends_and_the_fence_grows<P: Place>(place: &P) {
    let engine = place.engine().await;
    plan(&*engine, &[row("k")]).await;
    let first = take(&*engine, &row("k").id).await;
    place.advance(LEASE).await;
    // It is over, and its end stays: until then the holder may have sent it.
    assert!(load(&*engine, &first.id).await == first);

    let second = take(&*engine, &first.id).await;

    assert_eq!((first.fence, second.fence), (1, 2));
    assert!(second.lease_until > first.lease_until);
}

pub(crate) async fn a_released_row_is_free_at_once<P: Place>(place: &P) {
    let engine = place.engine().await;
    plan(&*engine, &[row("k")]).await;
    for fence in 1..4 {
        let taken = take(&*engine, &row("k").id).await;
        assert_eq!(taken.fence, fence);
        change(&*engine, &taken, Change::to(State::Unknown, "worker")).await;
    }
}

pub(crate) async fn only_one_of_many_gets_a_row<P: Place>(place: &P) {
    let engines = [
        place.engine().await,
        place.engine().await,
        place.engine().await,
    ];
    for round in 0..5 {
        let planned = row(&round.to_string());
        plan(&*engines[0], std::slice::from_ref(&planned)).await;
        let claims = (0..12).map(|number| {
            let engine = Arc::clone(&engines[number % engines.len()]);
            let id = planned.id.clone();
            async move { engine.claim(&id, &number.to_string(), LEASE).await }
        });
        let claimed = all(claims).await;
        let taken = |claimed: &&Result<Claimed, _>| matches!(claimed, Ok(Claimed::Taken(_)));
        let held = |claimed: &&Result<Claimed, _>| matches!(claimed, Ok(Claimed::Held { .. }));
        assert_eq!(claimed.iter().filter(taken).count(), 1, "{claimed:?}");
        assert_eq!(claimed.iter().filter(held).count(), 11, "{claimed:?}");
        assert_eq!(load(&*engines[0], &planned.id).await.fence, 1);
    }
}
