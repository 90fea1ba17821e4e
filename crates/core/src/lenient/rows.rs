use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::raw::{Piece, Raw};
use crate::read::{Mismatch, ReadError};

/// A list of independent things: one that cannot be read does not hide the others.
///
/// ```
/// use rubank_core::{lenient::Rows, read::read};
///
/// let rows: Rows<u8> = read(br#"[1, "4276", 3]"#).unwrap();
/// assert_eq!(rows.good().copied().collect::<Vec<_>>(), [1, 3]);
/// let bad = rows.bad().next().unwrap();
/// assert_eq!(bad.to_string(), "item 1: found a string, expected u8");
/// assert_eq!(bad.raw().text(), "\"4276\"");
/// ```
///
/// In a [`model!`](crate::model!) an absent or null list is empty. It is written back as it came, the
/// unreadable items included.
#[derive(Clone, PartialEq, Eq)]
pub struct Rows<T>(Vec<Result<T, BadItem>>);

impl<T> Rows<T> {
    /// How many items came.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether none came.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All items in their order.
    pub fn iter(&self) -> std::slice::Iter<'_, Result<T, BadItem>> {
        self.0.iter()
    }

    /// Those that could be read.
    pub fn good(&self) -> impl Iterator<Item = &T> {
        self.iter().filter_map(|row| row.as_ref().ok())
    }

    /// Those that could not.
    pub fn bad(&self) -> impl Iterator<Item = &BadItem> {
        self.iter().filter_map(|row| row.as_ref().err())
    }

    /// All items in their order, the errors in the form of a whole answer's. Their path begins at the
    /// item, `[3].amount`; line and column are those of the item's own text.
    #[must_use]
    pub fn into_results(self) -> Vec<Result<T, ReadError>> {
        self.into_iter()
            .map(|row| row.map_err(BadItem::into_read_error::<T>))
            .collect()
    }

    /// All items, if every one could be read.
    ///
    /// # Errors
    ///
    /// The first [`BadItem`].
    pub fn all(self) -> Result<Vec<T>, BadItem> {
        self.0.into_iter().collect()
    }
}

impl<T> Default for Rows<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> FromIterator<T> for Rows<T> {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        Self(items.into_iter().map(Ok).collect())
    }
}

impl<T> IntoIterator for Rows<T> {
    type Item = Result<T, BadItem>;
    type IntoIter = std::vec::IntoIter<Self::Item>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a, T> IntoIterator for &'a Rows<T> {
    type Item = &'a Result<T, BadItem>;
    type IntoIter = std::slice::Iter<'a, Result<T, BadItem>>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// Only counts.
impl<T> fmt::Debug for Rows<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Rows({} items, {} of them unreadable)",
            self.len(),
            self.bad().count()
        )
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Rows<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let pieces = Vec::<Piece<'de>>::deserialize(deserializer)?;
        let read = |(index, piece): (usize, Piece<'de>)| {
            piece.read().map_err(|mismatch| BadItem {
                index,
                mismatch,
                raw: piece.to_raw(),
            })
        };
        Ok(Self(pieces.into_iter().enumerate().map(read).collect()))
    }
}

impl<T: Serialize> Serialize for Rows<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter().map(|row| match row {
            Ok(item) => Written::Item(item),
            Err(bad) => Written::Raw(&bad.raw),
        }))
    }
}

enum Written<'a, T> {
    Item(&'a T),
    Raw(&'a Raw),
}

impl<T: Serialize> Serialize for Written<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Item(item) => item.serialize(serializer),
            Self::Raw(raw) => raw.serialize(serializer),
        }
    }
}

/// An item that could not be read: its place, the broken rule, and its text, which is kept but never
/// printed.
///
/// ```
/// use rubank_core::{lenient::Rows, read::read};
///
/// let bad = read::<Rows<Vec<u8>>>(b"[[1], [2, 300]]").unwrap().all().unwrap_err();
/// assert_eq!((bad.index(), bad.path(), bad.rule()), (1, "[1]", "expected u8"));
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct BadItem {
    index: usize,
    mismatch: Mismatch,
    raw: Raw,
}

impl BadItem {
    /// Its place in the list, from 0.
    #[must_use]
    pub fn index(&self) -> usize {
        self.index
    }

    /// Where in the item, in wire names; empty for the item itself.
    #[must_use]
    pub fn path(&self) -> &str {
        self.mismatch.path()
    }

    /// What was expected there.
    #[must_use]
    pub fn rule(&self) -> &str {
        self.mismatch.rule()
    }

    fn into_read_error<T>(self) -> ReadError {
        let text = &self.raw.0;
        let error = ReadError::new::<T>(text.get().as_bytes(), text, &self.mismatch);
        error.in_item(self.index)
    }

    /// The item as it came. It may hold personal data: do not print it.
    #[must_use]
    pub fn raw(&self) -> &Raw {
        &self.raw
    }
}

impl fmt::Display for BadItem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "item {}: {}", self.index, self.mismatch)
    }
}

impl fmt::Debug for BadItem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BadItem({self})")
    }
}

impl std::error::Error for BadItem {}
