//! What a column is called, and what its cells must look like.

/// A column that means something.
pub(super) struct Known {
    /// Its name, in problems too.
    pub(super) name: &'static str,
    /// Its other names, in the form of [`plain`].
    pub(super) also: &'static [&'static str],
    /// The fields of the bank's request that it fills; a problem of these is a problem of the column.
    pub(super) fields: &'static [&'static str],
    /// Whether a file must have it.
    pub(super) is_required: bool,
}

impl Known {
    pub(super) const fn new(
        name: &'static str,
        also: &'static [&'static str],
        fields: &'static [&'static str],
    ) -> Self {
        Self {
            name,
            also,
            fields,
            is_required: false,
        }
    }

    pub(super) const fn required(mut self) -> Self {
        self.is_required = true;
        self
    }

    pub(super) fn is_called(&self, name: &str) -> bool {
        let name = plain(name);
        plain(self.name) == name || self.also.contains(&name.as_str())
    }
}

/// The column of card numbers, the only one that may hold them.
pub(super) const CARD: &str = "card number";

/// A name without what people write differently: case, spaces, dashes, points, ё.
pub(super) fn plain(name: &str) -> String {
    let signs = name.chars().filter(|sign| sign.is_alphanumeric());
    signs
        .flat_map(char::to_lowercase)
        .map(|sign| if sign == 'ё' { 'е' } else { sign })
        .collect()
}

/// A key of the caller's own. The store looks for it in the request, where these signs would be written otherwise.
pub(super) fn key(text: &str) -> Result<String, &'static str> {
    match text.contains(['"', '\\']) {
        true => Err("must not hold quotes or backslashes"),
        false => Ok(text.to_owned()),
    }
}

/// A number of the bank's, 1 or more.
pub(super) fn number(text: &str) -> Result<i64, &'static str> {
    const RULE: &str = "must be a number, 1 or more";
    let is_plain = text.bytes().all(|byte| byte.is_ascii_digit());
    let number = text.parse().ok().filter(|number| is_plain && *number > 0);
    number.ok_or(RULE)
}

/// A Russian phone in the form that the bank wants, from any form that can mean only one.
#[cfg(feature = "payouts")]
pub(super) fn phone(text: &str) -> Result<String, &'static str> {
    const RULE: &str = "must be a Russian phone, +79990000001";
    let is_filling = |sign: char| sign.is_whitespace() || matches!(sign, '-' | '(' | ')');
    let bare: String = text.chars().filter(|sign| !is_filling(*sign)).collect();
    let national = ["+7", "7", "8"]
        .iter()
        .find_map(|prefix| bare.strip_prefix(prefix));
    let national = national
        .filter(|digits| digits.len() == 10 && digits.bytes().all(|byte| byte.is_ascii_digit()));
    Ok(format!("+7{}", national.ok_or(RULE)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_differ_by_letters_and_digits_only() {
        for name in [
            "Счёт-списания",
            " СЧЕТ СПИСАНИЯ ",
            "счет_списания.",
            "\u{feff}счёт\u{a0}списания",
        ] {
            assert_eq!(plain(name), "счетсписания");
        }
    }

    #[test]
    fn a_key_is_what_the_request_will_say() {
        for good in ["salary-1", "зарплата 5", "a/b'c"] {
            assert_eq!(key(good).as_deref(), Ok(good));
        }
        for bad in ["the \"fifth\"", "a\\b"] {
            assert!(key(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_number_has_only_digits() {
        let rows = [
            ("123", Some(123)),
            ("9223372036854775807", Some(i64::MAX)),
            ("9223372036854775808", None),
            ("0", None),
            ("-1", None),
            ("+1", None),
            ("1.0", None),
            ("1 000", None),
            ("", None),
        ];
        for (text, expected) in rows {
            assert_eq!(number(text).ok(), expected, "{text:?}");
        }
    }

    #[cfg(feature = "payouts")]
    #[test]
    fn a_phone_is_read_in_one_way_only() {
        let good = [
            "+79990000001",
            "79990000001",
            "89990000001",
            "8 (999) 000-00-01",
            "+7 999 000 00 01",
        ];
        for text in good {
            assert_eq!(phone(text).as_deref(), Ok("+79990000001"), "{text}");
        }
        for text in [
            "9990000001",
            "+89990000001",
            "+7999000000",
            "+799900000012",
            "+380990000001",
            "7+9990000001",
            "",
        ] {
            assert!(phone(text).is_err(), "{text}");
        }
    }
}
