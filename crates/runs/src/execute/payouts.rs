//! The payouts platform.

use std::collections::HashMap;
use std::time::Duration;

use payouts_platform::flows::payments_with_ids;
use payouts_platform::{
    CreatePayment, ErrorBody, GetPaymentByCustomerId, Payment, PaymentError, PaymentId,
    PayoutsPlatform, StatusMeaning,
};
use rubank_core::BoxFuture;
use rubank_core::client::Client;
use rubank_core::error::{Error, ErrorKind};
use rubank_core::money::Money;
use rubank_core::personal::Personal;
use rubank_store::{Refusal, Settled, SettledOf};

use super::bank::sealed::Sealed;
use super::bank::{Bank, Fate, Found, Taken, cause_in, reason};
use crate::plan::{PlanLine, Wish};
use crate::run::Cause;

/// Reasons of this form are states of the platform: people can still move them in the cabinet.
const STATUS: &str = "status-";
/// The key belongs to a payout to somebody else, or of another sum. Why, only a person can find out.
const ANOTHER: &str = "another-payout";

impl Sealed for PayoutsPlatform {}

impl Bank for PayoutsPlatform {
    type Payment = CreatePayment;

    // The page's pace for one payout, kept for lists, too.
    const FOLLOW_EVERY: Duration = Duration::from_secs(60);

    // The most that one list tells.
    const FOLLOW_AT_ONCE: u32 = 200;

    fn payment(line: &PlanLine) -> Option<CreatePayment> {
        match line.wish() {
            Wish::Payout(payout) => Some(payout.operation(line.key(), line.roubles())),
            Wish::Registry(_) => None,
        }
    }

    fn bank_id(settled: &SettledOf<CreatePayment>) -> Option<String> {
        match settled {
            Settled::Answered(payment) | Settled::Found(payment) => {
                payment.id.map(|id| id.to_string())
            }
            _ => None,
        }
    }

    fn cause(refusal: &Refusal) -> Option<Cause> {
        let told = refusal.text.as_ref().map(|text| text.expose().as_str());
        let reason = body(refusal).map(|body| body.error);
        let reason = reason.as_ref();
        let title = reason.and_then(|reason| Some(reason.title.as_ref()?.expose().as_str()));
        let detail = reason.and_then(|reason| Some(reason.detail.as_ref()?.expose().as_str()));
        let fields = || reason.into_iter().flat_map(|reason| reason.fields.good());
        let messages = fields().flat_map(|field| field.messages.iter().map(Personal::expose));
        let texts = [told, title, detail].into_iter().flatten();
        let cause = cause_in(texts.chain(messages.map(String::as_str)))?;
        let mut names = fields()
            .filter_map(|field| field.field.as_deref())
            .peekable();
        let is_of_line = names.peek().is_some() && names.all(is_of_line);
        // A limit of one contractor stops nobody else.
        (cause == Cause::NoFunds || !is_of_line).then_some(cause)
    }

    fn follow<'a>(
        client: &'a Client<Self>,
        taken: &'a [Taken],
    ) -> BoxFuture<'a, Result<Vec<Found>, Error>> {
        Box::pin(follow(client, taken))
    }

    fn may_move(reason: &str) -> bool {
        reason.starts_with(STATUS)
    }
}

/// What the platform said of a payout's fields, for people; empty where it said nothing of them.
pub(crate) fn words(refusal: &Refusal) -> Vec<Personal<String>> {
    let fields = body(refusal).map(|body| body.error.fields);
    let fields = fields.iter().flat_map(|fields| fields.good());
    fields.flat_map(|field| field.messages.clone()).collect()
}

fn body(refusal: &Refusal) -> Option<ErrorBody> {
    rubank_core::read::read(refusal.body.as_ref()?.expose().as_bytes()).ok()
}

/// Whether a field is about whom one line pays and what for, and not about who pays.
fn is_of_line(field: &str) -> bool {
    let first = field.split('.').next().unwrap_or_default();
    matches!(
        first,
        "contractor_id"
            | "requisite"
            | "requisite_id"
            | "sbp_validation_data"
            | "service_name"
            | "payment_purpose"
    )
}

async fn follow(client: &Client<PayoutsPlatform>, taken: &[Taken]) -> Result<Vec<Found>, Error> {
    let ids = taken.iter().filter_map(number);
    let listed = match payments_with_ids(client, ids).await {
        Ok(listed) => listed,
        Err(error) if error.is_transient() || is_of_all(&error) => return Err(error),
        // A list that cannot be read must not hide everybody who is in it.
        Err(_) => Vec::new(),
    };
    let by_id: HashMap<_, _> = listed
        .into_iter()
        .filter_map(|payment| Some((payment.id?, payment)))
        .collect();
    let mut found = Vec::with_capacity(taken.len());
    for one in taken {
        let listed = number(one).and_then(|id| by_id.get(&id));
        found.extend(match listed {
            Some(payment) => weigh(one, payment),
            None => by_key(client, one).await?,
        });
    }
    Ok(found)
}

fn number(taken: &Taken) -> Option<PaymentId> {
    let number = taken.bank_id.as_deref()?.parse().ok()?;
    Some(PaymentId::new(number))
}

/// A payout whose number was never told, or that the list does not show. What is absent has not failed; but where no
/// number was told either, the yes may have been a gateway's.
async fn by_key(client: &Client<PayoutsPlatform>, taken: &Taken) -> Result<Option<Found>, Error> {
    match client
        .send(&GetPaymentByCustomerId::new(taken.key.as_str()))
        .await
    {
        Ok(answer) => Ok(weigh(taken, &answer.into_value().item)),
        Err(error) if is_of_all(&error) => Err(error),
        Err(error) if error.kind() == ErrorKind::NotFound && taken.bank_id.is_none() => {
            Ok(Some(Found {
                key: taken.key.clone(),
                bank_id: None,
                fate: Fate::Unseen,
                cause: None,
            }))
        }
        Err(_) => Ok(None),
    }
}

