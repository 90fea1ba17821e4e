//! One self-employed person's pay.

use rubank_core::money::{self, Money};
use rubank_core::personal::Personal;
use rubank_core::types::Account;
use serde::Serialize;

use crate::registry::{CommonLine, RevenueType};

/// A self-employed person (самозанятый), as a line names them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SelfEmployedPerson {
    first_name: Personal<String>,
    last_name: Personal<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    middle_name: Option<Personal<String>>,
}

impl SelfEmployedPerson {
    /// First and last name.
    pub fn new(
        first_name: impl Into<Personal<String>>,
        last_name: impl Into<Personal<String>>,
    ) -> Self {
        Self {
            first_name: first_name.into(),
            last_name: last_name.into(),
            middle_name: None,
        }
    }

    /// Patronymic (отчество).
    #[must_use]
    pub fn middle_name(mut self, name: impl Into<Personal<String>>) -> Self {
        self.middle_name = Some(name.into());
        self
    }
}

/// A line of a registry of the self-employed: who gets how much, where and what for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SelfEmployedLine {
    number: i32,
    account_number: Account,
    payment_purpose: Personal<String>,
    self_employed_info: SelfEmployedPerson,
    #[serde(with = "money::as_number")]
    sum: Money,
    #[serde(skip_serializing_if = "Option::is_none")]
    revenue_type_code: Option<RevenueType>,
    #[serde(
        with = "money::as_number::option",
        skip_serializing_if = "Option::is_none"
    )]
    collection_amount: Option<Money>,
}

impl SelfEmployedLine {
    /// The caller's number of the line, once in a registry: results are told by it. The account, the purpose, the
    /// person, and the roubles.
    pub fn new(
        number: i32,
        account: Account,
        purpose: impl Into<Personal<String>>,
        person: SelfEmployedPerson,
        sum: Money,
    ) -> Self {
        Self {
            number,
            account_number: account,
            payment_purpose: purpose.into(),
            self_employed_info: person,
            sum,
            revenue_type_code: None,
            collection_amount: None,
        }
    }

    /// The kind of income; the same in the whole registry, and fitting the purpose.
    #[must_use]
    pub fn revenue_type(mut self, code: RevenueType) -> Self {
        self.revenue_type_code = Some(code);
        self
    }

    /// Roubles that were withheld on enforcement (взысканная сумма).
    #[must_use]
    pub fn collection_amount(mut self, withheld: Money) -> Self {
        self.collection_amount = Some(withheld);
        self
    }

    /// The caller's number of the line.
    #[must_use]
    pub fn number(&self) -> i32 {
        self.number
    }

    /// Roubles.
    #[must_use]
    pub fn sum(&self) -> Money {
        self.sum
    }

    pub(super) fn common(&self) -> CommonLine<'_> {
        let person = &self.self_employed_info;
        CommonLine {
            number: self.number,
            account: self.account_number.expose(),
            purpose: self.payment_purpose.expose(),
            first_name: person.first_name.expose(),
            last_name: person.last_name.expose(),
            middle_name: person
                .middle_name
                .as_ref()
                .map(|name| name.expose().as_str()),
            sum: self.sum,
            collection_amount: self.collection_amount,
            revenue_type: self.revenue_type_code.as_ref(),
            person: "selfEmployedInfo",
        }
    }
}
