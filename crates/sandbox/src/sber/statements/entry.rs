//! What a test writes into an account: operations, their changes, their end.

use time::OffsetDateTime;

/// The money of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Currency {
    /// Roubles; the bank writes `RUR` in most rows and `RUB` in some.
    Rouble,
    /// US dollars.
    Dollar,
    /// Chinese yuan.
    Yuan,
}

impl Currency {
    /// The letters that the bank writes in most places: `RUR`, `USD`, `CNY`.
    #[must_use]
    pub const fn letters(self) -> &'static str {
        match self {
            Self::Rouble => "RUR",
            Self::Dollar => "USD",
            Self::Yuan => "CNY",
        }
    }

    pub(super) const fn digits(self) -> &'static str {
        match self {
            Self::Rouble => "810",
            Self::Dollar => "840",
            Self::Yuan => "156",
        }
    }
}

/// The number of an operation within its account, from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EntryId(pub(super) u64);

/// Which of the two names an operation carries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Identity {
    /// `operationId` and `uuid`.
    #[default]
    Both,
    /// `operationId` alone.
    OperationId,
    /// `uuid` alone.
    Uuid,
    /// Neither: only its content tells it from others.
    Neither,
}

/// Whether an operation is a payment to the budget, and what became of its codes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Budget {
    /// It is none.
    #[default]
    None,
    /// All codes are strings with all their zeros.
    Texts,
    /// As the page prints them: the KBK of 20 digits is a number, the OKTMO has lost its leading zero, and the
    /// status 01 is 1.
    Numbers,
    /// The KBK is a number beyond 64 bits.
    HugeNumber,
}

/// An operation to [`post`](super::Account::post). Amounts are hundredths of the account's currency.
#[derive(Clone, Debug)]
#[must_use = "an entry does nothing until it is posted"]
pub struct Entry {
    pub(super) credit: bool,
    pub(super) minor: u64,
    pub(super) booked: Option<OffsetDateTime>,
    pub(super) arrives: Option<OffsetDateTime>,
    pub(super) modified: Option<OffsetDateTime>,
    pub(super) purpose: Option<String>,
    pub(super) budget: Budget,
    pub(super) identity: Identity,
}

impl Entry {
    /// Money that comes in.
    pub fn credit(minor: u64) -> Self {
        Self {
            credit: true,
            minor,
            booked: None,
            arrives: None,
            modified: None,
            purpose: None,
            budget: Budget::None,
            identity: Identity::Both,
        }
    }

    /// Money that goes out.
    pub fn debit(minor: u64) -> Self {
        Self {
            credit: false,
            ..Self::credit(minor)
        }
    }

    /// The operation's own date and time, which decide to which day it belongs; its arrival when not said.
    pub fn booked(mut self, at: OffsetDateTime) -> Self {
        self.booked = Some(at);
        self
    }

    /// From when on the bank shows it; now when not said.
    pub fn arrives(mut self, at: OffsetDateTime) -> Self {
        self.arrives = Some(at);
        self
    }

    /// The `lastModifiedTime` that it arrives with; its arrival when not said. An earlier one makes a late row,
    /// which a follower that asks from its last request on will miss.
    pub fn modified(mut self, at: OffsetDateTime) -> Self {
        self.modified = Some(at);
        self
    }

    /// The purpose of the payment; invented when not said.
    pub fn purpose(mut self, text: impl Into<String>) -> Self {
        self.purpose = Some(text.into());
        self
    }

    /// A payment to the budget.
    pub fn budget(mut self, form: Budget) -> Self {
        self.budget = form;
        self
    }

    /// Which names it carries.
    pub fn identity(mut self, identity: Identity) -> Self {
        self.identity = identity;
        self
    }
}

/// A [`change`](super::Account::change) of an operation.
#[derive(Clone, Debug, Default)]
#[must_use = "an edit does nothing until it is given to an account"]
pub struct Edit {
    pub(super) at: Option<OffsetDateTime>,
    pub(super) modified: Option<OffsetDateTime>,
    pub(super) minor: Option<u64>,
    pub(super) purpose: Option<String>,
    pub(super) new_uuid: bool,
}

impl Edit {
    /// Nothing but a new `lastModifiedTime`, now.
    pub fn new() -> Self {
        Self::default()
    }

    /// When the bank begins to show it.
    pub fn at(mut self, at: OffsetDateTime) -> Self {
        self.at = Some(at);
        self
    }

    /// The `lastModifiedTime` that it gives; the moment of the change when not said.
    pub fn modified(mut self, at: OffsetDateTime) -> Self {
        self.modified = Some(at);
        self
    }

    /// Another amount in hundredths.
    pub fn amount(mut self, minor: u64) -> Self {
        self.minor = Some(minor);
        self
    }

    /// Another purpose.
    pub fn purpose(mut self, text: impl Into<String>) -> Self {
        self.purpose = Some(text.into());
        self
    }

    /// Gives the operation another `uuid`, as if it followed from the content.
    pub fn new_uuid(mut self) -> Self {
        self.new_uuid = true;
        self
    }
}

/// How an operation [ends](super::Account::remove).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "a removal does nothing until it is given to an account"]
pub struct Removal {
    pub(super) at: Option<OffsetDateTime>,
    pub(super) marked: bool,
}

impl Removal {
    /// The increments show it with `outdatedDoc` from then on; the lists of the day do not.
    pub fn marked() -> Self {
        Self {
            at: None,
            marked: true,
        }
    }

    /// It is nowhere any more.
    pub fn silent() -> Self {
        Self {
            at: None,
            marked: false,
        }
    }

    /// When; now when not said.
    pub fn at(mut self, at: OffsetDateTime) -> Self {
        self.at = Some(at);
        self
    }
}
