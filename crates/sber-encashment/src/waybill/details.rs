//! The details of a waybill.

use rubank_core::lenient::{Rows, integer, personal, text};
use rubank_core::model;
use rubank_core::money::{Currency, Quantity};
use rubank_core::operation::{
    Answer, Checks, Effect, HostId, InvalidRequest, Method, Operation, OperationMeta, Parts,
    Provenance, ProvenanceGrade,
};
use rubank_core::personal::Personal;
use rubank_core::read::ReadError;
use rubank_core::types::{Account, Bic, Inn};

use super::BankStatus;
use crate::ids::{BagNumber, CashSymbol, CashType, ExternalId, ObjectCode};
use crate::provider::{SCOPES, SberEncashment};

/// Tells the details of a waybill.
///
/// ```no_run
/// # async fn f(client: sber_encashment::Client) -> Result<(), sber_encashment::Error> {
/// use sber_encashment::GetWaybill;
///
/// let waybill = client.send(&GetWaybill::new("6f9619ff-8b86-4011-b42d-00c04fc964ff")).await?;
/// for row in waybill.currency_nominal_values.good() {
///     println!("{:?} x {:?}", row.nominal, row.quantity);
/// }
/// # Ok(())
/// # }
/// ```
///
/// # Source
///
/// The bank's pages of cash collection and of this method: route and request are documented. Of the answer only the
/// captions of success and errors were published, so it is unverified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GetWaybill {
    external_id: ExternalId,
}

impl GetWaybill {
    /// This waybill. The key must be a UUID in small letters.
    pub fn new(external_id: impl Into<ExternalId>) -> Self {
        Self {
            external_id: external_id.into(),
        }
    }
}

model! {
    /// A waybill as the bank has it. **No field of it was published**: these are the fields of the creation and of the
    /// state, each may be absent, and each is read from a string or a number. What else comes is in `extra`.
    ///
    /// Also what the creation answers, of which nothing was published either.
    #[derive(Eq)]
    pub struct WaybillDetails {
        /// The phone of a person to talk to. Unverified; its type is not documented.
        pub contact_phone: Option<Personal<String>> = "contactPhone" as personal,
        /// Who made it. Unverified; its type is not documented.
        pub creator_person: Option<Personal<String>> = "creatorPerson" as personal,
        /// Its date, as the bank writes it. Unverified; its type and form are not documented.
        pub date: Option<String> = shown "date" as text::option,
        /// The caller's key. Unverified; its type is not documented.
        pub external_id: Option<ExternalId> = shown "externalId",
        /// From whom the bag is. Unverified; its type is not documented.
        pub from_name: Option<Personal<String>> = "fromName" as personal,
        /// The bag. Unverified; its type is not documented.
        pub number: Option<BagNumber> = shown "number",
        /// The object. Unverified; its type is not documented.
        pub object_code: Option<ObjectCode> = shown "objectCode",
        /// The recipient's taxpayer number (ИНН). Unverified; its type is not documented.
        pub payee_inn: Option<Inn> = "payeeInn",
        /// The recipient. Unverified; its type is not documented.
        pub payee_name: Option<Personal<String>> = "payeeName" as personal,
        /// The depositor's bank (БИК). Unverified; its type is not documented.
        pub payer_bank_bic: Option<Bic> = shown "payerBankBic",
        /// The name of that bank. Unverified; its type is not documented.
        pub payer_bank_name: Option<String> = "payerBankName" as text::option,
        /// Where the cash is from. Unverified; whether it is text or a code is not documented.
        pub source_of_income: Option<String> = "sourceOfIncome" as text::option,
        /// The kind of operation. Unverified; its type and values are not documented.
        pub trans_kind: Option<String> = "transKind" as text::option,
        /// What is in the bag. A row that cannot be read does not hide the others. Unverified; its type is not documented.
        pub currency_nominal_values: Rows<DenominationRow> = "currencyNominalValues",
        /// How the sum is split. Unverified; its type is not documented.
        pub sum_by_accounts: Rows<AccountRow> = "sumByAccounts",
        /// Where the bag is. Unverified; its type is not documented.
        pub bank_status: Option<BankStatus> = shown "bankStatus",
        /// What the bank says of it, for people. Unverified; its type is not documented.
        pub bank_comment: Option<Personal<String>> = "bankComment" as personal,
    }
}

