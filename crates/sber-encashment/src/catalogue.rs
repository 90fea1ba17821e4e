//! Every operation with a sample, for the contract suite. Not part of the public API.

use rubank_core::money::Money;
use rubank_core::types::{Account, Bic, Inn};
use time::{Date, Month};

use crate::{
    AccountSum, CancelWaybill, CreateWaybill, Denomination, GetObject, GetWaybill, GetWaybillState,
    ListObjectsByContract, SberEncashment, Signature, Waybill,
};

const WAYBILL: &str = "6f9619ff-8b86-4011-b42d-00c04fc964ff";
const OBJECT: &str = "000123";

rubank_core::catalogue! {
    SberEncashment;
    GetObject => || GetObject::new(OBJECT),
    CreateWaybill => sample_create,
    GetWaybillState => || GetWaybillState::new(WAYBILL),
    GetWaybill => || GetWaybill::new(WAYBILL),
    CancelWaybill => sample_cancel,
    ListObjectsByContract => || ListObjectsByContract::new("000456"),
}

pub(crate) fn sample_create() -> CreateWaybill {
    CreateWaybill::new(sample_waybill()).signature(sample_signature())
}

pub(crate) fn sample_cancel() -> CancelWaybill {
    CancelWaybill::new(WAYBILL, "Иванов Иван Иванович")
        .comment("Ошибка в сумме")
        .signature(sample_signature())
}

pub(crate) fn sample_waybill() -> Waybill {
    let account = AccountSum::new(
        Account::received("40702810200000000001"),
        Bic::received("044525225"),
    )
    .bank_name("ПАО СБЕРБАНК");
    Waybill::new(WAYBILL, "0000042", OBJECT)
        .contact_phone("+70000000000")
        .creator_person("Иванов Иван Иванович")
        .date(sample_date())
        .from_name("ООО Ромашка")
        .payee_inn(Inn::received("7707083893"))
        .payee_name("ООО Ромашка")
        .payer_bank_bic(Bic::received("044525225"))
        .payer_bank_name("ПАО СБЕРБАНК")
        .source_of_income("Выручка")
        .trans_kind("01")
        .cash(Denomination::roubles("NOTE", Money::from_roubles(5000), 2))
        .cash(Denomination::roubles("NOTE", Money::from_roubles(100), 5))
        .cash(Denomination::roubles("COIN", kopecks(50), 1))
        .account(
            account
                .symbol("02", kopecks(1_000_000))
                .symbol("32", kopecks(50_050)),
        )
}

fn sample_signature() -> Signature {
    Signature::new(
        "bm90IGEgc2lnbmF0dXJl",
        "00000000-0000-4000-8000-000000000001",
    )
}

fn sample_date() -> Date {
    // The twentieth of March exists in every year.
    Date::from_calendar_date(2026, Month::March, 20).unwrap_or(Date::MIN)
}

fn kopecks(count: i64) -> Money {
    rubank_core::money::Kopecks::new(count).into()
}
