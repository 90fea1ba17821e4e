//! Rows are written down once.

use std::pin::pin;
use std::task::Poll;

use super::*;
use rubank_store::engine::{Filter, Journal};

pub(crate) async fn a_new_row_is_planned_now<P: Place>(place: &P) {
    let engine = place.engine().await;
    let pretender = IntentRow {
        state: State::Confirmed,
        attempts: 7,
        looks: 7,
        missing: 7,
        reason: Some("paid".into()),
        bank_id: Some("77".into()),
        planned_at: 7,
        changed_at: 7,
        sent_at: Some(7),
        due_at: i64::MAX,
        owner: Some("nobody".into()),
        lease_until: Some(i64::MAX),
        fence: 7,
        ..row("k")
    };
    let ((), planning) = timed(&*engine, plan(&*engine, std::slice::from_ref(&pretender))).await;

    let found = load(&*engine, &pretender.id).await;
    let now = found.planned_at;
    assert!(planning.has(now, Duration::ZERO), "{planning:?} {now}");
    let expected = IntentRow {
        planned_at: now,
        changed_at: now,
        due_at: now,
        ..row("k")
    };
    assert!(found == expected, "{found:?}");
    let journal = engine.journal(&pretender.id).await;
    let first = Journal {
        at: now,
        state: State::Planned,
        attempts: 0,
        reason: None,
        actor: "plan".into(),
    };
    assert_eq!(journal, Ok(vec![first]));
}

pub(crate) async fn what_was_given_is_read_back<P: Place>(place: &P) {
    let engine = place.engine().await;
    let bytes = (0..=255).collect::<Vec<u8>>();
    let full = IntentRow {
        id: IntentId::new("bank.\"pay\"; '--%_\\", "ключ\u{1F4B8} ' $1 ?1"),
        environment: "стенд".into(),
        run: Some("run".into()),
        line: Some(i64::MAX),
        subject: Some(bytes.clone()),
        likeness: Some(bytes.repeat(4)),
        kopecks: Some(i64::MIN),
        prints: bytes.clone(),
        request: Some(bytes.repeat(1_000)),
        label: Some(Vec::new()),
        ..row("")
    };
    let empty = IntentRow {
        id: IntentId::new("", ""),
        environment: String::new(),
        prints: Vec::new(),
        request: None,
        label: None,
        ..row("")
    };
    for given in [full, empty] {
        plan(&*engine, std::slice::from_ref(&given)).await;
        let found = load(&*engine, &given.id).await;
        let expected = IntentRow {
            planned_at: found.planned_at,
            changed_at: found.changed_at,
            due_at: found.due_at,
            ..given
        };
        assert!(found == expected, "{found:?}");
    }
}

pub(crate) async fn a_row_that_is_there_is_known_and_stays<P: Place>(place: &P) {
    let engine = place.engine().await;
    plan(&*engine, &[row("old")]).await;
    let before = bring(&*engine, &row("old").id, State::Unknown).await;
    place.advance(SECOND).await;
    let other = IntentRow {
        kopecks: Some(5),
        request: Some(b"another".to_vec()),
        ..row("old")
    };

    let planned = engine.plan(&[row("a"), other, row("z")]).await;

    let planned = planned.expect("rows are planned");
    let [Planned::New, Planned::Known(known), Planned::New] = planned.as_slice() else {
        panic!("{planned:?}");
    };
    assert!(**known == before);
    assert!(load(&*engine, &before.id).await == before);
    let journal = engine.journal(&before.id).await.expect("there is one");
    assert_eq!(journal.len(), 2);
    // The same key of another operation is another intent.
    let stranger = IntentRow {
        id: IntentId::new("bank.refund", "old"),
        ..row("")
    };
    plan(&*engine, &[stranger]).await;
}

pub(crate) async fn a_row_named_twice_is_there_already_the_second_time<P: Place>(place: &P) {
    let engine = place.engine().await;
    let second = IntentRow {
        kopecks: Some(2),
        ..row("k")
    };

    let planned = engine.plan(&[row("k"), second]).await;

    let planned = planned.expect("rows are planned");
    let [Planned::New, Planned::Known(first)] = planned.as_slice() else {
        panic!("{planned:?}");
    };
    assert_eq!(first.kopecks, None);
    assert!(load(&*engine, &row("k").id).await == **first);
    let none = engine.plan(&[]).await.expect("nothing is planned");
    assert!(none.is_empty());
}

pub(crate) async fn nothing_is_loaded_where_nothing_was_planned<P: Place>(place: &P) {
    let engine = place.engine().await;
    let id = row("k").id;
    assert!(matches!(engine.load(&id).await, Ok(None)));
    assert_eq!(engine.journal(&id).await, Ok(Vec::new()));
}

pub(crate) async fn a_dropped_plan_is_there_whole_or_not_at_all<P: Place>(place: &P) {
    let engine = place.engine().await;
    for turns in 0..12 {
        let operation = format!("bank.pay-{turns}");
        let rows: Vec<_> = (0..50)
            .map(|number| IntentRow {
                id: IntentId::new(&operation, number.to_string()),
                ..row("")
            })
            .collect();
        poll_and_drop(engine.plan(&rows), turns).await;
        let tally = engine.tally(&Filter::all().operation(&operation)).await;
        let count = tally.expect("rows are counted").first().map(|t| t.count);
        assert!([None, Some(50)].contains(&count), "{count:?} of 50");
    }
}

/// Gives a future so many turns, if it needs them, and then drops it.
async fn poll_and_drop<T>(future: impl Future<Output = T>, turns: u32) {
    let mut future = pin!(future);
    for _ in 0..turns {
        let turn =
            std::future::poll_fn(|context| Poll::Ready(future.as_mut().poll(context).is_ready()));
        if turn.await {
            return;
        }
        tokio::task::yield_now().await;
    }
}