model! {
    /// A kind of note or coin in the bag. Unverified, as [`WaybillDetails`].
    #[derive(Eq)]
    pub struct DenominationRow {
        /// Notes or coins, we think. Its type and values are not documented.
        pub cash_type: Option<CashType> = shown "cashType",
        /// The currency, in digits. Its type is not documented.
        pub currency_code: Option<Currency> = shown "currencyCode",
        /// The denomination, in units of the currency. Its type is not documented.
        pub nominal: Option<Quantity> = "nominal",
        /// How many. Its type is not documented.
        pub quantity: Option<i64> = "quantity" as integer::option,
    }
}

model! {
    /// What one account gets. Unverified, as [`WaybillDetails`].
    #[derive(Eq)]
    pub struct AccountRow {
        /// The account. Its type is not documented.
        pub account: Option<Account> = "account",
        /// The name of its bank. Its type is not documented.
        pub bank_name: Option<String> = "bankName" as text::option,
        /// Its bank (БИК). Its type is not documented.
        pub bic: Option<Bic> = shown "bic",
        /// Its sums by cash symbol. That they stand here is inferred from their caption; their type is not documented.
        pub sum_by_symbols: Rows<SymbolRow> = "sumBySymbols",
    }
}

model! {
    /// A sum under a cash symbol. **Even the names are ours**: what the bank really sends may be in `extra`, under the
    /// bank's own names.
    #[derive(Eq)]
    pub struct SymbolRow {
        /// The cash symbol; a number has lost its zero. Its name and type are not documented.
        pub symbol: Option<CashSymbol> = shown "symbol",
        /// The sum, in units of the account's currency. Its name and type are not documented.
        pub sum: Option<Quantity> = "sum",
    }
}

impl Operation for GetWaybill {
    type Provider = SberEncashment;
    type Output = WaybillDetails;

    const META: OperationMeta = OperationMeta::new(
        "sber-encashment.get-waybill",
        Effect::Read,
        Method::Get,
        HostId::API,
        "/v1/encashments/waybill/{externalId}",
    )
    .scopes(SCOPES)
    .provenance(Provenance::new(
        ProvenanceGrade::Documented,
        ProvenanceGrade::Documented,
        ProvenanceGrade::Unverified,
    ));

    fn parts(&self) -> Result<Parts, InvalidRequest> {
        let mut checks = Checks::new();
        self.external_id.check(&mut checks);
        checks.finish()?;
        Ok(Parts::new().path("externalId", self.external_id.as_str()))
    }

    fn parse(answer: &Answer) -> Result<WaybillDetails, ReadError> {
        answer.json()
    }
}

#[cfg(test)]
mod tests {
    use rubank_core::read::read;

    use super::*;

    const OTHER_TYPES: &str = r#"{"contactPhone":79000000000,"number":42,"payeeInn":7707083893,"currencyNominalValues":[{"cashType":0,"currencyCode":643,"nominal":0.50,"quantity":"1"},"canary",{"nominal":true}],"sumByAccounts":[{"account":40702810200000000001,"sumBySymbols":[{"symbol":2,"sum":20000000000000000000.01},{"cashSymbol":"02","amount":1.00}]}],"bankStatus":"NEW_ONE","later":{"kbk":18210102010011000000}}"#;

    #[test]
    fn undocumented_types_are_read_either_way_and_nothing_is_lost() {
        let waybill: WaybillDetails = read(OTHER_TYPES.as_bytes()).unwrap();
        assert_eq!(waybill.number.as_ref().unwrap().as_str(), "42");
        let cash = &waybill.currency_nominal_values;
        let row = cash.good().next().unwrap();
        assert_eq!(
            (row.nominal, row.quantity),
            (Some(Quantity::parse("0.5").unwrap()), Some(1))
        );
        assert!(row.currency_code.as_ref().unwrap().is_rouble());
        assert_eq!(cash.bad().count(), 2, "each bad row is an error of its own");
        let account = waybill.sum_by_accounts.good().next().unwrap();
        let symbols: Vec<_> = account.sum_by_symbols.good().collect();
        assert_eq!(
            symbols[0].sum.unwrap().to_string(),
            "20000000000000000000.01"
        );
        assert_eq!(symbols[1].extra.get("cashSymbol").unwrap().text(), "\"02\"");
        assert_eq!(serde_json::to_string(&waybill).unwrap(), OTHER_TYPES);
    }

    #[test]
    fn debug_tells_where_the_bag_is_and_nothing_of_people() {
        let waybill: WaybillDetails = read(OTHER_TYPES.as_bytes()).unwrap();
        let printed = format!("{waybill:?} {:?}", waybill.sum_by_accounts.good().next());
        assert!(printed.contains("NEW_ONE"), "{printed}");
        for personal in [
            "79000000000",
            "7707083893",
            "40702810200000000001",
            "canary",
        ] {
            assert!(!printed.contains(personal), "{printed}");
        }
    }
}
