//! Lists, page by page: when to stop, how to survive odd servers, where to go on.

mod items;
mod pages;
mod recent;
mod stop;
#[cfg(test)]
mod tests;

pub use items::Items;
pub use pages::{Pages, stuck};
pub use stop::{ForeignLink, after_last_page, after_offset, after_same_host_link};

use crate::operation::Operation;
use crate::read::ReadError;

/// What tells a row from the others.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum RowKey {
    /// The bank's own id: two rows with the same one are the same row, and it is given out once.
    Id(String),
    /// What the row says, because the bank gives it no id: two rows may say the same and be two. All are given out; it
    /// only shows when a whole page comes again.
    Content(String),
}

/// An operation that answers with one page of a list.
///
/// Position is part of the request, so "where to go on" is simply the next request: it can be stored and sent later.
pub trait Paged: Operation + Clone + 'static {
    /// A row.
    type Item: Send + 'static;

    /// The request for the page after `page`; `None` if `page` was the last. Use one of the stop rules:
    /// [`after_offset`], [`after_last_page`], [`after_same_host_link`].
    ///
    /// # Errors
    /// The bank's link to the next page leads away: the list is not over, and cannot be read on.
    fn next(&self, page: &Self::Output) -> Result<Option<Self>, ForeignLink>;

    /// The rows of a page. A row that cannot be read is an error of its own; the others are still good.
    fn rows(page: Self::Output) -> Vec<Result<Self::Item, ReadError>>;

    /// What tells a row from the others, so that rows which shift between pages and pages that come again are
    /// recognised.
    fn key(item: &Self::Item) -> RowKey;
}
