//! A row of a statement.

mod foreign;
mod rouble;
#[cfg(test)]
mod tests;

use rubank_core::lenient::{flag, text};
use rubank_core::personal::Personal;
use rubank_core::types::{Account, LocalDate, LocalDateTime};

pub use foreign::{CurrencyTransfer, SwiftTransfer};
pub use rouble::{BudgetFields, CardIndex, RoubleTransfer};

use crate::content::{Content, ContentHash, Fields, content_model};
use crate::ids::{OperationId, TransactionId};
use crate::key::TransactionKey;
use crate::values::{CurrencyAmount, Direction, OperationCode, date, moment};

content_model! {
    /// A row of a statement (операция выписки). No field is promised: a public test set of a production user has nulls
    /// nearly everywhere.
    ///
    /// Source: the bank's page of the increment; types are those of its Java SDK.
    #[derive(Eq)]
    pub struct Transaction {
        /// In the account's currency.
        pub amount: Option<CurrencyAmount> = "amount",
        /// In roubles. In a currency account it moves by revaluation.
        pub amount_rub: Option<CurrencyAmount> = "amountRub",
        /// The account on the other side, or its bank's.
        pub corresponding_account: Option<Account> = "correspondingAccount",
        /// In or out, as the holder of the account sees it.
        pub direction: Option<Direction> = shown "direction",
        /// The date of the document.
        pub document_date: Option<LocalDate> = shown "documentDate" as date,
        /// The branch of the bank.
        pub filial: Option<String> = "filial" as text::option,
        /// The number of the document.
        pub number: Option<String> = shown "number" as text::option,
        /// The kind of document.
        pub operation_code: Option<OperationCode> = shown "operationCode",
        /// When it was booked, by a clock that no page names; often midnight.
        pub operation_date: Option<LocalDateTime> = shown "operationDate" as moment,
        /// What the payment is for; people write names and contracts into it.
        pub payment_purpose: Option<Personal<String>> = "paymentPurpose",
        /// The order of payment (очерёдность).
        pub priority: Option<String> = shown "priority" as text::option,
        /// A mark of revaluation (переоценка).
        pub revaln: Option<String> = shown "revaln" as text::option,
        /// An identifier of the row. The samples' are name-based (version 3), so it may follow from the content.
        pub uuid: Option<String> = shown "uuid" as text::option,
        /// A transfer in roubles.
        pub rur_transfer: Option<Box<RoubleTransfer>> = "rurTransfer",
        /// A transfer in another currency.
        pub cur_transfer: Option<Box<CurrencyTransfer>> = "curTransfer",
        /// An identifier of the row.
        pub transaction_id: Option<TransactionId> = shown "transactionId",
        /// An identifier of the row; the best there is, see [`key`](Transaction::key).
        pub operation_id: Option<OperationId> = shown "operationId",
        /// The SWIFT message of a transfer in another currency.
        pub swift_transfer: Option<Box<SwiftTransfer>> = "swiftTransfer";
        besides
        /// What it means was published nowhere. It is the only candidate for the mark of a removed row (inferred).
        pub outdated_doc: Option<bool> = shown "outdatedDoc" as flag::option,
        /// When the row last changed, by a clock that no page names.
        pub last_modified_time: Option<LocalDateTime> = shown "lastModifiedTime" as moment,
    }
}

impl Transaction {
    /// What tells the row from the others: its `operationId`, else its `uuid`, else its content.
    #[must_use]
    pub fn key(&self) -> TransactionKey {
        self.key_with(self.content_hash())
    }

    /// What the row says, as one number: it tells a change from a repeat.
    #[must_use]
    pub fn content_hash(&self) -> ContentHash {
        let mut content = Content::default();
        self.put_fields(&mut content);
        ContentHash::of(&content)
    }

    /// Whether the bank marked it as outdated.
    #[must_use]
    pub fn is_outdated(&self) -> bool {
        self.outdated_doc == Some(true)
    }

    /// The key, if the hash is known already.
    pub(crate) fn key_with(&self, hash: ContentHash) -> TransactionKey {
        let [operation, uuid] = self.names();
        let content = || TransactionKey::Content(hash, 1);
        operation.or(uuid).unwrap_or_else(content)
    }

    /// What the bank calls it, each name as a key: its `operationId`, and its `uuid`.
    pub(crate) fn names(&self) -> [Option<TransactionKey>; 2] {
        let named = |text: &&str| !text.is_empty();
        let operation = self.operation_id.as_ref().map(OperationId::as_str);
        let uuid = self.uuid.as_deref();
        [
            operation
                .filter(named)
                .map(|id| TransactionKey::Operation(id.into())),
            uuid.filter(named)
                .map(|uuid| TransactionKey::Uuid(uuid.into())),
        ]
    }
}
