use proptest::collection::vec;
use proptest::prelude::*;
use rubank_core::types::{Account, Bic};

use super::*;
use crate::catalogue::sample_waybill;

fn broken(waybill: &Waybill) -> Vec<String> {
    let refused = waybill.check().err();
    let violations = refused
        .as_ref()
        .map_or(&[][..], |refused| refused.violations());
    violations
        .iter()
        .map(|broken| broken.field().to_owned())
        .collect()
}

fn quantity(text: &str) -> Quantity {
    Quantity::parse(text).unwrap()
}

fn account(number: &str) -> AccountSum {
    AccountSum::new(Account::received(number), Bic::received("044525225"))
}

/// The sample with another first denomination.
fn with_cash(row: Denomination) -> Waybill {
    let mut waybill = sample_waybill();
    waybill.cash[0] = row;
    waybill
}

/// A waybill of the given cash and accounts only.
fn bag(cash: &[(&str, &str, u64)], accounts: &[(&str, &[(&str, &str)])]) -> Waybill {
    let mut waybill = Waybill::new("6f9619ff-8b86-4011-b42d-00c04fc964ff", "1", "2");
    for (currency, nominal, count) in cash {
        waybill = waybill.cash(Denomination::new(
            "NOTE",
            Currency::new(currency),
            quantity(nominal),
            *count,
        ));
    }
    for (number, symbols) in accounts {
        let row = symbols.iter().fold(account(number), |row, (symbol, sum)| {
            row.symbol(*symbol, quantity(sum))
        });
        waybill = waybill.account(row);
    }
    waybill
}

const ROUBLES: &str = "40702810200000000001";
const OLD_NEW_ROUBLES: &str = "40702643200000000001";
const DOLLARS: &str = "40702840800000000002";

#[test]
fn each_field_holds_on_both_sides_of_its_edge() {
    let inn = |text: &str| sample_waybill().payee_inn(Inn::received(text));
    let bic = |text: &str| sample_waybill().payer_bank_bic(Bic::received(text));
    let id = |text: &str| Waybill {
        external_id: text.into(),
        ..sample_waybill()
    };
    let rows: [(Waybill, &[&str]); 26] = [
        (sample_waybill(), &[]),
        (id("6F9619FF-8B86-4011-B42D-00C04FC964FF"), &["externalId"]),
        (id(""), &["externalId"]),
        (
            Waybill {
                number: " ".into(),
                ..sample_waybill()
            },
            &["number"],
        ),
        (
            Waybill {
                object_code: "".into(),
                ..sample_waybill()
            },
            &["objectCode"],
        ),
        (sample_waybill().contact_phone(""), &["contactPhone"]),
        (sample_waybill().creator_person("\t"), &["creatorPerson"]),
        (sample_waybill().from_name(" "), &["fromName"]),
        (sample_waybill().payee_name(""), &["payeeName"]),
        (sample_waybill().payer_bank_name(""), &["payerBankName"]),
        (sample_waybill().source_of_income(" "), &["sourceOfIncome"]),
        (sample_waybill().trans_kind(""), &["transKind"]),
        (sample_waybill().trans_kind("0"), &[]),
        (inn("7707083893"), &[]),
        (inn("7707083894"), &["payeeInn"]),
        (inn("500100732259"), &[]),
        (inn("0000000000"), &["payeeInn"]),
        (inn("0"), &[]),
        (inn("00"), &["payeeInn"]),
        (inn("12345"), &[]),
        (inn("00000"), &["payeeInn"]),
        (inn("123456"), &["payeeInn"]),
        (inn(""), &["payeeInn"]),
        (bic("04452522"), &["payerBankBic"]),
        (bic("0445252255"), &["payerBankBic"]),
        (bic("04452522X"), &["payerBankBic"]),
    ];
    for (waybill, expected) in rows {
        assert_eq!(broken(&waybill), expected, "{waybill:?}");
    }
}

