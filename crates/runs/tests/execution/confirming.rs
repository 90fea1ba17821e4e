//! Nothing is sent before somebody said yes, and a yes is never half.

use std::sync::Arc;

use rubank_runs::{ConfirmError, Like, Money, Phase, RunError, RunId, Runs, TableOptions, Wish};
use rubank_store::{Intent, StoreError};

use crate::stage::{Stage, counts, cut, finish};

#[tokio::test]
async fn nothing_is_sent_before_hash_and_total_are_confirmed() {
    let stage = Stage::new().await;
    let (runs, client) = (stage.runs().await, stage.client());
    let plan = stage.plan(3);
    let run = runs.plan(plan.clone()).await.unwrap();
    assert_eq!((run.phase(), run.is_known()), (Phase::Planned, false));
    let refused = runs.execute(&client, run.id()).start().await.unwrap_err();
    assert!(matches!(refused, RunError::NotConfirmed(_)), "{refused}");

    let wrong = stage.say(plan.summary().sha256(), Money::from_roubles(1));
    let refused = runs.confirm(&client, run.id(), &wrong).await.unwrap_err();
    assert!(
        matches!(refused, RunError::Confirm(ConfirmError::OtherTotal { .. })),
        "{refused}"
    );
    assert_eq!(runs.run(run.id()).await.unwrap().phase(), Phase::Planned);
    assert_eq!(
        counts(&runs.report(run.id()).await.unwrap()),
        [0, 0, 0, 0, 3]
    );

    let absent = RunId::of(plan.summary().sha256(), 9);
    let refused = runs
        .confirm(&client, &absent, &stage.yes(&plan))
        .await
        .unwrap_err();
    assert!(matches!(refused, RunError::Absent(_)), "{refused}");
    assert!(stage.banks.ledger().entries().is_empty());
}

#[tokio::test]
async fn who_confirmed_first_stays() {
    let stage = Stage::new().await;
    let (runs, client) = (stage.runs().await, stage.client());
    let (plan, id) = stage.confirmed(&runs, 3).await;
    let summary = plan.summary();
    let said = rubank_runs::Confirmation::new(
        summary.sha256(),
        summary.total().into(),
        "Somebody else",
        stage.now(),
    );
    let run = runs.confirm(&client, &id, &said).await.unwrap();
    assert_eq!(run.confirmed().unwrap().by().expose(), "B. Checker");
    assert!(matches!(
        runs.discard(&id).await.unwrap_err(),
        RunError::Confirmed(_)
    ));
}

#[tokio::test]
async fn a_crash_in_a_confirmation_leaves_it_true_and_is_gone_on_with() {
    // More than are written down with one commit.
    const LINES: usize = 205;
    let stage = Stage::new().await;
    let (runs, client) = (stage.runs().await, stage.client());
    let plan = stage.plan(LINES as u64);
    let id = runs.plan(plan.clone()).await.unwrap().id().clone();
    let (mut polls, mut half) = (1, 0);
    loop {
        let run = cut(runs.confirm(&client, &id, &stage.yes(&plan)), polls).await;
        if let Some(run) = run {
            run.unwrap();
            break;
        }
        // Whoever looks now sees every line, and nothing that was sent.
        let report = runs.report(&id).await.unwrap();
        assert_eq!(counts(&report), [0, 0, 0, 0, LINES]);
        half += usize::from(runs.run(&id).await.unwrap().phase() == Phase::Confirmed);
        polls += 9;
    }
    assert!(
        half > 0,
        "no crash fell between the confirmation and the last line"
    );
    assert!(stage.banks.ledger().entries().is_empty());
    let run = stage.runs().await.run(&id).await.unwrap();
    assert_eq!(
        (run.phase(), run.confirmed().is_some()),
        (Phase::Open, true)
    );
}

