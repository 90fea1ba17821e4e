use rubank_core::read::read;

use super::*;

const ROW: &str = r#"{"amount":{"amount":1.01,"currencyName":"USD"},"direction":"CREDIT","operationCode":"01","operationDate":"2018-12-31T23:59:59","paymentPurpose":"canary","rurTransfer":{"departmentalInfo":{"uip":0,"drawerStatus101":1,"kbk":18210102010011000000,"oktmo":1701000,"docNumber108":123},"payeeInn":"0","payeeName":"canary"},"transactionId":9007199254740993,"operationId":"7","swiftTransfer":{"beneficiaryCustomerName":"canary","exchangeRate":"67,74","instructedAmount":"USD70,"},"newField":[1.50]}"#;

fn row(text: &str) -> Transaction {
    read(text.as_bytes()).unwrap()
}

#[test]
fn budget_codes_survive_as_numbers_and_zeros_are_not_invented() {
    let row = row(ROW);
    let budget = row
        .rur_transfer
        .as_ref()
        .unwrap()
        .departmental_info
        .as_ref()
        .unwrap();
    assert_eq!(budget.kbk.as_deref(), Some("18210102010011000000"));
    assert_eq!(budget.oktmo.as_deref(), Some("1701000"));
    assert_eq!(budget.drawer_status_101.as_deref(), Some("1"));
    assert_eq!(budget.uip.as_ref().unwrap().expose(), "0");
    assert_eq!(
        row.transaction_id.as_ref().unwrap().as_str(),
        "9007199254740993"
    );
    assert_eq!(serde_json::to_string(&row).unwrap(), ROW);
}

#[test]
fn swift_fields_are_text() {
    let message = row(ROW).swift_transfer.unwrap();
    assert_eq!(message.instructed_amount.as_deref(), Some("USD70,"));
    assert_eq!(message.exchange_rate.as_deref(), Some("67,74"));
}

#[test]
fn people_are_not_printed() {
    let printed = format!("{:?} {:?}", row(ROW), row(ROW).rur_transfer);
    assert!(!printed.contains("canary"), "{printed}");
}

#[test]
fn the_hash_looks_at_what_is_said_not_at_how() {
    let same = [
        (r#""amount":1.01"#, r#""amount":"1.010""#),
        (
            r#""kbk":18210102010011000000"#,
            r#""kbk":"18210102010011000000""#,
        ),
        (r#""direction":"CREDIT","#, ""),
        (
            r#""operationDate":"2018-12-31T23:59:59""#,
            r#""operationDate":"2018-12-31T23:59:59.000Z""#,
        ),
        (
            r#""direction""#,
            r#""filial":null,"priority":"","cartInfo":null,"curTransfer":{},"direction""#,
        ),
        (
            r#""newField""#,
            r#""outdatedDoc":true,"lastModifiedTime":"2018-12-31T23:59:59","newField""#,
        ),
        (r#""transactionId":9007199254740993,"#, ""),
        ("USD70,", "USD71,"),
        ("canary", "another"),
        ("1.50", "1.51"),
    ];
    let hash = row(ROW).content_hash();
    for (index, (from, to)) in same.into_iter().enumerate() {
        let other = row(&ROW.replace(from, to)).content_hash();
        let changes = [2, 6, 7, 8, 9].contains(&index);
        assert_eq!(hash != other, changes, "{from} -> {to}");
    }
    // The order of fields says nothing.
    let without = ROW.replace(r#""direction":"CREDIT","#, "");
    let reordered = without.replacen('{', r#"{"direction":"CREDIT","#, 1);
    assert_eq!(row(&reordered).content_hash(), hash);
}

#[test]
fn the_same_value_in_another_field_is_another_content() {
    let hash = |text: &str| row(text).content_hash();
    assert_ne!(hash(r#"{"number":"1"}"#), hash(r#"{"priority":"1"}"#));
    assert_ne!(
        hash(r#"{"number":"1","priority":"2"}"#),
        hash(r#"{"number":"12"}"#)
    );
    assert_ne!(
        hash(r#"{"rurTransfer":{"payeeName":"a"}}"#),
        hash(r#"{"curTransfer":{"payeeName":"a"}}"#)
    );
    assert_eq!(
        hash("{}"),
        hash(r#"{"rurTransfer":{"cartInfo":{}},"amount":null}"#)
    );
}
