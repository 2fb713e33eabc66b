//! The names that memory goes by: nodes, arenas, capabilities, and the key of one object.

use std::fmt;

/// A random 128-bit name, displayed as 32 hexadecimal digits.
macro_rules! random_name {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name([u8; 16]);

        impl $name {
            /// The name with these bytes.
            pub const fn from_bytes(bytes: [u8; 16]) -> Self {
                Self(bytes)
            }

            /// The name's bytes.
            pub const fn as_bytes(&self) -> &[u8; 16] {
                &self.0
            }

            /// The name's bytes as two words, as they stand in shared memory.
            #[allow(dead_code)] // not every name is stored as words
            pub(crate) fn words(&self) -> [u64; 2] {
                let [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p] = self.0;
                [
                    u64::from_le_bytes([a, b, c, d, e, f, g, h]),
                    u64::from_le_bytes([i, j, k, l, m, n, o, p]),
                ]
            }
        }
    };
}

random_name! {
    /// A node: two processes are on the same node exactly when they see the same id, which means
    /// that they see the same shared-memory directory.
    NodeId
}

random_name! {
    /// An arena. Random, and never used again.
    ArenaId
}

random_name! {
    /// The right to read one object: whoever knows it may. Its bytes are never displayed.
    Capability
}

impl ArenaId {
    /// The arena's part of a pin word. Two arenas may share a tag: that only delays a reclaim.
    pub(crate) fn tag(&self) -> u32 {
        // Zero would make an empty pin of (tag 0, slot 0).
        (self.words()[0] as u32) | 1
    }

    /// Reads 32 hexadecimal digits.
    pub(crate) fn from_hex(hex: &str) -> Option<Self> {
        if hex.len() != 32 || !hex.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
        {
            return None;
        }
        Some(Self(u128::from_str_radix(hex, 16).ok()?.to_be_bytes()))
    }
}

macro_rules! hex_display {
    ($name:ident) => {
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{:032x}", u128::from_be_bytes(self.0))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self)
            }
        }
    };
}

hex_display!(NodeId);
hex_display!(ArenaId);

impl fmt::Debug for Capability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Capability(..)")
    }
}

/// Names one object on the node, and carries the right to read it.
///
/// A slot is reused after its object was evicted and nobody views it any more; the generation is
/// then another, so an old key answers [`Evicted`](crate::Error::Evicted) and never reads another
/// object's bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ObjectKey {
    /// The arena that holds the object.
    pub arena: ArenaId,
    /// The object's slot in the arena's table.
    pub slot: u32,
    /// Which of the slot's successive objects this is.
    pub generation: u64,
    /// The right to read it.
    pub capability: Capability,
}

/// Where an object's bytes lie in its arena.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub struct Extent {
    /// The data segment.
    pub segment: u32,
    /// Bytes from the segment's start.
    pub offset: u64,
    /// Length in bytes.
    pub len: u64,
}

impl Extent {
    /// The extent without its last `tail` bytes; `None` if it has fewer.
    #[inline]
    pub(crate) fn without(self, tail: u8) -> Option<Self> {
        Some(Self { len: self.len.checked_sub(tail.into())?, ..self })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arena_id_survives_its_text_form() {
        let id = ArenaId::from_bytes(*b"\x00\x01abcdefghijkl\xfe\xff");
        assert_eq!(ArenaId::from_hex(&id.to_string()), Some(id));
        assert_eq!(ArenaId::from_hex("+0000000000000000000000000000001"), None);
        assert_eq!(ArenaId::from_hex("0"), None);
    }

    #[test]
    fn a_capability_is_not_displayed() {
        assert_eq!(format!("{:?}", Capability::from_bytes([7; 16])), "Capability(..)");
    }
}
