//! Identifiers and codes: texts as the bank has them. An answer may hold any of them as a number.

use rubank_core::operation::Checks;
use rubank_core::text_id;

text_id! {
    /// The caller's identifier of a waybill (`externalId`), a UUID in small letters: the key of the intent. Make it
    /// once, write it down before the first request, and use it for every repetition.
    ///
    /// ```
    /// use sber_encashment::ExternalId;
    ///
    /// assert!(ExternalId::from("6f9619ff-8b86-4011-b42d-00c04fc964ff").is_valid());
    /// assert!(!ExternalId::from("6F9619FF-8B86-4011-B42D-00C04FC964FF").is_valid());
    /// ```
    ///
    /// That it is a UUID is documented; the small letters are what the paths of the bank's sibling methods want
    /// (inferred). Answers keep whatever comes.
    pub struct ExternalId;
}

text_id! {
    /// The number of the bag (номер сумки), `number` on the wire: not the number of a document. Its type and shape
    /// are not documented; it is sent as a string.
    ///
    /// ```
    /// use sber_encashment::BagNumber;
    ///
    /// assert_eq!(BagNumber::from("0000042").as_str(), "0000042");
    /// ```
    pub struct BagNumber;
}

text_id! {
    /// The code of a collection object (ИНК): `objectCode` of a waybill, `ino` of the query. That the two are the
    /// same is inferred from their captions. Its type and shape are not documented; it is sent as a string.
    ///
    /// ```
    /// use sber_encashment::ObjectCode;
    ///
    /// assert_eq!(ObjectCode::from("000123").as_str(), "000123");
    /// ```
    pub struct ObjectCode;
}

text_id! {
    /// A cash symbol (кассовый символ): two digits, with their zero. It says what the cash was taken for.
    ///
    /// ```
    /// use sber_encashment::CashSymbol;
    ///
    /// assert_eq!(CashSymbol::from("02").as_str(), "02");
    /// ```
    pub struct CashSymbol;
}

text_id! {
    /// Whether notes or coins are meant (`cashType`), we think: neither the type nor a single value is documented.
    /// It is never derived from the denomination, because 5 and 10 roubles exist as both; it is sent as a string.
    ///
    /// ```
    /// use sber_encashment::CashType;
    ///
    /// assert_eq!(CashType::from("NOTE").as_str(), "NOTE");
    /// ```
    pub struct CashType;
}

impl ExternalId {
    /// Whether it is a UUID in small letters, as requests need it.
    #[must_use]
    pub fn is_valid(&self) -> bool {
        self.as_str().len() == 36
            && self
                .as_str()
                .bytes()
                .enumerate()
                .all(|(place, byte)| match place {
                    8 | 13 | 18 | 23 => byte == b'-',
                    _ => matches!(byte, b'0'..=b'9' | b'a'..=b'f'),
                })
    }

    pub(crate) fn check(&self, checks: &mut Checks) {
        checks.that(
            self.is_valid(),
            "externalId",
            "must be a UUID in small letters",
            || format!("{} characters", self.as_str().chars().count()),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_uuid_in_small_letters_is_a_key() {
        let rows = [
            ("6f9619ff-8b86-4011-b42d-00c04fc964ff", true),
            ("00000000-0000-0000-0000-000000000000", true),
            ("6F9619FF-8B86-4011-B42D-00C04FC964FF", false),
            ("6f9619ff-8b86-4011-b42d-00c04fc964fg", false),
            ("6f9619ff-8b86-4011-b42d-00c04fc964f", false),
            ("6f9619ff-8b86-4011-b42d-00c04fc964fff", false),
            ("6f9619ff8b86-4011-b42d-00c04fc964ff-", false),
            ("{6f9619ff-8b86-4011-b42d-00c04fc96}", false),
            ("6f9619ff-8b86-4011-b42d-00c04fc964f\u{444}", false),
            ("", false),
        ];
        for (text, expected) in rows {
            assert_eq!(ExternalId::from(text).is_valid(), expected, "{text}");
        }
    }
}
