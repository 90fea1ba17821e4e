//! What a holder writes, and what nobody else can.

use super::*;
use rubank_store::engine::Journal;

pub(crate) async fn a_change_writes_what_it_says_and_leaves_the_rest<P: Place>(place: &P) {
    let engine = place.engine().await;
    plan(&*engine, &[row("k"), row("bystander")]).await;
    let bystander = load(&*engine, &row("bystander").id).await;
    let taken = take(&*engine, &row("k").id).await;
    let full = Change {
        looks: Some(3),
        missing: Some(2),
        said: Some("missing".into()),
        answer: Some(b"answer".to_vec()),
        note: Some(b"note".to_vec()),
        reason: Some("no-funds".into()),
        bank_id: Some("b-1".into()),
        due_in: 7 * SECOND,
        ..Change::to(State::Unknown, "worker")
    };
    place.advance(SECOND).await;

    let (first, changing) = timed(&*engine, change(&*engine, &taken, full)).await;

    assert!(changing.has(first.changed_at, Duration::ZERO));
    assert!(changing.has(first.due_at, 7 * SECOND));
    let expected = IntentRow {
        state: State::Unknown,
        looks: 3,
        missing: 2,
        said: Some("missing".into()),
        answer: Some(b"answer".to_vec()),
        note: Some(b"note".to_vec()),
        reason: Some("no-funds".into()),
        bank_id: Some("b-1".into()),
        changed_at: first.changed_at,
        due_at: first.due_at,
        owner: None,
        lease_until: Some(first.changed_at),
        ..taken
    };
    assert!(first == expected, "{first:?}");
    assert!(load(&*engine, &first.id).await == first);

    // What it does not say stays, but for the reason.
    let taken = take(&*engine, &first.id).await;
    let second = change(&*engine, &taken, Change::to(State::Accepted, "worker")).await;
    let expected = IntentRow {
        state: State::Accepted,
        reason: None,
        changed_at: second.changed_at,
        due_at: second.due_at,
        lease_until: second.lease_until,
        fence: 2,
        ..first
    };
    assert!(second == expected, "{second:?}");
    assert!(load(&*engine, &bystander.id).await == bystander);
}

pub(crate) async fn a_send_counts_and_begins_the_looks_anew<P: Place>(place: &P) {
    let engine = place.engine().await;
    plan(&*engine, &[row("k")]).await;
    let mut held = take(&*engine, &row("k").id).await;
    for attempt in 1..=3 {
        let sending = Change {
            sends: true,
            release: false,
            ..Change::to(State::Sending, "worker")
        };
        place.advance(SECOND).await;
        let (sent, changing) = timed(&*engine, change(&*engine, &held, sending)).await;
        assert_eq!((sent.attempts, sent.looks, sent.missing), (attempt, 0, 0));
        assert_eq!(sent.said, None);
        let at = sent.sent_at.expect("the moment of sending");
        assert!(changing.has(at, Duration::ZERO));

        let looked = Change {
            looks: Some(4),
            missing: Some(4),
            said: Some("missing".into()),
            release: false,
            ..Change::to(State::Unknown, "worker")
        };
        held = change(&*engine, &sent, looked).await;
        assert_eq!((held.attempts, held.looks, held.missing), (attempt, 4, 4));
        assert_eq!(held.sent_at, Some(at));
    }
}

pub(crate) async fn settling_begins_anew_without_an_attempt<P: Place>(place: &P) {
    let engine = place.engine().await;
    plan(&*engine, &[row("k")]).await;
    let held = take(&*engine, &row("k").id).await;
    place.advance(SECOND).await;
    let copied = Change {
        restarts_settling: true,
        looks: Some(2),
        ..Change::to(State::Unknown, "worker")
    };

    let (row, changing) = timed(&*engine, change(&*engine, &held, copied)).await;

    assert_eq!((row.attempts, row.looks), (0, 2));
    let at = row
        .sent_at
        .expect("the moment until which a copy may have left");
    assert!(changing.has(at, Duration::ZERO));
}

