//! A change for the caller's own transaction.

use std::fmt;

/// One SQL statement in the engine's dialect, to be run over the caller's own connection to the same database. Its
/// placeholders are numbered from 1 in the order of the parameters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// The text.
    pub sql: String,
    /// What fills its placeholders.
    pub parameters: Vec<Parameter>,
}

/// One value of a [`Statement`].
#[derive(Clone, PartialEq, Eq)]
pub enum Parameter {
    /// A text.
    Text(String),
    /// A number of 64 bits.
    Integer(i64),
    /// Bytes.
    Bytes(Vec<u8>),
}

/// The kind, not the value.
impl fmt::Debug for Parameter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Parameter::Text(_) => "Text",
            Parameter::Integer(_) => "Integer",
            Parameter::Bytes(_) => "Bytes",
        })
    }
}
