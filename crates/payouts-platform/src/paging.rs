//! Answers in their wrappers, and pages of lists.

use std::fmt;

use rubank_core::extra::Extra;
use rubank_core::lenient::{self, Rows};
use rubank_core::model;
use rubank_core::model::{Fields, finish, put};
use rubank_core::operation::{Checks, Parts};
use rubank_core::paging::{RowKey, after_last_page};
use rubank_core::raw::{Kind, Piece, Raw};
use rubank_core::read::{Mismatch, ReadError};
use serde::de::{Deserialize, Deserializer, Error as _};
use serde::ser::{Serialize, Serializer};

/// One thing, as the platform answers with it: under `item`, under `data`, or bare. It is written back as it came.
#[derive(Clone, PartialEq, Eq)]
pub struct Item<T> {
    /// The thing.
    pub item: T,
    wrapper: Wrapper,
}

#[derive(Clone, PartialEq, Eq)]
enum Wrapper {
    None,
    Named(&'static str, Extra),
}

const NAMES: [&str; 2] = ["item", "data"];

impl<T> std::ops::Deref for Item<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.item
    }
}

/// The thing's own `Debug`.
impl<T: fmt::Debug> fmt::Debug for Item<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Item").field(&self.item).finish()
    }
}

impl<'de, T: Deserialize<'de> + Serialize> Deserialize<'de> for Item<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let piece = Piece::deserialize(from)?;
        let wrapped = |name: &&str| {
            piece
                .field(name)
                .is_some_and(|inner| inner.kind() == Kind::Object)
        };
        match NAMES.into_iter().find(wrapped) {
            Some(name) => piece.read::<Named<T>>().map(|named| Self {
                item: named.item,
                wrapper: Wrapper::Named(name, named.extra),
            }),
            None => piece.read().map(|item| Self {
                item,
                wrapper: Wrapper::None,
            }),
        }
        .map_err(Mismatch::into_error)
    }
}

impl<T: Serialize> Serialize for Item<T> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match &self.wrapper {
            Wrapper::None => self.item.serialize(to),
            Wrapper::Named(name, extra) => {
                let mut map = to.serialize_map(None)?;
                put(&mut map, extra, name, &self.item)?;
                finish(map, extra)
            }
        }
    }
}

/// What stands under the first of [`NAMES`] that is there.
struct Named<T> {
    item: T,
    extra: Extra,
}

impl<'de, T: Deserialize<'de> + Serialize> Deserialize<'de> for Named<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let mut fields = Fields::of(from)?;
        for name in NAMES {
            if let Some(item) = fields.take::<Option<T>, D::Error>(name)? {
                let extra = fields.rest();
                return Ok(Self { item, extra });
            }
        }
        Err(D::Error::custom("neither an item nor data"))
    }
}

/// One page of a list.
#[derive(Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// The rows. A page without them is an error, not "nothing came"; one that cannot be read does not hide the others.
    pub items: Rows<T>,
    /// The page's place in the list. Whether there is more is told by it alone: without it the page is the last.
    pub meta: Option<PageMeta>,
    /// Addresses of other pages. They are never followed: they may lead to another host, and the key would go along.
    pub links: Option<PageLinks>,
    /// What came beyond the fields above; kept to be written back.
    pub extra: Extra,
}

impl<T> Page<T> {
    /// The rows, each read or why not.
    pub(crate) fn into_results(self) -> Vec<Result<T, ReadError>> {
        self.items.into_results()
    }
}

impl<T> fmt::Debug for Page<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Page")
            .field("items", &self.items)
            .field("meta", &self.meta)
            .finish_non_exhaustive()
    }
}

impl<'de, T: Deserialize<'de> + Serialize> Deserialize<'de> for Page<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let mut fields = Fields::of(from)?;
        let Some(items) = fields.take::<Option<Rows<T>>, D::Error>("items")? else {
            return Err(D::Error::custom("a page without items"));
        };
        Ok(Self {
            items,
            meta: fields.take::<Option<PageMeta>, D::Error>("meta")?,
            links: fields.take::<Option<PageLinks>, D::Error>("links")?,
            extra: fields.rest(),
        })
    }
}

impl<T: Serialize> Serialize for Page<T> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut map = to.serialize_map(None)?;
        put(&mut map, &self.extra, "items", &self.items)?;
        put(&mut map, &self.extra, "meta", &self.meta)?;
        put(&mut map, &self.extra, "links", &self.links)?;
        finish(map, &self.extra)
    }
}

model! {
    /// A page's place in the whole list (`meta`).
    #[derive(Eq)]
    pub struct PageMeta {
        /// Rows in all.
        pub total: Option<i64> = shown "total" as lenient::integer::option,
        /// The first row's number.
        pub from: Option<i64> = shown "from" as lenient::integer::option,
        /// The last row's number.
        pub to: Option<i64> = shown "to" as lenient::integer::option,
        /// Rows to a page.
        pub per_page: Option<i64> = shown "per_page" as lenient::integer::option,
        /// This page's number, from 1.
        pub current_page: Option<i64> = shown "current_page" as lenient::integer::option,
        /// The last page's number.
        pub last_page: Option<i64> = shown "last_page" as lenient::integer::option,
    }
}

