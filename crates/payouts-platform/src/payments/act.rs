//! What goes with a payout: the act that it makes, and the buyer of its receipt.

use rubank_core::money::{self, Money, Quantity};
use rubank_core::open_enum;
use rubank_core::operation::Checks;
use rubank_core::personal::Personal;
use rubank_core::types::{Inn, LocalDate};
use serde::Serialize;
use time::Date;

use super::create::check_sum;
use crate::requisites::no_card;

/// The act (акт оказанных услуг) that the platform makes with a payout.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Act {
    document_number: Personal<String>,
    document_date: LocalDate,
    period_from: LocalDate,
    period_to: LocalDate,
    #[serde(skip_serializing_if = "Option::is_none")]
    template_id: Option<i64>,
    job_types: Vec<Job>,
}

impl Act {
    /// Number and date of the act, and the days that it is for.
    pub fn new(number: impl Into<String>, date: Date, from: Date, to: Date) -> Self {
        Self {
            document_number: Personal::new(number.into()),
            document_date: LocalDate::new(date),
            period_from: LocalDate::new(from),
            period_to: LocalDate::new(to),
            template_id: None,
            job_types: Vec::new(),
        }
    }

    /// By this template of the cabinet.
    #[must_use]
    pub const fn template(mut self, id: i64) -> Self {
        self.template_id = Some(id);
        self
    }

    /// One more kind of work.
    #[must_use]
    pub fn job(mut self, job: Job) -> Self {
        self.job_types.push(job);
        self
    }

    pub(super) fn check(&self, checks: &mut Checks) {
        checks.not_blank("act.document_number", self.document_number.expose());
        no_card(checks, "act.document_number", self.document_number.expose());
        checks.that(
            self.period_from.value() <= self.period_to.value(),
            "act.period_from",
            "must not be later than period_to",
            || "a period that ends before it begins".to_owned(),
        );
        for (index, job) in self.job_types.iter().enumerate() {
            let place = |field: &str| format!("act.job_types[{index}].{field}");
            no_card(checks, place("name"), job.name.expose());
            check_sum(checks, place("price"), job.price);
            checks.that(
                job.measure_id.number().is_some(),
                place("measure_id"),
                "must be a number",
                || format!("{} characters", job.measure_id.as_str().chars().count()),
            );
        }
    }
}

/// One kind of work of an act.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Job {
    name: Personal<String>,
    #[serde(with = "money::as_number")]
    price: Money,
    #[serde(with = "money::as_number")]
    count: Quantity,
    measure_id: JobMeasure,
}

impl Job {
    /// What was done, the price of one in roubles (at most two decimals), and how many.
    pub fn new(
        name: impl Into<String>,
        price: Money,
        count: Quantity,
        measure: JobMeasure,
    ) -> Self {
        Self {
            name: Personal::new(name.into()),
            price,
            count,
            measure_id: measure,
        }
    }
}

open_enum! {
    /// What work is counted in (`measure_id`).
    pub enum JobMeasure: integer {
        /// Hours.
        Hour = 1,
        /// Pieces.
        Piece = 2,
        /// Services.
        Service = 3,
    }
}

/// Whom the receipt of a self-employed contractor names as the buyer; the platform wants both or none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Buyer {
    name: Personal<String>,
    inn: Inn,
}

impl Buyer {
    /// By name and INN.
    pub fn new(name: impl Into<String>, inn: Inn) -> Self {
        Self {
            name: Personal::new(name.into()),
            inn,
        }
    }

    pub(super) fn check(&self, checks: &mut Checks) {
        checks.not_blank("buyer.name", self.name.expose());
        no_card(checks, "buyer.name", self.name.expose());
        checks.that(
            self.inn.is_valid(),
            "buyer.inn",
            "must be an INN with its check digits",
            || format!("{} characters", self.inn.expose().chars().count()),
        );
    }
}
