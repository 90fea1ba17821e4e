use futures_util::future::join_all;
use rubank_core::client::Settled;
use rubank_core::clock::Clock;
use rubank_core::error::{ErrorKind, Outcome};
use rubank_core::http::Reply;
use time::macros::datetime;

use super::*;
use crate::tests::{block_on, pay, scripted, timed};

const NOW: OffsetDateTime = datetime!(2024-06-01 12:00 UTC);

fn account(text: &str) -> Account {
    Account::received(text)
}

fn with(id: &str, account_number: &str, purpose: &str) -> PayRegistry {
    PayRegistry::new(
        id,
        PaymentRegistryId::new(5),
        account(account_number),
        purpose,
    )
}

/// The broken fields of a request.
fn broken(pay: &PayRegistry) -> Vec<String> {
    match pay.parts() {
        Ok(_) => Vec::new(),
        Err(refused) => refused
            .violations()
            .iter()
            .map(|broken| broken.field().to_owned())
            .collect(),
    }
}

#[test]
fn every_limit_holds_on_both_sides_of_its_edge() {
    const ACCOUNT: &str = "40702810000000000001";
    const GOOD: &str = "Зарплата. Согласно реестру 5";
    let letters = |count: usize| "я".repeat(count);
    let id = |text: &str| with(text, ACCOUNT, GOOD);
    let to = |text: &str| with("payment-1", text, GOOD);
    let purpose = |text: &str| with("payment-1", ACCOUNT, text);
    let due = |at| pay().due_date(at, NOW);
    let month = time::Duration::days(30);
    let second = time::Duration::SECOND;
    let rows: Vec<(&str, PayRegistry, &[&str])> = vec![
        ("id of 0", id(""), &["id"]),
        ("id of 1", id("я"), &[]),
        ("id of 64, twice as many bytes", id(&letters(64)), &[]),
        ("id of 65", id(&letters(65)), &["id"]),
        ("id that leaves the path", id(".."), &["id"]),
        (
            "account of 19",
            to("4070281000000000000"),
            &["accountNumber"],
        ),
        ("account of 20", to(ACCOUNT), &[]),
        (
            "account of 21",
            to("407028100000000000012"),
            &["accountNumber"],
        ),
        ("account of 22", to("4070281000000000000122"), &[]),
        (
            "account of 23",
            to("40702810000000000001222"),
            &["accountNumber"],
        ),
        (
            "account of Arabic digits",
            to("٤٠٧٠٢٨١٠٠٠٠٠٠٠٠٠٠٠٠١"),
            &["accountNumber"],
        ),
        (
            "account with a space",
            to("40702810 00000000001"),
            &["accountNumber"],
        ),
        ("purpose of 0", purpose(""), &["purpose"]),
        ("purpose of 1", purpose("я"), &[]),
        (
            "purpose of 210, twice as many bytes",
            purpose(&letters(210)),
            &[],
        ),
        ("purpose of 211", purpose(&letters(211)), &["purpose"]),
        ("document 0", pay().document_number(0), &["documentNumber"]),
        ("document 1", pay().document_number(1), &[]),
        ("document 999999", pay().document_number(999_999), &[]),
        (
            "document 1000000",
            pay().document_number(1_000_000),
            &["documentNumber"],
        ),
        ("order 0", pay().execution_order(0), &["executionOrder"]),
        ("order 1", pay().execution_order(1), &[]),
        ("order 5", pay().execution_order(5), &[]),
        ("order 6", pay().execution_order(6), &["executionOrder"]),
        ("due now", due(NOW), &["dueDate"]),
        ("due in a second", due(NOW + second), &[]),
        ("due in 30 days", due(NOW + month), &[]),
        (
            "due in 30 days and a second",
            due(NOW + month + second),
            &["dueDate"],
        ),
    ];
    for (what, pay, expected) in rows {
        assert_eq!(broken(&pay), expected, "{what}");
    }
}