pub(crate) async fn the_claim_ends_only_if_it_says_so<P: Place>(place: &P) {
    let engine = place.engine().await;
    plan(&*engine, &[row("k")]).await;
    let taken = take(&*engine, &row("k").id).await;
    place.advance(SECOND).await;
    let keeps = Change {
        release: false,
        ..Change::to(State::Sending, "worker")
    };
    let held = change(&*engine, &taken, keeps).await;
    assert_eq!(held.owner.as_deref(), Some("worker"));
    assert_eq!(held.lease_until, taken.lease_until);
    assert_eq!(held.fence, taken.fence);

    let freed = change(&*engine, &held, Change::to(State::Unknown, "worker")).await;
    assert_eq!(freed.owner, None);
    assert_eq!(freed.lease_until, Some(freed.changed_at));
    assert_eq!(freed.fence, taken.fence);
}

pub(crate) async fn a_stale_fence_changes_nothing<P: Place>(place: &P) {
    let engine = place.engine().await;
    plan(&*engine, &[row("k")]).await;
    let stale = take(&*engine, &row("k").id).await;
    place.advance(LEASE).await;
    let fresh = take(&*engine, &row("k").id).await;

    let change = Change::to(State::Confirmed, "the late one");
    for fence in [stale.fence, 0, fresh.fence + 1, i64::MAX, -1] {
        let changed = engine.change(&stale.id, fence, &change).await;
        assert!(matches!(changed, Ok(None)), "{fence}: {changed:?}");
    }
    let nobody = engine.change(&row("absent").id, 0, &change).await;
    assert!(matches!(nobody, Ok(None)), "{nobody:?}");
    assert!(load(&*engine, &stale.id).await == fresh);
    let journal = engine.journal(&stale.id).await.expect("there is one");
    assert_eq!(journal.len(), 1);
}

pub(crate) async fn a_lease_that_is_over_but_taken_by_nobody_is_no_obstacle<P: Place>(place: &P) {
    let engine = place.engine().await;
    plan(&*engine, &[row("k")]).await;
    let taken = take(&*engine, &row("k").id).await;
    place.advance(10 * LEASE).await;
    let changed = change(&*engine, &taken, Change::to(State::Unknown, "worker")).await;
    assert_eq!(changed.state, State::Unknown);
    assert_eq!(changed.lease_until, Some(changed.changed_at));
}

pub(crate) async fn a_lease_is_renewed_unless_it_is_over<P: Place>(place: &P) {
    let engine = place.engine().await;
    plan(&*engine, &[row("k")]).await;
    let taken = take(&*engine, &row("k").id).await;
    place.advance(LEASE / 2).await;
    let renews = Change {
        release: false,
        renews: Some(LEASE),
        ..Change::to(State::Sending, "worker")
    };
    let renewed = change(&*engine, &taken, renews.clone()).await;
    assert_eq!(renewed.owner.as_deref(), Some("worker"));
    assert!(renewed.lease_until > taken.lease_until);

    place.advance(LEASE).await;
    let late = engine.change(&taken.id, taken.fence, &renews).await;
    assert!(matches!(late, Ok(None)), "{late:?}");
    assert!(load(&*engine, &taken.id).await == renewed);
}

pub(crate) async fn a_copy_without_effect_no_longer_counts<P: Place>(place: &P) {
    let engine = place.engine().await;
    plan(&*engine, &[row("k")]).await;
    let taken = take(&*engine, &row("k").id).await;
    let sends = Change {
        sends: true,
        release: false,
        ..Change::to(State::Sending, "worker")
    };
    assert_eq!(change(&*engine, &taken, sends).await.attempts, 1);
    let back = Change {
        takes_back: true,
        ..Change::to(State::Planned, "worker")
    };
    assert_eq!(change(&*engine, &taken, back).await.attempts, 0);
}

