//! The 48 operations: where they are, what they take, who works on them.

use std::sync::Arc;

use super::gate::{self, Call};
use super::operations::*;
use super::refusal::Refusal;
use super::{Payouts, State};
use super::{branches, certificates, nomenclature, nominal, passports, payments, people, service};
use crate::answer::Answer;
use crate::host::{Host, HostSpec, OperationSpec};
use crate::stage::{Stage, Work, World};
use crate::sync::locked;

/// What a request carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sent {
    Nothing,
    Json,
    Form,
}

pub(super) type Handler = fn(&mut State, &Call<'_>) -> Result<Answer, Refusal>;

/// One operation and everything about it.
#[derive(Clone, Copy)]
pub(super) struct Operation {
    pub(super) spec: OperationSpec,
    pub(super) sent: Sent,
    /// Whether it answers with a file.
    pub(super) is_file: bool,
    /// The query keys that it knows.
    pub(super) query: &'static [&'static str],
    pub(super) work: Handler,
}

/// The platform's only host. It asks for no client certificate.
pub(crate) fn host(host: Host, world: &Arc<World>, payouts: &Payouts) -> HostSpec {
    let operations = ALL.into_iter().map(|operation| {
        let (state, shared) = (Arc::clone(&payouts.state), Arc::clone(world));
        let work: Work =
            Arc::new(move |asked| gate::perform(&mut locked(&state), &shared, &operation, asked));
        let spec = operation.spec;
        (spec, Stage::new(world, host, Some(spec), work))
    });
    let operations = operations.collect();
    let unknown: Work = Arc::new(|_| Refusal::NotFound.answer());
    let unknown = Stage::new(world, host, None, unknown);
    HostSpec::new(host, false, unknown, operations)
}

const NONE: &[&str] = &[];
const PAGES: &[&str] = &["page", "per_page"];
const INCLUDE: &[&str] = &["include"];
const INCLUDE_PAGES: &[&str] = &["include", "page", "per_page"];
const VIEW: &[&str] = &["view"];
const DATES: &[&str] = &["date_from", "date_to", "page", "per_page"];
const WITH_TRASHED: &[&str] = &["with_trashed"];
const NOMENCLATURES: &[&str] = &["search", "with_trashed", "include", "page", "per_page"];
const BRANCHES: &[&str] = &[
    "agent_id",
    "order",
    "customer_id",
    "is_active",
    "include",
    "search",
    "page",
    "per_page",
];
const CERTIFICATES: &[&str] = &[
    "order",
    "page",
    "per_page",
    "contractor_ids",
    "agent_ids",
    "branch_office_ids",
    "ids",
    "created_at_from",
    "created_at_to",
    "updated_at_from",
    "updated_at_to",
];
const PAYMENTS: &[&str] = &[
    "include",
    "status",
    "ids",
    "contractor_ids",
    "agent_ids",
    "branch_office_ids",
    "has_acceptance_certificate",
    "created_at_from",
    "created_at_to",
    "page",
    "per_page",
];
const PAYMENTS_V2: &[&str] = &[
    "include",
    "status_id",
    "ids",
    "contractor_ids",
    "agent_ids",
    "branch_office_ids",
    "has_acceptance_certificate",
    "created_at_from",
    "created_at_to",
    "page",
    "per_page",
];

/// One row is one operation; `unpublished` says that nobody knows its path, `file` that it answers with a file.
macro_rules! operations {
    ($( $id:ident $verb:ident $path:literal $sent:ident $query:ident $work:path
        $(, $mark:ident)? ; )*) => { [$( Operation {
            spec: marked!(OperationSpec::new($id, stringify!($verb), $path)
                .enum_fields(ENUMS)
                .page_key("page") $(, $mark)?),
            sent: Sent::$sent,
            is_file: is_file!($($mark)?),
            query: $query,
            work: $work,
        } ),*] };
}

macro_rules! marked {
    ($spec:expr) => {
        $spec
    };
    ($spec:expr, $mark:ident) => {
        $spec.unpublished()
    };
}

macro_rules! is_file {
    (unpublished_file) => {
        true
    };
    ($($other:ident)?) => {
        false
    };
}

/// Fields with values of a closed list. Where a field of that name is an object, it stays as it is, but for the number
/// of a payment's status: that is its state.
const ENUMS: &[&str] = &[
    "status",
    "status.id",
    "theme",
    "state",
    "slug",
    "document_type",
];

