//! PEM sections of a file (RFC 7468), read leniently: text between sections, any line ends, a byte order mark.
//!
//! Our own reader, because the cure depends on what the usual ones skip in silence: encrypted keys and their old form.

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use secrecy::zeroize::Zeroizing;

use super::TlsError;

const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// What stands between a `BEGIN` and an `END` line.
pub(super) struct Section<'a> {
    /// Counted from 1 in the file.
    pub(super) position: usize,
    pub(super) label: &'a [u8],
    lines: Vec<&'a [u8]>,
}

impl Section<'_> {
    pub(super) fn is_certificate(&self) -> bool {
        matches!(self.label, b"CERTIFICATE" | b"X509 CERTIFICATE")
    }

    /// Whether OpenSSL's old headers say that the content is encrypted.
    pub(super) fn is_encrypted_in_old_form(&self) -> bool {
        self.lines
            .iter()
            .any(|line| line.starts_with(b"Proc-Type:") && line.ends_with(b"ENCRYPTED"))
    }

    /// The bytes that the base64 stands for.
    pub(super) fn decode(&self) -> Result<Zeroizing<Vec<u8>>, TlsError> {
        let broken = TlsError::BrokenPem {
            position: self.position,
        };
        // Both buffers have their final size from the start: growing would leave copies of a key behind.
        let mut text = Zeroizing::new(Vec::with_capacity(
            self.lines.iter().map(|line| line.len()).sum(),
        ));
        for line in &self.lines {
            text.extend(line.iter().filter(|byte| !byte.is_ascii_whitespace()));
        }
        let mut bytes = Zeroizing::new(vec![0; base64::decoded_len_estimate(text.len())]);
        let length = BASE64
            .decode_slice(text.as_slice(), &mut bytes)
            .map_err(|_| broken)?;
        bytes.truncate(length);
        Ok(bytes)
    }
}

/// All sections, in the order of the file.
///
/// # Errors
///
/// [`TlsError::NotPem`] when there is none, [`TlsError::BrokenPem`] when one has no end.
pub(super) fn sections(file: &[u8]) -> Result<Vec<Section<'_>>, TlsError> {
    let file = file.strip_prefix(b"\xef\xbb\xbf").unwrap_or(file);
    let mut lines = file
        .split(|byte| matches!(byte, b'\n' | b'\r'))
        .map(<[u8]>::trim_ascii);
    let mut sections = Vec::new();
    while let Some(line) = lines.next() {
        let Some(label) = label(line, b"-----BEGIN ") else {
            continue;
        };
        let position = sections.len() + 1;
        let mut section = Section {
            position,
            label,
            lines: Vec::new(),
        };
        loop {
            let line = lines.next().ok_or(TlsError::BrokenPem { position })?;
            if line.starts_with(b"-----") {
                if self::label(line, b"-----END ") == Some(section.label) {
                    break;
                }
                return Err(TlsError::BrokenPem { position });
            }
            section.lines.push(line);
        }
        sections.push(section);
    }
    if sections.is_empty() {
        Err(TlsError::NotPem)
    } else {
        Ok(sections)
    }
}

/// The PEM text of `der`, with a line end after its last line.
pub(super) fn encode(label: &str, der: &[u8], out: &mut Vec<u8>) {
    const LINE: usize = 48;
    out.extend_from_slice(format!("-----BEGIN {label}-----\n").as_bytes());
    for chunk in der.chunks(LINE) {
        let mut line = Zeroizing::new([0_u8; LINE / 3 * 4]);
        // The buffer holds any chunk: an error here cannot happen, and would only shorten the text.
        let length = BASE64
            .encode_slice(chunk, line.as_mut_slice())
            .unwrap_or_default();
        out.extend_from_slice(line.get(..length).unwrap_or_default());
        out.push(b'\n');
    }
    out.extend_from_slice(format!("-----END {label}-----\n").as_bytes());
}

/// A bound on what [`encode`] writes.
pub(super) fn encoded_len(label: &str, der: &[u8]) -> usize {
    2 * label.len() + 40 + der.len().div_ceil(48) * 65
}

fn label<'a>(line: &'a [u8], prefix: &[u8]) -> Option<&'a [u8]> {
    line.strip_prefix(prefix)?.strip_suffix(b"-----")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const PEM: &str = "-----BEGIN CERTIFICATE-----\nAQID\nBAU=\n-----END CERTIFICATE-----\n";

    #[test]
    fn a_section_is_found_however_the_file_was_written() {
        let cases = [
            ("plain", PEM.to_owned()),
            ("no last line end", PEM.trim_end().to_owned()),
            ("windows", PEM.replace('\n', "\r\n")),
            ("old mac", PEM.replace('\n', "\r")),
            ("byte order mark", format!("\u{feff}{PEM}")),
            ("indented", PEM.replace('\n', "\n  ")),
            (
                "text around",
                format!("Bag Attributes\n    friendlyName: проба\n{PEM}\nend"),
            ),
            ("no padding", PEM.replace('=', "")),
            ("blank lines", PEM.replace('\n', "\n\n")),
        ];
        for (name, file) in cases {
            let sections = sections(file.as_bytes()).unwrap();
            assert_eq!(sections.len(), 1, "{name}");
            assert!(sections[0].is_certificate(), "{name}");
            assert_eq!(*sections[0].decode().unwrap(), [1, 2, 3, 4, 5], "{name}");
        }
    }

    #[test]
    fn a_damaged_section_is_named() {
        let cases = [
            ("empty", String::new(), TlsError::NotPem),
            ("no section", "hello".to_owned(), TlsError::NotPem),
            (
                "no end",
                format!("{PEM}-----BEGIN X-----\nAQID"),
                TlsError::BrokenPem { position: 2 },
            ),
            (
                "another end",
                PEM.replace("END C", "END D"),
                TlsError::BrokenPem { position: 1 },
            ),
            (
                "begin in begin",
                format!("-----BEGIN A-----\n{PEM}"),
                TlsError::BrokenPem { position: 1 },
            ),
            (
                "base64",
                format!("{PEM}{}", PEM.replace("AQID", "A*ID")),
                TlsError::BrokenPem { position: 2 },
            ),
        ];
        for (name, file, expected) in cases {
            let read = sections(file.as_bytes()).and_then(|all| {
                all.iter()
                    .map(Section::decode)
                    .collect::<Result<Vec<_>, _>>()
            });
            assert_eq!(read.unwrap_err(), expected, "{name}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(der in proptest::collection::vec(any::<u8>(), 0..400)) {
            let mut out = Vec::new();
            encode("PRIVATE KEY", &der, &mut out);
            prop_assert!(out.len() <= encoded_len("PRIVATE KEY", &der));
            let sections = sections(&out).unwrap();
            prop_assert_eq!(&*sections[0].decode().unwrap(), &der);
        }

        #[test]
        fn any_text_ends_the_reading(file in "(-----BEGIN A-----|-----END A-----|[A-Za-z=\n:-]{0,9}|\n){0,20}") {
            if let Ok(sections) = sections(file.as_bytes()) {
                for section in sections {
                    let _ = section.decode();
                }
            }
        }
    }
}
