//! The tokens of a user as the text that is sealed.

use rubank_core::auth::{StoreError, StoredTokens};
use rubank_core::read;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// Raised when an older program could misread what a newer one wrote; new fields alone are no reason.
const VERSION: u32 = 1;

#[derive(Serialize, Deserialize)]
struct Stored {
    version: u32,
    refresh_token: String,
    access_token: Option<String>,
    access_expires_at: Option<String>,
    first_tried_at: Option<String>,
    sign_in_again: bool,
}

pub(super) fn write(tokens: &StoredTokens) -> Result<String, StoreError> {
    let moment = |time: Option<OffsetDateTime>| {
        let text = time.map(|time| time.format(&Rfc3339)).transpose();
        text.map_err(|_| StoreError::broken("a time is beyond the year 9999"))
    };
    let access_token = tokens.access_token.as_ref();
    let stored = Stored {
        version: VERSION,
        refresh_token: tokens.refresh_token.expose().to_owned(),
        access_token: access_token.map(|token| token.expose().to_owned()),
        access_expires_at: moment(tokens.access_expires_at)?,
        first_tried_at: moment(tokens.first_tried_at)?,
        sign_in_again: tokens.sign_in_again,
    };
    // serde's own text may quote the value, so it is not kept.
    serde_json::to_string(&stored).map_err(|_| StoreError::broken("the tokens cannot be written"))
}

pub(super) fn read(text: &[u8]) -> Result<StoredTokens, StoreError> {
    let broken = |what: &str| StoreError::broken(format!("what is kept {what}"));
    let stored: Stored =
        read::read(text).map_err(|error| broken(&format!("cannot be read: {error}")))?;
    if stored.version > VERSION {
        return Err(broken("was written by a newer version of this program"));
    }
    let moment = |text: Option<String>| {
        let time = text
            .map(|text| OffsetDateTime::parse(&text, &Rfc3339))
            .transpose();
        time.map_err(|_| broken("has a time that cannot be read"))
    };
    let mut tokens = StoredTokens::new(stored.refresh_token.into());
    tokens.access_token = stored.access_token.map(Into::into);
    tokens.access_expires_at = moment(stored.access_expires_at)?;
    tokens.first_tried_at = moment(stored.first_tried_at)?;
    tokens.sign_in_again = stored.sign_in_again;
    Ok(tokens)
}
