//! Everything that the sandbox can let go wrong on the way of a payout.

use rubank_sandbox::payouts::{
    CREATE_PAYMENT, GET_PAYMENT_BY_CUSTOMER_ID, LIST_PAYMENTS, internal_error,
};
use rubank_sandbox::{Fault, FaultRule, Moment};

use super::dice::Dice;

/// The platform's own error, as it writes them.
fn refusal(status: u16, detail: &str, fields: &str) -> Fault {
    Fault::Answer {
        status,
        content_type: "application/json".to_owned(),
        body: format!(
            r#"{{"error":{{"title":"Ошибка","detail":"{detail}","fields":{fields},"code":{status}}}}}"#
        ),
        moment: Moment::BeforeWork,
    }
}

fn page(status: u16, moment: Moment) -> Fault {
    Fault::Html { status, moment }
}

fn empty(status: u16, retry_after: Option<&str>, moment: Moment) -> Fault {
    Fault::Empty {
        status,
        retry_after: retry_after.map(str::to_owned),
        moment,
    }
}

/// All but one: that the bank refuses in its own words what it has done. Nobody can survive a bank that lies.
fn all() -> Vec<Fault> {
    use Moment::{AfterWork, BeforeWork};

    const AMOUNT: &str = r#"[{"field":"amount","messages":["отказ"]}]"#;
    let mut faults = vec![
        Fault::CloseUnread,
        Fault::CutBody,
        Fault::TruncatedJson,
        Fault::BrokenJson,
        Fault::UnknownEnumValue,
        Fault::UnknownField,
        Fault::RepeatedPage,
        Fault::DateSkew { seconds: 7200 },
        Fault::DateSkew { seconds: -7200 },
        empty(429, None, BeforeWork),
        empty(429, Some("30"), BeforeWork),
        empty(429, Some("Thu, 15 Jan 2026 10:00:00 GMT"), BeforeWork),
        empty(503, Some("5"), BeforeWork),
        refusal(401, "Требуется авторизация", "null"),
        refusal(403, "Нет прав", "null"),
        refusal(409, "Отказано", "null"),
        refusal(422, "Отказано", "null"),
        refusal(422, "Недостаточно средств", AMOUNT),
        refusal(422, "Превышен лимит", AMOUNT),
    ];
    for moment in [BeforeWork, AfterWork] {
        faults.extend([
            Fault::Close(moment),
            Fault::Reset(moment),
            Fault::Hang(moment),
            page(200, moment),
            page(502, moment),
            page(504, moment),
            empty(200, None, moment),
            empty(500, None, moment),
            empty(503, None, moment),
            internal_error(moment),
        ]);
    }
    faults
}

/// Those that leave everybody in doubt about a payment that was made.
fn doubts() -> [Fault; 7] {
    use Moment::AfterWork;

    [
        Fault::Close(AfterWork),
        Fault::Reset(AfterWork),
        Fault::Hang(AfterWork),
        page(502, AfterWork),
        page(504, AfterWork),
        empty(503, None, AfterWork),
        internal_error(AfterWork),
    ]
}

/// Some of them, on the operations of a run, each at chance.
pub(crate) fn draw(dice: &Dice) -> Vec<FaultRule> {
    let (all, doubts) = (all(), doubts());
    let mut rules = Vec::new();
    for (operation, faults, most) in [
        (CREATE_PAYMENT, doubts.as_slice(), 3),
        (CREATE_PAYMENT, &all, 7),
        (GET_PAYMENT_BY_CUSTOMER_ID, &all, 5),
        (LIST_PAYMENTS, &all, 5),
    ] {
        for _ in 0..dice.size(1, most) {
            let Some(fault) = dice.pick(faults) else {
                continue;
            };
            let chance = u16::try_from(dice.between(20, 200)).unwrap_or(20);
            rules.push(FaultRule::on(operation, fault.clone()).chance(chance));
        }
    }
    rules
}

/// For people to watch: answers that are lost before and after the work.
pub(crate) fn lost_answers() -> Vec<FaultRule> {
    let lost = [
        Fault::Close(Moment::AfterWork),
        Fault::Close(Moment::BeforeWork),
        Fault::Reset(Moment::AfterWork),
        page(502, Moment::AfterWork),
        Fault::CutBody,
    ];
    let rules = lost.map(|fault| FaultRule::on(CREATE_PAYMENT, fault).chance(25));
    rules.to_vec()
}
