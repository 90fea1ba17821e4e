//! Requests that break a rule, told before anything is sent.

use std::borrow::Cow;
use std::fmt;
use std::ops::RangeInclusive;

/// One broken rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    field: Cow<'static, str>,
    rule: Cow<'static, str>,
    shape: Option<String>,
}

impl Violation {
    /// The field as the bank writes it, with its path: `items[3].price`.
    pub fn field(&self) -> &str {
        &self.field
    }

    /// The rule that it breaks, in a few words.
    pub fn rule(&self) -> &str {
        &self.rule
    }

    /// What the value looks like, never the value itself: `0 characters`, `a list of 4`.
    pub fn shape(&self) -> Option<&str> {
        self.shape.as_deref()
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.field, self.rule)?;
        match &self.shape {
            Some(shape) => write!(f, " (got {shape})"),
            None => Ok(()),
        }
    }
}

/// A request that was not sent because it breaks one or more rules. All of them are listed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidRequest {
    violations: Vec<Violation>,
}

impl InvalidRequest {
    /// One broken rule of one field.
    pub fn new(field: impl Into<Cow<'static, str>>, rule: impl Into<Cow<'static, str>>) -> Self {
        InvalidRequest {
            violations: vec![Violation {
                field: field.into(),
                rule: rule.into(),
                shape: None,
            }],
        }
    }

    /// Every broken rule, in the order of the request's fields.
    pub fn violations(&self) -> &[Violation] {
        &self.violations
    }
}

impl fmt::Display for InvalidRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, violation) in self.violations.iter().enumerate() {
            if index > 0 {
                f.write_str("; ")?;
            }
            violation.fmt(f)?;
        }
        Ok(())
    }
}

impl std::error::Error for InvalidRequest {}

/// Collects the broken rules of a request, so that its author sees all of them at once.
///
/// ```
/// use rubank_core::operation::Checks;
///
/// let mut checks = Checks::new();
/// checks.length("purpose", "", 1..=210);
/// checks.range("limit", 101, 1..=100);
/// let refused = checks.finish().unwrap_err();
/// assert_eq!(
///     refused.to_string(),
///     "purpose: must have 1 to 210 characters (got 0 characters); limit: must be 1 to 100 (got 101)",
/// );
/// ```
#[derive(Debug, Default)]
pub struct Checks {
    violations: Vec<Violation>,
}

impl Checks {
    /// Nothing broken so far.
    pub fn new() -> Self {
        Self::default()
    }

    /// Breaks `rule` unless `holds`; `shape` says what the value looks like, never what it is.
    pub fn that(
        &mut self,
        holds: bool,
        field: impl Into<Cow<'static, str>>,
        rule: impl Into<Cow<'static, str>>,
        shape: impl FnOnce() -> String,
    ) -> &mut Self {
        if !holds {
            self.violations.push(Violation {
                field: field.into(),
                rule: rule.into(),
                shape: Some(shape()),
            });
        }
        self
    }

    /// The text's length in characters (not bytes) is in `allowed`.
    pub fn length(
        &mut self,
        field: impl Into<Cow<'static, str>>,
        text: &str,
        allowed: RangeInclusive<usize>,
    ) -> &mut Self {
        let count = text.chars().count();
        let rule = match allowed.start() == allowed.end() {
            true => format!("must have {} characters", allowed.start()),
            false => format!(
                "must have {} to {} characters",
                allowed.start(),
                allowed.end()
            ),
        };
        self.that(allowed.contains(&count), field, rule, || {
            format!("{count} characters")
        })
    }

    /// The text is not empty and not just white space.
    pub fn not_blank(&mut self, field: impl Into<Cow<'static, str>>, text: &str) -> &mut Self {
        self.that(!text.trim().is_empty(), field, "must not be empty", || {
            format!("{} characters, none of them visible", text.chars().count())
        })
    }

    /// The number is in `allowed`. Only for numbers that are no secret: they are shown.
    pub fn range<N: PartialOrd + fmt::Display>(
        &mut self,
        field: impl Into<Cow<'static, str>>,
        number: N,
        allowed: RangeInclusive<N>,
    ) -> &mut Self {
        let rule = format!("must be {} to {}", allowed.start(), allowed.end());
        self.that(allowed.contains(&number), field, rule, || {
            number.to_string()
        })
    }

    /// Takes over what another check of the same request found.
    pub fn also(&mut self, other: Result<(), InvalidRequest>) -> &mut Self {
        if let Err(invalid) = other {
            self.violations.extend(invalid.violations);
        }
        self
    }

    /// Done: `Ok` if no rule was broken.
    ///
    /// # Errors
    /// All rules that were broken.
    pub fn finish(self) -> Result<(), InvalidRequest> {
        match self.violations.is_empty() {
            true => Ok(()),
            false => Err(InvalidRequest {
                violations: self.violations,
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_broken_rule_is_told_and_no_value() {
        let mut checks = Checks::new();
        checks
            .length("inn", "canary", 10..=10)
            // Characters, not bytes.
            .length("purpose", "Оплата", 1..=6)
            .not_blank("name", " \u{a0}\t")
            .not_blank("id", "canary")
            .range("limit", 101, 1..=100)
            .range("offset", 0, 0..=10)
            .that(false, "sort", "at most three keys", || {
                "a list of 4".to_owned()
            })
            .also(Err(InvalidRequest::new(
                "items[3].price",
                "must be positive",
            )))
            .also(Ok(()));
        let refused = checks.finish().unwrap_err();
        assert_eq!(
            refused.to_string(),
            "inn: must have 10 characters (got 6 characters); \
             name: must not be empty (got 3 characters, none of them visible); \
             limit: must be 1 to 100 (got 101); \
             sort: at most three keys (got a list of 4); \
             items[3].price: must be positive"
        );
        let last = refused.violations().last().unwrap();
        assert_eq!(
            (last.field(), last.rule(), last.shape()),
            ("items[3].price", "must be positive", None)
        );
        assert!(!format!("{refused:?}").contains("canary"));
        assert!(Checks::new().finish().is_ok());
    }
}
