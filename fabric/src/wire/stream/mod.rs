//! A connection that carries frames and objects' bytes, plain or by TLS, and never blocks.
//!
//! ```text
//!             receive ◄── inbound, 16 KiB ◄─┬──────────── recv ── socket
//!     receive_payload ◄─────────────────────┴─ (TLS: decrypted)
//!        queue, flush ──► outbound ─────────┬──────────── sendmsg ─► socket
//!        send_payload ──────────────────────┴─ (TLS: encrypted, 64 KiB at most)
//! ```
//!
//! Every call does what it can at once. Whoever is told to wait polls the socket, level-triggered, for
//! reading, and for writing while [`wants_write`](Stream::wants_write) says so, and calls again.
//!
//! # Invariants
//!
//! * Bytes that have arrived may be in a buffer and not in the socket: poll only after
//!   [`receive`](Stream::receive) has given `None`, or [`receive_payload`](Stream::receive_payload) 0.
//! * Buffers are bounded, but for what [`queue`](Stream::queue) is given: who queues for a peer
//!   watches [`queued`](Stream::queued). A call does no more than fill what it was given, or send it.
//! * Nothing is taken for a frame, and nothing sent, before it is known what the connection is.
//! * An idle stream that was told to [`rest`](Stream::rest) holds no buffer of its own.
//! * No signal is ever raised by a peer that is gone.

mod buffer;
mod error;
mod socket;
#[cfg(test)]
mod tests;
mod tls;

use std::net::{Shutdown, TcpStream};
use std::os::fd::{AsFd, BorrowedFd};
use std::sync::Arc;
use std::time::Duration;

use rustls::{ClientConfig, ServerConfig};
use socket2::{SockRef, TcpKeepalive};

pub(crate) use error::StreamError;

use super::{FrameError, HEADER, Header};
use crate::security::{Exporter, PublicKey};
use buffer::{Inbound, Outbound};
use socket::{Received, Socket};
use tls::Tls;

/// A peer that is silent for so long is asked whether it is there, and again.
const QUIET: Duration = Duration::from_secs(10);
const PROBE: Duration = Duration::from_secs(5);
/// A peer that acknowledges nothing for so long is gone.
pub(crate) const SILENT: Duration = Duration::from_secs(20);

/// A connection, over a socket that it makes non-blocking.
#[derive(Debug)]
pub(crate) struct Stream {
    socket: TcpStream,
    kind: Kind,
    inbound: Inbound,
    outbound: Outbound,
    /// The last read took all that there was.
    drained: bool,
}

/// Has the kernel notice a peer that vanished without a word, whether something is on its way to it or
/// nothing is said: [`SILENT`] after it was last heard of, the connection is broken.
fn watch_over(socket: &TcpStream) -> std::io::Result<()> {
    let socket = SockRef::from(socket);
    let alive = TcpKeepalive::new().with_time(QUIET).with_interval(PROBE);
    socket.set_tcp_keepalive(&alive)?;
    socket.set_tcp_user_timeout(Some(SILENT))
}

/// A frame that arrived. Its body is there until the stream is used again.
#[derive(Debug)]
pub(crate) struct Frame<'a> {
    pub(crate) header: Header,
    pub(crate) body: &'a [u8],
}

#[derive(Debug)]
enum Kind {
    /// Accepted; its first byte tells what it is.
    Accepted(Arc<ServerConfig>),
    /// With the id of the token that it was opened with.
    Plain([u8; 16]),
    Tls(Box<Tls>),
}

impl Stream {
    /// The connecting side, encrypted: `config` is
    /// [`Identity::client`](crate::security::Identity::client)'s.
    pub(crate) fn connect_tls(
        socket: TcpStream,
        config: Arc<ClientConfig>,
    ) -> Result<Self, StreamError> {
        let tls = Tls::client(config)?;
        Self::new(socket, Kind::Tls(tls))
    }

    /// The connecting side, in the clear, by a token. The preamble goes with the first flush.
    pub(crate) fn connect_plain(socket: TcpStream, token: [u8; 16]) -> Result<Self, StreamError> {
        let mut stream = Self::new(socket, Kind::Plain(token))?;
        let preamble = stream.queue();
        preamble.extend_from_slice(&MAGIC);
        preamble.extend_from_slice(&token);
        Ok(stream)
    }

    /// The accepting side, of either kind: `config` is
    /// [`Identity::server`](crate::security::Identity::server)'s.
    pub(crate) fn accept(
        socket: TcpStream,
        config: Arc<ServerConfig>,
    ) -> Result<Self, StreamError> {
        Self::new(socket, Kind::Accepted(config))
    }