#[tokio::test]
async fn an_execution_goes_on_with_a_confirmation_that_was_cut() {
    let stage = Stage::new().await;
    let (runs, client, plan) = (stage.runs().await, stage.client(), stage.plan(5));
    let id = runs.plan(plan.clone()).await.unwrap().id().clone();
    for polls in 1.. {
        let done = cut(runs.confirm(&client, &id, &stage.yes(&plan)), polls).await;
        assert!(
            done.is_none(),
            "no crash fell between the confirmation and the last line"
        );
        if runs.run(&id).await.unwrap().phase() == Phase::Confirmed {
            break;
        }
    }
    finish(runs.execute(&client, &id)).await;
    stage.all_are_paid(&plan);
}

#[tokio::test]
async fn lines_of_earlier_runs_are_named_and_confirmed_by_their_number() {
    let stage = Stage::new().await;
    let (runs, client) = (stage.runs().await, stage.client());
    let (first, earlier) = stage.confirmed(&runs, 3).await;
    // The same lines in another file.
    let file = "contractor;amount;purpose\n103;100,02;ACT  2\n101;5,00;act 77\n";
    let plan = stage
        .planning()
        .payouts("june.csv", file.as_bytes())
        .unwrap();
    let run = runs.plan(plan.clone()).await.unwrap();
    let found = run.summary().duplicates();
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(
        (found[0].line, &found[0].like),
        (
            2,
            &Like::Earlier {
                run: earlier,
                line: 2
            }
        )
    );

    let refused = runs
        .confirm(&client, run.id(), &stage.yes(&plan))
        .await
        .unwrap_err();
    assert!(
        matches!(
            refused,
            RunError::Confirm(ConfirmError::OtherDuplicates { planned: 1, .. })
        ),
        "{refused}"
    );
    let yes = stage.yes(&plan).with_duplicates(1);
    runs.confirm(&client, run.id(), &yes).await.unwrap();
    assert_ne!(first.lines()[0].key(), plan.lines()[0].key());
}

#[tokio::test]
async fn duplicates_that_appear_after_the_plan_are_found_before_the_yes_counts() {
    let stage = Stage::new().await;
    let (runs, client) = (stage.runs().await, stage.client());
    let file = "contractor;amount;purpose\n103;100,02;act 2\n101;5,00;act 77\n";
    let plan = stage
        .planning()
        .payouts("june.csv", file.as_bytes())
        .unwrap();
    let run = runs.plan(plan.clone()).await.unwrap();
    assert!(run.summary().duplicates().is_empty());
    stage.confirmed(&runs, 3).await;
    let refused = runs
        .confirm(&client, run.id(), &stage.yes(&plan))
        .await
        .unwrap_err();
    assert!(matches!(
        refused,
        RunError::Confirm(ConfirmError::OtherDuplicates { .. })
    ));
    assert_eq!(
        runs.run(run.id())
            .await
            .unwrap()
            .summary()
            .duplicates()
            .len(),
        1
    );
}

#[tokio::test]
async fn a_key_that_was_paid_before_is_already_paid_and_one_of_another_wish_is_refused() {
    let stage = Stage::new().await;
    let (runs, client) = (stage.runs().await, stage.client());
    let may = "key;contractor;amount;purpose\nk1;101;10,00;a\nk2;102;20,00;b\n";
    let plan = stage.planning().payouts("may.csv", may.as_bytes()).unwrap();
    let id = runs.plan(plan.clone()).await.unwrap().id().clone();
    runs.confirm(&client, &id, &stage.yes(&plan)).await.unwrap();
    finish(runs.execute(&client, &id)).await;

    // The same file, with a line more.
    let more = format!("{may}k3;103;30,00;c\n");
    let plan = stage
        .planning()
        .payouts("may-2.csv", more.as_bytes())
        .unwrap();
    let run = runs.plan(plan.clone()).await.unwrap();
    assert_eq!(run.elsewhere().collect::<Vec<_>>(), [2, 3]);
    assert!(
        run.to_string().contains("2 of them were planned before"),
        "{run}"
    );
    let yes = stage.yes(&plan).with_duplicates(2);
    runs.confirm(&client, run.id(), &yes).await.unwrap();
    finish(runs.execute(&client, run.id())).await;
    stage.all_are_paid(&plan);
    let report = runs.report(run.id()).await.unwrap();
    assert_eq!(counts(&report), [1, 2, 0, 0, 0]);
    assert_eq!(runs.totals(run.id()).await.unwrap().total(), report.total());

    let other = "key;contractor;amount;purpose\nk1;101;10,01;a\nk4;102;20,00;z\n";
    let plan = stage
        .planning()
        .payouts("june.csv", other.as_bytes())
        .unwrap();
    let refused = runs.plan(plan).await.unwrap_err();
    assert!(
        matches!(&refused, RunError::KeysTaken(lines) if *lines == [2]),
        "{refused}"
    );
}

