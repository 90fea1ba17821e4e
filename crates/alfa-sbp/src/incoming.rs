//! Payments that the client receives.

use rubank_core::lenient::{Rows, promised};
use rubank_core::model;
use rubank_core::money::Kopecks;
use rubank_core::operation::{
    Answer, Checks, Effect, HostId, InvalidRequest, Method, Operation, OperationMeta, Parts,
    Provenance, ProvenanceGrade,
};
use rubank_core::paging::{ForeignLink, Paged, RowKey};
use rubank_core::personal::Personal;
use rubank_core::read::ReadError;
use rubank_core::types::{Account, Timestamp};

use crate::ids::{B2bClientId, QrcId};
use crate::list::{Field, Pagination, Sort, Window};
use crate::provider::{AlfaSbp, SCOPES};

/// Lists the incoming payments of a client.
///
/// ```no_run
/// # async fn f(client: alfa_sbp::Client) -> Result<(), alfa_sbp::Error> {
/// use alfa_sbp::{IncomingSortField, ListIncomingPayments, Sort};
///
/// let oldest_first =
///     ListIncomingPayments::new("client-1").sort(Sort::ascending(IncomingSortField::Timestamp));
/// let mut payments = client.items(oldest_first);
/// while let Some(payment) = payments.next().await {
///     println!("{:?}", payment?.amount);
/// }
/// # Ok(())
/// # }
/// ```
///
/// # Equal rows
///
/// No identifier of an incoming payment is known, so two rows that say the same may be two payments: `items` gives out
/// every row. A row that shifts to the next page while the list is read comes twice then; order by time, ascending, where
/// that matters.
///
/// As in [`ListOutgoingPayments`](crate::ListOutgoingPayments), ordering by time is safe while the list grows. Its
/// rules hold here, too.
///
/// # Source
///
/// The bank's page "incoming payments of a client", SBP B2B, version 1: route and request are documented. Its answer
/// was not public: the envelope is that of the outgoing list, the fields are those that can be sorted by (inferred).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListIncomingPayments {
    client_id: B2bClientId,
    qrc_id: Option<QrcId>,
    window: Window<IncomingSortField>,
}

impl ListIncomingPayments {
    /// All payments to a client, from the first, a hundred to a page.
    pub fn new(client_id: impl Into<B2bClientId>) -> Self {
        Self {
            client_id: client_id.into(),
            qrc_id: None,
            window: Window::default(),
        }
    }

    /// Only payments by this link.
    #[must_use]
    pub fn qrc_id(mut self, link: impl Into<QrcId>) -> Self {
        self.qrc_id = Some(link.into());
        self
    }

    /// One more key of the order, weaker than those before it.
    #[must_use]
    pub fn sort(mut self, key: Sort<IncomingSortField>) -> Self {
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

/// What incoming payments can be ordered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum IncomingSortField {
    /// `qrcId`
    QrcId,
    /// `amount`
    Amount,
    /// `taxAmount`
    TaxAmount,
    /// `paymentPurpose`
    PaymentPurpose,
    /// `payeeAccount`
    PayeeAccount,
    /// `timestamp`
    Timestamp,
}

impl Field for IncomingSortField {
    fn name(self) -> &'static str {
        match self {
            Self::QrcId => "qrcId",
            Self::Amount => "amount",
            Self::TaxAmount => "taxAmount",
            Self::PaymentPurpose => "paymentPurpose",
            Self::PayeeAccount => "payeeAccount",
            Self::Timestamp => "timestamp",
        }
    }
}

model! {
    /// One page of incoming payments.
    #[derive(Eq)]
    pub struct IncomingPayments {
        /// The bank's word about the page; a hint.
        pub pagination: Option<Pagination> = shown "pagination",
        /// The payments. A page without them is an error, not "nothing came"; one that cannot be read does not hide
        /// the others.
        pub payments: Rows<IncomingPayment> = shown "payments" as promised,
    }
}

model! {
    /// An incoming payment (входящий платёж СБП). No page promises any of the fields.
    #[derive(Eq)]
    pub struct IncomingPayment {
        /// The link that was paid.
        pub qrc_id: Option<QrcId> = shown "qrcId",
        /// What was paid, kopecks.
        pub amount: Option<Kopecks> = "amount",
        /// The tax in it, kopecks.
        pub tax_amount: Option<Kopecks> = "taxAmount",
        /// What it was for; people write names and contracts into it.
        pub payment_purpose: Option<Personal<String>> = "paymentPurpose",
        /// The account that was paid to.
        pub payee_account: Option<Account> = "payeeAccount",
        /// When; the text is kept.
        pub timestamp: Option<Timestamp> = shown "timestamp",
    }
}

