//! What both lists share: order, window, and the page's own word about itself.

use rubank_core::model;
use rubank_core::operation::{Checks, Parts};
use rubank_core::paging::after_offset;

/// The largest page by the bank's documents; also what is asked for unless said otherwise.
const MOST_ROWS: u32 = 100;
const MOST_SORT_KEYS: usize = 3;

/// Ascending or descending.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Direction {
    /// `asc`: the smallest first.
    Ascending,
    /// `desc`: the greatest first.
    Descending,
}

impl Direction {
    /// The word on the wire: `asc`, `desc`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ascending => "asc",
            Self::Descending => "desc",
        }
    }
}

/// One key of a list's order: a field of that list, and a direction. On the wire `sort=timestamp,desc`.
///
/// ```
/// use alfa_sbp::{Direction, Sort, SortField};
///
/// let newest_first = Sort::descending(SortField::Timestamp);
/// assert_eq!(newest_first, Sort { field: SortField::Timestamp, direction: Direction::Descending });
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Sort<F> {
    /// By what.
    pub field: F,
    /// Which way.
    pub direction: Direction,
}

impl<F> Sort<F> {
    /// The smallest first.
    pub const fn ascending(field: F) -> Self {
        Self {
            field,
            direction: Direction::Ascending,
        }
    }

    /// The greatest first.
    pub const fn descending(field: F) -> Self {
        Self {
            field,
            direction: Direction::Descending,
        }
    }
}

model! {
    /// The bank's word about a page. A hint: it may be absent, and the total may change between two pages, so it
    /// never ends a list.
    ///
    /// Source: the bank's page of outgoing payments (documented; every member is optional there).
    #[derive(Eq)]
    pub struct Pagination {
        /// Rows of the page as asked.
        pub limit: Option<u64> = shown "limit",
        /// Rows before the page.
        pub offset: Option<u64> = shown "offset",
        /// Rows in all that match.
        pub total_count: Option<u64> = shown "totalCount",
    }
}

/// A field that a list can be ordered by.
pub(crate) trait Field: Copy + Eq {
    fn name(self) -> &'static str;
}

/// Which rows a list is asked for, and in which order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Window<F> {
    pub(crate) sort: Vec<Sort<F>>,
    pub(crate) limit: u32,
    pub(crate) offset: u64,
}

impl<F> Default for Window<F> {
    fn default() -> Self {
        Self {
            sort: Vec::new(),
            limit: MOST_ROWS,
            offset: 0,
        }
    }
}

impl<F: Field> Window<F> {
    pub(crate) fn check(&self, checks: &mut Checks) {
        let keys = self.sort.len();
        checks.that(
            keys <= MOST_SORT_KEYS,
            "sort",
            "must have at most 3 keys",
            || format!("a list of {keys}"),
        );
        for (index, key) in self.sort.iter().enumerate() {
            let first = self.sort[..index]
                .iter()
                .all(|earlier| earlier.field != key.field);
            checks.that(
                first,
                format!("sort[{index}]"),
                "must not repeat a field",
                || key.field.name().to_owned(),
            );
        }
        checks.range("limit", self.limit, 1..=MOST_ROWS);
    }

    /// The query in the order of the bank's example. `limit` and `offset` are always there: their defaults are not
    /// published.
    pub(crate) fn put(&self, mut parts: Parts) -> Parts {
        for key in &self.sort {
            parts = parts.query(
                "sort",
                format!("{},{}", key.field.name(), key.direction.as_str()),
            );
        }
        parts
            .query("limit", self.limit)
            .query("offset", self.offset)
    }

    /// The window after a page of `received` rows. Offset and short page; a page is full by the bank's own limit if
    /// that is smaller than ours, so that a lowered maximum does not look like the end.
    pub(crate) fn after(&self, received: usize, pagination: Option<&Pagination>) -> Option<Self> {
        let told = pagination.and_then(|page| page.limit).unwrap_or(u64::MAX);
        let full = u64::from(self.limit).min(told);
        let offset = after_offset(self.offset, full, received)?;
        Some(Self {
            offset,
            ..self.clone()
        })
    }
}

#[cfg(test)]
mod tests {
    use rubank_core::read::read;

    use super::*;

    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    struct Letter(&'static str);

    impl Field for Letter {
        fn name(self) -> &'static str {
            self.0
        }
    }

    #[test]
    fn a_page_is_full_by_the_smaller_limit() {
        let told = |limit: &str| read::<Pagination>(limit.as_bytes()).unwrap();
        let window = Window::<Letter> {
            limit: 100,
            offset: 200,
            ..Window::default()
        };
        let rows: &[(usize, Option<&str>, Option<u64>)] = &[
            (100, None, Some(300)),
            (99, None, None),
            (0, None, None),
            (100, Some("{}"), Some(300)),
            (50, Some(r#"{"limit":50}"#), Some(250)),
            (49, Some(r#"{"limit":50}"#), None),
            (100, Some(r#"{"limit":100,"totalCount":1}"#), Some(300)),
            (7, Some(r#"{"limit":100,"totalCount":1000}"#), None),
            (7, Some(r#"{"limit":0}"#), Some(207)),
            (0, Some(r#"{"limit":0}"#), None),
        ];
        for (received, pagination, expected) in rows {
            let pagination = pagination.map(told);
            let next = window
                .after(*received, pagination.as_ref())
                .map(|window| window.offset);
            assert_eq!(next, *expected, "{received} rows, {pagination:?}");
        }
    }

    #[test]
    fn all_broken_rules_are_told_at_once() {
        let key = |name| Sort::ascending(Letter(name));
        let window = Window {
            sort: vec![key("a"), key("b"), key("a"), key("c")],
            limit: 101,
            offset: 0,
        };
        let mut checks = Checks::new();
        window.check(&mut checks);
        assert_eq!(
            checks.finish().unwrap_err().to_string(),
            "sort: must have at most 3 keys (got a list of 4); sort[2]: must not repeat a field (got a); \
             limit: must be 1 to 100 (got 101)",
        );
    }
}
