use rubank_core::read::read;
use time::Duration;

use super::*;
use crate::follow::closing::Closing;

fn closing() -> Closing {
    Closing::new(account(), DAY, &FollowOptions::new(), None)
}

/// Rows as `id amount`, or anything that begins with a brace.
fn list(rows: &str) -> Told {
    let rows: Vec<String> = rows
        .split_terminator('|')
        .map(|row| match row.split_once(' ') {
            Some((id, minor)) if !row.starts_with('{') => format!(
                r#"{{"operationId":"{id}","direction":"CREDIT","amount":{{"amount":{minor},"currencyName":"RUR"}},"operationDate":"2025-09-01T00:00:00"}}"#
            ),
            _ => row.to_owned(),
        })
        .collect();
    let page = format!(r#"{{"transactions":[{}]}}"#, rows.join(","));
    Told::Transactions(read(page.as_bytes()).unwrap())
}

fn summary(opening: i64, credit: i64, count: i64, closing: i64) -> Told {
    let amount = |value: i64| format!(r#"{{"amount":"{value}.00","currencyName":"RUB"}}"#);
    let text = format!(
        r#"{{"openingBalance":{},"creditTurnover":{},"debitTurnover":{},"closingBalance":{},"creditTransactionsNumber":{count},"debitTransactionsNumber":0}}"#,
        amount(opening),
        amount(credit),
        amount(0),
        amount(closing)
    );
    Told::Summary(read(text.as_bytes()).unwrap())
}

/// Tells answers one after another; what came of them, and the proof if the day is done.
fn tell(closing: &mut Closing, answers: Vec<Told>) -> (Vec<String>, Option<DayProof>) {
    let (mut events, mut now) = (Vec::<Event>::new(), at(25));
    for told in answers {
        if let Err(until) = closing.ask(now) {
            assert_eq!(until - now, Duration::seconds(10));
            now = until;
        }
        let heard = Heard {
            told,
            asked_at: now,
            bank_date: None,
        };
        let proof = closing.hear(heard, &mut events);
        events.extend(proof.map(DayProof::into_event));
    }
    let proof = events.iter().find_map(|event| match event {
        Event::DayClosed(proof) | Event::ProofFailed(proof) => Some(proof.clone()),
        _ => None,
    });
    (words(&events), proof)
}

#[test]
fn rows_that_add_up_are_proved_at_once() {
    let (told, proof) = tell(
        &mut closing(),
        vec![list("1 10|2 5"), summary(100, 15, 2, 115)],
    );
    assert_eq!(told, ["+1", "+2", "closed 2025-09-01"]);
    let proof = proof.unwrap();
    assert!(proof.is_proved() && proof.list_is_sure());
    assert_eq!(
        (
            proof.credit().count,
            proof.credit().sum.to_string().as_str()
        ),
        (2, "15")
    );
    assert_eq!(proof.closing().unwrap().to_string(), "115.00 RUB");
    assert_eq!((proof.rows(), proof.readings()), (2, 1));
    assert_eq!(proof.keys().count(), 2);
    assert_eq!(
        format!("{proof} {proof:?}"),
        "2025-09-01: 2 rows, proved DayProof(2025-09-01: 2 rows, proved)"
    );
}

#[test]
fn a_list_that_shifted_is_read_again() {
    let (told, proof) = tell(
        &mut closing(),
        vec![
            list("1 10|1 10"),
            summary(100, 15, 2, 115),
            list("2 5|1 10"),
            summary(100, 15, 2, 115),
        ],
    );
    assert_eq!(told, ["+1", "+2", "closed 2025-09-01"]);
    assert_eq!(proof.unwrap().readings(), 2);
}

#[test]
fn what_differs_is_told_after_two_equal_readings() {
    let rows = [
        (
            summary(100, 16, 1, 116),
            "creditTurnover differs; closingBalance differs",
        ),
        (summary(100, 10, 2, 110), "creditTransactionsNumber differs"),
        (summary(100, 10, 1, 111), "closingBalance differs"),
        (
            Told::Nothing,
            "creditTurnover is not given; debitTurnover is not given; creditTransactionsNumber is not given; \
             debitTransactionsNumber is not given; openingBalance is not given; closingBalance is not given",
        ),
    ];
    for (summary, expected) in rows {
        let answers = vec![list("1 10"), summary.clone(), list("1 10"), summary];
        let (told, proof) = tell(&mut closing(), answers);
        assert_eq!(told, ["+1", "failed 2025-09-01"]);
        let proof = proof.unwrap();
        assert_eq!(
            proof.to_string(),
            format!("2025-09-01: 1 row, not proved: {expected}")
        );
        assert!(proof.list_is_sure() && !proof.is_proved());
    }
}

#[test]
fn amounts_are_shown_only_on_request() {
    let answers = || vec![list("1 10"), summary(100, 4711, 1, 110)];
    let (_, proof) = tell(&mut closing(), [answers(), answers()].concat());
    let proof = proof.unwrap();
    assert!(!format!("{proof} {proof:?}").contains("4711"));
    let Finding::Differs { field, rows, bank } = &proof.findings()[0] else {
        panic!("another finding");
    };
    assert_eq!(
        (*field, rows.to_string(), bank.to_string()),
        ("creditTurnover", "10".into(), "4711.00".into())
    );
}

#[test]
fn nothing_is_removed_by_a_list_that_is_not_sure() {
    let knowing = |keys: &str| {
        let mut before = closing();
        let (told, _) = tell(&mut before, vec![list(keys)]);
        assert!(!told.is_empty());
        closing().knowing(before.known(), 1, false)
    };
    let wrong = || summary(0, 99, 9, 99);
    // Another list each time: whether 9 is gone nobody knows.
    let answers = vec![
        list("1 1"),
        wrong(),
        list("2 2"),
        wrong(),
        list("3 3"),
        wrong(),
    ];
    let (told, proof) = tell(&mut knowing("9 9"), answers);
    assert_eq!(told, ["+1", "+2", "+3", "failed 2025-09-01"]);
    let proof = proof.unwrap();
    let Some(Finding::NotListed(keys)) = proof.findings().last() else {
        panic!("another finding");
    };
    assert_eq!(keys.len(), 3, "1, 2 and 9");
    assert!(proof.holds(&keys[0]) && !proof.list_is_sure());
    // The same twice, whatever the summary says: it is gone.
    let (told, _) = tell(
        &mut knowing("9 9"),
        vec![list("1 1"), wrong(), list("1 1"), wrong()],
    );
    assert_eq!(told, ["+1", "-9 Absent", "failed 2025-09-01"]);
    // A row that cannot be read may be 9.
    let bad = r#"{"documentDate":"soon"}"#;
    let (told, proof) = tell(
        &mut knowing("9 9"),
        vec![list(bad), wrong(), list(bad), wrong()],
    );
    assert_eq!(told, ["unreadable", "unreadable", "failed 2025-09-01"]);
    assert!(proof.unwrap().to_string().contains("1 row cannot be read"));
    // "No data" is a list only if the sums say so.
    let (told, _) = tell(
        &mut knowing("9 9"),
        vec![Told::Nothing, wrong(), Told::Nothing, wrong()],
    );
    assert_eq!(told, ["failed 2025-09-01"]);
    let absent = || Told::Transactions(read(b"{}").unwrap());
    let (told, _) = tell(
        &mut knowing("9 9"),
        vec![absent(), wrong(), absent(), wrong()],
    );
    assert_eq!(told, ["failed 2025-09-01"]);
    let (told, _) = tell(&mut knowing("9 9"), vec![absent(), summary(5, 0, 0, 5)]);
    assert_eq!(told, ["-9 Absent", "closed 2025-09-01"]);
    let (told, _) = tell(
        &mut knowing("9 9"),
        vec![Told::Nothing, summary(5, 0, 0, 5)],
    );
    assert_eq!(told, ["-9 Absent", "closed 2025-09-01"]);
}

#[test]
fn a_row_of_another_day_is_not_taken_for_removed() {
    let moved = r#"{"operationId":"9","operationDate":"2025-08-31T00:00:00"}"#;
    let mut before = closing();
    tell(&mut before, vec![list(moved)]);
    let mut closing = closing().knowing(before.known(), 1, false);
    let (told, proof) = tell(&mut closing, vec![list(""), summary(5, 0, 0, 5)]);
    assert_eq!(told, ["closed 2025-09-01"]);
    assert_eq!(proof.unwrap().rows(), 1);
}

#[test]
fn rows_that_cannot_be_counted_are_told() {
    for row in [
        r#"{"operationId":"2","direction":"CREDIT"}"#,
        r#"{"operationId":"2","amount":{"amount":1,"currencyName":"RUB"}}"#,
        r#"{"operationId":"2","direction":"SIDEWAYS","amount":{"amount":1,"currencyName":"RUB"}}"#,
        r#"{"operationId":"2","direction":"CREDIT","amount":{"amount":1,"currencyName":"USD"}}"#,
    ] {
        let answers = || vec![list(&format!("1 10|{row}")), summary(0, 10, 1, 10)];
        let (told, proof) = tell(&mut closing(), [answers(), answers()].concat());
        assert_eq!(told, ["+1", "+2", "failed 2025-09-01"]);
        assert!(
            proof
                .unwrap()
                .to_string()
                .contains("1 row cannot be counted"),
            "{row}"
        );
    }
}

#[test]
fn the_opening_balance_gives_away_what_was_booked_to_a_closed_day() {
    let before = |amount: &str, currency: &str| {
        use rubank_core::money::{Amount, Currency, Quantity};
        Some(Amount::new(
            Quantity::parse(amount).unwrap(),
            Currency::new(currency),
        ))
    };
    let rows = [
        (before("100", "RUR"), true),
        (before("100.00", "810"), true),
        (before("99", "RUR"), false),
        // Nothing to compare with.
        (before("7", "USD"), true),
        (None, true),
    ];
    for (before, proved) in rows {
        let mut closing = Closing::new(account(), DAY, &FollowOptions::new(), before);
        let answers = || vec![list("1 10"), summary(100, 10, 1, 110)];
        let (_, proof) = tell(&mut closing, [answers(), answers()].concat());
        let proof = proof.unwrap();
        assert_eq!(proof.is_proved(), proved, "{proof}");
        if !proved {
            assert!(
                proof.to_string().ends_with(": openingBalance differs"),
                "{proof}"
            );
        }
    }
}

#[test]
fn marked_rows_in_the_list_of_a_day_are_not_rows() {
    let marked = r#"{"operationId":"2","direction":"CREDIT","amount":{"amount":1,"currencyName":"RUB"},"outdatedDoc":true}"#;
    let answers = vec![list(&format!("1 10|{marked}")), summary(0, 10, 1, 10)];
    let (told, _) = tell(&mut closing(), answers);
    assert_eq!(told, ["+1", "closed 2025-09-01"]);
}
