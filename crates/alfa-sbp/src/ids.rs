//! The bank's identifiers: texts whose shape no page promises.

use rubank_core::text_id;

text_id! {
    /// On whose behalf the request is made (`b2bClientId`).
    ///
    /// ```
    /// use alfa_sbp::B2bClientId;
    ///
    /// let client = B2bClientId::from("021be5ed-6312-4982-a4e9-2a2cc44bc88c");
    /// assert_eq!(client.as_str().len(), 36);
    /// ```
    pub struct B2bClientId;
}

text_id! {
    /// The bank's identifier of an outgoing payment (`outgoingPaymentId`). The page's example is a UUID; that is not
    /// promised.
    ///
    /// ```
    /// use alfa_sbp::OutgoingPaymentId;
    ///
    /// let id = OutgoingPaymentId::from("22a6dd81-103a-4d3a-8e9b-0ba4b527f5f6");
    /// assert_eq!(id.to_string(), "22a6dd81-103a-4d3a-8e9b-0ba4b527f5f6");
    /// ```
    pub struct OutgoingPaymentId;
}

text_id! {
    /// A payment link of SBP (`qrcId`), shown to people as a QR code. The page's example has 32 capital letters and
    /// digits; that is not promised.
    ///
    /// ```
    /// use alfa_sbp::QrcId;
    ///
    /// assert_eq!(QrcId::from("AD1000038AQ1FG409KGACUQU5QRSH3FM").as_str().len(), 32);
    /// ```
    pub struct QrcId;
}
