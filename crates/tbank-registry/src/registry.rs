//! What registries of both families share: states, lists, checks of lines.

use rubank_core::lenient::{Rows, integer, promised, text};
use rubank_core::money::{self, Kopecks, Money};
use rubank_core::operation::{Checks, InvalidRequest, Parts};
use rubank_core::paging::{RowKey, after_offset};
use rubank_core::polling::PollState;
use rubank_core::types::LocalDate;
use rubank_core::{model, open_enum};
use serde::Serialize;

use crate::ids::PaymentRegistryId;

const MOST_STATUSES: usize = 10;

open_enum! {
    /// State of a registry (статус реестра).
    pub enum RegistryStatus {
        /// Built and not signed.
        Draft = "DRAFT",
        /// Could not be built or sent.
        Error = "ERROR",
        /// Being signed. Named by the filter of the list only.
        Submitted = "SUBMITTED",
        /// Being executed. Named by the filter of the list only.
        Processing = "PROCESSING",
        /// Signed and waiting for funds: *not* paid.
        Accepted = "ACCEPTED",
        /// Every line was executed.
        Executed = "EXECUTED",
        /// Some lines were executed; look at each.
        PartlyExecuted = "PART_EXEC",
        /// No line was executed.
        Rejected = "REJECTED",
        /// Withdrawn.
        Cancelled = "CANCELLED",
        /// Deleted.
        Deleted = "DELETED",
    }
}

impl RegistryStatus {
    /// Whether the registry will not change any more. A state that nobody knows is not final.
    #[must_use]
    pub const fn is_final(&self) -> bool {
        matches!(
            self,
            Self::Error
                | Self::Executed
                | Self::PartlyExecuted
                | Self::Rejected
                | Self::Cancelled
                | Self::Deleted
        )
    }

    pub(crate) const fn poll_state(&self) -> PollState {
        match self {
            Self::Draft => PollState::NeedsPerson,
            status if status.is_final() => PollState::Final,
            _ => PollState::Running,
        }
    }
}

open_enum! {
    /// State of one line of a registry.
    pub enum LineStatus {
        /// Nothing happened to it yet.
        Waiting = "WAITING",
        /// Taken.
        Accepted = "ACCEPTED",
        /// The money arrived.
        Executed = "EXECUTED",
        /// It did not.
        Rejected = "REJECTED",
        /// Withdrawn.
        Cancelled = "CANCELLED",
        /// Deleted.
        Deleted = "DELETED",
    }
}

impl LineStatus {
    /// Whether the line has failed for good. A state that nobody knows has not.
    #[must_use]
    pub const fn has_failed(&self) -> bool {
        matches!(self, Self::Rejected | Self::Cancelled | Self::Deleted)
    }
}

open_enum! {
    /// The kind of income (код вида дохода) by instruction 5286-U of the Bank of Russia: what a bailiff may take of it.
    /// One for a whole registry, and it must fit the purpose.
    pub enum RevenueType {
        /// Wages and other income that may be taken in part.
        Wages = "1",
        /// Income that may not be taken and does not come regularly.
        Exempt = "2",
        /// Income that may not be taken and comes regularly.
        ExemptRegular = "3",
        /// Compensation for harm to health that comes once.
        Compensation = "4",
        /// The same, regularly.
        CompensationRegular = "5",
    }
}

/// What bad lines do to the registry they stand in (`registryCreateType`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
pub enum BadLines {
    /// `FAIL_ERRORS`: one bad line, and nothing is built. The bank's default.
    #[serde(rename = "FAIL_ERRORS")]
    FailAll,
    /// `IGNORE_ERRORS`: the registry is built without them, **smaller than was asked**. Compare its card with what was
    /// sent before paying, as [`flows::prepare_and_sign`](crate::flows::prepare_and_sign) does.
    #[serde(rename = "IGNORE_ERRORS")]
    LeaveOut,
}

model! {
    /// Up to 50 registries of a list.
    #[derive(Eq)]
    pub struct RegistryPage {
        /// The registries. An answer without them is an error, not "there is none".
        pub registries: Rows<RegistryRow> = shown "paymentOrders" as promised,
    }
}

model! {
    /// A registry in a list.
    #[derive(Eq)]
    pub struct RegistryRow {
        /// Its number.
        pub number: Option<PaymentRegistryId> = shown "number",
        /// When it was made. The form is not known: the text as it came.
        pub date: Option<String> = shown "date" as text::option,
        /// How many lines.
        pub count: Option<i64> = shown "count" as integer::option,
        /// Roubles in all.
        pub sum: Option<Money> = "sum" as money::as_number::option,
        /// Its state.
        pub status: Option<RegistryStatus> = shown "status",
    }
}

impl RegistryRow {
    pub(crate) fn key(&self) -> RowKey {
        match self.number {
            Some(number) => RowKey::Id(number.to_string()),
            None => RowKey::Content(serde_json::to_string(self).unwrap_or_default()),
        }
    }
}

/// Which registries a list is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Filter {
    pub(crate) offset: u64,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) statuses: Vec<RegistryStatus>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) period_start: Option<LocalDate>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) period_end: Option<LocalDate>,
}

impl Filter {
    pub(crate) fn parts(&self) -> Result<Parts, InvalidRequest> {
        let mut checks = Checks::new();
        let count = self.statuses.len();
        checks.that(
            count <= MOST_STATUSES,
            "statuses",
            "must have at most 10 items",
            || format!("a list of {count}"),
        );
        check_period(
            &mut checks,
            "periodEnd".to_owned(),
            self.period_start.as_ref(),
            self.period_end.as_ref(),
        );
        checks.finish()?;
        Parts::new().json(self)
    }

