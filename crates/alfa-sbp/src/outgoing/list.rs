//! The list of outgoing payments.

use rubank_core::lenient::{Rows, promised};
use rubank_core::model;
use rubank_core::money::Kopecks;
use rubank_core::operation::{
    Answer, Checks, Effect, HostId, InvalidRequest, Method, Operation, OperationMeta, Parts,
    Provenance,
};
use rubank_core::paging::{ForeignLink, Paged, RowKey};
use rubank_core::personal::Personal;
use rubank_core::read::ReadError;
use rubank_core::types::{Account, Bic, Inn, Timestamp};

use super::{Currency, PAYMENTS, PaymentStatus};
use crate::ids::{B2bClientId, OutgoingPaymentId, QrcId};
use crate::list::{Field, Pagination, Sort, Window};
use crate::provider::{AlfaSbp, SCOPES};

/// Lists the outgoing payments of a client.
///
/// There is no filter by date, amount or state. For one day use
/// [`payments_of_day`](crate::flows::payments_of_day).
///
/// ```no_run
/// # async fn f(client: alfa_sbp::Client) -> Result<(), alfa_sbp::Error> {
/// use alfa_sbp::{ListOutgoingPayments, Sort, SortField};
///
/// let newest_first = ListOutgoingPayments::new("021be5ed-6312-4982-a4e9-2a2cc44bc88c")
///     .sort(Sort::descending(SortField::Timestamp))
///     .sort(Sort::descending(SortField::OutgoingPaymentId));
/// let mut payments = client.items(newest_first);
/// while let Some(payment) = payments.next().await {
///     let payment = payment?;
///     println!("{} {} {}", payment.timestamp, payment.status, payment.amount);
/// }
/// # Ok(())
/// # }
/// ```
///
/// # Rows shift
///
/// Pages are cut by offset from a list that grows while it is read. `items` gives each payment once by its id, but it
/// cannot give what it never saw, so the order matters:
///
/// | order | what a new payment does to the pages that follow |
/// |---|---|
/// | `timestamp,desc` | pushes rows down: some come twice, none is lost |
/// | `timestamp,asc` | is appended: nothing shifts |
/// | none (the bank's `outgoingPaymentId,desc`) | ids look random, so it may land anywhere: on a page that was read already it is not seen, later it pushes rows down; none of the old rows is lost |
/// | `status` | a payment that changes its state *moves*: rows can be lost |
///
/// Add `outgoingPaymentId` as the last key: payments of the same second then keep their places.
///
/// # Rules
///
/// At most three sort keys, no field twice; `limit` 1 to 100 (100 if not set; it is always sent, because the bank's
/// default is not published); no empty identifier.
///
/// # Source
///
/// The bank's page "outgoing payments of a client", SBP B2B, version 1: route, request and answer are documented.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListOutgoingPayments {
    client_id: B2bClientId,
    outgoing_payment_id: Option<OutgoingPaymentId>,
    qrc_id: Option<QrcId>,
    window: Window<SortField>,
}

impl ListOutgoingPayments {
    /// All payments of a client, from the first, a hundred to a page.
    pub fn new(client_id: impl Into<B2bClientId>) -> Self {
        Self {
            client_id: client_id.into(),
            outgoing_payment_id: None,
            qrc_id: None,
            window: Window::default(),
        }
    }

    /// Only this payment.
    #[must_use]
    pub fn outgoing_payment_id(mut self, id: impl Into<OutgoingPaymentId>) -> Self {
        self.outgoing_payment_id = Some(id.into());
        self
    }

    /// Only payments by this link.
    #[must_use]
    pub fn qrc_id(mut self, link: impl Into<QrcId>) -> Self {
        self.qrc_id = Some(link.into());
        self
    }

    /// One more key of the order, weaker than those before it.
    #[must_use]
    pub fn sort(mut self, key: Sort<SortField>) -> Self {
        self.window.sort.push(key);
        self
    }

    /// Rows to a page, 1 to 100.
    #[must_use]
    pub fn limit(mut self, rows: u32) -> Self {
        self.window.limit = rows;
        self
    }

    /// Rows to leave out at the beginning.
    #[must_use]
    pub fn offset(mut self, rows: u64) -> Self {
        self.window.offset = rows;
        self
    }
}

