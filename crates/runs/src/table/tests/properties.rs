//! Whatever another program writes in one of the dialects is read back as it was.

use proptest::collection::vec;
use proptest::prelude::*;

use super::*;

/// Everything that makes trouble in CSV, and letters of two alphabets. None is missing in windows-1251.
const CELL: &str = "[a-c1-9 ,;\"'\n\r\tа-яёЁА-Я№«»=+@-]{0,8}";

#[derive(Clone, Copy, Debug)]
struct Dialect {
    separator: Separator,
    quotes: csv::QuoteStyle,
    ends: csv::Terminator,
    form: Form,
}

#[derive(Clone, Copy, Debug)]
enum Form {
    Utf8,
    Marked,
    Windows1251,
}

fn dialects() -> impl Strategy<Value = Dialect> {
    let separators = prop_oneof![Just(Separator::Semicolon), Just(Separator::Comma)];
    let quotes = prop_oneof![
        Just(csv::QuoteStyle::Always),
        Just(csv::QuoteStyle::Necessary)
    ];
    let ends = prop_oneof![
        Just(csv::Terminator::CRLF),
        Just(csv::Terminator::Any(b'\n'))
    ];
    let forms = prop_oneof![
        Just(Form::Utf8),
        Just(Form::Marked),
        Just(Form::Windows1251)
    ];
    let all = (separators, quotes, ends, forms);
    all.prop_map(|(separator, quotes, ends, form)| Dialect {
        separator,
        quotes,
        ends,
        form,
    })
}

fn write(rows: &[Vec<String>], dialect: Dialect) -> String {
    let mut writer = csv::WriterBuilder::new()
        .delimiter(u8::try_from(dialect.separator.as_char()).unwrap())
        .quote_style(dialect.quotes)
        .terminator(dialect.ends)
        .from_writer(Vec::new());
    for row in rows {
        writer.write_record(row).unwrap();
    }
    String::from_utf8(writer.into_inner().unwrap()).unwrap()
}

fn encode(text: &str, form: Form) -> Vec<u8> {
    match form {
        Form::Utf8 => text.as_bytes().to_vec(),
        Form::Marked => format!("\u{feff}{text}").into_bytes(),
        Form::Windows1251 => {
            let (bytes, _, is_lossy) = encoding_rs::WINDOWS_1251.encode(text);
            assert!(!is_lossy);
            bytes.into_owned()
        }
    }
}

fn is_blank(row: &[String]) -> bool {
    row.iter().all(|cell| cell.trim().is_empty())
}

/// How many lines a text has ended.
fn ended(text: &str) -> u64 {
    u64::try_from(text.replace("\r\n", "\n").matches(['\n', '\r']).count()).unwrap()
}

proptest! {
    #[test]
    fn every_table_is_read_back(
        cells in (2_usize..6).prop_flat_map(|width| vec(vec(CELL, width), 0..8)),
        dialect in dialects(),
    ) {
        let width = cells.first().map_or(2, Vec::len);
        let header: Vec<String> = (0..width).map(|index| format!("column {index}")).collect();
        let all: Vec<Vec<String>> = [vec![header], cells.clone()].concat();
        let bytes = encode(&write(&all, dialect), dialect.form);
        let encoding = match dialect.form {
            Form::Utf8 | Form::Marked => Encoding::Utf8,
            Form::Windows1251 => Encoding::Windows1251,
        };
        for options in [
            // The separator is found; and may be said.
            TableOptions::new().encoding(encoding),
            TableOptions::new().encoding(encoding).separator(dialect.separator),
        ] {
            let table = Table::read(&bytes, &options).unwrap();
            prop_assert!(table.problems().is_empty());
            let expected: Vec<_> = cells
                .iter()
                .enumerate()
                .filter(|(_, row)| !is_blank(row))
                .map(|(index, row)| {
                    let line = 1 + ended(&write(&all[..=index], dialect));
                    (line, row.iter().map(String::as_str).collect::<Vec<_>>())
                })
                .collect();
            prop_assert_eq!(rows(&table), expected);
        }
    }

    #[test]
    fn the_encoding_of_russian_text_is_found(
        words in vec("[А-Яа-яёЁ]{3,9}", 1..20),
        dialect in dialects(),
    ) {
        let purpose = words.join(" ");
        let header = ["Исполнитель", "Назначение"].map(str::to_owned).to_vec();
        let table = [header, vec!["1".to_owned(), purpose.clone()]];
        let bytes = encode(&write(&table, dialect), dialect.form);
        let read = Table::read(&bytes, &TableOptions::new()).unwrap();
        prop_assert_eq!(read.columns()[0].name(), "Исполнитель");
        prop_assert_eq!(rows(&read), vec![(2, vec!["1", purpose.as_str()])]);
    }

    #[test]
    fn no_file_makes_it_panic(bytes in vec(any::<u8>(), 0..200), head in prop::sample::select(vec![&b""[..], b"a;b\n", b"PK\x03\x04", b"\xEF\xBB\xBF\""])) {
        let file = [head, &bytes].concat();
        let _ = Table::read(&file, &TableOptions::new());
    }
}
