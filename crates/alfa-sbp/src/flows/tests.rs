use rubank_core::error::ErrorKind;
use rubank_core::http::Reply;
use time::macros::{date, offset};

use super::*;
use crate::tests::{block_on, page, row, scripted, timed};

/// The numbers of a day's payments, and how many pages were asked for.
fn numbers(pages: Vec<Reply>, zone: UtcOffset) -> (Vec<i64>, usize) {
    let (client, bank) = scripted(pages);
    let numbers = block_on(async {
        let mut payments = payments_of_day(&client, "client-1", date!(2022 - 05 - 26), zone);
        let mut numbers = Vec::new();
        while let Some(payment) = payments.next().await {
            numbers.push(payment.unwrap().amount.get());
        }
        assert!(payments.next().await.is_none(), "it stays over");
        numbers
    });
    (numbers, bank.sends())
}

fn rows(times: &[(u64, &str)]) -> Vec<String> {
    times
        .iter()
        .map(|(number, at)| row(*number, "COMPLETE", at))
        .collect()
}

#[test]
fn a_day_is_that_of_its_zone() {
    let list = rows(&[
        (9, "2022-05-27T00:00:00Z"),
        (8, "2022-05-26T23:59:59.999Z"),
        (7, "2022-05-26T21:00:00Z"),
        (6, "2022-05-26T23:59:59.5+03:00"),
        (5, "2022-05-26T03:00:00+03:00"),
        (4, "2022-05-25T23:59:59Z"),
        (3, "2022-05-25T21:00:00Z"),
        (2, "2022-05-25T20:59:59Z"),
        (1, "2022-05-24T00:00:00Z"),
    ]);
    let table: [(UtcOffset, &[i64]); 3] = [
        (offset!(UTC), &[8, 7, 6, 5]),
        (offset!(+3), &[6, 5, 4, 3]),
        (offset!(-12), &[9, 8, 7, 6]),
    ];
    for (zone, expected) in table {
        assert_eq!(numbers(vec![page(&list)], zone).0, expected, "{zone}");
    }
}

#[test]
fn it_reads_no_page_after_the_first_older_payment() {
    let full = |from: u64, at: &str| {
        page(
            &(0..100)
                .map(|number| row(from - number, "COMPLETE", at))
                .collect::<Vec<_>>(),
        )
    };
    let pages = vec![
        full(500, "2022-05-27T10:00:00Z"),
        full(400, "2022-05-26T10:00:00Z"),
        full(300, "2022-05-25T10:00:00Z"),
        full(200, "2022-05-24T10:00:00Z"),
    ];
    let (numbers, asked) = numbers(pages, offset!(UTC));
    assert_eq!((numbers.len(), numbers[0], numbers[99]), (100, 400, 301));
    assert_eq!(asked, 3, "the third page begins before the day");
}

#[test]
fn payments_that_shift_come_once() {
    let at = "2022-05-26T10:00:00Z";
    let page_of = |numbers: std::ops::Range<u64>| {
        page(
            &numbers
                .rev()
                .map(|number| row(number, "COMPLETE", at))
                .collect::<Vec<_>>(),
        )
    };
    // Two new payments pushed 201 and 202 to the second page.
    let (numbers, _) = numbers(
        vec![page_of(201..301), page_of(103..203), page_of(100..103)],
        offset!(UTC),
    );
    assert_eq!(numbers, (100..301).rev().collect::<Vec<_>>());
}

#[test]
fn no_payments_are_no_payments() {
    assert_eq!(numbers(vec![page(&[])], offset!(UTC)), (vec![], 1));
    let old = page(&rows(&[(1, "2022-05-01T00:00:00Z")]));
    assert_eq!(numbers(vec![old], offset!(UTC)), (vec![], 1));
}

#[test]
fn the_order_asked_for_is_the_safe_one() {
    let (client, bank) = scripted([page(&[])]);
    block_on(payments_of_day(&client, "client-1", date!(2022 - 05 - 26), offset!(UTC)).next());
    assert_eq!(
        bank.seen()[0].uri.query().unwrap(),
        "b2bClientId=client-1&sort=timestamp,desc&sort=outgoingPaymentId,desc&limit=100&offset=0",
    );
}

#[test]
fn an_error_ends_the_day_and_a_bad_row_does_not() {
    let at = "2022-05-26T10:00:00Z";
    let (client, _) = scripted([page(&[
        row(2, "COMPLETE", at),
        "{}".into(),
        row(1, "COMPLETE", at),
    ])]);
    block_on(async {
        let mut day = payments_of_day(&client, "client-1", date!(2022 - 05 - 26), offset!(UTC));
        assert!(day.next().await.unwrap().is_ok());
        assert_eq!(
            day.next().await.unwrap().unwrap_err().kind(),
            ErrorKind::UnreadableItem
        );
        assert!(day.next().await.unwrap().is_ok());
        assert!(day.next().await.is_none());
    });
    let (client, _) = scripted([Reply::json(403, r#"{"error":"insufficient_scope"}"#)]);
    block_on(async {
        let mut day = payments_of_day(&client, "client-1", date!(2022 - 05 - 26), offset!(UTC));
        assert_eq!(
            day.next().await.unwrap().unwrap_err().kind(),
            ErrorKind::Forbidden
        );
        assert!(day.next().await.is_none());
    });
}

#[test]
fn the_bank_may_be_busy_meanwhile() {
    let (client, bank, clock) = timed([Reply::empty(503), Reply::empty(429), page(&[])]);
    let next = block_on(clock.drive(async {
        payments_of_day(&client, "client-1", date!(2022 - 05 - 26), offset!(UTC))
            .next()
            .await
    }));
    assert!(next.is_none());
    assert_eq!(bank.sends(), 3);
}

#[test]
fn the_edges_of_the_calendar_do_no_harm() {
    for date in [Date::MIN, Date::MAX] {
        for zone in [offset!(UTC), offset!(+14), offset!(-12)] {
            let day = Day::new(date, zone);
            assert_eq!(day.end.is_none(), date == Date::MAX, "{date} {zone}");
        }
    }
}

#[test]
fn the_newest_payment_of_a_link_is_found() {
    let (client, bank) = scripted([
        page(&[row(7, "COMPLETE", "2022-05-26T10:00:00Z")]),
        page(&[]),
    ]);
    let found = block_on(last_payment_by_link(&client, "client-1", "LINK")).unwrap();
    assert_eq!(found.unwrap().amount.get(), 7);
    assert!(
        block_on(last_payment_by_link(&client, "client-1", "OTHER"))
            .unwrap()
            .is_none()
    );
    assert_eq!(
        bank.seen()[0].uri.query().unwrap(),
        "b2bClientId=client-1&qrcId=LINK&sort=timestamp,desc&sort=outgoingPaymentId,desc&limit=1&offset=0",
    );
}

#[cfg(feature = "blocking")]
#[test]
fn the_same_day_comes_without_async() {
    let list = rows(&[
        (3, "2022-05-26T22:00:00Z"),
        (2, "2022-05-26T20:00:00Z"),
        (1, "2022-05-25T20:00:00Z"),
    ]);
    let (client, _) = scripted([page(&list)]);
    let client = crate::BlockingClient::new(client).unwrap();
    let payments =
        payments_of_day_blocking(&client, "client-1", date!(2022 - 05 - 26), offset!(+3));
    let numbers: Vec<_> = payments
        .map(|payment| payment.unwrap().amount.get())
        .collect();
    assert_eq!(numbers, [2]);
}
