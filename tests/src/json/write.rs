//! From [`Node`] to text. The same node always gives the same bytes.

use super::Node;

/// Two blanks per level, one member per line, a line break at the end: made for diffs.
pub fn pretty(node: &Node) -> String {
    let mut out = String::new();
    value(&mut out, node, Some(0));
    out.push('\n');
    out
}

/// No blank that JSON does not need.
pub fn compact(node: &Node) -> String {
    let mut out = String::new();
    value(&mut out, node, None);
    out
}

/// `level` is the depth of the line where the value starts, or none on a single line.
fn value(out: &mut String, node: &Node, level: Option<usize>) {
    match node {
        Node::Null => out.push_str("null"),
        Node::Bool(true) => out.push_str("true"),
        Node::Bool(false) => out.push_str("false"),
        Node::Number(number) => out.push_str(number),
        Node::Text(text) => quoted(out, text),
        Node::List(items) => {
            let last = items.len();
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                separate(out, index, level);
                value(out, item, level.map(|level| level + 1));
            }
            close(out, last, level, ']');
        }
        Node::Map(members) => {
            let last = members.len();
            out.push('{');
            for (index, (name, item)) in members.iter().enumerate() {
                separate(out, index, level);
                quoted(out, name);
                out.push_str(if level.is_some() { ": " } else { ":" });
                value(out, item, level.map(|level| level + 1));
            }
            close(out, last, level, '}');
        }
    }
}

fn separate(out: &mut String, index: usize, level: Option<usize>) {
    if index > 0 {
        out.push(',');
    }
    if let Some(level) = level {
        line(out, level + 1);
    }
}

fn close(out: &mut String, members: usize, level: Option<usize>, bracket: char) {
    if let Some(level) = level.filter(|_| members > 0) {
        line(out, level);
    }
    out.push(bracket);
}

fn line(out: &mut String, level: usize) {
    out.push('\n');
    for _ in 0..level {
        out.push_str("  ");
    }
}

fn quoted(out: &mut String, text: &str) {
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            other if u32::from(other) < 0x20 => {
                out.push_str(&format!("\\u{:04x}", u32::from(other)))
            }
            other => out.push(other),
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::super::read;
    use super::*;

    #[test]
    fn pretty_text_is_stable() {
        let node = read(r#"{"a":[],"b":{},"c":[1,{"d":null}],"e":20000000000000000001}"#).unwrap();
        let text = "{\n  \"a\": [],\n  \"b\": {},\n  \"c\": [\n    1,\n    {\n      \"d\": null\n    }\n  ],\n  \"e\": 20000000000000000001\n}\n";
        assert_eq!(pretty(&node), text);
        assert_eq!(read(text).unwrap(), node);
    }

    #[test]
    fn every_character_survives() {
        let node = Node::map([("ключ \"\\", Node::text("a\u{1}\u{7f}\n\r\t/\u{2028}№😀"))]);
        assert_eq!(read(&compact(&node)).unwrap(), node);
        assert_eq!(compact(&Node::text("\u{1}\"")), r#""\u0001\"""#);
    }
}