impl Operation for ListIncomingPayments {
    type Provider = AlfaSbp;
    type Output = IncomingPayments;

    const META: OperationMeta = OperationMeta::new(
        "alfa-sbp.list-incoming-payments",
        Effect::Read,
        Method::Get,
        HostId::API,
        "/api/sbp/jp/v1/incoming-payments",
    )
    .scopes(SCOPES)
    .provenance(Provenance::new(
        ProvenanceGrade::Documented,
        ProvenanceGrade::Documented,
        ProvenanceGrade::Inferred,
    ));

    fn parts(&self) -> Result<Parts, InvalidRequest> {
        let mut checks = Checks::new();
        checks.not_blank("b2bClientId", self.client_id.as_str());
        if let Some(link) = &self.qrc_id {
            checks.not_blank("qrcId", link.as_str());
        }
        self.window.check(&mut checks);
        checks.finish()?;
        let parts = Parts::new()
            .query("b2bClientId", &self.client_id)
            .query_opt("qrcId", self.qrc_id.as_ref());
        Ok(self.window.put(parts))
    }

    fn parse(answer: &Answer) -> Result<IncomingPayments, ReadError> {
        answer.json()
    }
}

impl Paged for ListIncomingPayments {
    type Item = IncomingPayment;

    fn next(&self, page: &IncomingPayments) -> Result<Option<Self>, ForeignLink> {
        let window = self
            .window
            .after(page.payments.len(), page.pagination.as_ref());
        Ok(window.map(|window| Self {
            window,
            ..self.clone()
        }))
    }

    fn rows(page: IncomingPayments) -> Vec<Result<IncomingPayment, ReadError>> {
        page.payments.into_results()
    }

    fn key(payment: &IncomingPayment) -> RowKey {
        // The bank gives incoming payments no id. A model is always writable.
        RowKey::Content(serde_json::to_string(payment).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use rubank_core::http::Reply;

    use super::*;
    use crate::tests::{block_on, query_of, scripted};

    const ROW: &str = r#"{"qrcId":"LINK","amount":100,"timestamp":"2022-05-26T09:09:32Z"}"#;

    #[test]
    fn the_query_is_that_of_the_page() {
        let key = IncomingSortField::Amount;
        let list = ListIncomingPayments::new("client-1")
            .qrc_id("LINK")
            .sort(Sort::ascending(key))
            .sort(Sort::descending(IncomingSortField::Timestamp))
            .limit(10);
        assert_eq!(
            query_of(&list),
            "b2bClientId=client-1&qrcId=LINK&sort=amount,asc&sort=timestamp,desc&limit=10&offset=0",
        );
        assert_eq!(
            query_of(&ListIncomingPayments::new("client-1").offset(7)),
            "b2bClientId=client-1&limit=100&offset=7",
        );
    }

    #[test]
    fn every_broken_rule_is_told() {
        let list = ListIncomingPayments::new(" ")
            .qrc_id("")
            .sort(Sort::ascending(IncomingSortField::QrcId));
        let refused = list.limit(0).parts().unwrap_err();
        let fields: Vec<_> = refused
            .violations()
            .iter()
            .map(|broken| broken.field())
            .collect();
        assert_eq!(fields, ["b2bClientId", "qrcId", "limit"]);
    }

    #[test]
    fn equal_rows_are_two_payments() {
        let other = ROW.replace("100", "200");
        let unknown = ROW.replace('}', r#","incomingPaymentId":"1"}"#);
        let body = format!(r#"{{"payments":[{ROW},{other},{unknown},{ROW}]}}"#);
        let (client, _) = scripted([Reply::json(200, body)]);
        let rows = block_on(async {
            let mut items = client.items(ListIncomingPayments::new("client-1"));
            let mut amounts = Vec::new();
            while let Some(row) = items.next().await {
                amounts.push(row.unwrap().amount.unwrap().get());
            }
            amounts
        });
        assert_eq!(rows, [100, 200, 100, 100]);
    }
}