/// What outgoing payments can be ordered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SortField {
    /// `status`. Payments change it while you read: rows can be lost between pages.
    Status,
    /// `amount`
    Amount,
    /// `payerAccount`
    PayerAccount,
    /// `paymentPurpose`
    PaymentPurpose,
    /// `timestamp`
    Timestamp,
    /// `outgoingPaymentId`
    OutgoingPaymentId,
}

impl Field for SortField {
    fn name(self) -> &'static str {
        match self {
            Self::Status => "status",
            Self::Amount => "amount",
            Self::PayerAccount => "payerAccount",
            Self::PaymentPurpose => "paymentPurpose",
            Self::Timestamp => "timestamp",
            Self::OutgoingPaymentId => "outgoingPaymentId",
        }
    }
}

model! {
    /// One page of outgoing payments.
    #[derive(Eq)]
    pub struct OutgoingPayments {
        /// The bank's word about the page; a hint.
        pub pagination: Option<Pagination> = shown "pagination",
        /// The payments. A page without them is an error, not "nothing was paid"; one that cannot be read does not
        /// hide the others.
        pub payments: Rows<OutgoingPayment> = shown "payments" as promised,
    }
}

model! {
    /// An outgoing payment (исходящий платёж СБП). Every field is promised by the bank's page.
    #[derive(Eq)]
    pub struct OutgoingPayment {
        /// The bank's identifier.
        pub outgoing_payment_id: OutgoingPaymentId = shown "outgoingPaymentId",
        /// The link that was paid.
        pub qrc_id: QrcId = shown "qrcId",
        /// How far it got.
        pub status: PaymentStatus = shown "status",
        /// What was paid, kopecks.
        pub amount: Kopecks = "amount",
        /// The tax in it, kopecks.
        pub tax_amount: Kopecks = "taxAmount",
        /// `RUR` in the bank's example.
        pub currency: Currency = "currency",
        /// The account that paid.
        pub payer_account: Account = "payerAccount",
        /// What it was for; people write names and contracts into it.
        pub payment_purpose: Personal<String> = "paymentPurpose",
        /// When. The text is kept; whole seconds in UTC in the bank's example, fractions and offsets are read too.
        pub timestamp: Timestamp = shown "timestamp",
        /// Who was paid.
        pub recipient_info: Recipient = "recipientInfo",
    }
}

model! {
    /// The company that was paid.
    #[derive(Eq)]
    pub struct Recipient {
        /// Its name.
        pub name: Personal<String> = "name",
        /// Its taxpayer number (ИНН).
        pub inn: Inn = "inn",
        /// Its bank (БИК).
        pub bic: Bic = "bik",
    }
}

impl Operation for ListOutgoingPayments {
    type Provider = AlfaSbp;
    type Output = OutgoingPayments;

    const META: OperationMeta = OperationMeta::new(
        "alfa-sbp.list-outgoing-payments",
        Effect::Read,
        Method::Get,
        HostId::API,
        PAYMENTS,
    )
    .scopes(SCOPES)
    .provenance(Provenance::DOCUMENTED);

    fn parts(&self) -> Result<Parts, InvalidRequest> {
        let mut checks = Checks::new();
        checks.not_blank("b2bClientId", self.client_id.as_str());
        if let Some(id) = &self.outgoing_payment_id {
            checks.not_blank("outgoingPaymentId", id.as_str());
        }
        if let Some(link) = &self.qrc_id {
            checks.not_blank("qrcId", link.as_str());
        }
        self.window.check(&mut checks);
        checks.finish()?;
        let parts = Parts::new()
            .query("b2bClientId", &self.client_id)
            .query_opt("outgoingPaymentId", self.outgoing_payment_id.as_ref())
            .query_opt("qrcId", self.qrc_id.as_ref());
        Ok(self.window.put(parts))
    }

    fn parse(answer: &Answer) -> Result<OutgoingPayments, ReadError> {
        answer.json()
    }
}

impl Paged for ListOutgoingPayments {
    type Item = OutgoingPayment;

    fn next(&self, page: &OutgoingPayments) -> Result<Option<Self>, ForeignLink> {
        let window = self
            .window
            .after(page.payments.len(), page.pagination.as_ref());
        Ok(window.map(|window| Self {
            window,
            ..self.clone()
        }))
    }

    fn rows(page: OutgoingPayments) -> Vec<Result<OutgoingPayment, ReadError>> {
        page.payments.into_results()
    }

    fn key(payment: &OutgoingPayment) -> RowKey {
        RowKey::Id(payment.outgoing_payment_id.to_string())
    }
}

#[cfg(test)]
mod tests;
