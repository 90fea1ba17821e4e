//! Everything that the sandbox can let go wrong on the way of a payment.

use rubank_sandbox::payouts::{self, CREATE_PAYMENT, GET_PAYMENT_BY_CUSTOMER_ID, LIST_PAYMENTS};
use rubank_sandbox::tbank::{self, PAY_REGISTRY, PAYMENT_STATUS, SALARY_CARD, SELF_EMPLOYED_CARD};
use rubank_sandbox::{Fault, FaultRule, Moment};

use super::dice::Dice;
use super::payer::Kind;

/// The platform's own error, as it writes them.
fn platform_error(status: u16, detail: &str, fields: &str) -> String {
    format!(
        r#"{{"error":{{"title":"Ошибка","detail":"{detail}","fields":{fields},"code":{status}}}}}"#
    )
}

/// T-Bank's own error, likewise.
fn registry_error(code: &str, text: &str) -> String {
    format!(r#"{{"errorId":"0","errorMessage":"{text}","errorCode":"{code}"}}"#)
}

fn refusal(status: u16, body: String) -> Fault {
    Fault::Answer {
        status,
        content_type: "application/json".to_owned(),
        body,
        moment: Moment::BeforeWork,
    }
}

/// What only this bank says.
fn own(kind: Kind) -> Vec<Fault> {
    const AMOUNT: &str = r#"[{"field":"amount","messages":["отказ"]}]"#;
    match kind {
        Kind::Payouts => [
            (401, "Требуется авторизация", "null"),
            (403, "Нет прав", "null"),
            // These two name nothing: a used key looks the same.
            (409, "Отказано", "null"),
            (422, "Отказано", "null"),
            (422, "Недостаточно средств", AMOUNT),
            (422, "Превышен лимит", AMOUNT),
        ]
        .map(|(status, detail, fields)| refusal(status, platform_error(status, detail, fields)))
        .to_vec(),
        Kind::Registries => [
            (401, "AUTHENTICATION_ERROR", "Токен неизвестен"),
            (403, "AUTHORIZATION_ERROR", "Нет прав"),
            (409, "CONFLICT", "Отказано"),
            (422, "UNSAID", "Отказано"),
            (422, "INSUFFICIENT_FUNDS", "На счёте недостаточно средств"),
            (422, "DAY_LIMIT_EXCEEDED", "Превышен дневной лимит"),
        ]
        .map(|(status, code, text)| refusal(status, registry_error(code, text)))
        .to_vec(),
    }
}

fn internal_error(kind: Kind, moment: Moment) -> Fault {
    match kind {
        Kind::Payouts => payouts::internal_error(moment),
        Kind::Registries => tbank::internal_error(moment),
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

/// What any server of any bank may do to an answer; where `has_pages`, it may tell the first page of a list again.
pub(crate) fn general(has_pages: bool) -> Vec<Fault> {
    use Moment::{AfterWork, BeforeWork};

    let mut faults = vec![
        Fault::CloseUnread,
        Fault::CutBody,
        Fault::TruncatedJson,
        Fault::BrokenJson,
        Fault::UnknownEnumValue,
        Fault::UnknownField,
        Fault::DateSkew { seconds: 7200 },
        Fault::DateSkew { seconds: -7200 },
        empty(429, None, BeforeWork),
        empty(429, Some("30"), BeforeWork),
        empty(429, Some("Thu, 15 Jan 2026 10:00:00 GMT"), BeforeWork),
        empty(503, Some("5"), BeforeWork),
    ];
    faults.extend(has_pages.then_some(Fault::RepeatedPage));
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
        ]);
    }
    faults
}

/// Whether the bank has not worked when it strikes, or its answer arrives and says what it said.
pub(crate) fn keeps_answer(fault: &Fault) -> bool {
    let moment = match fault {
        Fault::CloseUnread | Fault::UnknownField | Fault::DateSkew { .. } => Moment::BeforeWork,
        Fault::Close(moment) | Fault::Reset(moment) | Fault::Hang(moment) => *moment,
        Fault::Html { moment, .. } | Fault::Empty { moment, .. } | Fault::Answer { moment, .. } => {
            *moment
        }
        _ => Moment::AfterWork,
    };
    moment == Moment::BeforeWork
}

/// All but one: that the bank refuses in its own words what it has done. Nobody can survive a bank that lies. And a file
/// has fewer lines than a list has on its first page, so that there is no page to repeat.
fn all(kind: Kind) -> Vec<Fault> {
    let mut faults = general(false);
    faults.extend(own(kind));
    faults.push(internal_error(kind, Moment::BeforeWork));
    faults.push(internal_error(kind, Moment::AfterWork));
    faults
}

/// Those that leave everybody in doubt about a payment that was made.
fn doubts(kind: Kind) -> [Fault; 7] {
    use Moment::AfterWork;

    [
        Fault::Close(AfterWork),
        Fault::Reset(AfterWork),
        Fault::Hang(AfterWork),
        page(502, AfterWork),
        page(504, AfterWork),
        empty(503, None, AfterWork),
        internal_error(kind, AfterWork),
    ]
}

/// Some of them, on the operations of a run, each at chance.
pub(crate) fn draw(dice: &Dice, kind: Kind) -> Vec<FaultRule> {
    let (all, doubts) = (all(kind), doubts(kind));
    let (pays, asks) = match kind {
        Kind::Payouts => (
            CREATE_PAYMENT,
            [GET_PAYMENT_BY_CUSTOMER_ID, LIST_PAYMENTS].as_slice(),
        ),
        Kind::Registries => (
            PAY_REGISTRY,
            [PAYMENT_STATUS, SALARY_CARD, SELF_EMPLOYED_CARD].as_slice(),
        ),
    };
    let mut draws = vec![(pays, doubts.as_slice(), 3), (pays, &all, 7)];
    draws.extend(asks.iter().map(|asks| (*asks, all.as_slice(), 5)));
    let mut rules = Vec::new();
    for (operation, faults, most) in draws {
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
