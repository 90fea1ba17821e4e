use rubank_core::http::Reply;
use time::macros::{date, datetime};

use super::*;
use crate::tests::{block_on, query_of, refused_fields, timed};

#[test]
fn filters_are_comma_lists_and_those_not_set_are_left_out() {
    let list = ListPayments::new()
        .include(Include::Abilities)
        .include(Include::Payload)
        .status(PaymentStatus::Failed)
        .ids([1, 2].map(PaymentId::new))
        .has_acceptance_certificate(false)
        .created_from(datetime!(2024-03-13 15:32:01.5 +3))
        .created_to(date!(2024 - 03 - 31))
        .per_page(200);
    assert_eq!(
        query_of(&list),
        "include=abilities,payload&status=5&ids=1,2&has_acceptance_certificate=false\
         &created_at_from=2024-03-13T15:32:01+03:00&created_at_to=2024-03-31&page=1&per_page=200",
    );
    assert_eq!(
        query_of(&ListPaymentsV2::new().status(PaymentStatus::AwaitsConfirmation)),
        "status_id=7&page=1&per_page=100"
    );
}

#[test]
fn an_offset_is_encoded() {
    let (client, platform, clock) = timed([Reply::json(200, r#"{"items":[]}"#)]);
    let list = ListPayments::new().created_from(datetime!(2024-03-13 15:32:01 +3));
    block_on(clock.drive(client.send(&list))).unwrap();
    let query = platform.seen()[0].uri.query().unwrap().to_owned();
    assert!(
        query.contains("created_at_from=2024-03-13T15%3A32%3A01%2B03%3A00"),
        "{query}"
    );
}

#[test]
fn only_published_values_can_be_asked_for() {
    for rows in [0, 6, 7, 99, 101, 199, 201] {
        assert_eq!(
            refused_fields(&ListPayments::new().per_page(rows)),
            ["per_page"],
            "{rows}"
        );
    }
    for rows in crate::PER_PAGE {
        assert_eq!(
            refused_fields(&ListPayments::new().per_page(rows)),
            [""; 0],
            "{rows}"
        );
    }
    assert_eq!(refused_fields(&ListPayments::new().page(0)), ["page"]);
    assert_eq!(
        refused_fields(&ListPayments::new().status(PaymentStatus::AwaitsConfirmation)),
        ["status"]
    );
    assert_eq!(
        refused_fields(&ListPaymentsV2::new().status(PaymentStatus::from(9))),
        ["status_id"]
    );
    let backwards = ListPayments::new()
        .created_from(date!(2024 - 03 - 02))
        .created_to(date!(2024 - 03 - 01));
    assert_eq!(refused_fields(&backwards), ["created_at_from"]);
}

#[test]
fn pages_are_counted_and_links_are_never_followed() {
    let page = |number: u64, id: u64| {
        Reply::json(
            200,
            format!(
                r#"{{"items":[{{"id":{id}}}],"meta":{{"current_page":{number},"last_page":2}},"links":{{"next_page_url":"https://elsewhere.example/"}}}}"#
            ),
        )
    };
    let (client, platform, clock) = timed([page(1, 5), page(2, 6)]);
    let mut ids = Vec::new();
    block_on(clock.drive(async {
        let mut rows = client.items(ListPayments::new().per_page(1));
        while let Some(row) = rows.next().await {
            ids.push(row.unwrap().id.unwrap().get());
        }
    }));
    assert_eq!(ids, [5, 6]);
    let queries: Vec<_> = platform
        .seen()
        .iter()
        .map(|seen| seen.uri.query().unwrap().to_owned())
        .collect();
    assert_eq!(queries, ["page=1&per_page=1", "page=2&per_page=1"]);
}

#[test]
fn a_page_without_rows_is_an_error_and_a_bad_row_hides_no_other() {
    let (client, _, clock) = timed([Reply::json(200, r#"{"meta":{}}"#)]);
    assert!(block_on(clock.drive(client.send(&ListPayments::new()))).is_err());
    let (client, _, clock) = timed([Reply::json(200, r#"{"items":[{"id":{}},{"id":2}]}"#)]);
    let page = block_on(clock.drive(client.send(&ListPayments::new()))).unwrap();
    assert_eq!(
        (page.items.good().count(), page.items.bad().count()),
        (1, 1)
    );
}

#[test]
fn an_empty_filter_is_refused_and_lists_not_everything() {
    let list = ListPayments::new().ids([]).contractors([]).agents([]);
    let list = list.branch_offices([]);
    let fields = ["ids", "contractor_ids", "agent_ids", "branch_office_ids"];
    assert_eq!(crate::tests::refused_fields(&list), fields);
    let list = crate::ListCertificates::new().ids([]);
    assert_eq!(crate::tests::refused_fields(&list), ["ids"]);
}
