//! Query strings and form bodies.

use percent_encoding::percent_decode_str;

use super::Complaint;

/// Decoded pairs in the order in which they came.
#[derive(Debug, Default)]
pub(crate) struct Query {
    pairs: Vec<(String, String)>,
}

impl Query {
    /// Reads `a=1&b=2`; `+` is a space, as in a form.
    ///
    /// # Errors
    /// A pair without `=`, an empty name, a broken escape, or text that is not UTF-8.
    pub(crate) fn read(text: &str) -> Result<Self, Complaint> {
        let pairs = text
            .split('&')
            .filter(|pair| !pair.is_empty())
            .map(|pair| {
                let Some((key, value)) = pair.split_once('=') else {
                    return Err(Complaint::new(pair, "has no value"));
                };
                let key = decode(key).ok_or_else(|| Complaint::new("query", "is badly encoded"))?;
                if key.is_empty() {
                    return Err(Complaint::new("query", "has a value without a name"));
                }
                match decode(value) {
                    Some(value) => Ok((key, value)),
                    None => Err(Complaint::new(key, "is badly encoded")),
                }
            })
            .collect::<Result<_, _>>()?;
        Ok(Self { pairs })
    }

    /// # Errors
    /// A key that is not in `known`.
    pub(crate) fn only(&self, known: &[&str]) -> Result<(), Complaint> {
        match self
            .pairs
            .iter()
            .find(|(key, _)| !known.contains(&key.as_str()))
        {
            Some((key, _)) => Err(Complaint::new(key, "is not a known query parameter")),
            None => Ok(()),
        }
    }

    /// All values of a key that may be repeated.
    pub(crate) fn all<'a>(&'a self, key: &str) -> impl Iterator<Item = &'a str> {
        self.pairs
            .iter()
            .filter(move |(name, _)| name == key)
            .map(|(_, value)| value.as_str())
    }

    /// The value of a key that may come once.
    ///
    /// # Errors
    /// It is repeated or empty.
    pub(crate) fn optional(&self, key: &str) -> Result<Option<&str>, Complaint> {
        let mut values = self.all(key);
        match (values.next(), values.next()) {
            (None, _) => Ok(None),
            (Some(""), None) => Err(Complaint::new(key, "is empty")),
            (Some(value), None) => Ok(Some(value)),
            (Some(_), Some(_)) => Err(Complaint::new(key, "is repeated")),
        }
    }

    /// The value of a key that must come once.
    ///
    /// # Errors
    /// It is absent, repeated or empty.
    pub(crate) fn required(&self, key: &str) -> Result<&str, Complaint> {
        self.optional(key)?
            .ok_or_else(|| Complaint::new(key, "is required"))
    }

    /// A whole number within bounds, written in plain digits.
    ///
    /// # Errors
    /// It is repeated, not a number, or out of bounds.
    pub(crate) fn integer(&self, key: &str, low: u64, high: u64) -> Result<Option<u64>, Complaint> {
        let Some(text) = self.optional(key)? else {
            return Ok(None);
        };
        let plain = text.bytes().all(|byte| byte.is_ascii_digit());
        match text.parse::<u64>() {
            Ok(number) if plain && (low..=high).contains(&number) => Ok(Some(number)),
            _ => Err(Complaint::new(
                key,
                format!("must be an integer of {low} to {high}"),
            )),
        }
    }
}

/// `None` when an escape is broken or the bytes are not UTF-8.
fn decode(text: &str) -> Option<String> {
    let mut rest = text.as_bytes();
    while let Some(at) = rest.iter().position(|byte| *byte == b'%') {
        let escape = rest.get(at + 1..at + 3)?;
        if !escape.iter().all(u8::is_ascii_hexdigit) {
            return None;
        }
        rest = rest.get(at + 3..)?;
    }
    let spaced = text.replace('+', " ");
    percent_decode_str(&spaced)
        .decode_utf8()
        .ok()
        .map(|text| text.into_owned())
}

#[cfg(test)]
mod tests {
    use super::Query;

    #[test]
    fn commas_come_bare_or_escaped() {
        let query = Query::read("sort=status,asc&sort=timestamp%2Cdesc&q=a+b").unwrap();
        assert_eq!(
            query.all("sort").collect::<Vec<_>>(),
            ["status,asc", "timestamp,desc"]
        );
        assert_eq!(query.required("q").unwrap(), "a b");
    }

    #[test]
    fn mistakes_are_named() {
        let cases = [
            ("limit", "limit: has no value"),
            ("=1", "query: has a value without a name"),
            ("limit=%2", "limit: is badly encoded"),
            ("limit=%ff", "limit: is badly encoded"),
            ("limit=1&limit=2", "limit: is repeated"),
            ("limit=", "limit: is empty"),
            ("limit=0", "limit: must be an integer of 1 to 100"),
            ("limit=%2B5", "limit: must be an integer of 1 to 100"),
            ("limit=101", "limit: must be an integer of 1 to 100"),
            ("limit=1e1", "limit: must be an integer of 1 to 100"),
            ("other=1", "other: is not a known query parameter"),
        ];
        for (text, complaint) in cases {
            let result = Query::read(text).and_then(|query| {
                query.only(&["limit"])?;
                query.integer("limit", 1, 100)
            });
            assert_eq!(result.unwrap_err().to_string(), complaint, "{text}");
        }
    }
}
