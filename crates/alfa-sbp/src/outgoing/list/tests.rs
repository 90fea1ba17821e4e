use rubank_core::error::ErrorKind;
use rubank_core::http::Reply;
use rubank_core::read::read;

use super::*;
use crate::Direction;
use crate::tests::{block_on, page, query_of, row, scripted};

/// The bank's own example, value for value.
const SAMPLE: &str = r#"{"pagination":{"limit":10,"offset":0,"totalCount":1},"payments":[{"outgoingPaymentId":"22a6dd81-103a-4d3a-8e9b-0ba4b527f5f6","qrcId":"AD1000038AQ1FG409KGACUQU5QRSH3FM","status":"COMPLETE","amount":1000000,"taxAmount":200000,"currency":"RUR","payerAccount":"40702810901400001130","paymentPurpose":"Оплата по договору №123456789 от 01.09.2001","timestamp":"2022-05-26T09:09:32Z","recipientInfo":{"name":"OOO Ромашка","inn":"3664069397","bik":"044525593"}}]}"#;

fn list() -> ListOutgoingPayments {
    ListOutgoingPayments::new("client-1")
}

#[test]
fn the_documented_sample_is_read_and_written_back() {
    let page: OutgoingPayments = read(SAMPLE.as_bytes()).unwrap();
    assert_eq!(page.pagination.as_ref().unwrap().total_count, Some(1));
    let payment = page.payments.good().next().unwrap();
    assert_eq!(
        payment.outgoing_payment_id.as_str(),
        "22a6dd81-103a-4d3a-8e9b-0ba4b527f5f6"
    );
    assert_eq!(payment.qrc_id.as_str(), "AD1000038AQ1FG409KGACUQU5QRSH3FM");
    assert_eq!(payment.status, PaymentStatus::Complete);
    assert_eq!(
        (payment.amount.get(), payment.tax_amount.get()),
        (1_000_000, 200_000)
    );
    assert_eq!(payment.amount.to_string(), "10000.00");
    assert_eq!(payment.currency, Currency::Rur);
    assert_eq!(payment.payer_account.expose(), "40702810901400001130");
    assert_eq!(
        payment.payment_purpose.expose(),
        "Оплата по договору №123456789 от 01.09.2001"
    );
    assert_eq!(payment.timestamp.as_str(), "2022-05-26T09:09:32Z");
    assert_eq!(payment.recipient_info.name.expose(), "OOO Ромашка");
    assert_eq!(payment.recipient_info.inn.expose(), "3664069397");
    assert_eq!(payment.recipient_info.bic.as_str(), "044525593");
    assert_eq!(serde_json::to_string(&page).unwrap(), SAMPLE);
}

#[test]
fn debug_tells_no_account_no_name_and_no_purpose() {
    let page: OutgoingPayments = read(SAMPLE.as_bytes()).unwrap();
    let printed = format!("{page:?} {:?}", page.payments.good().next().unwrap());
    for secret in ["40702810901400001130", "Ромашка", "3664069397", "договору"] {
        assert!(!printed.contains(secret), "{printed}");
    }
    assert!(printed.contains("Complete"), "{printed}");
}

#[test]
fn pagination_and_its_members_may_be_absent_but_not_the_payments() {
    for body in [
        r#"{"payments":[]}"#,
        r#"{"pagination":null,"payments":[]}"#,
        r#"{"pagination":{},"payments":[]}"#,
        r#"{"pagination":{"totalCount":5},"payments":[]}"#,
    ] {
        let page: OutgoingPayments = read(body.as_bytes()).unwrap();
        assert!(page.payments.is_empty());
        assert_eq!(serde_json::to_string(&page).unwrap(), body);
    }
    for body in ["{}", r#"{"payments":null}"#, r#"{"payments":{}}"#, "[]"] {
        assert!(read::<OutgoingPayments>(body.as_bytes()).is_err(), "{body}");
    }
}

#[test]
fn the_query_has_the_order_of_the_banks_example() {
    let rows = [
        (list(), "b2bClientId=client-1&limit=100&offset=0"),
        (list().limit(1), "b2bClientId=client-1&limit=1&offset=0"),
        (
            list().limit(100).offset(300),
            "b2bClientId=client-1&limit=100&offset=300",
        ),
        (
            list()
                .limit(10)
                .sort(Sort::ascending(SortField::Status))
                .sort(Sort {
                    field: SortField::Timestamp,
                    direction: Direction::Descending,
                }),
            "b2bClientId=client-1&sort=status,asc&sort=timestamp,desc&limit=10&offset=0",
        ),
        (
            list().qrc_id("LINK").outgoing_payment_id("id"),
            "b2bClientId=client-1&outgoingPaymentId=id&qrcId=LINK&limit=100&offset=0",
        ),
    ];
    for (operation, expected) in rows {
        assert_eq!(query_of(&operation), expected);
    }
}

