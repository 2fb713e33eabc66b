//! What stands in a name's file, byte for byte.
//!
//! ```text
//!  0  magic "WHARFnam"
//!  8  version (u32)   │ length of the value (u32)
//! 16  arena (16 bytes)
//! 32  generation (u64)
//! 40  slot (u32)      │ zero (u32)
//! 48  capability (16 bytes)
//! 64  the value, at most 1 KiB
//!  …  check: FNV-1a, 64 bits, of everything before it
//! ```
//!
//! Little-endian. A file is written once, whole, before it has a name.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::Path;

use super::Named;
use crate::error::{Error, Result};
use crate::ids::{ArenaId, Capability, ObjectKey};
use crate::layout::VERSION;

/// A name's object, and what was written beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Content {
    pub(super) key: ObjectKey,
    pub(super) value: Vec<u8>,
}

/// The longest value.
pub(super) const VALUE_MAX: usize = 1024;

const MAGIC: &[u8; 8] = b"WHARFnam";
const HEAD: usize = 64;
const CHECK: usize = 8;

impl Content {
    pub(super) fn named(self, name: String) -> Named {
        Named { name, key: self.key, value: self.value }
    }

    pub(super) fn new(key: &ObjectKey, value: &[u8]) -> Result<Self> {
        match value.len() {
            0..=VALUE_MAX => Ok(Self { key: *key, value: value.to_vec() }),
            len => Err(Error::ValueTooLong { len }),
        }
    }

    /// Writes all of a new file, which nobody else knows yet.
    pub(super) fn write(&self, file: &File) -> io::Result<()> {
        file.write_all_at(&self.encode(), 0)
    }

    fn encode(&self) -> Vec<u8> {
        let Self { key, value } = self;
        let mut bytes = Vec::with_capacity(HEAD + value.len() + CHECK);
        bytes.extend(MAGIC);
        bytes.extend(VERSION.to_le_bytes());
        bytes.extend((value.len() as u32).to_le_bytes());
        bytes.extend(key.arena.as_bytes());
        bytes.extend(key.generation.to_le_bytes());
        bytes.extend(key.slot.to_le_bytes());
        bytes.extend([0; 4]);
        bytes.extend(key.capability.as_bytes());
        bytes.extend(value);
        bytes.extend(check_of(&bytes).to_le_bytes());
        bytes
    }

    /// Reads an open file.
    pub(super) fn read(file: &File, path: &Path) -> Result<Self> {
        let mut bytes = [0; HEAD + VALUE_MAX + CHECK + 1];
        let mut len = 0;
        loop {
            match file.read_at(&mut bytes[len..], len as u64) {
                Ok(0) => break,
                Ok(count) => len += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(Error::io("read the name", path, error)),
            }
        }
        Self::decode(&bytes[..len]).ok_or_else(|| Error::Corrupt {
            path: path.into(),
            what: "the name in it cannot be read. To publish the name anew mends it, too".into(),
        })
    }

    fn decode(bytes: &[u8]) -> Option<Self> {
        let (rest, check) = bytes.split_last_chunk::<CHECK>()?;
        if u64::from_le_bytes(*check) != check_of(rest) {
            return None;
        }
        let (magic, rest) = rest.split_first_chunk::<8>()?;
        let (version, rest) = rest.split_first_chunk::<4>()?;
        let (len, rest) = rest.split_first_chunk::<4>()?;
        let (arena, rest) = rest.split_first_chunk::<16>()?;
        let (generation, rest) = rest.split_first_chunk::<8>()?;
        let (slot, rest) = rest.split_first_chunk::<4>()?;
        let (_zero, rest) = rest.split_first_chunk::<4>()?;
        let (capability, value) = rest.split_first_chunk::<16>()?;
        let is_ours = magic == MAGIC && u32::from_le_bytes(*version) == VERSION;
        if !is_ours || u32::from_le_bytes(*len) as usize != value.len() || value.len() > VALUE_MAX {
            return None;
        }
        let key = ObjectKey {
            arena: ArenaId::from_bytes(*arena),
            slot: u32::from_le_bytes(*slot),
            generation: u64::from_le_bytes(*generation),
            capability: Capability::from_bytes(*capability),
        };
        Some(Self { key, value: value.to_vec() })
    }
}

/// Tells damage, of any one byte for certain; no guard against anybody who means it.
fn check_of(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: ObjectKey = ObjectKey {
        arena: ArenaId::from_bytes([0xaa; 16]),
        slot: 0x0403_0201,
        generation: 0x0807_0605_0403_0201,
        capability: Capability::from_bytes([0xcc; 16]),
    };

    fn content(value: &[u8]) -> Content {
        Content::new(&KEY, value).expect("short enough")
    }

    #[test]
    fn golden_bytes_of_a_name() {
        let mut golden = b"WHARFnam\x03\0\0\0\x05\0\0\0".to_vec();
        golden.extend([0xaa; 16]);
        golden.extend([1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 0, 0, 0, 0]);
        golden.extend([0xcc; 16]);
        golden.extend(b"value");
        golden.extend(0x3dec_d02c_542f_cd8e_u64.to_le_bytes());
        assert_eq!(content(b"value").encode(), golden);
        assert_eq!(check_of(b"foobar"), 0x8594_4171_f739_67e8, "as FNV-1a is published");
    }

    #[test]
    fn whole_or_not_at_all() {
        for value in [&b""[..], b"v", &[0; VALUE_MAX]] {
            let whole = content(value).encode();
            assert_eq!(Content::decode(&whole), Some(content(value)));
            for len in 0..whole.len() {
                assert_eq!(Content::decode(&whole[..len]), None, "cut to {len}");
            }
            for bit in 0..whole.len() * 8 {
                let mut flipped = whole.clone();
                flipped[bit / 8] ^= 1 << (bit % 8);
                assert_eq!(Content::decode(&flipped), None, "bit {bit}");
            }
        }
        let refused = Content::new(&KEY, &[0; VALUE_MAX + 1]);
        assert!(matches!(refused, Err(Error::ValueTooLong { len: 1025 })));
    }
}
