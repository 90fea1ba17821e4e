//! What a row says, as one number: equal for equal content, whatever form it came in.

use std::fmt;

use aws_lc_rs::digest::{SHA256, digest};
use rubank_core::extra::Extra;
use rubank_core::money::{Currency, Quantity};
use rubank_core::personal::Personal;
use rubank_core::types::{Account, Bic, Inn, Kpp, LocalDate, LocalDateTime};

/// A hash over the content of a row: the first 128 bits of a SHA-256, printed as 32 hex digits. It tells a change from
/// a repeat.
///
/// Two methods of the bank may write the same row differently, so the hash looks at values: a number and a string of
/// the same digits, `1.0` and `1.00`, `RUR` and `RUB`, and absent, null and empty are each the same. Fields that this
/// version does not know count too. What does not count are `outdatedDoc` and `lastModifiedTime`, which say something
/// about the row and are not part of it.
///
/// ```
/// use rubank_core::read::read;
/// use statements::Transaction;
///
/// let hash = |body: &str| read::<Transaction>(body.as_bytes()).unwrap().content_hash();
/// let row = r#"{"operationId":"7","amount":{"amount":1.0,"currencyName":"RUR"},"filial":null}"#;
/// let same = r#"{"amount":{"amount":"1.00","currencyName":"RUB"},"operationId":"7","outdatedDoc":false}"#;
/// assert_eq!(hash(row), hash(same));
/// assert_ne!(hash(row), hash(r#"{"operationId":"7"}"#));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ContentHash(u128);

impl ContentHash {
    pub(crate) fn of(content: &Content) -> Self {
        let whole = digest(&SHA256, &content.0);
        let first = whole.as_ref().iter().take(16);
        Self(first.fold(0, |number, byte| number << 8 | u128::from(*byte)))
    }

    /// Reads the 32 hex digits.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let is_hex = text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        is_hex
            .then(|| u128::from_str_radix(text, 16).ok().map(Self))
            .flatten()
    }

    pub(crate) const fn number(self) -> u128 {
        self.0
    }
}

impl fmt::Display for ContentHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

impl fmt::Debug for ContentHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ContentHash({self})")
    }
}

/// Content on its way to the hash. Names and values are written with their length, so that no two contents give the
/// same bytes.
#[derive(Default)]
pub(crate) struct Content(Vec<u8>);

impl Content {
    fn bytes(&mut self, bytes: &[u8]) {
        self.0.extend((bytes.len() as u64).to_le_bytes());
        self.0.extend(bytes);
    }

    fn value(&mut self, name: &str, value: &[u8]) {
        self.0.push(b'=');
        self.bytes(name.as_bytes());
        self.bytes(value);
    }

    fn text(&mut self, name: &str, text: &str) {
        if !text.is_empty() {
            self.value(name, text.as_bytes());
        }
    }

    pub(crate) fn unknown(&mut self, extra: &Extra) {
        let mut fields: Vec<_> = extra.iter().collect();
        fields.sort_by_key(|(name, _)| *name);
        for (name, raw) in fields {
            if raw.text() != "null" {
                self.text(name, raw.text());
            }
        }
    }
}

/// A value that is part of a row's content. What is absent writes nothing.
pub(crate) trait Contained {
    fn put(&self, name: &str, to: &mut Content);
}

impl<T: Contained> Contained for Option<T> {
    fn put(&self, name: &str, to: &mut Content) {
        if let Some(value) = self {
            value.put(name, to);
        }
    }
}

/// A model: its fields between brackets, unless it says nothing.
pub(crate) trait Fields {
    fn put_fields(&self, to: &mut Content);
}

impl<T: Fields> Fields for Box<T> {
    fn put_fields(&self, to: &mut Content) {
        T::put_fields(self, to);
    }
}

impl<T: Fields> Contained for T {
    fn put(&self, name: &str, to: &mut Content) {
        let before = to.0.len();
        to.0.push(b'{');
        to.bytes(name.as_bytes());
        let opened = to.0.len();
        self.put_fields(to);
        match to.0.len() == opened {
            true => to.0.truncate(before),
            false => to.0.push(b'}'),
        }
    }
}

macro_rules! texts {
    ($($Type:ty: $value:ident => $text:expr),* $(,)?) => {
        $(impl Contained for $Type {
            fn put(&self, name: &str, to: &mut Content) {
                let $value = self;
                to.text(name, $text);
            }
        })*
    };
}

texts! {
    String: text => text,
    Personal<String>: text => text.expose(),
    Account: account => account.expose(),
    Inn: inn => inn.expose(),
    Kpp: kpp => kpp.as_str(),
    Bic: bic => bic.as_str(),
    Currency: code => code.normalised().unwrap_or(code.as_str()),
    Quantity: number => &number.to_decimal().normalize().to_string(),
    crate::ids::OperationId: id => id.as_str(),
    crate::ids::TransactionId: id => id.as_str(),
    crate::values::Direction: direction => direction.as_str(),
    crate::values::OperationCode: code => code.as_str(),
}

impl Contained for LocalDate {
    fn put(&self, name: &str, to: &mut Content) {
        to.value(name, &self.value().to_julian_day().to_le_bytes());
    }
}

/// The clock's reading: an offset that one method writes and another does not changes nothing.
impl Contained for LocalDateTime {
    fn put(&self, name: &str, to: &mut Content) {
        let nanos = self.value().assume_utc().unix_timestamp_nanos();
        to.value(name, &nanos.to_le_bytes());
    }
}

/// [`model!`](rubank_core::model!) for what a row is made of: it also knows its content. Fields after `besides` are
/// read and written, and are not part of it.
macro_rules! content_model {
    (
        $(#[$meta:meta])*
        pub struct $Name:ident {
            $(
                $(#[$field_meta:meta])*
                pub $field:ident : $Type:ty = $($shown:ident)? $wire:literal $(as $($form:ident)::+)?
            ),* $(,)?
            $(; besides $(
                $(#[$beside_meta:meta])*
                pub $beside:ident : $Beside:ty = $($beside_shown:ident)? $beside_wire:literal $(as $($beside_form:ident)::+)?
            ),* $(,)?)?
        }
    ) => {
        rubank_core::model! {
            $(#[$meta])*
            pub struct $Name {
                $( $(#[$field_meta])* pub $field: $Type = $($shown)? $wire $(as $($form)::+)?, )*
                $($( $(#[$beside_meta])* pub $beside: $Beside = $($beside_shown)? $beside_wire $(as $($beside_form)::+)?, )*)?
            }
        }

        impl $crate::content::Fields for $Name {
            fn put_fields(&self, to: &mut $crate::content::Content) {
                $( $crate::content::Contained::put(&self.$field, $wire, to); )*
                to.unknown(&self.extra);
            }
        }
    };
}
pub(crate) use content_model;