    fn new(socket: TcpStream, kind: Kind) -> Result<Self, StreamError> {
        socket.set_nonblocking(true).map_err(StreamError::Broken)?;
        socket.set_nodelay(true).map_err(StreamError::Broken)?;
        watch_over(&socket).map_err(StreamError::Broken)?;
        let (inbound, outbound) = Default::default();
        Ok(Self { socket, kind, inbound, outbound, drained: false })
    }

    /// Goes on with the handshake; says whether it is done. What a client queues before it flushes
    /// again goes together with the handshake's end.
    ///
    /// On the accepting side of a plain connection, what is done is that the [token](Self::token) is
    /// known, and not that it is right.
    pub(crate) fn handshake(&mut self) -> Result<bool, StreamError> {
        loop {
            match &mut self.kind {
                Kind::Accepted(config) => {
                    let config = Arc::clone(config);
                    match self.decide(config)? {
                        Some(kind) => self.kind = kind,
                        None => return Ok(false),
                    }
                }
                Kind::Plain(_) => return Ok(true),
                Kind::Tls(tls) => return tls.handshake(&self.socket),
            }
        }
    }

    /// The id of the token that a plain connection was opened with.
    pub(crate) fn token(&self) -> Option<[u8; 16]> {
        match self.kind {
            Kind::Plain(token) => Some(token),
            _ => None,
        }
    }

    /// What the peer of an encrypted connection has proved to be, once the handshake is done.
    pub(crate) fn peer(&self) -> Option<PublicKey> {
        match &self.kind {
            Kind::Tls(tls) => tls.peer(),
            _ => None,
        }
    }

    /// What a proof of the fabric's secret is made of, on an encrypted connection whose handshake is
    /// done.
    pub(crate) fn exporter(&self) -> Option<Exporter> {
        match &self.kind {
            Kind::Tls(tls) => tls.exporter(),
            _ => None,
        }
    }

