//! Whose key a peer may hold: raw public keys instead of certificates, as RFC 7250 has them.

use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{
    CryptoProvider, WebPkiSupportedAlgorithms, verify_tls13_signature_with_raw_key,
};
use rustls::pki_types::{CertificateDer, ServerName, SubjectPublicKeyInfoDer, UnixTime};
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::{
    CertificateError, DigitallySignedStruct, DistinguishedName, Error, OtherError,
    PeerIncompatible, SignatureScheme,
};

use super::PublicKey;

/// The key that the other side of a connection has proved to hold.
pub(crate) fn peer_key(connection: &rustls::CommonState) -> Option<PublicKey> {
    match connection.peer_certificates()? {
        [key] => PublicKey::from_der(key),
        _ => None,
    }
}

/// Whoever answers is not the one that the ticket names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "it holds the key {found}…, and the ticket asks for {pinned}…: another node or user listens there now"
)]
pub(crate) struct WrongKey {
    pub(crate) pinned: PublicKey,
    pub(crate) found: PublicKey,
}

/// Takes the holder of one key.
#[derive(Debug)]
pub(super) struct Pinned {
    signatures: Signatures,
    key: PublicKey,
}

/// Takes the holder of any key.
#[derive(Debug)]
pub(super) struct Any(Signatures);

impl Pinned {
    pub(super) fn new(provider: &CryptoProvider, key: PublicKey) -> Self {
        Self { signatures: Signatures::new(provider), key }
    }
}

impl Any {
    pub(super) fn new(provider: &CryptoProvider) -> Self {
        Self(Signatures::new(provider))
    }
}

impl ServerCertVerifier for Pinned {
    fn verify_server_cert(
        &self,
        key: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let (pinned, found) = (self.key, only_key(key, intermediates)?);
        if found != pinned {
            let wrong = OtherError(Arc::new(WrongKey { pinned, found }));
            return Err(CertificateError::Other(wrong).into());
        }
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Err(PeerIncompatible::Tls12NotOffered.into())
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        key: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.signatures.verify(message, key, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        vec![SignatureScheme::ED25519]
    }

    fn requires_raw_public_keys(&self) -> bool {
        true
    }
}

impl ClientCertVerifier for Any {
    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &[]
    }

    fn verify_client_cert(
        &self,
        key: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        _: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        only_key(key, intermediates).map(|_| ClientCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Err(PeerIncompatible::Tls12NotOffered.into())
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        key: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.0.verify(message, key, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        vec![SignatureScheme::ED25519]
    }

    fn requires_raw_public_keys(&self) -> bool {
        true
    }
}

/// How signatures are checked.
#[derive(Debug)]
struct Signatures(WebPkiSupportedAlgorithms);

impl Signatures {
    fn new(provider: &CryptoProvider) -> Self {
        Self(provider.signature_verification_algorithms)
    }

    fn verify(
        &self,
        message: &[u8],
        key: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let key = SubjectPublicKeyInfoDer::from(key.as_ref());
        verify_tls13_signature_with_raw_key(message, &key, signature, &self.0)
    }
}

/// An Ed25519 key, and nothing besides.
fn only_key(key: &CertificateDer<'_>, others: &[CertificateDer<'_>]) -> Result<PublicKey, Error> {
    match PublicKey::from_der(key) {
        Some(key) if others.is_empty() => Ok(key),
        _ => Err(CertificateError::BadEncoding.into()),
    }
}
