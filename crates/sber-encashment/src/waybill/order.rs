//! The waybill as the caller makes it.

use rubank_core::operation::{Checks, InvalidRequest};
use rubank_core::personal::Personal;
use rubank_core::types::{Bic, Inn, LocalDate};
use time::Date;

use super::wire;
use super::{AccountSum, Denomination, WaybillForm};
use crate::ids::{BagNumber, ExternalId, ObjectCode};

/// An electronic waybill (электронная препроводительная ведомость): one bag, what is in it, and to whom it goes.
///
/// ```
/// use sber_encashment::time::{Date, Month};
/// use sber_encashment::{Account, AccountSum, Bic, Denomination, Inn, Money, Waybill};
///
/// let waybill = Waybill::new("6f9619ff-8b86-4011-b42d-00c04fc964ff", "0000042", "000123")
///     .date(Date::from_calendar_date(2026, Month::March, 20)?)
///     .payee_inn(Inn::checked("7707083893")?)
///     .payer_bank_bic(Bic::checked("044525225")?)
///     .cash(Denomination::roubles("NOTE", Money::from_roubles(5000), 2))
///     .cash(Denomination::roubles("COIN", Money::parse("0.50")?, 1))
///     .account(
///         AccountSum::new(Account::checked("40702810200000000001")?, Bic::checked("044525225")?)
///             .symbol("02", Money::from_roubles(10_000))
///             .symbol("32", Money::parse("0.50")?),
///     );
/// waybill.check()?; // every broken rule at once
/// for doubt in waybill.warnings() {
///     println!("{doubt}");
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Rules
///
/// Checked before anything is signed or sent; each violation names its field and its rule.
///
/// - **The cash adds up**: for each currency, the sum of denomination times quantity equals the sum over the cash
///   symbols of all accounts, exactly. `643` of the bag and `810` of an account are one currency. Sums are compared
///   once each row has a readable currency.
/// - `externalId` is a UUID in small letters; bag and object are not empty; a text that is given is not empty.
/// - The recipient's INN has right check digits, or is the 5 digits or the `0` of a foreign one; the payer's BIC has 9
///   digits.
/// - At least one denomination and one account; their rows as [`Denomination`] and [`AccountSum`] say.
///
/// # Source
///
/// The bank's page of the creation: the names and their order are documented (as the lines of the text that is
/// signed); that they are also the members of the JSON body is inferred. Which of them are required is not documented,
/// but for `externalId`; those of [`new`](Self::new), the cash and the accounts are what a bag cannot do without.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waybill {
    pub(super) external_id: ExternalId,
    pub(super) number: BagNumber,
    pub(super) object_code: ObjectCode,
    pub(super) contact_phone: Option<Personal<String>>,
    pub(super) creator_person: Option<Personal<String>>,
    pub(super) date: Option<LocalDate>,
    pub(super) from_name: Option<Personal<String>>,
    pub(super) payee_inn: Option<Inn>,
    pub(super) payee_name: Option<Personal<String>>,
    pub(super) payer_bank_bic: Option<Bic>,
    pub(super) payer_bank_name: Option<String>,
    pub(super) source_of_income: Option<String>,
    pub(super) trans_kind: Option<String>,
    pub(super) cash: Vec<Denomination>,
    pub(super) accounts: Vec<AccountSum>,
    pub(super) form: WaybillForm,
    pub(super) wrong_keys_refused: bool,
}

impl Waybill {
    /// The caller's key of this waybill, the number of the bag, and the code of the object where it is collected.
    pub fn new(
        external_id: impl Into<ExternalId>,
        bag: impl Into<BagNumber>,
        object: impl Into<ObjectCode>,
    ) -> Self {
        Self {
            external_id: external_id.into(),
            number: bag.into(),
            object_code: object.into(),
            contact_phone: None,
            creator_person: None,
            date: None,
            from_name: None,
            payee_inn: None,
            payee_name: None,
            payer_bank_bic: None,
            payer_bank_name: None,
            source_of_income: None,
            trans_kind: None,
            cash: Vec::new(),
            accounts: Vec::new(),
            form: WaybillForm::new(),
            wrong_keys_refused: false,
        }
    }

    /// The phone of a person to talk to (`contactPhone`). Its type and form are not documented; sent as this string.
    #[must_use]
    pub fn contact_phone(mut self, phone: impl Into<Personal<String>>) -> Self {
        self.contact_phone = Some(phone.into());
        self
    }

    /// The full name of who made the waybill (`creatorPerson`). Its type is not documented; sent as this string.
    #[must_use]
    pub fn creator_person(mut self, name: impl Into<Personal<String>>) -> Self {
        self.creator_person = Some(name.into());
        self
    }

    /// The date of the waybill (`date`). Its type is not documented; sent as `2026-03-20`, which is how the bank's
    /// letters have it (inferred).
    #[must_use]
    pub fn date(mut self, date: Date) -> Self {
        self.date = Some(LocalDate::new(date));
        self
    }

    /// From whom the bag is (`fromName`). Its type is not documented; sent as this string.
    #[must_use]
    pub fn from_name(mut self, name: impl Into<Personal<String>>) -> Self {
        self.from_name = Some(name.into());
        self
    }

    /// The recipient's taxpayer number (ИНН, `payeeInn`). Its type is not documented; sent as a string.
    #[must_use]
    pub fn payee_inn(mut self, inn: Inn) -> Self {
        self.payee_inn = Some(inn);
        self
    }

    /// The recipient (`payeeName`). Its type is not documented; sent as this string.
    #[must_use]
    pub fn payee_name(mut self, name: impl Into<Personal<String>>) -> Self {
        self.payee_name = Some(name.into());
        self
    }

