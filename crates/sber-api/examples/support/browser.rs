//! A person's browser, as far as the simulated bank needs one: the page agrees at once and sends it back.

use rubank_core::operation::{
    Answer, Effect, InvalidRequest, Method, Operation, OperationMeta, Parts,
};
use rubank_core::read::{ReadError, read};
use sber_api::{AUTHORIZE, AUTHORIZE_PATH, SberApi};
use url::Url;

/// Opens the link. The answer is the address that the bank sends the browser back to.
pub(crate) struct Open {
    query: Vec<(String, String)>,
}

impl Open {
    pub(crate) fn new(link: &str) -> Self {
        let url = Url::parse(link).ok();
        let pairs = url.iter().flat_map(Url::query_pairs);
        Open {
            query: pairs
                .map(|(name, value)| (name.into_owned(), value.into_owned()))
                .collect(),
        }
    }
}

impl Operation for Open {
    type Provider = SberApi;
    type Output = String;

    const META: OperationMeta = OperationMeta::new(
        "example.open-sign-in-page",
        Effect::Read,
        Method::Get,
        AUTHORIZE,
        AUTHORIZE_PATH,
    )
    .without_credentials()
    .success(&[302]);

    fn parts(&self) -> Result<Parts, InvalidRequest> {
        const NAMES: [&str; 9] = [
            "response_type",
            "client_id",
            "redirect_uri",
            "scope",
            "state",
            "nonce",
            "code_challenge",
            "code_challenge_method",
            "prompt",
        ];
        let parts = self.query.iter().filter_map(|(name, value)| {
            let name = NAMES.into_iter().find(|known| known == name)?;
            Some((name, value))
        });
        Ok(
            parts.fold(Parts::new().accept("text/html"), |parts, (name, value)| {
                parts.query(name, value)
            }),
        )
    }

    fn parse(answer: &Answer) -> Result<String, ReadError> {
        match answer.header("location") {
            Some(address) => Ok(address.to_owned()),
            None => read(b""),
        }
    }
}
