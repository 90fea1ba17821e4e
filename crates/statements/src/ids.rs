//! The bank's identifiers of a row: texts whose shape no page promises.

use rubank_core::text_id;

text_id! {
    /// An identifier of a row (`operationId`); the page's example has digits only.
    ///
    /// ```
    /// use statements::OperationId;
    ///
    /// assert_eq!(OperationId::from("7678987654678").as_str(), "7678987654678");
    /// ```
    pub struct OperationId;
}

text_id! {
    /// Another identifier of a row (`transactionId`), a number of up to 64 bits on the wire. What it is unique within
    /// nobody says, so nothing here relies on it.
    ///
    /// ```
    /// use statements::TransactionId;
    ///
    /// assert_eq!(TransactionId::from("11111").to_string(), "11111");
    /// ```
    pub struct TransactionId;
}
