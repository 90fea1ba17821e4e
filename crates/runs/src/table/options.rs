//! How a table is to be read.

/// How a table is to be read; what is not said is found out.
///
/// ```
/// use rubank_runs::table::{Encoding, Separator, TableOptions};
///
/// let options = TableOptions::new().encoding(Encoding::Windows1251).separator(Separator::Comma);
/// # drop(options);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TableOptions {
    pub(super) encoding: Option<Encoding>,
    pub(super) separator: Option<Separator>,
    #[cfg_attr(
        not(feature = "xlsx"),
        allow(dead_code, reason = "text files have no sheets")
    )]
    pub(super) sheet: Option<String>,
    unknown_columns: bool,
    card_numbers: bool,
}

/// The encoding of a text file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8, with or without a byte order mark.
    Utf8,
    /// The code page that Excel in Russia writes for "CSV".
    Windows1251,
}

/// What stands between the cells of a text file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Separator {
    /// `;`
    Semicolon,
    /// `,`
    Comma,
}

impl TableOptions {
    /// All found out, nothing special allowed.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The encoding of a text file. Without it: UTF-8 if the file is that, else windows-1251.
    #[must_use]
    pub fn encoding(mut self, encoding: Encoding) -> Self {
        self.encoding = Some(encoding);
        self
    }

    /// The separator of a text file. Without it: `;` if one stands in the header, else `,`.
    #[must_use]
    pub fn separator(mut self, separator: Separator) -> Self {
        self.separator = Some(separator);
        self
    }

    /// The sheet of a workbook, by its name. Without it: the first visible one.
    #[must_use]
    pub fn sheet(mut self, name: impl Into<String>) -> Self {
        self.sheet = Some(name.into());
        self
    }

    /// Ignores columns that mean nothing to a plan, and says so in a warning. Without it they are an error: a name
    /// with a slip in it would otherwise be a column that is not there.
    #[must_use]
    pub fn allow_unknown_columns(mut self) -> Self {
        self.unknown_columns = true;
        self
    }

    /// Accepts the column `card number`. Who has a file with full card numbers is bound by PCI DSS, and so is every
    /// place where the file and the plan lie.
    #[must_use]
    pub fn allow_card_numbers(mut self) -> Self {
        self.card_numbers = true;
        self
    }

    /// Whether columns that mean nothing are ignored.
    #[must_use]
    pub const fn allows_unknown_columns(&self) -> bool {
        self.unknown_columns
    }

    /// Whether the column `card number` is accepted.
    #[must_use]
    pub const fn allows_card_numbers(&self) -> bool {
        self.card_numbers
    }
}

impl Separator {
    /// The sign.
    #[must_use]
    pub const fn as_char(self) -> char {
        match self {
            Self::Semicolon => ';',
            Self::Comma => ',',
        }
    }
}