pub(crate) async fn every_state_may_follow_every_state<P: Place>(place: &P) {
    let engine = place.engine().await;
    plan(&*engine, &[row("k")]).await;
    let held = take(&*engine, &row("k").id).await;
    for from in State::ALL {
        for to in State::ALL {
            for state in [from, to] {
                let keeps = Change {
                    release: false,
                    ..Change::to(state, "worker")
                };
                assert_eq!(change(&*engine, &held, keeps).await.state, state);
            }
        }
    }
}

pub(crate) async fn the_journal_tells_everything_in_order<P: Place>(place: &P) {
    let engine = place.engine().await;
    plan(&*engine, &[row("k"), row("bystander")]).await;
    let planned = load(&*engine, &row("k").id).await;
    let mut expected = vec![Journal {
        at: planned.planned_at,
        state: State::Planned,
        attempts: 0,
        reason: None,
        actor: "plan".into(),
    }];
    for (state, sends, reason, actor) in [
        (State::Sending, true, None, "worker-1"),
        (State::Unknown, false, Some("timeout"), "worker-1"),
        (State::Sending, true, None, "worker-2"),
        (State::Unknown, false, Some("timeout"), "worker-2"),
        (State::NeedsPerson, false, Some("not-found"), "worker-2"),
        (State::Confirmed, false, None, "Иван"),
    ] {
        let held = take(&*engine, &planned.id).await;
        let step = Change {
            sends,
            reason: reason.map(str::to_owned),
            ..Change::to(state, actor)
        };
        let now = change(&*engine, &held, step).await;
        expected.push(Journal {
            at: now.changed_at,
            state,
            attempts: now.attempts,
            reason: reason.map(str::to_owned),
            actor: actor.into(),
        });
        place.advance(SECOND).await;
    }
    assert_eq!(engine.journal(&planned.id).await, Ok(expected));
}

pub(crate) async fn what_changes_nothing_leaves_no_line_and_no_time<P: Place>(place: &P) {
    let engine = place.engine().await;
    plan(&*engine, &[row("k")]).await;
    let unclear = |reason: &str| Change {
        reason: Some(reason.to_owned()),
        due_in: 5 * SECOND,
        ..Change::to(State::Unknown, "worker")
    };
    let held = take(&*engine, &row("k").id).await;
    let first = change(&*engine, &held, unclear("timeout")).await;
    for looks in 1..=3 {
        place.advance(SECOND).await;
        let held = take(&*engine, &first.id).await;
        let look = Change {
            looks: Some(looks),
            ..unclear("timeout")
        };
        let now = change(&*engine, &held, look).await;
        assert_eq!((now.changed_at, now.looks), (first.changed_at, looks));
        assert!(now.due_at > first.due_at);
        let held = take(&*engine, &first.id).await;
        let kept = Change {
            keeps_due: true,
            ..unclear("timeout")
        };
        let kept = change(&*engine, &held, kept).await;
        assert_eq!(kept.due_at, now.due_at);
    }
    let lines = async || engine.journal(&first.id).await.expect("a journal").len();
    assert_eq!(lines().await, 2);
    for news in [
        unclear("lost"),
        Change {
            restarts_settling: true,
            ..unclear("lost")
        },
    ] {
        let held = take(&*engine, &first.id).await;
        let now = change(&*engine, &held, news).await;
        assert!(now.changed_at > first.changed_at);
    }
    assert_eq!(lines().await, 4);
}

pub(crate) async fn the_moment_of_a_copy_without_effect_is_taken_back<P: Place>(place: &P) {
    let engine = place.engine().await;
    plan(&*engine, &[row("k")]).await;
    let held = take(&*engine, &row("k").id).await;
    let sending = Change {
        sends: true,
        release: false,
        ..Change::to(State::Sending, "worker")
    };
    let first = change(&*engine, &held, sending.clone()).await;
    place.advance(SECOND).await;
    let second = change(&*engine, &held, sending).await;
    assert!(second.sent_at > first.sent_at);
    let back = Change {
        takes_back: true,
        sent_at: first.sent_at,
        ..Change::to(State::Unknown, "worker")
    };
    let back = change(&*engine, &held, back).await;
    assert_eq!((back.attempts, back.sent_at), (1, first.sent_at));
}
