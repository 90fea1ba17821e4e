//! Three states of a field in a request.

use serde::ser::Error as _;
use serde::{Serialize, Serializer};

/// A field of a partial update: left as it is, cleared, or set. For a bank `null` and an absent field
/// differ: a null limit means "no limit".
///
/// ```
/// use rubank_core::tri::Patch;
/// use serde::Serialize;
///
/// #[derive(Serialize, Default)]
/// struct UpdateLimits {
///     #[serde(skip_serializing_if = "Patch::is_absent")]
///     monthly: Patch<u32>,
///     #[serde(skip_serializing_if = "Patch::is_absent")]
///     daily: Patch<u32>,
/// }
///
/// let update = UpdateLimits { daily: Patch::Null, ..Default::default() };
/// assert_eq!(serde_json::to_string(&update).unwrap(), r#"{"daily":null}"#);
/// ```
///
/// An absent value cannot be written: without `skip_serializing_if` it would turn into a null, and
/// clear what nobody wanted to touch. So it is an error there. Answers are not read into it: a
/// [`model!`](crate::model!) has `Option` and remembers nulls, see
/// [`Extra::came_null`](crate::extra::Extra::came_null).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Patch<T> {
    /// Not sent: stays as it is.
    #[default]
    Absent,
    /// Sent as `null`: is cleared.
    Null,
    /// Sent as a value: is set.
    Value(T),
}

impl<T> Patch<T> {
    /// For `#[serde(skip_serializing_if = "Patch::is_absent")]`.
    pub const fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }

    /// The value, if it is one.
    pub const fn value(&self) -> Option<&T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Absent | Self::Null => None,
        }
    }
}

impl<T> From<T> for Patch<T> {
    fn from(value: T) -> Self {
        Self::Value(value)
    }
}

impl<T: Serialize> Serialize for Patch<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Absent => Err(S::Error::custom(
                "an absent field must be skipped, not written",
            )),
            Self::Null => serializer.serialize_none(),
            Self::Value(value) => value.serialize(serializer),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_state_is_written_its_own_way() {
        assert!(serde_json::to_string(&Patch::<u8>::Absent).is_err());
        assert_eq!(serde_json::to_string(&Patch::<u8>::Null).unwrap(), "null");
        assert_eq!(serde_json::to_string(&Patch::from(7)).unwrap(), "7");
        assert_eq!(
            (Patch::from(7).value(), Patch::<u8>::Null.value()),
            (Some(&7), None)
        );
        assert!(Patch::<u8>::default().is_absent());
    }
}
