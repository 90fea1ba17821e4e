//! The few regular expressions that the contracts use, understood by ourselves.
//!
//! A pattern says all of a text: `^`, one or several choices, `$`. A choice is a row of characters, `\d` and classes
//! like `[A-Z0-9_\-]`, each perhaps with `{n}` or `{n,m}`. Digits are ASCII, as JSON Schema means them and as a common
//! library of regular expressions does not. Whatever else a pattern says is an error of the contract, because tools
//! disagree on it.

use std::iter::Peekable;
use std::str::Chars;

/// A pattern that a text must match as a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    choices: Vec<Vec<Piece>>,
}

/// Some characters of one class.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Piece {
    /// The characters from the first to the last of each pair.
    class: Vec<(char, char)>,
    least: usize,
    most: usize,
}

impl Pattern {
    /// Reads `^…$`.
    ///
    /// # Errors
    /// What is not understood.
    pub(super) fn read(text: &str) -> Result<Self, String> {
        let whole = text
            .strip_prefix('^')
            .and_then(|text| text.strip_suffix('$'))
            .ok_or("must begin with ^ and end with $")?;
        let choices = match whole
            .strip_prefix('(')
            .and_then(|text| text.strip_suffix(')'))
        {
            Some(inside) => inside.split('|').map(pieces).collect::<Result<_, _>>()?,
            None => vec![pieces(whole)?],
        };
        Ok(Pattern { choices })
    }

    /// Whether all of the text is as the pattern says.
    pub fn matches(&self, text: &str) -> bool {
        let text: Vec<char> = text.chars().collect();
        self.choices.iter().any(|choice| follows(choice, &text))
    }
}

fn pieces(text: &str) -> Result<Vec<Piece>, String> {
    let mut rest = text.chars().peekable();
    let mut pieces = Vec::new();
    while let Some(first) = rest.next() {
        let class = match first {
            '\\' => escaped(rest.next())?,
            '[' => class(&mut rest)?,
            '.' | '^' | '$' | '*' | '+' | '?' | '(' | ')' | ']' | '{' | '}' | '|' => {
                return Err(format!("{first} is not understood here"));
            }
            plain => vec![(plain, plain)],
        };
        let (least, most) = times(&mut rest)?;
        pieces.push(Piece { class, least, most });
    }
    Ok(pieces)
}

fn escaped(next: Option<char>) -> Result<Vec<(char, char)>, String> {
    match next {
        Some('d') => Ok(vec![('0', '9')]),
        Some(mark) if mark.is_ascii_punctuation() => Ok(vec![(mark, mark)]),
        _ => Err("only \\d and escaped marks are understood".to_owned()),
    }
}

fn class(rest: &mut Peekable<Chars<'_>>) -> Result<Vec<(char, char)>, String> {
    let mut ranges = Vec::new();
    loop {
        match rest.next() {
            Some(']') if !ranges.is_empty() => return Ok(ranges),
            Some(first) if first.is_alphanumeric() || first == '-' => {
                let last = match rest.next_if_eq(&'-') {
                    Some(_) => rest.next().filter(|last| *last > first),
                    None => Some(first),
                };
                ranges.push((first, last.ok_or("a range in [] must ascend")?));
            }
            // What begins a class, a negation or a range has a meaning of its own unless it is escaped; no dialect
            // knows other escapes of marks.
            Some('\\') => match rest.next().filter(|mark| r"[]^\-".contains(*mark)) {
                Some(mark) => ranges.push((mark, mark)),
                None => return Err("[] holds no other escapes than of [ ] ^ \\ -".to_owned()),
            },
            Some(mark) if !mark.is_control() && !"[]^".contains(mark) => ranges.push((mark, mark)),
            _ => return Err("[] holds letters, digits, ranges of them, and marks".to_owned()),
        }
    }
}

fn times(rest: &mut Peekable<Chars<'_>>) -> Result<(usize, usize), String> {
    if rest.next_if_eq(&'{').is_none() {
        return Ok((1, 1));
    }
    let inside: String = rest.by_ref().take_while(|c| *c != '}').collect();
    let (least, most) = inside.split_once(',').unwrap_or((&inside, &inside));
    match (least.parse(), most.parse()) {
        (Ok(least), Ok(most)) if least <= most => Ok((least, most)),
        _ => Err("{} holds one number or two in order".to_owned()),
    }
}

/// Whether the pieces can share the text among them, trying every share.
fn follows(pieces: &[Piece], text: &[char]) -> bool {
    let Some((piece, others)) = pieces.split_first() else {
        return text.is_empty();
    };
    let fits = |c: &&char| {
        piece
            .class
            .iter()
            .any(|(first, last)| (first..=last).contains(c))
    };
    let longest = text.iter().take_while(fits).count().min(piece.most);
    (piece.least..=longest).any(|taken| follows(others, &text[taken..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_matches_as_a_whole() {
        let rows = [
            (r"^(\d{20}|\d{22})$", "40702810000000000001", true),
            (r"^(\d{20}|\d{22})$", "4070281000000000000100", true),
            (r"^(\d{20}|\d{22})$", "407028100000000000010", false),
            (r"^(\d{20}|\d{22})$", "x40702810000000000001", false),
            // Digits of another script are no digits.
            (r"^\d{2}$", "١٢", false),
            (r"^[A-Z0-9]{1,3}-\d$", "A1-7", true),
            (r"^[A-Z0-9]{1,3}-\d$", "a1-7", false),
            (r"^\d{1,3}\d$", "1234", true),
            (r"^\d{1,3}\d$", "1", false),
            (r"^a\.b$", "a.b", true),
            (r"^a\.b$", "axb", false),
            ("^$", "", true),
            (r"^[a \-_\[\]\^|`‘]{10}$", "a -_[]^|`‘", true),
            (r"^[a\-c]$", "b", false),
            (r"^[_|]$", "|", true),
            (r"^[_|]$", "/", false),
            (r"^[‘]$", "'", false),
        ];
        for (pattern, text, expected) in rows {
            let read = Pattern::read(pattern).unwrap();
            assert_eq!(read.matches(text), expected, "{pattern} {text}");
        }
    }

    #[test]
    fn what_is_not_understood_is_refused() {
        let rows = [
            (r"\d", "must begin with ^"),
            (r"^\d", "must begin with ^"),
            ("^a+$", "+ is not understood"),
            ("^a|b$", "| is not understood"),
            ("^(a)(b)$", "is not understood"),
            (r"^\w$", "only \\d"),
            ("^[]$", "[] holds"),
            ("^[^a]$", "[] holds"),
            ("^[z-a]$", "must ascend"),
            ("^[a$", "[] holds"),
            (r"^[\d]$", "no other escapes"),
            (r"^[\_]$", "no other escapes"),
            ("^[a[b]$", "[] holds"),
            ("^a{2,1}$", "{} holds"),
            ("^a{,1}$", "{} holds"),
        ];
        for (pattern, expected) in rows {
            let told = Pattern::read(pattern).unwrap_err();
            assert!(told.contains(expected), "{pattern}: {told}");
        }
    }
}
