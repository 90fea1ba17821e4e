//! Payments: once, to the kopeck, moving with time and with people.

use rubank_sandbox::payouts::{self, PaymentEnd};
use rubank_sandbox::{Fault, FaultRule, Moment};
use serde_json::{Value, json};

use super::{KEY, advance, call, get, hasty, item, paid, pay, payment, refused, seen, wrong};
use crate::wire::{Ask, Seen};

#[tokio::test]
async fn a_payment_goes_its_way() {
    let sandbox = hasty().await;
    let before = sandbox.payouts().funds();
    let made = item(&pay(&sandbox, KEY, "101.5", &json!({})).await);
    assert_eq!(
        (
            &made["status"]["id"],
            &made["is_final"],
            &made["customer_payment_id"]
        ),
        (&json!(3), &json!(false), &json!(KEY))
    );
    let id = made["id"].as_u64().unwrap();
    advance(&sandbox, 89);
    let path = format!("/payments/{id}");
    assert_eq!(item(&get(&sandbox, &path).await)["status"]["id"], 3);
    advance(&sandbox, 1);
    let done = item(&get(&sandbox, &path).await);
    assert_eq!(
        (&done["status"]["id"], &done["is_final"]),
        (&json!(1), &json!(true))
    );
    // 0.4 % of 101.50 is 40.6 kopecks
    assert_eq!(before - sandbox.payouts().funds(), 10_150 + 41);

    let ledger = sandbox.ledger();
    let [entry] = ledger.entries() else {
        panic!("{ledger:?}")
    };
    assert_eq!((entry.key.as_str(), entry.amount_kopecks), (KEY, 10_150));
    assert_eq!((entry.status, entry.moved), (200, true));
    assert_eq!(entry.operation, payouts::CREATE_PAYMENT);
    assert_eq!(entry.payer_account, "*0034");
}

#[tokio::test]
async fn sums_add_up_to_the_kopeck() {
    let sandbox = hasty().await;
    let commission = json!({"fix_commission": 1.01, "percent_commission": 2.5});
    let kopecks = |value: &Value| {
        let text = value.to_string();
        let (whole, part) = text.split_once('.').unwrap_or((&text, "0"));
        let unit = if part.len() == 1 { 10 } else { 1 };
        whole.parse::<u64>().unwrap() * 100 + part.parse::<u64>().unwrap() * unit
    };
    for (at, amount) in ["0.5", "33.33", "100.01", "99999.99"]
        .into_iter()
        .enumerate()
    {
        for (who, commission) in [
            (payouts::CONTRACTOR, &json!({})),
            (payouts::SELF_EMPLOYED, &json!({})),
            (payouts::SELF_EMPLOYED, &commission),
        ] {
            let mut more = commission.clone();
            more["contractor_id"] = json!(who);
            let key = format!("{at}-{who}-{}", commission.as_object().unwrap().len());
            let reply = pay(&sandbox, &key, amount, &more).await;
            if amount == "0.5" && more.get("fix_commission").is_some() {
                assert_eq!(refused(&reply), wrong("fix_commission"));
                continue;
            }
            let shown = item(&reply);
            let parts = ["amount_paid", "commission", "tax_amount"];
            let sum: u64 = parts.iter().map(|key| kopecks(&shown[*key])).sum();
            assert_eq!(sum, kopecks(&shown["amount"]), "{shown}");
        }
    }
    let shown = item(&get(&sandbox, "/payments/customer-payment/1-68-2").await);
    let told = |key: &str| shown[key].to_string();
    assert_eq!(told("amount"), "33.33");
    assert_eq!(told("commission"), "1.84", "1.01 and 0.83325");
    assert_eq!(told("tax_amount"), "2", "1.9998, rounded");
    assert_eq!(told("amount_paid"), "29.49");
    assert_eq!(told("commission_bank"), "0.13");
}

#[tokio::test]
async fn a_key_is_used_once() {
    let sandbox = hasty().await;
    sandbox.payouts().end_attempt(1, PaymentEnd::Rejected);
    paid(&sandbox, KEY, "100").await;
    advance(&sandbox, 90);
    for amount in ["100", "200"] {
        let again = pay(&sandbox, KEY, amount, &json!({})).await;
        assert_eq!(
            refused(&again),
            wrong("customer_payment_id"),
            "even after a refusal"
        );
    }
    let ledger = sandbox.ledger();
    let statuses: Vec<_> = ledger.entries().iter().map(|one| one.status).collect();
    assert_eq!((statuses, ledger.paid(KEY)), (vec![200, 422, 422], 0));
}

