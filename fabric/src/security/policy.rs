//! Whether bulk connections are encrypted: what both sides want counts.

use std::fmt;

pub(crate) use crate::config::Encrypt as Policy;

/// Whether an object's bytes go encrypted by a route, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Encryption {
    /// They may go in the clear: neither side asks for more on this network.
    None,
    /// Encrypted, as this side wants it always.
    Always,
    /// Encrypted, as the route's address is in no network that this side trusts.
    Untrusted,
    /// Encrypted, as the object's node demands it: always, or of readers in this side's network.
    Demanded,
}

impl Encryption {
    /// Whether every byte is encrypted.
    #[must_use]
    pub fn is_encrypted(self) -> bool {
        self != Encryption::None
    }
}

impl fmt::Display for Encryption {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Encryption::None => "in the clear, as neither side asks for more on this network",
            Encryption::Always => "encrypted, as this side wants it always (WHARF_ENCRYPT)",
            Encryption::Untrusted => {
                "encrypted, as this side trusts no network with that address (WHARF_TRUSTED)"
            }
            Encryption::Demanded => {
                "encrypted, as its node wants it always, or does not trust this side's network"
            }
        })
    }
}

impl Policy {
    /// Whether this side agrees to plain connections with somebody whose network is trusted or not.
    pub(crate) fn allows_plain(self, trusted: bool) -> bool {
        match self {
            Policy::Auto => trusted,
            Policy::Always => false,
            Policy::Never => true,
        }
    }

    pub(crate) fn to_byte(self) -> u8 {
        match self {
            Policy::Auto => 0,
            Policy::Always => 1,
            Policy::Never => 2,
        }
    }

    pub(crate) fn from_byte(byte: u8) -> Option<Self> {
        [Policy::Auto, Policy::Always, Policy::Never].into_iter().find(|p| p.to_byte() == byte)
    }
}
