//! TLS over a socket that never blocks.

use std::io::{self, BufRead, IoSlice, Read, Write};
use std::net::{IpAddr, Ipv4Addr, TcpStream};
use std::sync::Arc;

use rustls::pki_types::ServerName;
use rustls::{
    CertificateError, ClientConfig, ClientConnection, Connection, Error, ServerConfig,
    ServerConnection,
};

use super::StreamError;
use super::buffer::{Inbound, Outbound};
use super::socket::{Received, Socket};
use crate::security::{ALPN, EXPORTER_LABEL, Exporter, PublicKey, WrongKey, peer_key};

/// How often the socket is read before the caller has another turn, 4 KiB at a time: a peer may send
/// for ever what carries nothing.
const READS: u32 = 256;
/// How many bytes rustls keeps for a socket that takes no more.
const UNSENT: usize = 64 << 10;

#[derive(Debug)]
pub(super) struct Tls {
    connection: Connection,
    /// How often the socket may still be read in this turn.
    reads: u32,
    /// What went wrong after bytes that were still to be given.
    failed: Option<StreamError>,
}

impl Tls {
    pub(super) fn client(config: Arc<ClientConfig>) -> Result<Box<Self>, StreamError> {
        // The verifier asks for a key and no name, and none is sent.
        let nobody = ServerName::IpAddress(IpAddr::V4(Ipv4Addr::UNSPECIFIED).into());
        let connection = ClientConnection::new(config, nobody).map_err(StreamError::Handshake)?;
        Ok(Self::new(connection.into()))
    }

    pub(super) fn server(config: Arc<ServerConfig>) -> Result<Box<Self>, StreamError> {
        let connection = ServerConnection::new(config).map_err(StreamError::Handshake)?;
        Ok(Self::new(connection.into()))
    }

    fn new(mut connection: Connection) -> Box<Self> {
        connection.set_buffer_limit(Some(UNSENT));
        Box::new(Self { connection, reads: 0, failed: None })
    }

    /// Says whether the handshake is done. Its last flight is left to the next [`send`](Self::send).
    pub(super) fn handshake(&mut self, socket: &TcpStream) -> Result<bool, StreamError> {
        self.reads = READS;
        while self.connection.is_handshaking() {
            if !self.drain(socket)? {
                return Ok(false);
            }
            match self.pump(socket)? {
                Received::Bytes(_) => {}
                Received::Nothing => return Ok(false),
                Received::End => return Err(StreamError::cut()),
            }
        }
        if self.connection.alpn_protocol() != Some(ALPN) {
            return Err(StreamError::OtherProtocol);
        }
        Ok(true)
    }

    pub(super) fn peer(&self) -> Option<PublicKey> {
        if self.connection.is_handshaking() { None } else { peer_key(&self.connection) }
    }

    pub(super) fn exporter(&self) -> Option<Exporter> {
        self.connection.export_keying_material([0; 32], EXPORTER_LABEL, None).ok()
    }

    pub(super) fn wants_write(&self) -> bool {
        self.connection.wants_write()
    }

