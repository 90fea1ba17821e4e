//! The platform's error model.

use http::StatusCode;

use super::node::{Node, object};
use crate::answer::Answer;
use crate::strict::Complaint;

/// Why the platform says no.
#[derive(Debug)]
pub(super) enum Refusal {
    /// No key, or a wrong one.
    Unauthorised,
    /// The request as such: headers, query keys, a body that is no JSON.
    Request(Complaint),
    NotFound,
    /// A field breaks a rule of the page or of the business.
    Field(Complaint),
    /// Something hangs on what was to be deleted.
    Undeletable(&'static str),
    /// Asked too often. The page shows no body, and so there is none.
    TooMany,
}

impl Refusal {
    /// A rule of the business, told like a wrong field.
    pub(super) fn field(key: impl Into<String>, rule: impl Into<String>) -> Self {
        Self::Field(Complaint::new(key, rule))
    }

    pub(super) fn status(&self) -> StatusCode {
        match self {
            Self::Unauthorised => StatusCode::UNAUTHORIZED,
            Self::Request(_) => StatusCode::BAD_REQUEST,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Field(_) => StatusCode::UNPROCESSABLE_ENTITY,
            // a number of the vendor's own, which has no name
            Self::Undeletable(_) => StatusCode::from_u16(499).unwrap_or(StatusCode::CONFLICT),
            Self::TooMany => StatusCode::TOO_MANY_REQUESTS,
        }
    }

    pub(super) fn answer(&self) -> Answer {
        let (title, detail, fields) = match self {
            Self::TooMany => return Answer::empty(self.status()),
            Self::Unauthorised => (
                "Ошибка авторизации",
                "Требуется авторизация".to_owned(),
                Node::Null,
            ),
            Self::Request(complaint) => (
                "Неверный запрос",
                complaint.to_string(),
                Node::List(Vec::new()),
            ),
            Self::NotFound => (
                "Не найдено",
                "Запрашиваемая запись не найдена".to_owned(),
                Node::Null,
            ),
            Self::Undeletable(why) => ("Удаление невозможно", (*why).to_owned(), Node::Null),
            Self::Field(complaint) => {
                let field = object! {
                    "field": complaint.key(),
                    "messages": vec![Node::from(complaint.rule())],
                };
                (
                    "Ошибка валидации",
                    "Проверьте правильность заполнения полей".to_owned(),
                    Node::List(vec![field]),
                )
            }
        };
        let error = object! {
            "title": title,
            "detail": detail,
            "fields": fields,
            "code": u64::from(self.status().as_u16()),
        };
        Answer::json(self.status(), &object! { "error": error })
    }
}

impl From<Complaint> for Refusal {
    /// A body that cannot be read at all is a bad request; whatever has a key is a wrong field.
    fn from(complaint: Complaint) -> Self {
        if complaint.key() == "body" {
            Self::Request(complaint)
        } else {
            Self::Field(complaint)
        }
    }
}
