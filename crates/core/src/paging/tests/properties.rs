//! Any list, however it moves while it is read.

use proptest::prelude::*;
use proptest::test_runner::TestCaseError;

use super::list::*;
use crate::error::ErrorKind;

/// What happens to the list before one request.
#[derive(Clone, Debug)]
enum Change {
    /// New rows at a place, in thousandths of the list.
    Insert {
        place: usize,
        rows: usize,
    },
    Remove {
        place: usize,
        rows: usize,
    },
    Nothing,
}

fn growth() -> impl Strategy<Value = Change> {
    prop_oneof![
        2 => (0_usize..=1000, 1_usize..6).prop_map(|(place, rows)| Change::Insert { place, rows }),
        1 => Just(Change::Nothing),
    ]
}

fn any_change() -> impl Strategy<Value = Change> {
    prop_oneof![
        2 => growth(),
        1 => (0_usize..=1000, 1_usize..6).prop_map(|(place, rows)| Change::Remove { place, rows }),
    ]
}

fn apply(server: &Server, changes: Vec<Change>) {
    for (index, change) in changes.into_iter().enumerate() {
        // New rows have numbers of their own.
        let first = 10_000 + index as u32 * 100;
        server.before_page(index + 1, move |list| match change {
            Change::Insert { place, rows } => {
                let at = list.len() * place / 1000;
                list.splice(at..at, (0..rows as u32).map(|row| first + row));
            }
            Change::Remove { place, rows } => {
                let at = list.len() * place / 1000;
                list.drain(at..(at + rows).min(list.len()));
            }
            Change::Nothing => {}
        });
    }
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap()
        .block_on(future)
}

/// Reads it, going on where it was stopped, until the end.
async fn read_with_stops(server: &Server, limit: u64) -> Result<Vec<u32>, TestCaseError> {
    let mut read = Vec::new();
    let mut items = server.items(limit);
    for _ in 0..1000 {
        match items.next().await {
            Some(Ok(row)) => read.push(row),
            Some(Err(error)) if error.kind() == ErrorKind::UnreadableItem => {}
            Some(Err(_)) => {
                let rest = items.continuation().cloned();
                let rest = rest.ok_or_else(|| TestCaseError::fail("an error ended the list"))?;
                items = server.client().items(rest);
            }
            None => return Ok(read),
        }
    }
    Err(TestCaseError::fail("the list does not end"))
}

proptest! {
    /// Rows shift to later pages, as new ones are written: those that were there all the time come exactly once.
    #[test]
    fn growth_loses_and_repeats_nothing(
        rows in 0_u32..60,
        // Less than a page at a time, on the whole: a list that outruns its reader has no end.
        limit in 6_u64..12,
        changes in prop::collection::vec(growth(), 0..30),
        bad in prop::collection::btree_set(0_u32..60, 0..5),
    ) {
        let server = Server::of(rows);
        apply(&server, changes);
        server.spoil(&bad.iter().copied().collect::<Vec<_>>());
        let read = block_on(read_with_stops(&server, limit))?;
        for row in (0..rows).filter(|row| !bad.contains(row)) {
            let times = read.iter().filter(|read| **read == row).count();
            prop_assert_eq!(times, 1, "row {}", row);
        }
        // New rows come at most once.
        let mut news: Vec<_> = read.iter().filter(|row| **row >= 10_000).collect();
        let count = news.len();
        news.sort_unstable();
        news.dedup();
        prop_assert_eq!(news.len(), count);
    }

    /// Whatever the list does, reading it ends, and nothing that was never there is given out.
    #[test]
    fn any_list_ends(
        rows in 0_u32..60,
        limit in 1_u64..12,
        changes in prop::collection::vec(any_change(), 0..30),
    ) {
        let server = Server::of(rows);
        apply(&server, changes);
        let read = block_on(async { read_all(&mut server.items(limit)).await });
        for row in &read {
            match row {
                Ok(row) => prop_assert!(*row < rows || *row >= 10_000),
                Err(kind) => prop_assert_eq!(*kind, ErrorKind::Paging),
            }
        }
        prop_assert!(server.requests() < 300);
    }

    /// Faults in between cost nothing but rows that come again.
    #[test]
    fn faults_lose_nothing(
        rows in 0_u32..60,
        limit in 1_u64..12,
        faults in prop::collection::btree_set(0_usize..20, 0..6),
    ) {
        let server = Server::of(rows);
        for fault in faults {
            server.fail_page(fault, crate::http::Reply::empty(403));
        }
        let mut read = block_on(read_with_stops(&server, limit))?;
        read.dedup();
        prop_assert_eq!(read, (0..rows).collect::<Vec<_>>());
    }
}
