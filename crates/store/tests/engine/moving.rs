//! A store that comes from another database.

use super::*;
use rubank_store::engine::Journal;

pub(crate) async fn rows_are_restored_as_they_were<P: Place>(place: &P) {
    let engine = place.engine().await;
    let moved = [(full("a"), journal()), (row("b"), Vec::new())];
    assert_eq!(engine.restore(&moved).await, Ok(2));
    for (row, journal) in moved {
        let found = load(&*engine, &row.id).await;
        assert!(found == row, "{found:?}");
        assert_eq!(engine.journal(&row.id).await, Ok(journal));
    }
    // And it goes on from there.
    let held = take(&*engine, &full("a").id).await;
    assert_eq!(held.fence, 8);
    change(&*engine, &held, Change::to(State::Confirmed, "worker")).await;
    let journal = engine.journal(&held.id).await.expect("there is one");
    assert_eq!(journal.len(), 3);
}

pub(crate) async fn a_row_that_is_there_is_not_overwritten<P: Place>(place: &P) {
    let engine = place.engine().await;
    plan(&*engine, &[row("a")]).await;
    let before = load(&*engine, &row("a").id).await;

    let moved = [
        (full("a"), journal()),
        (full("b"), journal()),
        (full("b"), journal()),
    ];
    assert_eq!(engine.restore(&moved).await, Ok(1));
    assert_eq!(engine.restore(&moved).await, Ok(0));

    assert!(load(&*engine, &before.id).await == before);
    for (key, lines) in [("a", 1), ("b", 2)] {
        let journal = engine.journal(&row(key).id).await;
        assert_eq!(journal.expect("there is one").len(), lines, "{key}");
    }
}

pub(crate) async fn a_restored_row_is_held_by_nobody<P: Place>(place: &P) {
    let engine = place.engine().await;
    let now = engine.now().await.expect("the engine tells the time");
    let until = Some(now + 3_600_000_000);
    let held = IntentRow {
        owner: Some("somebody".into()),
        lease_until: until,
        ..full("a")
    };
    assert_eq!(engine.restore(&[(held.clone(), journal())]).await, Ok(1));
    let found = load(&*engine, &held.id).await;
    assert_eq!((found.owner.as_deref(), found.lease_until), (None, until));
    take(&*engine, &held.id).await;
}

fn full(key: &str) -> IntentRow {
    IntentRow {
        subject: Some(b"subject".to_vec()),
        likeness: Some(b"like".to_vec()),
        kopecks: Some(100),
        state: State::Unknown,
        attempts: 2,
        looks: 5,
        missing: 1,
        answer: Some(b"answer".to_vec()),
        note: Some(b"note".to_vec()),
        reason: Some("timeout".into()),
        bank_id: Some("b-1".into()),
        planned_at: 1,
        changed_at: 2,
        sent_at: Some(3),
        due_at: 4,
        lease_until: Some(5),
        fence: 7,
        ..line("r", 9, key)
    }
}

fn journal() -> Vec<Journal> {
    let line = |at, state| Journal {
        at,
        state,
        attempts: at,
        reason: Some("word".into()),
        actor: "worker".into(),
    };
    vec![line(1, State::Planned), line(2, State::Unknown)]
}
