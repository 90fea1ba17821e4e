use super::{Bic, digits, identifier, is_digits, weighted_sum};

identifier! {
    /// A bank account (счёт): 20 digits, or 22.
    ///
    /// ```
    /// use rubank_core::types::{Account, Bic, KeyCheck};
    ///
    /// let account = Account::checked("40602810700000000025").unwrap();
    /// assert_eq!(account.to_string(), "***");
    /// assert_eq!(account.key_check(&Bic::received("049805746")), KeyCheck::Right);
    /// ```
    Account, "account" must be "20 or 22 digits", masked, is_account
}

/// What the check digit of an account says about a BIC.
///
/// A wrong one is a warning unless you decide otherwise: the banks' own samples have it wrong.
///
/// ```
/// use rubank_core::types::{Account, Bic, KeyCheck};
///
/// let treasury = Account::received("03100643000000011700");
/// assert_eq!(treasury.key_check(&Bic::received("017003983")), KeyCheck::Exempt);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum KeyCheck {
    /// The account can be one of this bank.
    Right,
    /// A digit of the account or of the BIC is wrong.
    Wrong,
    /// Accounts of the treasury (03…) and those of 22 digits have no such key.
    Exempt,
    /// The account or the BIC is not of the right shape.
    Unreadable,
}

impl Account {
    /// Checks the key (order 515 of the Bank of Russia, 1997) against the bank that keeps the account.
    #[must_use]
    pub fn key_check(&self, bic: &Bic) -> KeyCheck {
        let text = self.expose();
        if !self.is_valid() || !bic.is_valid() {
            return KeyCheck::Unreadable;
        }
        if text.len() == 22 || text.starts_with("03") {
            return KeyCheck::Exempt;
        }
        let bank = bank_digits(text, bic.as_str());
        let Some(digits) = digits(&(bank + text)) else {
            return KeyCheck::Unreadable;
        };
        // 7, 1, 3 over and over; that only the last digit of each product counts changes nothing
        // modulo 10.
        let weights: Vec<u32> = [7, 1, 3].into_iter().cycle().take(digits.len()).collect();
        if weighted_sum(&digits, &weights).is_multiple_of(10) {
            KeyCheck::Right
        } else {
            KeyCheck::Wrong
        }
    }
}

/// The last three digits of the BIC for an account in a bank; zero and the fifth and sixth for one in the
/// Bank of Russia: correspondent and treasury accounts, and all in its own branches.
fn bank_digits(account: &str, bic: &str) -> String {
    let in_bank_of_russia = account.starts_with("30101")
        || account.starts_with("40102")
        || ["000", "001", "002"].contains(&&bic[6..]);
    if in_bank_of_russia {
        format!("0{}", &bic[4..6])
    } else {
        bic[6..].to_owned()
    }
}

fn is_account(text: &str) -> bool {
    is_digits(text, 20) || is_digits(text, 22)
}
