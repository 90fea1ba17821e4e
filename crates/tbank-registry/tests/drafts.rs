//! The rules of drafts, on both sides of each edge.

#![allow(clippy::unwrap_used, reason = "a test fails by it")]

use rubank_core::money::Money;
use rubank_core::operation::Operation;
use rubank_core::read::read;
use tbank_registry::{
    Account, CancelSalaryRegistry, CreateAndSubmitSalaryRegistry, CreateSalaryRegistry,
    CreateSelfEmployedRegistry, Employee, GetSalaryRegistryCreation, RevenueType, SalaryLine,
    SelfEmployedLine, SelfEmployedPerson,
};
use time::macros::date;

const KEY: &str = "cf99df08-0829-4614-8da3-0e440fd23fe0";

fn account() -> Account {
    Account::received("40817810000000000001")
}

fn roubles(text: &str) -> Money {
    // As a bank may write it: more decimals than a request may have.
    read(text.as_bytes()).unwrap()
}

fn line(number: i32) -> SalaryLine {
    let employee = Employee::new("Иван", "Примеров");
    SalaryLine::new(number, account(), "Зарплата", employee, roubles("1"))
}

fn of(sum: &str) -> SalaryLine {
    let employee = Employee::new("Иван", "Примеров");
    SalaryLine::new(1, account(), "Зарплата", employee, roubles(sum))
}

fn broken(operation: &impl Operation) -> Vec<String> {
    let refused = operation.parts().err();
    let violations = refused.iter().flat_map(|refused| refused.violations());
    violations.map(|broken| broken.field().to_owned()).collect()
}

#[test]
fn every_rule_of_a_line_holds_on_both_sides() {
    let (may, june) = (date!(2024 - 05 - 31), date!(2024 - 06 - 01));
    let rows: Vec<(&str, Vec<SalaryLine>, &[&str])> = vec![
        ("no line", vec![], &["payments"]),
        ("one line", vec![line(1)], &[]),
        (
            "a number twice",
            vec![line(1), line(2), line(1)],
            &["payments[2].number"],
        ),
        ("nothing", vec![of("0")], &["payments[0].sum"]),
        ("less than nothing", vec![of("-0.01")], &["payments[0].sum"]),
        ("a kopeck", vec![of("0.01")], &[]),
        ("half a kopeck", vec![of("0.015")], &["payments[0].sum"]),
        ("a day", vec![line(1).period(may, may)], &[]),
        (
            "back in time",
            vec![line(1).period(june, may)],
            &["payments[0].periodEnd"],
        ),
        (
            "nothing withheld",
            vec![line(1).collection_amount(Money::ZERO)],
            &[],
        ),
        (
            "a debt withheld",
            vec![line(1).collection_amount(roubles("-1"))],
            &["payments[0].collectionAmount"],
        ),
        (
            "a kind of income that is none",
            vec![line(1).revenue_type(RevenueType::from("6"))],
            &["payments[0].revenueTypeCode"],
        ),
        (
            "two kinds of income",
            vec![
                line(1).revenue_type(RevenueType::Wages),
                line(2),
                line(3).revenue_type(RevenueType::Exempt),
            ],
            &["payments[2].revenueTypeCode"],
        ),
        (
            "nobody, nowhere, for nothing",
            vec![SalaryLine::new(
                1,
                Account::received(""),
                " ",
                Employee::new("", "").middle_name(""),
                roubles("1"),
            )],
            &[
                "payments[0].accountNumber",
                "payments[0].paymentPurpose",
                "payments[0].employeeInfo.firstName",
                "payments[0].employeeInfo.lastName",
                "payments[0].employeeInfo.middleName",
            ],
        ),
    ];
    for (what, lines, expected) in rows {
        assert_eq!(
            broken(&CreateSalaryRegistry::new(KEY, lines.clone())),
            expected,
            "{what}"
        );
        let at_once = CreateAndSubmitSalaryRegistry::new(KEY, lines);
        assert_eq!(broken(&at_once), expected, "{what}");
    }
}

#[test]
fn the_self_employed_have_the_same_rules() {
    let line = |number, sum: &str, name: &str| {
        let person = SelfEmployedPerson::new(name, "Примерова");
        SelfEmployedLine::new(number, account(), "Услуги", person, roubles(sum))
    };
    let good = CreateSelfEmployedRegistry::new(KEY, [line(1, "0.01", "Ольга")]);
    assert_eq!(broken(&good), [""; 0]);
    assert_eq!(good.total(), Some(roubles("0.01")));
    let bad = CreateSelfEmployedRegistry::new("1", [line(1, "0", ""), line(1, "1", "Ольга")])
        .company_account(Account::received(""));
    assert_eq!(
        broken(&bad),
        [
            "correlationId",
            "companyAccountNumber",
            "payments[0].selfEmployedInfo.firstName",
            "payments[0].sum",
            "payments[1].number",
        ],
    );
}

#[test]
fn the_company_account_of_the_short_way_has_at_most_fifty_characters() {
    for (length, expected) in [(0, true), (1, false), (50, false), (51, true)] {
        let account = Account::received("1".repeat(length));
        let at_once = CreateAndSubmitSalaryRegistry::new(KEY, [line(1)]).company_account(account);
        assert_eq!(
            broken(&at_once) == ["companyAccountNumber"],
            expected,
            "{length}"
        );
    }
    let account = Account::received("1".repeat(51));
    let draft = CreateSalaryRegistry::new(KEY, [line(1)]).company_account(account);
    assert_eq!(
        broken(&draft),
        [""; 0],
        "the page of the draft tells no limit"
    );
}

#[test]
fn keys_are_checked_everywhere() {
    assert_eq!(
        broken(&GetSalaryRegistryCreation::new("")),
        ["correlationId"]
    );
    assert_eq!(
        broken(&CancelSalaryRegistry::new("not-a-key", 5)),
        ["correlationId"]
    );
}

#[test]
fn requests_print_nobody() {
    let request = CreateSalaryRegistry::new(KEY, [line(1)]).company_account(account());
    let printed = format!("{request:?}");
    for secret in ["Иван", "Примеров", "4081781", "Зарплата"] {
        assert!(!printed.contains(secret), "{printed}");
    }
}
