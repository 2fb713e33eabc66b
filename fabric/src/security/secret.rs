//! The fabric secret: what the processes of one user or job share, and prove to each other.

use std::fmt;
use std::fs::File;
use std::io::Read;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use ring::hmac;

/// A secret, kept as the key that proofs are made with.
#[derive(Clone)]
pub(crate) struct Secret(hmac::Key);

/// That the secret is known, on one connection: it means nothing on any other.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Proof([u8; 32]);

/// Why there is no secret.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SecretError {
    #[error("the secret cannot be read from {}: {source}", path.display())]
    Read { path: PathBuf, source: std::io::Error },
    #[error("others may read the secret in {0} (its mode is {mode:03o}): chmod 600 {0}", path.display())]
    Open { path: PathBuf, mode: u32 },
    #[error(
        "the secret has {found} bytes, and needs {} at least: make one with \
         `head -c 32 /dev/urandom > FILE; chmod 600 FILE`",
        Secret::LEAST
    )]
    TooShort { found: usize },
}

impl Secret {
    /// The fewest bytes that a secret may have.
    pub(crate) const LEAST: usize = 32;

    /// The secret of these bytes.
    pub(crate) fn new(bytes: &[u8]) -> Result<Self, SecretError> {
        if bytes.len() < Self::LEAST {
            return Err(SecretError::TooShort { found: bytes.len() });
        }
        Ok(Self(hmac::Key::new(hmac::HMAC_SHA256, bytes)))
    }

    /// The secret that a file holds, which nobody but its owner may read or write.
    pub(crate) fn read(path: &Path) -> Result<Self, SecretError> {
        let named = || path.to_owned();
        let read = || -> std::io::Result<_> {
            let mut file = File::open(path)?;
            let mode = file.metadata()?.permissions().mode() & 0o777;
            let mut bytes = Vec::new();
            file.read_to_end(&mut bytes)?;
            Ok((mode, bytes))
        };
        let (mode, bytes) = read().map_err(|source| SecretError::Read { path: named(), source })?;
        if mode & OTHERS != 0 {
            return Err(SecretError::Open { path: named(), mode });
        }
        Self::new(&bytes)
    }

    /// A reader's proof for the connection that has this [`Exporter`].
    pub(crate) fn prove(&self, exporter: &Exporter) -> Proof {
        let mut proof = [0; 32];
        proof.copy_from_slice(hmac::sign(&self.0, exporter).as_ref());
        Proof(proof)
    }

    /// Whether a reader's proof is right for that connection. Takes as long for a wrong one.
    pub(crate) fn verify(&self, exporter: &Exporter, proof: &Proof) -> bool {
        hmac::verify(&self.0, exporter, &proof.0).is_ok()
    }
}

/// What the group and all others may do with a file.
const OTHERS: u32 = 0o077;

/// What only the two ends of one TLS connection know.
pub(crate) type Exporter = [u8; 32];

/// What the exporter is asked for by.
pub(crate) const EXPORTER_LABEL: &[u8] = b"EXPORTER-wharf-secret-of-reader";

impl Proof {
    pub(crate) fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    pub(crate) fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

impl fmt::Debug for Proof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Proof(..)")
    }
}
