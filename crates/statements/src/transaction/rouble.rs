//! What a transfer in roubles has.

use rubank_core::lenient::{personal, text};
use rubank_core::money::{self, Quantity};
use rubank_core::personal::Personal;
use rubank_core::types::{Account, Bic, Inn, Kpp, LocalDate};

use crate::content::content_model;
use crate::values::date;

content_model! {
    /// A transfer in roubles (рублёвый перевод).
    #[derive(Eq)]
    pub struct RoubleTransfer {
        /// The document in the card index that is paid in parts.
        pub cart_info: Option<CardIndex> = "cartInfo",
        /// How the document was delivered: a word on the page, `0` in the wild.
        pub delivery_kind: Option<String> = shown "deliveryKind" as text::option,
        /// The fields of a payment to the budget.
        pub departmental_info: Option<BudgetFields> = "departmentalInfo",
        /// The account that is paid.
        pub payee_account: Option<Account> = "payeeAccount",
        /// The payee's bank (БИК).
        pub payee_bank_bic: Option<Bic> = "payeeBankBic",
        /// The correspondent account of the payee's bank.
        pub payee_bank_corr_account: Option<Account> = "payeeBankCorrAccount",
        /// The name of the payee's bank.
        pub payee_bank_name: Option<String> = "payeeBankName" as text::option,
        /// The payee's INN. It may be empty, `0` or all zeros; a foreign payee may have five digits.
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
        /// The condition of payment (условие оплаты).
        pub paying_condition: Option<String> = "payingCondition" as text::option,
        /// The code of the kind of income, 1 to 5 (instruction 5286-U of the Bank of Russia).
        pub purpose_code: Option<String> = shown "purposeCode" as text::option,
        /// When the bank received the document.
        pub receipt_date: Option<LocalDate> = shown "receiptDate" as date,
        /// The value date.
        pub value_date: Option<LocalDate> = shown "valueDate" as date,
    }
}

content_model! {
    /// The document in the card index (картотека) that is paid in parts.
    #[derive(Eq)]
    pub struct CardIndex {
        /// Its kind.
        pub document_code: Option<String> = shown "documentCode" as text::option,
        /// What it says.
        pub document_content: Option<Personal<String>> = "documentContent" as personal,
        /// Its date.
        pub document_date: Option<LocalDate> = shown "documentDate" as date,
        /// Its number.
        pub document_number: Option<String> = shown "documentNumber" as text::option,
        /// The number of the part.
        pub payment_number: Option<String> = shown "paymentNumber" as text::option,
        /// What remains to be paid, roubles.
        pub rest_amount: Option<Quantity> = "restAmount" as money::as_number::option,
    }
}

content_model! {
    /// Fields 22 and 101 to 110 of a payment to the budget. They are texts, whatever they came as: a KBK of 20 digits
    /// that came as a number is exact, and a zero that the bank lost on the way is not invented back.
    #[derive(Eq)]
    pub struct BudgetFields {
        /// Field 22: the unique payment identifier (УИП, УИН), up to 25 characters, or `0`.
        pub uip: Option<Personal<String>> = "uip" as personal,
        /// Field 101: the payer's status. `1` on the page, `01` by the rules.
        pub drawer_status_101: Option<String> = "drawerStatus101" as text::option,
        /// Field 104: the code of the budget classification (КБК), 20 digits.
        pub kbk: Option<String> = "kbk" as text::option,
        /// Field 105: the municipality (ОКТМО), 8 or 11 digits; its leading zero may be lost.
        pub oktmo: Option<String> = "oktmo" as text::option,
        /// Field 106: the reason, in letters or digits.
        pub reason_code_106: Option<String> = "reasonCode106" as text::option,
        /// Field 107: the period, `ГД.00.2018`, a date or `0`.
        pub tax_period_107: Option<String> = "taxPeriod107" as text::option,
        /// Field 108: the number of a document, perhaps of a person's.
        pub doc_number_108: Option<Personal<String>> = "docNumber108" as personal,
        /// Field 109: `31.12.2022`, `0` or `00`. Not a date of the kind that the other fields are.
        pub doc_date_109: Option<String> = "docDate109" as text::option,
        /// Field 110: the kind of payment.
        pub payment_kind_110: Option<String> = "paymentKind110" as text::option,
    }
}
