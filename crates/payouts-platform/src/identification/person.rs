use std::fmt;

use rubank_core::operation::Checks;
use rubank_core::personal::Personal;
use rubank_core::types::{Inn, Snils};
use serde::{Serialize, Serializer};
use time::Date;

use super::AddressDetails;
use crate::forms::{check_digits, check_inn};

/// Who a contractor is, as an identification wants it. All codes and numbers are texts: their leading zeros count.
/// [`to_identification`](crate::flows::to_identification) makes one of recognised scans.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PersonIdentity {
    country: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    is_verified: Option<bool>,
    #[serde(
        skip_serializing_if = "Option::is_none",
        serialize_with = "only_digits"
    )]
    snils: Option<Snils>,
    #[serde(skip_serializing_if = "Option::is_none")]
    inn: Option<Inn>,
    #[serde(skip_serializing_if = "Option::is_none")]
    passport: Option<IdentityPassport>,
}

/// The page's own form: 11 digits, without hyphens and space.
fn only_digits<S: Serializer>(snils: &Option<Snils>, to: S) -> Result<S::Ok, S::Error> {
    let digits = |snils: &Snils| -> String {
        let signs = snils.expose().chars();
        signs.filter(char::is_ascii_digit).collect()
    };
    snils.as_ref().map(digits).serialize(to)
}

impl PersonIdentity {
    /// A person of this country: ISO 3166-1 alpha-3 in small letters, `rus`.
    pub fn new(country: impl Into<String>) -> Self {
        Self {
            country: country.into(),
            is_verified: None,
            snils: None,
            inn: None,
            passport: None,
        }
    }

    /// Whether you have verified the person yourself.
    #[must_use]
    pub fn is_verified(mut self, verified: bool) -> Self {
        self.is_verified = Some(verified);
        self
    }

    /// The insurance number (СНИЛС), with right check digits.
    #[must_use]
    pub fn snils(mut self, snils: Snils) -> Self {
        self.snils = Some(snils);
        self
    }

    /// The taxpayer number (ИНН), with right check digits.
    #[must_use]
    pub fn inn(mut self, inn: Inn) -> Self {
        self.inn = Some(inn);
        self
    }

    /// The passport.
    #[must_use]
    pub fn passport(mut self, passport: IdentityPassport) -> Self {
        self.passport = Some(passport);
        self
    }

    pub(super) fn check(&self, checks: &mut Checks) {
        let country = &self.country;
        checks.that(
            country.len() == 3 && country.bytes().all(|sign| sign.is_ascii_lowercase()),
            "country",
            "must be three small Latin letters, as rus",
            || format!("{} characters", country.chars().count()),
        );
        if let Some(snils) = &self.snils {
            let shape = || format!("{} characters", snils.expose().chars().count());
            let rule = "must be a SNILS of 11 digits with right check digits";
            checks.that(snils.is_valid(), "snils", rule, shape);
        }
        if let Some(inn) = &self.inn {
            check_inn(checks, "inn", inn);
        }
        if let Some(passport) = &self.passport {
            passport.check(checks, country == "rus");
        }
    }
}

/// A passport, as an identification wants it: dates go as `31.01.1990`. Which of the fields are required was not
/// published.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct IdentityPassport {
    #[serde(skip_serializing_if = "Option::is_none")]
    first_name: Option<Personal<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_name: Option<Personal<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    middle_name: Option<Personal<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    gender: Option<Personal<Gender>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    number: Option<Personal<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    department_name: Option<Personal<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    department_code: Option<Personal<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    issued_at: Option<DottedDate>,
    #[serde(skip_serializing_if = "Option::is_none")]
    birthdate: Option<DottedDate>,
    #[serde(skip_serializing_if = "Option::is_none")]
    birthdate_place: Option<Personal<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<Address>,
}

/// Sex, as an identification wants it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Gender {
    /// `male`
    Male,
    /// `female`
    Female,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
struct Address {
    full_address: Personal<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    detailed: Option<AddressDetails>,
}

impl IdentityPassport {
    /// A passport of which nothing is said yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// First name (имя).
    #[must_use]
    pub fn first_name(mut self, name: impl Into<Personal<String>>) -> Self {
        self.first_name = Some(name.into());
        self
    }

    /// Surname (фамилия).
    #[must_use]
    pub fn last_name(mut self, name: impl Into<Personal<String>>) -> Self {
        self.last_name = Some(name.into());
        self
    }

    /// Patronymic (отчество).
    #[must_use]
    pub fn middle_name(mut self, name: impl Into<Personal<String>>) -> Self {
        self.middle_name = Some(name.into());
        self
    }

    /// Sex.
    #[must_use]
    pub fn gender(mut self, gender: Gender) -> Self {
        self.gender = Some(Personal::new(gender));
        self
    }

    /// Series and number; of a Russian passport four digits, a space, six digits: `1234 123456`.
    #[must_use]
    pub fn number(mut self, number: impl Into<Personal<String>>) -> Self {
        self.number = Some(number.into());
        self
    }

    /// Who issued it.
    #[must_use]
    pub fn department_name(mut self, name: impl Into<Personal<String>>) -> Self {
        self.department_name = Some(name.into());
        self
    }

    /// The department's code; of a Russian passport six digits without a hyphen.
    #[must_use]
    pub fn department_code(mut self, code: impl Into<Personal<String>>) -> Self {
        self.department_code = Some(code.into());
        self
    }

    /// When it was issued.
    #[must_use]
    pub fn issued_at(mut self, date: Date) -> Self {
        self.issued_at = Some(DottedDate(date));
        self
    }

    /// Date of birth.
    #[must_use]
    pub fn birthdate(mut self, date: Date) -> Self {
        self.birthdate = Some(DottedDate(date));
        self
    }

    /// Place of birth.
    #[must_use]
    pub fn birthdate_place(mut self, place: impl Into<Personal<String>>) -> Self {
        self.birthdate_place = Some(place.into());
        self
    }

    /// The registered address in one line (`full_address`).
    #[must_use]
    pub fn address(mut self, address: impl Into<Personal<String>>) -> Self {
        self.address.get_or_insert_default().full_address = address.into();
        self
    }

    /// The registered address in its parts, beside the one line, which is required with it.
    #[must_use]
    pub fn address_details(mut self, details: AddressDetails) -> Self {
        self.address.get_or_insert_default().detailed = Some(details);
        self
    }

    fn check(&self, checks: &mut Checks, russian: bool) {
        for (field, text) in [
            ("passport.first_name", &self.first_name),
            ("passport.last_name", &self.last_name),
            ("passport.number", &self.number),
        ] {
            if let Some(text) = text {
                checks.not_blank(field, text.expose());
            }
        }
        // How documents of other countries look, the page does not say.
        for (field, value, pattern) in [
            ("passport.number", &self.number, "0000 000000"),
            ("passport.department_code", &self.department_code, "000000"),
        ] {
            if let (Some(value), true) = (value, russian) {
                check_digits(checks, field, value, pattern);
            }
        }
        if let Some(address) = &self.address {
            checks.not_blank(
                "passport.address.full_address",
                address.full_address.expose(),
            );
        }
    }
}

/// A date as `31.01.1990`. It does not print.
#[derive(Clone, Copy, PartialEq, Eq)]
struct DottedDate(Date);

impl Serialize for DottedDate {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let (year, month, day) = self.0.to_calendar_date();
        to.collect_str(&format_args!("{day:02}.{:02}.{year:04}", u8::from(month)))
    }
}

impl fmt::Debug for DottedDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DottedDate(***)")
    }
}
