//! Reading a waybill, strictly: every field, every sum.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::sber::settings::Settings;
use crate::sber::text::{is_date, is_digits, is_lower_uuid, minor_units};
use crate::strict::{Complaint, Fields};

const LONGEST_TEXT: usize = 1000;
const LONGEST_SIGNATURE: usize = 100_000;

/// What the bank needs to know of a waybill.
#[derive(Debug)]
pub(super) struct Order {
    pub(super) external_id: String,
    pub(super) object_code: String,
    /// The cash of all currencies in hundredths.
    pub(super) total: u64,
    pub(super) account: String,
}

/// The fields of the digest that are text or numbers, and whether nothing can be done without them.
const FIELDS: &[(&str, bool)] = &[
    ("contactPhone", false),
    ("creatorPerson", false),
    ("date", false),
    ("externalId", true),
    ("fromName", false),
    ("number", true),
    ("objectCode", true),
    ("payeeInn", false),
    ("payeeName", false),
    ("payerBankBic", false),
    ("payerBankName", false),
    ("sourceOfIncome", false),
    ("transKind", false),
];
const TABLES: &[&str] = &["currencyNominalValues", "sumByAccounts", "digestSignatures"];

pub(super) fn read(body: &Fields<'_>, settings: &Settings) -> Result<Order, Complaint> {
    let names: Vec<&str> = FIELDS.iter().map(|(name, _)| *name).collect();
    body.only(&[names.as_slice(), TABLES].concat())?;
    for (key, needed) in FIELDS {
        if *needed || settings.whole_waybills || body.has(key) {
            field(body, key)?;
        }
    }
    let external_id = body.text("externalId", 36, 36)?;
    signatures(body)?;
    let cash = cash(body)?;
    let (symbols, account) = symbols(body, settings)?;
    if cash != symbols {
        let rule = "must add up to the sums of all cash symbols, currency by currency";
        return Err(Complaint::new("currencyNominalValues", rule));
    }
    Ok(Order {
        external_id,
        object_code: plain(body, "objectCode")?,
        total: cash.values().fold(0, |sum, part| sum.saturating_add(*part)),
        account,
    })
}

fn field(body: &Fields<'_>, key: &str) -> Result<(), Complaint> {
    let (is_right, rule): (fn(&str) -> bool, _) = match key {
        "date" => (is_date, "must be YYYY-MM-DD"),
        "externalId" => (is_lower_uuid, "must be a lower-case UUID"),
        "payeeInn" => (
            |text| is_digits(text, &[1, 5, 10, 12]),
            "must have 5, 10 or 12 digits, or be 0",
        ),
        "payerBankBic" => (|text| is_digits(text, &[9]), "must have 9 digits"),
        "number" | "objectCode" | "sourceOfIncome" | "transKind" => {
            return plain(body, key).map(drop);
        }
        _ => return body.text(key, 1, LONGEST_TEXT).map(drop),
    };
    if is_right(&body.text(key, 1, LONGEST_TEXT)?) {
        return Ok(());
    }
    Err(Complaint::new(body.path(key), rule))
}

/// The contents of the bag in hundredths, by currency.
fn cash(body: &Fields<'_>) -> Result<BTreeMap<String, u64>, Complaint> {
    let mut sums = BTreeMap::new();
    for row in body.objects("currencyNominalValues")? {
        row.only(&["cashType", "currencyCode", "nominal", "quantity"])?;
        plain(&row, "cashType")?;
        let currency = plain(&row, "currencyCode")?;
        if !is_digits(&currency, &[3]) {
            return Err(Complaint::new(
                row.path("currencyCode"),
                "must have 3 digits",
            ));
        }
        let nominal = positive(&row, "nominal")?;
        let quantity: u64 = plain(&row, "quantity")?
            .parse()
            .ok()
            .filter(|count| *count > 0)
            .ok_or_else(|| {
                Complaint::new(row.path("quantity"), "must be a positive whole number")
            })?;
        add(&mut sums, &currency, nominal.saturating_mul(quantity));
    }
    Ok(sums)
}

/// The sums of the cash symbols in hundredths, by the currency of their account; and the first account.
fn symbols(
    body: &Fields<'_>,
    settings: &Settings,
) -> Result<(BTreeMap<String, u64>, String), Complaint> {
    let names = [
        settings.symbol_field.as_str(),
        settings.symbol_sum_field.as_str(),
    ];
    let mut sums = BTreeMap::new();
    let mut first = None;
    for row in body.objects("sumByAccounts")? {
        row.only(&["account", "bankName", "bic", "sumBySymbols"])?;
        let account = shaped(
            &row,
            "account",
            |text| is_digits(text, &[20]),
            "must have 20 digits",
        )?;
        row.optional_text("bankName", 1, LONGEST_TEXT)?;
        shaped(
            &row,
            "bic",
            |text| is_digits(text, &[9]),
            "must have 9 digits",
        )?;
        let currency: String = account.chars().skip(5).take(3).collect();
        for part in row.objects("sumBySymbols")? {
            part.only(&names)?;
            let two_digits = |text: &str| is_digits(text, &[2]);
            shaped(
                &part,
                &settings.symbol_field,
                two_digits,
                "must be a string of two digits",
            )?;
            add(
                &mut sums,
                &currency,
                positive(&part, &settings.symbol_sum_field)?,
            );
        }
        first.get_or_insert(account);
    }
    Ok((sums, first.unwrap_or_default()))
}

