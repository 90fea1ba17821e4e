//! How tokens stand in a file.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::auth::store::{StoreError, StoredTokens, TokenKey};
use crate::read;

/// Raised when an older program could misread what a newer one wrote; new fields alone are no reason.
const VERSION: u32 = 1;

#[derive(Serialize, Deserialize)]
struct Stored {
    version: u32,
    environment: String,
    client: String,
    user: String,
    refresh_token: String,
    access_token: Option<String>,
    access_expires_at: Option<String>,
    first_tried_at: Option<String>,
    sign_in_again: bool,
}

/// The key stands in it, so that a file which was copied or renamed by hand is not taken for another user's.
pub(super) fn write(tokens: &StoredTokens, key: &TokenKey) -> Result<String, StoreError> {
    let moment = |time: Option<OffsetDateTime>| {
        let text = time.map(|time| time.format(&Rfc3339)).transpose();
        text.map_err(|_| StoreError::broken("a time is beyond the year 9999"))
    };
    let stored = Stored {
        version: VERSION,
        environment: key.environment().to_owned(),
        client: key.client().to_owned(),
        user: key.user().to_owned(),
        refresh_token: tokens.refresh_token.expose().to_owned(),
        access_token: tokens
            .access_token
            .as_ref()
            .map(|token| token.expose().to_owned()),
        access_expires_at: moment(tokens.access_expires_at)?,
        first_tried_at: moment(tokens.first_tried_at)?,
        sign_in_again: tokens.sign_in_again,
    };
    // serde's own text may quote the value, so it is not kept.
    serde_json::to_string(&stored).map_err(|_| StoreError::broken("the tokens cannot be written"))
}

pub(super) fn read(text: &[u8], key: &TokenKey) -> Result<StoredTokens, StoreError> {
    let broken = |what: &str| StoreError::broken(format!("the file {what}"));
    let stored: Stored =
        read::read(text).map_err(|error| broken(&format!("cannot be read: {error}")))?;
    if stored.version > VERSION {
        return Err(broken("was written by a newer version of this program"));
    }
    if (
        stored.environment.as_str(),
        stored.client.as_str(),
        stored.user.as_str(),
    ) != (key.environment(), key.client(), key.user())
    {
        return Err(broken("holds the tokens of somebody else"));
    }
    let moment = |text: Option<String>| {
        let time = text
            .map(|text| OffsetDateTime::parse(&text, &Rfc3339))
            .transpose();
        time.map_err(|_| broken("has a time that cannot be read"))
    };
    Ok(StoredTokens {
        refresh_token: stored.refresh_token.into(),
        access_token: stored.access_token.map(Into::into),
        access_expires_at: moment(stored.access_expires_at)?,
        first_tried_at: moment(stored.first_tried_at)?,
        sign_in_again: stored.sign_in_again,
    })
}
