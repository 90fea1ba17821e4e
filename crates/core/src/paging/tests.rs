mod list;
mod properties;

use list::*;

use super::RowKey;
use super::recent::{Recent, Stuck};
use crate::client::tests::support::waits;
use crate::error::{ErrorKind, Outcome};
use crate::http::Reply;

#[tokio::test]
async fn a_list_is_read_to_its_end() {
    for (rows, limit, requests) in [(0, 3, 1), (2, 3, 1), (3, 3, 2), (7, 3, 3), (7, 100, 1)] {
        let server = Server::of(rows);
        let mut items = server.items(limit);
        let read = read_all(&mut items).await;
        assert_eq!(read, (0..rows).map(Ok).collect::<Vec<_>>());
        assert_eq!(server.requests(), requests, "{rows} {limit}");
        assert!(items.continuation().is_none() && items.next().await.is_none());
    }
}

#[tokio::test]
async fn pages_are_given_as_they_came() {
    let server = Server::of(5);
    server.before_page(1, |rows| rows.insert(0, 100));
    let mut pages = server.client().pages(List::new(2));
    let mut seen = Vec::new();
    while let Some(page) = pages.next().await {
        seen.push(
            page.unwrap()
                .into_value()
                .0
                .into_iter()
                .map(Result::unwrap)
                .collect::<Vec<_>>(),
        );
    }
    assert_eq!(seen, [vec![0, 1], vec![1, 2], vec![3, 4], vec![]]);
    assert!(pages.continuation().is_none());
}

#[tokio::test]
async fn a_server_that_ignores_the_position_is_found_out() {
    let server = Server::of(5);
    server.ignore_offset();
    let mut items = server.items(5);
    let mut read = read_all(&mut items).await;
    assert_eq!(read.pop(), Some(Err(ErrorKind::Paging)));
    assert_eq!(read, (0..5).map(Ok).collect::<Vec<_>>());
    assert_eq!(server.requests(), 3);
    assert!(items.continuation().is_some() && items.next().await.is_none());

    // `pages` gives everything out, but not for ever.
    let mut pages = server.client().pages(List::new(5));
    let mut given = 0;
    let error = loop {
        match pages.next().await.unwrap() {
            Ok(_) => given += 1,
            Err(error) => break error,
        }
    };
    assert_eq!(
        (error.kind(), error.operation(), given),
        (ErrorKind::Paging, "test-bank.list", 101)
    );
    assert_eq!(
        (error.outcome(), error.may_have_acted()),
        (Outcome::Rejected, false)
    );
}

#[test]
fn what_is_stuck_and_what_is_not() {
    let keys = |text: &str| -> Vec<Option<RowKey>> {
        text.split_whitespace()
            .map(|key| (key != "!").then(|| RowKey::Id(key.to_owned())))
            .collect()
    };
    // Pages, and after how many of them it is stuck.
    let rows: Vec<(&str, Vec<&str>, Option<usize>)> = vec![
        (
            "one repetition",
            vec!["a b", "a b", "c d", "a b", "a b", "e"],
            None,
        ),
        ("three times in a row", vec!["a b", "a b", "a b"], Some(2)),
        (
            "with an unreadable row in it",
            vec!["a ! b", "a ! b", "a ! b"],
            Some(2),
        ),
        ("nothing readable", vec!["! !"; 300], None),
        ("two pages in turn", ["a b", "c d"].repeat(100), Some(101)),
        ("empty pages", vec![""; 300], Some(99)),
        (
            "empty pages, then rows",
            [vec![""; 99], vec!["a"], vec![""; 99]].concat(),
            None,
        ),
    ];
    for (name, pages, stuck) in rows {
        let mut recent = Recent::default();
        let ended = pages
            .iter()
            .position(|page| recent.admit(keys(page)) == Err(Stuck));
        assert_eq!(ended, stuck, "{name}");
    }
}

#[test]
fn rows_without_an_id_are_all_given_out() {
    let says = |text: &str| Some(RowKey::Content(text.to_owned()));
    let mut recent = Recent::default();
    assert_eq!(
        recent.admit(vec![says("a"), says("a")]),
        Ok(vec![true, true])
    );
    assert_eq!(
        recent.admit(vec![says("a"), says("b")]),
        Ok(vec![true, true])
    );
    assert_eq!(
        recent.admit(vec![says("a"), says("b")]),
        Ok(vec![true, true])
    );
    assert_eq!(recent.admit(vec![says("a"), says("b")]), Err(Stuck));
}

