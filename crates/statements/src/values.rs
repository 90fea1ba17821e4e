//! Values that several messages share.

use rubank_core::money::{self, Amount, Currency, Quantity};
use rubank_core::open_enum;

use crate::content::content_model;

open_enum! {
    /// Which way the money went, as the holder of the account sees it (`direction`).
    pub enum Direction {
        /// Money in (зачисление).
        Credit = "CREDIT",
        /// Money out (списание).
        Debit = "DEBIT",
    }
}

open_enum! {
    /// The kind of document behind a row (шифр операции, `operationCode`). The zero belongs to it.
    pub enum OperationCode {
        /// Payment order (платёжное поручение).
        PaymentOrder = "01",
        /// Payment request (платёжное требование).
        PaymentRequest = "02",
        /// Collection order (инкассовое поручение).
        CollectionOrder = "06",
        /// Payment warrant (платёжный ордер): a part of a document is paid.
        PaymentWarrant = "16",
        /// Bank order (банковский ордер).
        BankOrder = "17",
    }
}

open_enum! {
    /// In which block the rows of an account in foreign currency come (`curFormat`). What comes if nothing is asked
    /// for, and what it does for a rouble account, nobody says.
    pub enum CurFormat {
        /// Documented by the bank's SDK.
        CurTransfer = "curTransfer",
        /// Concluded from the name of the block (inferred).
        SwiftTransfer = "swiftTransfer",
    }
}

content_model! {
    /// How much of which currency, both as received. Either may be absent.
    #[derive(Eq)]
    pub struct CurrencyAmount {
        /// How much, in whole units of the currency with its decimals (roubles, not kopecks).
        pub amount: Option<Quantity> = "amount" as money::as_number::option,
        /// The currency's letters; roubles come as `RUB`, `RUR`, `643` and `810`.
        pub currency_name: Option<Currency> = shown "currencyName",
    }
}

impl CurrencyAmount {
    /// Both together, if both are there.
    ///
    /// ```
    /// use rubank_core::read::read;
    /// use statements::CurrencyAmount;
    ///
    /// let amount: CurrencyAmount = read(br#"{"amount":"1.01","currencyName":"USD"}"#).unwrap();
    /// assert_eq!(amount.value().unwrap().to_string(), "1.01 USD");
    /// ```
    #[must_use]
    pub fn value(&self) -> Option<Amount> {
        Some(Amount::new(self.amount?, self.currency_name.clone()?))
    }
}

macro_rules! blank_is_none {
    ($(#[$meta:meta])* $name:ident: $Type:ty) => {
        $(#[$meta])*
        pub(crate) mod $name {
            use serde::{Deserialize, Deserializer, Serialize, Serializer};

            pub(crate) fn serialize<S: Serializer>(value: &Option<$Type>, to: S) -> Result<S::Ok, S::Error> {
                value.serialize(to)
            }

            pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<$Type>, D::Error> {
                match Option::<rubank_core::raw::Piece<'de>>::deserialize(from)? {
                    Some(piece) if piece.text() != "\"\"" => {
                        let read = piece.read().map(Some);
                        read.map_err(rubank_core::read::Mismatch::into_error)
                    }
                    _ => Ok(None),
                }
            }
        }
    };
}

blank_is_none! {
    /// A date that may be empty: one empty text must not make a row unreadable.
    date: rubank_core::types::LocalDate
}

blank_is_none! {
    /// The same for a date with a time.
    moment: rubank_core::types::LocalDateTime
}

#[cfg(test)]
mod tests {
    use rubank_core::read::read;

    use super::*;
    use crate::Transaction;

    #[test]
    fn empty_texts_are_no_dates_and_come_back() {
        let body = r#"{"documentDate":"","operationDate":"","lastModifiedTime":null}"#;
        let row: Transaction = read(body.as_bytes()).unwrap();
        assert_eq!((&row.document_date, &row.operation_date), (&None, &None));
        assert_eq!(serde_json::to_string(&row).unwrap(), body);
        assert!(read::<Transaction>(br#"{"documentDate":"31.12.2018"}"#).is_err());
    }

    #[test]
    fn amounts_are_exact_in_both_forms() {
        for body in [
            r#"{"amount":1000000000000000.01,"currencyName":"USD"}"#,
            r#"{"amount":"1000000000000000.01","currencyName":"USD"}"#,
        ] {
            let amount: CurrencyAmount = read(body.as_bytes()).unwrap();
            assert_eq!(
                amount.value().unwrap().to_string(),
                "1000000000000000.01 USD"
            );
            assert_eq!(serde_json::to_string(&amount).unwrap(), body);
        }
        assert_eq!(read::<CurrencyAmount>(b"{}").unwrap().value(), None);
    }
}
