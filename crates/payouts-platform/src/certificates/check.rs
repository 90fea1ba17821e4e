//! Whether the sums of a certificate are right, as far as trade practice says what right is.

use std::borrow::Cow;
use std::fmt;

use rubank_core::money::{Money, Quantity};

use super::details::CertificateLine;

/// Something about a certificate that breaks no published rule and is probably not meant.
///
/// Net weight = (gross - tare) x (1 - impurity / 100), a line's sum = net weight x price, rounded to the kopeck: that is
/// trade practice. The platform states no such rule, and a sample of its page breaks it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CertificateWarning {
    /// The sums of the lines do not add up to that of the certificate.
    Total,
    /// The sum of this line, counted from 0, is not net weight by price.
    Line(usize),
    /// This line, counted from 0, has more tare than gross weight.
    Tare(usize),
}

impl CertificateWarning {
    pub(super) fn field(self) -> Cow<'static, str> {
        match self {
            Self::Total => "amount".into(),
            Self::Line(index) => format!("certificate_items[{index}].amount").into(),
            Self::Tare(index) => format!("certificate_items[{index}].tare_weight").into(),
        }
    }

    pub(super) const fn rule(self) -> &'static str {
        match self {
            Self::Total => "should be the sum of the lines",
            Self::Line(_) => "should be net weight by price, rounded to the kopeck",
            Self::Tare(_) => "should not be more than the gross weight",
        }
    }
}

impl fmt::Display for CertificateWarning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.field(), self.rule())
    }
}

pub(super) fn about(lines: &[CertificateLine], total: Money) -> Vec<CertificateWarning> {
    let mut found = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        if line
            .tare_weight
            .zip(line.value)
            .is_some_and(|(tare, gross)| tare > gross)
        {
            found.push(CertificateWarning::Tare(index));
        }
        // What cannot be counted cannot be doubted.
        if line
            .amount
            .zip(expected(line))
            .is_some_and(|(given, right)| !right.contains(&given))
        {
            found.push(CertificateWarning::Line(index));
        }
    }
    let sums: Option<Vec<Money>> = lines.iter().map(|line| line.amount).collect();
    let is_wrong = |sums| Money::sum(sums).is_some_and(|sum| sum != total);
    if sums.is_some_and(is_wrong) {
        found.push(CertificateWarning::Total);
    }
    found
}

/// The sums that a line may have: of the exact net weight, and of the one that scales and papers show, rounded to a
/// thousandth. Which of the two is meant, nobody says. `None` where they cannot be counted.
fn expected(line: &CertificateLine) -> Option<[Money; 2]> {
    let tare = line.tare_weight.unwrap_or_default();
    let impurity = line.impurity_percent.unwrap_or_default();
    let hundredth = Quantity::parse("0.01").ok()?;
    let clean = Quantity::new(100.into())
        .checked_sub(impurity)?
        .checked_mul(hundredth)?;
    let net = line.value?.checked_sub(tare)?.checked_mul(clean)?;
    let price = line.price?;
    let sum = |net: Quantity| net.checked_mul(price)?.round_to_kopeck().ok();
    Some([sum(net)?, sum(to_thousandth(net)?)?])
}

/// By way of the only rounding there is, to a hundredth.
fn to_thousandth(weight: Quantity) -> Option<Quantity> {
    let tenfold = weight.checked_mul(Quantity::new(10.into()))?;
    let rounded = Quantity::from(tenfold.round_to_kopeck().ok()?);
    rounded.checked_mul(Quantity::parse("0.1").ok()?)
}
