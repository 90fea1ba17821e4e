use super::{digits, identifier};

identifier! {
    /// A person's insurance number (СНИЛС): `11223344595` or `112-233-445 95`.
    ///
    /// ```
    /// use rubank_core::types::Snils;
    ///
    /// let snils = Snils::checked("112-233-445 95").unwrap();
    /// assert_eq!(snils.to_string(), "***");
    /// assert!(Snils::checked("112-233-445 96").is_err());
    /// ```
    Snils, "SNILS" must be "11 digits, perhaps as 123-456-789 00, with the right check digits", masked, is_snils
}

/// Numbers up to 001-001-998 were given before there were check digits.
const LAST_UNCHECKED: u32 = 1_001_998;

fn is_snils(text: &str) -> bool {
    let Some(digits) = bare(text).as_deref().and_then(digits) else {
        return false;
    };
    let (number, key) = digits.split_at(9);
    let value = number.iter().fold(0, |value, digit| value * 10 + digit);
    let sum: u32 = number
        .iter()
        .zip((1..=9).rev())
        .map(|(digit, weight)| digit * weight)
        .sum();
    value != 0 && (value <= LAST_UNCHECKED || sum % 101 % 100 == key[0] * 10 + key[1])
}

/// The 11 signs without the marks of the printed form.
fn bare(text: &str) -> Option<String> {
    let signs = text.as_bytes();
    match signs.len() {
        11 => Some(text.to_owned()),
        14 if signs[3] == b'-' && signs[7] == b'-' && matches!(signs[11], b' ' | b'-') => Some(
            text.chars()
                .filter(|sign| !matches!(sign, '-' | ' '))
                .collect(),
        ),
        _ => None,
    }
    .filter(|bare| bare.len() == 11)
}
