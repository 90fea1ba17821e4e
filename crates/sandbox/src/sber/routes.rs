//! What each of Sber's hosts serves.

use std::sync::Arc;

use super::{
    AUTHORIZE, CANCEL_WAYBILL, CHANGE_SECRET, CREATE_WAYBILL, ENCASHMENTS, Endpoint, GET_OBJECT,
    GET_SUMMARY, GET_TRANSACTION, GET_WAYBILL, GET_WAYBILL_STATE, Handler, LIST_INCREMENT,
    LIST_OBJECTS, LIST_TRANSACTIONS, REFRESH_SECRET, REVOKE_TOKEN, STATEMENTS, Sber, TOKEN,
    USER_INFO, answers, encashment, sign_in, statements,
};
use crate::asked::Asked;
use crate::host::{Host, HostSpec, OperationSpec};
use crate::stage::{Stage, World};

pub(crate) fn host(host: Host, world: &Arc<World>, sber: &Sber) -> HostSpec {
    let stage = |spec, work| Stage::new(world, host, spec, work);
    let endpoint = |spec: OperationSpec, endpoint: Endpoint| {
        let bank = Arc::clone(&sber.bank);
        (
            spec,
            stage(Some(spec), Arc::new(move |asked| endpoint(&bank, asked))),
        )
    };
    let behind = |spec: OperationSpec, scope: &'static str, handler: Handler| {
        let bank = Arc::clone(&sber.bank);
        let work = move |asked: &Asked| answers::through_gate(&bank, asked, scope, handler);
        (spec, stage(Some(spec), Arc::new(work)))
    };
    let operations = match host {
        Host::SberAuthorize => vec![endpoint(
            OperationSpec::new(AUTHORIZE, "GET", "/ic/sso/api/v2/oauth/authorize"),
            sign_in::authorize,
        )],
        Host::SberToken => sign_in_operations()
            .map(|(spec, work)| endpoint(spec, work))
            .into(),
        _ => {
            let secret = OperationSpec::new(
                REFRESH_SECRET,
                "POST",
                "/applications/secrets/v1/refresh-client-secret",
            );
            let mut operations = vec![endpoint(secret, sign_in::perpetual_secret)];
            let encashment = encashment_operations();
            operations.extend(encashment.map(|(spec, work)| behind(spec, ENCASHMENTS, work)));
            let statements = statement_operations();
            operations.extend(statements.map(|(spec, work)| behind(spec, STATEMENTS, work)));
            operations
        }
    };
    let bank = Arc::clone(&sber.bank);
    let unknown = stage(
        None,
        Arc::new(move |asked| answers::Refusal::NotFound.answer_to(&bank, asked)),
    );
    HostSpec::new(host, host != Host::SberAuthorize, unknown, operations)
}

fn sign_in_operations() -> [(OperationSpec, Endpoint); 4] {
    let new = OperationSpec::new;
    [
        (
            new(TOKEN, "POST", "/ic/sso/api/v2/oauth/token"),
            sign_in::token,
        ),
        (
            new(REVOKE_TOKEN, "POST", "/ic/sso/api/v2/oauth/revoke"),
            sign_in::revoke,
        ),
        (
            new(CHANGE_SECRET, "POST", "/ic/sso/api/v1/change-client-secret"),
            sign_in::change_secret,
        ),
        (
            new(USER_INFO, "GET", "/ic/sso/api/v2/oauth/user-info"),
            sign_in::user_info,
        ),
    ]
}

fn encashment_operations() -> [(OperationSpec, Handler); 6] {
    const WAYBILL: &str = "/v1/encashments/waybill/{externalId}";
    const STATE: &str = "/v1/encashments/waybill/{externalId}/state";
    const LIST: &str = "/unverified/sber-encashment.list-objects-by-contract";

    let new = |id, method, path| {
        OperationSpec::new(id, method, path).enum_fields(&["bankStatus", "cause"])
    };
    [
        (
            new(GET_OBJECT, "GET", "/v1/encashments/object"),
            encashment::object,
        ),
        (
            new(CREATE_WAYBILL, "POST", "/v1/encashments/waybill"),
            encashment::create,
        ),
        (
            new(CANCEL_WAYBILL, "POST", "/v1/encashments/waybill/cancel"),
            encashment::cancel,
        ),
        (new(GET_WAYBILL, "GET", WAYBILL), encashment::waybill),
        (new(GET_WAYBILL_STATE, "GET", STATE), encashment::state),
        (
            new(LIST_OBJECTS, "GET", LIST)
                .page_key("page")
                .unpublished(),
            encashment::objects_by_contract,
        ),
    ]
}

fn statement_operations() -> [(OperationSpec, Handler); 4] {
    let new = |id, path| {
        OperationSpec::new(id, "GET", path)
            .enum_fields(&["direction", "cause"])
            .page_key("page")
    };
    [
        (
            new(GET_SUMMARY, "/v2/statement/summary"),
            statements::summary,
        ),
        (
            new(LIST_TRANSACTIONS, "/v2/statement/transactions"),
            statements::transactions,
        ),
        (
            new(LIST_INCREMENT, "/v2/statement/increment"),
            statements::increment,
        ),
        (
            new(GET_TRANSACTION, "/v2/statement/transactionId"),
            statements::transaction,
        ),
    ]
}