#[test]
fn all_broken_rules_are_told_at_once_and_nothing_is_sent() {
    let bad = with("", "1", "")
        .document_number(0)
        .execution_order(9)
        .due_date(datetime!(2020-01-01 0:00 UTC), NOW);
    let (client, bank) = scripted([]);
    let error = block_on(client.send(&bad)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    assert_eq!((error.outcome(), bank.sends()), (Outcome::NotSent, 0));
    assert_eq!(
        broken(&bad),
        [
            "id",
            "accountNumber",
            "purpose",
            "documentNumber",
            "executionOrder",
            "dueDate"
        ],
    );
}

#[test]
fn the_due_date_is_written_with_seconds_and_offset() {
    let rows = [
        (datetime!(2024-06-05 18:00 +3), "2024-06-05T18:00:00+03:00"),
        (
            datetime!(2024-06-05 18:00:07.999 +3),
            "2024-06-05T18:00:07+03:00",
        ),
        (datetime!(2024-06-05 18:00 UTC), "2024-06-05T18:00:00Z"),
        // An offset of seconds cannot be written: the moment is kept, not the clock's reading.
        (
            datetime!(2024-06-05 18:00:17 +02:30:17),
            "2024-06-05T15:30:00Z",
        ),
    ];
    for (due, expected) in rows {
        let parts = pay().due_date(due, NOW).parts().unwrap();
        let body = String::from_utf8(parts.body_ref().as_bytes().unwrap().to_vec()).unwrap();
        assert!(
            body.contains(&format!(r#""dueDate":"{expected}""#)),
            "{body}"
        );
    }
}

#[test]
fn what_is_not_set_is_left_out_and_meta_goes_as_it_is() {
    let body = |pay: PayRegistry| {
        let parts = pay.parts().unwrap();
        String::from_utf8(parts.body_ref().as_bytes().unwrap().to_vec()).unwrap()
    };
    let least = r#"{"id":"payment-1","paymentRegistryId":5,"accountNumber":"40702810000000000001","purpose":"Зарплата за май. Согласно реестру 5"}"#;
    assert_eq!(body(pay()), least);
    let text = r#"{"n": 20000000000000000001, "x": [1.50, null]}"#;
    let with_meta = body(pay().meta(Meta::from_json(text).unwrap()));
    assert!(
        with_meta.ends_with(&format!(r#","meta":{text}}}"#)),
        "{with_meta}"
    );
}

#[test]
fn every_2xx_with_an_object_or_nothing_is_a_yes() {
    let rows = [
        (Reply::json(200, "{}"), Some("{}")),
        (Reply::json(200, r#"{"a":[1.50]}"#), Some(r#"{"a":[1.50]}"#)),
        (Reply::json(200, ""), None),
        (Reply::empty(201), None),
        (Reply::empty(202), None),
        (Reply::empty(204), None),
    ];
    for (reply, expected) in rows {
        let (client, _) = scripted([reply]);
        let taken = block_on(client.send(&pay())).unwrap();
        assert!(taken.status().is_success());
        assert_eq!(taken.body().map(Raw::text), expected);
    }
}

#[test]
fn a_success_that_a_gateway_may_have_written_is_not_believed() {
    for body in ["{", "null", "[]", "taken", "<html>", r#""ok""#] {
        let (client, bank) = scripted([Reply::json(200, body)]);
        let error = block_on(client.send(&pay())).unwrap_err();
        assert!(error.may_have_acted(), "{body}");
        assert_eq!(bank.sends(), 1, "{body}");
    }
    // A gateway's page is no yes of the bank's.
    let (client, _) = scripted([Reply::html(200)]);
    let error = block_on(client.send(&pay())).unwrap_err();
    assert_eq!(error.outcome(), Outcome::Unknown);
}

#[test]
fn a_payment_that_may_have_left_is_never_sent_again() {
    let rows = [
        (Reply::LostAfterSending, Outcome::Unknown),
        (Reply::empty(500), Outcome::Unknown),
        (Reply::html(502), Outcome::Unknown),
        (Reply::empty(503), Outcome::Unknown),
        (Reply::empty(504), Outcome::Unknown),
        (Reply::empty(408), Outcome::Unknown),
        // No page says that it is refused before work.
        (Reply::empty(429), Outcome::Rejected),
    ];
    for (reply, outcome) in rows {
        let (client, bank, clock) = timed([reply.clone(), Reply::json(200, "{}")]);
        let error = block_on(clock.drive(async { client.send(&pay()).await.unwrap_err() }));
        assert_eq!((error.outcome(), bank.sends()), (outcome, 1), "{reply:?}");
    }
    let (client, bank, clock) = timed([Reply::LostBeforeSending, Reply::json(200, "{}")]);
    block_on(clock.drive(async { client.send(&pay()).await.unwrap() }));
    assert_eq!(bank.sends(), 1, "what never left is sent again");
}

#[test]
fn a_lost_answer_is_settled_by_the_status() {
    let state = |status: &str| Reply::json(200, format!(r#"{{"status":"{status}"}}"#));
    let due = pay().due_date(datetime!(2024-06-05 18:00 +3), NOW);
    let waits = |count: usize| vec![state("FAILED"); count];
    let rows: Vec<(PayRegistry, Vec<Reply>, &str)> = vec![
        (
            pay(),
            vec![state("IN_PROGRESS"), state("EXECUTED")],
            "happened",
        ),
        (pay(), vec![state("FAILED")], "refused"),
        (pay(), vec![state("CANCELLED")], "refused"),
        (
            pay(),
            vec![state("NEVER_SEEN"), state("EXECUTED")],
            "happened",
        ),
        // The bank tries again by itself until the due date.
        (due.clone(), waits(40), "pending"),
        (
            due.clone(),
            vec![state("FAILED"), state("EXECUTED")],
            "happened",
        ),
        (due, vec![state("CANCELLED")], "refused"),
        // Not known here is not "did not happen".
        (
            pay(),
            vec![Reply::json(404, r#"{"errorCode":"NOT_FOUND"}"#)],
            "an error",
        ),
    ];
    for (pay, looks, expected) in rows {
        let (client, bank, clock) = timed([vec![Reply::LostAfterSending], looks].concat());
        let settled = block_on(clock.drive(async {
            let error = client.send(&pay).await.unwrap_err();
            assert_eq!(error.outcome(), Outcome::Unknown);
            client.settle(&pay).await
        }));
        let settled = match settled {
            Ok(Settled::Happened(_)) => "happened",
            Ok(Settled::Refused(_)) => "refused",
            Ok(Settled::Pending(_)) => "pending",
            Ok(Settled::Another(_)) => "another",
            Ok(Settled::NotFound | Settled::TooEarly) => "missing",
            Err(error) => {
                assert_eq!(error.kind(), ErrorKind::NotFound);
                "an error"
            }
        };
        assert_eq!(settled, expected);
        let paid = bank
            .seen()
            .iter()
            .filter(|seen| seen.method == "POST")
            .count();
        assert_eq!(paid, 1);
        assert_eq!(bank.seen()[1].uri.path(), "/api/v1/payment/payment-1");
    }
}

#[test]
fn ten_a_second_are_reached_and_never_passed_by_all_clones_together() {
    const CALLS: u32 = 300;
    let (client, _, clock) = timed(vec![Reply::json(200, "{}"); CALLS as usize]);
    // Nobody waits for a place: what is measured is the pace.
    let call = |number: u32| {
        let (client, clock) = (client.clone(), clock.clone());
        async move {
            let pay = PayRegistry {
                id: PaymentId::from(format!("payment-{number}")),
                ..pay()
            };
            client.send(&pay).await.unwrap();
            clock.monotonic()
        }
    };
    let mut times = block_on(clock.drive(join_all((0..CALLS).map(call))));
    times.sort();
    let second = Duration::from_secs(1);
    for window in times.windows(11) {
        assert!(
            window[10] - window[0] >= second,
            "more than ten in a second"
        );
    }
    // The first ten go at once; the rest would take 29 seconds at exactly ten a second.
    let ideal = second * (CALLS / 10 - 1);
    let took = times[times.len() - 1];
    assert!(took * 98 <= ideal * 100, "{took:?} instead of {ideal:?}");
}

#[test]
fn a_card_is_shown_once_in_ten_minutes_per_registry() {
    let card = |number| crate::GetSalaryRegistry::new(PaymentRegistryId::new(number));
    let reply = Reply::json(200, r#"{"status":"ACCEPTED"}"#);
    let (client, bank, clock) = timed(vec![reply; 4]);
    block_on(clock.drive(async {
        client.send(&card(5)).await.unwrap();
        client.send(&card(6)).await.unwrap();
        let error = client.clone().send(&card(5)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::RateLimited);
        assert_eq!(error.outcome(), Outcome::NotSent);
        clock.sleep(error.retry_after().unwrap()).await;
        client.send(&card(5)).await.unwrap();
    }));
    assert_eq!(bank.sends(), 3);
    assert!(clock.monotonic() >= Duration::from_secs(600));
}
