//! Whether bulk connections are encrypted.

use std::fmt;
use std::str::FromStr;

/// What a side wants of the connections that carry objects. Both sides' wishes count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) enum Policy {
    /// Plain between trusted networks, encrypted elsewhere.
    #[default]
    Auto,
    /// Encrypted everywhere.
    Always,
    /// Plain wherever the other side agrees.
    Never,
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

impl fmt::Display for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Policy::Auto => "auto",
            Policy::Always => "always",
            Policy::Never => "never",
        })
    }
}

/// No such policy.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("it can be auto, always or never")]
pub(crate) struct PolicyError;

impl FromStr for Policy {
    type Err = PolicyError;

    fn from_str(text: &str) -> Result<Self, PolicyError> {
        let all = [Policy::Auto, Policy::Always, Policy::Never];
        all.into_iter().find(|policy| policy.to_string() == text).ok_or(PolicyError)
    }
}
