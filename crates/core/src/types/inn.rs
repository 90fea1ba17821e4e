use super::{digits, identifier, weighted_sum};

identifier! {
    /// A taxpayer's number (ИНН): 10 digits of a company, 12 of a person.
    ///
    /// ```
    /// use rubank_core::types::Inn;
    ///
    /// let inn = Inn::checked("7707083893").unwrap();
    /// assert_eq!(format!("{inn} {inn:?}"), "*** Inn(***)");
    /// assert_eq!(inn.expose(), "7707083893");
    /// assert!(!Inn::received("0").is_valid());
    /// ```
    ///
    /// Answers may hold other things: zeros, 5 digits of a foreign payee, `0`, nothing.
    Inn, "INN" must be "10 or 12 digits with the right check digits", masked, is_inn
}

const WEIGHTS: [u32; 11] = [3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8];

fn is_inn(text: &str) -> bool {
    let Some(digits) = digits(text) else {
        return false;
    };
    // Each check digit takes the tail of the same row of weights.
    let key = |place: usize| weighted_sum(&digits[..place], &WEIGHTS[11 - place..]) % 11 % 10;
    let right = match digits.len() {
        10 => key(9) == digits[9],
        12 => key(10) == digits[10] && key(11) == digits[11],
        _ => false,
    };
    right && digits.iter().any(|digit| *digit != 0)
}
