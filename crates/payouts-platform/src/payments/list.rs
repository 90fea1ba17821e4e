//! Payouts page by page, in either model.

use rubank_core::operation::{
    Answer, Checks, Effect, HostId, InvalidRequest, Method, Operation, OperationMeta, Parts,
};
use rubank_core::read::ReadError;

use super::include::{Include, IncludeV2};
use super::model::Payment;
use super::model_v2::PaymentV2;
use super::status::PaymentStatus;
use crate::ids::{AgentId, BranchOfficeId, ContractorId, PaymentId};
use crate::paging::{Page, Window, check_wanted, comma_list, row_key};
use crate::period::{Period, When};
use crate::provider::{PayoutsPlatform, ROUTE_INFERRED, request};

/// What both lists are narrowed by.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Filter {
    status: Option<PaymentStatus>,
    ids: Option<Vec<PaymentId>>,
    contractor_ids: Option<Vec<ContractorId>>,
    agent_ids: Option<Vec<AgentId>>,
    branch_office_ids: Option<Vec<BranchOfficeId>>,
    has_acceptance_certificate: Option<bool>,
    created: Period,
    window: Window,
}

impl Filter {
    fn check(&self, status: &'static str, wanted: &[i64]) -> Result<(), InvalidRequest> {
        let mut checks = Checks::new();
        if let Some(given) = &self.status {
            checks.that(
                given
                    .number()
                    .is_some_and(|number| wanted.contains(&number)),
                status,
                "is not among the states that can be asked for",
                || given.as_str().chars().take(3).collect(),
            );
        }
        check_wanted(&mut checks, "ids", self.ids.as_deref());
        check_wanted(
            &mut checks,
            "contractor_ids",
            self.contractor_ids.as_deref(),
        );
        check_wanted(&mut checks, "agent_ids", self.agent_ids.as_deref());
        let branches = self.branch_office_ids.as_deref();
        check_wanted(&mut checks, "branch_office_ids", branches);
        self.created.check(&mut checks, "created_at_from");
        self.window.check(&mut checks);
        checks.finish()
    }

    fn put(&self, parts: Parts, status: &'static str) -> Parts {
        let parts = parts
            .query_opt(status, self.status.as_ref().map(PaymentStatus::as_str))
            .query_opt("ids", self.ids.as_deref().and_then(comma_list))
            .query_opt(
                "contractor_ids",
                self.contractor_ids.as_deref().and_then(comma_list),
            )
            .query_opt("agent_ids", self.agent_ids.as_deref().and_then(comma_list))
            .query_opt(
                "branch_office_ids",
                self.branch_office_ids.as_deref().and_then(comma_list),
            )
            .query_opt(
                "has_acceptance_certificate",
                self.has_acceptance_certificate,
            );
        let parts = self.created.put(parts, "created_at_from", "created_at_to");
        self.window.put(parts)
    }
}

