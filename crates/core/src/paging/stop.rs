//! The three stop rules, as plain functions. Which one an endpoint has is said by its page, not guessed.

use url::Url;

/// Offset and short page: the offset after a page of `received` rows, or `None` if the page was not full.
///
/// A total count is no stop rule: banks leave it out, and lists grow while they are read.
///
/// ```
/// use rubank_core::paging::after_offset;
///
/// assert_eq!(after_offset(0, 100, 100), Some(100));
/// assert_eq!(after_offset(100, 100, 7), None);
/// assert_eq!(after_offset(200, 100, 0), None);
/// ```
pub fn after_offset(offset: u64, limit: u64, received: usize) -> Option<u64> {
    let received = received as u64;
    (received >= limit && received > 0).then(|| offset.saturating_add(received))
}

/// Numbered pages: the number after `page`, or `None` at the last.
///
/// ```
/// use rubank_core::paging::after_last_page;
///
/// assert_eq!(after_last_page(1, 3), Some(2));
/// assert_eq!(after_last_page(3, 3), None);
/// assert_eq!(after_last_page(1, 0), None);
/// ```
pub fn after_last_page(page: u64, last_page: u64) -> Option<u64> {
    (page < last_page).then(|| page.saturating_add(1))
}

/// Next link: the value of `parameter` in it; `None` if it has none.
///
/// # Errors
/// The link leads to another host, or by another scheme: it would carry the caller's token away.
///
/// ```
/// use rubank_core::paging::after_same_host_link;
///
/// let here = "https://bank.example/v2/list";
/// let next = |link| after_same_host_link(here, link, "page");
/// assert_eq!(next("?page=2&day=1"), Ok(Some("2".into())));
/// assert_eq!(next("https://bank.example/v2/list?page=3"), Ok(Some("3".into())));
/// assert_eq!(next("list?page=4"), Ok(Some("4".into())));
/// assert_eq!(next("?day=1"), Ok(None));
/// assert!(next("http://bank.example/v2/list?page=3").is_err());
/// assert!(next("//elsewhere.example/?page=2").is_err());
/// assert!(next("https://elsewhere.example/?page=2").is_err());
/// ```
pub fn after_same_host_link(
    here: &str,
    link: &str,
    parameter: &str,
) -> Result<Option<String>, ForeignLink> {
    let here = Url::parse(here).map_err(|_| ForeignLink)?;
    let there = here.join(link).map_err(|_| ForeignLink)?;
    if there.origin() != here.origin() {
        return Err(ForeignLink);
    }
    let value = there.query_pairs().find(|(name, _)| name == parameter);
    Ok(value.map(|(_, value)| value.into_owned()))
}

/// The bank's link to the next page leads to another host. It is not followed: it would carry the token away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the link to the next page leads to another host")]
pub struct ForeignLink;