    /// The next frame, if all of it has arrived. There is none before the handshake is done.
    ///
    /// # Errors
    ///
    /// [`StreamError::Closed`] where a frame could have begun.
    pub(crate) fn receive(&mut self) -> Result<Option<Frame<'_>>, StreamError> {
        if let Kind::Accepted(_) = self.kind {
            return Ok(None);
        }
        let header = loop {
            if let Some(header) = self.inbound.first_chunk::<HEADER>() {
                let header = Header::parse(header)?;
                if self.inbound.len() >= HEADER + header.length {
                    break header;
                }
            }
            if !self.fill()? {
                return Ok(None);
            }
        };
        let frame = self.inbound.take(HEADER + header.length);
        Ok(Some(Frame { header, body: &frame[HEADER..] }))
    }

    /// Whether something has arrived since [`receive`](Self::receive) gave `None`, or this was asked.
    pub(crate) fn has_arrived(&mut self) -> Result<bool, StreamError> {
        self.fill()
    }

    /// Bytes that follow a frame. They go where they are wanted, without another copy on a plain
    /// connection. `into` must not be longer than what belongs to the frame.
    ///
    /// Says how many there were; 0 if there are none now.
    pub(crate) fn receive_payload(&mut self, into: &mut [u8]) -> Result<usize, StreamError> {
        let buffered = self.inbound.take_into(into);
        if buffered > 0 || into.is_empty() {
            return Ok(buffered);
        }
        let received = match &mut self.kind {
            Kind::Accepted(_) => Received::Nothing,
            Kind::Plain(_) => {
                self.drained = false;
                Socket(&self.socket).receive(into).map_err(StreamError::Broken)?
            }
            Kind::Tls(tls) => tls.read(&self.socket, into)?,
        };
        match received {
            Received::Bytes(bytes) => Ok(bytes),
            Received::Nothing => Ok(0),
            Received::End => Err(StreamError::cut()),
        }
    }

    /// Where to append what is to be sent: frames, by their `encode`.
    pub(crate) fn queue(&mut self) -> &mut Vec<u8> {
        self.outbound.end()
    }

    /// How many bytes are queued, and have not been given to the socket, or to TLS.
    pub(crate) fn queued(&self) -> usize {
        self.outbound.len()
    }

    /// Sends what is queued; says whether all of it has left.
    pub(crate) fn flush(&mut self) -> Result<bool, StreamError> {
        self.send_payload(&[])?;
        Ok(!self.wants_write())
    }

    /// Sends what is queued, and behind it bytes from memory: says how many of these were taken. They
    /// need be there no longer: they are the socket's, or encrypted.
    pub(crate) fn send_payload(&mut self, payload: &[u8]) -> Result<usize, StreamError> {
        match &mut self.kind {
            Kind::Accepted(_) => Ok(0),
            Kind::Plain(_) => {
                let sent = Socket(&self.socket).send(&mut self.outbound, payload);
                sent.map_err(StreamError::Broken)
            }
            Kind::Tls(tls) => tls.send(&self.socket, &mut self.outbound, payload),
        }
    }

    /// Whether the socket has to be polled for writing, as there is something to send.
    pub(crate) fn wants_write(&self) -> bool {
        let in_tls = matches!(&self.kind, Kind::Tls(tls) if tls.wants_write());
        !self.outbound.is_empty() || in_tls
    }

    /// Says goodbye, as far as that can be said at once.
    pub(crate) fn close(&mut self) {
        // Nobody is left to be told of a failure.
        if let Kind::Tls(tls) = &mut self.kind {
            tls.close(&self.socket);
        }
        let _ = self.socket.shutdown(Shutdown::Write);
    }

    /// The socket, to ask for addresses.
    pub(crate) fn socket(&self) -> &TcpStream {
        &self.socket
    }

    /// Bytes on the heap that the stream holds, but for those inside the TLS library.
    #[cfg(test)]
    fn held(&self) -> usize {
        let tls = matches!(self.kind, Kind::Tls(_)).then_some(size_of::<Tls>());
        self.inbound.held() + self.outbound.held() + tls.unwrap_or(0)
    }

    /// Reads what there is into the inbound buffer; false if there is nothing.
    fn fill(&mut self) -> Result<bool, StreamError> {
        if std::mem::take(&mut self.drained) {
            return Ok(false);
        }
        let received = match &mut self.kind {
            Kind::Tls(tls) => tls.fill(&self.socket, &mut self.inbound)?,
            _ => {
                let room = self.inbound.room();
                let received = Socket(&self.socket).fill(&mut self.inbound);
                let received = received.map_err(StreamError::Broken)?;
                self.drained = matches!(received, Received::Bytes(bytes) if bytes < room);
                received
            }
        };
        match received {
            Received::Bytes(_) => Ok(true),
            Received::Nothing => Ok(false),
            Received::End if self.inbound.is_empty() => Err(StreamError::Closed),
            Received::End => Err(StreamError::cut()),
        }
    }

    /// Gives back what an idle stream does not need: to be called by who does not expect anything soon.
    pub(crate) fn rest(&mut self) {
        self.inbound.release();
        self.outbound.release();
        if let Kind::Tls(tls) = &mut self.kind {
            tls.rest();
        }
    }

    /// What an accepted connection is, once its first bytes tell.
    fn decide(&mut self, config: Arc<ServerConfig>) -> Result<Option<Kind>, StreamError> {
        if self.inbound.is_empty() {
            let mut first = 0;
            let peeked = Socket(&self.socket).peek(&mut first).map_err(StreamError::Broken)?;
            match (peeked, first) {
                (Received::Nothing, _) => return Ok(None),
                (Received::End, _) => return Err(StreamError::Closed),
                (Received::Bytes(_), TLS) => return Ok(Some(Kind::Tls(Tls::server(config)?))),
                (Received::Bytes(_), _) => {}
            }
        }
        while self.fill()? {
            let begun = self.inbound.len().min(MAGIC.len());
            if self.inbound[..begun] != MAGIC[..begun] {
                return Err(StreamError::Foreign { first: self.inbound[0] });
            }
            if let Some(preamble) = self.inbound.first_chunk::<PREAMBLE>() {
                let mut token = [0; 16];
                token.copy_from_slice(&preamble[MAGIC.len()..]);
                self.inbound.take(PREAMBLE);
                self.inbound.release();
                return Ok(Some(Kind::Plain(token)));
            }
        }
        Ok(None)
    }
}

impl AsFd for Stream {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.socket.as_fd()
    }
}

impl From<FrameError> for StreamError {
    fn from(error: FrameError) -> Self {
        StreamError::Protocol(error)
    }
}

/// The first byte of a TLS connection: a handshake record.
const TLS: u8 = 0x16;
/// The first bytes of a plain connection. The token's id follows.
const MAGIC: [u8; 4] = [0xD5, b'W', b'F', b'1'];
const PREAMBLE: usize = MAGIC.len() + 16;