#[test]
fn a_key_is_forgotten_ten_pages_after_it_was_seen_last() {
    let page = |keys: &[&str]| -> Vec<Option<RowKey>> {
        let id = |key: &&str| Some(RowKey::Id((*key).to_owned()));
        keys.iter().map(id).collect()
    };
    // How many pages lie between, and whether the row is news again.
    for (between, news) in [(0, false), (9, false), (10, true), (11, true)] {
        let mut recent = Recent::default();
        // Twice on a page, and on two pages: the later one counts.
        assert_eq!(recent.admit(page(&["a", "a"])), Ok(vec![true, false]));
        assert_eq!(recent.admit(page(&["b", "a"])), Ok(vec![true, false]));
        for filler in 0..between {
            assert_eq!(recent.admit(page(&[&filler.to_string()])), Ok(vec![true]));
            assert_eq!(
                recent.admit(page(&[])),
                Ok(vec![]),
                "empty pages count for none"
            );
        }
        assert_eq!(recent.admit(page(&["a"])), Ok(vec![news]), "{between}");
    }
}

#[test]
fn memory_does_not_grow_with_the_list() {
    let mut recent = Recent::default();
    let mut most = 0;
    for page in 0..10_000 {
        let keys = (0..100)
            .map(|row| Some(RowKey::Id(format!("{page}-{row}"))))
            .collect();
        assert!(recent.admit(keys).unwrap().iter().all(|fresh| *fresh));
        most = most.max(recent.keys_held());
    }
    assert_eq!(most, 1_100);
}

#[tokio::test]
async fn an_unreadable_row_is_an_error_of_its_own() {
    let server = Server::of(7);
    server.spoil(&[2, 5]);
    let mut items = server.items(3);
    let read = read_all(&mut items).await;
    let bad = Err(ErrorKind::UnreadableItem);
    assert_eq!(read, [Ok(0), Ok(1), bad, Ok(3), Ok(4), bad, Ok(6)]);

    // A list of nothing but bad rows is read to its end, too.
    let server = Server::of(12);
    server.spoil(&(0..12).collect::<Vec<_>>());
    assert_eq!(read_all(&mut server.items(3)).await, vec![bad; 12]);
}

#[tokio::test]
async fn after_an_error_the_list_can_be_gone_on_with() {
    let server = Server::of(10);
    server.fail_page(1, Reply::empty(403));
    let mut items = server.items(4);
    let read = read_all(&mut items).await;
    assert_eq!(
        read,
        [Ok(0), Ok(1), Ok(2), Ok(3), Err(ErrorKind::Forbidden)]
    );
    let rest = items.continuation().unwrap().clone();
    assert_eq!(rest.offset, 4);
    let read = read_all(&mut server.client().items(rest)).await;
    assert_eq!(read, (4..10).map(Ok).collect::<Vec<_>>());

    let mut pages = server.client().pages(List::new(4));
    server.fail_page(server.requests() + 1, Reply::empty(403));
    pages.next().await.unwrap().unwrap();
    assert!(pages.next().await.unwrap().is_err() && pages.next().await.is_none());
    assert_eq!(pages.continuation().unwrap().offset, 4);
}

#[tokio::test]
async fn in_the_middle_of_a_page_the_continuation_is_that_page() {
    let server = Server::of(10);
    let mut items = server.items(4);
    assert_eq!(items.continuation().unwrap().offset, 0, "nothing was read");
    let offsets = [0, 0, 0, 4, 4, 4, 4, 8, 8];
    for (row, offset) in offsets.into_iter().enumerate() {
        assert_eq!(items.next().await.unwrap().unwrap(), row as u32);
        assert_eq!(
            items.continuation().unwrap().offset,
            offset,
            "after row {row}"
        );
    }
    assert_eq!(items.next().await.unwrap().unwrap(), 9);
    assert!(
        items.continuation().is_none(),
        "the last row of the last page"
    );
}

#[tokio::test]
async fn whoever_stops_waiting_loses_nothing() {
    let server = Server::of(4);
    server.hold();
    let mut items = server.items(2);
    for _ in 0..3 {
        let mut next = Box::pin(items.next());
        assert!(waits(&mut next).await);
    }
    assert_eq!(items.continuation().unwrap().offset, 0);
    server.release();
    assert_eq!(
        read_all(&mut items).await,
        (0..4).map(Ok).collect::<Vec<_>>()
    );
    // One request for each page: the first was not made anew.
    assert_eq!(server.requests(), 3);
}

#[tokio::test]
async fn a_link_to_another_host_is_an_error_after_the_page_that_holds_it() {
    let server = Server::of(7);
    server.before_page(0, |rows| rows.insert(2, LEADS_AWAY));
    let mut items = server.items(3);
    let read = read_all(&mut items).await;
    assert_eq!(read, [Ok(0), Ok(1), Ok(LEADS_AWAY), Err(ErrorKind::Paging)]);
    assert_eq!(server.requests(), 1);
    assert!(items.continuation().is_some() && items.next().await.is_none());
}
