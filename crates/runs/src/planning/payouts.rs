//! Tables of payouts of the payouts platform.

use rubank_core::money::Kopecks;
use rubank_core::operation::Operation;
use rubank_core::personal::Personal;

use super::amount::amount;
use super::columns::Line;
use super::fields::{CARD, Known, key, number, phone, plain};
use super::{Draft, Kind};
use crate::plan::{PaidBy, PaidTo, Payout, PlanLine, Recipient, Warning, Wish};

/// The columns; the guide has the same list.
static COLUMNS: [Known; 17] = [
    Known::new(
        "key",
        &["ключ", "идентификатор", "customerpaymentid"],
        &["customer_payment_id"],
    ),
    Known::new(
        "contractor",
        &["исполнитель", "idисполнителя", "contractorid"],
        &[],
    )
    .required(),
    Known::new(
        "amount",
        &["сумма", "суммаруб", "суммавыплаты"],
        &["amount"],
    )
    .required(),
    Known::new(
        "purpose",
        &["назначение", "назначениеплатежа", "paymentpurpose"],
        &["payment_purpose"],
    ),
    Known::new(
        "service",
        &["услуга", "наименованиеуслуги", "servicename"],
        &["service_name"],
    ),
    Known::new("pay to", &["способвыплаты", "куда"], &[]),
    Known::new(
        "requisite",
        &["реквизит", "idреквизита", "requisiteid"],
        &[],
    ),
    Known::new(
        "phone",
        &["телефон", "телефонсбп"],
        &["requisite.account_number"],
    ),
    Known::new("bank", &["банк", "банксбп", "sbpbankid"], &[]),
    Known::new(
        CARD,
        &["card", "карта", "номеркарты"],
        &["requisite.account_number"],
    ),
    Known::new(
        "last name",
        &["фамилия", "surname"],
        &["sbp_validation_data.last_name"],
    ),
    Known::new("first name", &["имя"], &["sbp_validation_data.first_name"]),
    Known::new(
        "middle name",
        &["отчество", "patronymic"],
        &["sbp_validation_data.middle_name"],
    ),
    Known::new("agent", &["юрлицо", "agentid"], &[]),
    Known::new("balance", &["баланс", "balanceid"], &[]),
    Known::new("branch", &["филиал", "branchofficeid"], &[]),
    Known::new("account", &["счет", "счетсписания", "bankaccountid"], &[]),
];

/// Columns of which each line of the file must fill some, where the file has any.
const DESTINATIONS: [&str; 4] = ["requisite", "phone", "bank", CARD];

pub(super) struct Payouts;

impl Kind for Payouts {
    fn columns(&self) -> &'static [Known] {
        &COLUMNS
    }

    fn read(&self, line: &mut Line<'_>) -> Draft {
        let contractor = line.demand("contractor", number);
        let amount = line.demand("amount", amount);
        let payout = Payout {
            contractor: contractor.unwrap_or(1),
            purpose: line.text("purpose").map(Personal::from),
            service: line.text("service").map(Personal::from),
            to: paid_to(line).unwrap_or(PaidTo::Default),
            recipient: recipient(line),
            by: paid_by(line),
            branch: line.read("branch", number),
            account: line.read("account", number),
        };
        Draft {
            key: line.read("key", key),
            amount: amount.unwrap_or(Kopecks::new(1)),
            wish: Wish::Payout(payout),
        }
    }

    fn check(&self, planned: &PlanLine, line: &mut Line<'_>) {
        let Wish::Payout(payout) = planned.wish() else {
            return;
        };
        if let Err(invalid) = payout.operation(planned.key(), planned.roubles()).parts() {
            for violation in invalid.violations() {
                line.refuse_field(violation.field(), violation.rule());
            }
        }
    }

    fn warnings(&self, _: &[PlanLine]) -> Vec<Warning> {
        Vec::new()
    }
}

/// Where the money goes. An empty cell never quietly means another requisite: where the file has a column for it, a line
/// fills one or says `default`.
fn paid_to(line: &mut Line<'_>) -> Option<PaidTo> {
    let known = line.read("requisite", number);
    let phone = line.read("phone", phone);
    let bank = line.read("bank", number);
    let card = line.text(CARD).map(Personal::from);
    let said = line.read("pay to", |word| match plain(word).as_str() {
        "sbp" | "сбп" => Ok("sbp"),
        "card" | "карта" => Ok("card"),
        "requisite" | "реквизит" => Ok("requisite"),
        "default" | "поумолчанию" => Ok("default"),
        _ => Err("must be sbp, requisite, default or card"),
    });
    if line.is_refused(&["pay to"]) || line.is_refused(&DESTINATIONS) {
        return None;
    }
    let to = match (known, phone, bank, card) {
        (Some(id), None, None, None) => ("requisite", PaidTo::Known(id)),
        (None, Some(phone), Some(bank), None) => {
            let phone = Personal::new(phone);
            ("sbp", PaidTo::Sbp { phone, bank })
        }
        (None, None, None, Some(card)) => ("card", PaidTo::Card(card)),
        (None, None, None, None) => ("default", PaidTo::Default),
        (None, None, Some(_), None) => {
            line.refuse("phone", "must not be empty where a bank is given");
            return None;
        }
        (None, Some(_), None, None) => {
            line.refuse("bank", "must not be empty where a phone is given");
            return None;
        }
        _ => {
            line.refuse(
                "pay to",
                "must be one of phone and bank, requisite, card; more are given",
            );
            return None;
        }
    };
    match said {
        Some(word) if word != to.0 => {
            line.refuse("pay to", "must be what the other columns of the line say");
            return None;
        }
        None if to.0 == "default" && DESTINATIONS.iter().any(|name| line.has(name)) => {
            line.refuse("pay to", "must be «default» where no requisite is given");
            return None;
        }
        _ => {}
    }
    Some(to.1)
}

fn recipient(line: &mut Line<'_>) -> Option<Recipient> {
    let names = ["last name", "first name", "middle name"];
    if names.iter().all(|name| line.text(name).is_none()) {
        return None;
    }
    let owned = |text: &str| Ok(Personal::from(text));
    let last_name = line.demand("last name", owned);
    let first_name = line.demand("first name", owned);
    Some(Recipient {
        last_name: last_name?,
        first_name: first_name?,
        middle_name: line.text("middle name").map(Personal::from),
    })
}

fn paid_by(line: &mut Line<'_>) -> PaidBy {
    match (line.read("agent", number), line.read("balance", number)) {
        (None, None) => PaidBy::Default,
        (Some(id), None) => PaidBy::Agent(id),
        (None, Some(id)) => PaidBy::Balance(id),
        (Some(_), Some(_)) => {
            line.refuse(
                "balance",
                "must be empty where an agent is given: it brings its own",
            );
            PaidBy::Default
        }
    }
}