#[tokio::test]
async fn keys_with_every_allowed_character_come_back() {
    let sandbox = hasty().await;
    for key in [
        "-_.!:*()[]@$~`^,;=<>|{}\u{2018} aZ09",
        "a b|c`d\u{2018}e",
        " ",
        "..",
        "123456789012345678901234567890123456",
    ] {
        paid(&sandbox, key, "1").await;
        let encoded: String = key.bytes().map(|byte| format!("%{byte:02X}")).collect();
        let path = format!("/payments/customer-payment/{encoded}");
        let shown = item(&get(&sandbox, &path).await);
        assert_eq!(shown["customer_payment_id"], key);
        assert_eq!(sandbox.ledger().paid(key), 1, "{key}");
    }
}

#[tokio::test]
async fn a_lost_answer_leaves_one_payment() {
    for (moment, first) in [(Moment::BeforeWork, 0), (Moment::AfterWork, 1)] {
        let sandbox = hasty().await;
        let rule = FaultRule::on(payouts::CREATE_PAYMENT, Fault::Close(moment)).call(1);
        sandbox.faults().push(rule);
        let body = payment(KEY, "100", &json!({})).to_string();
        let request = Ask::send("POST", "/payments", &body);
        assert_eq!(seen(&sandbox, request.clone()).await, Seen::Nothing);
        assert_eq!(sandbox.ledger().paid(KEY), first);
        let found = get(&sandbox, &format!("/payments/customer-payment/{KEY}")).await;
        assert_eq!(found.status, if first == 1 { 200 } else { 404 });
        let again = call(&sandbox, request).await;
        assert_eq!(again.status, if first == 1 { 422 } else { 200 });
        assert_eq!(sandbox.ledger().paid(KEY), 1);
    }
}

#[tokio::test]
async fn attempts_end_as_the_test_says() {
    let sandbox = hasty().await;
    let cases = [
        (PaymentEnd::Rejected, 3, 2, true, true),
        (PaymentEnd::AwaitsConfirmation, 4, 4, false, false),
        (PaymentEnd::Failed, 3, 5, false, true),
        (PaymentEnd::Deleted, 3, 6, true, false),
        (PaymentEnd::AwaitsApproval, 7, 7, false, false),
        (PaymentEnd::AwaitsSignature, 8, 8, false, false),
        (PaymentEnd::Unheard, 3, 99, false, false),
    ];
    for (number, (end, first, last, is_final, has_error)) in (1..).zip(cases) {
        sandbox.payouts().end_attempt(number, end);
        let key = format!("end-{number}");
        let made = item(&pay(&sandbox, &key, "100", &json!({})).await);
        assert_eq!(made["status"]["id"], first, "{end:?}");
        advance(&sandbox, 90);
        for (path, error) in [("/payments", "is text"), ("/v2/payments", "is object")] {
            let shown = item(&get(&sandbox, &format!("{path}/{}", made["id"])).await);
            assert_eq!(
                (&shown["status"]["id"], &shown["is_final"]),
                (&json!(last), &json!(is_final)),
                "{end:?}"
            );
            let kind = match &shown["error"] {
                Value::Null => "is absent",
                Value::String(_) => "is text",
                _ => "is object",
            };
            assert_eq!(kind, if has_error { error } else { "is absent" }, "{end:?}");
        }
    }
    assert_eq!(sandbox.ledger().total_kopecks(), 0);
    sandbox.payouts().errors_are_final(true);
    let shown = item(&get(&sandbox, "/payments/customer-payment/end-3").await);
    assert_eq!(
        (&shown["status"]["id"], &shown["is_final"]),
        (&json!(5), &json!(true))
    );
}

