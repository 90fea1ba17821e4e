//! Where money goes: the requisite of a request, and who must be behind it.

use rubank_core::lenient;
use rubank_core::operation::Checks;
use rubank_core::personal::Personal;
use rubank_core::types::find_card_number;
use rubank_core::{model, open_enum};
use serde::Serialize;

use crate::ids::{RequisiteId, SbpBankId};

open_enum! {
    /// What a requisite is (`type_id`). A bank account exists in answers, too; its number was not published.
    pub enum RequisiteKind: integer {
        /// A bank card by its number.
        Card = 8,
        /// A phone in SBP (СБП).
        SbpPhone = 10,
    }
}

model! {
    /// What a requisite is, with its names.
    #[derive(Eq)]
    pub struct RequisiteType {
        /// Which.
        pub id: Option<RequisiteKind> = shown "id",
        /// `bank_card`, `bank_card_by_phone`.
        pub slug: Option<String> = "slug" as lenient::text::option,
        /// Its name for people.
        pub title: Option<String> = "title" as lenient::text::option,
    }
}

/// A requisite that the platform need not know yet (платёжный реквизит); it makes one if it does not.
///
/// ```
/// use payouts_platform::{Requisite, SbpBankId};
///
/// let by_phone = Requisite::sbp("+79990000001", SbpBankId::new(100_000_000_004));
/// let by_card = Requisite::card("5469550053219652");
/// assert!(!format!("{by_phone:?} {by_card:?}").contains("9"));
/// ```
///
/// The platform pays cards that were issued in Russia only. A third kind, by a stored card for those under PCI DSS, has
/// no published fields; [`known`](Destination::Known) requisites need none of this.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Requisite {
    #[serde(rename = "type_id")]
    kind: RequisiteKind,
    account_number: Personal<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sbp_bank_id: Option<SbpBankId>,
}

impl Requisite {
    /// By phone through SBP, at this bank. Phones have the form +79990000001.
    pub fn sbp(phone: impl Into<String>, bank: SbpBankId) -> Self {
        Self {
            kind: RequisiteKind::SbpPhone,
            account_number: Personal::new(phone.into()),
            sbp_bank_id: Some(bank),
        }
    }

    /// By card number: 13 to 19 digits. This is the only field of a payout that may hold one.
    pub fn card(number: impl Into<String>) -> Self {
        Self {
            kind: RequisiteKind::Card,
            account_number: Personal::new(number.into()),
            sbp_bank_id: None,
        }
    }

    pub(crate) fn check(&self, checks: &mut Checks, field: &str) {
        let account = self.account_number.expose();
        let shape = || format!("{} characters", account.chars().count());
        let place = format!("{field}.account_number");
        let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        match self.kind {
            RequisiteKind::Card => checks.that(
                (13..=19).contains(&account.len()) && is_digits(account),
                place,
                "must be a card number, 13 to 19 digits",
                shape,
            ),
            // The page's own samples have phones without a plus.
            _ => checks.that(
                matches!(account.strip_prefix('+').unwrap_or(account), digits
                    if digits.len() == 11 && digits.starts_with('7') && is_digits(digits)),
                place,
                "must be a phone, +79990000001",
                shape,
            ),
        };
    }
}

/// Where a payout goes: never two of these at once.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Destination {
    /// A requisite that the platform may not know yet.
    New(Requisite),
    /// One that it knows.
    Known(RequisiteId),
}

impl From<Requisite> for Destination {
    fn from(requisite: Requisite) -> Self {
        Self::New(requisite)
    }
}

impl From<RequisiteId> for Destination {
    fn from(id: RequisiteId) -> Self {
        Self::Known(id)
    }
}

impl Destination {
    pub(crate) const fn new_one(&self) -> Option<&Requisite> {
        match self {
            Self::New(requisite) => Some(requisite),
            Self::Known(_) => None,
        }
    }

    pub(crate) const fn known(&self) -> Option<RequisiteId> {
        match self {
            Self::New(_) => None,
            Self::Known(id) => Some(*id),
        }
    }

    pub(crate) fn check(&self, checks: &mut Checks, field: &str) {
        if let Self::New(requisite) = self {
            requisite.check(checks, field);
        }
    }
}

/// Who SBP must find behind the phone (`sbp_validation_data`); also a third person, where that one is paid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SbpRecipient {
    first_name: Personal<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    middle_name: Option<Personal<String>>,
    last_name: Personal<String>,
}

impl SbpRecipient {
    /// By surname and first name, in the order of documents.
    pub fn new(last_name: impl Into<String>, first_name: impl Into<String>) -> Self {
        Self {
            first_name: Personal::new(first_name.into()),
            middle_name: None,
            last_name: Personal::new(last_name.into()),
        }
    }

    /// With a patronymic.
    #[must_use]
    pub fn middle_name(mut self, name: impl Into<String>) -> Self {
        self.middle_name = Some(Personal::new(name.into()));
        self
    }

    pub(crate) fn check(&self, checks: &mut Checks, field: &str) {
        let names = [
            ("first_name", Some(&self.first_name)),
            ("middle_name", self.middle_name.as_ref()),
            ("last_name", Some(&self.last_name)),
        ];
        for (name, value) in names {
            let Some(value) = value else { continue };
            no_card(checks, format!("{field}.{name}"), value.expose());
        }
    }
}

/// The platform forbids card numbers in every field of a payout but one, and so do the rules of the card schemes.
pub(crate) fn no_card(
    checks: &mut Checks,
    field: impl Into<std::borrow::Cow<'static, str>>,
    text: &str,
) {
    checks.that(
        find_card_number(text).is_none(),
        field,
        "must not hold a card number; if it is another number, write it apart",
        || format!("{} characters", text.chars().count()),
    );
}
