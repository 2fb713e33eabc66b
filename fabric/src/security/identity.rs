//! The node's key, and the TLS configurations that prove it.

use std::fmt;
use std::sync::Arc;

use ring::rand::SystemRandom;
use ring::signature::{Ed25519KeyPair, KeyPair};
use rustls::client::{AlwaysResolvesClientRawPublicKeys, Resumption};
use rustls::crypto::CryptoProvider;
use rustls::crypto::ring as provider;
use rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer};
use rustls::server::{AlwaysResolvesServerRawPublicKeys, NoServerSessionStorage};
use rustls::sign::CertifiedKey;
use rustls::version::TLS13;
use rustls::{ClientConfig, ServerConfig};

use super::PublicKey;
use super::verifier::{Any, Pinned};

/// An Ed25519 key pair, and what connections need to prove that it is held.
#[derive(Clone)]
pub(crate) struct Identity {
    key: PublicKey,
    client: ClientConfig,
    server: Arc<ServerConfig>,
}

/// Why there is no identity.
#[derive(Debug, thiserror::Error)]
pub(crate) enum IdentityError {
    #[error("the kernel gives no random bytes to make the node's key of")]
    Random,
    #[error(
        "the node's key is no Ed25519 private key in PKCS#8 form ({0}); remove it to have a new one made"
    )]
    Malformed(ring::error::KeyRejected),
    #[error("TLS cannot be set up with the node's key: {0}")]
    Tls(#[from] rustls::Error),
}

impl Identity {
    /// A new private key, in PKCS#8 form.
    pub(crate) fn generate() -> Result<Vec<u8>, IdentityError> {
        let document = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new());
        Ok(document.map_err(|_| IdentityError::Random)?.as_ref().to_vec())
    }

    /// The identity of a private key that [`generate`](Self::generate) made.
    pub(crate) fn from_pkcs8(document: &[u8]) -> Result<Self, IdentityError> {
        let pair = Ed25519KeyPair::from_pkcs8(document).map_err(IdentityError::Malformed)?;
        let bytes = pair.public_key().as_ref().try_into();
        let key = PublicKey(bytes.map_err(|_| rustls::Error::General("a key's length".into()))?);
        let signing = provider::sign::any_eddsa_type(&PrivatePkcs8KeyDer::from(document))?;
        let public = CertificateDer::from(key.to_der().to_vec());
        let certified = Arc::new(CertifiedKey::new(vec![public], signing));
        let provider = Arc::new(crypto());
        Ok(Self {
            key,
            client: client(&provider, &certified, key)?,
            server: Arc::new(server(&provider, certified)?),
        })
    }

    /// What it proves to be.
    pub(crate) fn public_key(&self) -> PublicKey {
        self.key
    }

    /// How to connect to whoever holds this key, and to nobody else.
    pub(crate) fn client(&self, pinned: PublicKey) -> Arc<ClientConfig> {
        let mut config = self.client.clone();
        let verifier = Arc::new(Pinned::new(config.crypto_provider(), pinned));
        config.dangerous().set_certificate_verifier(verifier);
        Arc::new(config)
    }

    /// How to be connected to, by whoever holds any key.
    pub(crate) fn server(&self) -> Arc<ServerConfig> {
        Arc::clone(&self.server)
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Identity").field("key", &self.key).finish_non_exhaustive()
    }
}

/// What both sides speak, fastest first.
fn crypto() -> CryptoProvider {
    use provider::cipher_suite as suite;
    CryptoProvider {
        cipher_suites: vec![
            suite::TLS13_AES_128_GCM_SHA256,
            suite::TLS13_AES_256_GCM_SHA384,
            suite::TLS13_CHACHA20_POLY1305_SHA256,
        ],
        kx_groups: vec![provider::kx_group::X25519],
        ..provider::default_provider()
    }
}

fn client(
    provider: &Arc<CryptoProvider>,
    certified: &Arc<CertifiedKey>,
    pinned: PublicKey,
) -> Result<ClientConfig, rustls::Error> {
    let mut config = ClientConfig::builder_with_provider(Arc::clone(provider))
        .with_protocol_versions(&[&TLS13])?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(Pinned::new(provider, pinned)))
        .with_client_cert_resolver(Arc::new(AlwaysResolvesClientRawPublicKeys::new(Arc::clone(
            certified,
        ))));
    config.alpn_protocols = vec![ALPN.to_vec()];
    config.resumption = Resumption::disabled();
    config.enable_sni = false;
    config.enable_early_data = false;
    Ok(config)
}

fn server(
    provider: &Arc<CryptoProvider>,
    certified: Arc<CertifiedKey>,
) -> Result<ServerConfig, rustls::Error> {
    let mut config = ServerConfig::builder_with_provider(Arc::clone(provider))
        .with_protocol_versions(&[&TLS13])?
        .with_client_cert_verifier(Arc::new(Any::new(provider)))
        .with_cert_resolver(Arc::new(AlwaysResolvesServerRawPublicKeys::new(certified)));
    config.alpn_protocols = vec![ALPN.to_vec()];
    config.session_storage = Arc::new(NoServerSessionStorage {});
    config.send_tls13_tickets = 0;
    config.max_early_data_size = 0;
    Ok(config)
}

/// What a peer that speaks TLS, and nothing of this, is told apart by.
pub(crate) const ALPN: &[u8] = b"wharf/1";
