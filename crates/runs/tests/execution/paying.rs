//! Lines on their way to an end.

use rubank_runs::report::End;
use rubank_runs::{Event, LineEnd, Phase};
use rubank_sandbox::payouts::{CREATE_PAYMENT, GET_PAYMENT, LIST_PAYMENTS, PaymentEnd};
use rubank_sandbox::{Fault, FaultRule, Moment};

use crate::stage::{Stage, counts, execute, finish, lines};

#[tokio::test]
async fn thirty_lines_are_paid_once_and_followed_together() {
    let stage = Stage::new().await;
    let (runs, client) = (stage.runs().await, stage.client());
    let (plan, id) = stage.confirmed(&runs, 30).await;
    let began = stage.now();
    let told = finish(runs.execute(&client, &id)).await;
    let minutes = (stage.now() - began).whole_minutes();
    stage.all_are_paid(&plan);
    let everyone: Vec<_> = (2..32).collect();
    assert_eq!(
        lines(&told, |event| matches!(event, Event::Sent(_))),
        everyone
    );
    assert_eq!(
        lines(&told, |event| matches!(event, Event::Paid(_))),
        everyone
    );

    let report = runs.report(&id).await.unwrap();
    assert_eq!(counts(&report), [30, 0, 0, 0, 0]);
    assert_eq!(report.total().sum, plan.summary().total());
    assert!(report.is_complete());
    let first = &report.lines()[0];
    assert_eq!(
        (first.number, first.recipient.as_str(), first.attempts),
        (2, "103", 1)
    );
    assert!(first.bank_id.is_some());

    // A round a minute, however many minutes a busy machine made of it, and no question about a single one.
    let asked = |operation| {
        let calls = stage.banks.calls();
        calls
            .iter()
            .filter(|call| call.operation == Some(operation))
            .count()
    };
    let lists = i64::try_from(asked(LIST_PAYMENTS)).unwrap();
    assert!(lists <= minutes + 1, "{lists} in {minutes} minutes");
    assert_eq!((asked(CREATE_PAYMENT), asked(GET_PAYMENT)), (30, 0));
}

#[tokio::test]
async fn the_same_file_is_the_same_run_and_sends_nothing_more() {
    let stage = Stage::new().await;
    let (runs, client) = (stage.runs().await, stage.client());
    let (plan, id) = stage.confirmed(&runs, 3).await;
    finish(runs.execute(&client, &id)).await;

    let again = runs.plan(stage.plan(3)).await.unwrap();
    assert!(again.is_known() && *again.id() == id && again.phase() == Phase::Open);
    runs.confirm(&client, again.id(), &stage.yes(&plan))
        .await
        .unwrap();
    let told = finish(runs.execute(&client, again.id())).await;
    assert!(told.iter().all(|event| event.line().is_none()), "{told:?}");
    assert_eq!(stage.banks.ledger().entries().len(), 3);
}

#[tokio::test]
async fn lost_answers_are_looked_up_and_nothing_is_paid_twice() {
    let stage = Stage::new().await;
    let (runs, client) = (stage.runs().await, stage.client());
    let (plan, id) = stage.confirmed(&runs, 12).await;
    let faults = stage.banks.faults();
    faults.push(FaultRule::on(CREATE_PAYMENT, Fault::Close(Moment::AfterWork)).call(2));
    faults.push(FaultRule::on(CREATE_PAYMENT, Fault::Close(Moment::BeforeWork)).call(5));
    faults.push(FaultRule::on(CREATE_PAYMENT, Fault::TruncatedJson).call(7));
    faults.push(FaultRule::on(LIST_PAYMENTS, Fault::Close(Moment::AfterWork)).call(1));
    let told = finish(runs.execute(&client, &id)).await;
    // Two answers were lost, and one could not be read.
    assert_eq!(
        lines(&told, |event| matches!(event, Event::Unclear(_))).len(),
        3
    );
    stage.all_are_paid(&plan);
    assert_eq!(counts(&runs.report(&id).await.unwrap()), [12, 0, 0, 0, 0]);
}

