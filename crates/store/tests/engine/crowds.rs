//! Many workers over many engines on one database.

use std::collections::BTreeSet;

use super::*;
use rubank_store::engine::Filter;

pub(crate) async fn due_rows_go_to_one_worker_each<P: Place>(place: &P) {
    const ROWS: i64 = 300;
    let engines = [
        place.engine().await,
        place.engine().await,
        place.engine().await,
    ];
    let rows: Vec<_> = (1..=ROWS).map(|n| line("r", n, &n.to_string())).collect();
    plan(&*engines[0], &rows).await;

    let workers = (0..6).map(|number| {
        let engine = Arc::clone(&engines[number % engines.len()]);
        async move {
            let (owner, filter) = (format!("worker-{number}"), Filter::run("r"));
            let mut mine = Vec::new();
            loop {
                let taken = engine.claim_due(&filter, &owner, LEASE, 7).await;
                let taken = taken.expect("due rows are claimed");
                if taken.is_empty() {
                    return mine;
                }
                for row in taken {
                    assert_eq!(row.owner.as_deref(), Some(owner.as_str()));
                    mine.push(row.line.expect("a line"));
                }
            }
        }
    });
    let shares = all(workers).await;

    let count: usize = shares.iter().map(Vec::len).sum();
    let lines: BTreeSet<i64> = shares.into_iter().flatten().collect();
    assert_eq!(count, lines.len(), "some row was given out twice");
    // A worker may find nothing while others hold locks for a moment: what is left is still there to be taken.
    let rest = engines[0]
        .claim_due(&Filter::run("r"), "last", LEASE, 1_000)
        .await;
    assert_eq!(lines.len() + rest.expect("rows").len(), rows.len());
}

pub(crate) async fn a_late_holder_never_writes_over_the_next<P: Place>(place: &P) {
    let engines = [place.engine().await, place.engine().await];
    for round in 0..10 {
        let id = row(&round.to_string()).id;
        plan(&*engines[0], &[row(&id.key)]).await;
        let late = take(&*engines[0], &id).await;
        place.advance(LEASE).await;

        // The late one wakes up while the next one takes the row and writes.
        let (engine, own) = (Arc::clone(&engines[0]), id.clone());
        let waking = tokio::spawn(async move {
            let unknown = Change::to(State::Unknown, "late");
            engine.change(&own, late.fence, &unknown).await
        });
        let next = take(&*engines[1], &id).await;
        let confirmed = Change::to(State::Confirmed, "next");
        let now = change(&*engines[1], &next, confirmed).await;
        let woken = waking.await.expect("the task ends well");

        // Before the claim of the next one it still counts, after it never.
        let came_in_time = woken.expect("an answer").is_some();
        assert_eq!(now.state, State::Confirmed);
        assert!(load(&*engines[0], &id).await == now);
        let journal = engines[0].journal(&id).await.expect("there is one");
        let states: Vec<_> = journal.iter().map(|line| line.state).collect();
        let expected: &[State] = if came_in_time {
            &[State::Planned, State::Unknown, State::Confirmed]
        } else {
            &[State::Planned, State::Confirmed]
        };
        assert_eq!(states, expected);
    }
}

pub(crate) async fn everything_at_once_adds_up<P: Place>(place: &P) {
    let engines = [place.engine().await, place.engine().await];
    let workers = (0..6_i64).map(|number| {
        let engine = Arc::clone(&engines[usize::from(number % 2 == 0)]);
        async move {
            for step in 0..8 {
                let mine = IntentRow {
                    kopecks: Some(1_000 * number + step),
                    ..line("r", number * 100 + step, &format!("{number}-{step}"))
                };
                // Everybody plans the common one as well: it is new for one of them.
                let planned = engine
                    .plan(&[row(&format!("common-{step}")), mine.clone()])
                    .await;
                assert_eq!(planned.expect("rows are planned").len(), 2);
                let held = take(&*engine, &mine.id).await;
                let sending = Change {
                    sends: true,
                    release: false,
                    ..Change::to(State::Sending, "worker")
                };
                let sent = change(&*engine, &held, sending).await;
                change(&*engine, &sent, Change::to(State::Confirmed, "worker")).await;
            }
        }
    });
    all(workers).await;

    let tally = engines[0].tally(&Filter::run("r")).await;
    let tally = tally.expect("rows are counted");
    let [only] = tally.as_slice() else {
        panic!("{tally:?}");
    };
    let sum = (0..6).flat_map(|number| (0..8).map(move |step| 1_000 * number + step));
    assert_eq!((only.state, only.count), (State::Confirmed, 48));
    assert_eq!(only.kopecks, sum.sum::<i128>());
    let common = Filter::all().states([State::Planned]);
    let tally = engines[0].tally(&common).await.expect("rows are counted");
    assert_eq!(tally.first().map(|tally| tally.count), Some(8));
    for row in engines[1]
        .list(&Filter::run("r"), None, 100)
        .await
        .expect("rows")
    {
        let journal = engines[1].journal(&row.id).await.expect("there is one");
        let states: Vec<_> = journal.iter().map(|line| line.state).collect();
        assert_eq!(states, [State::Planned, State::Sending, State::Confirmed]);
    }
}
