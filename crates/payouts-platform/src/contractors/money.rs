//! Where a contractor is paid, and what the platform owes them.

use rubank_core::lenient;
use rubank_core::money::{self, Money};
use rubank_core::operation::{
    Answer, Checks, Effect, HostId, InvalidRequest, Method, Operation, OperationMeta, Parts,
};
use rubank_core::personal::Personal;
use rubank_core::raw::Raw;
use rubank_core::read::ReadError;
use rubank_core::types::{Account, Inn};
use rubank_core::{model, open_enum};

use super::model::ContractorAgent;
use crate::forms::Moment;
use crate::ids::{BalanceId, ContractorId, RequisiteId, SbpBankId};
use crate::paging::{Item, Page, Window, row_key};
use crate::payments::Icon;
use crate::provider::{PayoutsPlatform, ROUTE_INFERRED, request};
use crate::requisites::RequisiteType;

/// Declares a list of things that belong to a contractor.
macro_rules! list_of {
    (
        $(#[$meta:meta])*
        $List:ident of $Row:ident, $id:literal at $route:literal
        $(, with { $($(#[$flag_meta:meta])* $flag:ident = $word:literal)+ })?
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct $List {
            contractor: ContractorId,
            include: Option<&'static str>,
            window: Window,
        }

        impl $List {
            /// All of this contractor, from the first page, a hundred to a page.
            pub fn new(contractor: impl Into<ContractorId>) -> Self {
                Self {
                    contractor: contractor.into(),
                    include: None,
                    window: Window::default(),
                }
            }

            $($(
                $(#[$flag_meta])*
                #[must_use]
                pub const fn $flag(mut self) -> Self {
                    self.include = Some($word);
                    self
                }
            )+)?

            /// From this page, counted from 1.
            #[must_use]
            pub const fn page(mut self, page: u64) -> Self {
                self.window.page = page;
                self
            }

            /// Rows to a page, one of [`PER_PAGE`](crate::PER_PAGE).
            #[must_use]
            pub const fn per_page(mut self, rows: u32) -> Self {
                self.window.per_page = rows;
                self
            }
        }

        impl Operation for $List {
            type Provider = PayoutsPlatform;
            type Output = Page<$Row>;

            const META: OperationMeta =
                OperationMeta::new($id, Effect::Read, Method::Get, HostId::API, $route)
                    .provenance(ROUTE_INFERRED);

            fn parts(&self) -> Result<Parts, InvalidRequest> {
                let mut checks = Checks::new();
                self.window.check(&mut checks);
                checks.finish()?;
                let parts = request()
                    .path("contractor_id", self.contractor.to_string())
                    .query_opt("include", self.include);
                Ok(self.window.put(parts))
            }

            fn parse(answer: &Answer) -> Result<Page<$Row>, ReadError> {
                answer.json()
            }
        }

        crate::paging::paged!($List of $Row, its window is window, |row| row_key(row.id, row));
    };
}

list_of! {
    /// Lists where a contractor can be paid.
    ///
    /// **The answer holds card numbers in full**: whoever calls this falls under PCI DSS. They never print, and are
    /// not stored by anything here.
    ///
    /// # Source
    ///
    /// The 1C page, contractors: request and answer are documented; the path is that of the vendor's OpenAPI document.
    ListRequisites of ContractorRequisite,
    "payouts-platform.list-requisites" at "/contractors/{contractor_id}/requisites"
}

list_of! {
    /// Lists what the platform owes a contractor, by balance.
    ///
    /// # Source
    ///
    /// As [`ListRequisites`].
    ListBalances of Balance,
    "payouts-platform.list-balances" at "/contractors/{contractor_id}/balances",
    with {
        /// With the legal entity of each.
        include_agent = "agent"
    }
}

/// Gets one balance of a contractor.
///
/// # Source
///
/// As [`ListRequisites`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GetBalance {
    contractor: ContractorId,
    balance: BalanceId,
    include: Option<&'static str>,
}

impl GetBalance {
    /// This one.
    pub fn new(contractor: impl Into<ContractorId>, balance: impl Into<BalanceId>) -> Self {
        Self {
            contractor: contractor.into(),
            balance: balance.into(),
            include: None,
        }
    }

    /// With its legal entity.
    #[must_use]
    pub const fn include_agent(mut self) -> Self {
        self.include = Some("agent");
        self
    }
}

impl Operation for GetBalance {
    type Provider = PayoutsPlatform;
    type Output = Item<Balance>;

    const META: OperationMeta = OperationMeta::new(
        "payouts-platform.get-balance",
        Effect::Read,
        Method::Get,
        HostId::API,
        "/contractors/{contractor_id}/balances/{balance_id}",
    )
    .provenance(ROUTE_INFERRED);

    fn parts(&self) -> Result<Parts, InvalidRequest> {
        Ok(request()
            .path("contractor_id", self.contractor.to_string())
            .path("balance_id", self.balance.to_string())
            .query_opt("include", self.include))
    }

    fn parse(answer: &Answer) -> Result<Item<Balance>, ReadError> {
        answer.json()
    }
}

model! {
    /// Where a contractor can be paid (платёжный реквизит).
    #[derive(Eq)]
    pub struct ContractorRequisite {
        /// The platform's number of it.
        pub id: Option<RequisiteId> = shown "id",
        /// What the contractor calls it.
        pub display_name: Option<Personal<String>> = "display_name",
        /// A phone, or the end of a card number.
        pub description: Option<Personal<String>> = "description",
        /// What it is.
        pub kind: Option<RequisiteType> = shown "type",
        /// Its picture.
        pub icon: Option<Icon> = "icon",
        /// Whether it can be paid to.
        pub is_available: Option<bool> = shown "is_available" as lenient::flag::option,
        /// Whether it is paid to by default.
        pub is_default: Option<bool> = shown "is_default" as lenient::flag::option,
        /// The requisite itself.
        pub requisite: Option<RequisiteFields> = "requisite",
        /// When it was made.
        pub created_at: Option<Moment> = shown "created_at",
    }
}

model! {
    /// A requisite itself.
    #[derive(Eq)]
    pub struct RequisiteFields {
        /// The bank.
        pub bank_name: Option<String> = "bank_name" as lenient::text::option,
        /// **A card number in full**, a phone with or without plus, or an account.
        pub account_number: Option<Account> = "account_number",
        /// What is written into the payment.
        pub payment_text: Option<Personal<String>> = "payment_text",
        /// The bank's BIC.
        pub bik: Option<String> = "bik" as lenient::text::option,
        /// The bank in SBP.
        pub sbp_bank_id: Option<SbpBankId> = "sbp_bank_id",
        /// INN.
        pub inn: Option<Inn> = "inn",
        /// Surname.
        pub last_name: Option<Personal<String>> = "last_name",
        /// First name.
        pub first_name: Option<Personal<String>> = "first_name",
        /// Patronymic.
        pub middle_name: Option<Personal<String>> = "middle_name",
    }
}

model! {
    /// A balance (баланс) of a contractor, roubles.
    #[derive(Eq)]
    pub struct Balance {
        /// The platform's number of it.
        pub id: Option<BalanceId> = shown "id",
        /// What can be paid out.
        pub balance: Option<Money> = "balance" as money::as_number::option,
        /// What is held back.
        pub frozen_balance: Option<Money> = "frozen_balance" as money::as_number::option,
        /// Where it comes from.
        pub kind: Option<BalanceType> = shown "type",
        /// The integration that feeds it.
        pub integration: Option<BalanceIntegration> = "integration",
        /// The customer's own balance; the page's sample has null, what else it holds was not published.
        pub customer_balance: Option<Raw> = "customer_balance",
        /// The legal entity; on demand.
        pub agent: Option<ContractorAgent> = "agent",
        /// When it was made.
        pub created_at: Option<Moment> = shown "created_at",
    }
}

model! {
    /// Where a balance comes from.
    #[derive(Eq)]
    pub struct BalanceType {
        /// Which.
        pub id: Option<BalanceKind> = shown "id",
        /// Its name for people.
        pub name: Option<String> = "name" as lenient::text::option,
    }
}

open_enum! {
    /// Where a balance comes from (`type.id`). Only one was published.
    pub enum BalanceKind: integer {
        /// Yandex.Pro.
        YandexPro = 6,
    }
}

model! {
    /// An integration of the cabinet.
    #[derive(Eq)]
    pub struct BalanceIntegration {
        /// The platform's number of it.
        pub id: Option<i64> = shown "id" as lenient::integer::option,
        /// What the customer calls it.
        pub name: Option<String> = "name" as lenient::text::option,
    }
}
