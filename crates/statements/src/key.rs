//! What tells a row from the others.

use std::fmt;

use crate::content::ContentHash;

/// The identity of a row within an account and a day: `operationId`, else `uuid`, else its content.
///
/// No page promises an identifier, and clients in the wild use all three. A row whose content is its identity cannot
/// change: one disappears and another comes. Rows without a name that say the same are told apart by a number.
///
/// While an account is [followed](crate::follow), a row keeps the key that it was given out under first.
///
/// The text is stable: store it beside the row.
///
/// ```
/// use rubank_core::read::read;
/// use statements::{Transaction, TransactionKey};
///
/// let row: Transaction = read(br#"{"operationId":"7678987654678","uuid":"55daccdf"}"#).unwrap();
/// assert_eq!(row.key().to_string(), "operation:7678987654678");
/// assert_eq!(TransactionKey::parse("operation:7678987654678"), Some(row.key()));
/// ```
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum TransactionKey {
    /// The `operationId`.
    Operation(Box<str>),
    /// The `uuid`, where there is no `operationId`.
    Uuid(Box<str>),
    /// The content, where there is neither; and which of those that say the same it is, from 1.
    Content(ContentHash, u32),
}

impl TransactionKey {
    /// Reads the text of a key.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match text.split_once(':')? {
            ("operation", id) => Some(Self::Operation(id.into())),
            ("uuid", uuid) => Some(Self::Uuid(uuid.into())),
            ("content", rest) => {
                let (hash, copy) = rest.split_once('#')?;
                Some(Self::Content(ContentHash::parse(hash)?, copy.parse().ok()?))
            }
            _ => None,
        }
    }

    /// Whether the bank named the row.
    #[must_use]
    pub const fn is_named(&self) -> bool {
        !matches!(self, Self::Content(..))
    }
}

impl fmt::Display for TransactionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Operation(id) => write!(f, "operation:{id}"),
            Self::Uuid(uuid) => write!(f, "uuid:{uuid}"),
            Self::Content(hash, copy) => write!(f, "content:{hash}#{copy}"),
        }
    }
}

impl fmt::Debug for TransactionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TransactionKey({self})")
    }
}

#[cfg(test)]
mod tests {
    use rubank_core::read::read;

    use super::*;
    use crate::Transaction;

    #[test]
    fn the_best_name_counts() {
        let rows = [
            (r#"{"operationId":"7","uuid":"u"}"#, "operation:7"),
            (r#"{"operationId":7}"#, "operation:7"),
            (r#"{"operationId":"","uuid":"u"}"#, "uuid:u"),
            (r#"{"operationId":null,"uuid":"u"}"#, "uuid:u"),
        ];
        for (body, expected) in rows {
            let row: Transaction = read(body.as_bytes()).unwrap();
            assert_eq!(row.key().to_string(), expected, "{body}");
            assert!(row.key().is_named());
        }
        let nameless: Transaction = read(br#"{"uuid":"","number":"4"}"#).unwrap();
        assert_eq!(
            nameless.key(),
            TransactionKey::Content(nameless.content_hash(), 1)
        );
    }

    #[test]
    fn texts_are_read_back() {
        let nameless: Transaction = read(br#"{"number":"4"}"#).unwrap();
        for key in [
            TransactionKey::Operation("a:b#1".into()),
            TransactionKey::Uuid("u".into()),
            TransactionKey::Content(nameless.content_hash(), 12),
        ] {
            assert_eq!(TransactionKey::parse(&key.to_string()), Some(key));
        }
        for text in ["", "operation", "other:1", "content:00", "content:00#1"] {
            assert_eq!(TransactionKey::parse(text), None, "{text}");
        }
    }
}
