//! Whether bulk connections are encrypted: what both sides want counts.

pub(crate) use crate::config::Encrypt as Policy;

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
