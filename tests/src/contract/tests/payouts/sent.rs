//! Which requests the contract of the payouts platform allows.

use super::*;
use crate::json::{Node, read as json};

#[test]
fn what_is_sent_is_judged_as_the_page_says() {
    let contract = payouts();
    let pay = r#""customer_payment_id":"a","contractor_id":1,"amount":1.50"#;
    let new =
        r#""requisite":{"type_id":10,"account_number":"+79990000001","sbp_bank_id":100000000004}"#;
    let branch = r#""name":"a","agent_id":1,"address":"b","is_active":1"#;
    let person =
        r#""phone":"+79031112233","last_name":"a","first_name":"b","legal_form_id":2,"agent_id":1"#;
    let scrap = r#""agent_id":1,"number":"7","date":"2023-01-01","contractor_id":1,"scrap_metal_data":{},"amount":0.1"#;
    let key = r#""idempotency_key":"6f9619ff-8b86-4011-b42d-00c04fc964ff""#;
    let lines = |count: usize| vec!["{}"; count].join(",");
    let rows = [
        ("create-payment", pay.to_owned(), true),
        ("create-payment", format!("{pay},{new}"), true),
        ("create-payment", format!(r#"{pay},"requisite_id":7"#), true),
        (
            "create-payment",
            format!(r#"{pay},"requisite_id":null"#),
            true,
        ),
        (
            "create-payment",
            format!(r#"{pay},{new},"requisite_id":null"#),
            true,
        ),
        (
            "create-payment",
            format!(r#"{pay},{new},"requisite_id":7"#),
            false,
        ),
        (
            "create-payment",
            format!(r#"{pay},"requisite":null"#),
            false,
        ),
        ("create-payment", format!(r#"{pay},"agent_id":1"#), true),
        (
            "create-payment",
            format!(r#"{pay},"agent_id":1,"balance_id":null"#),
            true,
        ),
        ("create-payment", format!(r#"{pay},"balance_id":1"#), true),
        (
            "create-payment",
            format!(r#"{pay},"agent_id":1,"balance_id":1"#),
            false,
        ),
        (
            "create-payment",
            format!(r#"{pay},"buyer":{{"name":"a","inn":"1"}}"#),
            true,
        ),
        (
            "create-payment",
            format!(r#"{pay},"buyer":{{"name":"a"}}"#),
            false,
        ),
        (
            "create-payment",
            format!(r#"{pay},"fix_commission":null"#),
            true,
        ),
        (
            "create-payment",
            format!(r#"{pay},"service_name":null"#),
            false,
        ),
        ("create-payment", format!(r#"{pay},"unknown":1"#), false),
        (
            "create-payment",
            r#""contractor_id":1,"amount":1"#.to_owned(),
            false,
        ),
        ("create-payment", pay.replace("1.50", "\"1.50\""), false),
        ("create-payment", pay.replace("1.50", "0"), false),
        (
            "create-payment",
            format!("{pay},{}", new.replace("\"+79990000001\"", "79990000001")),
            false,
        ),
        (
            "update-branch",
            format!(r#"{branch},"limit_monthly":null,"limit_daily":1.5"#),
            true,
        ),
        (
            "update-branch",
            format!(r#"{branch},"limit_daily":1.5"#),
            false,
        ),
        (
            "update-branch",
            format!(r#"{branch},"limit_monthly":true,"limit_daily":1"#),
            false,
        ),
        ("update-contractor", person.to_owned(), true),
        (
            "update-contractor",
            format!(r#"{person},"email":null,"passport_details":null"#),
            true,
        ),
        (
            "update-contractor",
            format!(r#"{person},"email":"a@b","passport_details":{{"issue_date":"2024-02-06"}}"#),
            true,
        ),
        (
            "update-contractor",
            format!(r#"{person},"passport_details":{{"issue_date":"06.02.2024"}}"#),
            false,
        ),
        (
            "update-contractor",
            format!(r#"{person},"inn":null"#),
            false,
        ),
        ("update-contractor", person.replace("+7", ""), false),
        (
            "update-certificate",
            format!(r#"{scrap},"certificate_items":[{}]"#, lines(1)),
            true,
        ),
        (
            "update-certificate",
            format!(r#"{scrap},"certificate_items":[{}]"#, lines(128)),
            true,
        ),
        (
            "update-certificate",
            format!(r#"{scrap},"certificate_items":[]"#),
            false,
        ),
        (
            "update-certificate",
            format!(r#"{scrap},"certificate_items":[{}]"#, lines(129)),
            false,
        ),
        (
            "update-certificate",
            format!(r#"{scrap},"certificate_items":[{{}}],"contractor_requisite":null"#),
            true,
        ),
        (
            "update-certificate",
            format!(r#"{scrap},"certificate_items":[{{}}],"contractor_requisite":{{}}"#),
            false,
        ),
        ("pay-certificate", format!("{key},{new}"), true),
        (
            "pay-certificate",
            format!(r#"{key},"requisite_id":7"#),
            true,
        ),
        (
            "pay-certificate",
            format!(r#"{key},{new},"requisite_id":7"#),
            false,
        ),
        ("pay-certificate", key.to_owned(), false),
        ("pay-certificate", new.to_owned(), false),
        (
            "create-cooperation",
            r#""agent_id":1,"legal_form_id":1"#.to_owned(),
            true,
        ),
        (
            "create-cooperation",
            r#""agent_id":1,"legal_form_id":3,"is_agree_pay_taxes":true"#.to_owned(),
            true,
        ),
        (
            "create-cooperation",
            r#""agent_id":1,"legal_form_id":2,"is_agree_pay_taxes":false"#.to_owned(),
            true,
        ),
        (
            "create-cooperation",
            r#""agent_id":1,"legal_form_id":2"#.to_owned(),
            false,
        ),
    ];
    for (name, members, expected) in rows {
        let schema = named(&contract, name).request.unwrap().schema;
        let found = schema.violations(&json(&format!("{{{members}}}")).unwrap(), "body");
        assert_eq!(found.is_empty(), expected, "{name} {members}: {found:?}");
    }
}

#[test]
fn a_name_of_a_payment_has_36_letters_of_an_alphabet() {
    let lookup = named(&payouts(), "get-payment-by-customer-id");
    let known = &lookup
        .parameters
        .iter()
        .find(|p| p.place == Place::Path)
        .unwrap()
        .schema;
    let every = "AZaz09 -_.!:*()[]@$~`^,;=<>|{}\u{2018}";
    let is_allowed = |text: &str| known.violations(&Node::text(text), "id").is_empty();
    assert!(is_allowed(every) && is_allowed(&"\u{2018}".repeat(36)));
    for text in ["", &"a".repeat(37), "ы", "'", "\u{2019}"] {
        assert!(!is_allowed(text), "{text}");
    }
    for mark in "/?#%+&'\"\\\n\t".chars() {
        assert!(!is_allowed(&format!("a{mark}")), "{mark:?}");
    }
}
