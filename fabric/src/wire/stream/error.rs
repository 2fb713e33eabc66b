//! Why a stream is of no more use.

use std::io;

use super::super::FrameError;
use crate::security::WrongKey;

/// What ended a connection. After any of these there is nothing to do but to drop it.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StreamError {
    /// The peer closed it, where nothing was cut.
    #[error("the peer closed the connection")]
    Closed,
    /// The network or the peer failed.
    #[error("the connection broke: {0}")]
    Broken(#[source] io::Error),
    /// The peer sent what it must not.
    #[error("the peer sent {0}")]
    Protocol(#[source] FrameError),
    /// The peer sent what does not decrypt, or is no TLS.
    #[error("the encrypted connection failed: {0}")]
    Tls(#[source] rustls::Error),
    /// Whoever listens there is another.
    #[error(transparent)]
    WrongKey(#[from] WrongKey),
    /// The two did not agree on a connection.
    #[error("the handshake failed: {0}")]
    Handshake(#[source] rustls::Error),
    /// The peer speaks TLS, and not Wharf.
    #[error("the peer speaks another protocol inside TLS")]
    OtherProtocol,
    /// The peer speaks something else.
    #[error("the peer speaks another protocol: its first byte is {first:#04x}")]
    Foreign { first: u8 },
}

impl StreamError {
    /// The connection failed. Of one that was cut, rustls says more than anybody wants to read.
    pub(super) fn broken(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::UnexpectedEof => Self::cut(),
            _ => StreamError::Broken(error),
        }
    }

    /// The connection ended in the middle of something.
    pub(super) fn cut() -> Self {
        let told = "the peer was gone in the middle";
        StreamError::Broken(io::Error::new(io::ErrorKind::UnexpectedEof, told))
    }
}
