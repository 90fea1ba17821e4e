use rubank_core::operation::Operation;
use rubank_core::personal::Personal;

use super::*;
use crate::plan::{PaidBy, PaidTo, Payout, Recipient};
use crate::table::{Encoding, Separator};

const FULL: &str = "\
Ключ;Исполнитель;Сумма, руб.;Назначение платежа;Услуга;Телефон;Банк СБП;Фамилия;Имя;Отчество;Юрлицо;Филиал;Счёт\r
act-7;123;1 500,50;По акту 7;Доставка;8 (999) 000-00-01;100000000004;Иванов;Иван;Иванович;61;12;34\r
";

fn plan(file: &str) -> Result<Plan, PlanError> {
    planning().payouts("may.csv", file.as_bytes())
}

#[test]
fn every_column_comes_to_the_bank() {
    let plan = plan(FULL).unwrap();
    let line = &plan.lines()[0];
    let personal = |text: &str| Some(Personal::from(text));
    let payout = Payout {
        contractor: 123,
        purpose: personal("По акту 7"),
        service: personal("Доставка"),
        to: PaidTo::Sbp {
            phone: Personal::from("+79990000001"),
            bank: 100_000_000_004,
        },
        recipient: Some(Recipient {
            last_name: "Иванов".into(),
            first_name: "Иван".into(),
            middle_name: personal("Иванович"),
        }),
        by: PaidBy::Agent(61),
        branch: Some(12),
        account: Some(34),
    };
    assert_eq!(
        (line.number(), line.key(), line.wish()),
        (2, "act-7", &Wish::Payout(payout.clone()))
    );
    let parts = payout
        .operation(line.key(), line.roubles())
        .parts()
        .unwrap();
    let body = String::from_utf8(parts.body_ref().as_bytes().unwrap().to_vec()).unwrap();
    for piece in [
        r#""amount":1500.50"#,
        r#""contractor_id":123"#,
        r#""account_number":"+79990000001","sbp_bank_id":100000000004"#,
        r#""last_name":"Иванов""#,
        r#""agent_id":61"#,
        r#""branch_office_id":12"#,
        r#""bank_account_id":34"#,
        r#""service_name":"Доставка""#,
        r#""customer_payment_id":"act-7""#,
    ] {
        assert!(body.contains(piece), "{piece} is not in {body}");
    }
    assert_eq!(
        plan.summary().to_string(),
        format!(
            "run {}\nfile {}\n1 payments, 1500.50 roubles\n0 duplicates\n0 warnings",
            plan.summary().run(),
            FileHash::of(FULL.as_bytes())
        )
    );
}

#[test]
fn the_same_file_is_the_same_run_with_the_same_keys() {
    let file = "contractor;amount\n123;1\n124;2\n";
    let first = plan(file).unwrap();
    let again = Planning::new("Another", datetime!(2026-06-01 00:00 UTC));
    let again = again.payouts("copy.csv", file.as_bytes()).unwrap();
    assert_eq!(first.lines(), again.lines());
    assert_eq!(first.summary().run(), again.summary().run());
    assert_eq!(first.lines()[1].key(), first.summary().run().key(3));

    let second = planning()
        .round(2)
        .payouts("may.csv", file.as_bytes())
        .unwrap();
    assert_ne!(first.summary().run(), second.summary().run());
    assert_ne!(first.lines()[0].key(), second.lines()[0].key());
    let likeness = |plan: &Plan| plan.lines()[0].likeness();
    assert_eq!(likeness(&first), likeness(&second));
}

#[test]
fn where_the_money_goes_is_never_guessed() {
    let header = "contractor;amount;pay to;requisite;phone;bank\n";
    let sbp = PaidTo::Sbp {
        phone: "+79990000001".into(),
        bank: 4,
    };
    let good = [
        (";;+79990000001;4", sbp.clone()),
        ("СБП;;79990000001;4", sbp),
        (";77;;", PaidTo::Known(77)),
        ("реквизит;77;;", PaidTo::Known(77)),
        ("по умолчанию;;;", PaidTo::Default),
        ("Default;;;", PaidTo::Default),
    ];
    for (cells, expected) in good {
        let plan = plan(&format!("{header}123;1;{cells}\n")).unwrap();
        let Wish::Payout(payout) = plan.lines()[0].wish() else {
            panic!("no payout")
        };
        assert_eq!(payout.to, expected, "{cells}");
    }
    let bad = [
        (
            ";;;",
            "pay to (column 3): must be «default» where no requisite is given",
        ),
        (
            ";;+79990000001;",
            "bank (column 6): must not be empty where a phone is given",
        ),
        (
            ";;;4",
            "phone (column 5): must not be empty where a bank is given",
        ),
        (
            ";77;+79990000001;4",
            "pay to (column 3): must be one of phone and bank, requisite, card; more are given",
        ),
        (
            "sbp;77;;",
            "pay to (column 3): must be what the other columns of the line say",
        ),
        (
            "default;77;;",
            "pay to (column 3): must be what the other columns of the line say",
        ),
        (
            "cash;77;;",
            "pay to (column 3): must be sbp, requisite, default or card",
        ),
        (
            ";;+38099000000;4",
            "phone (column 5): must be a Russian phone, +79990000001",
        ),
    ];
    for (cells, expected) in bad {
        let found = problems(plan(&format!("{header}123;1;{cells}\n")));
        assert_eq!(found.len(), 1, "{cells}: {found:?}");
        assert!(
            found[0].starts_with(&format!("line 2, {expected}")),
            "{cells}: {found:?}"
        );
    }
    // Where the file has no such column, the contractor's own requisite is all that can be meant.
    assert!(plan("contractor;amount\n123;1\n").is_ok());
}

