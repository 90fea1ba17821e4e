//! What a run and its lines are called.

use std::fmt;
use std::str::FromStr;

use aws_lc_rs::digest::{Context, SHA256};
use serde::de::{Error as _, Unexpected};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::hash::FileHash;

/// The name of a run: a lower-case UUID that follows from the bytes of its file.
///
/// Whoever plans the same file, on whatever machine, after whatever crash, gets the same run, and each of its lines
/// the same key: the second plan cannot become a second payment. A file that is meant to be paid once more is planned
/// as its second [round](RunId::of), by somebody who says so.
///
/// ```
/// use rubank_runs::{FileHash, RunId};
///
/// let file = FileHash::of(b"contractor;amount\n123;100,00\n");
/// let run = RunId::of(file, 1);
/// assert_eq!(run, RunId::of(file, 1));
/// assert_ne!(run, RunId::of(file, 2));
/// assert_eq!(run.to_string().parse(), Ok(run));
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RunId(Box<str>);

impl RunId {
    /// The run of this file, for the first time (1), or once more on purpose (2 and so on).
    #[must_use]
    pub fn of(file: FileHash, round: u32) -> Self {
        let name = uuid(b"rubank run", &[file.as_bytes(), &round.to_be_bytes()]);
        Self(name.into_boxed_str())
    }

    /// The UUID.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The key of a line that brings none: of the run and the line's number alone, so that a line that was edited and
    /// planned under the same run meets its old key instead of being paid beside it.
    #[must_use]
    pub fn key(&self, line: u64) -> String {
        uuid(b"rubank line", &[self.0.as_bytes(), &line.to_be_bytes()])
    }
}

/// A hash in the form of a UUIDv4, which is what the banks' key fields ask for. All parts have a fixed length.
fn uuid(what: &[u8], parts: &[&[u8]]) -> String {
    let mut context = Context::new(&SHA256);
    context.update(what);
    for part in parts {
        context.update(part);
    }
    let hash = context.finish();
    let mut text = String::with_capacity(36);
    for (place, byte) in hash.as_ref().iter().take(16).enumerate() {
        if matches!(place, 4 | 6 | 8 | 10) {
            text.push('-');
        }
        let byte = match place {
            6 => 0x40 | byte & 0x0f,
            8 => 0x80 | byte & 0x3f,
            _ => *byte,
        };
        text.push_str(&format!("{byte:02x}"));
    }
    text
}

impl fmt::Display for RunId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for RunId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RunId({})", self.0)
    }
}

/// The text is not a lower-case UUID.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a run is called by a lower-case UUID")]
pub struct InvalidRunId;

impl FromStr for RunId {
    type Err = InvalidRunId;

    fn from_str(text: &str) -> Result<Self, InvalidRunId> {
        let in_shape = text.split('-').map(str::len).eq([8, 4, 4, 4, 12])
            && text
                .bytes()
                .all(|byte| matches!(byte, b'-' | b'0'..=b'9' | b'a'..=b'f'));
        in_shape.then(|| Self(text.into())).ok_or(InvalidRunId)
    }
}

impl Serialize for RunId {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for RunId {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        text.parse()
            .map_err(|_| D::Error::invalid_value(Unexpected::Other("text"), &"a lower-case UUID"))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn keys_are_v4_shaped_and_never_the_same() {
        let runs = [(&b"a"[..], 1), (b"a", 2), (b"b", 1)];
        let mut seen = HashSet::new();
        for (file, round) in runs {
            let run = RunId::of(FileHash::of(file), round);
            for line in 1..=1000 {
                let key = run.key(line);
                assert!(key.parse::<RunId>().is_ok() && &key[14..15] == "4", "{key}");
                assert!("89ab".contains(&key[19..20]), "{key}");
                assert!(seen.insert(key));
            }
            assert!(seen.insert(run.to_string()));
        }
    }

    /// Plans that are stored must meet their keys again after an update of the program.
    #[test]
    fn keys_stay_as_they_are() {
        let run = RunId::of(FileHash::of(b"abc"), 1);
        assert_eq!(run.as_str(), "388a9fce-3f6b-49e5-bfbb-ecc3ad0b1859");
        assert_eq!(run.key(2), "fdc0d625-21e2-4332-a3ae-fb9113e42650");
    }

    #[test]
    fn a_run_is_a_lower_case_uuid() {
        let good = RunId::of(FileHash::of(b""), 1).to_string();
        for wrong in [
            "",
            "run",
            &good.to_uppercase(),
            &good[1..],
            &good.replace('-', "_"),
        ] {
            assert_eq!(wrong.parse::<RunId>(), Err(InvalidRunId), "{wrong}");
        }
    }
}
