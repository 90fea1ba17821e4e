//! Paging, sorting, and a list that changes meanwhile.

use rubank_sandbox::{Sandbox, alfa};
use serde_json::Value;

use crate::wire::{Ask, LIST, call, plain, start};

fn column(page: &Value, key: &str) -> Vec<String> {
    let rows = page["payments"].as_array().unwrap();
    rows.iter()
        .map(|row| {
            row[key]
                .as_str()
                .map_or(row[key].to_string(), str::to_owned)
        })
        .collect()
}

async fn page(sandbox: &Sandbox, more: &str) -> Value {
    call(sandbox, Ask::get(&format!("{LIST}{more}")))
        .await
        .json()
}

#[tokio::test]
async fn pages_cover_the_list_once() {
    let sandbox = start(Sandbox::builder().payments(250)).await;
    let mut ids = Vec::new();
    for offset in [0, 100, 200, 300] {
        let page = page(&sandbox, &format!("&limit=100&offset={offset}")).await;
        assert_eq!(page["pagination"]["totalCount"], 250);
        assert_eq!(page["pagination"]["offset"], offset);
        ids.extend(column(&page, "outgoingPaymentId"));
    }
    assert_eq!(ids.len(), 250);
    assert!(
        ids.is_sorted_by(|one, other| one > other),
        "descending by id, none twice"
    );
    assert!(ids.iter().any(|id| id == alfa::SAMPLE_PAYMENT));
}

#[tokio::test]
async fn sort_keys_are_followed_in_their_order() {
    let sandbox = plain().await;
    let page = page(&sandbox, "&sort=status,asc&sort=timestamp%2Cdesc&limit=100").await;
    let keys: Vec<_> = column(&page, "status")
        .into_iter()
        .zip(column(&page, "timestamp"))
        .collect();
    assert!(keys.is_sorted_by(|one, other| (&one.0, &other.1) <= (&other.0, &one.1)));
    assert_eq!(keys[0].0, "COMPLETE");
}

#[tokio::test]
async fn filters_and_strangers_find_nothing_else() {
    let sandbox = plain().await;
    let by_link = page(&sandbox, &format!("&qrcId={}", alfa::SAMPLE_LINK)).await;
    assert_eq!(
        column(&by_link, "outgoingPaymentId"),
        [alfa::SAMPLE_PAYMENT]
    );
    let none = page(&sandbox, "&outgoingPaymentId=x").await;
    assert_eq!(none["pagination"]["totalCount"], 0);
    let path = "/api/sbp/jp/v1/outgoing-payments?b2bClientId=somebody";
    assert_eq!(
        call(&sandbox, Ask::get(path)).await.json()["payments"],
        serde_json::json!([])
    );
}

#[tokio::test]
async fn the_list_grows_shrinks_and_loses_its_pagination() {
    let sandbox = start(Sandbox::builder().payments(5)).await;
    let first = column(
        &page(&sandbox, "&sort=timestamp,desc&limit=2").await,
        "outgoingPaymentId",
    );
    let added = sandbox.alfa().add_payments(2);
    let next = page(&sandbox, "&sort=timestamp,desc&limit=2&offset=2").await;
    assert_eq!(
        column(&next, "outgoingPaymentId"),
        first,
        "two new rows push the first page down"
    );
    assert_eq!(next["pagination"]["totalCount"], 7);

    let removed = sandbox.alfa().remove_payments(100);
    assert_eq!(removed.len(), 6);
    assert!(added.iter().all(|id| removed.contains(id)));
    sandbox.alfa().omit_pagination(true);
    let bare = page(&sandbox, "").await;
    assert_eq!(bare.get("pagination"), None);
    assert_eq!(column(&bare, "outgoingPaymentId"), [alfa::SAMPLE_PAYMENT]);
}

#[tokio::test]
async fn incoming_payments_are_listed_too() {
    let sandbox = plain().await;
    let path =
        LIST.replace("outgoing", "incoming") + "&sort=amount,asc&sort=timestamp,desc&limit=100";
    let page = call(&sandbox, Ask::get(&path)).await.json();
    let rows = page["payments"].as_array().unwrap();
    assert_eq!(rows.len(), 100);
    assert!(rows.is_sorted_by_key(|row| row["amount"].as_u64()));
    assert_eq!(rows[0]["currency"], "RUR");
}

#[tokio::test]
async fn equal_seeds_show_equal_lists() {
    let [one, other] = [plain().await, plain().await];
    assert_eq!(
        page(&one, "&limit=100").await,
        page(&other, "&limit=100").await
    );
}
