//! A waybill as JSON and as the text that is signed, from one description: what is signed is what is sent.

use std::borrow::Cow;

use rubank_core::operation::InvalidRequest;
use rubank_core::personal::Personal;
use rubank_core::raw::Raw;
use serde::ser::{Error, SerializeMap};
use serde::{Serialize, Serializer};

use super::{AccountSum, Denomination, Waybill, WaybillForm};
use crate::signing::{Signature, SigningText};

/// The body of the creation: the fields that are there, the tables, the signatures if there are any.
pub(super) struct Body<'a> {
    pub(super) waybill: &'a Waybill,
    pub(super) signatures: &'a [Signature],
}

/// The text that is signed.
pub(super) fn signing_text(waybill: &Waybill) -> Result<Personal<String>, InvalidRequest> {
    let mut text = SigningText::default();
    for (name, value) in waybill.fields() {
        text.field(name, name, value);
    }
    text.mark("TABLES");
    for table in tables(waybill) {
        table.sign(&mut text, "");
    }
    text.finish()
}

struct Table<'a> {
    name: &'static str,
    rows: Vec<Row<'a>>,
}

struct Row<'a> {
    cells: Vec<Cell<'a>>,
    inner: Option<Table<'a>>,
}

struct Cell<'a> {
    name: &'a str,
    text: Option<Cow<'a, str>>,
    /// A JSON number instead of a string.
    bare: bool,
}

fn tables(waybill: &Waybill) -> [Table<'_>; 2] {
    let form = &waybill.form;
    let cash = waybill.cash.iter().map(|row| denomination(row, form));
    let accounts = waybill.accounts.iter().map(|row| account(row, form));
    [
        Table {
            name: "currencyNominalValues",
            rows: cash.collect(),
        },
        Table {
            name: "sumByAccounts",
            rows: accounts.collect(),
        },
    ]
}

fn denomination<'a>(row: &'a Denomination, form: &WaybillForm) -> Row<'a> {
    let (nominal, quantity) = (row.nominal.to_string(), row.quantity.to_string());
    Row {
        cells: vec![
            Cell::text("cashType", row.cash_type.as_str()),
            Cell::text("currencyCode", row.currency.as_str()),
            Cell::number("nominal", nominal, form.amounts_bare),
            Cell::number("quantity", quantity, form.quantities_bare),
        ],
        inner: None,
    }
}

fn account<'a>(row: &'a AccountSum, form: &'a WaybillForm) -> Row<'a> {
    let symbols = row.symbols.iter().map(|(symbol, sum)| Row {
        cells: vec![
            Cell::text(&form.symbol, symbol.as_str()),
            Cell::number(&form.sum, sum.to_string(), form.amounts_bare),
        ],
        inner: None,
    });
    let bank_name = Cell {
        name: "bankName",
        text: row.bank_name.as_deref().map(Cow::Borrowed),
        bare: false,
    };
    Row {
        cells: vec![
            Cell::text("account", row.account.expose()),
            bank_name,
            Cell::text("bic", row.bic.as_str()),
        ],
        inner: Some(Table {
            name: "sumBySymbols",
            rows: symbols.collect(),
        }),
    }
}

impl<'a> Cell<'a> {
    fn text(name: &'a str, text: &'a str) -> Self {
        Self {
            name,
            text: Some(Cow::Borrowed(text)),
            bare: false,
        }
    }

    fn number(name: &'a str, digits: String, bare: bool) -> Self {
        Self {
            name,
            text: Some(Cow::Owned(digits)),
            bare,
        }
    }
}

impl Table<'_> {
    fn sign(&self, text: &mut SigningText, place: &str) {
        text.mark(format!("Table={}", self.name));
        for (index, row) in self.rows.iter().enumerate() {
            let here = format!("{place}{}[{index}].", self.name);
            for cell in &row.cells {
                let place = format!("{here}{}", cell.name);
                text.field(&place, cell.name, cell.text.as_deref());
            }
            if let Some(inner) = &row.inner {
                inner.sign(text, &here);
            }
            text.mark("#");
        }
    }
}

impl Serialize for Body<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut map = to.serialize_map(None)?;
        for (name, value) in self.waybill.fields() {
            if let Some(value) = value {
                map.serialize_entry(name, value)?;
            }
        }
        for table in tables(self.waybill) {
            map.serialize_entry(table.name, &table.rows)?;
        }
        if !self.signatures.is_empty() {
            map.serialize_entry("digestSignatures", self.signatures)?;
        }
        map.end()
    }
}

