//! The next rows for a worker.

use super::*;
use rubank_store::engine::{FARTHEST, Filter, NEVER};

pub(crate) async fn those_due_longest_come_first_then_by_line<P: Place>(place: &P) {
    let engine = place.engine().await;
    // The order is one over all states.
    plan(&*engine, &[line("r", 8, "unknown-8")]).await;
    bring(&*engine, &row("unknown-8").id, State::Unknown).await;
    place.advance(SECOND).await;
    plan(&*engine, &[line("r", 9, "new-9")]).await;
    plan(&*engine, &[line("r", 7, "put-off")]).await;
    place.advance(SECOND).await;
    let lines = [line("r", 2, "2"), line("r", 10, "10"), line("r", 1, "1")];
    plan(&*engine, &lines).await;
    let taken = take(&*engine, &row("put-off").id).await;
    let later = Change {
        due_in: 5 * SECOND,
        ..Change::to(State::Unknown, "worker")
    };
    change(&*engine, &taken, later).await;
    place.advance(10 * SECOND).await;

    let due = due(&*engine, &Filter::run("r"), 10).await;

    assert_eq!(
        keys(&due),
        ["unknown-8", "new-9", "1", "2", "10", "put-off"]
    );
}

pub(crate) async fn the_limit_holds<P: Place>(place: &P) {
    let engine = place.engine().await;
    let rows: Vec<_> = (1..=5).map(|n| line("r", n, &n.to_string())).collect();
    plan(&*engine, &rows).await;

    assert!(due(&*engine, &Filter::all(), 0).await.is_empty());
    assert_eq!(keys(&due(&*engine, &Filter::all(), 2).await), ["1", "2"]);
    assert_eq!(
        keys(&due(&*engine, &Filter::all(), 9).await),
        ["3", "4", "5"]
    );
    assert!(due(&*engine, &Filter::all(), 9).await.is_empty());
}

pub(crate) async fn what_is_not_due_or_held_is_left<P: Place>(place: &P) {
    let engine = place.engine().await;
    plan(&*engine, &[row("held"), row("later")]).await;
    take(&*engine, &row("held").id).await;
    let taken = take(&*engine, &row("later").id).await;
    let later = Change {
        due_in: 30 * SECOND,
        ..Change::to(State::Planned, "worker")
    };
    change(&*engine, &taken, later).await;

    assert!(due(&*engine, &Filter::all(), 9).await.is_empty());
    place.advance(30 * SECOND).await;
    assert_eq!(keys(&due(&*engine, &Filter::all(), 9).await), ["later"]);
    place.advance(LEASE - 30 * SECOND).await;
    assert_eq!(keys(&due(&*engine, &Filter::all(), 9).await), ["held"]);
}

pub(crate) async fn a_taken_row_is_claimed<P: Place>(place: &P) {
    let engine = place.engine().await;
    plan(&*engine, &[row("k")]).await;
    let before = load(&*engine, &row("k").id).await;

    let (rows, claiming) = timed(&*engine, due(&*engine, &Filter::all(), 1)).await;

    let [taken] = rows.as_slice() else {
        panic!("{rows:?}");
    };
    let until = taken.lease_until.expect("a lease");
    assert!(claiming.has(until, LEASE), "{claiming:?} {until}");
    let expected = IntentRow {
        owner: Some("worker".into()),
        lease_until: Some(until),
        fence: 1,
        ..before
    };
    assert!(*taken == expected, "{taken:?}");
    assert!(load(&*engine, &taken.id).await == *taken);
}

pub(crate) async fn next_due_is_the_moment_of_the_next_claim<P: Place>(place: &P) {
    let engine = place.engine().await;
    let all = Filter::all();
    assert_eq!(engine.next_due(&all).await, Ok(None));

    plan(&*engine, &[row("k")]).await;
    let planned_at = load(&*engine, &row("k").id).await.planned_at;
    assert_eq!(engine.next_due(&all).await, Ok(Some(planned_at)));

    // Held: not before the lease ends.
    let taken = take(&*engine, &row("k").id).await;
    assert_eq!(engine.next_due(&all).await, Ok(taken.lease_until));

    // Held and put off for longer than the lease.
    let later = Change {
        due_in: 2 * LEASE,
        release: false,
        ..Change::to(State::Unknown, "worker")
    };
    let changed = change(&*engine, &taken, later).await;
    assert_eq!(engine.next_due(&all).await, Ok(Some(changed.due_at)));

    // The earliest of all that the filter lets through.
    plan(&*engine, &[line("r", 1, "second")]).await;
    let second = load(&*engine, &row("second").id).await;
    assert_eq!(engine.next_due(&all).await, Ok(Some(second.due_at)));
    let unknown = Filter::all().states([State::Unknown]);
    assert_eq!(engine.next_due(&unknown).await, Ok(Some(changed.due_at)));
    assert_eq!(engine.next_due(&Filter::run("other")).await, Ok(None));
}

pub(crate) async fn what_is_never_due_is_left<P: Place>(place: &P) {
    let engine = place.engine().await;
    plan(&*engine, &[row("never"), row("far")]).await;
    for (key, due_in) in [("never", Duration::MAX), ("far", 1000 * FARTHEST)] {
        let taken = take(&*engine, &row(key).id).await;
        let put_off = Change {
            due_in,
            ..Change::to(State::Accepted, "worker")
        };
        let row = change(&*engine, &taken, put_off).await;
        assert_eq!(row.due_at >= NEVER, key == "never");
    }
    // Nothing is put off for longer than that.
    place.advance(FARTHEST).await;
    assert_eq!(keys(&due(&*engine, &Filter::all(), 9).await), ["far"]);
    let never = Filter::all();
    let next = engine.next_due(&never).await.expect("an answer");
    assert!(next.is_some_and(|next| next < NEVER));
}

pub(crate) async fn only_the_filters_rows_are_taken<P: Place>(place: &P) {
    let engine = place.engine().await;
    let tagged = IntentRow {
        subject: Some(b"s".to_vec()),
        likeness: Some(b"l".to_vec()),
        ..line("r", 1, "tagged")
    };
    let other = IntentRow {
        id: IntentId::new("bank.refund", "other"),
        ..row("")
    };
    plan(
        &*engine,
        &[tagged, other, line("r2", 1, "unknown"), row("plain")],
    )
    .await;
    bring(&*engine, &row("unknown").id, State::Unknown).await;
    place.advance(SECOND).await;

    let by_tags = Filter {
        subject: Some(b"s".to_vec()),
        likeness: Some(vec![b"x".to_vec(), b"l".to_vec()]),
        ..Filter::run("r").states([State::Planned, State::Unknown])
    };
    let unknown = Filter::all().states([State::Unknown, State::Unknown]);
    let operation = Filter::all().operation("bank.refund");
    for (filter, key) in [
        (Filter::run("nothing"), None),
        (by_tags, Some("tagged")),
        (unknown, Some("unknown")),
        (operation, Some("other")),
        (Filter::all(), Some("plain")),
        (Filter::all(), None),
    ] {
        let taken = due(&*engine, &filter, 9).await;
        assert_eq!(keys(&taken), Vec::from_iter(key), "{filter:?}");
    }
}

async fn due(engine: &dyn Engine, filter: &Filter, limit: u32) -> Vec<IntentRow> {
    let rows = engine.claim_due(filter, "worker", LEASE, limit).await;
    rows.expect("due rows are claimed")
}
