//! An operation as the bank writes it.

use super::book::{Book, Standing};
use super::entry::{Budget, Currency, Identity};
use super::writer::{Object, quoted};
use crate::asked::short_hex;
use crate::random::Random;
use crate::sber::BIC;
use crate::sber::settings::Settings;
use crate::sber::text::{day, decimal, local, moment};

const PURPOSES: &[&str] = &[
    "Оплата по договору № 1 от 01.09.2025, НДС не облагается",
    "Оплата по счёту 17/А; в т.ч. НДС 22%",
    "За материалы\tи услуги \"под ключ\" \\ аванс",
    "Возврат по акту сверки",
    "Payment for goods",
];
/// Companies that cannot exist.
const NAMES: &[&str] = &[
    "ООО «Пример»",
    "АО \"Вымысел и Ко\"",
    "ИП Несуществующий Н. Н.",
    "OOO Sandbox",
];

/// The block that operations in foreign money come in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum ForeignBlock {
    #[default]
    CurTransfer,
    SwiftTransfer,
}

/// What an operation looks like depends on all of this.
pub(super) struct Writing<'a> {
    pub(super) book: &'a Naming,
    pub(super) settings: &'a Settings,
    pub(super) block: ForeignBlock,
    pub(super) seed: u64,
}

/// What every operation of an account shares.
pub(super) struct Naming {
    pub(super) number: String,
    pub(super) currency: Currency,
}

impl Naming {
    pub(super) fn of(book: &Book) -> Self {
        Self {
            number: book.number.clone(),
            currency: book.currency,
        }
    }

    /// Unique in the whole bank: four digits of the account and the number within it.
    fn operation_id(&self, standing: &Standing<'_>) -> String {
        let tail: String = self.number.chars().skip(16).collect();
        format!("7{tail}{:08}", standing.row.id)
    }
}

impl Writing<'_> {
    pub(super) fn operation_id(&self, standing: &Standing<'_>) -> Option<String> {
        matches!(
            standing.row.identity,
            Identity::Both | Identity::OperationId
        )
        .then(|| self.book.operation_id(standing))
    }

    /// With the version of a name-based one, as in the bank's samples.
    pub(super) fn uuid(&self, standing: &Standing<'_>) -> Option<String> {
        let named = matches!(standing.row.identity, Identity::Both | Identity::Uuid);
        named.then(|| {
            let purpose = format!("sber.uuid.{}.{}", self.book.number, standing.uuid_edition);
            let mut uuid = Random::new(self.seed ^ standing.row.id, &purpose).uuid();
            uuid.replace_range(14..15, "3");
            uuid
        })
    }

    /// Sixteen hex digits over everything but the marks that say when it changed and that it is outdated.
    pub(super) fn fingerprint(&self, standing: &Standing<'_>) -> String {
        let text = self.content(standing).end();
        let hash = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, text.as_bytes());
        short_hex(hash.as_ref())
    }

    pub(super) fn json(&self, standing: &Standing<'_>) -> String {
        let at = moment(standing.modified, self.settings.offset);
        let object = self.content(standing);
        let object = match (standing.outdated, standing.row.id % 3) {
            (true, _) => object.raw("outdatedDoc", "true"),
            (false, 0) => object,
            (false, _) => object.raw("outdatedDoc", "false"),
        };
        object.text("lastModifiedTime", &local(at)).end()
    }

    fn content(&self, standing: &Standing<'_>) -> Object {
        let row = standing.row;
        let mut random = Random::new(self.seed ^ row.id.rotate_left(20), "sber.row");
        let booked = moment(row.booked, self.settings.offset);
        let date = day(booked.date());
        let invented = random.pick(PURPOSES);
        let currency = match self.book.currency {
            Currency::Rouble if row.id.is_multiple_of(4) => "RUB",
            other => other.letters(),
        };
        let in_roubles = to_roubles(
            standing.minor,
            rate(self.book.currency, booked.to_julian_day()),
        );
        let corresponding = format!("40702810{}", random.digits(12));
        let mut object = Object::new()
            .raw("amount", &self.amount(standing.minor, currency))
            .raw("amountRub", &self.amount(in_roubles, "RUR"))
            .text("correspondingAccount", &corresponding)
            .text("direction", if row.credit { "CREDIT" } else { "DEBIT" })
            .text("documentDate", &date)
            .raw("filial", "null")
            .text("number", &random.digits(3))
            .text(
                "operationCode",
                random.pick(&["01", "02", "06", "16", "17"]),
            )
            .text("operationDate", &local(booked))
            .text("paymentPurpose", standing.purpose.unwrap_or(invented))
            .text("priority", "5")
            .raw("revaln", "null")
            .maybe_text("uuid", self.uuid(standing).as_deref());
        let parties = self.parties(standing, &corresponding, &mut random);
        object = match (self.book.currency, self.block) {
            (Currency::Rouble, _) => object
                .raw("rurTransfer", &rouble_transfer(row.budget, parties, &date))
                .raw("curTransfer", "null")
                .raw("swiftTransfer", "null"),
            (_, ForeignBlock::CurTransfer) => object.raw(
                "curTransfer",
                &swift(parties, standing.minor, currency).end(),
            ),
            (_, ForeignBlock::SwiftTransfer) => object.raw(
                "swiftTransfer",
                &swift(Object::new(), standing.minor, currency).end(),
            ),
        };
        object
            .raw("transactionId", &row.id.to_string())
            .maybe_text("operationId", self.operation_id(standing).as_deref())
    }

    pub(super) fn amount(&self, minor: i64, currency: &str) -> String {
        let number = decimal(minor);
        let number = if self.settings.amounts_as_text {
            quoted(&number)
        } else {
            number
        };
        Object::new()
            .raw("amount", &number)
            .text("currencyName", currency)
            .end()
    }

    fn parties(&self, standing: &Standing<'_>, other: &str, random: &mut Random) -> Object {
        let own = ("ООО «Песочница»", self.book.number.as_str(), "0000000000");
        let inn = format!("00{}", random.digits(8));
        let other = (random.pick(NAMES), other, inn.as_str());
        let (payer, payee) = if standing.row.credit {
            (other, own)
        } else {
            (own, other)
        };
        let mut object = Object::new();
        for (role, (name, account, inn)) in [("payee", payee), ("payer", payer)] {
            object = object
                .text(&format!("{role}Account"), account)
                .text(&format!("{role}BankBic"), BIC)
                .text(&format!("{role}BankCorrAccount"), "30101810000000000000")
                .text(&format!("{role}BankName"), "Банк «Нигде»")
                .text(&format!("{role}Inn"), inn)
                // often empty in production
                .text(
                    &format!("{role}Kpp"),
                    if standing.row.id.is_multiple_of(2) {
                        ""
                    } else {
                        "000000000"
                    },
                )
                .text(&format!("{role}Name"), name);
        }
        object
    }
}

