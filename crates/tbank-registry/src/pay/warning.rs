//! What breaks no rule and is probably not meant.

use std::fmt;

use rubank_core::types::find_card_number;

use super::{Meta, purpose};

/// Fewer digits than this in a row are no phone, taxpayer number or account.
const TELLING_DIGITS: usize = 10;

/// Something about a payment that breaks no rule but is probably not meant. `Display` says what to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Warning {
    /// The purpose does not end with «Согласно реестру» and a number, as the bank's page asks.
    PurposeWithoutRegistry,
    /// The purpose seems to hold a card number.
    CardNumberInPurpose,
    /// `meta` seems to hold a phone, an e-mail, an account or a taxpayer number: ten digits or more in a row, or `@`.
    PersonalDataInMeta,
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::PurposeWithoutRegistry => {
                "purpose: should end with «Согласно реестру» and a number; append_registry_number adds it"
            }
            Self::CardNumberInPurpose => {
                "purpose: seems to hold a card number, which everybody on the way of the payment would see"
            }
            Self::PersonalDataInMeta => {
                "meta: seems to hold personal data, which does not belong there; send a key of your own books"
            }
        })
    }
}

pub(super) fn about(purpose: &str, meta: Option<&Meta>) -> Vec<Warning> {
    let found = [
        (
            Warning::PurposeWithoutRegistry,
            !purpose::has_number(purpose),
        ),
        (
            Warning::CardNumberInPurpose,
            find_card_number(purpose).is_some(),
        ),
        (
            Warning::PersonalDataInMeta,
            meta.is_some_and(|meta| seems_personal(meta.text())),
        ),
    ];
    let found = found.into_iter().filter(|(_, is_so)| *is_so);
    found.map(|(warning, _)| warning).collect()
}

fn seems_personal(text: &str) -> bool {
    let mut runs = text.split(|sign: char| !sign.is_ascii_digit());
    text.contains('@')
        || runs.any(|run| run.len() >= TELLING_DIGITS)
        || find_card_number(text).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_warning_has_its_cause() {
        use Warning::{CardNumberInPurpose, PersonalDataInMeta, PurposeWithoutRegistry};
        let good = "Зарплата за май. Согласно реестру 5";
        let rows: [(&str, Option<&str>, &[Warning]); 9] = [
            (good, None, &[]),
            ("Зарплата за май", None, &[PurposeWithoutRegistry]),
            (
                "На карту 5469 5500 5321 9652",
                None,
                &[PurposeWithoutRegistry, CardNumberInPurpose],
            ),
            (good, Some(r#"{"run":"2024-05"}"#), &[]),
            (
                good,
                Some(r#"{"run":"cf99df08-0829-4614-8da3-0e440fd23fe0"}"#),
                &[],
            ),
            (
                good,
                Some(r#"{"phone":"+79000000000"}"#),
                &[PersonalDataInMeta],
            ),
            (
                good,
                Some(r#"{"mail":"a@b.example"}"#),
                &[PersonalDataInMeta],
            ),
            (good, Some(r#"{"inn":366406939800}"#), &[PersonalDataInMeta]),
            (good, Some(r#"{"n":123456789}"#), &[]),
        ];
        for (purpose, meta, expected) in rows {
            let meta = meta.map(|text| Meta::from_json(text).unwrap());
            assert_eq!(
                about(purpose, meta.as_ref()),
                expected,
                "{purpose} {meta:?}"
            );
        }
    }
}
