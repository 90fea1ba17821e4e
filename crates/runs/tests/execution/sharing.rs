//! Programs that crash, and programs that share a run.

use rubank_runs::{Event, RunError};
use rubank_sandbox::payouts::CREATE_PAYMENT;
use rubank_sandbox::{Fault, FaultRule, Moment};

use crate::stage::{DEADLINE, Stage, counts, finish};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_crash_in_the_middle_is_survived_by_another_program() {
    for before_the_crash in [0, 1, 5, 9] {
        let stage = Stage::new().await;
        let id = {
            let (runs, client) = (stage.runs().await, stage.client());
            let (_, id) = stage.confirmed(&runs, 12).await;
            let mut events = runs.execute(&client, &id).start().await.unwrap();
            for _ in 0..before_the_crash {
                events.next().await;
            }
            events.abort();
            id
        };
        stage.paid(&stage.plan(12));
        // The leases of what was under way are over.
        stage.banks.clock().advance(DEADLINE * 2);
        let (runs, client) = (stage.runs().await, stage.client());
        finish(runs.execute(&client, &id)).await;
        stage.all_are_paid(&stage.plan(12));
        assert_eq!(counts(&runs.report(&id).await.unwrap()), [12, 0, 0, 0, 0]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_programs_pay_one_run_together() {
    let stage = Stage::new().await;
    let (one, other) = (stage.runs().await, stage.runs().await);
    let (plan, id) = stage.confirmed(&one, 24).await;
    stage
        .banks
        .faults()
        .push(FaultRule::on(CREATE_PAYMENT, Fault::Close(Moment::AfterWork)).every(7));
    let (first, second) = (stage.client(), stage.client());
    let (first, second) = tokio::join!(
        finish(one.execute(&first, &id).workers(3)),
        finish(other.execute(&second, &id).workers(3)),
    );
    stage.all_are_paid(&plan);
    let paid = |events: &[Event]| {
        let paid = events
            .iter()
            .filter(|event| matches!(event, Event::Paid(_)));
        paid.count()
    };
    assert_eq!(paid(&first) + paid(&second), 24);
    assert_eq!(counts(&one.report(&id).await.unwrap()), [24, 0, 0, 0, 0]);
}

#[tokio::test]
async fn who_stops_leaves_nothing_under_way() {
    let stage = Stage::new().await;
    let (runs, client) = (stage.runs().await, stage.client());
    let (plan, id) = stage.confirmed(&runs, 12).await;
    let mut events = runs.execute(&client, &id).workers(2).start().await.unwrap();
    events.next().await;
    events.stop().await;
    let paid = stage.paid(&plan).iter().sum::<usize>();
    assert!((1..12).contains(&paid), "{paid}");
    // Without waiting for a lease.
    finish(runs.execute(&client, &id)).await;
    stage.all_are_paid(&plan);
    assert!(
        runs.report(&id)
            .await
            .unwrap()
            .lines()
            .iter()
            .all(|line| line.attempts == 1)
    );
}

#[tokio::test]
async fn a_client_of_another_place_is_turned_away() {
    let stage = Stage::new().await;
    let runs = stage.runs().await;
    let (_, id) = stage.confirmed(&runs, 1).await;
    let elsewhere = payouts_platform::Client::builder(payouts_platform::environment(
        "production",
        "https://payouts.example",
    ))
    .credentials(payouts_platform::credentials("key"))
    .build()
    .unwrap();
    let refused = runs.execute(&elsewhere, &id).start().await.unwrap_err();
    assert!(
        matches!(refused, RunError::OtherEnvironment { .. }),
        "{refused}"
    );
}

#[tokio::test]
async fn two_programs_that_share_the_store_s_pace_stay_within_the_bank_s_limit() {
    let stage = Stage::new().await;
    let (one, other) = (stage.runs().await, stage.runs().await);
    let (_, id) = stage.confirmed(&one, 24).await;
    let (first, second) = (stage.pacing_client().await, stage.pacing_client().await);
    tokio::join!(
        finish(one.execute(&first, &id).workers(4)),
        finish(other.execute(&second, &id).workers(4)),
    );
    let calls = stage.banks.calls();
    let refused = calls.iter().filter(|call| call.status == Some(429)).count();
    assert_eq!(refused, 0);
    stage.all_are_paid(&stage.plan(24));
}
