//! The part of JSON Schema that the contracts use, and its judgement on values.
//!
//! Our own, because the ready-made validators hold numbers as floats, or change the features of `serde_json` for the
//! whole workspace. A keyword that is not judged here is an error of the contract, never ignored.

use super::ContractError;
use super::cursor::Cursor;
use super::format::Format;
use super::pattern::Pattern;
use crate::json::{Decimal, Node, compact};

/// A type of JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `null`
    Null,
    /// `boolean`
    Boolean,
    /// `integer`: a number without fraction and exponent.
    Integer,
    /// `number`
    Number,
    /// `string`
    Text,
    /// `array`
    List,
    /// `object`
    Map,
}

impl Kind {
    const ALL: [Kind; 7] = [
        Kind::Null,
        Kind::Boolean,
        Kind::Integer,
        Kind::Number,
        Kind::Text,
        Kind::List,
        Kind::Map,
    ];

    /// JSON Schema's word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Kind::Null => "null",
            Kind::Boolean => "boolean",
            Kind::Integer => "integer",
            Kind::Number => "number",
            Kind::Text => "string",
            Kind::List => "array",
            Kind::Map => "object",
        }
    }

    fn fits(self, node: &Node) -> bool {
        match (self, node) {
            (Kind::Integer, Node::Number(text)) => !text.contains(['.', 'e', 'E']),
            _ => self.as_str() == node.kind(),
        }
    }
}

/// What a number of money counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MoneyUnit {
    /// Hundredths of a rouble.
    Kopecks,
    /// Roubles with a fraction.
    Roubles,
    /// Whole units with a fraction, of the currency that is named beside it.
    Currency,
}

/// What a value must look like, and what we know about it beyond that.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Schema {
    /// The types that are allowed; empty for any.
    pub kinds: Vec<Kind>,
    /// The members that must be there.
    pub required: Vec<String>,
    /// The members that are known, in the order of the contract.
    pub properties: Vec<(String, Schema)>,
    /// Whether other members are forbidden.
    pub closed: bool,
    /// What the items of an array look like.
    pub items: Option<Box<Schema>>,
    /// The only values that are allowed; empty for any.
    pub choices: Vec<Node>,
    /// The smallest and the largest number.
    pub range: (Option<Decimal>, Option<Decimal>),
    /// The least and the most characters of a string.
    pub length: (Option<usize>, Option<usize>),
    /// The pattern that a string must match.
    pub pattern: Option<Pattern>,
    /// The format that a string or a number must have.
    pub format: Option<Format>,
    /// The least and the most items of an array.
    pub count: (Option<usize>, Option<usize>),
    /// Further rules, of which a value must keep exactly one; empty for none.
    pub one_of: Vec<Schema>,
    /// The values that are known of an open enum, whole numbers by their digits; others are valid, too.
    pub open_enum: Vec<String>,
    /// Whether null may stand for "absent" although the page does not say so.
    pub nullable: bool,
    /// Whether it comes as a number or as a string of digits.
    pub number_or_string: bool,
    /// Whether it tells about a person or an account.
    pub personal: bool,
    /// Whether it opens doors.
    pub secret: bool,
    /// What it counts, if it is money.
    pub money: Option<MoneyUnit>,
}

