//! Reading a bank's JSON: exact, with a path in every error, and silent about values.
//!
//! serde's own messages quote what they could not read ("invalid type: string \"4276…\""), so they
//! must never be shown nor kept. Here the text is walked by a small deserializer of our own:
//! its error knows the path (`payments[3].amount`) and the rule that was broken, nothing else.
//! It also has no floats: a number with a fraction reaches a decimal type as text, or is refused.

mod absent;
mod mismatch;
mod walk;

use std::fmt;

use serde::Deserialize;
use serde_json::value::RawValue;

pub(crate) use absent::Absent;
pub use mismatch::Mismatch;
pub(crate) use walk::{Walk, decode, entries};

/// Deeper than any answer of a bank, shallow enough for any stack.
const DEEPEST: usize = 64;

/// Reads a whole answer.
///
/// Any type that implements `Deserialize` can be read, except floats and types that need
/// `#[serde(flatten)]`, `untagged` or an internal tag: those lose the text of numbers.
///
/// ```
/// use rubank_core::{model, read::read};
///
/// model! {
///     /// One payment.
///     pub struct Payment {
///         /// Its number.
///         pub number: u32 = "number",
///     }
/// }
///
/// let error = read::<Vec<Payment>>(br#"[{"number": 1}, {"number": "4276550012345678"}]"#).unwrap_err();
/// assert_eq!(error.path(), "[1].number");
/// assert_eq!((error.line(), error.column()), (1, 28));
/// assert_eq!(
///     error.to_string(),
///     "Vec<Payment>: [1].number: found a string, expected u32 (line 1, column 28)",
/// );
/// ```
///
/// # Errors
///
/// [`ReadError`], when the body is not JSON, is nested deeper than 64 levels, or does not have the
/// shape of `T`.
pub fn read<'a, T: Deserialize<'a>>(body: &'a [u8]) -> Result<T, ReadError> {
    let raw = whole::<T>(body)?;
    read_part(body, raw)
}

/// Reads `part`, which borrows from `body`; positions in errors are those of the body.
pub(crate) fn read_part<'a, T: Deserialize<'a>>(
    body: &[u8],
    part: &'a RawValue,
) -> Result<T, ReadError> {
    T::deserialize(Walk(part)).map_err(|mismatch| ReadError::new::<T>(body, part, &mismatch))
}

/// The body as one JSON value, its syntax checked.
pub(crate) fn whole<T>(body: &[u8]) -> Result<&RawValue, ReadError> {
    let refuse = |line, column, rule: &str| ReadError {
        type_name: short_type_name::<T>(),
        path: String::new(),
        line,
        column,
        rule: rule.to_owned(),
    };
    // RFC 8259 lets a reader ignore a byte order mark; some gateways send one.
    let text = body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body);
    if text.trim_ascii().is_empty() {
        return Err(refuse(1, 1, "the body is empty"));
    }
    if let Some(offset) = too_deep(text) {
        let (line, column) = position(text, offset);
        return Err(refuse(line, column, "nested too deep"));
    }
    serde_json::from_slice(text).map_err(|error| {
        let rule = if error.is_eof() {
            "the JSON ends too early"
        } else {
            "not JSON"
        };
        refuse(error.line(), error.column(), rule)
    })
}

/// Why an answer could not be read: type, place and rule. Never the value.
///
/// ```
/// let error = rubank_core::read::read::<bool>(b"{").unwrap_err();
/// assert_eq!(error.to_string(), "bool: the JSON ends too early (line 1, column 1)");
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct ReadError {
    type_name: String,
    path: String,
    line: usize,
    column: usize,
    rule: String,
}

impl ReadError {
    /// `part` lies in `body` and holds the value that `mismatch` speaks of.
    pub(crate) fn new<T>(body: &[u8], part: &RawValue, mismatch: &Mismatch) -> Self {
        let offset = offset_of(body, locate(part, mismatch.path()));
        let (line, column) = position(body, offset);
        Self {
            type_name: short_type_name::<T>(),
            path: mismatch.path().to_owned(),
            line,
            column,
            rule: mismatch.rule().to_owned(),
        }
    }