model! {
    /// Addresses of other pages (`links`). Some lists lack them.
    #[derive(Eq)]
    pub struct PageLinks {
        /// The list's own address.
        pub path: Option<String> = "path",
        /// The first page.
        pub first_page_url: Option<String> = "first_page_url",
        /// The last page.
        pub last_page_url: Option<String> = "last_page_url",
        /// The page after this one.
        pub next_page_url: Option<String> = "next_page_url",
        /// The page before this one.
        pub prev_page_url: Option<String> = "prev_page_url",
    }
}

/// What the platform answers to a deletion: nothing, as far as is known. Whatever comes is kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Done(Option<Raw>);

impl Done {
    /// The body, if one came.
    #[must_use]
    pub fn body(&self) -> Option<&Raw> {
        self.0.as_ref()
    }

    pub(crate) fn read(answer: &rubank_core::operation::Answer) -> Result<Self, ReadError> {
        match answer.body.trim_ascii().is_empty() {
            true => Ok(Self(None)),
            false => answer.json().map(|raw| Self(Some(raw))),
        }
    }
}

impl Serialize for Done {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(to)
    }
}

/// The numbers of rows that the platform gives to a page.
pub const PER_PAGE: [u32; 14] = [1, 2, 3, 4, 5, 10, 15, 20, 25, 30, 50, 100, 150, 200];

/// Which page of a list, and how large: `page` and `per_page`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Window {
    pub(crate) page: u64,
    pub(crate) per_page: u32,
}

/// From the first page, a hundred to a page: the platform's own default of 20 costs five times the calls.
impl Default for Window {
    fn default() -> Self {
        Self {
            page: 1,
            per_page: 100,
        }
    }
}

impl Window {
    /// Only the [`PER_PAGE`] values.
    pub(crate) fn check(self, checks: &mut Checks) {
        checks.range("page", self.page, 1..=i64::MAX as u64);
        checks.that(
            PER_PAGE.contains(&self.per_page),
            "per_page",
            "must be 1 to 5, 10, 15, 20, 25, 30, 50, 100, 150 or 200",
            || self.per_page.to_string(),
        );
    }

    /// Any number from 1 to 200, where the page lists no values.
    pub(crate) fn check_any(self, checks: &mut Checks) {
        checks.range("page", self.page, 1..=i64::MAX as u64);
        checks.range("per_page", self.per_page, 1..=200);
    }

    pub(crate) fn put(self, parts: Parts) -> Parts {
        parts
            .query("page", self.page)
            .query("per_page", self.per_page)
    }

    /// The next page, by `meta` alone. A page that does not say where it stands stands where it was asked for.
    pub(crate) fn after(self, meta: Option<&PageMeta>) -> Option<Self> {
        let last = u64::try_from(meta?.last_page?).ok()?;
        let page = after_last_page(self.page, last)?;
        Some(Self { page, ..self })
    }
}

/// A list in one query value, `1,2,3`; none for an empty one.
pub(crate) fn comma_list<T: fmt::Display>(values: &[T]) -> Option<String> {
    let texts: Vec<String> = values.iter().map(ToString::to_string).collect();
    (!texts.is_empty()).then(|| texts.join(","))
}

/// Refuses a filter that was set to nothing: on the wire it would be no filter, and all rows would come instead of none.
pub(crate) fn check_wanted<T>(checks: &mut Checks, field: &'static str, wanted: Option<&[T]>) {
    checks.that(
        wanted.is_none_or(|wanted| !wanted.is_empty()),
        field,
        "must name at least one, or not be set",
        || "an empty list".to_owned(),
    );
}

/// Lists `$List` page by page: its pages differ in their window alone.
///
/// ```text
/// paged!(ListBranches of Branch, its window is window, |row| row_key(row.id, row));
/// ```
macro_rules! paged {
    ($List:ident of $Row:ident, its window is $($window:ident).+, |$row:ident| $key:expr) => {
        impl rubank_core::paging::Paged for $List {
            type Item = $Row;

            fn next(
                &self,
                page: &crate::paging::Page<$Row>,
            ) -> Result<Option<Self>, rubank_core::paging::ForeignLink> {
                let window = self.$($window).+.after(page.meta.as_ref());
                Ok(window.map(|window| {
                    let mut next = Self::clone(self);
                    next.$($window).+ = window;
                    next
                }))
            }

            fn rows(
                page: crate::paging::Page<$Row>,
            ) -> Vec<Result<$Row, rubank_core::read::ReadError>> {
                page.into_results()
            }

            fn key($row: &$Row) -> rubank_core::paging::RowKey {
                $key
            }
        }
    };
}

pub(crate) use paged;

/// A row's key: the platform's id, or what the row says where it has none. A model is always writable.
pub(crate) fn row_key(id: Option<impl fmt::Display>, row: &impl Serialize) -> RowKey {
    match id {
        Some(id) => RowKey::Id(id.to_string()),
        None => RowKey::Content(serde_json::to_string(row).unwrap_or_default()),
    }
}

/// The key of a row that has no id: all that it says.
pub(crate) fn content(row: &impl Serialize) -> RowKey {
    row_key(None::<&str>, row)
}
