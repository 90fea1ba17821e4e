//! Signed statements about a user. The real signature is a GOST one, which nobody reads here either.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value, json};
use time::OffsetDateTime;

use super::Tokens;
use crate::sber::{BIC, BROWSER_HOST};

/// Claims that are told when the scope of the same name was granted.
const BY_SCOPE: &[&str] = &[
    "inn",
    "email",
    "name",
    "phone_number",
    "OrgName",
    "accounts",
];

impl Tokens {
    /// The claims about a user as a compact JWS. The subject is always there, `nonce` when there was one.
    pub(super) fn statement(
        &self,
        user: &str,
        scopes: &[String],
        nonce: Option<&str>,
        accounts: &[String],
        now: OffsetDateTime,
    ) -> String {
        let mut claims = Map::new();
        claims.insert("iss".to_owned(), json!(BROWSER_HOST));
        claims.insert("sub".to_owned(), json!(user));
        claims.insert("aud".to_owned(), json!(self.rules.client_id));
        claims.insert("iat".to_owned(), json!(now.unix_timestamp()));
        if let Some(nonce) = nonce {
            claims.insert("nonce".to_owned(), json!(nonce));
        }
        for claim in BY_SCOPE
            .iter()
            .filter(|claim| scopes.iter().any(|scope| scope == **claim))
        {
            claims.insert((*claim).to_owned(), self.claim(claim, user, accounts));
        }
        compact(&Value::Object(claims))
    }

    fn claim(&self, claim: &str, user: &str, accounts: &[String]) -> Value {
        let Some(user) = self.user(user) else {
            return Value::Null;
        };
        match claim {
            "inn" => json!(user.inn),
            "email" => json!(format!("user-{}@client.example", user.inn)),
            "name" => json!("Вымышленный Пётр Иванович"),
            "phone_number" => json!("+70000000000"),
            "OrgName" => json!(user.organisation),
            _ => accounts
                .iter()
                .map(|number| json!({"accountNumber": number, "bic": BIC}))
                .collect(),
        }
    }
}

fn compact(claims: &Value) -> String {
    let header = json!({"alg": "gost34.10-2012", "typ": "JWT"});
    let parts = [
        header.to_string(),
        claims.to_string(),
        "not a signature".to_owned(),
    ];
    parts.map(|part| URL_SAFE_NO_PAD.encode(part)).join(".")
}
