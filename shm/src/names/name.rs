//! Names as the files that stand for them are called.
//!
//! ```text
//! T/000100   T%2F000100        letters, digits, `_`, `-` and `.` stay as they are,
//! .hidden    %2Ehidden         but for a `.` at the beginning; any other byte is %XX
//! ```
//!
//! Each byte is escaped by itself, so a name begins with a prefix exactly when its file's name
//! begins with the prefix escaped.

use crate::error::{Error, Result};

/// A name that a file can be called by, escaped.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct FileName(Box<str>);

/// The longest name that a file can have.
const FILE_NAME_MAX: usize = 255;

impl FileName {
    pub(crate) fn new(name: &str) -> Result<Self> {
        let invalid = |reason| Err(Error::InvalidName { name: name.into(), reason });
        if name.is_empty() {
            return invalid("it is empty".into());
        }
        let escaped = escape(name);
        if escaped.len() > FILE_NAME_MAX {
            return invalid(format!(
                "it takes {} bytes of the {FILE_NAME_MAX} that there can be, where letters, \
                 digits, `_`, `-` and `.` take one byte each and any other byte takes three",
                escaped.len()
            ));
        }
        Ok(Self(escaped.into()))
    }

    /// For what goes by sixteen bytes of its own.
    pub(super) fn of_id(id: &[u8; 16]) -> Self {
        Self(format!("{:032x}", u128::from_be_bytes(*id)).into())
    }

    /// What the file is called.
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }

    /// The name as it was given.
    pub(super) fn name(&self) -> String {
        unescape(&self.0).unwrap_or_default()
    }
}

/// A name, or the beginning of one, escaped.
pub(super) fn escape(name: &str) -> String {
    let mut escaped = String::with_capacity(name.len());
    for (place, byte) in name.bytes().enumerate() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | b'-' => escaped.push(byte.into()),
            b'.' if place > 0 => escaped.push('.'),
            _ => {
                escaped.push('%');
                escaped.push(HEX[usize::from(byte >> 4)].into());
                escaped.push(HEX[usize::from(byte & 15)].into());
            }
        }
    }
    escaped
}

/// The name that a file stands for; `None` for one that stands for none.
pub(super) fn unescape(file_name: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(file_name.len());
    let mut rest = file_name.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'%' => digit(rest.next()?)? << 4 | digit(rest.next()?)?,
            other => other,
        });
    }
    let name = String::from_utf8(bytes).ok()?;
    // Of all ways to write a name one is right.
    (!name.is_empty() && escape(&name) == file_name).then_some(name)
}

fn digit(byte: u8) -> Option<u8> {
    HEX.iter().position(|digit| *digit == byte).map(|place| place as u8)
}

const HEX: &[u8; 16] = b"0123456789ABCDEF";

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_name_survives_its_file(name in any::<String>(), cut in any::<usize>()) {
            prop_assume!(!name.is_empty());
            let escaped = escape(&name);
            prop_assert!(!escaped.starts_with('.') && !escaped.contains(['/', '\0']));
            prop_assert_eq!(unescape(&escaped), Some(name.clone()));
            let cut = (0..=cut % (name.len() + 1)).rev().find(|at| name.is_char_boundary(*at));
            prop_assert!(escaped.starts_with(&escape(&name[..cut.unwrap_or(0)])));
        }

        #[test]
        fn no_two_files_stand_for_one_name(file_name in "[%./a-fA-F0-9é ]{0,12}") {
            if let Some(name) = unescape(&file_name) {
                prop_assert_eq!(escape(&name), file_name);
            }
        }
    }

    #[test]
    fn what_stands_for_no_name_is_told() {
        for file_name in ["", ".", "..", ".a", "%", "%2", "%2f", "%41", "%FF", "a b", "%+1", "é"] {
            assert_eq!(unescape(file_name), None, "{file_name:?}");
        }
        assert_eq!(unescape("%2E").as_deref(), Some("."));
        assert_eq!(unescape("T%2F000100.x").as_deref(), Some("T/000100.x"));
    }

    #[test]
    fn a_name_has_a_beginning_and_an_end() {
        assert!(FileName::new(&"x".repeat(255)).is_ok() && FileName::new(&"/".repeat(85)).is_ok());
        for name in ["", &"x".repeat(256), &"/".repeat(86), &"é".repeat(43)] {
            let refused = FileName::new(name).map_err(|error| error.to_string());
            assert!(refused.is_err_and(|text| name.is_empty() || text.contains("255")), "{name}");
        }
    }
}
