//! Which page comes next.

use rubank_core::lenient::{Rows, promised};
use rubank_core::operation::{Checks, Parts};
use rubank_core::read::ReadError;
use rubank_core::types::Account;
use sber_api::{Link, Rel};

use crate::transaction::Transaction;
use crate::values::CurFormat;

/// What the lists of a day and of an increment share: whose rows, in which form, which page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) account: Account,
    pub(crate) cur_format: Option<CurFormat>,
    pub(crate) page: u32,
}

impl Place {
    pub(crate) fn first(account: Account) -> Self {
        Self {
            account,
            cur_format: None,
            page: 1,
        }
    }

    pub(crate) fn check(&self, checks: &mut Checks) {
        check_account(checks, &self.account);
        checks.range("page", self.page, 1..=u32::MAX);
        if let Some(format) = &self.cur_format {
            checks.not_blank("curFormat", format.as_str());
        }
    }

    pub(crate) fn put(&self, parts: Parts) -> Parts {
        parts
            .query("page", self.page)
            .query_opt("curFormat", self.cur_format.as_ref().map(CurFormat::as_str))
    }

    /// The place of the next page, if a link says that there is one. Its number is the link's; if the link speaks of
    /// another account or `period`, or leads back, it is simply the next number: the request is ours in any case, the
    /// bank says itself that a page does not exist, so nothing is lost and nothing goes round in a circle.
    pub(crate) fn after(&self, links: &[Link], period: (&str, &str)) -> Option<Self> {
        let next = links.iter().find(|link| link.rel == Some(Rel::Next))?;
        let following = self.page.checked_add(1)?;
        let href = next.href.as_ref().map_or("", |href| href.expose().as_str());
        let linked = self.page_in(href, period);
        Some(Self {
            page: linked.filter(|page| *page > self.page).unwrap_or(following),
            ..self.clone()
        })
    }

    fn page_in(&self, href: &str, (name, value): (&str, &str)) -> Option<u32> {
        let query = href.split_once('?')?.1;
        let query = query.split_once('#').map_or(query, |(query, _)| query);
        let of = |wanted: &str| {
            let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
            pairs
                .find(|(name, _)| *name == wanted)
                .map(|(_, value)| value)
        };
        let agrees = |wanted: &str, ours: &str| {
            of(wanted).is_none_or(|theirs| theirs.replace("%3A", ":").replace("%3a", ":") == ours)
        };
        let ours = agrees("accountNumber", self.account.expose()) && agrees(name, value);
        of("page")
            .filter(|_| ours)
            .and_then(|page| page.parse().ok())
    }
}

/// The rows of a page; one error in their place if the page has none, not even an empty list.
pub(crate) fn rows_or_error(
    rows: Option<Rows<Transaction>>,
) -> Vec<Result<Transaction, ReadError>> {
    promised::rows_or_error(rows, "transactions")
}

/// The bank takes accounts of 20 digits only.
pub(crate) fn check_account(checks: &mut Checks, account: &Account) {
    let text = account.expose();
    let is_account = text.len() == 20 && text.bytes().all(|byte| byte.is_ascii_digit());
    checks.that(is_account, "accountNumber", "must have 20 digits", || {
        format!("{} characters", text.chars().count())
    });
}

/// The wire has four digits for a year.
pub(crate) fn check_year(checks: &mut Checks, field: &'static str, year: i32) {
    let rule = "must be in a year of four digits";
    checks.that((1000..=9999).contains(&year), field, rule, || {
        "another year".to_owned()
    });
}

#[cfg(test)]
mod tests {
    use rubank_core::lenient::one_or_many;
    use rubank_core::model;
    use rubank_core::read::read;

    use super::*;

    model! {
        struct Links {
            /// Links.
            pub links: Vec<Link> = "_links" as one_or_many,
        }
    }

    fn after(page: u32, links: &str) -> Option<u32> {
        let place = Place {
            page,
            ..Place::first(Account::received("40702810500006103990"))
        };
        let links: Links = read(format!(r#"{{"_links":{links}}}"#).as_bytes()).unwrap();
        place
            .after(&links.links, ("statementDate", "2018-03-15"))
            .map(|place| place.page)
    }

    #[test]
    fn an_absent_list_is_not_an_empty_one() {
        let none = rows_or_error(None).remove(0).unwrap_err();
        assert_eq!(none.path(), "transactions");
        assert!(rows_or_error(Some(Rows::default())).is_empty());
    }

    #[test]
    fn the_end_is_the_absence_of_next() {
        let rows = [
            ("[]", None),
            ("null", None),
            (r#"[{"href":"?page=2","rel":"prev"}]"#, None),
            // the bank's own example
            (r#"[{"href":"?page=3","rel":"string"}]"#, None),
            (r#"[{"href":"?page=3"}]"#, None),
            (r#"{"href":"?page=2","rel":"next"}"#, Some(2)),
            (r#"[{"rel":"next"}]"#, Some(2)),
        ];
        for (links, expected) in rows {
            assert_eq!(after(1, links), expected, "{links}");
        }
    }

    #[test]
    fn only_the_number_is_taken_and_only_from_a_link_of_ours() {
        let rows = [
            (
                "?accountNumber=40702810500006103990&statementDate=2018-03-15&page=3",
                3,
            ),
            (
                "https://elsewhere.example/v2/statement/transactions?page=3#x",
                3,
            ),
            ("/fintech/api/v2/statement/transactions?page=3", 3),
            ("?accountNumber=40702810500006103991&page=9", 3),
            ("?statementDate=2018-03-16&page=9", 3),
            ("?page=2", 3),
            ("?page=1", 3),
            ("?page=0", 3),
            ("?page=-1", 3),
            ("?page=x", 3),
            ("?pages=9", 3),
            ("page=9", 3),
            ("", 3),
            ("?page=7", 7),
        ];
        for (href, expected) in rows {
            let links = format!(r#"[{{"href":"{href}","rel":"next"}}]"#);
            assert_eq!(after(2, &links), Some(expected), "{href}");
        }
        assert_eq!(after(u32::MAX, r#"[{"rel":"next"}]"#), None);
    }
}