/// A bag says 643 for roubles, an account 810.
fn add(sums: &mut BTreeMap<String, u64>, currency: &str, sum: u64) {
    let currency = if currency == "810" { "643" } else { currency };
    let total = sums.entry(currency.to_owned()).or_insert(0);
    *total = total.saturating_add(sum);
}

pub(super) fn signatures(body: &Fields<'_>) -> Result<(), Complaint> {
    if !body.has("digestSignatures") {
        return Ok(());
    }
    for signature in body.objects("digestSignatures")? {
        signature.only(&["base64Encoded", "certificateUuid"])?;
        signature.text("certificateUuid", 1, LONGEST_TEXT)?;
        if STANDARD
            .decode(signature.text("base64Encoded", 1, LONGEST_SIGNATURE)?)
            .is_err()
        {
            return Err(Complaint::new(
                signature.path("base64Encoded"),
                "is not base64",
            ));
        }
    }
    Ok(())
}

fn shaped(
    fields: &Fields<'_>,
    key: &str,
    is_right: impl Fn(&str) -> bool,
    rule: &str,
) -> Result<String, Complaint> {
    let text = fields.text(key, 1, LONGEST_TEXT)?;
    if is_right(&text) {
        return Ok(text);
    }
    Err(Complaint::new(fields.path(key), rule))
}

/// A value whose wire type was never published: a string, or a number as it is written.
fn plain(fields: &Fields<'_>, key: &str) -> Result<String, Complaint> {
    let raw = fields.raw(key)?.get();
    match raw.as_bytes().first() {
        Some(b'"') => fields.text(key, 1, LONGEST_TEXT),
        Some(b'0'..=b'9') => Ok(raw.to_owned()),
        _ => Err(Complaint::new(
            fields.path(key),
            "must be a whole number or a string",
        )),
    }
}

fn positive(fields: &Fields<'_>, key: &str) -> Result<u64, Complaint> {
    minor_units(&plain(fields, key)?)
        .filter(|sum| *sum > 0)
        .ok_or_else(|| {
            Complaint::new(
                fields.path(key),
                "must be positive, with two decimals at most",
            )
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"{"contactPhone":"+70000000000","creatorPerson":"П","date":"2026-01-15",
        "externalId":"0b2c4a52-0000-4000-8000-000000000001","fromName":"О","number":"7","objectCode":"1",
        "payeeInn":"0","payeeName":"О","payerBankBic":"044525225","payerBankName":"Б","sourceOfIncome":"В",
        "transKind":"1","currencyNominalValues":[{"cashType":"1","currencyCode":643,"nominal":"0.5","quantity":3},
        {"cashType":"1","currencyCode":"643","nominal":100,"quantity":"2"}],
        "sumByAccounts":[{"account":"40702810500006103990","bankName":"Б","bic":"044525225",
        "sumBySymbols":[{"symbol":"02","sum":"200.50"},{"symbol":"32","sum":1.00}]}]}"#;

    fn complaint(body: &str) -> String {
        let fields = Fields::read(body.as_bytes()).unwrap();
        read(&fields, &Settings::default()).unwrap_err().to_string()
    }

    #[test]
    fn a_good_waybill_adds_up() {
        let order = read(
            &Fields::read(GOOD.as_bytes()).unwrap(),
            &Settings::default(),
        )
        .unwrap();
        assert_eq!(
            (order.total, order.account.as_str()),
            (20_150, "40702810500006103990")
        );
    }

    #[test]
    fn mistakes_are_named() {
        let cases = [
            (
                r#""date":"2026-01-15""#,
                r#""date":"15.01.2026""#,
                "date: must be YYYY-MM-DD",
            ),
            (
                "0b2c4a52",
                "0B2C4A52",
                "externalId: must be a lower-case UUID",
            ),
            (
                r#""quantity":3"#,
                r#""quantity":0"#,
                "currencyNominalValues[0].quantity: must be a positive whole number",
            ),
            (
                r#""symbol":"02""#,
                r#""symbol":"2""#,
                "sumByAccounts[0].sumBySymbols[0].symbol: must be a string of two digits",
            ),
            (
                r#""symbol":"02""#,
                r#""cashSymbol":"02""#,
                "sumByAccounts[0].sumBySymbols[0].cashSymbol: is not a known field",
            ),
            (
                "200.50",
                "200.49",
                "currencyNominalValues: must add up to the sums of all cash symbols, currency by currency",
            ),
            (
                "40702810",
                "40702840",
                "currencyNominalValues: must add up to the sums of all cash symbols, currency by currency",
            ),
            (r#""number":"7","#, "", "number: is required"),
        ];
        for (from, to, expected) in cases {
            assert_eq!(complaint(&GOOD.replace(from, to)), expected);
        }
    }
}
