use rubank_core::error::{Error, Outcome};
use rubank_core::http::Reply;

use super::*;
use crate::tests::{block_on, timed};

const MESSAGE: &str = r#"{"type":"error","short_title":"Требуется разрешение","detail":"canary"}"#;

fn plan() -> SelfEmployedPlan {
    SelfEmployedPlan::new(details(LegalForm::SelfEmployed))
}

fn details(form: LegalForm) -> ContractorDetails {
    ContractorDetails::new("+79990000001", "Иванов", "Иван", form, AgentId::new(61))
}

fn card() -> Reply {
    Reply::json(200, r#"{"item":{"id":68}}"#)
}

fn state(can_pay: &str, verified: &str, in_process: bool) -> Reply {
    let body = format!(
        r#"{{"item":{{"is_can_pay_taxes":{can_pay},"is_verified":{verified},"sync":{{"in_process":{in_process}}},"messages":{{"status":{MESSAGE}}}}}}}"#
    );
    Reply::json(200, body)
}

/// What became of it, and what was asked for, in order.
fn run(plan: SelfEmployedPlan, script: Vec<Reply>) -> (Result<Onboarded, Error>, Vec<String>) {
    let (client, platform, clock) = timed(script);
    let patience = Duration::from_secs(30);
    let ended = block_on(clock.drive(onboard_self_employed(&client, plan, patience)));
    let asked = platform.seen().into_iter().map(|seen| {
        let path = seen.uri.path().trim_start_matches("/contractors");
        format!("{} {path}", seen.method)
    });
    (ended, asked.collect())
}

#[test]
fn the_flags_decide_and_the_text_is_handed_over() {
    let said = |standing: &Standing| match standing {
        Standing::WaitsForConsent(Some(said))
        | Standing::NotSelfEmployed(Some(said))
        | Standing::Untold(Some(said)) => said.short_title.clone(),
        _ => None,
    };
    // Whether the tax can be paid, whether the tax service knows them, what it means.
    for (can_pay, verified, expected) in [
        ("true", "true", "Allowed"),
        ("1", "null", "Allowed"),
        ("false", "true", "WaitsForConsent"),
        ("null", "1", "WaitsForConsent"),
        ("false", "false", "NotSelfEmployed"),
        // Nobody promised the flags.
        ("null", "false", "NotSelfEmployed"),
        ("null", "null", "Untold"),
        ("false", "null", "Untold"),
    ] {
        let script = vec![
            card(),
            state("null", "null", true),
            state(can_pay, verified, false),
        ];
        let (ended, asked) = run(plan(), script);
        let onboarded = ended.unwrap();
        let shown = format!("{onboarded:?}");
        assert!(shown.contains(expected), "{shown}");
        assert!(!shown.contains("canary"), "{shown}");
        if expected != "Allowed" {
            assert_eq!(
                said(&onboarded.standing).as_deref(),
                Some("Требуется разрешение")
            );
        }
        assert_eq!(
            asked,
            [
                "POST ",
                "POST /68/selfemployer/sync",
                "GET /68/selfemployer"
            ]
        );
    }
}

#[test]
fn a_warning_is_handed_over_whatever_the_standing_is() {
    for (flags, text, warns) in [
        (r#""is_can_pay_taxes":true,"has_warning":true"#, true, true),
        (r#""is_verified":true,"has_warning":1"#, false, true),
        (
            r#""is_can_pay_taxes":true,"has_warning":false"#,
            true,
            false,
        ),
        (r#""is_can_pay_taxes":true"#, true, false),
    ] {
        let messages = match text {
            true => format!(r#","messages":{{"status":{MESSAGE}}}"#),
            false => String::new(),
        };
        let answer = Reply::json(200, format!(r#"{{"item":{{{flags}{messages}}}}}"#));
        let script = vec![card(), state("null", "null", true), answer];
        let (ended, _) = run(plan(), script);
        let warning = ended.unwrap().warning;
        assert_eq!(warning.is_some(), warns, "{flags}");
        let said = warning.and_then(|warning| warning.message);
        assert_eq!(said.is_some(), warns && text, "{flags}");
    }
}

#[test]
fn every_step_has_its_place() {
    let there = r#"{"items":[{"id":1,"agent":{"id":7}}],"meta":{"current_page":1,"last_page":1}}"#;
    let script = vec![
        card(),
        Reply::json(200, r#"{"item":{"id":1,"status":"pending"}}"#),
        Reply::json(200, there),
        Reply::json(200, r#"{"item":{"id":2}}"#),
        state("null", "null", true),
        state("null", "null", true),
        state("true", "true", false),
    ];
    let plan = plan()
        .identify(PersonIdentity::new("rus"))
        .also_with(AgentId::new(7), true)
        .also_with(AgentId::new(8), false)
        .also_with(AgentId::new(8), false);
    let (ended, asked) = run(plan, script);
    let onboarded = ended.unwrap();
    assert_eq!(onboarded.standing, Standing::Allowed);
    assert_eq!(onboarded.contractor, Some(ContractorId::new(68)));
    let identification = onboarded.identification.unwrap();
    assert_eq!(identification.status, Some(IdentificationStatus::Pending));
    assert_eq!(
        asked,
        [
            "POST ",
            "POST /68/identification-requests",
            "GET /68/cooperations",
            "POST /68/cooperations",
            "POST /68/selfemployer/sync",
            "GET /68/selfemployer",
            "GET /68/selfemployer",
        ]
    );
}

#[test]
fn a_refused_identification_ends_it() {
    let script = vec![
        card(),
        Reply::json(200, r#"{"item":{"status":"rejected"}}"#),
    ];
    let plan = plan()
        .identify(PersonIdentity::new("rus"))
        .also_with(AgentId::new(7), true);
    let (ended, asked) = run(plan, script);
    assert_eq!(ended.unwrap().standing, Standing::NotIdentified);
    assert_eq!(asked.len(), 2);
}

#[test]
fn nothing_is_sent_for_who_is_not_self_employed() {
    for form in [
        LegalForm::Individual,
        LegalForm::Entrepreneur,
        LegalForm::from(9),
    ] {
        let (ended, asked) = run(SelfEmployedPlan::new(details(form)), vec![card()]);
        assert_eq!(ended.unwrap().standing, Standing::NotSelfEmployed(None));
        assert!(asked.is_empty());
    }
}

#[test]
fn it_ends_in_time_and_says_what_is_open() {
    let script =
        std::iter::once(card()).chain(std::iter::repeat_n(state("null", "null", true), 40));
    let (ended, asked) = run(plan(), script.collect());
    assert_eq!(ended.unwrap().standing, Standing::StillAsking);
    // The first look at once, then every two seconds of thirty; the card and the question before.
    assert_eq!(asked.len(), 2 + 15);
    let (ended, asked) = run(plan(), vec![Reply::json(200, r#"{"item":{}}"#)]);
    assert_eq!(ended.unwrap().standing, Standing::NoContractor);
    assert_eq!(asked.len(), 1);
}

#[test]
fn a_lost_answer_of_an_unprotected_step_is_told_and_not_repeated() {
    let script = vec![card(), Reply::LostAfterSending];
    let (ended, asked) = run(plan().identify(PersonIdentity::new("rus")), script);
    let error = ended.unwrap_err();
    assert_eq!(error.outcome(), Outcome::Unknown);
    assert_eq!(error.operation(), "payouts-platform.request-identification");
    assert_eq!(asked.len(), 2);
}
