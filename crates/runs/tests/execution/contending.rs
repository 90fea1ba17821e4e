//! Plans and confirmations that get in each other's way.

use rubank_runs::{Cause, Event, Phase, RunError};

use crate::stage::{Stage, cut, execute, finish};

#[tokio::test]
async fn two_runs_with_the_same_payments_that_are_confirmed_at_once_do_not_both_begin() {
    let stage = Stage::new().await;
    let (runs, client) = (stage.runs().await, stage.client());
    let rows = "contractor;amount;purpose\n101;10,00;a\n";
    let files = [rows.to_owned(), format!("{rows}102;20,00;b\n")];
    let plans = files.map(|file| {
        stage
            .planning()
            .payouts("may.csv", file.as_bytes())
            .unwrap()
    });
    let ids = plans.each_ref().map(|plan| plan.summary().run().clone());
    for plan in &plans {
        runs.plan(plan.clone()).await.unwrap();
    }
    // The first one is confirmed, and none of its lines is written down when the second one is.
    for polls in 1.. {
        let done = cut(runs.confirm(&client, &ids[0], &stage.yes(&plans[0])), polls).await;
        assert!(done.is_none());
        if runs.run(&ids[0]).await.unwrap().phase() == Phase::Confirmed {
            break;
        }
    }
    let early = runs.pause(&ids[0], "C. Guard", "why").await.unwrap_err();
    assert!(matches!(early, RunError::Unfinished(_)), "{early}");
    let second = runs
        .confirm(&client, &ids[1], &stage.yes(&plans[1]))
        .await
        .unwrap();
    assert_eq!(second.phase(), Phase::Open);
    let first = runs
        .confirm(&client, &ids[0], &stage.yes(&plans[0]))
        .await
        .unwrap();
    assert_eq!(first.pause().unwrap().cause(), Cause::Duplicates);
    let told = execute(runs.execute(&client, &ids[0])).await;
    assert!(matches!(&told[..], [Event::Paused(_)]), "{told:?}");
    assert!(stage.banks.ledger().entries().is_empty());
}

#[tokio::test]
async fn a_yes_to_some_duplicates_is_none_to_others() {
    let stage = Stage::new().await;
    let (runs, client) = (stage.runs().await, stage.client());
    let earlier = |rows: &str| {
        let file = format!("contractor;amount;purpose\n{rows}\n");
        stage
            .planning()
            .payouts("earlier.csv", file.as_bytes())
            .unwrap()
    };
    let first = earlier("101;10,00;a");
    let first_id = runs.plan(first.clone()).await.unwrap().id().clone();
    runs.confirm(&client, &first_id, &stage.yes(&first))
        .await
        .unwrap();
    let file = "contractor;amount;purpose\n101;10,00;a\n102;20,00;b\n";
    let plan = stage
        .planning()
        .payouts("june.csv", file.as_bytes())
        .unwrap();
    let run = runs.plan(plan.clone()).await.unwrap();
    assert_eq!(run.summary().duplicates()[0].line, 2);

    let second = earlier("102;20,00;b");
    let second_id = runs.plan(second.clone()).await.unwrap().id().clone();
    runs.confirm(&client, &second_id, &stage.yes(&second))
        .await
        .unwrap();
    // Whoever says two has seen one.
    let yes = stage.yes(&plan).with_duplicates(2);
    let refused = runs.confirm(&client, run.id(), &yes).await.unwrap_err();
    assert!(
        matches!(&refused, RunError::NewDuplicates { lines, .. } if *lines == [3]),
        "{refused}"
    );
    let shown = runs.run(run.id()).await.unwrap();
    assert_eq!(shown.summary().duplicate_lines(), 2);
    let run = runs.confirm(&client, run.id(), &yes).await.unwrap();
    assert_eq!(run.phase(), Phase::Open);
}

#[tokio::test]
async fn what_was_paid_in_a_test_is_not_already_paid() {
    let stage = Stage::new().await;
    let (runs, client) = (stage.runs().await, stage.client());
    let may = "key;contractor;amount;purpose\nk1;101;10,00;a\n";
    let plan = stage.planning().payouts("may.csv", may.as_bytes()).unwrap();
    let id = runs.plan(plan.clone()).await.unwrap().id().clone();
    runs.confirm(&client, &id, &stage.yes(&plan)).await.unwrap();
    finish(runs.execute(&client, &id)).await;

    let production = payouts_platform::Client::builder(payouts_platform::environment(
        "production",
        "https://payouts.example",
    ))
    .credentials(payouts_platform::credentials("key"))
    .build()
    .unwrap();
    let more = format!("{may}k2;102;20,00;b\n");
    let plan = stage
        .planning()
        .payouts("more.csv", more.as_bytes())
        .unwrap();
    let run = runs.plan(plan.clone()).await.unwrap();
    let yes = stage.yes(&plan).with_duplicates(1);
    let refused = runs.confirm(&production, run.id(), &yes).await.unwrap_err();
    assert!(
        matches!(&refused, RunError::KeysTaken(lines) if *lines == [2]),
        "{refused}"
    );
}

