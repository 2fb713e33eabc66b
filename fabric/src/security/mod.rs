//! Who a peer is, what it may be told, and what of it in the clear.
//!
//! ```text
//! reader                                            origin
//!   Identity ── TLS 1.3, raw public keys both ways ── Identity
//!   pins the key in the ticket                        takes any key, and learns it
//!   Secret ──── proof, bound to this connection ────► Secret
//!          ◄─── Tokens, one use each ────────────────
//!   Policy, Trusted ── both agree ── Policy, Trusted    or no plain connection
//! ```
//!
//! # Invariants
//!
//! * A connection speaks TLS 1.3 with Ed25519 keys of both sides, or it does not come about.
//! * No session is resumed and no early data sent: nothing that was recorded can be replayed.
//! * Nothing secret is ever displayed, and what a peer sent is compared in constant time.

mod identity;
mod policy;
mod secret;
#[cfg(test)]
mod tests;
mod token;
mod verifier;

use std::fmt;

pub(crate) use crate::config::Networks as Trusted;
pub(crate) use identity::{ALPN, Identity};
pub use policy::Encryption;
pub(crate) use policy::Policy;
pub(crate) use secret::{EXPORTER_LABEL, Exporter, Proof, Secret};
pub(crate) use token::Token;
pub(crate) use verifier::{WrongKey, peer_key};

/// An Ed25519 public key: what a node's endpoints prove to be.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct PublicKey(pub(crate) [u8; 32]);

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey(")?;
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))?;
        write!(f, ")")
    }
}

/// The first bytes, which tell keys apart.
impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0[..8].iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// The DER form of an Ed25519 public key is these bytes and the key's.
const DER_PREFIX: [u8; 12] = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0];

impl PublicKey {
    fn to_der(self) -> [u8; 44] {
        let mut der = [0; 44];
        der[..12].copy_from_slice(&DER_PREFIX);
        der[12..].copy_from_slice(&self.0);
        der
    }

    fn from_der(der: &[u8]) -> Option<Self> {
        der.strip_prefix(&DER_PREFIX)?.try_into().ok().map(Self)
    }
}
