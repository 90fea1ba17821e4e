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

/// Next link: the value of `parameter` in it, if the link is relative or leads to the same host by the same scheme.
/// A link elsewhere counts as none: it would carry the caller's token away.
///
/// ```
/// use rubank_core::paging::after_same_host_link;
///
/// let here = "https://bank.example/v2/list";
/// assert_eq!(after_same_host_link(here, "?page=2&day=1", "page"), Some("2".into()));
/// assert_eq!(after_same_host_link(here, "https://bank.example/v2/list?page=3", "page"), Some("3".into()));
/// assert_eq!(after_same_host_link(here, "list?page=4", "page"), Some("4".into()));
/// assert_eq!(after_same_host_link(here, "http://bank.example/v2/list?page=3", "page"), None);
/// assert_eq!(after_same_host_link(here, "//elsewhere.example/?page=2", "page"), None);
/// assert_eq!(after_same_host_link(here, "https://elsewhere.example/?page=2", "page"), None);
/// ```
pub fn after_same_host_link(here: &str, link: &str, parameter: &str) -> Option<String> {
    let here = Url::parse(here).ok()?;
    let there = here
        .join(link)
        .ok()
        .filter(|there| there.origin() == here.origin())?;
    there
        .query_pairs()
        .find(|(name, _)| name == parameter)
        .map(|(_, value)| value.into_owned())
}
