//! From base, route template and values to an address.

use http::Uri;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::{InvalidRequest, Method, Parts};

/// Everything but RFC 3986 "unreserved" is encoded in a path value.
const PATH: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');
/// The same in a query, but a comma stays: banks separate lists with it and some do not decode it.
const QUERY: &AsciiSet = &PATH.remove(b',');

/// A method and path that the caller knows better than we do, by operation id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RouteOverride {
    /// The id of the operation: `alfa-sbp.create-outgoing-payment`.
    pub operation: String,
    /// The method to use.
    pub method: Method,
    /// The path below the host's base, with the same `{names}` as the original.
    pub path: String,
}

/// The `{names}` of a route, in their order.
pub(crate) fn placeholders(route: &str) -> Vec<&str> {
    route
        .split('{')
        .skip(1)
        .filter_map(|rest| rest.split_once('}').map(|(name, _)| name))
        .collect()
}

/// Joins `base` (its path prefix is kept), `route` and the values of `parts`.
pub(crate) fn join(base: &str, route: &str, parts: &Parts) -> Result<Uri, InvalidRequest> {
    let mut text = String::from(base.trim_end_matches('/'));
    text.push('/');
    let mut rest = route.trim_start_matches('/');
    while let Some((before, after)) = rest.split_once('{') {
        let Some((name, tail)) = after.split_once('}') else {
            break;
        };
        text.push_str(before);
        text.push_str(&path_value(name, parts)?);
        rest = tail;
    }
    text.push_str(rest);
    let mut separator = if text.contains('?') { '&' } else { '?' };
    for (name, value) in &parts.query {
        text.push(separator);
        text.extend(utf8_percent_encode(name, QUERY));
        text.push('=');
        text.extend(utf8_percent_encode(value, QUERY));
        separator = '&';
    }
    text.parse()
        .map_err(|_| InvalidRequest::new("address", "is not a valid URL"))
}

fn path_value(name: &str, parts: &Parts) -> Result<String, InvalidRequest> {
    let value = parts
        .path
        .iter()
        .find(|(known, _)| known == name)
        .map(|(_, value)| value);
    match value.map(String::as_str) {
        None => Err(InvalidRequest::new(
            name.to_owned(),
            "the route needs a value for it",
        )),
        Some("") => Err(InvalidRequest::new(
            name.to_owned(),
            "must not be empty: it stands in the path",
        )),
        // URL parsers resolve them, encoded or not, and the request would go somewhere else.
        Some("." | "..") => Err(InvalidRequest::new(
            name.to_owned(),
            "must not be a dot segment",
        )),
        Some(value) => Ok(utf8_percent_encode(value, PATH).to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_encoded_and_the_base_keeps_its_prefix() {
        let rows: &[(&str, &str, Parts, &str)] = &[
            (
                "https://bank.test",
                "/v1/a",
                Parts::new(),
                "https://bank.test/v1/a",
            ),
            (
                "https://bank.test/",
                "v1/a",
                Parts::new(),
                "https://bank.test/v1/a",
            ),
            (
                "https://bank.test/openapi/",
                "/v1/a",
                Parts::new(),
                "https://bank.test/openapi/v1/a",
            ),
            (
                "https://bank.test/x",
                "/p/{id}/state",
                Parts::new().path("id", "a b/c|d`е‘"),
                "https://bank.test/x/p/a%20b%2Fc%7Cd%60%D0%B5%E2%80%98/state",
            ),
            (
                "https://bank.test",
                "/p",
                Parts::new()
                    .query("sort", "status,asc")
                    .query("sort", "t,desc")
                    .query("at", "+03:00&"),
                "https://bank.test/p?sort=status,asc&sort=t,desc&at=%2B03%3A00%26",
            ),
            (
                "https://bank.test",
                "/p?kind=1&id={id}",
                Parts::new().path("id", "7").query("b", 2),
                "https://bank.test/p?kind=1&id=7&b=2",
            ),
            (
                "https://bank.test",
                "/p",
                Parts::new()
                    .query_opt("a", None::<u8>)
                    .query_opt("b", Some(1)),
                "https://bank.test/p?b=1",
            ),
        ];
        for (base, route, parts, expected) in rows {
            assert_eq!(join(base, route, parts).unwrap().to_string(), *expected);
        }
    }

    #[test]
    fn a_value_that_would_change_the_path_is_refused() {
        for value in ["", ".", ".."] {
            let parts = Parts::new().path("id", value);
            let refused = join("https://bank.test", "/p/{id}", &parts).unwrap_err();
            assert_eq!(refused.violations()[0].field(), "id");
        }
        assert!(join("https://bank.test", "/p/{id}", &Parts::new()).is_err());
    }

    #[test]
    fn placeholders_are_found_in_order() {
        assert_eq!(placeholders("/a/{x}/b/{yZ}"), ["x", "yZ"]);
        assert!(placeholders("/a").is_empty());
    }
}
