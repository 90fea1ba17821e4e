//! The bank's error model and the header that every answer has.

use http::StatusCode;
use http::header::{HeaderName, HeaderValue};
use serde::Serialize;
use serde::ser::SerializeMap;

use super::code;
use crate::answer::Answer;
use crate::asked::Asked;
use crate::random::Random;
use crate::strict::{Complaint, single};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Why the bank says no.
#[derive(Debug)]
pub(super) enum Refusal {
    Contract(Complaint),
    BadToken,
    /// One of the three causes of a 403, in words.
    Forbidden(&'static str),
    NotFound,
    /// A 422, by its code.
    Business(&'static str),
    TooMany,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ErrorBody<'a> {
    error_id: String,
    error_message: &'static str,
    error_code: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    error_details: Option<Details<'a>>,
}

/// One field and what is wrong with it.
struct Details<'a>(&'a Complaint);

impl Serialize for Details<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(1))?;
        map.serialize_entry(self.0.key(), self.0.rule())?;
        map.end()
    }
}

impl Refusal {
    pub(super) const fn status(&self) -> StatusCode {
        match self {
            Self::Contract(_) => StatusCode::BAD_REQUEST,
            Self::BadToken => StatusCode::UNAUTHORIZED,
            Self::Forbidden(_) => StatusCode::FORBIDDEN,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Business(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::TooMany => StatusCode::TOO_MANY_REQUESTS,
        }
    }

    pub(super) fn answer(&self, asked: &Asked) -> Answer {
        let error_code = match self {
            Self::Contract(_) => code::INVALID_DATA,
            Self::BadToken => code::AUTHENTICATION_ERROR,
            Self::Forbidden(_) => code::AUTHORIZATION_ERROR,
            Self::NotFound => code::NOT_FOUND,
            Self::TooMany => code::TOO_MANY_REQUESTS,
            Self::Business(code) => code,
        };
        let body = ErrorBody {
            error_id: Random::new(asked.sequence, "tbank.error").hex(10),
            error_message: match self {
                Self::Forbidden(cause) => cause,
                _ => message(error_code),
            },
            error_code,
            error_details: match self {
                Self::Contract(complaint) => Some(Details(complaint)),
                _ => None,
            },
        };
        traced(Answer::json(self.status(), &body), asked)
    }
}

impl From<Complaint> for Refusal {
    fn from(complaint: Complaint) -> Self {
        Self::Contract(complaint)
    }
}

/// The id that came, or one that follows from the call's number, so that equal runs have equal ids.
pub(super) fn traced(answer: Answer, asked: &Asked) -> Answer {
    let theirs = asked.headers.get(&REQUEST_ID).map(HeaderValue::to_str);
    match theirs {
        Some(Ok(id)) if is_uuid(id) => answer.header(REQUEST_ID, id),
        _ => answer.header(
            REQUEST_ID,
            &Random::new(asked.sequence, "tbank.trace").uuid(),
        ),
    }
}

/// # Errors
/// The header is there and is repeated or no UUID.
pub(super) fn check_request_id(asked: &Asked) -> Result<(), Complaint> {
    match single(&asked.headers, REQUEST_ID)? {
        Some(id) if !is_uuid(id) => Err(Complaint::new("x-request-id", "must be a UUID")),
        _ => Ok(()),
    }
}

/// Five groups of hex digits, in either case.
pub(super) fn is_uuid(text: &str) -> bool {
    let groups: Vec<&str> = text.split('-').collect();
    groups.iter().map(|group| group.len()).eq([8, 4, 4, 4, 12])
        && groups
            .iter()
            .all(|group| group.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// What a person reads next to a code, here and inside of results.
pub(super) fn message(code: &str) -> &'static str {
    match code {
        code::INVALID_DATA => "Запрос не соответствует контракту",
        code::AUTHENTICATION_ERROR => "Токен неизвестен или больше не действует",
        code::NOT_FOUND => "Не найдено",
        code::TOO_MANY_REQUESTS => "Слишком много запросов",
        code::REGISTRY_NOT_FOUND => "Реестр не найден",
        code::REGISTRY_NOT_ACCEPTED => "Реестр не готов к этому действию",
        code::REGISTRY_NOT_DRAFT => "Подписать можно только черновик",
        code::REGISTRY_NOT_PAID => "По реестру ещё нет исполненных выплат",
        code::DUPLICATE_PAYMENT_ID => "Платёж с таким id уже есть",
        code::DUPLICATE_CORRELATION_ID => "Такой correlationId уже использован",
        code::RESULT_NOT_FOUND => "Результат не найден или больше не хранится",
        code::INSUFFICIENT_FUNDS => "На счёте недостаточно средств",
        code::PAYMENT_LIMIT_EXCEEDED => "Сумма больше лимита на один платёж",
        code::DAY_LIMIT_EXCEEDED => "Сумма больше остатка дневного лимита",
        code::MONTH_LIMIT_EXCEEDED => "Сумма больше остатка месячного лимита",
        code::SIGNATURE_REFUSED => "Нет права подписи",
        code::INVALID_PAYMENTS => "В платежах реестра есть ошибки",
        code::DEBIT_FAILED => "Списание не прошло",
        code::REGISTRY_REJECTED => "Все выплаты реестра отклонены",
        _ => "Ошибка",
    }
}
