use rubank_core::http::Reply;
use rubank_core::operation::Operation;
use rubank_core::tri::Patch;

use super::*;
use crate::tests::{block_on, query_of, scripted};

fn body_of(operation: &impl Operation) -> String {
    let parts = operation.parts().unwrap();
    String::from_utf8(parts.body_ref().as_bytes().unwrap().to_vec()).unwrap()
}

fn create() -> CreateBranch {
    CreateBranch::new("Филиал", AgentId::new(45), "Московская 4, д. 3")
}

#[test]
fn a_branch_without_limits_says_null() {
    assert_eq!(
        body_of(&create()),
        r#"{"name":"Филиал","agent_id":45,"address":"Московская 4, д. 3","limit_monthly":null,"limit_daily":null}"#
    );
    let limited = create()
        .limit_monthly(Money::parse("250.50").unwrap())
        .limit_daily(Money::ZERO);
    assert!(body_of(&limited).ends_with(r#""limit_monthly":250.50,"limit_daily":0}"#));
}

#[test]
fn an_update_says_only_what_it_changes() {
    let id = BranchOfficeId::new(12);
    let whole = UpdateBranch::new(id, "a", AgentId::new(45), "b", None, None, true);
    // What is asked for, the body of it.
    let rows = [
        (
            whole,
            r#"{"name":"a","agent_id":45,"address":"b","limit_monthly":null,"limit_daily":null,"is_active":1}"#,
        ),
        (
            UpdateBranch::partial(id).limit_daily(Patch::Null),
            r#"{"limit_daily":null}"#,
        ),
        (
            UpdateBranch::partial(id).limit_monthly(Money::from_roubles(7)),
            r#"{"limit_monthly":7}"#,
        ),
        (
            UpdateBranch::partial(id).is_active(false),
            r#"{"is_active":0}"#,
        ),
        (
            UpdateBranch::partial(id)
                .limit_daily(Patch::Absent)
                .name("a"),
            r#"{"name":"a"}"#,
        ),
    ];
    for (update, body) in rows {
        assert_eq!(body_of(&update), body);
    }
    let refused = UpdateBranch::partial(id).parts().unwrap_err();
    assert_eq!(
        refused.to_string(),
        "body: must change something (got no field)"
    );
}

#[test]
fn every_broken_rule_is_told_and_no_address() {
    let fields = |refused: rubank_core::operation::InvalidRequest| -> Vec<String> {
        let all = refused.violations().iter();
        all.map(|broken| broken.field().to_owned()).collect()
    };
    let least = Money::parse("-0.01").unwrap();
    let refused = CreateBranch::new(" ", AgentId::new(45), "")
        .limit_monthly(least)
        .limit_daily(least)
        .parts()
        .unwrap_err();
    let all = ["name", "address", "limit_monthly", "limit_daily"];
    assert_eq!(fields(refused), all);
    let refused = UpdateBranch::partial(BranchOfficeId::new(12))
        .name("")
        .address(" ")
        .limit_monthly(least)
        .limit_daily(least)
        .parts()
        .unwrap_err();
    assert_eq!(fields(refused), all);
    // What came from the platform may have parts of a kopeck.
    let odd: Money = serde_json::from_str("10.001").unwrap();
    let refused = create().limit_daily(odd).parts().unwrap_err();
    assert_eq!(fields(refused), ["limit_daily"]);
    assert!(!format!("{:?}", create()).contains("Московская"));
}

#[test]
fn the_list_is_asked_for_as_the_page_shows() {
    let everything = ListBranches::new()
        .agent_id(AgentId::new(45))
        .order(BranchOrder::IdDescending)
        .customer_id(3)
        .is_active(false)
        .include_limits()
        .search("a b&c")
        .page(2)
        .per_page(200);
    assert_eq!(
        query_of(&everything),
        "agent_id=45&order=-id&customer_id=3&is_active=0&include=limits&search=a b&c&page=2&per_page=200"
    );
    assert_eq!(query_of(&ListBranches::new()), "page=1&per_page=100");
    for (rows, allowed) in [
        (0, false),
        (1, true),
        (99, false),
        (200, true),
        (201, false),
    ] {
        assert_eq!(
            ListBranches::new().per_page(rows).parts().is_ok(),
            allowed,
            "{rows}"
        );
        let links = ListBranchBankAccounts::new().per_page(rows);
        assert_eq!(links.parts().is_ok(), allowed, "{rows}");
    }
}

#[test]
fn pages_end_by_their_number_and_links_are_not_followed() {
    let page = |number: u32| {
        let body = format!(
            r#"{{"items":[{{"id":{number},"is_active":true}}],"meta":{{"current_page":{number},"last_page":2}},"links":{{"next_page_url":"https://elsewhere.example/"}}}}"#
        );
        Reply::json(200, body)
    };
    let (client, platform) = scripted([page(1), page(2)]);
    block_on(async {
        let mut branches = client.items(ListBranches::new());
        for id in [1, 2] {
            let branch = branches.next().await.unwrap().unwrap();
            assert_eq!(branch.id, Some(BranchOfficeId::new(id)));
        }
        assert!(branches.next().await.is_none());
    });
    let asked: Vec<_> = platform.seen().into_iter().map(|seen| seen.uri).collect();
    assert_eq!(asked.len(), 2);
    assert_eq!(asked[1].host(), Some("127.0.0.1"));
    assert_eq!(asked[1].query(), Some("page=2&per_page=100"));
}

#[test]
fn limits_and_flags_are_read_in_every_form_and_written_back() {
    for body in [
        r#"{"item":{"id":12,"limit_monthly":250.10,"limit_daily":null,"is_active":0,"limits":[{"type":"limit_daily","limit":250,"spending":0,"isInfinity":false}]}}"#,
        r#"{"item":{"id":"12","limit_daily":true,"is_active":true,"limits":[{"type":"limit_week","limit":null,"spending":1.5,"isInfinity":1}]}}"#,
        r#"{"item":{"name":null,"new":[1]}}"#,
    ] {
        let (client, _) = scripted([Reply::json(200, body)]);
        let answer = block_on(client.send(&create())).unwrap();
        assert_eq!(serde_json::to_string(answer.value()).unwrap(), body);
    }
}

#[test]
fn rows_without_a_number_are_told_apart_by_all_that_they_say() {
    use rubank_core::paging::Paged;
    let branch = |place: &str| {
        let body = format!(r#"{{"name":"Филиал","address":"{place}"}}"#);
        rubank_core::read::read::<Branch>(body.as_bytes()).unwrap()
    };
    let keys = ["a", "b"].map(|place| ListBranches::key(&branch(place)));
    assert_ne!(keys[0], keys[1]);
    let kind = |id: &str| {
        let body = format!(r#"{{"name":"Лом","type":{{"id":"{id}"}}}}"#);
        rubank_core::read::read::<crate::Nomenclature>(body.as_bytes()).unwrap()
    };
    let keys = ["a", "b"].map(|id| crate::ListNomenclatures::key(&kind(id)));
    assert_ne!(keys[0], keys[1]);
}