impl Serialize for Row<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut map = to.serialize_map(None)?;
        for cell in &self.cells {
            match &cell.text {
                Some(digits) if cell.bare => {
                    let number =
                        Raw::parse(digits).map_err(|_| S::Error::custom("not a number"))?;
                    map.serialize_entry(cell.name, &number)?;
                }
                Some(text) => map.serialize_entry(cell.name, text)?,
                None => {}
            }
        }
        if let Some(inner) = &self.inner {
            map.serialize_entry(inner.name, &inner.rows)?;
        }
        map.end()
    }
}

#[cfg(test)]
mod tests {
    use rubank_core::money::Money;

    use super::*;
    use crate::catalogue::sample_waybill;

    fn body(waybill: &Waybill) -> String {
        let signatures = &[];
        serde_json::to_string(&Body {
            waybill,
            signatures,
        })
        .unwrap()
    }

    const SAMPLE: &str = "contactPhone=+70000000000\n\
        creatorPerson=Иванов Иван Иванович\n\
        date=2026-03-20\n\
        externalId=6f9619ff-8b86-4011-b42d-00c04fc964ff\n\
        fromName=ООО Ромашка\n\
        number=0000042\n\
        objectCode=000123\n\
        payeeInn=7707083893\n\
        payeeName=ООО Ромашка\n\
        payerBankBic=044525225\n\
        payerBankName=ПАО СБЕРБАНК\n\
        sourceOfIncome=Выручка\n\
        transKind=01\n\
        TABLES\n\
        Table=currencyNominalValues\n\
        cashType=NOTE\ncurrencyCode=643\nnominal=5000\nquantity=2\n#\n\
        cashType=NOTE\ncurrencyCode=643\nnominal=100\nquantity=5\n#\n\
        cashType=COIN\ncurrencyCode=643\nnominal=0.50\nquantity=1\n#\n\
        Table=sumByAccounts\n\
        account=40702810200000000001\nbankName=ПАО СБЕРБАНК\nbic=044525225\n\
        Table=sumBySymbols\n\
        symbol=02\nsum=10000.00\n#\n\
        symbol=32\nsum=500.50\n#\n\
        #";

    #[test]
    fn the_text_to_sign_has_the_documented_order() {
        assert_eq!(sample_waybill().signing_text().unwrap().expose(), SAMPLE);
    }

    #[test]
    fn the_unpublished_names_are_signed_as_they_are_sent() {
        let form = WaybillForm::new()
            .symbol_field("cashSymbol")
            .sum_field("amount");
        let renamed = sample_waybill().form(form);
        let expected = SAMPLE
            .replace("\nsymbol=", "\ncashSymbol=")
            .replace("\nsum=", "\namount=");
        assert_eq!(*renamed.signing_text().unwrap().expose(), expected);
        let rows = r#""sumBySymbols":[{"cashSymbol":"02","amount":"10000.00"},{"cashSymbol":"32","amount":"500.50"}]"#;
        assert!(body(&renamed).contains(rows), "{}", body(&renamed));
    }

    #[test]
    fn json_types_change_and_the_signed_text_does_not() {
        let form = WaybillForm::new().amounts_as_numbers().quantities_as_text();
        let other = sample_waybill().form(form);
        let written = body(&other);
        for part in [
            r#"{"cashType":"COIN","currencyCode":"643","nominal":0.50,"quantity":"1"}"#,
            r#"{"symbol":"02","sum":10000.00}"#,
        ] {
            assert!(written.contains(part), "{written}");
        }
        assert_eq!(other.signing_text().unwrap().expose(), SAMPLE);
    }

    #[test]
    fn what_cannot_be_sent_or_read_back_is_not_signed() {
        let more = crate::Denomination::roubles("NOTE", Money::from_roubles(100), 1);
        let refused = sample_waybill().cash(more).signing_text().unwrap_err();
        assert_eq!(refused.violations()[0].field(), "currencyNominalValues");

        let mut waybill = sample_waybill().creator_person("canary\r\ndate=other");
        waybill.accounts[0].bank_name = Some("a\nbic=other".to_owned());
        let refused = waybill.signing_text().unwrap_err();
        assert_eq!(
            refused.to_string(),
            "creatorPerson: must have no line break to be signed (got 18 characters); \
             sumByAccounts[0].bankName: must have no line break to be signed (got 11 characters)"
        );
    }

    #[test]
    fn what_is_absent_is_not_sent() {
        let waybill = Waybill::new("6f9619ff-8b86-4011-b42d-00c04fc964ff", "7", "1");
        assert_eq!(
            body(&waybill),
            r#"{"externalId":"6f9619ff-8b86-4011-b42d-00c04fc964ff","number":"7","objectCode":"1","currencyNominalValues":[],"sumByAccounts":[]}"#,
        );
    }
}
