//! What a payment may say, field by field.

use rubank_sandbox::payouts;
use serde_json::{Value, json};

use super::{get, hasty, item, pay, post, refused, sbp, wrong};

#[tokio::test]
async fn every_rule_of_the_page_is_kept() {
    let sandbox = hasty().await;
    let card = json!({"type_id": 8, "account_number": "2202201080431519"});
    let act = |more: Value| {
        let mut act = json!({
            "document_number": "7", "document_date": "2026-01-15",
            "period_from": "2026-01-01", "period_to": "2026-01-15",
            "job_types": [{"name": "Погрузка", "price": 10.5, "count": 2, "measure_id": 1}],
        });
        for (key, value) in more.as_object().unwrap() {
            act[key] = value.clone();
        }
        json!({"act": act})
    };
    let cases: Vec<(Value, Option<&str>)> = vec![
        (json!({}), None),
        (json!({"requisite": sbp()}), None),
        (json!({"requisite": card}), None),
        (json!({"requisite_id": 2}), None),
        (
            json!({"balance_id": null, "act": null, "buyer": null, "sbp_validation_data": null}),
            None,
        ),
        (
            json!({"fix_commission": null, "percent_commission": 0.25}),
            None,
        ),
        (
            json!({"buyer": {"name": "ООО Покупатель", "inn": "7700000000"}}),
            None,
        ),
        (
            json!({"sbp_validation_data": {"first_name": "И", "last_name": "П", "middle_name": null}}),
            None,
        ),
        (act(json!({})), None),
        (json!({"service_name": "Счёт 40702810000000000034"}), None),
        (
            json!({"requisite": sbp(), "requisite_id": 1}),
            Some("requisite"),
        ),
        (
            json!({"requisite": {"type_id": 9, "account_number": "1"}}),
            Some("requisite.type_id"),
        ),
        (
            json!({"requisite": {"type_id": 8, "account_number": "2202201080431510"}}),
            Some("requisite.account_number"),
        ),
        (
            json!({"requisite": {"type_id": 10, "account_number": 79_990_000_001_u64, "sbp_bank_id": 1}}),
            Some("requisite.account_number"),
        ),
        (
            json!({"requisite": {"type_id": 10, "account_number": "79990000001"}}),
            Some("requisite.sbp_bank_id"),
        ),
        (json!({"requisite_id": 99}), Some("requisite_id")),
        (json!({"requisite_id": 1}), Some("requisite_id")),
        (json!({"contractor_id": 1}), Some("contractor_id")),
        (json!({"contractor_id": "101"}), Some("contractor_id")),
        (json!({"amount": "100"}), Some("amount")),
        (json!({"amount": 0}), Some("amount")),
        (json!({"amount": 1.005}), Some("amount")),
        (json!({"amount": -1}), Some("amount")),
        (json!({"agent_id": 9}), Some("agent_id")),
        (json!({"agent_id": 1, "balance_id": 1}), Some("agent_id")),
        (json!({"bank_account_id": 9}), Some("bank_account_id")),
        (
            json!({"payment_purpose": "карта 2202201080431519"}),
            Some("payment_purpose"),
        ),
        (json!({"payment_purpose": null}), Some("payment_purpose")),
        (
            json!({"service_name": "2202201080431519"}),
            Some("service_name"),
        ),
        (json!({"buyer": {"name": "ООО"}}), Some("buyer.inn")),
        (json!({"buyer": {"inn": "7700000000"}}), Some("buyer.name")),
        (json!({"fix_commission": 100.01}), Some("fix_commission")),
        (json!({"percent_commission": 100}), Some("amount")),
        (
            act(json!({"period_to": "15.01.2026"})),
            Some("act.period_to"),
        ),
        (act(json!({"job_types": []})), Some("act.job_types")),
        (json!({"other": 1}), Some("other")),
    ];
    for (number, (more, field)) in cases.into_iter().enumerate() {
        let reply = pay(&sandbox, &format!("k{number}"), "100", &more).await;
        match field {
            None => assert_eq!(reply.status, 200, "{more}: {}", reply.body),
            Some(field) => assert_eq!(refused(&reply), wrong(field), "{more}"),
        }
    }
    for key in [
        "",
        "a/b",
        "a+b",
        "ё",
        "1234567890123456789012345678901234567",
        "2202201080431519",
    ] {
        let reply = pay(&sandbox, key, "100", &json!({})).await;
        assert_eq!(refused(&reply), wrong("customer_payment_id"), "{key}");
    }
    let bare = json!({"contractor_id": payouts::CONTRACTOR, "amount": 1});
    let shown = item(&post(&sandbox, "/payments", &bare).await);
    assert!(shown["customer_payment_id"].is_null());
    let ledger = sandbox.ledger();
    let last = ledger.entries().last().unwrap();
    assert_eq!(last.key, format!("payment {}", shown["id"]));
}

#[tokio::test]
async fn the_two_models_differ_as_the_page_says() {
    let sandbox = hasty().await;
    let more = json!({
        "requisite": sbp(),
        "branch_office_id": payouts::BRANCH,
        "act": {
            "document_number": "7", "document_date": "2026-01-15",
            "period_from": "2026-01-01", "period_to": "2026-01-15",
            "job_types": [{"name": "Погрузка", "price": 10.5, "count": 2, "measure_id": 3}],
        },
    });
    let made = item(&pay(&sandbox, "a", "100", &more).await);
    for key in ["requisite", "creator", "agent", "history"] {
        assert!(!made[key].is_null(), "{key}");
    }
    assert!(made.get("branch-office").is_none() && made.get("abilities").is_none());

    let id = &made["id"];
    let plain = item(&get(&sandbox, &format!("/payments/{id}")).await);
    assert!(plain.get("requisite").is_none() && plain.get("history").is_none());
    let include = "abilities,requisite,creator,agent,branch_office,history,payload";
    let old = item(&get(&sandbox, &format!("/payments/{id}?include={include}")).await);
    assert_eq!(old["branch-office"]["id"], payouts::BRANCH);
    assert_eq!(old["branch-office"]["limits"][0]["isInfinity"], true);
    assert_eq!(old["act"]["status"]["id"], "signed");
    assert_eq!(old["requisite"]["icon"]["overlay"], true);
    let wide = format!("{include},act,nominal_info,bank_account,approver,files");
    let new = item(&get(&sandbox, &format!("/v2/payments/{id}?include={wide}")).await);
    assert_eq!(new["branch_office"]["temporary_limits"], json!([]));
    assert_eq!(new["act"]["status"]["id"], 3);
    assert_eq!(new["requisite"]["icon"]["overlay"], "sbp");
    assert_eq!(
        new["requisite"]["requisite"]["sbp_bank_id"],
        100_000_000_004_u64
    );
    assert_eq!(
        new["requisite"]["requisite"]["account_number"],
        "+79990000001"
    );
    assert_eq!(new["abilities"].as_object().unwrap().len(), 8);
    assert_eq!(new["bank_account"]["id"], payouts::BANK_ACCOUNT);

    let path = format!("/payments/{id}?include=act");
    assert_eq!(refused(&get(&sandbox, &path).await), wrong("include"));
}