const ALL: [Operation; 48] = operations! {
    CREATE_PAYMENT POST "/payments"
        Json NONE payments::create;
    LIST_PAYMENTS GET "/payments"
        Nothing PAYMENTS payments::list;
    REPEAT_PAYMENT POST "/payments/{payment_id}/repeat"
        Nothing NONE payments::repeat;
    GET_PAYMENT GET "/payments/{payment_id}"
        Nothing INCLUDE payments::get;
    GET_PAYMENT_BY_CUSTOMER_ID GET "/payments/customer-payment/{customer_payment_id}"
        Nothing INCLUDE payments::get_by_customer_id;
    LIST_PAYMENTS_V2 GET "/v2/payments"
        Nothing PAYMENTS_V2 payments::list_v2;
    GET_PAYMENT_V2 GET "/v2/payments/{payment_id}"
        Nothing INCLUDE payments::get_v2;
    CREATE_BRANCH POST "/branch-office"
        Json NONE branches::create;
    LIST_BRANCHES GET "/branch-office"
        Nothing BRANCHES branches::list;
    UPDATE_BRANCH PATCH "/branch-office/{branch_office_id}"
        Json NONE branches::update;
    LIST_BRANCH_BANK_ACCOUNTS GET "/unverified/payouts-platform.list-branch-bank-accounts"
        Nothing PAGES branches::accounts, unpublished;
    CREATE_CERTIFICATE POST "/acceptance-certificates"
        Json NONE certificates::create;
    LIST_CERTIFICATES GET "/acceptance-certificates"
        Nothing CERTIFICATES certificates::list;
    GET_CERTIFICATE GET "/acceptance-certificates/{cert_id}"
        Nothing NONE certificates::get;
    UPDATE_CERTIFICATE PUT "/acceptance-certificates/{cert_id}"
        Json NONE certificates::update;
    PAY_CERTIFICATE POST "/acceptance-certificates/{cert_id}/payments"
        Json NONE certificates::pay;
    DOWNLOAD_CERTIFICATE_DOCX GET "/unverified/payouts-platform.download-certificate-docx/{cert_id}"
        Nothing NONE certificates::docx, unpublished_file;
    DOWNLOAD_CERTIFICATE_PDF GET "/unverified/payouts-platform.download-certificate-pdf/{cert_id}"
        Nothing NONE certificates::pdf, unpublished_file;
    RECOGNISE_PASSPORT POST "/unverified/payouts-platform.recognise-passport"
        Form NONE passports::recognise, unpublished;
    GET_PASSPORT_RECOGNITION GET "/unverified/payouts-platform.get-passport-recognition/{id}"
        Nothing NONE passports::recognition, unpublished;
    CREATE_NOMENCLATURE POST "/nomenclatures"
        Json NONE nomenclature::create;
    LIST_NOMENCLATURES GET "/nomenclatures"
        Nothing NOMENCLATURES nomenclature::list;
    GET_NOMENCLATURE GET "/nomenclatures/{nomenclature_id}"
        Nothing WITH_TRASHED nomenclature::get;
    UPDATE_NOMENCLATURE PUT "/nomenclatures/{nomenclature_id}"
        Json NONE nomenclature::update;
    DELETE_NOMENCLATURE DELETE "/nomenclatures/{nomenclature_id}"
        Nothing NONE nomenclature::delete;
    START_PASSPORT_CHECK POST "/unverified/payouts-platform.start-passport-check"
        Json NONE passports::start_check, unpublished;
    GET_PASSPORT_CHECK GET "/unverified/payouts-platform.get-passport-check/{requestId}"
        Nothing NONE passports::check, unpublished;
    LIST_EXTENSION_RELEASES GET "/unverified/payouts-platform.list-extension-releases"
        Nothing NONE service::releases, unpublished;
    GET_CABINET_SETTINGS GET "/unverified/payouts-platform.get-cabinet-settings"
        Nothing NONE service::settings, unpublished;
    UPSERT_CONTRACTOR POST "/contractors"
        Json NONE people::upsert;
    LIST_CONTRACTORS GET "/contractors"
        Nothing PAGES people::list;
    GET_CONTRACTOR GET "/contractors/{contractor_id}"
        Nothing NONE people::get;
    DELETE_CONTRACTOR DELETE "/contractors/{contractor_id}"
        Nothing NONE people::delete;
    UPDATE_CONTRACTOR PUT "/contractors/{contractor_id}"
        Json NONE people::update;
    LIST_REQUISITES GET "/contractors/{contractor_id}/requisites"
        Nothing PAGES people::requisites;
    LIST_BALANCES GET "/contractors/{contractor_id}/balances"
        Nothing INCLUDE_PAGES people::balances;
    GET_BALANCE GET "/contractors/{contractor_id}/balances/{balance_id}"
        Nothing INCLUDE people::balance;
    GET_SELF_EMPLOYED_STATE GET "/contractors/{contractor_id}/selfemployer"
        Nothing NONE people::self_employed_state;
    SYNCHRONISE_SELF_EMPLOYED_STATE POST "/contractors/{contractor_id}/selfemployer/sync"
        Nothing NONE people::synchronise;
    REQUEST_IDENTIFICATION POST "/contractors/{contractor_id}/identification-requests"
        Json VIEW people::identify;
    GET_LAST_APPROVED_IDENTIFICATION GET "/contractors/{contractor_id}/identification-requests/last-approved"
        Nothing VIEW people::last_approved;
    LIST_COOPERATIONS GET "/contractors/{contractor_id}/cooperations"
        Nothing PAGES people::cooperations;
    CREATE_COOPERATION POST "/contractors/{contractor_id}/cooperations"
        Json NONE people::cooperate;
    GET_COOPERATION GET "/contractors/{contractor_id}/cooperations/{cooperation_id}"
        Nothing NONE people::cooperation;
    DELETE_COOPERATION DELETE "/contractors/{contractor_id}/cooperations/{cooperation_id}"
        Nothing NONE people::part;
    UPDATE_COOPERATION PUT "/contractors/{contractor_id}/cooperations/{cooperation_id}"
        Json NONE people::change_cooperation;
    LIST_NOMINAL_PAYOUTS GET "/unverified/payouts-platform.list-nominal-payouts"
        Nothing DATES nominal::payouts, unpublished;
    LIST_NOMINAL_INCOMINGS GET "/unverified/payouts-platform.list-nominal-incomings"
        Nothing DATES nominal::incomings, unpublished;
};