fn is_of_all(error: &Error) -> bool {
    let kind = error.kind();
    matches!(
        kind,
        ErrorKind::Unauthorized | ErrorKind::Forbidden | ErrorKind::Auth
    )
}

fn weigh(taken: &Taken, payment: &Payment) -> Option<Found> {
    let status = payment
        .status
        .as_ref()
        .and_then(|status| status.id.as_ref());
    let status = status.and_then(|status| status.number());
    let word = match status {
        Some(number) => format!("{STATUS}{number}"),
        None => format!("{STATUS}unsaid"),
    };
    let is_ours = is_ours(taken, payment);
    let fate = match payment.meaning() {
        _ if !is_ours => Fate::NeedsPerson(reason(ANOTHER)?),
        StatusMeaning::Paid => Fate::Paid,
        StatusMeaning::Refused => Fate::Refused(reason(&word)?),
        StatusMeaning::NeedsPerson => Fate::NeedsPerson(reason(&word)?),
        StatusMeaning::Running => Fate::Running,
    };
    let failed = is_ours && !matches!(fate, Fate::Paid | Fate::Running);
    Some(Found {
        key: taken.key.clone(),
        bank_id: payment.id.map(|id| id.to_string()),
        cause: if failed { cause_of(payment) } else { None },
        fate,
    })
}

/// The platform promises no field of an answer: what it does not tell contradicts nothing.
fn is_ours(taken: &Taken, payment: &Payment) -> bool {
    let key = payment.customer_payment_id.as_ref();
    let contractor = payment.contractor.as_ref().and_then(|paid| paid.id);
    key.is_none_or(|key| key.as_str() == taken.key)
        && contractor.is_none_or(|id| id.to_string() == taken.recipient)
        && payment
            .amount
            .is_none_or(|amount| amount == Money::from(taken.amount))
}

fn cause_of(payment: &Payment) -> Option<Cause> {
    let text = match payment.error.as_ref()? {
        PaymentError::Text(text) => text.expose().as_str(),
        PaymentError::Described(error) => error.title.as_ref().map_or("", |title| title.expose()),
        _ => "",
    };
    cause_in([text])
}

#[cfg(test)]
mod tests {
    use rubank_core::money::Kopecks;

    use super::*;

    fn taken() -> Taken {
        Taken {
            key: "key".to_owned(),
            bank_id: Some("7".to_owned()),
            recipient: "123".to_owned(),
            family: None,
            amount: Kopecks::new(150_050),
        }
    }

    fn payment(fields: &str) -> Payment {
        serde_json::from_str(&format!(r#"{{"id":7{fields}}}"#)).unwrap()
    }

    #[test]
    fn a_payout_is_weighed_by_its_state_and_by_whose_it_is() {
        let needs = |word: &str| Fate::NeedsPerson(reason(word).unwrap());
        let rows = [
            (r#","status":{"id":1},"is_final":true"#, Fate::Paid),
            (r#","status":{"id":3},"is_final":false"#, Fate::Running),
            (
                r#","status":{"id":2},"is_final":true"#,
                Fate::Refused(reason("status-2").unwrap()),
            ),
            (r#","status":{"id":5},"is_final":false"#, needs("status-5")),
            (
                r#","status":{"id":1},"is_final":true,"amount":1500.5"#,
                Fate::Paid,
            ),
            (
                r#","status":{"id":1},"is_final":true,"amount":1500.51"#,
                needs(ANOTHER),
            ),
            (
                r#","status":{"id":1},"is_final":true,"contractor":{"id":124}"#,
                needs(ANOTHER),
            ),
            (
                r#","status":{"id":1},"is_final":true,"customer_payment_id":"other""#,
                needs(ANOTHER),
            ),
            ("", Fate::Running),
        ];
        for (fields, fate) in rows {
            assert_eq!(
                weigh(&taken(), &payment(fields)).unwrap().fate,
                fate,
                "{fields}"
            );
        }
    }

    #[test]
    fn a_refusal_is_told_by_its_fields_too() {
        let short = "Недостаточно средств";
        let limit = "Превышен лимит выплат";
        let rows = [
            ("balance_id", short, Some(Cause::NoFunds)),
            ("contractor_id", short, Some(Cause::NoFunds)),
            ("branch_office_id", limit, Some(Cause::Limit)),
            ("amount", limit, Some(Cause::Limit)),
            ("contractor_id", limit, None),
            ("requisite.sbp_bank_id", limit, None),
            ("contractor_id", "Не найден", None),
        ];
        for (field, message, cause) in rows {
            let body = format!(
                r#"{{"error":{{"title":"Ошибка","fields":[{{"field":"{field}","messages":["{message}"]}}]}}}}"#
            );
            let refusal = Refusal {
                status: Some(422),
                body: Some(body.into()),
                ..Refusal::default()
            };
            assert_eq!(PayoutsPlatform::cause(&refusal), cause, "{field} {message}");
            assert_eq!(words(&refusal), [message.into()]);
        }
    }

    #[test]
    fn a_failure_for_lack_of_funds_is_no_matter_of_the_line() {
        let failed = r#","status":{"id":5},"error":"Недостаточно средств""#;
        assert_eq!(
            weigh(&taken(), &payment(failed)).unwrap().cause,
            Some(Cause::NoFunds)
        );
        let running = r#","status":{"id":3},"error":"Недостаточно средств""#;
        assert_eq!(weigh(&taken(), &payment(running)).unwrap().cause, None);
    }
}