fn rouble_transfer(budget: Budget, parties: Object, date: &str) -> String {
    let object = parties
        .raw("cartInfo", "null")
        .text("deliveryKind", "электронно");
    let object = match budget {
        Budget::None => object.raw("departmentalInfo", "null"),
        codes => object.raw("departmentalInfo", &departmental_info(codes)),
    };
    object
        .text("purposeCode", "1")
        .text("receiptDate", date)
        .text("valueDate", date)
        .end()
}

fn departmental_info(budget: Budget) -> String {
    let object = match budget {
        Budget::Numbers => Object::new()
            .raw("uip", "0")
            .raw("drawerStatus101", "1")
            .raw("kbk", "18210102010011000110")
            .raw("oktmo", "1701000")
            .raw("docNumber108", "123"),
        Budget::HugeNumber => Object::new()
            .raw("uip", "1234567890123456789012345")
            .text("drawerStatus101", "01")
            .raw("kbk", "39210102010011000110")
            .raw("oktmo", "45374000")
            .text("docNumber108", "0"),
        Budget::Texts | Budget::None => Object::new()
            .text("uip", "0")
            .text("drawerStatus101", "01")
            .text("kbk", "01810807081011000110")
            .text("oktmo", "01701000")
            .text("docNumber108", "00"),
    };
    object
        .text("reasonCode106", "ТП")
        .text("taxPeriod107", "ГД.00.2025")
        .text("docDate109", "31.12.2025")
        .raw("paymentKind110", "null")
        .end()
}

/// The SWIFT block: text as it came over the wire, decimal commas included.
fn swift(object: Object, minor: i64, currency: &str) -> Object {
    let sum = decimal(minor).replace('.', ",");
    object
        .text("bankOperationCode", "CRED")
        .text("beneficiaryBankAccount", "SANDRUMM000")
        .text("beneficiaryBankName", "SANDBOX BANK, NOWHERE ")
        .text("beneficiaryBankOption", "D")
        .text("beneficiaryCustomerName", "/FI0000000000000000")
        .text("detailsOfCharges", "OUR")
        .text("exchangeRate", "67,74")
        .text("instructedAmount", &format!("{currency}{sum}"))
        .text("instructionCode", "URGP")
        .text("messageReceiveTime", "26-01-15 14:01")
        .text("messageSendTime", "26-01-15 13:21")
        .text("messageType", "103")
        .text(
            "remittanceInformation",
            "CONTRACT NO SE/00233, INVOICE NO 4783",
        )
        .text("receiverCharges", "EUR13,19")
        .text("senderCharges", "USD7,03")
        .text("transactionReferenceNumber", "S000000000000000")
        .text("urgent", "NORMAL")
        .text(
            "valueDateCurrencyInterbankSettledAmount",
            &format!("260115{currency}{sum}"),
        )
}

/// Roubles for one unit in ten-thousandths. It moves each day, and so do all the rouble columns of foreign money.
pub(super) fn rate(currency: Currency, julian_day: i32) -> i64 {
    let drift = i64::from(julian_day.rem_euclid(11)) * 1_237;
    match currency {
        Currency::Rouble => 10_000,
        Currency::Dollar => 781_234 + drift,
        Currency::Yuan => 111_357 + drift / 7,
    }
}

/// Rounded half away from zero.
pub(super) fn to_roubles(minor: i64, rate: i64) -> i64 {
    let product = i128::from(minor) * i128::from(rate);
    let half = if product < 0 { -5_000 } else { 5_000 };
    i64::try_from((product + half) / 10_000).unwrap_or(i64::MAX)
}

/// `openingRate`: a decimal of four places.
pub(super) fn rate_text(rate: i64) -> String {
    format!("{}.{:04}", rate / 10_000, rate % 10_000)
}
