//! Payment links.

use rubank_core::lenient::{flag, text};
use rubank_core::money::Kopecks;
use rubank_core::operation::{
    Answer, Checks, Effect, HostId, InvalidRequest, Method, Operation, OperationMeta, Parts,
    Provenance,
};
use rubank_core::personal::Personal;
use rubank_core::read::ReadError;
use rubank_core::types::{Account, Inn};
use rubank_core::{model, open_enum};

use crate::ids::QrcId;
use crate::provider::{AlfaSbp, SCOPES};

/// Tells what is behind a payment link: who will be paid, how much, and whether it can be paid more than once, which
/// decides between [`OneStepPay::one_time`](crate::OneStepPay::one_time) and
/// [`OneStepPay::reusable`](crate::OneStepPay::reusable).
///
/// ```no_run
/// # async fn f(client: alfa_sbp::Client) -> Result<(), alfa_sbp::Error> {
/// use alfa_sbp::{GetPaymentLink, QrcType};
///
/// let link = client.send(&GetPaymentLink::new("AD1000038AQ1FG409KGACUQU5QRSH3FM")).await?;
/// println!("one time: {}", link.qrc_type == Some(QrcType::OneTime));
/// # Ok(())
/// # }
/// ```
///
/// # Source
///
/// Public client code that talks to the bank: route, request and answer are inferred.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GetPaymentLink {
    link: QrcId,
}

impl GetPaymentLink {
    /// What is behind this link.
    pub fn new(link: impl Into<QrcId>) -> Self {
        Self { link: link.into() }
    }
}

open_enum! {
    /// How often a link can be paid (`qrcType`).
    pub enum QrcType {
        /// Once.
        OneTime = "ONETIME",
        /// Again and again.
        Reusable = "REUSABLE",
    }
}

model! {
    /// A payment link (платёжная ссылка СБП). No page promises any of the fields.
    #[derive(Eq)]
    pub struct PaymentLink {
        /// The link.
        pub qrc_id: Option<QrcId> = shown "qrcId",
        /// How often it can be paid.
        pub qrc_type: Option<QrcType> = shown "qrcType",
        /// The recipient's number in SBP.
        pub legal_id: Option<String> = shown "legalId" as text::option,
        /// The recipient's legal name.
        pub legal_name: Option<Personal<String>> = "legalName",
        /// The recipient's bank in SBP.
        pub member_id: Option<String> = shown "memberId" as text::option,
        /// The name that payers see.
        pub brand_name: Option<Personal<String>> = "brandName",
        /// The account that will be paid to.
        pub payee_account: Option<Account> = "payeeAccount",
        /// The point of sale in SBP.
        pub merchant_id: Option<String> = shown "merchantId" as text::option,
        /// What is to be paid, kopecks; absent where the payer chooses.
        pub amount: Option<Kopecks> = "amount",
        /// What it is for.
        pub payment_purpose: Option<Personal<String>> = "paymentPurpose",
        /// The point of sale's address.
        pub address: Option<Personal<String>> = "address",
        /// The merchant category code.
        pub mcc: Option<String> = "mcc" as text::option,
        /// A risk score.
        pub fraud_score: Option<String> = "fraudScore" as text::option,
        /// The recipient's taxpayer number (ИНН).
        pub inn: Option<Inn> = "inn",
        /// Where the payer goes afterwards.
        pub redirect_url: Option<String> = "redirectUrl",
        /// The agent in SBP.
        pub agent_id: Option<String> = shown "agentId" as text::option,
        /// Whether the sum includes VAT.
        pub take_tax: Option<bool> = "takeTax" as flag::option,
        /// The VAT in the sum, kopecks.
        pub tax_amount: Option<Kopecks> = "taxAmount",
        /// The unique payment identifier (УИП).
        pub uip: Option<String> = "uip" as text::option,
    }
}

impl Operation for GetPaymentLink {
    type Provider = AlfaSbp;
    type Output = PaymentLink;

    const META: OperationMeta = OperationMeta::new(
        "alfa-sbp.get-payment-link",
        Effect::Read,
        Method::Get,
        HostId::API,
        "/api/sbp/jp/v1/payment-urls/{qrcId}/data",
    )
    .scopes(SCOPES)
    .provenance(Provenance::INFERRED);

    fn parts(&self) -> Result<Parts, InvalidRequest> {
        let mut checks = Checks::new();
        checks.not_blank("qrcId", self.link.as_str());
        checks.finish()?;
        Ok(Parts::new().path("qrcId", self.link.as_str()))
    }

    fn parse(answer: &Answer) -> Result<PaymentLink, ReadError> {
        answer.json()
    }
}