impl Schema {
    /// The schema of a member.
    pub fn property(&self, name: &str) -> Option<&Schema> {
        self.properties
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, schema)| schema)
    }

    /// Whether null is a value of it, by its types or by [`Schema::nullable`].
    pub fn allows_null(&self) -> bool {
        self.nullable || self.kinds.contains(&Kind::Null)
    }

    /// Every rule that the value breaks, as `place: rule`; values are not shown. `place` names the value itself.
    pub fn violations(&self, node: &Node, place: &str) -> Vec<String> {
        let mut found = Vec::new();
        self.judge(node, place, &mut found);
        found
    }

    fn judge(&self, node: &Node, place: &str, found: &mut Vec<String>) {
        if *node == Node::Null && self.nullable {
            return;
        }
        if !self.kinds.is_empty() && !self.kinds.iter().any(|kind| kind.fits(node)) {
            let allowed: Vec<_> = self.kinds.iter().map(|kind| kind.as_str()).collect();
            found.push(format!(
                "{place}: must be {}, is {}",
                allowed.join(" or "),
                spelled(node)
            ));
            return;
        }
        if !self.choices.is_empty() && !self.choices.contains(node) {
            let allowed: Vec<_> = self.choices.iter().map(compact).collect();
            found.push(format!("{place}: must be one of {}", allowed.join(", ")));
        }
        if let Some(format) = self.format.filter(|format| !format.fits(node)) {
            found.push(format!("{place}: has not the format {}", format.as_str()));
        }
        let forms = self.one_of.iter();
        let fitting = forms.filter(|form| form.violations(node, place).is_empty());
        if !self.one_of.is_empty() && fitting.count() != 1 {
            found.push(format!("{place}: must have exactly one of its forms"));
        }
        match node {
            Node::Number(text) => self.judge_number(text, place, found),
            Node::Text(text) => self.judge_text(text, place, found),
            Node::List(items) => {
                bounds(self.count, items.len(), "items", place, found);
                for (index, item) in items.iter().enumerate() {
                    if let Some(schema) = &self.items {
                        schema.judge(item, &format!("{place}[{index}]"), found);
                    }
                }
            }
            Node::Map(members) => self.judge_members(members, place, found),
            Node::Null | Node::Bool(_) => {}
        }
    }

    fn judge_text(&self, text: &str, place: &str, found: &mut Vec<String>) {
        bounds(
            self.length,
            text.chars().count(),
            "characters",
            place,
            found,
        );
        if self
            .pattern
            .as_ref()
            .is_some_and(|pattern| !pattern.matches(text))
        {
            found.push(format!("{place}: does not match its pattern"));
        }
    }

    fn judge_number(&self, text: &str, place: &str, found: &mut Vec<String>) {
        let value = Decimal::new(text);
        if value.is_none()
            || self
                .range
                .0
                .as_ref()
                .is_some_and(|least| value.as_ref() < Some(least))
        {
            found.push(format!("{place}: is less than the minimum"));
        }
        if self
            .range
            .1
            .as_ref()
            .is_some_and(|most| value.as_ref() > Some(most))
        {
            found.push(format!("{place}: is more than the maximum"));
        }
    }

    fn judge_members(&self, members: &[(String, Node)], place: &str, found: &mut Vec<String>) {
        for name in &self.required {
            if !members.iter().any(|(known, _)| known == name) {
                found.push(format!("{place}.{name}: is missing"));
            }
        }
        for (name, value) in members {
            match self.property(name) {
                Some(schema) => schema.judge(value, &format!("{place}.{name}"), found),
                None if self.closed => found.push(format!("{place}.{name}: is not a known member")),
                None => {}
            }
        }
    }
}

fn bounds(
    (least, most): (Option<usize>, Option<usize>),
    count: usize,
    unit: &str,
    place: &str,
    found: &mut Vec<String>,
) {
    if let Some(least) = least.filter(|least| count < *least) {
        found.push(format!(
            "{place}: has {count} {unit}, at least {least} are needed"
        ));
    }
    if let Some(most) = most.filter(|most| count > *most) {
        found.push(format!(
            "{place}: has {count} {unit}, at most {most} are allowed"
        ));
    }
}

fn spelled(node: &Node) -> &'static str {
    match node {
        Node::Number(text) if text.contains(['.', 'e', 'E']) => {
            "a number with a fraction or an exponent"
        }
        other => other.kind(),
    }
}

