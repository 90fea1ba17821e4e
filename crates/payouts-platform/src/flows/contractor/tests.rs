use rubank_core::error::{ErrorKind, Outcome};
use rubank_core::http::{Reply, ScriptedService};
use rubank_core::money::Money;

use super::*;
use crate::ids::AgentId;
use crate::tests::{block_on, payment, refusal, sent, timed};

fn run(form: LegalForm, script: Vec<Reply>) -> (Result<ContractorPayout, Error>, ScriptedService) {
    let (client, platform, clock) = timed(script);
    let details = ContractorDetails::new("+79990000001", "Иванов", "Иван", form, AgentId::new(1));
    let amount = Money::from_roubles(100);
    let flow = pay_contractor(&client, details, Duration::from_secs(600), |contractor| {
        CreatePayment::new("key", contractor, amount)
    });
    (block_on(clock.drive(flow)), platform)
}

fn card() -> Reply {
    Reply::json(200, r#"{"item":{"id":68}}"#)
}

fn state(can: bool) -> Reply {
    Reply::json(200, format!(r#"{{"item":{{"is_can_pay_taxes":{can}}}}}"#))
}

fn paid_with(receipt: &str) -> Reply {
    let body =
        format!(r#"{{"item":{{"id":7,"is_final":true,"status":{{"id":1}},"receipt":{receipt}}}}}"#);
    Reply::json(200, body)
}

#[test]
fn each_step_in_its_order() {
    let script = vec![
        card(),
        state(true),
        payment(3, false),
        payment(3, false),
        paid_with(r#"{"status":"active"}"#),
    ];
    let (paid, platform) = run(LegalForm::SelfEmployed, script);
    assert!(
        matches!(
            paid,
            Ok(ContractorPayout::Paid {
                receipt: Some(_),
                ..
            })
        ),
        "{paid:?}"
    );
    assert_eq!(
        sent(&platform),
        [
            "POST /contractors",
            "GET /contractors/68/selfemployer",
            "POST /payments",
            "GET /payments/7",
            "GET /payments/7",
        ]
    );
}

#[test]
fn a_missing_or_cancelled_receipt_is_told() {
    for receipt in ["null", r#"{"status":"cancelled"}"#, "{}"] {
        let script = vec![card(), state(true), paid_with(receipt)];
        let (paid, _) = run(LegalForm::SelfEmployed, script);
        assert!(
            matches!(paid, Ok(ContractorPayout::ReceiptMissing(_))),
            "{paid:?}"
        );
        let (paid, _) = run(LegalForm::Individual, vec![card(), paid_with(receipt)]);
        assert!(
            matches!(paid, Ok(ContractorPayout::Paid { receipt: None, .. })),
            "{paid:?}"
        );
    }
}

#[test]
fn nobody_is_paid_who_may_not_be() {
    let (paid, platform) = run(LegalForm::SelfEmployed, vec![card(), state(false)]);
    assert!(
        matches!(paid, Ok(ContractorPayout::NotAllowed(_))),
        "{paid:?}"
    );
    assert_eq!(platform.sends(), 2);
    let (paid, platform) = run(
        LegalForm::Individual,
        vec![Reply::json(200, r#"{"item":{}}"#)],
    );
    assert!(
        matches!(paid, Ok(ContractorPayout::NoContractor(_))),
        "{paid:?}"
    );
    assert_eq!(platform.sends(), 1);
}

#[test]
fn a_lost_answer_ends_in_one_payout_or_in_the_truth() {
    let missing = || refusal(404, &[]);
    let rows: [(Vec<Reply>, &str); 6] = [
        (vec![Reply::LostAfterSending, payment(1, true)], "Paid"),
        (
            vec![Reply::LostAfterSending, missing(), payment(1, true)],
            "Paid",
        ),
        (vec![Reply::LostAfterSending, payment(2, true)], "Refused"),
        (
            vec![Reply::LostAfterSending, missing(), missing()],
            "NotFound",
        ),
        (
            vec![refusal(422, &["customer_payment_id"]), payment(1, true)],
            "Paid",
        ),
        // in other words than we know
        (vec![refusal(422, &[]), payment(4, false)], "NeedsPerson"),
    ];
    for (script, expected) in rows {
        let (ended, platform) = run(LegalForm::Individual, [vec![card()], script].concat());
        let ended = match ended.unwrap() {
            ContractorPayout::Paid { .. } => "Paid",
            ContractorPayout::NotPaidYet(Payout::Refused(_)) => "Refused",
            ContractorPayout::NotPaidYet(Payout::NeedsPerson(_)) => "NeedsPerson",
            ContractorPayout::NotPaidYet(Payout::NotFound(_)) => "NotFound",
            ContractorPayout::NotPaidYet(Payout::Unknown(_)) => "Unknown",
            _ => "other",
        };
        assert_eq!(ended, expected);
        let writes = sent(&platform)
            .iter()
            .filter(|line| *line == "POST /payments")
            .count();
        assert_eq!(writes, 1, "{expected}");
    }
}

#[test]
fn a_refusal_is_one_only_if_the_platform_does_not_know_the_key() {
    let (refused, _) = run(
        LegalForm::Individual,
        vec![card(), refusal(422, &["amount"]), refusal(404, &[])],
    );
    let refused = refused.unwrap_err();
    assert_eq!(refused.outcome(), Outcome::Rejected);
    assert_ne!(refused.kind(), ErrorKind::NotFound);
    let (refused, platform) = run(LegalForm::Individual, vec![card(), refusal(403, &[])]);
    assert_eq!(refused.unwrap_err().outcome(), Outcome::Rejected);
    assert_eq!(platform.sends(), 2);
}
