use rubank_core::error::{ErrorKind, Outcome};
use rubank_core::http::{Reply, ScriptedService};
use rubank_core::money::Money;
use rubank_core::operation::Operation;

use super::*;
use crate::ids::{AgentId, RequisiteId, SbpBankId};
use crate::requisites::Requisite;
use crate::tests::{block_on, payment, refusal, sent, timed};

fn run(form: LegalForm, script: Vec<Reply>) -> (Result<ContractorPayout, Error>, ScriptedService) {
    run_to(by_phone(), form, script)
}

fn by_phone() -> Option<Destination> {
    let bank = SbpBankId::new(100_000_000_004);
    Some(Requisite::sbp("+79990000001", bank).into())
}

fn run_to(
    destination: Option<Destination>,
    form: LegalForm,
    script: Vec<Reply>,
) -> (Result<ContractorPayout, Error>, ScriptedService) {
    let (client, platform, clock) = timed(script);
    let details = ContractorDetails::new("+79990000001", "Иванов", "Иван", form, AgentId::new(1));
    let amount = Money::from_roubles(100);
    let flow = pay_contractor(&client, details, Duration::from_secs(600), |contractor| {
        let payment = CreatePayment::new("key", contractor, amount);
        match destination {
            Some(destination) => payment.to(destination),
            None => payment,
        }
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
            "GET /payments/customer-payment/key",
            "GET /payments/customer-payment/key",
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
fn a_requisite_that_cannot_be_paid_to_stops_it() {
    let page = |rows: &str| {
        let meta = r#"{"current_page":1,"last_page":1}"#;
        Reply::json(200, format!(r#"{{"items":[{rows}],"meta":{meta}}}"#))
    };
    let known = Some(Destination::Known(RequisiteId::new(5)));
    // Where to, the requisites that are there, and whether it is paid.
    let rows = [
        (known.clone(), r#"{"id":4},{"id":5}"#, true),
        (known.clone(), r#"{"id":5,"is_available":true}"#, true),
        (known.clone(), r#"{"id":5,"is_available":0}"#, false),
        (known.clone(), r#"{"id":4}"#, false),
        (known.clone(), "", false),
        (known.clone(), r#"{"id":4},{"id":{}}"#, true),
        (known, r#"{"id":4},{"title":"?"}"#, true),
        (
            None,
            r#"{"id":4},{"id":5,"is_default":1,"is_available":1}"#,
            true,
        ),
        (
            None,
            r#"{"id":5,"is_default":true,"is_available":false}"#,
            false,
        ),
        (None, r#"{"id":5,"is_default":false}"#, false),
        // Nobody promised the flag.
        (None, r#"{"id":5}"#, true),
        (None, "", false),
    ];
    for (destination, requisites, is_paid) in rows {
        let script = vec![card(), page(requisites), payment(1, true)];
        let (paid, platform) = run_to(destination, LegalForm::Individual, script);
        let said = match paid.unwrap() {
            ContractorPayout::Paid { .. } => true,
            ContractorPayout::NoRequisite(_) => false,
            other => panic!("{requisites}: {other:?}"),
        };
        assert_eq!(said, is_paid, "{requisites}");
        let sent = sent(&platform);
        assert_eq!(sent[1], "GET /contractors/68/requisites");
        assert_eq!(sent.len(), 2 + usize::from(is_paid), "{requisites}");
    }
}

#[test]
fn a_lost_answer_ends_in_one_payout_or_in_the_truth() {
    let missing = || refusal(404, &[]);
    let other = |fields: &str| {
        let body = format!(r#"{{"item":{{"is_final":true,"status":{{"id":1}},{fields}}}}}"#);
        Reply::json(200, body)
    };
    let repeated = |reply: Reply| std::iter::repeat_n(reply, 5);
    let mut stolen = vec![refusal(422, &["customer_payment_id"])];
    stolen.extend(repeated(other(r#""contractor":{"id":69},"amount":100"#)));
    let mut overpaid = vec![Reply::LostAfterSending];
    overpaid.extend(repeated(other(r#""amount":1000"#)));
    let rows: [(Vec<Reply>, &str); 18] = [
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
        (vec![Reply::html(400), payment(1, true)], "Paid"),
        // one early "not found" is not the last word
        (vec![refusal(422, &[]), missing(), payment(1, true)], "Paid"),
        (
            vec![refusal(422, &["amount"]), missing(), payment(1, true)],
            "Paid",
        ),
        (vec![refusal(422, &[]), missing(), missing()], "NotFound"),
        // used, and yet unknown
        (
            vec![refusal(422, &["customer_payment_id"]), missing(), missing()],
            "Unknown",
        ),
        (vec![Reply::empty(409), missing(), missing()], "Unknown"),
        // a gateway's word is none
        (vec![refusal(422, &[]), Reply::html(404)], "Unknown"),
        (
            vec![refusal(422, &["amount"]), Reply::empty(404)],
            "Unknown",
        ),
        (
            vec![Reply::LostAfterSending, payment(2, false)],
            "NeedsPerson",
        ),
        // somebody else's payout, or another sum
        (stolen, "AnotherPayout"),
        (overpaid, "AnotherPayout"),
        (vec![other(r#""amount":1000"#)], "AnotherPayout"),
    ];
    for (script, expected) in rows {
        let (ended, platform) = run(LegalForm::Individual, [vec![card()], script].concat());
        let ended = match ended.unwrap() {
            ContractorPayout::Paid { .. } => "Paid",
            ContractorPayout::NotPaidYet(Payout::Refused(_)) => "Refused",
            ContractorPayout::NotPaidYet(Payout::NeedsPerson(_)) => "NeedsPerson",
            ContractorPayout::NotPaidYet(Payout::NotFound(_)) => "NotFound",
            ContractorPayout::NotPaidYet(Payout::Unknown(_)) => "Unknown",
            ContractorPayout::NotPaidYet(Payout::AnotherPayout(_)) => "AnotherPayout",
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
    let missing = || refusal(404, &[]);
    let (refused, platform) = run(
        LegalForm::Individual,
        vec![card(), refusal(422, &["amount"]), missing(), missing()],
    );
    let refused = refused.unwrap_err();
    assert_eq!(refused.outcome(), Outcome::Rejected);
    assert_ne!(refused.kind(), ErrorKind::NotFound);
    assert_eq!(platform.sends(), 4, "it was looked for twice");
}

#[test]
fn no_failure_hides_the_payout_of_an_earlier_run() {
    let replies = [
        refusal(401, &[]),
        refusal(403, &[]),
        refusal(404, &[]),
        Reply::html(404),
    ];
    for reply in replies {
        let shown = format!("{reply:?}");
        let script = vec![card(), reply.clone(), payment(1, true)];
        let (paid, platform) = run(LegalForm::Individual, script);
        assert!(
            matches!(paid, Ok(ContractorPayout::Paid { .. })),
            "{shown}: {paid:?}"
        );
        assert_eq!(platform.sends(), 3, "{shown}");
        // Looked for twice, and not there.
        let missing = || refusal(404, &[]);
        let script = vec![card(), reply.clone(), missing(), missing()];
        let (refused, platform) = run(LegalForm::Individual, script);
        assert_eq!(refused.unwrap_err().outcome(), Outcome::Rejected, "{shown}");
        assert_eq!(platform.sends(), 4, "{shown}");
        // Where it cannot be asked, the error is that of this run.
        let (refused, platform) = run(
            LegalForm::Individual,
            vec![card(), reply.clone(), refusal(403, &[])],
        );
        let refused = refused.unwrap_err();
        assert_eq!(refused.operation(), CreatePayment::META.id, "{shown}");
        assert_eq!(platform.sends(), 3, "{shown}");
    }
}

#[test]
fn a_request_that_we_refuse_hides_no_earlier_payout_either() {
    let (client, platform, clock) = timed([card(), payment(1, true)]);
    let form = LegalForm::Individual;
    let details = ContractorDetails::new("+79990000001", "Иванов", "Иван", form, AgentId::new(1));
    let flow = pay_contractor(&client, details, Duration::from_secs(600), |contractor| {
        let spoiled = "x".repeat(3) + "5469550053219652";
        CreatePayment::new("key", contractor, Money::from_roubles(100))
            .to(by_phone().unwrap())
            .payment_purpose(spoiled)
    });
    let paid = block_on(clock.drive(flow));
    assert!(
        matches!(paid, Ok(ContractorPayout::Paid { .. })),
        "{paid:?}"
    );
    assert_eq!(
        sent(&platform),
        ["POST /contractors", "GET /payments/customer-payment/key"]
    );
}

#[test]
fn a_new_payout_that_cannot_be_found_yet_is_waited_for() {
    let missing = || refusal(404, &[]);
    let script = vec![
        card(),
        payment(3, false),
        missing(),
        missing(),
        payment(1, true),
    ];
    let (paid, platform) = run(LegalForm::Individual, script);
    assert!(
        matches!(paid, Ok(ContractorPayout::Paid { .. })),
        "{paid:?}"
    );
    assert_eq!(platform.sends(), 5);
}
