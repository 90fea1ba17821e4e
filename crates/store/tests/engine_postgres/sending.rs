//! `send_once` on PostgreSQL: what stands above the engine does not know which one it has.

use std::sync::Arc;

use rubank_core::clock::ManualClock;
use rubank_core::http::{Reply, ScriptedService};
use rubank_store::{Decision, Settled, Store, StoreError};
use time::macros::datetime;

use crate::bank::{Pay, REFUSED};
use crate::desk::{client, key, word};
use crate::postgres::Schema;
use crate::script::{KEY, found, id, intent, taken};

#[tokio::test]
async fn an_intent_is_sent_once_found_forgotten_and_never_sent_again() {
    let Some(schema) = Schema::new().await else {
        return;
    };
    let clock = ManualClock::new(datetime!(2026-01-15 09:00 UTC));
    let bank = ScriptedService::new([taken(), found("running"), found("paid")]);
    let client = client(&clock, &bank, "test", "https://bank.test");
    let open = async || {
        let builder = Store::builder(schema.open().await, key());
        builder.clock(Arc::new(clock.clone())).open().await.unwrap()
    };
    let (store, other) = (open().await, open().await);
    let (pay, wish) = (Pay::<REFUSED>::new(KEY), intent());
    let dearer = Pay {
        sum: "1500.51",
        ..Pay::<REFUSED>::new(KEY)
    };
    assert_eq!(
        word(&store.send_once(&client, &wish, &pay).await),
        "answered"
    );
    assert_eq!(
        word(&other.send_once(&client, &wish, &pay).await),
        "answered"
    );
    let refused = other.send_once(&client, &wish, &dearer).await.unwrap_err();
    assert!(matches!(refused, StoreError::Differs { .. }), "{refused}");
    assert_eq!(bank.sends(), 1);

    let resume = async || other.resume::<_, Pay<REFUSED>>(&client, KEY).await;
    assert_eq!(word(&resume().await), "found");
    assert_eq!(store.forget("contractor 123").await.unwrap().unfinished, 1);
    assert!(matches!(resume().await, Ok(Settled::Found(payment)) if payment.state == "paid"));
    assert_eq!(store.forget("contractor 123").await.unwrap().erased, 1);
    assert_eq!(
        word(&store.send_once(&client, &wish, &pay).await),
        "known confirmed"
    );
    assert_eq!(
        bank.seen()
            .iter()
            .filter(|seen| seen.method == http::Method::POST)
            .count(),
        1
    );
}

#[tokio::test]
async fn a_lost_answer_is_looked_up_and_a_person_decides_what_cannot_be() {
    let Some(schema) = Schema::new().await else {
        return;
    };
    let clock = ManualClock::new(datetime!(2026-01-15 09:00 UTC));
    let bank = ScriptedService::new([Reply::LostAfterSending, found("another")]);
    let client = client(&clock, &bank, "test", "https://bank.test");
    let builder = Store::builder(schema.open().await, key());
    let store = builder.clock(Arc::new(clock.clone())).open().await.unwrap();
    let (pay, wish) = (Pay::<REFUSED>::new(KEY), intent());
    let sent = clock.drive(store.send_once(&client, &wish, &pay)).await;
    assert_eq!(word(&sent), "person key-used-elsewhere");
    let paid = store
        .decide(&id::<REFUSED>(), Decision::Paid, "I. Ivanova")
        .await;
    assert_eq!(paid.unwrap().reason.as_deref(), Some("person-saw-it-paid"));
    let lines = store.journal(&id::<REFUSED>()).await.unwrap();
    assert_eq!(lines.last().unwrap().actor, "I. Ivanova");
}
