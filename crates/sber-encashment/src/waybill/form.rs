//! How a waybill is written where nobody published how.

use std::borrow::Cow;

use rubank_core::operation::Checks;

/// Names and JSON types of a waybill that the bank did not publish. The defaults are guesses; when the bank refuses
/// them with `DESERIALIZATION_FAULT` or tells you better, change them here and nowhere else.
///
/// ```
/// use sber_encashment::WaybillForm;
///
/// let form = WaybillForm::new().symbol_field("cashSymbol").sum_field("amount").amounts_as_numbers();
/// # let _ = form;
/// ```
///
/// It is a part of the waybill, because the names also stand in the text that is signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WaybillForm {
    pub(super) symbol: Cow<'static, str>,
    pub(super) sum: Cow<'static, str>,
    pub(super) amounts_bare: bool,
    pub(super) quantities_bare: bool,
}

impl WaybillForm {
    /// `symbol` and `sum` in the rows of `sumBySymbols`; denominations and sums as strings, quantities as numbers.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            symbol: Cow::Borrowed("symbol"),
            sum: Cow::Borrowed("sum"),
            amounts_bare: false,
            quantities_bare: true,
        }
    }

    /// The name of the cash symbol in a row of `sumBySymbols`. Unverified: it was never published.
    #[must_use]
    pub fn symbol_field(mut self, name: impl Into<Cow<'static, str>>) -> Self {
        self.symbol = name.into();
        self
    }

    /// The name of the sum in a row of `sumBySymbols`. Unverified: it was never published.
    #[must_use]
    pub fn sum_field(mut self, name: impl Into<Cow<'static, str>>) -> Self {
        self.sum = name.into();
        self
    }

    /// Writes denominations (`nominal`) and sums as JSON numbers, with exactly their digits.
    #[must_use]
    pub fn amounts_as_numbers(mut self) -> Self {
        self.amounts_bare = true;
        self
    }

    /// Writes quantities as JSON strings.
    #[must_use]
    pub fn quantities_as_text(mut self) -> Self {
        self.quantities_bare = false;
        self
    }

    pub(super) fn check(&self, checks: &mut Checks) {
        for (which, name) in [("symbol_field", &self.symbol), ("sum_field", &self.sum)] {
            let is_name = !name.is_empty()
                && name
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
            checks.that(
                is_name,
                format!("form.{which}"),
                "must be a name of ASCII letters, digits and _",
                || format!("{} characters", name.chars().count()),
            );
        }
        checks.that(
            self.symbol != self.sum,
            "form.sum_field",
            "must differ from the name of the symbol",
            || "the same name".to_owned(),
        );
    }
}

impl Default for WaybillForm {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_names_and_differ() {
        let form = WaybillForm::new;
        let rows: [(WaybillForm, &[&str]); 6] = [
            (form(), &[]),
            (form().symbol_field("cash_symbol2").sum_field("amount"), &[]),
            (form().symbol_field(""), &["form.symbol_field"]),
            (form().sum_field("a=b"), &["form.sum_field"]),
            (form().sum_field("сумма"), &["form.sum_field"]),
            (form().sum_field("symbol"), &["form.sum_field"]),
        ];
        for (form, expected) in rows {
            let mut checks = Checks::new();
            form.check(&mut checks);
            let broken = checks.finish().err();
            let violations = broken
                .as_ref()
                .map_or(&[][..], |broken| broken.violations());
            let fields: Vec<_> = violations.iter().map(|broken| broken.field()).collect();
            assert_eq!(fields, expected, "{form:?}");
        }
    }
}
