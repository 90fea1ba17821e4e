//! A small DER reader: enough for the outside of a certificate, total on any input.
//!
//! Each step consumes at least one byte and every index is checked, so it neither panics nor loops.

/// Why bytes are not the DER that we expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct DerError(pub(super) &'static str);

/// Tags of X.509, as the single byte on the wire.
pub(super) mod tag {
    pub(in crate::tls) const INTEGER: u8 = 0x02;
    #[cfg(feature = "encrypted-pem")]
    pub(in crate::tls) const OCTET_STRING: u8 = 0x04;
    pub(in crate::tls) const OBJECT_IDENTIFIER: u8 = 0x06;
    pub(in crate::tls) const UTF8_STRING: u8 = 0x0c;
    pub(in crate::tls) const PRINTABLE_STRING: u8 = 0x13;
    pub(in crate::tls) const TELETEX_STRING: u8 = 0x14;
    pub(in crate::tls) const IA5_STRING: u8 = 0x16;
    pub(in crate::tls) const UTC_TIME: u8 = 0x17;
    pub(in crate::tls) const GENERALIZED_TIME: u8 = 0x18;
    pub(in crate::tls) const BMP_STRING: u8 = 0x1e;
    pub(in crate::tls) const SEQUENCE: u8 = 0x30;
    pub(in crate::tls) const SET: u8 = 0x31;
    pub(in crate::tls) const CONTEXT_0: u8 = 0xa0;
}

/// One value: its tag, what is inside, and the whole of it with its header.
#[derive(Clone, Copy, Debug)]
pub(super) struct Element<'a> {
    pub(super) tag: u8,
    pub(super) content: &'a [u8],
    pub(super) whole: &'a [u8],
}

impl<'a> Element<'a> {
    /// Reads the values inside.
    pub(super) fn inside(&self) -> Reader<'a> {
        Reader::new(self.content)
    }
}

/// Reads values one after another.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// The next value, whatever it is.
    pub(super) fn next(&mut self) -> Result<Element<'a>, DerError> {
        let [tag, first, after @ ..] = self.rest else {
            return Err(DerError("it is cut off"));
        };
        if tag & 0x1f == 0x1f {
            return Err(DerError("it has a tag unknown to X.509"));
        }
        let (length, after) = length(*first, after)?;
        if length > after.len() {
            return Err(DerError("it is cut off"));
        }
        let (content, rest) = after.split_at(length);
        let (whole, _) = self.rest.split_at(self.rest.len() - rest.len());
        self.rest = rest;
        Ok(Element {
            tag: *tag,
            content,
            whole,
        })
    }

    /// The next value, which must have this tag.
    pub(super) fn expect(&mut self, tag: u8) -> Result<Element<'a>, DerError> {
        let element = self.next()?;
        if element.tag == tag {
            Ok(element)
        } else {
            Err(DerError("it is not an X.509 certificate"))
        }
    }

    /// The next value if it has this tag; else nothing is consumed.
    pub(super) fn optional(&mut self, tag: u8) -> Result<Option<Element<'a>>, DerError> {
        if self.rest.first() == Some(&tag) {
            self.next().map(Some)
        } else {
            Ok(None)
        }
    }
}

/// The definite length that starts with `first`, and what follows it. DER allows one spelling only: the shortest.
fn length(first: u8, after: &[u8]) -> Result<(usize, &[u8]), DerError> {
    if first < 0x80 {
        return Ok((usize::from(first), after));
    }
    let count = usize::from(first & 0x7f);
    if count == 0 || count > 4 {
        return Err(DerError("it is not DER"));
    }
    if count > after.len() {
        return Err(DerError("it is cut off"));
    }
    let (digits, after) = after.split_at(count);
    let length = digits
        .iter()
        .fold(0_usize, |sum, digit| (sum << 8) | usize::from(*digit));
    let shortest = digits.first() != Some(&0) && length >= 0x80;
    if shortest {
        Ok((length, after))
    } else {
        Err(DerError("it is not DER"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn one_spelling_of_a_length_is_read_and_the_others_are_refused() {
        let long = [&[0x04, 0x81, 0x80][..], &[7; 0x80]].concat();
        let longer = [&[0x04, 0x82, 0x01, 0x00][..], &[7; 0x100]].concat();
        let cases: [(&str, &[u8], Option<usize>); 12] = [
            ("empty value", &[0x05, 0x00], Some(0)),
            ("short", &[0x04, 0x01, 0xff], Some(1)),
            ("one byte", &long, Some(0x80)),
            ("two bytes", &longer, Some(0x100)),
            ("nothing", &[], None),
            ("only a tag", &[0x04], None),
            ("cut in the value", &[0x04, 0x02, 0x00], None),
            ("cut in the length", &[0x04, 0x82, 0x01], None),
            ("indefinite", &[0x30, 0x80, 0x00, 0x00], None),
            ("not the shortest", &[0x04, 0x81, 0x01, 0x00], None),
            ("leading zero", &[0x04, 0x82, 0x00, 0x80], None),
            ("five bytes of length", &[0x04, 0x85, 1, 1, 1, 1, 1], None),
        ];
        for (name, bytes, expected) in cases {
            let read = Reader::new(bytes)
                .next()
                .ok()
                .map(|element| element.content.len());
            assert_eq!(read, expected, "{name}");
        }
        assert!(
            Reader::new(&[0x1f, 0x81, 0x01, 0x00]).next().is_err(),
            "long tag"
        );
    }

    proptest! {
        #[test]
        fn any_bytes_end_the_reading(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let mut reader = Reader::new(&bytes);
            let mut consumed = 0;
            while let Ok(element) = reader.next() {
                prop_assert!(element.whole.len() >= 2);
                prop_assert!(element.whole.ends_with(element.content));
                consumed += element.whole.len();
            }
            prop_assert!(consumed <= bytes.len());
        }
    }
}