#[test]
fn card_numbers_are_refused_unless_somebody_allows_them() {
    const CARD_NUMBER: &str = "5469550053219652";
    let in_purpose = format!("contractor;amount;purpose\n123;1;на карту {CARD_NUMBER}\n");
    let rule =
        "must not hold a card number; if it is another number, write it apart (got 25 characters)";
    assert_eq!(
        problems(plan(&in_purpose)),
        [format!("line 2, purpose (column 3): {rule}")]
    );

    let in_column = format!("contractor;amount;номер карты\n123;1;{CARD_NUMBER}\n");
    let refused = plan(&in_column).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "the header is not right; card numbers are accepted only if that is allowed"
    );
    let allowing = planning().table(TableOptions::new().allow_card_numbers());
    let allowed = allowing.payouts("may.csv", in_column.as_bytes()).unwrap();
    assert!(!format!("{allowed:?} {:?}", allowed.lines()[0].wish()).contains(CARD_NUMBER));
    // In every other column, in ignored ones too, they stay forbidden.
    let ignoring = planning().table(
        TableOptions::new()
            .allow_card_numbers()
            .allow_unknown_columns(),
    );
    let elsewhere = format!("contractor;amount;note\n123;1;{CARD_NUMBER}\n");
    let found = problems(ignoring.payouts("may.csv", elsewhere.as_bytes()));
    assert!(
        found[0].starts_with("line 2, column 3: must not hold a card number"),
        "{found:?}"
    );
}

#[test]
fn all_problems_of_a_file_are_told_at_once() {
    let file = "\
key;contractor;amount;agent;balance;last name;first name
z;x;0;;;;
a;1;1;;;;
a;1;1;;;;
ключ;y;1;;;;
b;;;;;;
c;1;1;1;2;;
d;1;1;;;Иванов;
e;1;1
f;1;1;\"\n1\";;;
";
    assert_eq!(
        problems(plan(file)),
        [
            "line 2, contractor (column 2): must be a number, 1 or more (got 1 characters)",
            "line 2, amount (column 3): must be more than nothing (got 1 characters)",
            "line 4, key (column 1): must not be the key of line 3, too (got 1 characters)",
            "line 5, contractor (column 2): must be a number, 1 or more (got 1 characters)",
            "line 5, key (column 1): may hold Latin letters, digits, spaces and -_.!:*()[]@$~`^,;=<>|{}‘ only \
             (got 4 characters)",
            "line 6, contractor (column 2): must not be empty (got 0 characters)",
            "line 6, amount (column 3): must not be empty (got 0 characters)",
            "line 7, balance (column 5): must be empty where an agent is given: it brings its own (got 1 characters)",
            "line 8, first name (column 7): must not be empty (got 0 characters)",
            "line 9: must have as many cells as the header, 7 (got 3 cells)",
        ]
    );
    let control = "contractor;amount;purpose\n1;1;\"a\nb\"\n";
    assert_eq!(
        problems(plan(control)),
        [
            "line 2, purpose (column 3): must not hold line breaks or other control characters (got 3 characters)"
        ]
    );
}

#[test]
fn the_header_is_told_whole() {
    let rows = [
        ("phone;bank\n", "; missing: contractor, amount"),
        ("contractor;сумма;amount\n", "; there twice: amount"),
        (
            "contractor;amount;Комментарий;40702810900000000001\n",
            "; unknown: «Комментарий» (column 3), column 4",
        ),
        // No header at all: nobody is named.
        (
            "Иванов Иван;+79990000001;100\n",
            "; missing: contractor, amount; unknown: column 1, column 2, column 3",
        ),
    ];
    for (file, expected) in rows {
        let refused = plan(file).unwrap_err().to_string();
        assert_eq!(
            refused,
            format!("the header is not right{expected}"),
            "{file}"
        );
    }
    let ignoring = planning().table(TableOptions::new().allow_unknown_columns());
    let planned = ignoring
        .payouts("may.csv", b"contractor;amount;note;\n1;1;x;\n")
        .unwrap();
    assert_eq!(
        planned.summary().warnings(),
        [Warning::ColumnIgnored("column 3".to_owned())]
    );
    assert_eq!(
        problems(plan("contractor;amount;\n1;1;x\n")),
        ["line 2, column 3: must be empty: its column has no name (got 1 characters)"]
    );
    assert_eq!(plan("contractor;amount\n"), Err(PlanError::NoLines));
    assert_eq!(plan(""), Err(PlanError::Table(TableError::Empty)));
    let most = "contractor;amount\n1;92233720368547758.07\n2;0.01\n";
    assert_eq!(plan(most), Err(PlanError::TotalTooBig));
}