#[test]
fn each_row_of_the_bag_holds_on_both_sides_of_its_edge() {
    let cash = |kind: &str, currency: &str, nominal: &str, count| {
        with_cash(Denomination::new(
            kind,
            Currency::new(currency),
            quantity(nominal),
            count,
        ))
    };
    let place = |field: &str| format!("currencyNominalValues[0].{field}");
    let sums = || "currencyNominalValues".to_owned();
    let rows: [(Waybill, Vec<String>); 12] = [
        (cash("NOTE", "643", "5000", 2), vec![]),
        (cash("NOTE", "810", "5000.00", 2), vec![]),
        (cash("", "643", "5000", 2), vec![place("cashType")]),
        (cash("NOTE", "RUB", "5000", 2), vec![place("currencyCode")]),
        (cash("NOTE", "64", "5000", 2), vec![place("currencyCode")]),
        (cash("NOTE", "6433", "5000", 2), vec![place("currencyCode")]),
        (
            cash("NOTE", "643", "5000", 0),
            vec![place("quantity"), sums()],
        ),
        (cash("NOTE", "643", "0", 2), vec![place("nominal"), sums()]),
        (
            cash("NOTE", "643", "-5000", 2),
            vec![place("nominal"), sums()],
        ),
        (cash("NOTE", "643", "0.01", 1_000_000), vec![]),
        (
            cash("NOTE", "643", "0.001", 10_000_000),
            vec![place("nominal")],
        ),
        (
            cash("NOTE", "643", "79228162514264337593543950335", 2),
            vec![sums()],
        ),
    ];
    for (waybill, expected) in rows {
        assert_eq!(broken(&waybill), expected, "{:?}", waybill.cash[0]);
    }
}

#[test]
fn each_row_of_an_account_holds_on_both_sides_of_its_edge() {
    let with = |change: &dyn Fn(&mut AccountSum)| {
        let mut waybill = sample_waybill();
        change(&mut waybill.accounts[0]);
        waybill
    };
    let symbol = |text: &'static str| with(&|row| row.symbols[0].0 = text.into());
    let number = |text: &'static str| with(&|row| row.account = Account::received(text));
    let sum = |text: &'static str| with(&|row| row.symbols[0].1 = quantity(text));
    let rows: [(Waybill, &[&str]); 13] = [
        (symbol("32"), &[]),
        (symbol("2"), &["sumByAccounts[0].sumBySymbols[0].symbol"]),
        (symbol("002"), &["sumByAccounts[0].sumBySymbols[0].symbol"]),
        (symbol("0a"), &["sumByAccounts[0].sumBySymbols[0].symbol"]),
        (number("4070281020000000000"), &["sumByAccounts[0].account"]),
        (
            number("4070281020000000000122"),
            &["sumByAccounts[0].account"],
        ),
        (
            with(&|row| row.bic = Bic::received("")),
            &["sumByAccounts[0].bic"],
        ),
        (
            with(&|row| row.bank_name = Some(String::new())),
            &["sumByAccounts[0].bankName"],
        ),
        (with(&|row| row.bank_name = None), &[]),
        (
            with(&|row| row.symbols.clear()),
            &["sumByAccounts[0].sumBySymbols", "currencyNominalValues"],
        ),
        (
            sum("0"),
            &[
                "sumByAccounts[0].sumBySymbols[0].sum",
                "currencyNominalValues",
            ],
        ),
        (
            sum("-10000.00"),
            &[
                "sumByAccounts[0].sumBySymbols[0].sum",
                "currencyNominalValues",
            ],
        ),
        (
            sum("9999.999"),
            &[
                "sumByAccounts[0].sumBySymbols[0].sum",
                "currencyNominalValues",
            ],
        ),
    ];
    for (waybill, expected) in rows {
        assert_eq!(broken(&waybill), expected, "{:?}", waybill.accounts[0]);
    }
}

#[test]
fn every_broken_rule_is_told_at_once() {
    let waybill = Waybill::new("x", "", "").trans_kind(" ");
    assert_eq!(
        broken(&waybill),
        [
            "externalId",
            "number",
            "objectCode",
            "transKind",
            "currencyNominalValues",
            "sumByAccounts"
        ],
    );
    let told = bag(&[("840", "20", 3)], &[(ROUBLES, &[("02", "60.00")])])
        .check()
        .unwrap_err();
    assert_eq!(
        told.to_string(),
        "currencyNominalValues: must add up to the sums of all cash symbols of all accounts in currency 643 \
         (got 0 in the bag, 60.00 by cash symbols); \
         currencyNominalValues: must add up to the sums of all cash symbols of all accounts in currency 840 \
         (got 60 in the bag, 0 by cash symbols)",
    );
}

