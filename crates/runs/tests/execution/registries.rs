//! Registries of T-Bank.

use std::time::Duration;

use rubank_runs::rubank_core::operation::Operation as _;
use rubank_runs::{Cause, Event, Plan, RunError};
use rubank_sandbox::tbank::{COMPANY_ACCOUNT, PAY_REGISTRY, RegistryKind, TOKEN};
use rubank_sandbox::{Fault, FaultRule, Host, Moment};
use tbank_registry::{Client, GetPaymentStatus, GetSalaryRegistry};

use crate::stage::{Stage, counts, execute, finish, lines, patient};

fn client(stage: &Stage) -> Client {
    let banks = &stage.banks;
    Client::builder(tbank_registry::environment(
        "test",
        banks.url(Host::TBankRegistrySecured),
        banks.url(Host::TBankRegistryOpen),
    ))
    .credentials(tbank_registry::credentials(TOKEN))
    .clock(stage.clock())
    .default_options(patient())
    .build()
    .unwrap()
}

/// A plan of registries: number, sum in roubles, and how many lines it should have.
fn plan(stage: &Stage, rows: &[(u64, &str, u32)]) -> Plan {
    let mut file = "registry;account;amount;purpose;family;lines\n".to_owned();
    for (registry, sum, count) in rows {
        let purpose = format!("Зарплата. Согласно реестру {registry}");
        file.push_str(&format!(
            "{registry};{COMPANY_ACCOUNT};{sum};{purpose};employees;{count}\n"
        ));
    }
    stage
        .planning()
        .registries("may.csv", file.as_bytes())
        .unwrap()
}

#[tokio::test]
async fn registries_are_compared_paid_once_and_confirmed_by_their_cards() {
    let stage = Stage::new().await;
    let (runs, client, bank) = (stage.runs().await, client(&stage), stage.banks.tbank());
    let first = bank.add_registry(RegistryKind::Employees, &[100_000, 50_000]);
    let second = bank.add_registry(RegistryKind::Employees, &[70_000]);
    let third = bank.add_registry(RegistryKind::Employees, &[10_000, 20_000]);
    assert!(bank.reject_line(third, 2));

    let wrong = plan(&stage, &[(first, "1500,01", 2)]);
    let id = runs.plan(wrong.clone()).await.unwrap().id().clone();
    let refused = runs
        .confirm(&client, &id, &stage.yes(&wrong))
        .await
        .unwrap_err();
    let RunError::Differs(found) = refused else {
        panic!("{refused}")
    };
    assert_eq!(found[0].line, 2);

    let rows = [(first, "1500", 2), (second, "700", 1), (third, "300", 2)];
    let plan = plan(&stage, &rows);
    let id = runs.plan(plan.clone()).await.unwrap().id().clone();
    runs.confirm(&client, &id, &stage.yes(&plan)).await.unwrap();
    stage
        .banks
        .faults()
        .push(FaultRule::on(PAY_REGISTRY, Fault::Close(Moment::AfterWork)).call(1));
    let told = finish(runs.execute(&client, &id).workers(1)).await;
    stage.all_are_paid(&plan);
    assert_eq!(
        lines(&told, |event| matches!(event, Event::Unclear(_))),
        [2]
    );
    let partly =
        |event: &Event| matches!(event, Event::NeedsPerson(_, why) if why == "partly-executed");
    assert_eq!(lines(&told, partly), [4], "{told:?}");
    assert_eq!(counts(&runs.report(&id).await.unwrap()), [2, 0, 0, 1, 0]);
}

#[tokio::test]
async fn a_lack_of_funds_pauses_registries_too() {
    let stage = Stage::new().await;
    let (runs, client, bank) = (stage.runs().await, client(&stage), stage.banks.tbank());
    let first = bank.add_registry(RegistryKind::Employees, &[100_000]);
    let second = bank.add_registry(RegistryKind::Employees, &[70_000]);
    bank.set_funds(100_000);
    let plan = plan(&stage, &[(first, "1000", 1), (second, "700", 1)]);
    let id = runs.plan(plan.clone()).await.unwrap().id().clone();
    runs.confirm(&client, &id, &stage.yes(&plan)).await.unwrap();
    let told = execute(runs.execute(&client, &id).workers(1)).await;
    let Some(Event::Paused(pause)) = told.last() else {
        panic!("{told:?}")
    };
    assert_eq!(pause.cause(), Cause::NoFunds);

    bank.add_funds(100_000);
    runs.resume(&client, &id, "B. Checker").await.unwrap();
    finish(runs.execute(&client, &id)).await;
    stage.all_are_paid(&plan);
}

#[tokio::test]
async fn a_client_of_another_bank_is_turned_away() {
    let stage = Stage::new().await;
    let runs = stage.runs().await;
    let (_, id) = stage.confirmed(&runs, 1).await;
    let refused = runs
        .execute(&client(&stage), &id)
        .start()
        .await
        .unwrap_err();
    assert!(matches!(refused, RunError::OtherBank { .. }), "{refused}");
}

