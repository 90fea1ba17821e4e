//! What a waybill must be before it is signed or sent.

use std::collections::BTreeMap;

use rubank_core::money::{Currency, Kopecks, Money, Quantity};
use rubank_core::operation::{Checks, Violation};
use rubank_core::types::{Inn, KeyCheck};

use super::{AccountSum, Denomination, Waybill};

/// The notes and coins of the rouble, in kopecks.
const ROUBLES: [i64; 15] = [
    1, 5, 10, 50, 100, 200, 500, 1_000, 5_000, 10_000, 20_000, 50_000, 100_000, 200_000, 500_000,
];

impl Waybill {
    /// What looks wrong and may be right: a denomination that the rouble does not have (commemorative coins exist), and
    /// an account whose key does not match its BIC, unless that is an error already. Of other currencies no denominations
    /// are known here.
    #[must_use]
    pub fn warnings(&self) -> Vec<Violation> {
        let mut doubts = Checks::new();
        for (index, row) in self.cash.iter().enumerate() {
            doubts.that(
                is_usual(row),
                format!("currencyNominalValues[{index}].nominal"),
                "is no usual note or coin of the rouble",
                || row.nominal.to_string(),
            );
        }
        if !self.wrong_keys_refused {
            self.check_keys(&mut doubts);
        }
        let doubts = doubts.finish().err();
        doubts.map_or_else(Vec::new, |doubts| doubts.violations().to_vec())
    }

    pub(super) fn check_into(&self, checks: &mut Checks) {
        self.check_fields(checks);
        self.form.check(checks);
        checks.that(
            !self.cash.is_empty(),
            "currencyNominalValues",
            "must not be empty: there is cash in a bag",
            || "an empty list".to_owned(),
        );
        for (index, row) in self.cash.iter().enumerate() {
            check_cash(checks, &format!("currencyNominalValues[{index}]"), row);
        }
        checks.that(
            !self.accounts.is_empty(),
            "sumByAccounts",
            "must not be empty: the cash goes to an account",
            || "an empty list".to_owned(),
        );
        for (index, row) in self.accounts.iter().enumerate() {
            self.check_account(checks, &format!("sumByAccounts[{index}]"), row);
        }
        self.check_sums(checks);
        if self.wrong_keys_refused {
            self.check_keys(checks);
        }
    }

    fn check_fields(&self, checks: &mut Checks) {
        for (name, value) in self.fields() {
            match name {
                "externalId" => self.external_id.check(checks),
                "payeeInn" => {
                    let inn = self.payee_inn.as_ref();
                    let rule = "must be an INN with right check digits, or 5 digits or 0 of a foreign recipient";
                    checks.that(inn.is_none_or(is_payee), name, rule, || shape(value));
                }
                "payerBankBic" => {
                    let bic = self.payer_bank_bic.as_ref();
                    let valid = bic.is_none_or(|bic| bic.is_valid());
                    checks.that(valid, name, "must be 9 digits", || shape(value));
                }
                _ => {
                    if let Some(value) = value {
                        checks.not_blank(name, value);
                    }
                }
            };
        }
    }

    fn check_account(&self, checks: &mut Checks, place: &str, row: &AccountSum) {
        let account = row.account.expose();
        checks.that(
            is_digits(account, 20),
            format!("{place}.account"),
            "must be 20 digits",
            || shape(Some(account)),
        );
        if let Some(name) = &row.bank_name {
            checks.not_blank(format!("{place}.bankName"), name);
        }
        checks.that(
            row.bic.is_valid(),
            format!("{place}.bic"),
            "must be 9 digits",
            || shape(Some(row.bic.as_str())),
        );
        checks.that(
            !row.symbols.is_empty(),
            format!("{place}.sumBySymbols"),
            "must not be empty: the sum of an account stands in its cash symbols",
            || "an empty list".to_owned(),
        );
        let roubles = account_currency(row).is_some_and(|code| code == ROUBLE);
        for (index, (symbol, sum)) in row.symbols.iter().enumerate() {
            let place = format!("{place}.sumBySymbols[{index}]");
            checks.that(
                is_digits(symbol.as_str(), 2),
                format!("{place}.{}", self.form.symbol),
                "must be two digits, with their zero",
                || shape(Some(symbol.as_str())),
            );
            check_amount(checks, format!("{place}.{}", self.form.sum), *sum, roubles);
        }
    }

