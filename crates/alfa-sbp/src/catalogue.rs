//! Every operation with a sample, for the contract suite. Not part of the public API.

use rubank_core::money::Kopecks;
use rubank_core::types::Account;

use crate::{
    AlfaSbp, B2bClient, CreateOutgoingPayment, ExecuteOutgoingPayment, GetOutgoingPaymentStatus,
    GetPaymentLink, IncomingSortField, ListIncomingPayments, ListOutgoingPayments, OneStepPay,
    OneTime, PaymentOrder, Signature, SignatureType, Sort, SortField,
};

const CLIENT: &str = "021be5ed-6312-4982-a4e9-2a2cc44bc88c";
const PAYMENT: &str = "22a6dd81-103a-4d3a-8e9b-0ba4b527f5f6";
const LINK: &str = "AD1000038AQ1FG409KGACUQU5QRSH3FM";

// The token is not here: it is fetched by the credentials, not sent as an operation.
rubank_core::catalogue! {
    AlfaSbp;
    ListOutgoingPayments => || ListOutgoingPayments::new(CLIENT)
        .sort(Sort::ascending(SortField::Status))
        .sort(Sort::descending(SortField::Timestamp))
        .limit(10),
    ExecuteOutgoingPayment =>
        || ExecuteOutgoingPayment::new(sample_client(), PAYMENT, [sample_signature()]),
    CreateOutgoingPayment => || CreateOutgoingPayment::new(sample_order()),
    OneStepPay<OneTime> => || OneStepPay::one_time(sample_order(), [sample_signature()]),
    GetOutgoingPaymentStatus => || GetOutgoingPaymentStatus::new(CLIENT, PAYMENT),
    GetPaymentLink => || GetPaymentLink::new(LINK),
    ListIncomingPayments => || ListIncomingPayments::new(CLIENT)
        .sort(Sort::ascending(IncomingSortField::Amount))
        .sort(Sort::descending(IncomingSortField::Timestamp))
        .limit(10),
}

fn sample_client() -> B2bClient {
    B2bClient::new(CLIENT, 1)
}

pub(crate) fn sample_signature() -> Signature {
    Signature::new(SignatureType::Rsa, "bm90IGEgc2lnbmF0dXJl").certificate_uuid("00AA")
}

pub(crate) fn sample_order() -> PaymentOrder {
    PaymentOrder::new(
        sample_client(),
        LINK,
        Account::received("40702810901400001130"),
        Kopecks::new(1_000_000),
        "Оплата по договору №123456789 от 01.09.2001",
        true,
    )
    .tax_amount(Kopecks::new(200_000))
}
