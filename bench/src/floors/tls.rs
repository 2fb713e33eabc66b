//! The floor of an encrypted fetch: the same bytes by bare connections of the same provider's TLS, between equally large
//! warm shared pages.
//!
//! - What the TLS library itself offers as a stream, over a socket that blocks; a request of sixteen bytes says which
//!   bytes are to come.
//! - The cipher is the one that Wharf's connections agree on. Nobody looks at whose key the server has: what is timed
//!   comes after the handshake.
//! - Many connections have a thread each, at either end.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring as provider};
use rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer, ServerName, UnixTime};
use rustls::server::AlwaysResolvesServerRawPublicKeys;
use rustls::sign::CertifiedKey;
use rustls::version::TLS13;
use rustls::{
    ClientConfig, ClientConnection, DigitallySignedStruct, ServerConfig, ServerConnection,
    SignatureScheme, Stream,
};

use super::SharedPages;
use super::stream::{connect, listen, warm};
use crate::error::{Doing, Error, Result, refused};
use crate::measure::Task;

/// Fetches the same bytes again and again, to the same pages, each touched before.
#[derive(Debug)]
pub(crate) struct Encrypted {
    connections: Vec<(ClientConnection, TcpStream)>,
    to: SharedPages,
}

impl Encrypted {
    /// Connects to a [`serve`]r, so many times.
    pub(crate) fn new(pages: &Path, to: SocketAddr, connections: u64, len: usize) -> Result<Self> {
        let config = Arc::new(client().map_err(refused(NAME))?);
        let one = || {
            let connection = ClientConnection::new(Arc::clone(&config), to.ip().into());
            Ok((connection.map_err(refused(NAME))?, connect(to)?))
        };
        let connections = (0..connections).map(|_| one()).collect::<Result<_>>()?;
        Ok(Self { connections, to: warm(pages, len, 1)? })
    }

    /// Where they arrive.
    #[cfg(test)]
    pub(super) fn bytes_mut(&mut self) -> &mut [u8] {
        self.to.bytes_mut()
    }
}

impl Task for Encrypted {
    fn once(&mut self) -> Result<()> {
        let bytes = self.to.bytes_mut();
        let part = bytes.len().div_ceil(self.connections.len());
        std::thread::scope(|scope| {
            let parts = bytes.chunks_mut(part).zip(&mut self.connections).enumerate();
            let fetches: Vec<_> = parts
                .map(|(number, (into, (connection, socket)))| {
                    let stream = Stream::new(connection, socket);
                    scope.spawn(move || fetch(stream, number * part, into))
                })
                .collect();
            fetches.into_iter().try_for_each(|fetch| match fetch.join() {
                Ok(done) => done,
                Err(panic) => std::panic::resume_unwind(panic),
            })
        })
    }
}

fn fetch(
    mut stream: Stream<'_, ClientConnection, TcpStream>,
    from: usize,
    into: &mut [u8],
) -> Result<()> {
    let request = [from as u64, into.len() as u64].map(u64::to_le_bytes);
    stream
        .write_all(request.as_flattened())
        .and_then(|()| stream.read_exact(into))
        .doing(|| "moving bytes over a bare TLS connection".to_owned())
}

/// Listens, and answers each connection, as the floor without encryption does.
pub(crate) fn serve(pages: PathBuf, len: usize, address: SocketAddr) -> Result<SocketAddr> {
    let config = Arc::new(server()?);
    listen(pages, len, address, move |socket, from| {
        // The other end has gone: that is its affair.
        let _ = answer(Arc::clone(&config), socket, from);
    })
}

fn answer(config: Arc<ServerConfig>, mut socket: TcpStream, bytes: &[u8]) -> std::io::Result<()> {
    let mut connection = ServerConnection::new(config).map_err(std::io::Error::other)?;
    let mut stream = Stream::new(&mut connection, &mut socket);
    loop {
        let mut request = [[0; 8]; 2];
        stream.read_exact(request.as_flattened_mut())?;
        let [from, len] = request.map(|number| u64::from_le_bytes(number) as usize);
        let wanted = bytes.get(from..).and_then(|rest| rest.get(..len));
        stream.write_all(wanted.ok_or(std::io::ErrorKind::InvalidInput)?)?;
        stream.flush()?;
    }
}

/// The one cipher: the first in Wharf's list, and so what its connections agree on.
fn crypto() -> CryptoProvider {
    CryptoProvider {
        cipher_suites: vec![provider::cipher_suite::TLS13_AES_128_GCM_SHA256],
        ..provider::default_provider()
    }
}

fn client() -> std::result::Result<ClientConfig, rustls::Error> {
    let config = ClientConfig::builder_with_provider(Arc::new(crypto()))
        .with_protocol_versions(&[&TLS13])?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(Anybody));
    Ok(config.with_no_client_auth())
}

fn server() -> Result<ServerConfig> {
    let random = ring::rand::SystemRandom::new();
    let document = ring::signature::Ed25519KeyPair::generate_pkcs8(&random)
        .map_err(|_| Error::Unavailable("the kernel gives no random bytes".to_owned()))?;
    let key = provider::sign::any_eddsa_type(&PrivatePkcs8KeyDer::from(document.as_ref()));
    let key = key.map_err(refused(NAME))?;
    let public = key.public_key().map(|public| CertificateDer::from(public.as_ref().to_vec()));
    let certified = Arc::new(CertifiedKey::new(public.into_iter().collect(), key));
    let config = ServerConfig::builder_with_provider(Arc::new(crypto()))
        .with_protocol_versions(&[&TLS13])
        .map_err(refused(NAME))?
        .with_no_client_auth()
        .with_cert_resolver(Arc::new(AlwaysResolvesServerRawPublicKeys::new(certified)));
    Ok(config)
}

/// Takes any key for the server's.
#[derive(Debug)]
struct Anybody;

impl ServerCertVerifier for Anybody {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> std::result::Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> std::result::Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> std::result::Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        vec![SignatureScheme::ED25519]
    }

    fn requires_raw_public_keys(&self) -> bool {
        true
    }
}

const NAME: &str = "tls";