#[test]
fn every_currency_adds_up_by_itself_and_the_rouble_has_two_codes() {
    let notes = ("643", "1000", 1);
    let both = [notes, ("840", "20", 3)];
    let rows = [
        (bag(&[notes], &[(ROUBLES, &[("02", "1000.00")])]), true),
        (
            bag(
                &[("810", "1000", 1)],
                &[(OLD_NEW_ROUBLES, &[("02", "1000")])],
            ),
            true,
        ),
        (
            bag(&[notes, ("810", "1", 1)], &[(ROUBLES, &[("02", "1001")])]),
            true,
        ),
        (bag(&[notes], &[(ROUBLES, &[("02", "999.99")])]), false),
        (bag(&[notes], &[(ROUBLES, &[("02", "1000.01")])]), false),
        (
            bag(
                &[notes],
                &[
                    (ROUBLES, &[("02", "400")]),
                    (OLD_NEW_ROUBLES, &[("32", "600")]),
                ],
            ),
            true,
        ),
        (
            bag(&[notes], &[(ROUBLES, &[("02", "400"), ("02", "600")])]),
            true,
        ),
        (
            bag(
                &both,
                &[(ROUBLES, &[("02", "1000")]), (DOLLARS, &[("02", "60")])],
            ),
            true,
        ),
        (bag(&both, &[(ROUBLES, &[("02", "1060")])]), false),
        (
            bag(
                &both,
                &[(ROUBLES, &[("02", "60")]), (DOLLARS, &[("02", "1000")])],
            ),
            false,
        ),
        (bag(&[notes], &[(DOLLARS, &[("02", "1000")])]), false),
    ];
    for (waybill, adds_up) in rows {
        assert_eq!(waybill.check().is_ok(), adds_up, "{waybill:?}");
    }
}

#[test]
fn doubts_are_warnings_and_a_wrong_key_is_an_error_only_if_asked() {
    let told = |waybill: &Waybill| -> Vec<String> {
        waybill
            .warnings()
            .iter()
            .map(|doubt| doubt.field().to_owned())
            .collect()
    };
    let key = |number: &str, bic: &str| {
        let mut waybill = sample_waybill();
        waybill.accounts[0].account = Account::received(number);
        waybill.accounts[0].bic = Bic::received(bic);
        waybill
    };
    let field = "sumByAccounts[0].account".to_owned();
    let right = key("40602810700000000025", "049805746");
    assert!(told(&right).is_empty() && broken(&right).is_empty());
    let wrong = key("40602810800000000025", "049805746");
    assert_eq!(
        (told(&wrong), broken(&wrong)),
        (vec![field.clone()], vec![])
    );
    let strict = wrong.refuse_wrong_keys();
    assert_eq!((told(&strict), broken(&strict)), (vec![], vec![field]));
    // Accounts of the treasury have no such key.
    assert!(told(&key("03100810000000011700", "017003983")).is_empty());

    for (currency, nominal, usual) in [
        ("643", "25", false),
        ("643", "0.02", false),
        ("643", "10000", false),
        ("643", "0.01", true),
        ("810", "5000.00", true),
        ("643", "10", true),
        ("643", "0.001", false),
        ("840", "25", true),
    ] {
        let row = Denomination::new("COIN", Currency::new(currency), quantity(nominal), 1);
        assert_eq!(is_usual(&row), usual, "{currency} {nominal}");
    }
    let coin = with_cash(Denomination::roubles("COIN", Money::from_roubles(25), 400));
    assert_eq!(told(&coin), ["currencyNominalValues[0].nominal"]);
    assert!(broken(&coin).is_empty());
}

#[test]
fn violations_tell_no_account_and_no_person() {
    let mut waybill = sample_waybill()
        .payee_inn(Inn::received("1234567890"))
        .from_name(" ");
    waybill.accounts[0].account = Account::received("4070281020000000000canary");
    let printed = format!("{:?} {}", waybill.check(), waybill.check().unwrap_err());
    for personal in ["1234567890", "canary", "4070281"] {
        assert!(!printed.contains(personal), "{printed}");
    }
}

