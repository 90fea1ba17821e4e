//! Looks at what the bank has taken: by turns, and never for ever.

use std::pin::pin;
use std::time::Duration;

use payouts_platform::CreatePayment;
use rubank_runs::report::End;
use rubank_runs::{Cause, Event, RunId};
use rubank_sandbox::payouts::{CREATE_PAYMENT, LIST_PAYMENTS, PaymentEnd};
use rubank_sandbox::{Fault, FaultRule, Moment};
use rubank_store::engine::Filter;
use rubank_store::{Decision, State};

use crate::stage::{Stage, counts, cut, execute, finish};

const HOUR: Duration = Duration::from_secs(60 * 60);

fn answer(body: &str) -> Fault {
    Fault::Answer {
        status: 200,
        content_type: "application/json".to_owned(),
        body: body.to_owned(),
        moment: Moment::BeforeWork,
    }
}

/// A list in which the only payout of a run is like this.
fn list(stage: &Stage, key: &str, rest: &str) -> FaultRule {
    let id = stage.banks.payouts().payment_id(key).unwrap();
    let body = format!(r#"{{"items":[{{"id":{id},{rest}}}]}}"#);
    FaultRule::on(LIST_PAYMENTS, answer(&body))
}

/// A program that sends every line, and follows none.
async fn send(stage: &Stage, id: &RunId) {
    let (store, client) = (stage.store().await, stage.client());
    let filter = Filter::run(id.as_str()).states([State::Planned]);
    for claim in store.claim_due(&client, &filter, 10).await.unwrap() {
        store.act::<_, CreatePayment>(&client, claim).await.unwrap();
    }
}

#[tokio::test]
async fn what_the_bank_never_decides_needs_a_person_and_is_looked_at_on() {
    let stage = Stage::new().await;
    let runs = stage.runs().await.undecided_after(2 * HOUR);
    let client = stage.client();
    let (plan, id) = stage.confirmed(&runs, 1).await;
    stage.banks.payouts().end_attempt(1, PaymentEnd::Unheard);
    let told = finish(runs.execute(&client, &id)).await;
    let undecided =
        |event: &Event| matches!(event, Event::NeedsPerson(_, why) if why == "undecided");
    assert!(told.iter().any(undecided), "{told:?}");
    assert_eq!(counts(&runs.report(&id).await.unwrap()), [0, 0, 0, 1, 0]);

    stage.banks.clock().advance(HOUR);
    assert!(runs.follow(&client, &id).await.unwrap().is_empty());
    let paid = list(
        &stage,
        plan.lines()[0].key(),
        r#""status":{"id":1},"is_final":true"#,
    );
    stage.banks.faults().push(paid);
    stage.banks.clock().advance(HOUR);
    let told = runs.follow(&client, &id).await.unwrap();
    assert!(matches!(&told[..], [Event::Paid(_)]), "{told:?}");
}

#[tokio::test]
async fn a_yes_with_nothing_behind_it_comes_to_a_person() {
    let stage = Stage::new().await;
    let (runs, client) = (stage.runs().await, stage.client());
    let (_, id) = stage.confirmed(&runs, 2).await;
    let empty = FaultRule::on(CREATE_PAYMENT, answer(r#"{"item":{}}"#)).call(1);
    stage.banks.faults().push(empty);
    let told = finish(runs.execute(&client, &id)).await;
    let unseen = |event: &Event| matches!(event, Event::NeedsPerson(_, why) if why == "unseen");
    assert_eq!(told.iter().filter(|event| unseen(event)).count(), 1);
    assert_eq!(counts(&runs.report(&id).await.unwrap()), [1, 0, 0, 1, 0]);
}

#[tokio::test]
async fn a_second_program_does_not_look_while_the_first_one_does() {
    let stage = Stage::new().await;
    let (runs, other) = (stage.runs().await, stage.runs().await);
    let (client, second) = (stage.client(), stage.client());
    let (plan, id) = stage.confirmed(&runs, 1).await;
    send(&stage, &id).await;
    stage.banks.clock().advance(HOUR);
    let mut slow = pin!(runs.follow(&client, &id));
    let asks = || {
        let calls = stage.banks.calls();
        let lists = calls
            .iter()
            .filter(|call| call.operation == Some(LIST_PAYMENTS));
        lists.count()
    };
    let mut polls = 0;
    while asks() == 0 {
        assert!(cut(&mut slow, 1).await.is_none() && polls < 10_000);
        polls += 1;
        tokio::task::yield_now().await;
    }
    // Longer than from one round to the next.
    stage.banks.clock().advance(Duration::from_secs(70));
    assert!(other.follow(&second, &id).await.unwrap().is_empty());
    assert_eq!(asks(), 1);
    let told = slow.await.unwrap();
    assert!(matches!(&told[..], [Event::Paid(_)]), "{told:?}");
    let store = stage.store().await;
    let filter = Filter::run(id.as_str());
    let row = store.intents(&filter, None, 1).await.unwrap().remove(0);
    let journal = store.journal(&row.id).await.unwrap();
    let paid = journal.iter().filter(|line| line.state == State::Confirmed);
    assert_eq!(paid.count(), 1);
    stage.all_are_paid(&plan);
}

#[tokio::test]
async fn what_a_person_moved_on_in_the_cabinet_is_undecided_until_the_bank_decides() {
    let stage = Stage::new().await;
    let (runs, client) = (stage.runs().await, stage.client());
    let (plan, id) = stage.confirmed(&runs, 1).await;
    send(&stage, &id).await;
    let looks = [
        (r#""status":{"id":5},"is_final":false"#, "needs status-5"),
        (r#""status":{"id":3},"is_final":false"#, "needs undecided"),
        (r#""status":{"id":3},"is_final":false"#, ""),
        (r#""status":{"id":1},"is_final":true"#, "paid"),
    ];
    for (shown, expected) in looks {
        let look = list(&stage, plan.lines()[0].key(), shown).next(1);
        stage.banks.faults().push(look);
        stage.banks.clock().advance(HOUR);
        let told = runs.follow(&client, &id).await.unwrap();
        let told: Vec<_> = told.iter().map(word).collect();
        assert_eq!(told.join(", "), expected, "{shown}");
    }
}

#[tokio::test]
async fn a_bank_that_contradicts_a_person_is_heard() {
    let stage = Stage::new().await;
    let (runs, client) = (stage.runs().await, stage.client());
    let (_, id) = stage.confirmed(&runs, 1).await;
    send(&stage, &id).await;
    stage.banks.clock().advance(HOUR);
    let store = stage.store().await;
    let row = store.intents(&Filter::run(id.as_str()), None, 1).await;
    let row = row.unwrap().remove(0);
    let asked = || {
        stage
            .banks
            .calls()
            .iter()
            .any(|call| call.operation == Some(LIST_PAYMENTS))
    };
    let mut look = pin!(runs.follow(&client, &id));
    while !asked() {
        assert!(cut(&mut look, 1).await.is_none());
        tokio::task::yield_now().await;
    }
    store
        .decide(&row.id, Decision::NotPaid, "A. Petrova")
        .await
        .unwrap();
    let told: Vec<_> = look.await.unwrap().iter().map(word).collect();
    assert_eq!(told, ["needs late-answer"]);
}

fn word(event: &Event) -> String {
    match event {
        Event::Paid(_) => "paid".to_owned(),
        Event::NeedsPerson(_, why) => format!("needs {why}"),
        other => format!("{other:?}"),
    }
}

#[tokio::test]
async fn a_payout_that_failed_for_lack_of_funds_pauses_whoever_crashes_over_it() {
    let stage = Stage::new().await;
    let (runs, client) = (stage.runs().await, stage.client());
    let (plan, id) = stage.confirmed(&runs, 1).await;
    send(&stage, &id).await;
    let failed = r#""status":{"id":5},"is_final":false,"error":"Недостаточно средств""#;
    let fault = list(&stage, plan.lines()[0].key(), failed);
    stage.banks.faults().push(fault);
    for polls in 1.. {
        stage.banks.clock().advance(HOUR);
        let done = cut(runs.follow(&client, &id), polls).await;
        let ended = runs.totals(&id).await.unwrap().of(End::NeedsPerson).count == 1;
        let run = runs.run(&id).await.unwrap();
        assert!(!ended || run.pause().is_some(), "after {polls} polls");
        if let Some(told) = done {
            told.unwrap();
            break;
        }
    }
    let pause = runs.run(&id).await.unwrap().pause().cloned();
    assert_eq!(pause.unwrap().cause(), Cause::NoFunds);
    let told = execute(runs.execute(&client, &id)).await;
    assert!(matches!(&told[..], [Event::Paused(_)]), "{told:?}");
}

#[tokio::test]
async fn the_events_of_an_execution_are_a_stream() {
    use futures_util::StreamExt;

    let stage = Stage::new().await;
    let (runs, client) = (stage.runs().await, stage.client());
    let (_, id) = stage.confirmed(&runs, 3).await;
    let events = runs.execute(&client, &id).start().await.unwrap();
    let paid = events
        .filter(|event| std::future::ready(matches!(event, Event::Paid(_))))
        .count();
    assert_eq!(paid.await, 3);
}
