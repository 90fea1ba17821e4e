//! Opening, and opening again.

use super::*;

pub(crate) async fn a_newer_schema_is_refused<P: Place>(place: &P) {
    drop(place.engine().await);
    place.set_version(99).await;
    let error = place.open().await.expect_err("it is too new");
    let EngineError::TooNew { found: 99, known } = error else {
        panic!("{error}");
    };
    assert!(known < 99 && !error.is_transient());
}

pub(crate) async fn an_older_schema_is_refused<P: Place>(place: &P) {
    drop(place.engine().await);
    place.set_version(0).await;
    let error = place.open().await.expect_err("it is too old");
    assert!(
        matches!(error, EngineError::TooOld { found: 0, .. }),
        "{error}"
    );
    assert!(!error.is_transient());
}

pub(crate) async fn what_was_written_is_there_when_opened_again<P: Place>(place: &P) {
    let engine = place.engine().await;
    plan(&*engine, &[row("k")]).await;
    let before = bring(&*engine, &row("k").id, State::Accepted).await;
    engine
        .put("s", "n", None, b"v")
        .await
        .expect("it is written");
    let document = engine.get("s", "n").await;
    drop(engine);

    let engine = place.engine().await;

    assert!(load(&*engine, &before.id).await == before);
    assert_eq!(engine.get("s", "n").await, document);
    let journal = engine.journal(&before.id).await.expect("there is one");
    assert_eq!(journal.len(), 2);
}

pub(crate) async fn many_open_a_new_database_at_once<P: Place>(place: &P) {
    // Polled in one task: the place is not to be moved.
    let opened = futures_util::future::join_all((0..8).map(|_| place.open())).await;
    for (number, engine) in opened.into_iter().enumerate() {
        let engine = engine.expect("the engine opens");
        plan(&*engine, &[row(&number.to_string())]).await;
    }
    let engine = place.engine().await;
    load(&*engine, &row("7").id).await;
}
