//! Pages and filters.

use rubank_sandbox::{Fault, FaultRule, payouts};
use serde_json::{Value, json};

use super::{get, hasty, paid, refused, wrong};

#[tokio::test]
async fn pages_have_meta_and_most_have_links() {
    let sandbox = hasty().await;
    let page = get(&sandbox, "/payments?per_page=25&page=3").await.json();
    assert_eq!(
        page["meta"],
        json!({"total": 61, "from": 51, "to": 61, "per_page": 25, "current_page": 3, "last_page": 3})
    );
    let links = &page["links"];
    assert!(links["next_page_url"].is_null());
    let previous = links["prev_page_url"].as_str().unwrap();
    assert!(
        previous.starts_with("https://links.payouts.invalid/"),
        "{previous}"
    );
    let beyond = get(&sandbox, "/payments?page=9").await.json();
    assert_eq!(beyond["items"], json!([]));
    assert_eq!(
        (&beyond["meta"]["from"], &beyond["meta"]["per_page"]),
        (&json!(null), &json!(20))
    );

    let accounts = "/unverified/payouts-platform.list-branch-bank-accounts";
    for path in [accounts, "/acceptance-certificates", "/nomenclatures"] {
        let list = get(&sandbox, path).await.json();
        assert!(list["meta"]["total"].as_u64().unwrap() > 0, "{path}");
        assert!(list.get("links").is_none(), "{path}");
    }
}

#[tokio::test]
async fn sizes_come_from_a_list() {
    let sandbox = hasty().await;
    let status = async |path: &str| get(&sandbox, path).await.status;
    for size in [1, 2, 3, 4, 5, 10, 15, 20, 25, 30, 50, 100, 150, 200] {
        assert_eq!(
            status(&format!("/contractors?per_page={size}")).await,
            200,
            "{size}"
        );
    }
    for size in ["0", "6", "199", "201", "x", ""] {
        let reply = get(&sandbox, &format!("/contractors?per_page={size}")).await;
        assert_eq!(refused(&reply), wrong("per_page"), "{size}");
    }
    assert_eq!(status("/contractors?page=0").await, 422);
    for path in ["/nomenclatures", "/acceptance-certificates"] {
        assert_eq!(
            status(&format!("{path}?per_page=199")).await,
            200,
            "any number is taken here"
        );
        assert_eq!(status(&format!("{path}?per_page=201")).await, 422);
    }
}

#[tokio::test]
async fn payments_are_filtered() {
    let sandbox = hasty().await;
    let id = paid(&sandbox, "a", "1").await;
    let all = get(&sandbox, "/payments?per_page=200").await.json();
    let ids = |list: &Value| -> Vec<u64> {
        let items = list["items"].as_array().unwrap();
        items
            .iter()
            .map(|one| one["id"].as_u64().unwrap())
            .collect()
    };
    let everything = ids(&all);
    assert_eq!((everything.len(), everything[0]), (62, id));
    assert!(everything.is_sorted_by(|a, b| a > b), "the newest first");

    let found = async |query: &str| {
        ids(&get(&sandbox, &format!("/payments?per_page=200&{query}"))
            .await
            .json())
    };
    assert_eq!(
        found(&format!("ids={id},{}", everything[5])).await,
        [id, everything[5]]
    );
    assert_eq!(found("status=3").await, [id]);
    assert_eq!(found("status=5").await, [payouts::FAILED_PAYMENT]);
    let rejected = found("status=2").await.len();
    assert_eq!(found("status=1").await.len() + rejected, 60);
    let page = get(&sandbox, "/v2/payments?per_page=200&status_id=2")
        .await
        .json();
    assert_eq!(ids(&page).len(), rejected);
    assert_eq!(found("contractor_ids=101&status=3").await, [id]);
    assert_eq!(found("agent_ids=2").await, [0; 0]);
    assert_eq!(found("branch_office_ids=12").await.len(), 60);
    assert_eq!(found("has_acceptance_certificate=true").await, [0; 0]);
    assert_eq!(
        found("created_at_from=2026-01-15T12:00:00%2B03:00").await,
        [id]
    );
    assert_eq!(
        found("created_at_to=2026-01-15T11:59:59%2B03:00")
            .await
            .len(),
        61
    );
    assert_eq!(
        found("created_at_from=2026-01-15T06:00:00Z&created_at_to=2026-01-15T09:00:00Z")
            .await
            .len(),
        1
    );

    for (query, key) in [
        ("status=7", "status"),
        ("ids=1,", "ids"),
        ("include=act", "include"),
        ("has_acceptance_certificate=1", "has_acceptance_certificate"),
        (
            "created_at_from=2026-01-15T12:00:00+03:00",
            "created_at_from",
        ),
        ("ids=1&ids=2", "ids"),
    ] {
        let reply = get(&sandbox, &format!("/payments?{query}")).await;
        assert_eq!(refused(&reply), wrong(key), "{query}");
    }
    assert_eq!(get(&sandbox, "/v2/payments?status_id=7").await.status, 200);
    assert_eq!(
        refused(&get(&sandbox, "/v2/payments?status=1").await).0,
        400
    );
}

#[tokio::test]
async fn branches_are_sorted_and_searched() {
    let sandbox = hasty().await;
    let names = async |query: &str| -> Vec<u64> {
        let list = get(&sandbox, &format!("/branch-office?{query}"))
            .await
            .json();
        let items = list["items"].as_array().unwrap();
        items
            .iter()
            .map(|one| one["id"].as_u64().unwrap())
            .collect()
    };
    assert_eq!(names("order=-id").await, [14, 13, 12]);
    assert_eq!(names("order=name").await, [12, 14, 13]);
    assert_eq!(names("order=monthly_limit").await, [13, 12, 14]);
    assert_eq!(names("is_active=0").await, [14]);
    assert_eq!(names("agent_id=2").await, [0; 0]);
    assert_eq!(
        names("search=%D0%BB%D0%B8%D0%BC%D0%B8%D1%82").await,
        [12, 13]
    );
    let bare = get(&sandbox, "/branch-office").await.json();
    assert!(bare["items"][0].get("limits").is_none());
}

#[tokio::test]
async fn the_nominal_account_has_rows_without_numbers() {
    let sandbox = hasty().await;
    for (path, date, key) in [
        ("list-nominal-payouts", "payed_at", "recipient_inn"),
        ("list-nominal-incomings", "charged_at", "payer_inn"),
    ] {
        let path = format!("/unverified/payouts-platform.{path}");
        let list = get(&sandbox, &path).await.json();
        assert_eq!(
            (&list["meta"]["total"], list["items"][0].get("id")),
            (&json!(45), None)
        );
        assert!(list["items"][0][key].is_string() && list["links"].is_object());
        let filtered = get(
            &sandbox,
            &format!("{path}?date_from=2026-01-14&date_to=2026-01-14"),
        )
        .await;
        let filtered = filtered.json();
        assert_eq!(filtered["meta"]["total"], 4, "every six hours");
        let at = filtered["items"][0][date].as_str().unwrap();
        assert!(
            at.starts_with("2026-01-14T") && at.ends_with("+03:00"),
            "{at}"
        );
    }
}

#[tokio::test]
async fn a_page_can_be_repeated_by_a_fault() {
    let sandbox = hasty().await;
    let first = get(&sandbox, "/contractors").await.json();
    let rule = FaultRule::on(payouts::LIST_CONTRACTORS, Fault::RepeatedPage).call(2);
    sandbox.faults().push(rule);
    assert_eq!(get(&sandbox, "/contractors?page=2").await.json(), first);
}