    /// Until an empty page: how many rows a full one has is said ("up to 50"), that a shorter one is the last is not.
    pub(crate) fn after(&self, received: usize) -> Option<Self> {
        let offset = after_offset(self.offset, 1, received)?;
        Some(Self {
            offset,
            ..self.clone()
        })
    }
}

pub(crate) fn check_period(
    checks: &mut Checks,
    field: String,
    start: Option<&LocalDate>,
    end: Option<&LocalDate>,
) {
    if let (Some(start), Some(end)) = (start, end) {
        checks.that(
            start.value() <= end.value(),
            field,
            "must not be before the start",
            || format!("{start} to {end}"),
        );
    }
}

/// A line of either family, for the rules that both have.
pub(crate) struct CommonLine<'a> {
    pub(crate) number: i32,
    pub(crate) account: &'a str,
    pub(crate) purpose: &'a str,
    pub(crate) first_name: &'a str,
    pub(crate) last_name: &'a str,
    pub(crate) middle_name: Option<&'a str>,
    pub(crate) sum: Money,
    pub(crate) collection_amount: Option<Money>,
    pub(crate) revenue_type: Option<&'a RevenueType>,
    /// `employeeInfo`, `selfEmployedInfo`
    pub(crate) person: &'static str,
}

impl CommonLine<'_> {
    /// The rules of one line; `place` is its `payments[3]`.
    pub(crate) fn check(&self, checks: &mut Checks, place: &str) {
        let field = |name: &str| format!("{place}.{name}");
        checks
            .not_blank(field("accountNumber"), self.account)
            .not_blank(field("paymentPurpose"), self.purpose);
        let person = self.person;
        checks
            .not_blank(field(&format!("{person}.firstName")), self.first_name)
            .not_blank(field(&format!("{person}.lastName")), self.last_name);
        if let Some(name) = self.middle_name {
            checks.not_blank(field(&format!("{person}.middleName")), name);
        }
        checks.that(
            self.sum.is_positive() && is_whole_kopecks(self.sum),
            field("sum"),
            "must be at least 0.01, in whole kopecks",
            || "another sum".to_owned(),
        );
        if let Some(amount) = self.collection_amount {
            checks.that(
                amount >= Money::ZERO && is_whole_kopecks(amount),
                field("collectionAmount"),
                "must be at least 0, in whole kopecks",
                || "another sum".to_owned(),
            );
        }
        if let Some(code) = self.revenue_type {
            checks.that(
                code.is_known(),
                field("revenueTypeCode"),
                "must be 1 to 5",
                || "another code".to_owned(),
            );
        }
    }
}

/// The rules of all lines together: at least one, each number once (results are told by it), one kind of income.
pub(crate) fn check_lines(checks: &mut Checks, lines: &[CommonLine<'_>]) {
    checks.that(!lines.is_empty(), "payments", "must not be empty", || {
        "a list of 0".to_owned()
    });
    let mut numbers = std::collections::BTreeSet::new();
    let first_type = lines.iter().find_map(|line| line.revenue_type);
    for (index, line) in lines.iter().enumerate() {
        let place = format!("payments[{index}]");
        line.check(checks, &place);
        checks.that(
            numbers.insert(line.number),
            format!("{place}.number"),
            "must not repeat a number: results are told by it",
            || line.number.to_string(),
        );
        checks.that(
            line.revenue_type
                .is_none_or(|code| Some(code) == first_type),
            format!("{place}.revenueTypeCode"),
            "must be the same in the whole registry",
            || "another code".to_owned(),
        );
    }
}

fn is_whole_kopecks(money: Money) -> bool {
    Kopecks::try_from(money).is_ok()
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;

    #[test]
    fn final_states_are_those_that_never_change() {
        let finals = RegistryStatus::known()
            .iter()
            .filter(|text| RegistryStatus::from(**text).is_final());
        let finals: Vec<_> = finals.copied().collect();
        assert_eq!(
            finals,
            [
                "ERROR",
                "EXECUTED",
                "PART_EXEC",
                "REJECTED",
                "CANCELLED",
                "DELETED"
            ]
        );
        assert!(!RegistryStatus::from("NEVER_SEEN").is_final());
        assert_eq!(RegistryStatus::Draft.poll_state(), PollState::NeedsPerson);
        assert_eq!(RegistryStatus::Accepted.poll_state(), PollState::Running);
        assert_eq!(RegistryStatus::Rejected.poll_state(), PollState::Final);
    }

    #[test]
    fn a_filter_has_at_most_ten_states_and_a_period_that_runs_forward() {
        let rows = [
            (10, date!(2024 - 05 - 01), date!(2024 - 05 - 01), None),
            (
                11,
                date!(2024 - 05 - 01),
                date!(2024 - 05 - 31),
                Some("statuses"),
            ),
            (
                0,
                date!(2024 - 05 - 02),
                date!(2024 - 05 - 01),
                Some("periodEnd"),
            ),
        ];
        for (count, start, end, broken) in rows {
            let filter = Filter {
                statuses: vec![RegistryStatus::Accepted; count],
                period_start: Some(start.into()),
                period_end: Some(end.into()),
                ..Filter::default()
            };
            let refused = filter.parts().err();
            let field = refused
                .as_ref()
                .map(|refused| refused.violations()[0].field());
            assert_eq!(field, broken);
        }
    }

    #[test]
    fn pages_end_with_an_empty_one() {
        let filter = Filter::default();
        for (received, expected) in [(50, Some(50)), (7, Some(7)), (0, None)] {
            assert_eq!(filter.after(received).map(|next| next.offset), expected);
        }
    }
}