    /// The depositor's bank (БИК, `payerBankBic`). Its type is not documented; sent as a string.
    #[must_use]
    pub fn payer_bank_bic(mut self, bic: Bic) -> Self {
        self.payer_bank_bic = Some(bic);
        self
    }

    /// The name of the depositor's bank (`payerBankName`). Its type is not documented; sent as this string.
    #[must_use]
    pub fn payer_bank_name(mut self, name: impl Into<String>) -> Self {
        self.payer_bank_name = Some(name.into());
        self
    }

    /// Where the cash is from (`sourceOfIncome`). Whether it is text or a code is not documented; sent as this string.
    #[must_use]
    pub fn source_of_income(mut self, source: impl Into<String>) -> Self {
        self.source_of_income = Some(source.into());
        self
    }

    /// The cipher of the document, its kind of operation (`transKind`). Its type and values are not documented; sent as
    /// this string.
    #[must_use]
    pub fn trans_kind(mut self, kind: impl Into<String>) -> Self {
        self.trans_kind = Some(kind.into());
        self
    }

    /// One more denomination in the bag.
    #[must_use]
    pub fn cash(mut self, row: Denomination) -> Self {
        self.cash.push(row);
        self
    }

    /// One more account that gets a part of the bag.
    #[must_use]
    pub fn account(mut self, row: AccountSum) -> Self {
        self.accounts.push(row);
        self
    }

    /// Other names and JSON types where the bank published none.
    #[must_use]
    pub fn form(mut self, form: WaybillForm) -> Self {
        self.form = form;
        self
    }

    /// Makes an account whose key does not match its BIC a broken rule instead of a warning.
    #[must_use]
    pub fn refuse_wrong_keys(mut self) -> Self {
        self.wrong_keys_refused = true;
        self
    }

    /// The caller's key.
    #[must_use]
    pub fn external_id(&self) -> &ExternalId {
        &self.external_id
    }

    /// The object where the bag is collected.
    #[must_use]
    pub fn object_code(&self) -> &ObjectCode {
        &self.object_code
    }

    /// Checks all rules. Signing and sending do the same by themselves.
    ///
    /// # Errors
    /// Every rule that is broken, each with its field.
    pub fn check(&self) -> Result<(), InvalidRequest> {
        let mut checks = Checks::new();
        self.check_into(&mut checks);
        checks.finish()
    }

    /// The text that is signed (дайджест): give its UTF-8 bytes to your signing tool, and the
    /// [`Signature`](crate::Signature) to the request. It holds names, accounts and sums, so it does not print.
    ///
    /// ```
    /// # use sber_encashment::{Account, AccountSum, Bic, Denomination, Money, Waybill};
    /// # let account = Account::checked("40702810200000000001")?;
    /// let waybill = Waybill::new("6f9619ff-8b86-4011-b42d-00c04fc964ff", "0000042", "000123")
    ///     .cash(Denomination::roubles("NOTE", Money::from_roubles(100), 1))
    ///     .account(AccountSum::new(account, Bic::checked("044525225")?).symbol("02", Money::from_roubles(100)));
    /// assert_eq!(
    ///     waybill.signing_text()?.expose(),
    ///     "contactPhone=\ncreatorPerson=\ndate=\nexternalId=6f9619ff-8b86-4011-b42d-00c04fc964ff\nfromName=\n\
    ///      number=0000042\nobjectCode=000123\npayeeInn=\npayeeName=\npayerBankBic=\npayerBankName=\n\
    ///      sourceOfIncome=\ntransKind=\n\
    ///      TABLES\n\
    ///      Table=currencyNominalValues\ncashType=NOTE\ncurrencyCode=643\nnominal=100\nquantity=1\n#\n\
    ///      Table=sumByAccounts\naccount=40702810200000000001\nbankName=\nbic=044525225\n\
    ///      Table=sumBySymbols\nsymbol=02\nsum=100\n#\n#",
    /// );
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// *Documented*: the names, their order, that the number of lines counts, `TABLES` and `Table=…`. *Inferred* from the
    /// bank's letters: `name=value`, and `#` after each row. *Unverified*: the names inside `sumBySymbols`; that its rows
    /// end like others, before the account's own `#`; that an absent field keeps its line; LF between the lines and none
    /// at the end. If the bank wants it otherwise, change the text before you sign it: it is yours.
    ///
    /// # Errors
    ///
    /// The waybill breaks a rule, or a text in it has a line break: it could then be read as other fields than the ones
    /// that were meant.
    pub fn signing_text(&self) -> Result<Personal<String>, InvalidRequest> {
        self.check()?;
        wire::signing_text(self)
    }

    /// The fields that are no tables, in the order in which they are sent and signed.
    pub(super) fn fields(&self) -> [(&'static str, Option<&str>); 13] {
        [
            ("contactPhone", personal(&self.contact_phone)),
            ("creatorPerson", personal(&self.creator_person)),
            ("date", self.date.as_ref().map(LocalDate::as_str)),
            ("externalId", Some(self.external_id.as_str())),
            ("fromName", personal(&self.from_name)),
            ("number", Some(self.number.as_str())),
            ("objectCode", Some(self.object_code.as_str())),
            ("payeeInn", self.payee_inn.as_ref().map(Inn::expose)),
            ("payeeName", personal(&self.payee_name)),
            (
                "payerBankBic",
                self.payer_bank_bic.as_ref().map(Bic::as_str),
            ),
            ("payerBankName", self.payer_bank_name.as_deref()),
            ("sourceOfIncome", self.source_of_income.as_deref()),
            ("transKind", self.trans_kind.as_deref()),
        ]
    }
}

fn personal(text: &Option<Personal<String>>) -> Option<&str> {
    text.as_ref().map(|text| text.expose().as_str())
}
