//! The end that the bank wants of a purpose: «Согласно реестру» and a number.

use rubank_core::operation::InvalidRequest;

use super::LONGEST_PURPOSE;

const PHRASE: &str = "Согласно реестру";

/// How many characters are left for your own words when «Согласно реестру» and this number end the purpose.
///
/// ```
/// use tbank_registry::purpose_room;
///
/// assert_eq!(purpose_room("5"), 190);
/// ```
#[must_use]
pub fn purpose_room(number: &str) -> usize {
    LONGEST_PURPOSE.saturating_sub(ending("", number).chars().count() + 2)
}

/// The purpose with the ending, unless it is there already.
pub(super) fn with_number(purpose: &str, number: &str) -> Result<String, InvalidRequest> {
    let refuse = |rule: &'static str| Err(InvalidRequest::new("purpose", rule));
    if !is_number(number) {
        return refuse("must end with a number of the registry that has a digit and no spaces");
    }
    match number_of(purpose) {
        Some(known) if known == number => return Ok(purpose.to_owned()),
        Some(_) => return refuse("names the number of another registry already"),
        None => {}
    }
    let whole = ending(purpose, number);
    if whole.chars().count() > LONGEST_PURPOSE {
        return refuse("has no room left for the number of the registry: 210 characters in all");
    }
    Ok(whole)
}

/// Whether the purpose ends as the bank wants it.
pub(super) fn has_number(purpose: &str) -> bool {
    number_of(purpose).is_some()
}

fn ending(purpose: &str, number: &str) -> String {
    let words = purpose.trim_end();
    let between = match words.chars().next_back() {
        None => "",
        Some('.' | '!' | '?' | ',' | ';' | ':') => " ",
        Some(_) => ". ",
    };
    format!("{words}{between}{PHRASE} {number}")
}

/// The number at the end: «согласно реестру 5», «Согласно реестру № 12/3.».
fn number_of(purpose: &str) -> Option<String> {
    let lower = purpose.to_lowercase();
    let (_, rest) = lower.rsplit_once(&PHRASE.to_lowercase())?;
    let spaced = rest.starts_with(|sign: char| sign.is_whitespace() || sign == '№');
    let rest = rest.trim().trim_start_matches('№').trim_start();
    let number = rest.trim_end_matches('.');
    (spaced && is_number(number)).then(|| number.to_owned())
}

/// One word with a digit.
fn is_number(text: &str) -> bool {
    let allowed = |sign: char| sign.is_alphanumeric() || matches!(sign, '-' | '/' | '.' | '_');
    text.chars().all(allowed) && text.bytes().any(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ending_is_recognised() {
        let rows = [
            ("Зарплата за май. Согласно реестру 5", true),
            ("Зарплата за май, согласно реестру 5", true),
            ("СОГЛАСНО РЕЕСТРУ №5", true),
            ("Зарплата. Согласно реестру № 12/3-а.", true),
            ("Зарплата. Согласно реестру 5  ", true),
            ("Зарплата. Согласно реестру", false),
            ("Зарплата. Согласно реестру №", false),
            ("Зарплата. Согласно реестру пять", false),
            ("Зарплата. Согласно реестру5", false),
            ("Согласно реестру 5 за май", false),
            ("Согласно реестрам 5", false),
            ("Зарплата", false),
            ("", false),
        ];
        for (purpose, expected) in rows {
            assert_eq!(has_number(purpose), expected, "{purpose}");
        }
    }

    #[test]
    fn it_is_added_once() {
        let rows = [
            (
                "Зарплата за май",
                "5",
                "Зарплата за май. Согласно реестру 5",
            ),
            (
                "Зарплата за май.",
                "5",
                "Зарплата за май. Согласно реестру 5",
            ),
            (
                "Зарплата за май;  ",
                "17-б",
                "Зарплата за май; Согласно реестру 17-б",
            ),
            ("Согласно реестру № 5.", "5", "Согласно реестру № 5."),
            ("", "5", "Согласно реестру 5"),
        ];
        for (purpose, number, expected) in rows {
            assert_eq!(with_number(purpose, number).unwrap(), expected);
        }
    }

    #[test]
    fn room_is_counted_in_characters() {
        let room = purpose_room("5");
        let fits = with_number(&"я".repeat(room), "5").unwrap();
        assert_eq!(fits.chars().count(), 210);
        assert!(with_number(&"я".repeat(room + 1), "5").is_err());
        assert_eq!(purpose_room(&"1".repeat(300)), 0);
    }

    #[test]
    fn a_number_is_one_word_with_a_digit() {
        for number in ["", " ", "пять", "5 6", "5\n"] {
            assert!(with_number("Зарплата", number).is_err(), "{number:?}");
        }
        let refused = with_number("Согласно реестру 6", "5").unwrap_err();
        assert_eq!(
            refused.to_string(),
            "purpose: names the number of another registry already"
        );
    }
}