const SYMBOLS: [&str; 4] = ["02", "12", "15", "32"];

/// A currency, in which it is counted: the bag's code, its account, units of a hundredth.
const CURRENCIES: [(&str, &str); 3] =
    [("643", ROUBLES), ("810", OLD_NEW_ROUBLES), ("840", DOLLARS)];

fn hundredths(count: u64) -> Quantity {
    quantity(&format!("{}.{:02}", count / 100, count % 100))
}

/// Cash of one currency: denomination in hundredths, and how many.
fn cash() -> impl Strategy<Value = Vec<(u64, u64)>> {
    vec((1_u64..1_000_000, 1_u64..1_000), 1..5)
}

/// Splits a sum into parts above zero, at the given cuts.
fn split(total: u64, cuts: &[u64]) -> Vec<u64> {
    let mut edges: Vec<u64> = cuts
        .iter()
        .map(|cut| cut % total)
        .filter(|edge| *edge > 0)
        .collect();
    edges.extend([0, total]);
    edges.sort_unstable();
    edges.dedup();
    edges.windows(2).map(|pair| pair[1] - pair[0]).collect()
}

proptest! {
    /// However the sums of up to three currencies (two of them the rouble) are split over accounts and symbols, and in
    /// whatever order: they add up; and one hundredth more or less anywhere does not.
    #[test]
    fn a_waybill_holds_exactly_if_its_sums_are_equal(
        bags in vec(cash(), 3),
        cuts in vec(vec(any::<u64>(), 0..5), 3),
        reversed in any::<bool>(),
        moved in any::<proptest::sample::Index>(),
        up in any::<bool>(),
    ) {
        let mut waybill = Waybill::new("6f9619ff-8b86-4011-b42d-00c04fc964ff", "1", "2");
        for ((code, number), (cash, cuts)) in CURRENCIES.iter().zip(bags.iter().zip(&cuts)) {
            for (nominal, count) in cash {
                let row = Denomination::new("NOTE", Currency::new(code), hundredths(*nominal), *count);
                waybill = waybill.cash(row);
            }
            let total = cash.iter().map(|(nominal, count)| nominal * count).sum();
            for (index, part) in split(total, cuts).into_iter().enumerate() {
                waybill = waybill.account(account(number).symbol(SYMBOLS[index % 4], hundredths(part)));
            }
        }
        if reversed {
            waybill.cash.reverse();
            waybill.accounts.reverse();
        }
        prop_assert!(waybill.check().is_ok(), "{:?}", waybill.check());

        let index = moved.index(waybill.accounts.len());
        let sum = &mut waybill.accounts[index].symbols[0].1;
        let step = if up { "0.01" } else { "-0.01" };
        *sum = sum.checked_add(quantity(step)).unwrap();
        let refused = waybill.check().unwrap_err();
        let code = account_currency(&waybill.accounts[index]).unwrap();
        let of_sums: Vec<_> = refused.violations().iter().filter(|broken| broken.field() == "currencyNominalValues").collect();
        prop_assert_eq!(of_sums.len(), 1, "the other currencies still add up");
        prop_assert!(of_sums[0].rule().ends_with(code));
    }

    /// What adds up is signed, and each value of a row stands on a line of its own.
    #[test]
    fn the_signed_text_has_a_line_for_each_value(cash in cash()) {
        let mut waybill = Waybill::new("6f9619ff-8b86-4011-b42d-00c04fc964ff", "1", "2");
        for (nominal, count) in &cash {
            waybill = waybill.cash(Denomination::new("NOTE", Currency::new("643"), hundredths(*nominal), *count));
        }
        let total = cash.iter().map(|(nominal, count)| nominal * count).sum();
        waybill = waybill.account(account(ROUBLES).symbol("02", hundredths(total)));
        let text = waybill.signing_text().unwrap();
        let lines = 13 + 2 + cash.len() * 5 + 1 + 3 + 1 + 3 + 1;
        prop_assert_eq!(text.expose().split('\n').count(), lines);
    }
}
