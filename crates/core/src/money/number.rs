//! Decimal text and exact arithmetic on it. `rust_decimal` rounds what does not fit, in parsing, adding
//! and multiplying alike; nothing here does.

use std::fmt;

use rust_decimal::Decimal;

/// Why a text or a number is not an amount. The message names the rule, never the text.
///
/// ```
/// use rubank_core::money::{InvalidAmount, Money};
///
/// assert_eq!(Money::parse("0.001"), Err(InvalidAmount::TooManyDecimals));
/// assert_eq!(Money::parse("1 000"), Err(InvalidAmount::NotANumber));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidAmount {
    /// Something else than an optional minus, digits, and a point with digits.
    #[error("not a decimal number")]
    NotANumber,
    /// More than 96 bits of digits, or more than 64 bits of kopecks.
    #[error("the number is too big")]
    TooBig,
    /// More digits than can be kept; it would have to be rounded.
    #[error("the number has too many digits to be kept exactly")]
    TooPrecise,
    /// A part of a kopeck where a sum of money is made.
    #[error("a sum of money has at most two decimals")]
    TooManyDecimals,
}

const MOST_DIGITS: u128 = (1 << 96) - 1;
const MOST_SCALE: u32 = Decimal::MAX_SCALE;
/// Longer texts are refused unread.
const LONGEST: usize = 96;

/// Reads what a person or a program wrote: no exponent, which nobody would mean.
pub(super) fn parse(text: &str) -> Result<Decimal, InvalidAmount> {
    read(text, 0)
}

/// Reads a JSON number, exactly.
pub(super) fn from_json(text: &str) -> Result<Decimal, InvalidAmount> {
    let (digits, exponent) = match text.split_once(['e', 'E']) {
        Some((digits, exponent)) => (digits, read_exponent(exponent)?),
        None => (text, 0),
    };
    read(digits, exponent)
}

fn read_exponent(text: &str) -> Result<i32, InvalidAmount> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if !all_digits(digits) {
        return Err(InvalidAmount::NotANumber);
    }
    match text.parse() {
        Ok(exponent @ -99..=99) => Ok(exponent),
        _ => Err(InvalidAmount::TooBig),
    }
}

fn read(text: &str, exponent: i32) -> Result<Decimal, InvalidAmount> {
    if text.len() > LONGEST {
        return Err(InvalidAmount::TooPrecise);
    }
    let (negative, unsigned) = match text.strip_prefix('-') {
        Some(unsigned) => (true, unsigned),
        None => (false, text),
    };
    let (whole, fraction) = match unsigned.split_once('.') {
        Some((whole, fraction)) if all_digits(fraction) => (whole, fraction),
        Some(_) => return Err(InvalidAmount::NotANumber),
        None => (unsigned, ""),
    };
    if !all_digits(whole) {
        return Err(InvalidAmount::NotANumber);
    }
    // Zeros at the end are kept where they fit: `10.50` stays `10.50`.
    let fraction = if fraction.len() > MOST_SCALE as usize {
        fraction.trim_end_matches('0')
    } else {
        fraction
    };
    let mut digits: u128 = 0;
    for digit in whole.bytes().chain(fraction.bytes()) {
        digits = digits
            .checked_mul(10)
            .and_then(|digits| digits.checked_add(u128::from(digit - b'0')))
            .ok_or(InvalidAmount::TooPrecise)?;
    }
    // Both lengths are below `LONGEST`.
    fit(digits, fraction.len() as i32 - exponent, negative)
}

