//! What is in the bag, and how its sum is split.

use rubank_core::money::{Currency, Money, Quantity};
use rubank_core::types::{Account, Bic};

use crate::ids::{CashSymbol, CashType};

/// A kind of note or coin in the bag, and how many of it (a row of `currencyNominalValues`).
///
/// ```
/// use sber_encashment::{Currency, Denomination, Money, Quantity};
///
/// let notes = Denomination::roubles("NOTE", Money::from_roubles(5000), 2);
/// let dollars = Denomination::new("NOTE", Currency::new("840"), Quantity::parse("20")?, 3);
/// # let _ = (notes, dollars);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Rules
///
/// No empty cash type; a currency of three digits; a denomination above zero, in roubles with at most two decimals; a
/// quantity of at least 1. A denomination that the rouble does not have is a warning, because commemorative coins exist.
///
/// # Source
///
/// The bank's page of the creation: names and meanings are documented. The JSON types of all four fields are not: type,
/// currency and denomination are sent as strings and the quantity as a number, see [`WaybillForm`](crate::WaybillForm).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Denomination {
    pub(super) cash_type: CashType,
    pub(super) currency: Currency,
    pub(super) nominal: Quantity,
    pub(super) quantity: u64,
}

impl Denomination {
    /// `quantity` pieces of `nominal` units of a currency, given by its *digits* (`643` is the rouble). Whether they are
    /// notes or coins is yours to say, in the bank's word for it.
    pub fn new(
        cash_type: impl Into<CashType>,
        currency: Currency,
        nominal: impl Into<Quantity>,
        quantity: u64,
    ) -> Self {
        Self {
            cash_type: cash_type.into(),
            currency,
            nominal: nominal.into(),
            quantity,
        }
    }

    /// The same in roubles (`643`).
    pub fn roubles(cash_type: impl Into<CashType>, nominal: Money, quantity: u64) -> Self {
        Self::new(cash_type, Currency::new("643"), nominal, quantity)
    }

    /// Denomination times quantity, in units of the currency; `None` if no number of ours can hold it.
    ///
    /// ```
    /// use sber_encashment::{Denomination, Money};
    ///
    /// let coins = Denomination::roubles("COIN", Money::parse("0.50")?, 3);
    /// assert_eq!(coins.total().unwrap().to_string(), "1.50");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn total(&self) -> Option<Quantity> {
        self.nominal
            .checked_mul(Quantity::new(self.quantity.into()))
    }
}

/// What one account gets of the bag, by cash symbol (a row of `sumByAccounts`).
///
/// ```
/// use sber_encashment::{Account, AccountSum, Bic, Money};
///
/// let sum = AccountSum::new(Account::checked("40702810200000000001")?, Bic::checked("044525225")?)
///     .symbol("02", Money::from_roubles(10_000))
///     .symbol("32", Money::parse("500.50")?);
/// assert_eq!(sum.total().unwrap().to_string(), "10500.50");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// The currency is that of the account: its digits 6 to 8, where roubles are `810`.
///
/// # Rules
///
/// An account of 20 digits, a BIC of 9, at least one cash symbol; each symbol two digits with its zero; each sum above
/// zero, in roubles with at most two decimals. An account whose key does not match the BIC is a warning, or an error if
/// [`Waybill::refuse_wrong_keys`](crate::Waybill::refuse_wrong_keys) was called.
///
/// # Source
///
/// The bank's page of the creation: the names `account`, `bankName` and `bic` are documented, their JSON types are not:
/// all are sent as strings, and that an account has 20 digits is how payments have it (inferred). That the cash symbols
/// stand inside the account's row is inferred from their caption. The names inside such a row were never published
/// (unverified): see [`WaybillForm`](crate::WaybillForm).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountSum {
    pub(super) account: Account,
    pub(super) bank_name: Option<String>,
    pub(super) bic: Bic,
    pub(super) symbols: Vec<(CashSymbol, Quantity)>,
}

impl AccountSum {
    /// Nothing yet for the account in this bank.
    #[must_use]
    pub fn new(account: Account, bic: Bic) -> Self {
        Self {
            account,
            bank_name: None,
            bic,
            symbols: Vec::new(),
        }
    }

    /// The name of the account's bank (`bankName`). Its type is not documented; sent as this string.
    #[must_use]
    pub fn bank_name(mut self, name: impl Into<String>) -> Self {
        self.bank_name = Some(name.into());
        self
    }

    /// A sum that is credited under this cash symbol, in units of the account's currency. Neither the names nor the types
    /// of the two fields are documented; sent as two strings, or as [`WaybillForm`](crate::WaybillForm) says.
    #[must_use]
    pub fn symbol(mut self, symbol: impl Into<CashSymbol>, sum: impl Into<Quantity>) -> Self {
        self.symbols.push((symbol.into(), sum.into()));
        self
    }

    /// The sum over all cash symbols: what the account gets; `None` if no number of ours can hold it.
    #[must_use]
    pub fn total(&self) -> Option<Quantity> {
        Quantity::sum(self.symbols.iter().map(|(_, sum)| *sum))
    }
}
