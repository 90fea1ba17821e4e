//! What a contractor is created and updated with.

use rubank_core::operation::{Checks, InvalidRequest};
use rubank_core::personal::Personal;
use rubank_core::raw::Raw;
use rubank_core::tri::Patch;
use rubank_core::types::{Inn, LocalDate};
use serde::{Serialize, Serializer};
use time::Date;

use crate::ids::{AgentId, GroupId};
use crate::legal_form::LegalForm;

/// All that is told of a contractor (исполнитель): the whole card, both when it is created and when it is updated.
///
/// What is not set is not sent. Whether the platform then keeps or clears it, no page says; for e-mail and passport
/// `null` and absence may differ, so both can be said.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ContractorDetails {
    phone: Personal<String>,
    #[serde(skip_serializing_if = "Patch::is_absent")]
    email: Patch<Personal<String>>,
    last_name: Personal<String>,
    first_name: Personal<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    middle_name: Option<Personal<String>>,
    legal_form_id: LegalForm,
    agent_id: AgentId,
    #[serde(skip_serializing_if = "Option::is_none")]
    group_id: Option<GroupId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    inn: Option<Inn>,
    #[serde(skip_serializing_if = "Option::is_none")]
    company_agrees_pay_taxes: Option<bool>,
    #[serde(skip_serializing_if = "Patch::is_absent")]
    passport_details: Patch<Passport>,
}

#[derive(Clone, Debug, PartialEq)]
enum Passport {
    Russian(Box<RussianPassport>),
    Other(Raw),
}

impl Serialize for Passport {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Russian(passport) => passport.serialize(to),
            Self::Other(passport) => passport.serialize(to),
        }
    }
}

impl ContractorDetails {
    /// Phone (+79000000000, which tells one contractor from another), surname, first name, legal form, and the legal
    /// entity of the customer.
    pub fn new(
        phone: impl Into<String>,
        last_name: impl Into<String>,
        first_name: impl Into<String>,
        legal_form: LegalForm,
        agent: impl Into<AgentId>,
    ) -> Self {
        Self {
            phone: Personal::new(phone.into()),
            email: Patch::Absent,
            last_name: Personal::new(last_name.into()),
            first_name: Personal::new(first_name.into()),
            middle_name: None,
            legal_form_id: legal_form,
            agent_id: agent.into(),
            group_id: None,
            inn: None,
            company_agrees_pay_taxes: None,
            passport_details: Patch::Absent,
        }
    }

    /// An e-mail address; `Patch::Null` says that there is none.
    #[must_use]
    pub fn email(mut self, email: impl Into<Patch<String>>) -> Self {
        self.email = match email.into() {
            Patch::Absent => Patch::Absent,
            Patch::Null => Patch::Null,
            Patch::Value(address) => Patch::Value(Personal::new(address)),
        };
        self
    }

    /// Patronymic.
    #[must_use]
    pub fn middle_name(mut self, name: impl Into<String>) -> Self {
        self.middle_name = Some(Personal::new(name.into()));
        self
    }

    /// A group of the cabinet.
    #[must_use]
    pub fn group(mut self, id: impl Into<GroupId>) -> Self {
        self.group_id = Some(id.into());
        self
    }

    /// INN.
    #[must_use]
    pub fn inn(mut self, inn: Inn) -> Self {
        self.inn = Some(inn);
        self
    }

    /// Whether the customer pays the tax of a self-employed contractor.
    #[must_use]
    pub const fn company_agrees_pay_taxes(mut self, agrees: bool) -> Self {
        self.company_agrees_pay_taxes = Some(agrees);
        self
    }

    /// A Russian passport.
    #[must_use]
    pub fn passport(mut self, passport: RussianPassport) -> Self {
        self.passport_details = Patch::Value(Passport::Russian(Box::new(passport)));
        self
    }

    /// Another passport, as JSON: the fields of a foreign one were not published, so you have to know them.
    #[must_use]
    pub fn other_passport(mut self, passport: Raw) -> Self {
        self.passport_details = Patch::Value(Passport::Other(passport));
        self
    }

    /// No passport: sent as `null`.
    #[must_use]
    pub fn no_passport(mut self) -> Self {
        self.passport_details = Patch::Null;
        self
    }

    /// The legal form.
    pub(crate) const fn legal_form(&self) -> &LegalForm {
        &self.legal_form_id
    }

    pub(super) fn check(&self) -> Result<(), InvalidRequest> {
        let mut checks = Checks::new();
        let phone = self.phone.expose();
        checks.that(
            phone.strip_prefix("+7").is_some_and(|rest| {
                rest.len() == 10 && rest.bytes().all(|byte| byte.is_ascii_digit())
            }),
            "phone",
            "must have the form +79000000000",
            || format!("{} characters", phone.chars().count()),
        );
        checks.not_blank("last_name", self.last_name.expose());
        checks.not_blank("first_name", self.first_name.expose());
        let form = &self.legal_form_id;
        checks.that(
            form.number().is_some(),
            "legal_form_id",
            "must be a number",
            || format!("{} characters", form.as_str().chars().count()),
        );
        if let Some(inn) = &self.inn {
            checks.that(
                inn.is_valid(),
                "inn",
                "must be an INN with its check digits",
                || format!("{} characters", inn.expose().chars().count()),
            );
        }
        if let Patch::Value(Passport::Russian(passport)) = &self.passport_details {
            passport.check(&mut checks);
        }
        checks.finish()
    }
}

/// A Russian passport (паспорт РФ) of a contractor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RussianPassport {
    document_type: &'static str,
    full_number: Personal<String>,
    issue_date: Personal<LocalDate>,
    #[serde(skip_serializing_if = "Option::is_none")]
    issued_by: Option<Personal<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    division: Option<Personal<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    birth_date: Option<Personal<LocalDate>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    registration_address: Option<Personal<String>>,
}

impl RussianPassport {
    /// Series and number, `8000 310000`, and the day of issue.
    pub fn new(full_number: impl Into<String>, issued_on: Date) -> Self {
        Self {
            document_type: "passport_rf",
            full_number: Personal::new(full_number.into()),
            issue_date: Personal::new(LocalDate::new(issued_on)),
            issued_by: None,
            division: None,
            birth_date: None,
            registration_address: None,
        }
    }

    /// Who issued it, and the code of that office, `020-001`.
    #[must_use]
    pub fn issued_by(mut self, office: impl Into<String>, division: impl Into<String>) -> Self {
        self.issued_by = Some(Personal::new(office.into()));
        self.division = Some(Personal::new(division.into()));
        self
    }

    /// Day of birth.
    #[must_use]
    pub fn birth_date(mut self, day: Date) -> Self {
        self.birth_date = Some(Personal::new(LocalDate::new(day)));
        self
    }

    /// Where the person is registered.
    #[must_use]
    pub fn registration_address(mut self, address: impl Into<String>) -> Self {
        self.registration_address = Some(Personal::new(address.into()));
        self
    }

    fn check(&self, checks: &mut Checks) {
        let number = self.full_number.expose();
        let fits = number.split_once(' ').is_some_and(|(series, number)| {
            let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
            series.len() == 4 && number.len() == 6 && digits(series) && digits(number)
        });
        checks.that(
            fits,
            "passport_details.full_number",
            "must be 4 digits, a space, 6 digits",
            || format!("{} characters", number.chars().count()),
        );
    }
}