/// Reads a schema; the references in it are already replaced.
pub(super) fn read(at: &Cursor<'_>) -> Result<Schema, ContractError> {
    at.only(&[
        "type",
        "required",
        "properties",
        "additionalProperties",
        "items",
        "oneOf",
        "enum",
        "minimum",
        "maximum",
        "minLength",
        "maxLength",
        "pattern",
        "format",
        "minItems",
        "maxItems",
        "description",
        "x-open-enum",
        "x-nullable",
        "x-number-or-string",
        "x-personal",
        "x-secret",
        "x-money",
    ])?;
    let schema = Schema {
        kinds: at
            .optional("type")
            .map_or(Ok(Vec::new()), |at| kinds(&at))?,
        required: texts(at, "required")?,
        properties: match at.optional("properties") {
            Some(at) => at
                .members()?
                .into_iter()
                .map(|(name, member)| Ok((name.to_owned(), read(&member)?)))
                .collect::<Result<_, ContractError>>()?,
            None => Vec::new(),
        },
        closed: match at.optional("additionalProperties") {
            Some(at) => !at.boolean()?,
            None => false,
        },
        items: at
            .optional("items")
            .map(|at| read(&at).map(Box::new))
            .transpose()?,
        choices: match at.optional("enum") {
            Some(at) => at.items()?.into_iter().map(|at| at.node.clone()).collect(),
            None => Vec::new(),
        },
        range: (decimal(at, "minimum")?, decimal(at, "maximum")?),
        length: (count(at, "minLength")?, count(at, "maxLength")?),
        pattern: at.optional("pattern").map(|at| pattern(&at)).transpose()?,
        format: at.optional("format").map(|at| format(&at)).transpose()?,
        count: (count(at, "minItems")?, count(at, "maxItems")?),
        one_of: match at.optional("oneOf") {
            Some(at) => at.items()?.iter().map(read).collect::<Result<_, _>>()?,
            None => Vec::new(),
        },
        open_enum: match at.optional("x-open-enum") {
            Some(at) => at.items()?.iter().map(choice).collect::<Result<_, _>>()?,
            None => Vec::new(),
        },
        nullable: at.flag("x-nullable")?,
        number_or_string: at.flag("x-number-or-string")?,
        personal: at.flag("x-personal")?,
        secret: at.flag("x-secret")?,
        money: at.optional("x-money").map(|at| unit(&at)).transpose()?,
    };
    if let Some(name) = schema
        .required
        .iter()
        .find(|name| schema.property(name).is_none())
    {
        return Err(at.wrong(format!("{name} is required but not described")));
    }
    if let Some(at) = at.optional("x-open-enum") {
        let of_numbers = at.items()?.iter().any(|at| at.node.as_text().is_none());
        let of_texts = at.items()?.iter().any(|at| at.node.as_text().is_some());
        if schema.kinds.iter().any(|kind| match kind {
            Kind::Text => of_numbers,
            Kind::Integer => of_texts,
            kind => *kind != Kind::Null,
        }) {
            return Err(at.wrong("x-open-enum belongs to strings, or to integers with digits"));
        }
    }
    let is_of_numbers = |kind: &Kind| matches!(kind, Kind::Integer | Kind::Number);
    if schema.format.is_some_and(|format| {
        !schema
            .kinds
            .iter()
            .any(|kind| is_of_numbers(kind) == format.is_of_numbers() && *kind != Kind::Null)
    }) {
        return Err(at.wrong("the format says nothing of any of its types"));
    }
    if schema.nullable && schema.kinds.contains(&Kind::Null) {
        return Err(
            at.wrong("null is already one of its types: x-nullable says what the page does not")
        );
    }
    Ok(schema)
}

fn kinds(at: &Cursor<'_>) -> Result<Vec<Kind>, ContractError> {
    let one = |at: &Cursor<'_>| {
        let word = at.text()?;
        Kind::ALL
            .into_iter()
            .find(|kind| kind.as_str() == word)
            .ok_or_else(|| at.wrong(format!("{word} is not a type of JSON")))
    };
    match at.node {
        Node::List(_) => at.items()?.iter().map(one).collect(),
        _ => Ok(vec![one(at)?]),
    }
}

/// A value of an open enum.
fn choice(at: &Cursor<'_>) -> Result<String, ContractError> {
    match at.node {
        Node::Number(digits) if Kind::Integer.fits(at.node) => Ok(digits.clone()),
        _ => at.text().map(str::to_owned),
    }
}

fn pattern(at: &Cursor<'_>) -> Result<Pattern, ContractError> {
    Pattern::read(at.text()?).map_err(|why| at.wrong(why))
}

fn format(at: &Cursor<'_>) -> Result<Format, ContractError> {
    let word = at.text()?;
    Format::read(word).ok_or_else(|| at.wrong(format!("{word} is not a format that we judge")))
}

fn unit(at: &Cursor<'_>) -> Result<MoneyUnit, ContractError> {
    match at.text()? {
        "kopecks" => Ok(MoneyUnit::Kopecks),
        "roubles" => Ok(MoneyUnit::Roubles),
        "currency" => Ok(MoneyUnit::Currency),
        other => Err(at.wrong(format!("{other} is neither kopecks, roubles nor currency"))),
    }
}

fn texts(at: &Cursor<'_>, name: &str) -> Result<Vec<String>, ContractError> {
    at.optional(name).map_or(Ok(Vec::new()), |at| at.texts())
}

fn count(at: &Cursor<'_>, name: &str) -> Result<Option<usize>, ContractError> {
    at.optional(name).map(|at| at.count()).transpose()
}

fn decimal(at: &Cursor<'_>, name: &str) -> Result<Option<Decimal>, ContractError> {
    let read = |at: Cursor<'_>| match at.node {
        Node::Number(text) => {
            Decimal::new(text).ok_or_else(|| at.wrong("is not a number that we can hold"))
        }
        _ => Err(at.wrong("must be a number")),
    };
    at.optional(name).map(read).transpose()
}
