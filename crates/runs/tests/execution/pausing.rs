//! What stops a run, and how it goes on.

use payouts_platform::CreatePayment;
use rubank_runs::report::End;
use rubank_runs::{Cause, Change, Event, Phase};
use rubank_sandbox::payouts::{CLIENT_KEY, CREATE_PAYMENT};
use rubank_sandbox::{Fault, FaultRule, Moment};
use rubank_store::engine::Filter;
use rubank_store::{Acted, State};

use crate::stage::{DEADLINE, Stage, counts, execute, finish, lines, refusal, vague_refusal};

fn paused(events: &[Event]) -> Cause {
    match events.last() {
        Some(Event::Paused(pause)) => pause.cause(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_lack_of_funds_pauses_and_the_refused_lines_go_again_when_it_is_resumed() {
    for (text, cause) in [
        ("Недостаточно средств", Cause::NoFunds),
        ("Превышен лимит выплат", Cause::Limit),
    ] {
        let stage = Stage::new().await;
        let (runs, client) = (stage.runs().await, stage.client());
        let (plan, id) = stage.confirmed(&runs, 10).await;
        stage
            .banks
            .faults()
            .push(FaultRule::on(CREATE_PAYMENT, refusal("balance_id", text)).call(4));
        let told = execute(runs.execute(&client, &id).workers(1)).await;
        assert_eq!(paused(&told), cause);
        assert_eq!(
            lines(&told, |event| matches!(event, Event::HeldBack(..))),
            [5]
        );
        assert_eq!(stage.paid(&plan).iter().sum::<usize>(), 3);
        // Held back is not refused.
        let totals = runs.totals(&id).await.unwrap();
        assert_eq!(totals.of(End::Refused).count, 0);

        // It stays so for every process.
        let elsewhere = stage.runs().await;
        assert_eq!(elsewhere.run(&id).await.unwrap().phase(), Phase::Paused);
        assert_eq!(
            paused(&execute(elsewhere.execute(&client, &id)).await),
            cause
        );

        let run = runs.resume(&client, &id, "B. Checker").await.unwrap();
        assert_eq!(run.phase(), Phase::Open);
        let changes: Vec<_> = run.history().iter().map(|step| step.change).collect();
        assert_eq!(changes, [Change::Paused(cause), Change::Resumed]);
        finish(runs.execute(&client, &id)).await;
        stage.all_are_paid(&plan);
    }
}

#[tokio::test]
async fn a_refused_key_pauses_and_no_line_is_lost() {
    let stage = Stage::new().await;
    let (runs, client) = (stage.runs().await, stage.client());
    let (plan, id) = stage.confirmed(&runs, 6).await;
    stage.banks.payouts().change_key("another");
    assert_eq!(
        paused(&execute(runs.execute(&client, &id)).await),
        Cause::Access
    );
    assert_eq!(stage.paid(&plan).iter().sum::<usize>(), 0);

    stage.banks.payouts().change_key(CLIENT_KEY);
    runs.resume(&client, &id, "B. Checker").await.unwrap();
    finish(runs.execute(&client, &id)).await;
    stage.all_are_paid(&plan);
}

#[tokio::test]
async fn too_many_lost_answers_in_a_row_pause() {
    let stage = Stage::new().await;
    let (runs, client) = (stage.runs().await, stage.client());
    let (plan, id) = stage.confirmed(&runs, 20).await;
    stage
        .banks
        .faults()
        .push(FaultRule::on(CREATE_PAYMENT, Fault::Close(Moment::AfterWork)).next(8));
    let execution = runs
        .execute(&client, &id)
        .workers(2)
        .pause_after_unknowns(3);
    let told = execute(execution).await;
    assert_eq!(paused(&told), Cause::Unknowns);
    let unclear = lines(&told, |event| matches!(event, Event::Unclear(_))).len();
    assert!((3..=5).contains(&unclear), "{told:?}");

    stage.banks.faults().clear();
    runs.resume(&client, &id, "B. Checker").await.unwrap();
    finish(runs.execute(&client, &id)).await;
    stage.all_are_paid(&plan);
    assert_eq!(counts(&runs.report(&id).await.unwrap()), [20, 0, 0, 0, 0]);
}

#[tokio::test]
async fn a_person_pauses_and_another_resumes() {
    let stage = Stage::new().await;
    let (runs, client) = (stage.runs().await, stage.client());
    let (plan, id) = stage.confirmed(&runs, 3).await;
    let run = runs.pause(&id, "C. Guard", "wrong month").await.unwrap();
    let pause = run.pause().unwrap();
    assert_eq!(pause.why().unwrap().expose(), "wrong month");
    assert!(!format!("{run} {run:?}").contains("Guard"));
    // The first word counts.
    let run = runs.pause(&id, "D. Late", "again").await.unwrap();
    assert_eq!(run.pause().unwrap().by().expose(), "C. Guard");

    assert_eq!(
        paused(&execute(runs.execute(&client, &id)).await),
        Cause::Person
    );
    assert!(stage.banks.ledger().entries().is_empty());
    runs.resume(&client, &id, "B. Checker").await.unwrap();
    finish(runs.execute(&client, &id)).await;
    stage.all_are_paid(&plan);
}

#[tokio::test]
async fn a_lack_of_funds_in_vague_words_pauses_at_once_and_when_it_is_certain() {
    let stage = Stage::new().await;
    let (runs, client) = (stage.runs().await, stage.client());
    let (plan, id) = stage.confirmed(&runs, 8).await;
    stage
        .banks
        .faults()
        .push(FaultRule::on(CREATE_PAYMENT, vague_refusal("Недостаточно средств")).call(3));
    let told = execute(runs.execute(&client, &id).workers(1)).await;
    assert_eq!(paused(&told), Cause::NoFunds);
    assert_eq!(
        lines(&told, |event| matches!(event, Event::Unclear(_))),
        [4]
    );
    assert_eq!(stage.paid(&plan).iter().sum::<usize>(), 2);

    // The platform is asked for the key first: it was not used. So the refusal was one, and somebody says again that it
    // is mended.
    runs.resume(&client, &id, "B. Checker").await.unwrap();
    let told = execute(runs.execute(&client, &id).workers(1)).await;
    assert_eq!(paused(&told), Cause::NoFunds);
    assert_eq!(
        lines(&told, |event| matches!(event, Event::HeldBack(..))),
        [4]
    );
    assert_eq!(runs.totals(&id).await.unwrap().of(End::Refused).count, 0);
    runs.resume(&client, &id, "B. Checker").await.unwrap();
    finish(runs.execute(&client, &id)).await;
    stage.all_are_paid(&plan);
}

#[tokio::test]
async fn a_limit_of_one_contractor_stops_nobody_else() {
    let stage = Stage::new().await;
    let (runs, client) = (stage.runs().await, stage.client());
    let (plan, id) = stage.confirmed(&runs, 4).await;
    let limit = refusal("contractor_id", "Превышен лимит дохода");
    stage
        .banks
        .faults()
        .push(FaultRule::on(CREATE_PAYMENT, limit).call(2));
    finish(runs.execute(&client, &id).workers(1)).await;
    assert_eq!(stage.paid(&plan).iter().sum::<usize>(), 3);
    let report = runs.report(&id).await.unwrap();
    assert_eq!(counts(&report), [3, 0, 1, 0, 0]);
    let refused = report
        .lines()
        .iter()
        .find(|line| !line.end.reason().is_empty());
    let why = refused.unwrap().end.reason();
    assert!(why.ends_with("Превышен лимит дохода"), "{why}");
}

/// A program that hears that the funds are gone, and crashes over it.
async fn crash_over_a_refusal(stage: &Stage, id: &rubank_runs::RunId) {
    let (store, client) = (stage.store().await, stage.client());
    stage.banks.faults().push(
        FaultRule::on(
            CREATE_PAYMENT,
            refusal("balance_id", "Недостаточно средств"),
        )
        .next(1),
    );
    let claims = store
        .claim_due(&client, &Filter::run(id.as_str()), 1)
        .await
        .unwrap();
    for claim in claims {
        let acted = store.act::<_, CreatePayment>(&client, claim).await.unwrap();
        assert!(
            matches!(&acted, Acted::Done(row) if row.state == State::Rejected),
            "{acted:?}"
        );
    }
}

#[tokio::test]
async fn what_was_held_back_is_not_forgotten_by_a_crash() {
    let stage = Stage::new().await;
    let (runs, client) = (stage.runs().await, stage.client());
    let (plan, id) = stage.confirmed(&runs, 3).await;
    crash_over_a_refusal(&stage, &id).await;
    // The others are paid, and the run is not finished.
    let told = execute(runs.execute(&client, &id)).await;
    assert_eq!(paused(&told), Cause::NoFunds);
    assert_eq!(counts(&runs.report(&id).await.unwrap()), [2, 0, 0, 0, 1]);
    let totals = runs.totals(&id).await.unwrap();
    assert_eq!(
        (totals.of(End::NotYet).count, totals.of(End::Paid).count),
        (1, 2)
    );

    runs.resume(&client, &id, "B. Checker").await.unwrap();
    finish(runs.execute(&client, &id)).await;
    stage.all_are_paid(&plan);
}

#[tokio::test]
async fn a_run_goes_on_without_a_line_whose_request_was_erased() {
    let stage = Stage::new().await;
    let (runs, client) = (stage.runs().await, stage.client());
    let (plan, id) = stage.confirmed(&runs, 4).await;
    let refused = refusal("balance_id", "Недостаточно средств");
    stage
        .banks
        .faults()
        .push(FaultRule::on(CREATE_PAYMENT, refused).call(1));
    execute(runs.execute(&client, &id).workers(1)).await;
    stage.banks.clock().advance(DEADLINE);
    stage.store().await.purge(stage.now()).await.unwrap();
    runs.resume(&client, &id, "B. Checker").await.unwrap();
    finish(runs.execute(&client, &id)).await;
    assert_eq!(stage.paid(&plan).iter().sum::<usize>(), 3);
    assert_eq!(counts(&runs.report(&id).await.unwrap()), [3, 0, 1, 0, 0]);
}

#[tokio::test]
async fn what_a_crashed_program_heard_is_held_back_in_every_number() {
    let stage = Stage::new().await;
    let runs = stage.runs().await;
    let (_, id) = stage.confirmed(&runs, 3).await;
    crash_over_a_refusal(&stage, &id).await;
    // Nobody has marked it yet: if it were told as refused, somebody would pay it by another file.
    let report = runs.report(&id).await.unwrap();
    assert_eq!(counts(&report), [0, 0, 0, 0, 3]);
    let reasons: Vec<_> = report
        .lines()
        .iter()
        .map(|line| line.end.reason())
        .collect();
    assert!(reasons.contains(&"no-funds") && reasons.contains(&"planned"));
    let totals = runs.totals(&id).await.unwrap();
    assert_eq!(totals.of(End::NotYet).count, 3);
    assert_eq!(totals.of(End::Refused).count, 0);
}

#[tokio::test]
async fn statuses_that_are_no_matter_of_a_line_hold_it_back() {
    for (status, cause) in [
        (401, Cause::Access),
        (402, Cause::NoFunds),
        (403, Cause::Access),
    ] {
        let stage = Stage::new().await;
        let (runs, client) = (stage.runs().await, stage.client());
        let (plan, id) = stage.confirmed(&runs, 3).await;
        let fault = Fault::Answer {
            status,
            content_type: "application/json".to_owned(),
            body: r#"{"error":{"title":"No"}}"#.to_owned(),
            moment: Moment::BeforeWork,
        };
        let rule = FaultRule::on(CREATE_PAYMENT, fault).next(2);
        stage.banks.faults().push(rule);
        let told = execute(runs.execute(&client, &id).workers(1)).await;
        assert_eq!(paused(&told), cause, "{status}");
        assert_eq!(counts(&runs.report(&id).await.unwrap())[2], 0, "{status}");
        stage.banks.faults().clear();
        // A no without a field might mean a used key, and is looked up; it may pause once more.
        for _ in 0..2 {
            runs.resume(&client, &id, "B. Checker").await.unwrap();
            execute(runs.execute(&client, &id)).await;
        }
        stage.all_are_paid(&plan);
    }
}

#[tokio::test]
async fn a_program_that_cannot_send_pauses_and_loses_nothing() {
    let stage = Stage::new().await;
    // It speaks TLS to somebody who does not.
    let (runs, client, plan) = (stage.runs().await, stage.client_by_tls(), stage.plan(2));
    let id = runs.plan(plan.clone()).await.unwrap().id().clone();
    runs.confirm(&client, &id, &stage.yes(&plan)).await.unwrap();
    let told = execute(runs.execute(&client, &id)).await;
    assert_eq!(paused(&told), Cause::Setup);
    assert_eq!(stage.paid(&plan), [0, 0]);
    assert_eq!(counts(&runs.report(&id).await.unwrap()), [0, 0, 0, 0, 2]);
}
