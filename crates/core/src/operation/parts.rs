//! A request taken apart: named path values, ordered query, headers, body.

use std::borrow::Cow;

use http::header::{ACCEPT, CONTENT_TYPE};
use http::{HeaderMap, HeaderName, HeaderValue};
use serde::Serialize;
use url::form_urlencoded::Serializer;

use super::InvalidRequest;
use crate::http::Body;

/// A checked request, ready to be joined to a host and a route.
///
/// Query parameters keep their order, and a name may occur more than once.
#[derive(Clone, Debug, Default)]
pub struct Parts {
    pub(crate) path: Vec<(Cow<'static, str>, String)>,
    pub(crate) query: Vec<(Cow<'static, str>, String)>,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Body,
}

impl Parts {
    /// A request for a JSON answer, with no values and no body.
    pub fn new() -> Self {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        Parts {
            headers,
            ..Parts::default()
        }
    }

    /// Fills `{name}` of the route; it is percent-encoded when joined.
    #[must_use]
    pub fn path(mut self, name: impl Into<Cow<'static, str>>, value: impl Into<String>) -> Self {
        self.path.push((name.into(), value.into()));
        self
    }

    /// Adds a query parameter; it is percent-encoded when joined, commas stay as they are.
    #[must_use]
    pub fn query(mut self, name: impl Into<Cow<'static, str>>, value: impl ToString) -> Self {
        self.query.push((name.into(), value.to_string()));
        self
    }

    /// Adds a query parameter if there is a value.
    #[must_use]
    pub fn query_opt(
        self,
        name: impl Into<Cow<'static, str>>,
        value: Option<impl ToString>,
    ) -> Self {
        match value {
            Some(value) => self.query(name, value),
            None => self,
        }
    }

    /// Sets a header of the request.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.insert(name, value);
        self
    }

    /// The `Accept` header of a file: `application/pdf`.
    #[must_use]
    pub fn accept(self, media_type: &'static str) -> Self {
        self.header(ACCEPT, HeaderValue::from_static(media_type))
    }

    /// A JSON body. Field order is the type's own, so equal values give equal bytes.
    ///
    /// # Errors
    /// When the value cannot be written as JSON.
    pub fn json(mut self, body: &impl Serialize) -> Result<Self, InvalidRequest> {
        let bytes = serde_json::to_vec(body)
            // serde's own text may quote the value, so it is not kept.
            .map_err(|_| InvalidRequest::new("body", "cannot be written as JSON"))?;
        self.headers
            .insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        self.body = Body::whole(bytes);
        Ok(self)
    }

    /// A form (`application/x-www-form-urlencoded`) with these fields in this order, properly encoded.
    #[must_use]
    pub fn form<'a>(self, fields: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let form = Serializer::new(String::new()).extend_pairs(fields).finish();
        let form_type = HeaderValue::from_static("application/x-www-form-urlencoded");
        self.body(form_type, Body::whole(form))
    }

    /// Any other body with its content type.
    #[must_use]
    pub fn body(mut self, content_type: HeaderValue, body: Body) -> Self {
        self.headers.insert(CONTENT_TYPE, content_type);
        self.body = body;
        self
    }

    /// The values of the route's `{names}`, not encoded.
    pub fn path_values(&self) -> &[(Cow<'static, str>, String)] {
        &self.path
    }

    /// The query in its order, not encoded.
    pub fn query_pairs(&self) -> &[(Cow<'static, str>, String)] {
        &self.query
    }

    /// The headers that the operation itself asks for.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The body.
    pub fn body_ref(&self) -> &Body {
        &self.body
    }
}

#[cfg(test)]
mod tests {
    use serde::Serializer;

    use super::*;

    #[test]
    fn order_and_repetitions_are_kept() {
        let parts = Parts::new()
            .query("sort", "a,asc")
            .query_opt("limit", Some(5))
            .query_opt("offset", None::<u8>)
            .query("sort", "b,desc")
            .path("id", "1")
            .path("id", "2");
        let pairs: Vec<_> = parts
            .query_pairs()
            .iter()
            .map(|(name, value)| (name.as_ref(), value.as_str()))
            .collect();
        assert_eq!(
            pairs,
            [("sort", "a,asc"), ("limit", "5"), ("sort", "b,desc")]
        );
        assert_eq!(parts.path_values().len(), 2);
        assert_eq!(parts.headers()[ACCEPT], "application/json");
        assert!(parts.body_ref().is_empty());
    }

    #[test]
    fn bodies_say_what_they_are() {
        let json = Parts::new().json(&[("key", "value")]).unwrap();
        assert_eq!(json.headers()[CONTENT_TYPE], "application/json");
        assert_eq!(
            json.body_ref().as_bytes(),
            Some(&br#"[["key","value"]]"#[..])
        );
        let form = Parts::new().form([("a", "b c+d&"), ("a", "я"), ("", "")]);
        assert_eq!(
            form.headers()[CONTENT_TYPE],
            "application/x-www-form-urlencoded"
        );
        assert_eq!(
            form.body_ref().as_bytes(),
            Some(&b"a=b+c%2Bd%26&a=%D1%8F&="[..])
        );
        let text = HeaderValue::from_static("text/plain");
        let other = json
            .body(text.clone(), Body::whole("canary"))
            .accept("application/pdf");
        assert_eq!(
            (&other.headers()[CONTENT_TYPE], other.headers().len()),
            (&text, 2)
        );
        assert_eq!(other.headers()[ACCEPT], "application/pdf");
        assert!(!format!("{other:?}").contains("canary"));
    }

    #[test]
    fn what_cannot_be_json_is_refused_without_its_value() {
        struct Refusing;

        impl Serialize for Refusing {
            fn serialize<S: Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
                Err(serde::ser::Error::custom("canary"))
            }
        }

        let refused = Parts::new().json(&Refusing).unwrap_err();
        assert_eq!(refused.to_string(), "body: cannot be written as JSON");
    }
}
