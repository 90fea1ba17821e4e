//! What a transfer in another currency has: both sides, and the SWIFT message behind it.
//!
//! Everything in the message is text as it stood there (MT103): amounts have decimal commas and their currency glued to
//! them (`USD70,`), times have no century. None of it is a number or a date.

use rubank_core::lenient::{personal, text};
use rubank_core::personal::Personal;
use rubank_core::types::{Account, Bic, Inn, Kpp};

use crate::content::content_model;

/// The message stands alone in one block and behind the two sides in the other, so its fields are written down once.
macro_rules! with_swift_message {
    ($(#[$meta:meta])* pub struct $Name:ident { $($before:tt)* }) => {
        content_model! {
            $(#[$meta])*
            pub struct $Name {
                $($before)*
                /// Field 23B.
                pub bank_operation_code: Option<String> = "bankOperationCode" as text::option,
                /// Field 57: the beneficiary's bank, its account or code.
                pub beneficiary_bank_account: Option<Personal<String>> = "beneficiaryBankAccount" as personal,
                /// Field 57: the beneficiary's bank, its name.
                pub beneficiary_bank_name: Option<String> = "beneficiaryBankName" as text::option,
                /// Field 57: the option letter.
                pub beneficiary_bank_option: Option<String> = "beneficiaryBankOption" as text::option,
                /// Field 59: the account that is paid.
                pub beneficiary_customer_account: Option<Personal<String>> = "beneficiaryCustomerAccount" as personal,
                /// Field 59: who is paid. The sample has an account here.
                pub beneficiary_customer_name: Option<Personal<String>> = "beneficiaryCustomerName" as personal,
                /// Field 71A: who bears the charges.
                pub details_of_charges: Option<String> = "detailsOfCharges" as text::option,
                /// Field 36: a rate with a decimal comma.
                pub exchange_rate: Option<String> = "exchangeRate" as text::option,
                /// Field 33B: the currency with the amount glued to it, with a decimal comma.
                pub instructed_amount: Option<String> = "instructedAmount" as text::option,
                /// Field 23E.
                pub instruction_code: Option<String> = "instructionCode" as text::option,
                /// Field 56: the intermediary, its account or code.
                pub intermediary_bank_account: Option<Personal<String>> = "intermediaryBankAccount" as personal,
                /// Field 56: the intermediary, its name.
                pub intermediary_bank_name: Option<String> = "intermediaryBankName" as text::option,
                /// Field 56: the option letter.
                pub intermediary_bank_option: Option<String> = "intermediaryBankOption" as text::option,
                /// The receiving bank's code.
                pub message_destinator: Option<String> = "messageDestinator" as text::option,
                /// The message's own number.
                pub message_identifier: Option<String> = "messageIdentifier" as text::option,
                /// The sending bank's code.
                pub message_originator: Option<String> = "messageOriginator" as text::option,
                /// When it was received; two digits of the year first. Text, not a time.
                pub message_receive_time: Option<String> = "messageReceiveTime" as text::option,
                /// When it was sent; two digits of the year first. Text, not a time.
                pub message_send_time: Option<String> = "messageSendTime" as text::option,
                /// The type of the message: 103.
                pub message_type: Option<String> = "messageType" as text::option,
                /// Field 50: the account that pays.
                pub ordering_customer_account: Option<Personal<String>> = "orderingCustomerAccount" as personal,
                /// Field 50: who pays.
                pub ordering_customer_name: Option<Personal<String>> = "orderingCustomerName" as personal,
                /// Field 50: the option letter.
                pub ordering_customer_option: Option<String> = "orderingCustomerOption" as text::option,
                /// Field 52: the ordering institution, its account or code.
                pub ordering_institution_account: Option<Personal<String>> = "orderingInstitutionAccount" as personal,
                /// Field 52: the ordering institution, its name.
                pub ordering_institution_name: Option<String> = "orderingInstitutionName" as text::option,
                /// Field 52: the option letter.
                pub ordering_institution_option: Option<String> = "orderingInstitutionOption" as text::option,
                /// Field 71G: currency and amount in one word, with a decimal comma.
                pub receiver_charges: Option<String> = "receiverCharges" as text::option,
                /// Field 54: the receiver's correspondent, its account or code.
                pub receiver_correspondent_account: Option<Personal<String>> = "receiverCorrespondentAccount" as personal,
                /// Field 54: the receiver's correspondent, its name.
                pub receiver_correspondent_name: Option<String> = "receiverCorrespondentName" as text::option,
                /// Field 54: the option letter.
                pub receiver_correspondent_option: Option<String> = "receiverCorrespondentOption" as text::option,
                /// Field 77B: budget codes and the like.
                pub regulatory_reporting: Option<Personal<String>> = "regulatoryReporting" as personal,
                /// Field 70: what the payment is for.
                pub remittance_information: Option<Personal<String>> = "remittanceInformation" as personal,
                /// Field 71F: currency and amount in one word, with a decimal comma.
                pub sender_charges: Option<String> = "senderCharges" as text::option,
                /// Field 53: the sender's correspondent, its account or code.
                pub sender_correspondent_account: Option<Personal<String>> = "senderCorrespondentAccount" as personal,
                /// Field 53: the sender's correspondent, its name.
                pub sender_correspondent_name: Option<String> = "senderCorrespondentName" as text::option,
                /// Field 53: the option letter.
                pub sender_correspondent_option: Option<String> = "senderCorrespondentOption" as text::option,
                /// Field 72: from bank to bank.
                pub sender_to_receiver_information: Option<Personal<String>> = "senderToReceiverInformation" as personal,
                /// Field 20: the sender's reference.
                pub transaction_reference_number: Option<String> = "transactionReferenceNumber" as text::option,
                /// Field 21: the related reference.
                pub transaction_related_reference: Option<String> = "transactionRelatedReference" as text::option,
                /// Field 26T.
                pub transaction_type_code: Option<String> = "transactionTypeCode" as text::option,
                /// How urgent it is; the sample has NORMAL.
                pub urgent: Option<String> = "urgent" as text::option,
                /// Field 32A: date, currency and amount in one word, with a decimal comma.
                pub value_date_currency_interbank_settled_amount: Option<String> = "valueDateCurrencyInterbankSettledAmount" as text::option,
            }
        }
    };
}

with_swift_message! {
    /// The SWIFT message of a transfer (`swiftTransfer`), field by field, verbatim.
    #[derive(Eq)]
    pub struct SwiftTransfer {}
}

with_swift_message! {
    /// A transfer in another currency (`curTransfer`): payer and payee, then the SWIFT message, verbatim.
    #[derive(Eq)]
    pub struct CurrencyTransfer {
        /// The account that is paid.
        pub payee_account: Option<Account> = "payeeAccount",
        /// The payee's bank (БИК).
        pub payee_bank_bic: Option<Bic> = "payeeBankBic",
        /// The correspondent account of the payee's bank.
        pub payee_bank_corr_account: Option<Account> = "payeeBankCorrAccount",
        /// The name of the payee's bank.
        pub payee_bank_name: Option<String> = "payeeBankName" as text::option,
        /// The payee's INN. It may be empty or all zeros; a foreign payee may have five digits.
        pub payee_inn: Option<Inn> = "payeeInn",
        /// The payee's KPP. It may be empty or all zeros.
        pub payee_kpp: Option<Kpp> = "payeeKpp",
        /// Who is paid.
        pub payee_name: Option<Personal<String>> = "payeeName" as personal,
        /// The account that pays.
        pub payer_account: Option<Account> = "payerAccount",
        /// The payer's bank (БИК).
        pub payer_bank_bic: Option<Bic> = "payerBankBic",
        /// The correspondent account of the payer's bank.
        pub payer_bank_corr_account: Option<Account> = "payerBankCorrAccount",
        /// The name of the payer's bank.
        pub payer_bank_name: Option<String> = "payerBankName" as text::option,
        /// The payer's INN. It may be empty or all zeros.
        pub payer_inn: Option<Inn> = "payerInn",
        /// The payer's KPP. It may be empty or all zeros.
        pub payer_kpp: Option<Kpp> = "payerKpp",
        /// Who pays.
        pub payer_name: Option<Personal<String>> = "payerName" as personal,
    }
}
