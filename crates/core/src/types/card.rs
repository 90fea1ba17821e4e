use std::ops::Range;

/// Where a card number stands in a text that must not hold one, as a range of bytes.
///
/// A card number is a run of 13 to 19 digits that no other digit touches, with the prefix and length
/// of a card scheme and a right Luhn digit. It may also be printed in groups, 4-4-4-4, 4-4-4-4-3, 4-6-5
/// or 4-6-4, with one space, dash, dot or underscore between them, inside of a longer chain of groups too. Accounts, KBK
/// and UIN are longer; a chain of groups with 20 digits in all is taken for one of them; digits inside
/// of a UUID are passed over.
///
/// A long document number can be taken for a card, once in ten where its prefix fits. Word the refusal
/// so that a person can tell.
///
/// ```
/// use rubank_core::types::find_card_number;
///
/// let purpose = "на карту 5469 5500 5321 9652 по акту 7";
/// assert_eq!(&purpose[find_card_number(purpose).unwrap()], "5469 5500 5321 9652");
/// assert_eq!(find_card_number("счёт 40702810901400001130"), None);
/// ```
#[must_use]
pub fn find_card_number(text: &str) -> Option<Range<usize>> {
    let uuids = uuids(text);
    let outside_uuids = |run: &Range<usize>| {
        !uuids
            .iter()
            .any(|uuid| uuid.start < run.end && run.start < uuid.end)
    };
    let runs: Vec<Range<usize>> = digit_runs(text).into_iter().filter(outside_uuids).collect();
    chains(text, &runs).find_map(|chain| card_in_chain(text, chain))
}

/// Maximal runs of ASCII digits.
fn digit_runs(text: &str) -> Vec<Range<usize>> {
    let mut runs: Vec<Range<usize>> = Vec::new();
    for (at, _) in text
        .bytes()
        .enumerate()
        .filter(|(_, byte)| byte.is_ascii_digit())
    {
        match runs.last_mut() {
            Some(run) if run.end == at => run.end += 1,
            _ => runs.push(at..at + 1),
        }
    }
    runs
}

/// Runs that follow each other with one separator between them.
fn chains<'a>(
    text: &'a str,
    runs: &'a [Range<usize>],
) -> impl Iterator<Item = &'a [Range<usize>]> + 'a {
    runs.chunk_by(|left, right| {
        let mut between = text[left.end..right.start].chars();
        between.next().is_some_and(is_separator) && between.next().is_none()
    })
}

/// Spaces and dashes, the non-breaking ones included, and what programs put in their places.
fn is_separator(sign: char) -> bool {
    matches!(
        sign,
        ' ' | '.' | '_' | '\u{a0}' | '\u{202f}' | '-' | '\u{2010}' | '\u{2011}' | '\u{2013}'
    )
}

fn card_in_chain(text: &str, chain: &[Range<usize>]) -> Option<Range<usize>> {
    if let Some(run) = chain.iter().find(|run| is_card(&text[(*run).clone()])) {
        return Some(run.clone());
    }
    if chain.iter().map(ExactSizeIterator::len).sum::<usize>() == 20 {
        return None;
    }
    (0..chain.len()).find_map(|start| {
        PRINTED.iter().find_map(|groups| {
            let window = chain.get(start..start + groups.len())?;
            let fits = window
                .iter()
                .map(ExactSizeIterator::len)
                .eq(groups.iter().copied());
            let number: String = window.iter().map(|run| &text[run.clone()]).collect();
            (fits && is_card(&number)).then(|| window[0].start..window[window.len() - 1].end)
        })
    })
}

/// How numbers are grouped on cards; longer forms first.
const PRINTED: [&[usize]; 4] = [&[4, 4, 4, 4, 3], &[4, 4, 4, 4], &[4, 6, 5], &[4, 6, 4]];

fn is_card(digits: &str) -> bool {
    (13..=19).contains(&digits.len()) && has_scheme(digits) && luhn(digits)
}

fn has_scheme(digits: &str) -> bool {
    // The length is checked before, so that four digits are always there.
    let prefix = digits
        .get(..4)
        .and_then(|prefix| prefix.parse::<u32>().ok())
        .unwrap_or(0);
    match digits.len() {
        13 => matches!(prefix, 4000..=4999),
        14 => matches!(prefix, 3000..=3059 | 3600..=3699 | 3800..=3999),
        15 => matches!(prefix, 3400..=3499 | 3700..=3799),
        // Mir, Mastercard, JCB, Visa, Maestro, UnionPay, Discover; Humo, Uzcard, Belkart.
        16 => matches!(
            prefix,
            2200..=2204 | 2221..=2720 | 3528..=3589 | 4000..=4999 | 5000..=6999 | 8600..=8699
                | 9112 | 9860
        ),
        _ => matches!(prefix, 2200..=2204 | 4000..=4999 | 5000..=5099 | 5600..=6999),
    }
}

fn luhn(digits: &str) -> bool {
    let sum: u32 = digits
        .bytes()
        .rev()
        .map(|byte| u32::from(byte - b'0'))
        .enumerate()
        .map(|(place, digit)| match place % 2 {
            0 => digit,
            _ => digit * 2 / 10 + digit * 2 % 10,
        })
        .sum();
    sum.is_multiple_of(10)
}

/// Where UUIDs stand: 8-4-4-4-12 hexadecimal digits between signs that are neither.
fn uuids(text: &str) -> Vec<Range<usize>> {
    let mut at = 0;
    text.split(|sign: char| !(sign.is_ascii_alphanumeric() || sign == '-'))
        .filter_map(|word| {
            // Pieces of `split` lie in order in the text.
            let start = at + text[at..].find(word)?;
            at = start + word.len();
            is_uuid(word).then_some(start..at)
        })
        .collect()
}

fn is_uuid(word: &str) -> bool {
    word.split('-').map(str::len).eq([8, 4, 4, 4, 12])
        && word
            .bytes()
            .all(|byte| byte == b'-' || byte.is_ascii_hexdigit())
}
