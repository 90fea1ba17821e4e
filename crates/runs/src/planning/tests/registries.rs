use rubank_core::operation::Operation;
use rubank_core::types::Account;

use super::*;
use crate::plan::{Family, Registry};

const FULL: &str = "\
Ключ;Реестр;Счёт списания;Сумма;Назначение;Вид реестра;Число строк;Номер документа;Очерёдность
salary-1;5;40702 8109 0000 0000001;100 000,00;Зарплата за май. Согласно реестру 5;сотрудники;12;7;3
;6;40702810900000000001;50;За услуги;самозанятые;3;;5
;7;40702810900000000001;60;За услуги. Согласно реестру 7;;;;
";

fn plan(file: &str) -> Result<Plan, PlanError> {
    planning().registries("may.csv", file.as_bytes())
}

#[test]
fn every_column_comes_to_the_bank() {
    let plan = plan(FULL).unwrap();
    let registry = Registry {
        registry: 5,
        account: Account::received("40702810900000000001"),
        purpose: "Зарплата за май. Согласно реестру 5".into(),
        expected: Some((Family::Employees, 12)),
        document_number: Some(7),
        execution_order: Some(3),
    };
    let line = &plan.lines()[0];
    assert_eq!(
        (line.key(), line.wish()),
        ("salary-1", &Wish::Registry(registry.clone()))
    );
    let parts = registry.operation(line.key()).parts().unwrap();
    let body = String::from_utf8(parts.body_ref().as_bytes().unwrap().to_vec()).unwrap();
    for piece in [
        r#""id":"salary-1""#,
        r#""paymentRegistryId":5"#,
        r#""accountNumber":"40702810900000000001""#,
        r#""documentNumber":7"#,
        r#""executionOrder":3"#,
    ] {
        assert!(body.contains(piece), "{piece} is not in {body}");
    }
    assert!(registry.expected(line.roubles()).is_some());
    let Wish::Registry(third) = plan.lines()[2].wish() else {
        panic!("no registry")
    };
    assert!(third.expected(plan.lines()[2].roubles()).is_none());
    assert_eq!(plan.summary().total().to_string(), "100110.00");
    assert_eq!(
        plan.summary().warnings(),
        [Warning::PurposeWithoutRegistry(3), Warning::NotCompared(4)]
    );
    assert_eq!(plan.lines()[1].key(), plan.summary().run().key(3));
    assert!(!format!("{plan:?} {:?} {}", plan.lines()[0].wish(), plan.summary()).contains("40702"));
}

#[test]
fn all_problems_of_a_file_are_told_at_once() {
    let long = "я".repeat(211);
    let file = format!(
        "registry;account;amount;purpose;family;lines;execution order\n\
         5;40702810900000000001;1;По реестру;;;\n\
         5;40702810900000000001;1;По реестру;;;\n\
         3000000000;407028109000;;;;;6\n\
         6;40702810900000000001;1;{long};;;6\n\
         7;40702810900000000001;1;По реестру;employees;;\n\
         8;40702810900000000001;1;По реестру;;12;\n"
    );
    assert_eq!(
        problems(plan(&file)),
        [
            "line 3, registry (column 1): must not be paid in line 2, too (got 1 characters)",
            "line 4, registry (column 1): is too big (got 10 characters)",
            "line 4, account (column 2): must be 20 or 22 digits (got 12 characters)",
            "line 4, amount (column 3): must not be empty (got 0 characters)",
            "line 4, purpose (column 4): must not be empty (got 0 characters)",
            "line 4, execution order (column 7): must be 1 to 5 (got 1 characters)",
            "line 5, purpose (column 4): must have 1 to 210 characters (got 211 characters)",
            "line 5, execution order (column 7): must be 1 to 5 (got 1 characters)",
            "line 6, lines (column 6): must not be empty where a family is given (got 0 characters)",
            "line 7, family (column 5): must not be empty where lines are counted (got 0 characters)",
        ]
    );
    assert_eq!(
        plan("registry\n5\n").unwrap_err().to_string(),
        "the header is not right; missing: account, amount, purpose"
    );
}

/// A registry is paid once, whatever stands beside it.
#[test]
fn a_registry_of_an_earlier_run_is_alike_by_its_number() {
    let likeness = |file: &str| plan(file).unwrap().lines()[0].likeness();
    let first = likeness("registry;account;amount;purpose\n5;40702810900000000001;1;а\n");
    let second = likeness("registry;account;amount;purpose\n5;40702810900000000002;2;б\n");
    let other = likeness("registry;account;amount;purpose\n6;40702810900000000001;1;а\n");
    assert!(first == second && first != other);
}