    /// What must be there is not; `name` is its name on the wire.
    pub(crate) fn absent<T>(name: &str) -> Self {
        Self {
            type_name: short_type_name::<T>(),
            path: name.to_owned(),
            line: 1,
            column: 1,
            rule: "it is not there".to_owned(),
        }
    }

    /// The same error, seen from the list that holds the item.
    pub(crate) fn in_item(mut self, index: usize) -> Self {
        let dot = if self.path.is_empty() || self.path.starts_with('[') {
            ""
        } else {
            "."
        };
        self.path = format!("[{index}]{dot}{}", self.path);
        self
    }

    /// The Rust type that was asked for, without its module path.
    #[must_use]
    pub fn type_name(&self) -> &str {
        &self.type_name
    }

    /// Where it failed, in wire names: `payments[3].amount`. Empty for the whole body. Keys that the
    /// bank chose (of a map) are shown as `*`.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Line in the body, from 1.
    #[must_use]
    pub fn line(&self) -> usize {
        self.line
    }

    /// Column in that line, in bytes, from 1.
    #[must_use]
    pub fn column(&self) -> usize {
        self.column
    }

    /// What was expected there.
    #[must_use]
    pub fn rule(&self) -> &str {
        &self.rule
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.type_name)?;
        if !self.path.is_empty() {
            write!(f, "{}: ", self.path)?;
        }
        write!(
            f,
            "{} (line {}, column {})",
            self.rule, self.line, self.column
        )
    }
}

impl fmt::Debug for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ReadError({self})")
    }
}

impl std::error::Error for ReadError {}

/// The deepest piece of `root` that `path` leads to. A step that cannot be followed (a missing field,
/// a masked key) ends the walk at its parent.
fn locate<'a>(root: &'a RawValue, path: &str) -> &'a str {
    let mut here = root;
    for step in path.split(['.', '[']).filter(|step| !step.is_empty()) {
        let next = match step.strip_suffix(']') {
            Some(index) => serde_json::from_str::<Vec<&RawValue>>(here.get())
                .ok()
                .zip(index.parse().ok())
                .and_then(|(items, index): (_, usize)| items.get(index).copied()),
            None => entries(here)
                .ok()
                .and_then(|fields| fields.into_iter().find(|(key, _)| key == step))
                .map(|(_, value)| value),
        };
        match next {
            Some(next) => here = next,
            None => break,
        }
    }
    here.get()
}

/// Where `part` begins in `body`; the start when it lies elsewhere.
fn offset_of(body: &[u8], part: &str) -> usize {
    let offset = part.as_ptr().addr().wrapping_sub(body.as_ptr().addr());
    if offset < body.len() { offset } else { 0 }
}

fn position(body: &[u8], offset: usize) -> (usize, usize) {
    let before = &body[..offset.min(body.len())];
    let line_start = before
        .iter()
        .rposition(|byte| *byte == b'\n')
        .map_or(0, |newline| newline + 1);
    let line = 1 + before.iter().filter(|byte| **byte == b'\n').count();
    (line, 1 + before.len() - line_start)
}

/// Where the nesting passes [`DEEPEST`]. The reader recurses once per level: the body must not choose
/// how far.
fn too_deep(text: &[u8]) -> Option<usize> {
    let (mut depth, mut in_string, mut escaped) = (0_usize, false, false);
    for (offset, byte) in text.iter().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            _ if in_string => {}
            b'[' | b'{' => {
                depth += 1;
                if depth > DEEPEST {
                    return Some(offset);
                }
            }
            b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    None
}

/// `Vec<Payment>` for `alloc::vec::Vec<some_bank::payments::Payment>`.
fn short_type_name<T>() -> String {
    let full = std::any::type_name::<T>();
    let mut short = String::with_capacity(full.len());
    let mut word_start = 0;
    for (at, sign) in full.char_indices() {
        if sign == ':' {
            word_start = at + 1;
        } else if !sign.is_alphanumeric() && sign != '_' {
            short.push_str(&full[word_start..=at]);
            word_start = at + sign.len_utf8();
        }
    }
    short.push_str(&full[word_start..]);
    short
}

#[cfg(test)]
mod tests;