#[test]
fn every_sort_field_has_its_name() {
    let rows = [
        (SortField::Status, "status"),
        (SortField::Amount, "amount"),
        (SortField::PayerAccount, "payerAccount"),
        (SortField::PaymentPurpose, "paymentPurpose"),
        (SortField::Timestamp, "timestamp"),
        (SortField::OutgoingPaymentId, "outgoingPaymentId"),
    ];
    for (field, name) in rows {
        let query = query_of(&list().sort(Sort::ascending(field)));
        assert!(query.contains(&format!("sort={name},asc")), "{query}");
    }
}

#[test]
fn what_breaks_a_rule_is_not_sent_and_all_is_told_at_once() {
    let key = Sort::ascending;
    let rows: [(ListOutgoingPayments, &[&str]); 9] = [
        (list(), &[]),
        (list().limit(1), &[]),
        (list().limit(0), &["limit"]),
        (list().limit(100), &[]),
        (list().limit(101), &["limit"]),
        (
            list()
                .sort(key(SortField::Amount))
                .sort(key(SortField::Status))
                .sort(key(SortField::Timestamp)),
            &[],
        ),
        (
            list()
                .sort(key(SortField::Amount))
                .sort(Sort::descending(SortField::Amount)),
            &["sort[1]"],
        ),
        (
            list().outgoing_payment_id("").qrc_id(" "),
            &["outgoingPaymentId", "qrcId"],
        ),
        (
            ListOutgoingPayments::new("")
                .sort(key(SortField::Amount))
                .sort(key(SortField::Status))
                .sort(key(SortField::Timestamp))
                .sort(key(SortField::Amount))
                .limit(1000),
            &["b2bClientId", "sort", "sort[3]", "limit"],
        ),
    ];
    for (operation, expected) in rows {
        let (client, bank) = scripted([Reply::json(200, r#"{"payments":[]}"#)]);
        match block_on(client.send(&operation)) {
            Ok(_) => assert_eq!((expected, bank.sends()), (&[][..], 1)),
            Err(error) => {
                let broken = error.invalid_request().unwrap().violations();
                let fields: Vec<_> = broken.iter().map(|broken| broken.field()).collect();
                assert_eq!((&*fields, bank.sends()), (expected, 0), "{error}");
            }
        }
    }
}

#[test]
fn items_goes_on_until_a_short_page_and_gives_each_payment_once() {
    let at = "2022-05-26T09:09:32Z";
    let rows = |numbers: &[u64]| {
        page(
            &numbers
                .iter()
                .map(|number| row(*number, "COMPLETE", at))
                .collect::<Vec<_>>(),
        )
    };
    // A new payment pushed number 2 to the second page.
    let (client, bank) = scripted([rows(&[1, 2]), rows(&[2, 3]), rows(&[4])]);
    let numbers = block_on(async {
        let mut items = client.items(list().limit(2));
        let mut numbers = Vec::new();
        while let Some(payment) = items.next().await {
            numbers.push(payment.unwrap().amount.get());
        }
        assert!(items.continuation().is_none());
        numbers
    });
    assert_eq!(numbers, [1, 2, 3, 4]);
    let offsets: Vec<_> = bank
        .seen()
        .iter()
        .map(|request| {
            request
                .uri
                .query()
                .unwrap()
                .rsplit('=')
                .next()
                .unwrap()
                .to_owned()
        })
        .collect();
    assert_eq!(offsets, ["0", "2", "4"]);
}

#[test]
fn one_bad_row_does_not_hide_the_others() {
    let at = "2022-05-26T09:09:32Z";
    let bad = row(2, "COMPLETE", "canary");
    let (client, _) = scripted([page(&[row(1, "ERROR", at), bad, row(3, "DRAFT", at)])]);
    block_on(async {
        let mut items = client.items(list());
        assert_eq!(items.next().await.unwrap().unwrap().amount.get(), 1);
        let error = items.next().await.unwrap().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UnreadableItem);
        assert!(format!("{error:#}").contains("timestamp"), "{error:#}");
        assert!(!format!("{error:#} {error:?}").contains("canary"));
        assert_eq!(items.next().await.unwrap().unwrap().amount.get(), 3);
        assert!(items.next().await.is_none());
    });
}

#[test]
fn a_page_without_payments_is_no_empty_list() {
    let (client, _) = scripted([Reply::json(200, "{}")]);
    let error = block_on(client.send(&list())).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UnreadableAnswer);
    assert!(!error.may_have_acted(), "a read never acts");
}