#[tokio::test]
async fn a_refused_line_stops_no_other() {
    let stage = Stage::new().await;
    let (runs, client) = (stage.runs().await, stage.client());
    let file = "contractor;amount;purpose\n101;10,00;a\n999999;20,00;b\n102;30,00;c\n";
    let plan = stage
        .planning()
        .payouts("may.csv", file.as_bytes())
        .unwrap();
    let id = runs.plan(plan.clone()).await.unwrap().id().clone();
    runs.confirm(&client, &id, &stage.yes(&plan)).await.unwrap();
    let told = finish(runs.execute(&client, &id)).await;
    assert_eq!(
        lines(&told, |event| matches!(event, Event::Refused(..))),
        [3]
    );
    assert_eq!(stage.paid(&plan), [1, 0, 1]);
    let report = runs.report(&id).await.unwrap();
    assert_eq!(counts(&report), [2, 0, 1, 0, 0]);
    assert_eq!(report.tally(End::Refused).sum.to_string(), "20.00");
    let LineEnd::Refused(why) = &report.lines()[1].end else {
        panic!("{report:?}")
    };
    assert!(why.starts_with("422 "), "{why}");
}

#[tokio::test]
async fn what_a_person_repeats_in_the_cabinet_is_noticed() {
    let stage = Stage::new().await;
    let (runs, client) = (stage.runs().await, stage.client());
    let (plan, id) = stage.confirmed(&runs, 5).await;
    let platform = stage.banks.payouts();
    platform.end_attempt(2, PaymentEnd::Failed);
    platform.end_attempt(4, PaymentEnd::Rejected);
    let told = finish(runs.execute(&client, &id).workers(1)).await;
    let failed = told.iter().find_map(|event| match event {
        Event::NeedsPerson(line, why) if why == "status-5" => Some(line.clone()),
        _ => None,
    });
    let failed = failed.unwrap();
    assert_eq!(counts(&runs.report(&id).await.unwrap()), [3, 0, 1, 1, 0]);

    let payment = platform.payment_id(&failed.key).unwrap();
    assert!(platform.repeat_in_cabinet(payment));
    stage
        .banks
        .clock()
        .advance(std::time::Duration::from_secs(120));
    let told = runs.follow(&client, &id).await.unwrap();
    assert!(
        matches!(&told[..], [Event::Paid(line)] if *line == failed),
        "{told:?}"
    );
    // A second look within the minute asks nothing.
    assert!(runs.follow(&client, &id).await.unwrap().is_empty());
    assert_eq!(counts(&runs.report(&id).await.unwrap()), [4, 0, 1, 0, 0]);
    assert_eq!(stage.paid(&plan).iter().sum::<usize>(), 4);
}

#[tokio::test]
async fn a_payout_that_is_not_decided_keeps_the_run_open_until_the_time_is_over() {
    let stage = Stage::new().await;
    let (runs, client) = (stage.runs().await, stage.client());
    let (_, id) = stage.confirmed(&runs, 2).await;
    stage.banks.payouts().end_attempt(1, PaymentEnd::Unheard);
    let mut events = runs
        .execute(&client, &id)
        .within(std::time::Duration::from_secs(600))
        .start()
        .await
        .unwrap();
    let mut last = None;
    while let Some(event) = events.next().await {
        last = Some(event);
    }
    let Some(Event::TimeOver(totals)) = last else {
        panic!("{last:?}")
    };
    assert_eq!(
        (totals.of(End::Paid).count, totals.of(End::NotYet).count),
        (1, 1)
    );
}

#[tokio::test]
async fn a_bank_that_cannot_be_reached_is_waited_for() {
    let stage = Stage::new().await;
    let (runs, client) = (stage.runs().await, stage.client());
    let (plan, id) = stage.confirmed(&runs, 4).await;
    let faults = stage.banks.faults();
    faults.push(FaultRule::on(CREATE_PAYMENT, Fault::too_many_requests(Some(30))).next(3));
    let told = execute(runs.execute(&client, &id)).await;
    assert!(
        !lines(&told, |event| matches!(event, Event::Delayed(..))).is_empty(),
        "{told:?}"
    );
    assert!(matches!(told.last(), Some(Event::Finished(_))), "{told:?}");
    stage.all_are_paid(&plan);
}

#[tokio::test]
async fn a_list_that_cannot_be_read_hides_nobody() {
    let stage = Stage::new().await;
    let (runs, client) = (stage.runs().await, stage.client());
    let (plan, id) = stage.confirmed(&runs, 3).await;
    stage
        .banks
        .faults()
        .push(FaultRule::on(LIST_PAYMENTS, Fault::TruncatedJson));
    finish(runs.execute(&client, &id)).await;
    stage.all_are_paid(&plan);
    assert_eq!(counts(&runs.report(&id).await.unwrap()), [3, 0, 0, 0, 0]);
}
