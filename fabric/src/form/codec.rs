//! The one codec for values that are not plain memory: MessagePack, with the fields' names.
//!
//! It tells types apart when it reads, bears fields added or reordered, is read by every language
//! that matters here, and is specified at <https://github.com/msgpack/msgpack>.

use std::fmt;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::{Error, Result};

/// How a value became bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Codec {
    /// MessagePack; structs as maps from the fields' names.
    MessagePack,
}

impl Codec {
    pub(super) fn code(self) -> u8 {
        let Codec::MessagePack = self;
        MESSAGE_PACK
    }

    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        (bytes == [MESSAGE_PACK]).then_some(Codec::MessagePack)
    }
}

/// Codes are never reused.
const MESSAGE_PACK: u8 = 1;

impl fmt::Display for Codec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Codec::MessagePack = self;
        f.write_str("MessagePack")
    }
}

pub(crate) fn encode<V: Serialize + ?Sized>(value: &V) -> Result<Vec<u8>> {
    rmp_serde::to_vec_named(value).map_err(|error| Error::Encode { source: Box::new(error) })
}

pub(crate) fn decode<V: DeserializeOwned>(bytes: &[u8]) -> Result<V> {
    let refused = |source| Error::Decode { wanted: std::any::type_name::<V>(), source };
    let mut rest = bytes;
    let value = rmp_serde::from_read(&mut rest).map_err(|error| refused(Box::new(error)))?;
    match rest.len() {
        0 => Ok(value),
        more => Err(refused(format!("{more} bytes are left over after it").into())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_follows_a_value_is_damage_and_not_ignored() {
        assert_eq!(decode::<u8>(&[1]).ok(), Some(1));
        for damaged in [&[][..], &[1, 2], &[0xc1], &[0xdd, 0xff, 0xff, 0xff, 0xff]] {
            let error = decode::<u8>(damaged).unwrap_err();
            assert!(matches!(error, Error::Decode { wanted: "u8", .. }), "{damaged:?}: {error:?}");
        }
    }

    /// Another program, in another language, reads these bytes.
    #[test]
    fn golden_bytes() -> Result<()> {
        assert_eq!(encode(&("a", [1_u8, 200]))?, [0x92, 0xa1, b'a', 0x92, 1, 0xcc, 200]);
        Ok(())
    }
}