#[tokio::test]
async fn a_plan_that_two_programs_make_at_the_same_moment_is_kept() {
    let stage = Stage::new().await;
    let (one, other, client) = (stage.runs().await, stage.runs().await, stage.client());
    let mut number = 0;
    for before in 1..5 {
        for after in 1..8 {
            number += 1;
            let file = format!("contractor;amount\n101;{number},00\n");
            let plan = stage
                .planning()
                .payouts("may.csv", file.as_bytes())
                .unwrap();
            // The other one makes the very same text, comes second, and crashes over it.
            let mut second = Box::pin(other.plan(plan.clone()));
            let early = cut(&mut second, before).await;
            one.plan(plan.clone()).await.unwrap();
            if early.is_none() {
                cut(&mut second, after).await;
            }
            drop(second);
            let id = plan.summary().run().clone();
            let run = one.confirm(&client, &id, &stage.yes(&plan)).await.unwrap();
            assert_eq!(run.phase(), Phase::Open);
        }
    }
}

#[tokio::test]
async fn a_yes_to_lines_like_april_s_is_none_to_lines_like_another_may_s() {
    let stage = Stage::new().await;
    let (runs, client) = (stage.runs().await, stage.client());
    let rows: String = (1..=20).map(|n| format!("101;{n},00;a\n")).collect();
    let file = |end: &str| format!("contractor;amount;purpose\n{rows}{end}");
    // April's; May's; and May's, saved anew with another line end.
    let plans = ["", "\n", "\n\n"].map(|end| {
        stage
            .planning()
            .payouts("file.csv", file(end).as_bytes())
            .unwrap()
    });
    let [april, may, again] = plans.each_ref().map(|plan| plan.summary().run().clone());
    runs.plan(plans[0].clone()).await.unwrap();
    runs.confirm(&client, &april, &stage.yes(&plans[0]))
        .await
        .unwrap();
    runs.plan(plans[1].clone()).await.unwrap();
    runs.plan(plans[2].clone()).await.unwrap();
    let yes = stage.yes(&plans[1]).with_duplicates(20);
    runs.confirm(&client, &may, &yes).await.unwrap();

    let yes = stage.yes(&plans[2]).with_duplicates(20);
    let refused = runs.confirm(&client, &again, &yes).await.unwrap_err();
    assert!(
        matches!(&refused, RunError::NewDuplicates { lines, .. } if lines.len() == 20),
        "{refused}"
    );
    assert_eq!(runs.run(&again).await.unwrap().phase(), Phase::Planned);
}

#[tokio::test]
async fn two_mays_that_are_confirmed_at_once_after_an_april_do_not_both_begin() {
    let stage = Stage::new().await;
    let (runs, client) = (stage.runs().await, stage.client());
    let plans = ["", "\n", "\n\n"].map(|end| {
        let file = format!("contractor;amount;purpose\n101;10,00;a\n{end}");
        stage
            .planning()
            .payouts("file.csv", file.as_bytes())
            .unwrap()
    });
    let ids = plans.each_ref().map(|plan| plan.summary().run().clone());
    runs.plan(plans[0].clone()).await.unwrap();
    runs.confirm(&client, &ids[0], &stage.yes(&plans[0]))
        .await
        .unwrap();
    let yes = plans
        .each_ref()
        .map(|plan| stage.yes(plan).with_duplicates(1));
    runs.plan(plans[1].clone()).await.unwrap();
    runs.plan(plans[2].clone()).await.unwrap();
    for polls in 1.. {
        let done = cut(runs.confirm(&client, &ids[1], &yes[1]), polls).await;
        assert!(done.is_none());
        if runs.run(&ids[1]).await.unwrap().phase() == Phase::Confirmed {
            break;
        }
    }
    runs.confirm(&client, &ids[2], &yes[2]).await.unwrap();
    let first = runs.confirm(&client, &ids[1], &yes[1]).await.unwrap();
    assert_eq!(first.pause().unwrap().cause(), Cause::Duplicates);
}
