//! Forms with files. Strict: each part has a name, a file name and the type of a picture, and the end is there.

use crate::strict::{Complaint, media_type};

/// A file of a form.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Part<'a> {
    pub(super) name: String,
    pub(super) content_type: String,
    pub(super) content: &'a [u8],
}

/// Reads all parts.
///
/// # Errors
/// No boundary in the content type, or a body that is no form with files.
pub(super) fn parts<'a>(content_type: &str, body: &'a [u8]) -> Result<Vec<Part<'a>>, Complaint> {
    let boundary = content_type
        .split(';')
        .find_map(|parameter| parameter.trim().strip_prefix("boundary="))
        .map(|value| value.trim_matches('"'))
        .filter(|value| !value.is_empty());
    let Some(boundary) = boundary else {
        return Err(Complaint::new(
            "body",
            "has no boundary in its content-type",
        ));
    };
    let broken = || Complaint::new("body", "is not a whole multipart form");
    let delimiter = format!("\r\n--{boundary}");
    let first = delimiter.get(2..).unwrap_or_default();
    let mut rest = body.strip_prefix(first.as_bytes()).ok_or_else(broken)?;
    let mut parts = Vec::new();
    while !rest.starts_with(b"--") {
        rest = rest.strip_prefix(b"\r\n").ok_or_else(broken)?;
        let (part, after) = split(rest, delimiter.as_bytes()).ok_or_else(broken)?;
        parts.push(part_of(part)?);
        rest = after;
    }
    Ok(parts)
}

fn part_of(part: &[u8]) -> Result<Part<'_>, Complaint> {
    let broken = |rule: &str| Complaint::new("body", rule);
    let (head, content) =
        split(part, b"\r\n\r\n").ok_or_else(|| broken("has a part without headers"))?;
    let head = std::str::from_utf8(head).map_err(|_| broken("has a part that is not text"))?;
    let header = |name: &str| {
        head.split("\r\n").find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.trim().eq_ignore_ascii_case(name).then(|| value.trim())
        })
    };
    let disposition = header("content-disposition").unwrap_or_default();
    let parameter = |name: &str| {
        let quoted = |one: &str| Some(one.trim().strip_prefix(name)?.trim_matches('"').to_owned());
        disposition.split(';').find_map(quoted)
    };
    let name = parameter("name=").ok_or_else(|| broken("has a part without a name"))?;
    if parameter("filename=").is_none_or(|file| file.is_empty()) {
        return Err(Complaint::new(name, "must be a file with a name"));
    }
    Ok(Part {
        name,
        content_type: media_type(header("content-type").unwrap_or_default()),
        content,
    })
}

/// What stands before the first `mark` and behind it.
fn split<'a>(text: &'a [u8], mark: &[u8]) -> Option<(&'a [u8], &'a [u8])> {
    let at = text.windows(mark.len()).position(|window| window == mark)?;
    Some((text.get(..at)?, text.get(at + mark.len()..)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TYPE: &str = "multipart/form-data; boundary=\"x-1\"";

    fn part(disposition: &str) -> String {
        format!(
            "--x-1\r\nContent-Disposition: form-data; {disposition}\r\nContent-Type: image/png\r\n\r\n\u{1}\r\n--\r\n"
        )
    }

    #[test]
    fn files_are_found_whatever_they_hold() {
        let body = part("name=\"a\"; filename=\"a.png\"") + "--x-1--\r\n";
        let found = parts(TYPE, body.as_bytes()).unwrap();
        let expected = Part {
            name: "a".to_owned(),
            content_type: "image/png".to_owned(),
            content: b"\x01\r\n--",
        };
        assert_eq!(found, [expected]);
        assert_eq!(parts(TYPE, b"--x-1--").unwrap(), []);
    }

    #[test]
    fn broken_forms_are_refused() {
        let cut = part("name=\"a\"; filename=\"a.png\"");
        let no_name = part("filename=\"a.png\"") + "--x-1--";
        let no_file = part("name=\"a\"") + "--x-1--";
        for body in ["", "{}", cut.as_str(), &no_name, &no_file] {
            assert!(parts(TYPE, body.as_bytes()).is_err(), "{body}");
        }
        assert!(parts("multipart/form-data", b"--x-1--").is_err());
    }
}