    fn check_keys(&self, checks: &mut Checks) {
        for (index, row) in self.accounts.iter().enumerate() {
            checks.that(
                row.account.key_check(&row.bic) != KeyCheck::Wrong,
                format!("sumByAccounts[{index}].account"),
                "its key does not match the BIC of its bank",
                || "another key".to_owned(),
            );
        }
    }

    fn check_sums(&self, checks: &mut Checks) {
        match self.sums() {
            Ok(sums) => {
                for (code, [bag, symbols]) in sums {
                    let rule = format!(
                        "must add up to the sums of all cash symbols of all accounts in currency {code}"
                    );
                    checks.that(bag == symbols, "currencyNominalValues", rule, || {
                        format!("{bag} in the bag, {symbols} by cash symbols")
                    });
                }
            }
            Err(Unsummed::TooBig) => {
                let rule = "must not be more than can be added up exactly";
                let shape = || "more than 28 digits".to_owned();
                checks.that(false, "currencyNominalValues", rule, shape);
            }
            // The row without a currency has been told of.
            Err(Unsummed::NoCurrency) => {}
        }
    }

    /// For each currency, what is in the bag and what the cash symbols say. Both sides are added up exactly.
    fn sums(&self) -> Result<BTreeMap<&str, [Quantity; 2]>, Unsummed> {
        let bag = self
            .cash
            .iter()
            .map(|row| (bag_currency(row), row.total(), 0));
        let symbols = self
            .accounts
            .iter()
            .map(|row| (account_currency(row), row.total(), 1));
        let mut sums = BTreeMap::new();
        for (code, amount, side) in bag.chain(symbols) {
            let code = code.ok_or(Unsummed::NoCurrency)?;
            let sides: &mut [Quantity; 2] = sums.entry(code).or_default();
            let sum = amount.and_then(|amount| sides[side].checked_add(amount));
            sides[side] = sum.ok_or(Unsummed::TooBig)?;
        }
        Ok(sums)
    }
}

enum Unsummed {
    NoCurrency,
    TooBig,
}

/// The rouble, as a bag has it. Accounts say `810`.
const ROUBLE: &str = "643";

fn bag_currency(row: &Denomination) -> Option<&str> {
    let code = row.currency.as_str();
    is_digits(code, 3).then(|| one_rouble(code))
}

fn account_currency(row: &AccountSum) -> Option<&str> {
    let account = row.account.expose();
    is_digits(account, 20).then(|| one_rouble(&account[5..8]))
}

fn one_rouble(code: &str) -> &str {
    match Currency::new(code).is_rouble() {
        true => ROUBLE,
        false => code,
    }
}

fn check_cash(checks: &mut Checks, place: &str, row: &Denomination) {
    checks.not_blank(format!("{place}.cashType"), row.cash_type.as_str());
    checks.that(
        bag_currency(row).is_some(),
        format!("{place}.currencyCode"),
        "must be the three digits of a currency",
        || shape(Some(row.currency.as_str())),
    );
    let roubles = row.currency.is_rouble();
    check_amount(checks, format!("{place}.nominal"), row.nominal, roubles);
    checks.range(format!("{place}.quantity"), row.quantity, 1..=u64::MAX);
}

fn check_amount(checks: &mut Checks, field: String, amount: Quantity, roubles: bool) {
    let shape = || amount.to_string();
    checks.that(
        amount > Quantity::ZERO,
        field.clone(),
        "must be above zero",
        shape,
    );
    let whole = !roubles || Money::try_from(amount).is_ok();
    checks.that(
        whole,
        field,
        "must have at most two decimals in roubles",
        shape,
    );
}

/// Other currencies have notes and coins that nobody lists here.
fn is_usual(row: &Denomination) -> bool {
    let kopecks = Money::try_from(row.nominal).and_then(Kopecks::try_from);
    !row.currency.is_rouble() || kopecks.is_ok_and(|nominal| ROUBLES.contains(&nominal.get()))
}

fn is_payee(inn: &Inn) -> bool {
    let text = inn.expose();
    inn.is_valid() || text == "0" || (is_digits(text, 5) && text != "00000")
}

fn is_digits(text: &str, count: usize) -> bool {
    text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn shape(text: Option<&str>) -> String {
    format!("{} characters", text.unwrap_or_default().chars().count())
}

#[cfg(test)]
mod tests;