#[tokio::test]
async fn an_error_is_repeated_by_the_client_or_by_a_person() {
    let sandbox = hasty().await;
    let platform = sandbox.payouts();
    platform.end_attempt(1, PaymentEnd::Failed);
    platform.end_attempt(2, PaymentEnd::Failed);
    let id = paid(&sandbox, KEY, "100").await;
    let repeat = async || {
        call(
            &sandbox,
            Ask::send("POST", &format!("/payments/{id}/repeat"), ""),
        )
        .await
    };
    let can = async || {
        let path = format!("/payments/{id}?include=abilities");
        item(&get(&sandbox, &path).await)["abilities"]["can_repeat"].clone()
    };
    assert_eq!(
        (can().await, platform.repeat_in_cabinet(id)),
        (json!(false), false)
    );
    assert_eq!(refused(&repeat().await), wrong("payment_id"));
    advance(&sandbox, 90);
    assert_eq!(can().await, true);
    assert_eq!(item(&repeat().await)["status"]["id"], 3);
    advance(&sandbox, 90);
    assert_eq!(platform.payment_status(id), Some(5));
    assert_eq!(sandbox.ledger().paid(KEY), 0);

    assert!(platform.repeat_in_cabinet(id));
    assert!(!platform.repeat_in_cabinet(id));
    advance(&sandbox, 90);
    assert_eq!(platform.payment_status(id), Some(1));
    let ledger = sandbox.ledger();
    let seen: Vec<_> = ledger
        .entries()
        .iter()
        .map(|one| (one.operation, one.status, one.moved))
        .collect();
    assert_eq!(
        seen,
        [
            (payouts::CREATE_PAYMENT, 200, false),
            (payouts::REPEAT_PAYMENT, 422, false),
            (payouts::REPEAT_PAYMENT, 200, false),
            (payouts::CABINET_REPEAT, 0, true),
        ]
    );
    assert_eq!(ledger.paid(KEY), 1);
    let path = format!("/v2/payments/{id}?include=history,approver");
    let shown = item(&get(&sandbox, &path).await);
    assert_eq!(shown["history"].as_array().unwrap().len(), 9);
    assert_eq!(shown["history"][0]["message"], "Оплачен");
    assert_eq!(shown["approver"]["id"], 497);
}

#[tokio::test]
async fn a_person_confirms_refunds_or_cancels() {
    let sandbox = hasty().await;
    let platform = sandbox.payouts();
    platform.confirm_by_hand(true);
    platform.end_attempt(4, PaymentEnd::Failed);
    let settings = get(
        &sandbox,
        "/unverified/payouts-platform.get-cabinet-settings",
    )
    .await;
    assert_eq!(settings.json()["data"]["is_allow_withdraw"], false);

    let confirmed = paid(&sandbox, "a", "100").await;
    let cancelled = paid(&sandbox, "b", "100").await;
    assert_eq!(platform.payment_status(confirmed), Some(4));
    assert_eq!(platform.payment_id("a"), Some(confirmed));
    assert!(platform.confirm_in_cabinet(confirmed) && platform.cancel_in_cabinet(cancelled));
    assert!(!platform.confirm_in_cabinet(cancelled));
    advance(&sandbox, 90);
    assert_eq!(platform.payment_status(confirmed), Some(1));
    assert_eq!(platform.payment_status(cancelled), Some(2));

    let refunded = paid(&sandbox, "c", "100").await;
    advance(&sandbox, 90);
    assert!(platform.refund_in_cabinet(refunded));
    let shown = item(&get(&sandbox, &format!("/v2/payments/{refunded}")).await);
    assert_eq!(
        (&shown["status"]["id"], &shown["is_final"]),
        (&json!(6), &json!(true))
    );
    assert!(shown["refund_at"].is_string() && shown["canceled_at"].is_null());
    let shown = item(&get(&sandbox, &format!("/v2/payments/{confirmed}")).await);
    assert!(shown["approved_at"].is_string() && shown["paid_at"].is_string());
    assert_eq!(sandbox.ledger().total_kopecks(), 10_000);
    assert_eq!(
        sandbox.ledger().entries()[2].operation,
        payouts::CABINET_CONFIRM
    );
}

#[tokio::test]
async fn without_funds_it_ends_in_an_error() {
    let sandbox = hasty().await;
    let platform = sandbox.payouts();
    platform.set_funds(10_039);
    let id = paid(&sandbox, KEY, "100").await;
    advance(&sandbox, 90);
    assert_eq!(platform.payment_status(id), Some(5));
    platform.set_funds(10_040);
    assert!(platform.repeat_in_cabinet(id));
    assert_eq!((platform.funds(), sandbox.ledger().paid(KEY)), (0, 1));
}

#[tokio::test]
async fn a_lookup_may_come_too_early() {
    let sandbox = hasty().await;
    sandbox
        .payouts()
        .lag_lookups(std::time::Duration::from_secs(30));
    let id = paid(&sandbox, KEY, "100").await;
    let by_key = format!("/payments/customer-payment/{KEY}");
    let by_list = format!("/v2/payments?ids={id}");
    advance(&sandbox, 29);
    assert_eq!(
        get(&sandbox, &by_key).await.status,
        404,
        "it proves nothing"
    );
    assert_eq!(get(&sandbox, &by_list).await.json()["meta"]["total"], 0);
    let again = pay(&sandbox, KEY, "100", &json!({})).await;
    assert_eq!(refused(&again), wrong("customer_payment_id"));
    advance(&sandbox, 1);
    assert_eq!(item(&get(&sandbox, &by_key).await)["id"], id);
    assert_eq!(get(&sandbox, &by_list).await.json()["meta"]["total"], 1);
}
