//! A form of several parts (RFC 7578): the parts of one that leaves, and one made of texts.

/// The media type of such a form.
pub const MULTIPART: &str = "multipart/form-data";

/// A part of a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Part<'a> {
    /// The name of the field.
    pub(crate) name: String,
    /// The name of the file, if it is one.
    pub(crate) file: Option<String>,
    /// The media type, if it is told.
    pub(crate) media: Option<String>,
    /// What is in it.
    pub(crate) content: &'a [u8],
}

/// The parts of a body whose `content-type` is `media`. A preamble, an epilogue and bare line feeds are refused:
/// readers disagree on them, and nobody needs them.
///
/// # Errors
/// What is wrong; values are not shown.
pub(crate) fn read<'a>(media: &str, body: &'a [u8]) -> Result<Vec<Part<'a>>, String> {
    let boundary = media
        .split(';')
        .find_map(|parameter| parameter.trim().strip_prefix("boundary="))
        .map(|value| value.trim_matches('"'))
        .filter(|value| !value.is_empty())
        .ok_or("the content type names no boundary")?;
    let opening = format!("--{boundary}");
    let delimiter = format!("\r\n{opening}");
    let mut rest = body
        .strip_prefix(opening.as_bytes())
        .ok_or("does not begin with its boundary")?;
    let mut parts = Vec::new();
    loop {
        if rest == b"--\r\n" || rest == b"--" {
            return Ok(parts);
        }
        let inside = rest
            .strip_prefix(b"\r\n")
            .ok_or("a boundary must end its line")?;
        let end = find(inside, delimiter.as_bytes()).ok_or("a part has no end")?;
        parts.push(part(&inside[..end])?);
        rest = &inside[end + delimiter.len()..];
    }
}

fn part(text: &[u8]) -> Result<Part<'_>, String> {
    let end = find(text, b"\r\n\r\n").ok_or("a part has no blank line after its headers")?;
    let headers = std::str::from_utf8(&text[..end]).map_err(|_| "a header is not UTF-8")?;
    let header = |wanted: &str| {
        let mut known = headers
            .split("\r\n")
            .filter_map(|line| line.split_once(':'));
        known
            .find(|(name, _)| name.eq_ignore_ascii_case(wanted))
            .map(|(_, value)| value.trim())
    };
    let disposition = header("content-disposition")
        .and_then(|value| value.strip_prefix("form-data;"))
        .ok_or("a part is no form-data")?;
    let parameter = |wanted: &str| {
        let mut known = disposition
            .split(';')
            .filter_map(|pair| pair.split_once('='));
        known
            .find(|(name, _)| name.trim() == wanted)
            .and_then(|(_, value)| value.trim().strip_prefix('"')?.strip_suffix('"'))
            .map(str::to_owned)
    };
    Ok(Part {
        name: parameter("name").ok_or("a part has no name in quotes")?,
        file: parameter("filename"),
        media: header("content-type").map(str::to_owned),
        content: &text[end + 4..],
    })
}

fn find(text: &[u8], wanted: &[u8]) -> Option<usize> {
    text.windows(wanted.len())
        .position(|window| window == wanted)
}

/// A form of these members as it stands on the wire, with its content type. A member of `files` gets the first of its
/// media types, and its name as the file's.
pub fn write(members: &[(String, String)], files: &[(String, Vec<String>)]) -> (String, String) {
    const BOUNDARY: &str = "boundary-of-the-fixture";
    let mut text = String::new();
    for (name, content) in members {
        let known = files.iter().find(|(file, _)| file == name);
        text.push_str(&format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\""
        ));
        if let Some(media) = known.and_then(|(_, types)| types.first()) {
            let ending = media.rsplit('/').next().unwrap_or_default();
            text.push_str(&format!(
                "; filename=\"{name}.{ending}\"\r\nContent-Type: {media}"
            ));
        }
        text.push_str(&format!("\r\n\r\n{content}\r\n"));
    }
    text.push_str(&format!("--{BOUNDARY}--\r\n"));
    (format!("{MULTIPART}; boundary={BOUNDARY}"), text)
}
