use rubank_core::operation::{
    Answer, Checks, Effect, HostId, InvalidRequest, Method, Operation, OperationMeta, Parts,
};
use rubank_core::personal::Personal;
use rubank_core::read::ReadError;
use rubank_core::types::{Inn, LocalDate, Phone};
use serde::Serialize;
use time::Date;

use super::PassportCheck;
use crate::forms::{check_digits, check_inn};
use crate::paging::Item;
use crate::provider::{PayoutsPlatform, ROUTE_UNVERIFIED, request};

/// Starts a check of a person's passport, for the acceptance certificate that will name them: the only scenario that the
/// page knows. [`GetPassportCheck`](crate::GetPassportCheck) gives the result;
/// [`check_passport`](crate::flows::check_passport) does both.
///
/// **Nobody published its path**: until you set it with `ClientBuilder::override_route`, or opt in with
/// `allow_unverified_paths`, it is refused before anything is sent.
///
/// # Outcome
///
/// Unprotected (`Once`): sent again only if nothing left this machine. After `Outcome::Unknown` a check may be under way,
/// and without its identifier nobody can ask for it; another one costs a second check and nothing else.
///
/// # Cancellation
///
/// Dropping the future, or reaching the deadline, means: a check may have been started.
///
/// # Source
///
/// The 1C page, passport check: request and answer are documented; the path is unverified.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StartPassportCheck {
    scenario: &'static str,
    last_name: Personal<String>,
    first_name: Personal<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    middle_name: Option<Personal<String>>,
    phone_number: Phone,
    is_self_employed: bool,
    birth_date: Personal<LocalDate>,
    citizenship: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    inn: Option<Inn>,
    passport: CheckedPassport,
}

impl StartPassportCheck {
    /// A citizen of Russia with this passport: the only citizenship that the page knows.
    pub fn new(
        last_name: impl Into<Personal<String>>,
        first_name: impl Into<Personal<String>>,
        phone: Phone,
        is_self_employed: bool,
        birth_date: Date,
        passport: CheckedPassport,
    ) -> Self {
        Self {
            scenario: "acceptance_certificate_create",
            last_name: last_name.into(),
            first_name: first_name.into(),
            middle_name: None,
            phone_number: phone,
            is_self_employed,
            birth_date: Personal::new(LocalDate::new(birth_date)),
            citizenship: "RU",
            inn: None,
            passport,
        }
    }

    /// The patronymic (отчество), if the person has one.
    #[must_use]
    pub fn middle_name(mut self, name: impl Into<Personal<String>>) -> Self {
        self.middle_name = Some(name.into());
        self
    }

    /// The person's taxpayer number, with right check digits.
    #[must_use]
    pub fn inn(mut self, inn: Inn) -> Self {
        self.inn = Some(inn);
        self
    }
}

/// A Russian passport, as a check wants it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CheckedPassport {
    #[serde(rename = "type")]
    kind: &'static str,
    registration_address: Personal<String>,
    serial: Personal<String>,
    number: Personal<String>,
    issue_date: Personal<LocalDate>,
    division: Personal<String>,
    issued_by: Personal<String>,
}

impl CheckedPassport {
    /// Series of four digits, number of six digits, when it was issued, the department's code as `020-001`, who issued it
    /// and the registered address. Leading zeros count.
    pub fn new(
        serial: impl Into<Personal<String>>,
        number: impl Into<Personal<String>>,
        issue_date: Date,
        division: impl Into<Personal<String>>,
        issued_by: impl Into<Personal<String>>,
        registration_address: impl Into<Personal<String>>,
    ) -> Self {
        Self {
            kind: "passport_rf",
            registration_address: registration_address.into(),
            serial: serial.into(),
            number: number.into(),
            issue_date: Personal::new(LocalDate::new(issue_date)),
            division: division.into(),
            issued_by: issued_by.into(),
        }
    }

    fn check(&self, checks: &mut Checks) {
        let address = self.registration_address.expose();
        checks.not_blank("passport.registration_address", address);
        // (field, value, how it must look: 0 stands for a digit)
        for (field, value, pattern) in [
            ("passport.serial", &self.serial, "0000"),
            ("passport.number", &self.number, "000000"),
            ("passport.division", &self.division, "000-000"),
        ] {
            check_digits(checks, field, value, pattern);
        }
        checks.not_blank("passport.issued_by", self.issued_by.expose());
    }
}

impl Operation for StartPassportCheck {
    type Provider = PayoutsPlatform;
    type Output = Item<PassportCheck>;

    const META: OperationMeta = OperationMeta::new(
        "payouts-platform.start-passport-check",
        Effect::Once,
        Method::Post,
        HostId::API,
        "/unverified/payouts-platform.start-passport-check",
    )
    .guarded()
    .provenance(ROUTE_UNVERIFIED);

    fn parts(&self) -> Result<Parts, InvalidRequest> {
        let mut checks = Checks::new();
        checks.not_blank("last_name", self.last_name.expose());
        checks.not_blank("first_name", self.first_name.expose());
        checks.that(
            self.phone_number.is_valid(),
            "phone_number",
            "must be +7 and 10 digits",
            || format!("{} characters", self.phone_number.expose().chars().count()),
        );
        if let Some(inn) = &self.inn {
            check_inn(&mut checks, "inn", inn);
        }
        self.passport.check(&mut checks);
        checks.finish()?;
        request().json(self)
    }

    fn parse(answer: &Answer) -> Result<Item<PassportCheck>, ReadError> {
        answer.json()
    }
}