fn all_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// `digits` x 10^-`scale` as a decimal, or the reason why it is none.
fn fit(mut digits: u128, mut scale: i32, negative: bool) -> Result<Decimal, InvalidAmount> {
    if digits == 0 {
        scale = scale.clamp(0, MOST_SCALE as i32);
    }
    while scale < 0 {
        digits = digits.checked_mul(10).ok_or(InvalidAmount::TooBig)?;
        scale += 1;
    }
    while (scale > MOST_SCALE as i32 || digits > MOST_DIGITS)
        && scale > 0
        && digits.is_multiple_of(10)
    {
        digits /= 10;
        scale -= 1;
    }
    if digits > MOST_DIGITS || scale > MOST_SCALE as i32 {
        return Err(if scale > 0 {
            InvalidAmount::TooPrecise
        } else {
            InvalidAmount::TooBig
        });
    }
    let signed = i128::try_from(digits).map_err(|_| InvalidAmount::TooBig)?;
    let signed = if negative { -signed } else { signed };
    Decimal::try_from_i128_with_scale(signed, scale.unsigned_abs())
        .map_err(|_| InvalidAmount::TooBig)
}

/// Cuts nothing but zeros.
pub(super) fn at_most_two_decimals(number: Decimal) -> Result<Decimal, InvalidAmount> {
    if number.scale() <= 2 {
        return Ok(number);
    }
    let (digits, part) = split(number, number.scale() - 2)?;
    if part != 0 {
        return Err(InvalidAmount::TooManyDecimals);
    }
    fit(digits.unsigned_abs(), 2, digits < 0)
}

/// Exact kopecks.
pub(super) fn kopecks(number: Decimal) -> Result<i64, InvalidAmount> {
    let number = at_most_two_decimals(number)?;
    let up = 10_i128.pow(2 - number.scale());
    let kopecks = number
        .mantissa()
        .checked_mul(up)
        .ok_or(InvalidAmount::TooBig)?;
    i64::try_from(kopecks).map_err(|_| InvalidAmount::TooBig)
}

/// An exact whole number: `7`, `7.00`, `7e0`.
pub(super) fn integer(text: &str) -> Result<i64, InvalidAmount> {
    let number = from_json(text)?;
    let (digits, part) = split(number, number.scale())?;
    if part != 0 {
        return Err(InvalidAmount::TooPrecise);
    }
    i64::try_from(digits).map_err(|_| InvalidAmount::TooBig)
}

/// The digits without their last `places`, and those.
fn split(number: Decimal, places: u32) -> Result<(i128, i128), InvalidAmount> {
    // `places` is at most 28, and 10^28 fits.
    let power = 10_i128
        .checked_pow(places)
        .ok_or(InvalidAmount::TooPrecise)?;
    Ok((number.mantissa() / power, number.mantissa() % power))
}

/// The exact sum, in the greater scale of the two where it fits.
pub(super) fn add(left: Decimal, right: Decimal) -> Option<Decimal> {
    aligned_sum(left, right).or_else(|| aligned_sum(left.normalize(), right.normalize()))
}

fn aligned_sum(left: Decimal, right: Decimal) -> Option<Decimal> {
    let scale = left.scale().max(right.scale());
    let digits_of = |number: Decimal| {
        let up = 10_i128.checked_pow(scale - number.scale())?;
        number.mantissa().checked_mul(up)
    };
    let sum = digits_of(left)?.checked_add(digits_of(right)?)?;
    fit(sum.unsigned_abs(), scale as i32, sum < 0).ok()
}

/// The exact product.
pub(super) fn multiply(left: Decimal, right: Decimal) -> Option<Decimal> {
    exact_product(left, right).or_else(|| exact_product(left.normalize(), right.normalize()))
}

fn exact_product(left: Decimal, right: Decimal) -> Option<Decimal> {
    let digits = left.mantissa().checked_mul(right.mantissa())?;
    fit(
        digits.unsigned_abs(),
        (left.scale() + right.scale()) as i32,
        digits < 0,
    )
    .ok()
}

/// At least two decimals, all of them if there are more.
pub(super) fn write_roubles(number: Decimal, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let mut text = number.to_string();
    match number.scale() {
        0 => text.push_str(".00"),
        1 => text.push('0'),
        _ => {}
    }
    let negative = text.starts_with('-');
    f.pad_integral(!negative, "", text.trim_start_matches('-'))
}
