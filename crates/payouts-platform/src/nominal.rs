//! The nominal account: what came in, and what was paid out of it.

use rubank_core::model;
use rubank_core::money::{self, Money};
use rubank_core::operation::{
    Answer, Checks, Effect, HostId, InvalidRequest, Method, Operation, OperationMeta, Parts,
};
use rubank_core::personal::Personal;
use rubank_core::read::ReadError;
use rubank_core::types::Inn;
use time::macros::datetime;

use crate::forms::Moment;
use crate::paging::{Page, Window, content};
use crate::period::{Period, When};
use crate::provider::{PayoutsPlatform, ROUTE_UNVERIFIED, request};

crate::catalogue::area! {
    ListNominalPayouts => || ListNominalPayouts::new()
        .date_from(datetime!(2023-10-01 00:00 +3))
        .date_to(datetime!(2024-03-13 15:32:01 +3))
        .per_page(20),
    ListNominalIncomings => || ListNominalIncomings::new()
        .date_from(datetime!(2023-10-01 00:00 +3))
        .date_to(datetime!(2024-03-13 15:32:01 +3))
        .per_page(20),
}

/// Lists the payouts of the nominal account, a hundred to a page unless told otherwise. They have no identifiers, so two that
/// say the same may be two: keep whole days, and compare sums.
///
/// **Nobody published its path**: until you set it with `ClientBuilder::override_route`, or opt in with
/// `allow_unverified_paths`, it is refused before anything is sent.
///
/// # Source
///
/// The 1C page, nominal account: request and answer are documented; the path is unverified.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListNominalPayouts {
    period: Period,
    window: Window,
}

impl ListNominalPayouts {
    /// All payouts.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Only those of this day or moment, or later, by when they were paid.
    #[must_use]
    pub fn date_from(mut self, end: impl Into<When>) -> Self {
        self.period.from = Some(end.into());
        self
    }

    /// Only those of this day or moment, or earlier, by when they were paid.
    #[must_use]
    pub fn date_to(mut self, end: impl Into<When>) -> Self {
        self.period.to = Some(end.into());
        self
    }

    /// The page, from 1.
    #[must_use]
    pub fn page(mut self, page: u64) -> Self {
        self.window.page = page;
        self
    }

    /// Rows to a page: one of [`PER_PAGE`](crate::PER_PAGE).
    #[must_use]
    pub fn per_page(mut self, rows: u32) -> Self {
        self.window.per_page = rows;
        self
    }
}

model! {
    /// A payout of the nominal account.
    #[derive(Eq)]
    pub struct NominalPayout {
        /// When it was paid; the platform spells it so.
        pub paid_at: Option<Moment> = shown "payed_at",
        /// Who got it.
        pub recipient_inn: Option<Inn> = "recipient_inn",
        /// Roubles.
        pub amount: Option<Money> = "amount" as money::as_number::option,
        /// The contractor it was paid for.
        pub contractor_inn: Option<Inn> = "contractor_inn",
        /// What it was for.
        pub purpose: Option<Personal<String>> = "purpose",
        /// The customer's legal entity.
        pub organization_inn: Option<Inn> = "organization_inn",
    }
}

/// Lists what came into the nominal account, a hundred to a page unless told otherwise. They have no identifiers, so two that
/// say the same may be two: keep whole days, and compare sums.
///
/// **Nobody published its path**: until you set it with `ClientBuilder::override_route`, or opt in with
/// `allow_unverified_paths`, it is refused before anything is sent.
///
/// # Source
///
/// The 1C page, nominal account: request and answer are documented; the path is unverified.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListNominalIncomings {
    period: Period,
    window: Window,
}

impl ListNominalIncomings {
    /// All incomings.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Only those of this day or moment, or later, by when they came in.
    #[must_use]
    pub fn date_from(mut self, end: impl Into<When>) -> Self {
        self.period.from = Some(end.into());
        self
    }

    /// Only those of this day or moment, or earlier, by when they came in.
    #[must_use]
    pub fn date_to(mut self, end: impl Into<When>) -> Self {
        self.period.to = Some(end.into());
        self
    }

    /// The page, from 1.
    #[must_use]
    pub fn page(mut self, page: u64) -> Self {
        self.window.page = page;
        self
    }

    /// Rows to a page: one of [`PER_PAGE`](crate::PER_PAGE).
    #[must_use]
    pub fn per_page(mut self, rows: u32) -> Self {
        self.window.per_page = rows;
        self
    }
}

model! {
    /// Money that came into the nominal account.
    #[derive(Eq)]
    pub struct NominalIncoming {
        /// When it was charged to the payer.
        pub charged_at: Option<Moment> = shown "charged_at",
        /// The date of its payment document.
        pub drawn_at: Option<Moment> = shown "draw_at",
        /// When the bank authorised it.
        pub authorized_at: Option<Moment> = shown "authorized_at",
        /// Who paid.
        pub payer_inn: Option<Inn> = "payer_inn",
        /// Roubles.
        pub amount: Option<Money> = "amount" as money::as_number::option,
        /// What it was for.
        pub purpose: Option<Personal<String>> = "purpose",
        /// The customer's legal entity.
        pub organization_inn: Option<Inn> = "organization_inn",
        /// When it was told whose it is.
        pub identified_at: Option<Moment> = shown "identification_date",
    }
}

fn asked(period: &Period, window: Window) -> Result<Parts, InvalidRequest> {
    let mut checks = Checks::new();
    period.check(&mut checks, "date_from");
    window.check(&mut checks);
    checks.finish()?;
    Ok(window.put(period.put(request(), "date_from", "date_to")))
}

impl Operation for ListNominalPayouts {
    type Provider = PayoutsPlatform;
    type Output = Page<NominalPayout>;

    const META: OperationMeta = OperationMeta::new(
        "payouts-platform.list-nominal-payouts",
        Effect::Read,
        Method::Get,
        HostId::API,
        "/unverified/payouts-platform.list-nominal-payouts",
    )
    .provenance(ROUTE_UNVERIFIED);

    fn parts(&self) -> Result<Parts, InvalidRequest> {
        asked(&self.period, self.window)
    }

    fn parse(answer: &Answer) -> Result<Page<NominalPayout>, ReadError> {
        answer.json()
    }
}

crate::paging::paged!(ListNominalPayouts of NominalPayout, its window is window, |row| content(row));

impl Operation for ListNominalIncomings {
    type Provider = PayoutsPlatform;
    type Output = Page<NominalIncoming>;

    const META: OperationMeta = OperationMeta::new(
        "payouts-platform.list-nominal-incomings",
        Effect::Read,
        Method::Get,
        HostId::API,
        "/unverified/payouts-platform.list-nominal-incomings",
    )
    .provenance(ROUTE_UNVERIFIED);

    fn parts(&self) -> Result<Parts, InvalidRequest> {
        asked(&self.period, self.window)
    }

    fn parse(answer: &Answer) -> Result<Page<NominalIncoming>, ReadError> {
        answer.json()
    }
}

crate::paging::paged!(ListNominalIncomings of NominalIncoming, its window is window, |row| content(row));

#[cfg(test)]
mod tests;
