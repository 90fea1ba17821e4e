//! The stable ids of the 48 operations, as faults, calls and the ledger use them.

/// The operation id of creating a payment.
pub const CREATE_PAYMENT: &str = "payouts-platform.create-payment";
/// The operation id of the list of payments in the old model.
pub const LIST_PAYMENTS: &str = "payouts-platform.list-payments";
/// The operation id of repeating a payment.
pub const REPEAT_PAYMENT: &str = "payouts-platform.repeat-payment";
/// The operation id of one payment in the old model.
pub const GET_PAYMENT: &str = "payouts-platform.get-payment";
/// The operation id of one payment by the client's own id.
pub const GET_PAYMENT_BY_CUSTOMER_ID: &str = "payouts-platform.get-payment-by-customer-id";
/// The operation id of the list of payments in the new model.
pub const LIST_PAYMENTS_V2: &str = "payouts-platform.list-payments-v2";
/// The operation id of one payment in the new model.
pub const GET_PAYMENT_V2: &str = "payouts-platform.get-payment-v2";
/// The operation id of creating a branch.
pub const CREATE_BRANCH: &str = "payouts-platform.create-branch";
/// The operation id of the list of branches.
pub const LIST_BRANCHES: &str = "payouts-platform.list-branches";
/// The operation id of changing a branch.
pub const UPDATE_BRANCH: &str = "payouts-platform.update-branch";
/// The operation id of the pairs of bank account and branch.
pub const LIST_BRANCH_BANK_ACCOUNTS: &str = "payouts-platform.list-branch-bank-accounts";
/// The operation id of creating an acceptance certificate.
pub const CREATE_CERTIFICATE: &str = "payouts-platform.create-certificate";
/// The operation id of the list of acceptance certificates.
pub const LIST_CERTIFICATES: &str = "payouts-platform.list-certificates";
/// The operation id of one acceptance certificate.
pub const GET_CERTIFICATE: &str = "payouts-platform.get-certificate";
/// The operation id of changing an acceptance certificate.
pub const UPDATE_CERTIFICATE: &str = "payouts-platform.update-certificate";
/// The operation id of paying an acceptance certificate.
pub const PAY_CERTIFICATE: &str = "payouts-platform.pay-certificate";
/// The operation id of an acceptance certificate as docx.
pub const DOWNLOAD_CERTIFICATE_DOCX: &str = "payouts-platform.download-certificate-docx";
/// The operation id of an acceptance certificate as pdf.
pub const DOWNLOAD_CERTIFICATE_PDF: &str = "payouts-platform.download-certificate-pdf";
/// The operation id of sending scans of a passport to be recognised.
pub const RECOGNISE_PASSPORT: &str = "payouts-platform.recognise-passport";
/// The operation id of what was recognised in scans.
pub const GET_PASSPORT_RECOGNITION: &str = "payouts-platform.get-passport-recognition";
/// The operation id of creating a nomenclature.
pub const CREATE_NOMENCLATURE: &str = "payouts-platform.create-nomenclature";
/// The operation id of the list of nomenclatures.
pub const LIST_NOMENCLATURES: &str = "payouts-platform.list-nomenclatures";
/// The operation id of one nomenclature.
pub const GET_NOMENCLATURE: &str = "payouts-platform.get-nomenclature";
/// The operation id of changing a nomenclature.
pub const UPDATE_NOMENCLATURE: &str = "payouts-platform.update-nomenclature";
/// The operation id of deleting a nomenclature.
pub const DELETE_NOMENCLATURE: &str = "payouts-platform.delete-nomenclature";
/// The operation id of starting the check of a passport.
pub const START_PASSPORT_CHECK: &str = "payouts-platform.start-passport-check";
/// The operation id of the result of the check of a passport.
pub const GET_PASSPORT_CHECK: &str = "payouts-platform.get-passport-check";
/// The operation id of the releases of the 1C extension.
pub const LIST_EXTENSION_RELEASES: &str = "payouts-platform.list-extension-releases";
/// The operation id of the settings of the cabinet.
pub const GET_CABINET_SETTINGS: &str = "payouts-platform.get-cabinet-settings";
/// The operation id of creating a contractor or changing the one with that phone.
pub const UPSERT_CONTRACTOR: &str = "payouts-platform.upsert-contractor";
/// The operation id of the list of contractors.
pub const LIST_CONTRACTORS: &str = "payouts-platform.list-contractors";
/// The operation id of one contractor.
pub const GET_CONTRACTOR: &str = "payouts-platform.get-contractor";
/// The operation id of deleting a contractor.
pub const DELETE_CONTRACTOR: &str = "payouts-platform.delete-contractor";
/// The operation id of changing a contractor.
pub const UPDATE_CONTRACTOR: &str = "payouts-platform.update-contractor";
/// The operation id of a contractor's requisites.
pub const LIST_REQUISITES: &str = "payouts-platform.list-requisites";
/// The operation id of a contractor's balances.
pub const LIST_BALANCES: &str = "payouts-platform.list-balances";
/// The operation id of one balance of a contractor.
pub const GET_BALANCE: &str = "payouts-platform.get-balance";
/// The operation id of what is known of a self-employed person.
pub const GET_SELF_EMPLOYED_STATE: &str = "payouts-platform.get-self-employed-state";
/// The operation id of asking the tax service about a self-employed person.
pub const SYNCHRONISE_SELF_EMPLOYED_STATE: &str =
    "payouts-platform.synchronise-self-employed-state";
/// The operation id of identifying a contractor.
pub const REQUEST_IDENTIFICATION: &str = "payouts-platform.request-identification";
/// The operation id of the last identification that was approved.
pub const GET_LAST_APPROVED_IDENTIFICATION: &str =
    "payouts-platform.get-last-approved-identification";
/// The operation id of a contractor's cooperations.
pub const LIST_COOPERATIONS: &str = "payouts-platform.list-cooperations";
/// The operation id of creating a cooperation.
pub const CREATE_COOPERATION: &str = "payouts-platform.create-cooperation";
/// The operation id of one cooperation.
pub const GET_COOPERATION: &str = "payouts-platform.get-cooperation";
/// The operation id of deleting a cooperation.
pub const DELETE_COOPERATION: &str = "payouts-platform.delete-cooperation";
/// The operation id of changing a cooperation.
pub const UPDATE_COOPERATION: &str = "payouts-platform.update-cooperation";
/// The operation id of the payouts of the nominal account.
pub const LIST_NOMINAL_PAYOUTS: &str = "payouts-platform.list-nominal-payouts";
/// The operation id of what came in on the nominal account.
pub const LIST_NOMINAL_INCOMINGS: &str = "payouts-platform.list-nominal-incomings";

/// Not an operation but an entry of the [ledger](crate::Ledger): a person repeated a payment in the cabinet.
pub const CABINET_REPEAT: &str = "payouts-platform.cabinet-repeat";
/// The same for a person who confirmed, approved or signed what waited for it.
pub const CABINET_CONFIRM: &str = "payouts-platform.cabinet-confirm";
