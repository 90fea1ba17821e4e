//! Lists, page by page.

use http::StatusCode;

use super::gate::Call;
use super::node::{Node, object};
use super::refusal::Refusal;
use crate::answer::Answer;
use crate::strict::Complaint;

/// The page sizes that most lists take.
const SIZES: [u64; 14] = [1, 2, 3, 4, 5, 10, 15, 20, 25, 30, 50, 100, 150, 200];
const DEFAULT_SIZE: u64 = 20;
const GREATEST_SIZE: u64 = 200;
/// Links lead to another host, so that a client that follows them is found out.
const ELSEWHERE: &str = "https://links.payouts.invalid";

/// What a list is like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Paging {
    /// Sizes from the page's list; `meta` and `links`.
    Linked,
    /// Sizes from the page's list; `meta` alone.
    Listed,
    /// Any size up to 200; `meta` alone.
    Free,
}

/// Answers with the page that was asked for. `path` is the list's own, for its links.
pub(super) fn answer<Row>(
    call: &Call<'_>,
    paging: Paging,
    path: &str,
    rows: &[Row],
    show: impl Fn(&Row) -> Node,
) -> Result<Answer, Refusal> {
    let page = call.query.integer("page", 1, u64::MAX)?.unwrap_or(1);
    let size = size(call, paging)?;
    let total = rows.len() as u64;
    let last = total.div_ceil(size).max(1);
    let first = (page - 1).saturating_mul(size);
    let skipped = usize::try_from(first).unwrap_or(usize::MAX);
    let taken = usize::try_from(size).unwrap_or(usize::MAX);
    let items: Vec<Node> = rows.iter().skip(skipped).take(taken).map(show).collect();
    let shown = items.len() as u64;

    let meta = object! {
        "total": total,
        "from": (shown > 0).then(|| first + 1),
        "to": (shown > 0).then(|| first + shown),
        "per_page": size,
        "current_page": page,
        "last_page": last,
    };
    let body = object! { "items": items, "meta": meta };
    let body = body.with_if(paging == Paging::Linked, "links", || {
        links(path, page, last)
    });
    Ok(Answer::json(StatusCode::OK, &body))
}

fn size(call: &Call<'_>, paging: Paging) -> Result<u64, Complaint> {
    let size = call.query.integer("per_page", 1, GREATEST_SIZE)?;
    let size = size.unwrap_or(DEFAULT_SIZE);
    if paging == Paging::Free || SIZES.contains(&size) {
        return Ok(size);
    }
    Err(Complaint::new(
        "per_page",
        "must be 1, 2, 3, 4, 5, 10, 15, 20, 25, 30, 50, 100, 150 or 200",
    ))
}

fn links(path: &str, page: u64, last: u64) -> Node {
    let link = |page: u64| format!("{ELSEWHERE}{path}?page={page}");
    object! {
        "path": format!("{ELSEWHERE}{path}"),
        "first_page_url": link(1),
        "last_page_url": link(last),
        "next_page_url": (page < last).then(|| link(page + 1)),
        "prev_page_url": (page > 1).then(|| link(page - 1)),
    }
}
