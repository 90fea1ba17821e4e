//! A registry of the self-employed as the bank shows it: its card, and the list.

use rubank_core::lenient::{Rows, integer, text};
use rubank_core::model;
use rubank_core::money::{self, Money};
use rubank_core::personal::Personal;
use rubank_core::rate::RateClass;
use rubank_core::types::Account;

use crate::provider::{SECURED, scope};
use crate::registry::{LineStatus, RegistryStatus, RevenueType};
use crate::views::{card, list};

card! {
    /// The card of a registry of the self-employed: state, count, total and lines. It can be polled.
    ///
    /// **The bank asks for one look in ten minutes per registry**, beside one in a second; the client keeps both, so a
    /// second look waits, or fails at once as `ErrorKind::RateLimited` when the deadline is shorter.
    ///
    /// # Source
    ///
    /// The bank's page "get information on a payment registry", payouts to the self-employed, T-API: route and request
    /// are documented, the answer is that of public client code.
    pub struct GetSelfEmployedRegistry -> SelfEmployedRegistry {
        id: "tbank-registry.get-self-employed-registry",
        route: "/api/v1/self-employed/payment-registry/{paymentRegistryId}",
        scopes: scope::SELF_EMPLOYED_MANAGE,
        pace: "tbank-registry.self-employed-registry-card",
    }
}

model! {
    /// A registry of the self-employed.
    #[derive(Eq)]
    pub struct SelfEmployedRegistry {
        /// Its state.
        pub status: RegistryStatus = shown "status",
        /// When to send it. The form is not known: the text as it came.
        pub load_date: Option<String> = shown "loadDate" as text::option,
        /// How many lines.
        pub payments_count: Option<i64> = shown "paymentsCount" as integer::option,
        /// Roubles in all.
        pub total_sum: Option<Money> = "totalSum" as money::as_number::option,
        /// The lines; one that cannot be read does not hide the others.
        pub payments: Rows<SelfEmployedCardLine> = shown "payments",
    }
}

model! {
    /// A line of a card.
    #[derive(Eq)]
    pub struct SelfEmployedCardLine {
        /// The caller's number of the line.
        pub number: Option<i64> = shown "number" as integer::option,
        /// How far it got.
        pub status: Option<LineStatus> = shown "status",
        /// Who gets it.
        pub self_employed_info: Option<SelfEmployedInfo> = "selfEmployedInfo",
        /// Where to.
        pub account_number: Option<Account> = "accountNumber",
        /// What for.
        pub payment_purpose: Option<Personal<String>> = "paymentPurpose",
        /// Roubles.
        pub sum: Option<Money> = "sum" as money::as_number::option,
        /// The kind of income.
        pub revenue_type_code: Option<RevenueType> = shown "revenueTypeCode",
        /// Roubles withheld on enforcement.
        pub collection_amount: Option<Money> = "collectionAmount" as money::as_number::option,
    }
}

model! {
    /// A self-employed person in a card.
    #[derive(Eq)]
    pub struct SelfEmployedInfo {
        /// First name.
        pub first_name: Option<Personal<String>> = "firstName",
        /// Last name.
        pub last_name: Option<Personal<String>> = "lastName",
        /// Patronymic.
        pub middle_name: Option<Personal<String>> = "middleName",
    }
}

list! {
    /// Lists registries of the self-employed that were made in a period, up to 50 to a page.
    ///
    /// The order is not said, so rows may shift between pages while registries are made; each comes once by its number.
    ///
    /// # Rules
    ///
    /// At most ten states; no period that ends before it starts.
    ///
    /// # Source
    ///
    /// Public client code that talks to the bank, and the twin for employees: route, request and answer are inferred.
    pub struct ListSelfEmployedRegistries {
        id: "tbank-registry.list-self-employed-registries",
        route: "/api/v1/self-employed/payment-registry/list",
        scopes: scope::SELF_EMPLOYED_MANAGE,
        provenance: [Inferred, Inferred, Inferred],
    }
}
