//! What is dropped, and what must stay.

use super::*;
use rubank_store::engine::{Erased, Filter};

pub(crate) async fn final_rows_lose_what_is_sealed_and_keep_the_rest<P: Place>(place: &P) {
    let engine = place.engine().await;
    for state in State::ALL {
        let before = finished(&*engine, state).await;
        let filter = Filter {
            subject: before.subject.clone(),
            ..Filter::all()
        };
        let erased = engine.erase(&filter).await;

        let is_final = state.is_final();
        let expected = Erased {
            erased: u64::from(is_final),
            unfinished: u64::from(!is_final),
            is_in_log: false,
        };
        assert_eq!(erased, Ok(expected), "{state}");
        let expected = if is_final {
            IntentRow {
                request: None,
                label: None,
                answer: None,
                note: None,
                ..before
            }
        } else {
            before
        };
        let after = load(&*engine, &expected.id).await;
        assert!(after == expected, "{after:?}");
        let journal = engine.journal(&expected.id).await.expect("there is one");
        assert_eq!(journal.len(), 2);
    }
}

pub(crate) async fn unfinished_rows_are_kept_and_counted<P: Place>(place: &P) {
    let engine = place.engine().await;
    for state in State::ALL {
        finished(&*engine, state).await;
    }
    let nothing = engine.erase(&Filter::run("none")).await;
    assert_eq!(nothing, Ok(Erased::default()));

    let erased = engine.erase(&Filter::all()).await;

    let expected = Erased {
        erased: 3,
        unfinished: 5,
        is_in_log: false,
    };
    assert_eq!(erased, Ok(expected));
}

pub(crate) async fn erasing_again_finds_nothing<P: Place>(place: &P) {
    let engine = place.engine().await;
    let old = finished(&*engine, State::Confirmed).await;
    place.advance(SECOND).await;
    let moment = engine.now().await.expect("the engine tells the time");
    finished(&*engine, State::Refused).await;

    let before = Filter {
        changed_before: Some(moment),
        ..Filter::all()
    };
    for erased in [1, 0] {
        let expected = Erased {
            erased,
            unfinished: 0,
            is_in_log: false,
        };
        assert_eq!(engine.erase(&before).await, Ok(expected));
    }
    // Erasing is no change: the row stays as old as it was.
    assert_eq!(load(&*engine, &old.id).await.changed_at, old.changed_at);
}

/// A row of that state with everything that can be sealed.
async fn finished(engine: &dyn Engine, state: State) -> IntentRow {
    let planned = IntentRow {
        subject: Some(state.as_str().into()),
        likeness: Some(b"like".to_vec()),
        kopecks: Some(100),
        ..line("r", 1, state.as_str())
    };
    plan(engine, std::slice::from_ref(&planned)).await;
    let held = take(engine, &planned.id).await;
    let end = Change {
        answer: Some(b"answer".to_vec()),
        note: Some(b"note".to_vec()),
        reason: Some("word".into()),
        bank_id: Some("b-1".into()),
        ..Change::to(state, "worker")
    };
    change(engine, &held, end).await
}
