//! Lines that people take out of a run.

use rubank_runs::report::End;
use rubank_runs::{Cause, Event, LineEnd, RunError};
use rubank_sandbox::payouts::CREATE_PAYMENT;
use rubank_sandbox::{Fault, FaultRule, Moment};
use rubank_store::State;

use crate::stage::{Stage, counts, execute, finish, refusal};

#[tokio::test]
async fn what_is_withdrawn_is_never_sent_and_reported_so() {
    let stage = Stage::new().await;
    let (runs, client) = (stage.runs().await, stage.client());
    let plan = stage.plan(5);
    let id = runs.plan(plan.clone()).await.unwrap().id().clone();
    let early = runs.withdraw(&id, [3], "C. Guard").await.unwrap_err();
    assert!(matches!(early, RunError::NotConfirmed(_)), "{early}");
    runs.confirm(&client, &id, &stage.yes(&plan)).await.unwrap();

    let unknown = runs.withdraw(&id, [3, 70], "C. Guard").await.unwrap_err();
    assert!(
        matches!(&unknown, RunError::NoSuchLines(lines) if *lines == [70]),
        "{unknown}"
    );
    for _ in 0..2 {
        let found = runs.withdraw(&id, [5, 3], "C. Guard").await.unwrap();
        assert_eq!((found.withdrawn, found.left), (vec![3, 5], vec![]));
    }
    finish(runs.execute(&client, &id)).await;
    assert_eq!(stage.paid(&plan), [1, 0, 1, 0, 1]);

    let report = runs.report(&id).await.unwrap();
    assert_eq!(counts(&report), [3, 0, 2, 0, 0]);
    assert!(report.is_complete());
    assert_eq!(
        report.lines()[1].end,
        LineEnd::Refused("withdrawn".to_owned())
    );
    let totals = runs.totals(&id).await.unwrap();
    assert_eq!(totals.of(End::Refused), report.tally(End::Refused));
    assert_eq!(totals.total(), report.total());

    // What is paid stays, and is told.
    let found = runs.withdraw(&id, [2, 3], "C. Guard").await.unwrap();
    assert_eq!(
        (found.withdrawn, found.left),
        (vec![3], vec![(2, State::Confirmed)])
    );
    assert_eq!(counts(&runs.report(&id).await.unwrap()), [3, 0, 2, 0, 0]);
}

#[tokio::test]
async fn a_line_that_is_held_back_again_and_again_can_be_withdrawn() {
    let stage = Stage::new().await;
    let (runs, client) = (stage.runs().await, stage.client());
    let (plan, id) = stage.confirmed(&runs, 3).await;
    let faults = stage.banks.faults();
    let refused = refusal("balance_id", "Превышен лимит выплат");
    faults.push(FaultRule::on(CREATE_PAYMENT, refused.clone()).calls([2, 4]));
    for resumed in 0..2 {
        let told = execute(runs.execute(&client, &id).workers(1)).await;
        assert!(
            matches!(told.last(), Some(Event::Paused(pause)) if pause.cause() == Cause::Limit),
            "{resumed} {told:?}"
        );
        if resumed == 0 {
            runs.resume(&client, &id, "B. Checker").await.unwrap();
        }
    }
    let held: Vec<_> = [2, 3, 4]
        .into_iter()
        .zip(stage.paid(&plan))
        .filter_map(|(line, paid)| (paid == 0).then_some(line))
        .collect();
    assert_eq!(held.len(), 1);
    let found = runs.withdraw(&id, held.clone(), "C. Guard").await.unwrap();
    assert_eq!(found.withdrawn, held);
    runs.resume(&client, &id, "B. Checker").await.unwrap();
    finish(runs.execute(&client, &id)).await;
    assert_eq!(counts(&runs.report(&id).await.unwrap()), [2, 0, 1, 0, 0]);
}

#[tokio::test]
async fn what_may_be_paid_cannot_be_withdrawn() {
    let stage = Stage::new().await;
    let (runs, client) = (stage.runs().await, stage.client());
    let (plan, id) = stage.confirmed(&runs, 1).await;
    stage.banks.faults().push(FaultRule::on(
        CREATE_PAYMENT,
        Fault::Close(Moment::AfterWork),
    ));
    execute(
        runs.execute(&client, &id)
            .workers(1)
            .pause_after_unknowns(1),
    )
    .await;
    let found = runs.withdraw(&id, [2], "C. Guard").await.unwrap();
    assert_eq!(
        (found.withdrawn, found.left),
        (vec![], vec![(2, State::Unknown)])
    );
    stage.all_are_paid(&plan);
}

#[tokio::test]
async fn lines_of_another_run_are_withdrawn_there() {
    let stage = Stage::new().await;
    let (runs, client) = (stage.runs().await, stage.client());
    let may = "key;contractor;amount;purpose\nk1;101;10,00;a\n";
    let plan = stage.planning().payouts("may.csv", may.as_bytes()).unwrap();
    let first = runs.plan(plan.clone()).await.unwrap().id().clone();
    runs.confirm(&client, &first, &stage.yes(&plan))
        .await
        .unwrap();
    let more = format!("{may}k2;102;20,00;b\n");
    let plan = stage
        .planning()
        .payouts("more.csv", more.as_bytes())
        .unwrap();
    let second = runs.plan(plan.clone()).await.unwrap().id().clone();
    let yes = stage.yes(&plan).with_duplicates(1);
    runs.confirm(&client, &second, &yes).await.unwrap();

    let found = runs.withdraw(&second, [2, 3], "C. Guard").await.unwrap();
    assert_eq!((found.withdrawn, found.elsewhere), (vec![3], vec![2]));
    runs.withdraw(&first, [2], "C. Guard").await.unwrap();
    finish(runs.execute(&client, &second)).await;
    assert_eq!(
        counts(&runs.report(&second).await.unwrap()),
        [0, 0, 2, 0, 0]
    );
    assert!(stage.banks.ledger().entries().is_empty());
}