/// Declares a list of payouts: both models have the same filters, under one different name.
macro_rules! list_of_payments {
    (
        $(#[$meta:meta])*
        $List:ident of $Payment:ident including $Include:ident,
        $id:literal at $route:literal, $status:literal in $statuses:expr
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, Default, PartialEq, Eq)]
        pub struct $List {
            include: Vec<$Include>,
            filter: Filter,
        }

        impl $List {
            /// All payouts, from the first page, a hundred to a page.
            pub fn new() -> Self {
                Self::default()
            }

            /// With this, too.
            #[must_use]
            pub fn include(mut self, what: $Include) -> Self {
                self.include.push(what);
                self
            }

            #[doc = concat!("Only in this state (`", $status, "`).")]
            #[must_use]
            pub fn status(mut self, status: PaymentStatus) -> Self {
                self.filter.status = Some(status);
                self
            }

            /// Only these payouts: how to look at many at once. An empty list is refused.
            #[must_use]
            pub fn ids(mut self, ids: impl IntoIterator<Item = PaymentId>) -> Self {
                self.filter.ids = Some(ids.into_iter().collect());
                self
            }

            /// Only to these contractors.
            #[must_use]
            pub fn contractors(mut self, ids: impl IntoIterator<Item = ContractorId>) -> Self {
                self.filter.contractor_ids = Some(ids.into_iter().collect());
                self
            }

            /// Only from these legal entities.
            #[must_use]
            pub fn agents(mut self, ids: impl IntoIterator<Item = AgentId>) -> Self {
                self.filter.agent_ids = Some(ids.into_iter().collect());
                self
            }

            /// Only from these branches.
            #[must_use]
            pub fn branch_offices(mut self, ids: impl IntoIterator<Item = BranchOfficeId>) -> Self {
                self.filter.branch_office_ids = Some(ids.into_iter().collect());
                self
            }

            /// Only with, or without, an acceptance certificate.
            #[must_use]
            pub fn has_acceptance_certificate(mut self, has: bool) -> Self {
                self.filter.has_acceptance_certificate = Some(has);
                self
            }

            /// Only made at this moment or day, or later.
            #[must_use]
            pub fn created_from(mut self, from: impl Into<When>) -> Self {
                self.filter.created.from = Some(from.into());
                self
            }

            /// Only made at this moment or day, or earlier.
            #[must_use]
            pub fn created_to(mut self, to: impl Into<When>) -> Self {
                self.filter.created.to = Some(to.into());
                self
            }

            /// From this page, counted from 1.
            #[must_use]
            pub fn page(mut self, page: u64) -> Self {
                self.filter.window.page = page;
                self
            }

            /// Rows to a page, one of [`PER_PAGE`](crate::PER_PAGE).
            #[must_use]
            pub fn per_page(mut self, rows: u32) -> Self {
                self.filter.window.per_page = rows;
                self
            }
        }

        impl Operation for $List {
            type Provider = PayoutsPlatform;
            type Output = Page<$Payment>;

            const META: OperationMeta =
                OperationMeta::new($id, Effect::Read, Method::Get, HostId::API, $route)
                    .provenance(ROUTE_INFERRED);

            fn parts(&self) -> Result<Parts, InvalidRequest> {
                self.filter.check($status, $statuses)?;
                let parts = request().query_opt("include", comma_list(&self.include));
                Ok(self.filter.put(parts, $status))
            }

            fn parse(answer: &Answer) -> Result<Page<$Payment>, ReadError> {
                answer.json()
            }
        }

        crate::paging::paged!($List of $Payment, its window is filter.window, |row| row_key(row.id, row));
    };
}

list_of_payments! {
    /// Lists payouts in the older model.
    ///
    /// ```no_run
    /// # async fn f(client: payouts_platform::Client) -> Result<(), payouts_platform::Error> {
    /// use payouts_platform::time::{Date, Month};
    /// use payouts_platform::{Include, ListPayments};
    ///
    /// let march = ListPayments::new()
    ///     .include(Include::Requisite)
    ///     .created_from(Date::from_calendar_date(2024, Month::March, 1).unwrap())
    ///     .created_to(Date::from_calendar_date(2024, Month::March, 31).unwrap());
    /// let mut payments = client.items(march); // page by page behind the scenes, each payout once
    /// while let Some(payment) = payments.next().await {
    ///     let payment = payment?;
    ///     println!("{:?} {:?}", payment.id, payment.amount);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// The order is the platform's own and not published, so rows may shift between pages while payouts are made: read
    /// a period that is over. State 7 cannot be asked for here, and may come all the same.
    ///
    /// # Source
    ///
    /// The 1C page, payouts: request and answer are documented; the path is that of the vendor's OpenAPI document.
    ListPayments of Payment including Include,
    "payouts-platform.list-payments" at "/payments", "status" in &[1, 2, 3, 4, 5, 6, 8]
}

list_of_payments! {
    /// Lists payouts in the newer model; see [`ListPayments`] for an example and for the order.
    ///
    /// # Source
    ///
    /// The 1C page, payouts: request and answer are documented; the path is concluded from the vendor's habits, with
    /// little confidence. `ClientBuilder::override_route` corrects it.
    ListPaymentsV2 of PaymentV2 including IncludeV2,
    "payouts-platform.list-payments-v2" at "/v2/payments",
    "status_id" in &[1, 2, 3, 4, 5, 6, 7, 8]
}

#[cfg(test)]
mod tests;
