//! From bytes to text, without a silent guess.

use std::borrow::Cow;

use encoding_rs::WINDOWS_1251;

use super::options::Encoding;
use super::problem::TableError;

/// The text of a file, without its byte order mark.
pub(super) fn text(bytes: &[u8], encoding: Option<Encoding>) -> Result<Cow<'_, str>, TableError> {
    if bytes.starts_with(b"\xFF\xFE") || bytes.starts_with(b"\xFE\xFF") {
        return Err(TableError::Utf16);
    }
    let marked = bytes.strip_prefix(b"\xEF\xBB\xBF");
    let body = marked.unwrap_or(bytes);
    match encoding {
        // The mark says what the file is: read as windows-1251 it would be other letters.
        Some(Encoding::Windows1251) if marked.is_some() => Err(TableError::Encoding {
            line: 1,
            expected: "windows-1251",
        }),
        Some(Encoding::Windows1251) => Ok(windows_1251(body)),
        Some(Encoding::Utf8) => utf_8(body),
        None if marked.is_some() || !is_windows_1251(body) => utf_8(body),
        None => Ok(windows_1251(body)),
    }
}

fn utf_8(bytes: &[u8]) -> Result<Cow<'_, str>, TableError> {
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let before = &bytes[..error.valid_up_to()];
        TableError::Encoding {
            line: 1 + before.iter().filter(|byte| **byte == b'\n').count() as u64,
            expected: "UTF-8",
        }
    })?;
    Ok(Cow::Borrowed(text))
}

/// Every byte is a character there; the one that has none becomes a control character, which no cell may hold.
fn windows_1251(bytes: &[u8]) -> Cow<'_, str> {
    WINDOWS_1251.decode_without_bom_handling(bytes).0
}

/// Whether it cannot be UTF-8. A file of which most is UTF-8 is a damaged one: as windows-1251 its names would be
/// read as other letters, and nobody would notice before they are in a bank statement.
fn is_windows_1251(bytes: &[u8]) -> bool {
    let (mut fitting, mut foreign) = (0, 0);
    for chunk in bytes.utf8_chunks() {
        fitting += chunk
            .valid()
            .bytes()
            .filter(|byte| !byte.is_ascii())
            .count();
        foreign += chunk.invalid().len();
    }
    foreign > fitting
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_encoding_is_found_or_the_file_refused() {
        let cyrillic = WINDOWS_1251
            .encode("Сёмга; Рёбра; «Ромашка» № 7")
            .0
            .into_owned();
        let damaged = [&b"a\n\xFF"[..], "Выплата".as_bytes()].concat();
        let refused = |line| {
            let expected = "UTF-8";
            Err(TableError::Encoding { line, expected })
        };
        type Case<'a> = (&'a [u8], Option<Encoding>, Result<&'a str, TableError>);
        let rows: [Case<'_>; 12] = [
            ("Выплата".as_bytes(), None, Ok("Выплата")),
            ("\u{feff}Выплата".as_bytes(), None, Ok("Выплата")),
            (
                "\u{feff}Выплата".as_bytes(),
                Some(Encoding::Utf8),
                Ok("Выплата"),
            ),
            (
                "\u{feff}Выплата".as_bytes(),
                Some(Encoding::Windows1251),
                Err(TableError::Encoding {
                    line: 1,
                    expected: "windows-1251",
                }),
            ),
            (b"amount", None, Ok("amount")),
            (b"", None, Ok("")),
            (&cyrillic, None, Ok("Сёмга; Рёбра; «Ромашка» № 7")),
            (
                &cyrillic,
                Some(Encoding::Windows1251),
                Ok("Сёмга; Рёбра; «Ромашка» № 7"),
            ),
            (&cyrillic, Some(Encoding::Utf8), refused(1)),
            (&damaged, None, refused(2)),
            (b"\xEF\xBB\xBFa\n\n\xFF", None, refused(3)),
            (b"\xFF\xFEa\0", None, Err(TableError::Utf16)),
        ];
        for (bytes, encoding, expected) in rows {
            let found = text(bytes, encoding);
            assert_eq!(found.as_deref(), expected.as_ref().copied(), "{bytes:?}");
        }
    }
}