#[tokio::test]
async fn a_plan_can_be_thrown_away_and_made_again() {
    let stage = Stage::new().await;
    let (runs, client) = (stage.runs().await, stage.client());
    let plan = stage.plan(2);
    let id = runs.plan(plan.clone()).await.unwrap().id().clone();
    runs.discard(&id).await.unwrap();
    runs.discard(&id).await.unwrap();
    assert_eq!(runs.run(&id).await.unwrap().phase(), Phase::Discarded);
    let refused = runs
        .confirm(&client, &id, &stage.yes(&plan))
        .await
        .unwrap_err();
    assert!(matches!(refused, RunError::Discarded(_)), "{refused}");
    assert!(matches!(
        runs.report(&id).await.unwrap_err(),
        RunError::Discarded(_)
    ));

    assert!(runs.plan(plan.clone()).await.unwrap().is_known());
    runs.confirm(&client, &id, &stage.yes(&plan)).await.unwrap();
    let all = runs.list(None, 10).await.unwrap();
    assert_eq!(all.iter().map(|run| run.id()).collect::<Vec<_>>(), [&id]);
    assert!(runs.list(Some(&id), 10).await.unwrap().is_empty());
}

#[tokio::test]
async fn two_files_with_one_key_that_are_confirmed_at_the_same_moment_pay_it_once() {
    let stage = Stage::new().await;
    let (runs, client) = (stage.runs().await, stage.client());
    let rows = "key;contractor;amount;purpose\nk1;101;10,00;a\n";
    let files = [rows.to_owned(), format!("{rows}k2;102;20,00;b\n")];
    let plans = files.map(|file| {
        stage
            .planning()
            .payouts("may.csv", file.as_bytes())
            .unwrap()
    });
    for plan in &plans {
        runs.plan(plan.clone()).await.unwrap();
    }
    let yes = plans.each_ref().map(|plan| stage.yes(plan));
    let ids = plans.each_ref().map(|plan| plan.summary().run().clone());
    let (one, other) = tokio::join!(
        runs.confirm(&client, &ids[0], &yes[0]),
        runs.confirm(&client, &ids[1], &yes[1]),
    );
    let mut confirmed = 0;
    for (run, id) in [one, other].into_iter().zip(&ids) {
        match run {
            Ok(run) => {
                finish(runs.execute(&client, run.id())).await;
                confirmed += 1;
            }
            // It came second, and its duplicate has to be named now.
            Err(RunError::Confirm(_)) => {
                assert_eq!(runs.run(id).await.unwrap().summary().duplicates().len(), 1);
            }
            Err(error) => panic!("{error}"),
        }
    }
    assert!(confirmed > 0);
    stage.paid(&plans[1]);
}