    /// Fills a slice with decrypted bytes, as far as there are any.
    pub(super) fn read(
        &mut self,
        socket: &TcpStream,
        into: &mut [u8],
    ) -> Result<Received, StreamError> {
        self.reads = READS;
        let mut filled = 0;
        loop {
            match self.connection.reader().read(&mut into[filled..]) {
                Ok(0) if filled == 0 => return Ok(Received::End),
                Ok(0) => return Ok(Received::Bytes(filled)),
                Ok(bytes) => filled += bytes,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    match self.pump(socket) {
                        Ok(Received::Bytes(_)) => {}
                        result if filled > 0 => {
                            self.failed = result.err();
                            return Ok(Received::Bytes(filled));
                        }
                        Ok(Received::End) => return Err(StreamError::cut()),
                        result => return result,
                    }
                }
                Err(error) => return Err(StreamError::broken(error)),
            }
            if filled == into.len() {
                return Ok(Received::Bytes(filled));
            }
        }
    }

    /// Appends decrypted bytes to a buffer, as far as there are any, and they fit.
    pub(super) fn fill(
        &mut self,
        socket: &TcpStream,
        into: &mut Inbound,
    ) -> Result<Received, StreamError> {
        self.reads = READS;
        let room = into.room();
        loop {
            let mut reader = self.connection.reader();
            match reader.fill_buf() {
                Ok([]) => return Ok(Received::End),
                Ok(bytes) => {
                    let fits = bytes.len().min(room);
                    into.end().extend_from_slice(&bytes[..fits]);
                    reader.consume(fits);
                    return Ok(Received::Bytes(fits));
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    match self.pump(socket)? {
                        Received::Bytes(_) => {}
                        Received::Nothing => return Ok(Received::Nothing),
                        Received::End => return Err(StreamError::cut()),
                    }
                }
                Err(error) => return Err(StreamError::broken(error)),
            }
        }
    }

    /// Encrypts what is queued, and behind it a payload, and sends; says how much of the payload was
    /// encrypted.
    pub(super) fn send(
        &mut self,
        socket: &TcpStream,
        queued: &mut Outbound,
        payload: &[u8],
    ) -> Result<usize, StreamError> {
        let mut taken = 0;
        // Nothing is encrypted while something encrypted waits: records are as large as they can be.
        while self.drain(socket)? && queued.len() + payload.len() - taken > 0 {
            let slices = [IoSlice::new(queued), IoSlice::new(&payload[taken..])];
            let written = self.connection.writer().write_vectored(&slices);
            let encrypted = written.map_err(StreamError::Broken)?;
            if encrypted == 0 {
                break;
            }
            let of_queued = encrypted.min(queued.len());
            queued.leave(of_queued);
            taken += encrypted - of_queued;
        }
        Ok(taken)
    }

    /// Says goodbye.
    pub(super) fn close(&mut self, socket: &TcpStream) {
        self.connection.send_close_notify();
        let _ = self.drain(socket);
    }

    /// Gives back what an idle connection does not need.
    pub(super) fn rest(&mut self) {
        // rustls makes its buffer small before it reads into an empty one.
        let _ = self.connection.read_tls(&mut Nothing);
    }

    /// Sends what is encrypted; says whether all of it has left.
    fn drain(&mut self, socket: &TcpStream) -> Result<bool, StreamError> {
        while self.connection.wants_write() {
            match self.connection.write_tls(&mut Socket(socket)) {
                Ok(_) => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(false),
                Err(error) => return Err(StreamError::broken(error)),
            }
        }
        Ok(true)
    }

    /// Gives rustls more encrypted bytes.
    fn pump(&mut self, socket: &TcpStream) -> Result<Received, StreamError> {
        if let Some(error) = self.failed.take() {
            return Err(error);
        }
        let Some(reads) = self.reads.checked_sub(1) else { return Ok(Received::Nothing) };
        self.reads = reads;
        let taken = match self.connection.read_tls(&mut Socket(socket)) {
            Ok(0) => return Ok(Received::End),
            Ok(taken) => taken,
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                return Ok(Received::Nothing);
            }
            Err(error) => return Err(StreamError::broken(error)),
        };
        if let Err(error) = self.connection.process_new_packets() {
            // The peer is told why, if it still listens. What came before is still to be given.
            let _ = self.drain(socket);
            self.failed = Some(self.refused(error));
        }
        Ok(Received::Bytes(taken))
    }

    fn refused(&self, error: Error) -> StreamError {
        if let Error::InvalidCertificate(CertificateError::Other(other)) = &error
            && let Some(wrong) = other.0.downcast_ref::<WrongKey>()
        {
            return (*wrong).into();
        }
        if self.connection.is_handshaking() {
            StreamError::Handshake(error)
        } else {
            StreamError::Tls(error)
        }
    }
}

/// Nothing to read now.
struct Nothing;

impl Read for Nothing {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        Err(io::ErrorKind::WouldBlock.into())
    }
}
