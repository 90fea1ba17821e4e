//! Plans that are kept, and people who say yes.

use rubank_core::money::Money;
use rubank_core::read::read;
use time::macros::datetime;

use super::*;
use crate::hash::FileHash;
use crate::run_id::RunId;

fn payout(contractor: i64) -> Wish {
    Wish::Payout(Payout {
        contractor,
        purpose: Some("По акту 7".into()),
        service: None,
        to: PaidTo::Sbp {
            phone: "+79990000001".into(),
            bank: 4,
        },
        recipient: Some(Recipient {
            last_name: "Иванов".into(),
            first_name: "Иван".into(),
            middle_name: None,
        }),
        by: PaidBy::Balance(5),
        branch: None,
        account: None,
    })
}

fn registry() -> Wish {
    Wish::Registry(Registry {
        registry: 5,
        account: rubank_core::types::Account::received("40702810900000000001"),
        purpose: "Согласно реестру 5".into(),
        expected: Some((Family::SelfEmployed, 3)),
        document_number: None,
        execution_order: Some(5),
    })
}

fn line(number: u64, kopecks: i64, wish: Wish) -> PlanLine {
    PlanLine::new(number, format!("key-{number}"), Kopecks::new(kopecks), wish)
}

fn plan(lines: Vec<PlanLine>, totals: (usize, i64)) -> Result<Plan, &'static str> {
    let sha256 = FileHash::of(b"file");
    let duplicates = vec![
        Duplicate {
            line: 3,
            like: Like::Line(2),
        },
        Duplicate {
            line: 3,
            like: Like::Earlier {
                run: RunId::of(sha256, 2),
                line: 4,
            },
        },
    ];
    let summary = Summary::new(
        RunId::of(sha256, 1),
        sha256,
        ["may.csv", "Planner"],
        datetime!(2026-05-15 09:00 +3),
        (totals.0, Kopecks::new(totals.1)),
        (
            duplicates,
            vec![Warning::ColumnIgnored("column 3".to_owned())],
        ),
    );
    Plan::checked(summary, lines)
}

fn sample() -> Plan {
    let lines = vec![
        line(2, 100, payout(1)),
        line(3, 250, payout(2)),
        line(5, 1, registry()),
    ];
    plan(lines, (3, 351)).unwrap()
}

#[test]
fn a_plan_is_read_back_as_it_was() {
    let kept = sample().to_json().unwrap();
    assert_eq!(Plan::from_json(&kept), Ok(sample()));
    let head = serde_json::to_string(sample().summary()).unwrap();
    assert_eq!(
        read::<Summary>(head.as_bytes()),
        Ok(sample().summary().clone())
    );
}

#[test]
fn a_plan_that_was_changed_is_refused() {
    let kept = serde_json::to_string(&sample()).unwrap();
    for (from, to) in [
        (r#""amount":100"#, r#""amount":101"#),
        (r#""amount":100"#, r#""amount":-100"#),
        (r#""total":351"#, r#""total":350"#),
        (r#""count":3"#, r#""count":2"#),
        (r#""number":3"#, r#""number":2"#),
        (r#""key":"key-3""#, r#""key":"key-2""#),
    ] {
        assert!(kept.contains(from));
        assert!(
            Plan::from_json(kept.replacen(from, to, 1).as_bytes()).is_err(),
            "{to}"
        );
    }
}

#[test]
fn a_plan_keeps_its_promises() {
    let two = |numbers: [u64; 2], kopecks: [i64; 2]| {
        let lines = numbers.into_iter().zip(kopecks);
        lines
            .map(|(number, kopecks)| line(number, kopecks, registry()))
            .collect::<Vec<_>>()
    };
    let rows = [
        (two([2, 3], [1, 2]), (2, 3), None),
        (vec![], (0, 0), Some("a plan has at least one line")),
        (
            two([3, 2], [1, 2]),
            (2, 3),
            Some("the numbers of a plan's lines grow"),
        ),
        (
            two([2, 2], [1, 2]),
            (2, 3),
            Some("the numbers of a plan's lines grow"),
        ),
        (
            two([2, 3], [0, 3]),
            (2, 3),
            Some("every sum of a plan is more than nothing"),
        ),
        (
            two([2, 3], [-1, 4]),
            (2, 3),
            Some("every sum of a plan is more than nothing"),
        ),
        (
            two([2, 3], [1, 2]),
            (3, 3),
            Some("count and total of a plan are those of its lines"),
        ),
        (
            two([2, 3], [1, 2]),
            (2, 4),
            Some("count and total of a plan are those of its lines"),
        ),
        (
            two([2, 3], [1, i64::MAX]),
            (2, 3),
            Some("count and total of a plan are those of its lines"),
        ),
    ];
    for (lines, totals, expected) in rows {
        assert_eq!(plan(lines, totals).err(), expected, "{totals:?}");
    }
}

#[test]
fn only_what_was_seen_can_be_confirmed() {
    let plan = sample();
    let summary = plan.summary();
    let total = Money::parse("3.51").unwrap();
    let other = FileHash::of(b"another file");
    let at = datetime!(2026-05-15 10:00 +3);
    let say = |sha256, total, by: &str| Confirmation::new(sha256, total, by, at).with_duplicates(1);

    let confirmed = summary
        .confirm(&say(summary.sha256(), total, " Checker "))
        .unwrap();
    assert_eq!(
        (confirmed.run(), confirmed.by().expose().as_str()),
        (summary.run(), "Checker")
    );
    assert_eq!((confirmed.total(), confirmed.at()), (summary.total(), at));
    let kept = serde_json::to_string(&confirmed).unwrap();
    assert_eq!(read::<Confirmed>(kept.as_bytes()), Ok(confirmed.clone()));

    let rows = [
        (say(other, total, "Checker"), "confirmed was"),
        (
            say(summary.sha256(), Money::parse("3.50").unwrap(), "Checker"),
            "the plan comes to 3.51 roubles, confirmed were 3.50",
        ),
        (
            say(summary.sha256(), total, "Checker").with_duplicates(2),
            "1 lines look like others, and 2 were confirmed",
        ),
        (
            say(summary.sha256(), total, " "),
            "a confirmation needs the name",
        ),
    ];
    for (said, expected) in rows {
        let refused = summary.confirm(&said).unwrap_err().to_string();
        assert!(refused.contains(expected), "{refused}");
        assert!(!format!("{said:?} {confirmed:?}").contains("Checker"));
    }
}

#[test]
fn a_person_is_shown_what_matters() {
    let plan = sample();
    let shown = plan.summary().to_string();
    assert!(
        shown.ends_with(&format!(
            "\n3 payments, 3.51 roubles\n\
             2 duplicates\n  line 3 is like line 2\n  line 3 is like line 4 of run {}\n\
             1 warnings\n  column 3 means nothing here and is ignored",
            RunId::of(FileHash::of(b"file"), 2)
        )),
        "{shown}"
    );
    let many = (0..30).map(|line| Duplicate {
        line: 2,
        like: Like::Earlier {
            run: plan.summary().run().clone(),
            line,
        },
    });
    assert!(
        plan.clone()
            .with_duplicates(many)
            .summary()
            .to_string()
            .contains("\n  and 12 more\n")
    );
}