#[tokio::test]
async fn a_closed_door_and_a_crowd_hold_registries_back() {
    let door = Fault::Answer {
        status: 403,
        content_type: "application/json".to_owned(),
        body: "{}".to_owned(),
        moment: Moment::BeforeWork,
    };
    for (fault, cause) in [
        (door, Cause::Access),
        (Fault::too_many_requests(Some(30)), Cause::TooOften),
    ] {
        let stage = Stage::new().await;
        let (runs, client, bank) = (stage.runs().await, client(&stage), stage.banks.tbank());
        let first = bank.add_registry(RegistryKind::Employees, &[100_000]);
        let second = bank.add_registry(RegistryKind::Employees, &[70_000]);
        let plan = plan(&stage, &[(first, "1000", 1), (second, "700", 1)]);
        let id = runs.plan(plan.clone()).await.unwrap().id().clone();
        runs.confirm(&client, &id, &stage.yes(&plan)).await.unwrap();
        stage
            .banks
            .faults()
            .push(FaultRule::on(PAY_REGISTRY, fault).call(1));
        let told = execute(runs.execute(&client, &id).workers(1)).await;
        assert!(
            matches!(told.last(), Some(Event::Paused(pause)) if pause.cause() == cause),
            "{told:?}"
        );
        assert_eq!(counts(&runs.report(&id).await.unwrap()), [0, 0, 0, 0, 2]);
        runs.resume(&client, &id, "B. Checker").await.unwrap();
        finish(runs.execute(&client, &id)).await;
        stage.all_are_paid(&plan);
    }
}

/// What the bank says of payments and cards, said by somebody else in its place.
fn says(operation: &'static str, status: u16, body: &str) -> FaultRule {
    let fault = Fault::Answer {
        status,
        content_type: "application/json".to_owned(),
        body: body.to_owned(),
        moment: Moment::BeforeWork,
    };
    FaultRule::on(operation, fault)
}

#[tokio::test]
async fn payment_and_card_together_tell_the_end_of_a_registry() {
    const NOT_FOUND: (u16, &str) = (
        404,
        r#"{"errorId":"1","errorMessage":"no","errorCode":"NOT_FOUND"}"#,
    );
    let executed = (200, r#"{"status":"EXECUTED"}"#);
    let rows = [
        (executed, "CANCELLED", "card-contradicts", [0, 0, 0, 1, 0]),
        (
            NOT_FOUND,
            "CANCELLED",
            "registry-put-aside",
            [0, 0, 0, 1, 0],
        ),
        (NOT_FOUND, "REJECTED", "rejected", [0, 0, 1, 0, 0]),
        // The status does not know payments of registries: the card does.
        (NOT_FOUND, "EXECUTED", "", [1, 0, 0, 0, 0]),
        // Neither has decided: somebody is told in the end.
        (NOT_FOUND, "IN_PROGRESS", "undecided", [0, 0, 0, 1, 0]),
    ];
    for (status, card, reason, expected) in rows {
        let stage = Stage::new().await;
        let runs = stage
            .runs()
            .await
            .undecided_after(Duration::from_secs(7200));
        let (client, bank) = (client(&stage), stage.banks.tbank());
        let registry = bank.add_registry(RegistryKind::Employees, &[100_000]);
        let plan = plan(&stage, &[(registry, "1000", 1)]);
        let id = runs.plan(plan.clone()).await.unwrap().id().clone();
        runs.confirm(&client, &id, &stage.yes(&plan)).await.unwrap();
        let faults = stage.banks.faults();
        faults.push(says(GetPaymentStatus::META.id, status.0, status.1));
        let text = format!(r#"{{"paymentRegistryId":{registry},"status":"{card}","payments":[]}}"#);
        faults.push(says(GetSalaryRegistry::META.id, 200, &text));
        finish(runs.execute(&client, &id)).await;
        let report = runs.report(&id).await.unwrap();
        assert_eq!(counts(&report), expected, "{card}");
        assert_eq!(report.lines()[0].end.reason(), reason, "{card}");
    }
}

#[tokio::test]
async fn a_registry_of_the_self_employed_is_compared_and_paid() {
    let stage = Stage::new().await;
    let (runs, client, bank) = (stage.runs().await, client(&stage), stage.banks.tbank());
    let registry = bank.add_registry(RegistryKind::SelfEmployed, &[100_000]);
    let file = format!(
        "registry;account;amount;purpose;family;lines\n\
         {registry};{COMPANY_ACCOUNT};1000;За услуги. Согласно реестру {registry};self-employed;1\n"
    );
    let planning = stage.planning();
    let plan = planning.registries("may.csv", file.as_bytes()).unwrap();
    let id = runs.plan(plan.clone()).await.unwrap().id().clone();
    runs.confirm(&client, &id, &stage.yes(&plan)).await.unwrap();
    finish(runs.execute(&client, &id)).await;
    stage.all_are_paid(&plan);
}

#[tokio::test]
async fn a_yes_that_a_gateway_may_have_written_is_unclear() {
    let stage = Stage::new().await;
    let (runs, client, bank) = (stage.runs().await, client(&stage), stage.banks.tbank());
    let registry = bank.add_registry(RegistryKind::Employees, &[100_000]);
    let plan = plan(&stage, &[(registry, "1000", 1)]);
    let id = runs.plan(plan.clone()).await.unwrap().id().clone();
    runs.confirm(&client, &id, &stage.yes(&plan)).await.unwrap();
    stage
        .banks
        .faults()
        .push(says(PAY_REGISTRY, 200, "accepted"));
    let told = finish(runs.execute(&client, &id)).await;
    assert_eq!(
        lines(&told, |event| matches!(event, Event::Unclear(_))),
        [2]
    );
    assert_eq!(counts(&runs.report(&id).await.unwrap()), [0, 0, 0, 1, 0]);
}