#[test]
fn lines_that_look_alike_are_named() {
    let file = "\
contractor;amount;purpose;phone;bank
123;100,00;act 7;+79990000001;4
124;100,00;act 7;+79990000001;4
123;100.00; ACT  7 ;+79990000002;4
123;100;act 8;+79990000001;4
123;100;act 7;+79990000001;4
";
    let planned = plan(file).unwrap();
    let duplicate = |line, like| Duplicate { line, like };
    let inside = [duplicate(4, Like::Line(2)), duplicate(6, Like::Line(2))];
    assert_eq!(planned.summary().duplicates(), inside);

    let run = RunId::of(FileHash::of(b"april"), 1);
    let earlier = |line| {
        duplicate(
            line,
            Like::Earlier {
                run: run.clone(),
                line: 9,
            },
        )
    };
    let planned = planned.with_duplicates([earlier(3), earlier(4), earlier(4), earlier(77)]);
    let all = [inside[0].clone(), earlier(4), inside[1].clone()];
    assert_eq!(
        planned.summary().duplicates(),
        [&[earlier(3)], &all[..]].concat()
    );
    assert_eq!(planned.summary().duplicate_lines(), 3);
}

#[test]
fn the_dialect_of_the_file_makes_no_difference() {
    let comma = FULL
        .replace("Сумма, руб.", "Сумма")
        .replace("1 500,50", "1500.50")
        .replace(';', ",");
    let (ansi, _, _) = encoding_rs::WINDOWS_1251.encode(FULL);
    let said = TableOptions::new()
        .encoding(Encoding::Windows1251)
        .separator(Separator::Semicolon);
    let expected = plan(FULL).unwrap();
    for (bytes, options) in [
        (comma.as_bytes(), TableOptions::new()),
        (&ansi, TableOptions::new()),
        (&ansi, said),
        (format!("\u{feff}{FULL}").as_bytes(), TableOptions::new()),
    ] {
        let planned = planning().table(options).payouts("may.csv", bytes).unwrap();
        assert_eq!(planned.lines(), expected.lines());
    }
}

#[test]
fn nothing_of_a_file_reaches_an_error_or_a_log() {
    let file = "\
key;contractor;amount;purpose;service;pay to;requisite;phone;bank;last name;first name;agent
КАНАРЕЙКА;канарейка;канарейка;канарейка\u{1};канарейка;канарейка;канарейка;канарейка;канарейка;канарейка;;канарейка
";
    let refused = plan(file).unwrap_err();
    let shown = format!("{refused} {refused:?}").to_lowercase();
    assert!(!shown.contains("канарейка"), "{shown}");

    let planned = Planning::new("канарейка", datetime!(2026-05-15 09:00 UTC));
    let planned = planned.payouts("канарейка.csv", FULL.as_bytes()).unwrap();
    let line = &planned.lines()[0];
    let shown = format!(
        "{planned:?} {line:?} {:?} {:?}",
        line.wish(),
        line.likeness()
    );
    let shown = format!("{shown} {} {:?}", planned.summary(), planned.summary());
    for secret in ["канарейка", "Иванов", "9990000001", "акту", "Доставка"]
    {
        assert!(!shown.contains(secret), "{secret} in {shown}");
    }
}

#[cfg(feature = "xlsx")]
#[test]
fn a_workbook_makes_the_same_plan() {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    for (row, line) in (0..).zip(FULL.lines()) {
        for (column, cell) in (0..).zip(line.split(';')) {
            sheet.write(row, column, cell).unwrap();
        }
    }
    // Numbers where people have numbers.
    sheet.write(1, 1, 123).unwrap();
    sheet
        .write(1, 2, rust_decimal::Decimal::new(150_050, 2))
        .unwrap();
    sheet.write(1, 6, 100_000_000_004_u64).unwrap();
    let bytes = book.save_to_buffer().unwrap();
    let planned = planning().payouts("may.xlsx", &bytes).unwrap();
    assert_eq!(planned.lines(), plan(FULL).unwrap().lines());
    let bad = book
        .worksheet_from_index(0)
        .unwrap()
        .write(1, 2, true)
        .map(|_| ());
    assert!(bad.is_ok());
    let bytes = book.save_to_buffer().unwrap();
    assert_eq!(
        problems(planning().payouts("may.xlsx", &bytes)),
        ["line 2, amount (column C): must be a text or a number, not true or false"]
    );
}