#[tokio::test]
async fn nothing_personal_lies_open_on_the_disk() {
    let stage = Stage::new().await;
    let (runs, client) = (stage.runs().await, stage.client());
    let file = "contractor;amount;purpose;phone;bank\n\
                101;10,00;Canary purpose;+79995550123;100000000004\n";
    let plan = stage
        .planning()
        .payouts("canary.csv", file.as_bytes())
        .unwrap();
    let run = runs.plan(plan.clone()).await.unwrap();
    let mut shown = format!("{run:?} {run} {runs:?}");
    let run = runs
        .confirm(&client, run.id(), &stage.yes(&plan))
        .await
        .unwrap();
    shown += &format!("{run:?} {run}");
    for event in finish(runs.execute(&client, run.id())).await {
        shown += &format!("{event:?} {event}");
    }
    let run = runs
        .pause(run.id(), "C. Guard", "Canary words")
        .await
        .unwrap();
    shown += &format!("{run:?} {run} {:?}", runs.report(run.id()).await.unwrap());

    let disk = stage.disk();
    let canaries = [
        "Canary",
        "canary.csv",
        "+79995550123",
        "79995550123",
        "Planner",
        "Checker",
        "Guard",
    ];
    for canary in canaries {
        let found = disk
            .windows(canary.len())
            .any(|bytes| bytes == canary.as_bytes());
        assert!(!found && !shown.contains(canary), "{canary}");
    }
}

#[tokio::test]
async fn card_numbers_are_not_even_planned_in_a_store_without_a_key() {
    let stage = Stage::new().await;
    let runs = Runs::new(&stage.open_store().await).clock(Arc::new(stage.clock()));
    let card = "4111111111111111";
    let file = format!("contractor;amount;card number\n101;10,00;{card}\n");
    let planning = stage
        .planning()
        .table(TableOptions::new().allow_card_numbers());
    let plan = planning.payouts("may.csv", file.as_bytes()).unwrap();
    let refused = runs.plan(plan).await.unwrap_err();
    assert!(
        matches!(&refused, RunError::Store(StoreError::KeyNeeded { .. })),
        "{refused}"
    );
    let disk = stage.disk();
    let found = disk
        .windows(card.len())
        .any(|bytes| bytes == card.as_bytes());
    assert!(!found, "the card number lies on the disk");
}

#[tokio::test]
async fn a_run_whose_lines_cannot_be_kept_is_not_confirmed() {
    let stage = Stage::new().await;
    let client = stage.client();
    let runs = Runs::new(&stage.store().await).clock(Arc::new(stage.clock()));
    let plan = stage.plan(1);
    let text = String::from_utf8(plan.to_json().unwrap()).unwrap();
    let key = plan.lines()[0].key();
    // A plan of an older program, which allowed such keys.
    let old = text.replace(key, r#"a \"key\""#);
    let plan = rubank_runs::Plan::from_json(old.as_bytes()).unwrap();
    let id = runs.plan(plan.clone()).await.unwrap().id().clone();
    let refused = runs
        .confirm(&client, &id, &stage.yes(&plan))
        .await
        .unwrap_err();
    assert!(matches!(&refused, RunError::Store(_)), "{refused}");
    assert_eq!(runs.run(&id).await.unwrap().phase(), Phase::Planned);
    runs.discard(&id).await.unwrap();
}

#[tokio::test]
async fn lines_like_payments_of_no_run_are_named_too() {
    let stage = Stage::new().await;
    let (runs, store, client) = (stage.runs().await, stage.store().await, stage.client());
    let plan = stage.plan(1);
    let line = &plan.lines()[0];
    let Wish::Payout(payout) = line.wish() else {
        panic!("no payout")
    };
    let key = "5f0f6ae2-5a3d-4a52-8e4e-3a5ee0d2f5b1";
    let intent = Intent::new(key).likeness(line.likeness().into_inner());
    store
        .plan(&client, &intent, &payout.operation(key, line.roubles()))
        .await
        .unwrap();
    let run = runs.plan(plan.clone()).await.unwrap();
    let found = &run.summary().duplicates()[0];
    assert_eq!(
        (found.line, &found.like),
        (2, &Like::Intent(key.to_owned()))
    );
    let refused = runs.confirm(&client, run.id(), &stage.yes(&plan)).await;
    assert!(matches!(refused, Err(RunError::Confirm(_))), "{refused:?}");
}
