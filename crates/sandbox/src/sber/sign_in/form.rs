//! Parameters of the sign-in endpoints, and their errors in all the shapes that were seen.

use http::StatusCode;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use serde_json::json;

use crate::answer::Answer;
use crate::asked::Asked;
use crate::sber::Bank;
use crate::sber::answers::traced;
use crate::sber::settings::{Place, SignInErrors};
use crate::strict::{Complaint, Query, media_type, single};

/// An error of a sign-in endpoint.
pub(super) struct Refused {
    code: &'static str,
    why: String,
}

impl Refused {
    pub(super) fn new(code: &'static str, why: impl Into<String>) -> Self {
        Self {
            code,
            why: why.into(),
        }
    }

    pub(super) fn client() -> Self {
        Self::new("invalid_client", "client id or secret is wrong or too old")
    }

    fn answer(&self, shape: SignInErrors) -> Answer {
        let status = match self.code {
            "invalid_client" | "invalid_token" => StatusCode::UNAUTHORIZED,
            _ => StatusCode::BAD_REQUEST,
        };
        let (code, why) = (self.code, self.why.as_str());
        let body = match shape {
            SignInErrors::Empty => return Answer::empty(status),
            SignInErrors::Error => json!({"error": code, "error_description": why}),
            SignInErrors::ErrorWithUri => {
                let uri = "https://client.example/errors";
                json!({"error": code, "error_description": why, "error_uri": uri})
            }
            SignInErrors::ErrorCode => json!({"errorCode": code, "errorMsg": why}),
            SignInErrors::Cause => json!({"cause": code, "message": why}),
        };
        Answer::json(status, &body)
    }
}

impl From<Complaint> for Refused {
    fn from(complaint: Complaint) -> Self {
        Self::new("invalid_request", complaint.to_string())
    }
}

/// What a sign-in endpoint answers, its errors in the shape of the settings.
pub(super) fn concluded(bank: &Bank, asked: &Asked, result: Result<Answer, Refused>) -> Answer {
    let answer = match result {
        Ok(answer) => answer,
        Err(refused) => refused.answer(bank.settings().sign_in_errors),
    };
    traced(answer.header(CACHE_CONTROL, "no-store"), asked)
}

/// The parameters, from the one place where they may be.
pub(super) fn parameters(asked: &Asked, place: Place) -> Result<Query, Refused> {
    let (query, body) = (asked.query.as_deref().unwrap_or_default(), &asked.body);
    match place {
        Place::Query if !body.is_empty() => Err(Refused::new(
            "invalid_request",
            "parameters belong into the query",
        )),
        Place::Query => Ok(Query::read(query)?),
        Place::Form if !query.is_empty() => Err(Refused::new(
            "invalid_request",
            "parameters belong into the body",
        )),
        Place::Form => {
            let kind = single(&asked.headers, CONTENT_TYPE)?.map(media_type);
            if kind.as_deref() != Some("application/x-www-form-urlencoded") {
                return Err(Refused::new(
                    "invalid_request",
                    "content-type: must be a form",
                ));
            }
            let text = std::str::from_utf8(body)
                .map_err(|_| Refused::new("invalid_request", "body: is not UTF-8"))?;
            Ok(Query::read(text)?)
        }
    }
}
