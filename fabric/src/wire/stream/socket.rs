//! The calls to the socket, none of which waits or raises a signal.

use std::io::{self, IoSlice, Read, Write};
use std::net::TcpStream;

use rustix::io::Errno;
use rustix::net::{RecvFlags, SendFlags, recv, send, sendmsg};

use super::buffer::{Inbound, Outbound};

/// What a read gave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Received {
    /// So many bytes; not 0.
    Bytes(usize),
    /// Nothing is there now.
    Nothing,
    /// Nothing will come.
    End,
}

/// A socket that does not block.
#[derive(Clone, Copy)]
pub(super) struct Socket<'a>(pub(super) &'a TcpStream);

impl Socket<'_> {
    /// Reads the next byte, and leaves it where it is.
    pub(super) fn peek(self, byte: &mut u8) -> io::Result<Received> {
        let byte = std::slice::from_mut(byte);
        received(|| recv(self.0, &mut *byte, RecvFlags::PEEK).map(|(bytes, _)| bytes))
    }

    /// Reads into a slice that is not empty.
    pub(super) fn receive(self, into: &mut [u8]) -> io::Result<Received> {
        received(|| recv(self.0, &mut *into, RecvFlags::empty()).map(|(bytes, _)| bytes))
    }

    /// Reads as much as a buffer has room for.
    pub(super) fn fill(self, into: &mut Inbound) -> io::Result<Received> {
        received(|| {
            let free = rustix::buffer::spare_capacity(into.end());
            recv(self.0, free, RecvFlags::empty()).map(|(bytes, _)| bytes)
        })
    }

    /// Sends what is queued, and behind it a payload; says how much of the payload.
    pub(super) fn send(self, queued: &mut Outbound, payload: &[u8]) -> io::Result<usize> {
        let mut taken = 0;
        while queued.len() + payload.len() - taken > 0 {
            let all = queued.len() + payload.len() - taken;
            let slices = [IoSlice::new(queued), IoSlice::new(&payload[taken..])];
            let filled = if payload.len() > taken { &slices[..] } else { &slices[..1] };
            let sent = self.send_slices(filled)?.unwrap_or(0);
            let of_queued = sent.min(queued.len());
            queued.leave(of_queued);
            taken += sent - of_queued;
            if sent < all {
                break;
            }
        }
        Ok(taken)
    }

    /// How many bytes were taken; `None` if there is no room now.
    fn send_slices(self, slices: &[IoSlice<'_>]) -> io::Result<Option<usize>> {
        loop {
            let sent = match slices {
                // Costs less than a list of one.
                [bytes] => send(self.0, bytes, SendFlags::NOSIGNAL),
                _ => sendmsg(self.0, slices, &mut Default::default(), SendFlags::NOSIGNAL),
            };
            match sent {
                Ok(sent) => return Ok(Some(sent)),
                Err(Errno::AGAIN) => return Ok(None),
                Err(Errno::INTR) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }
}

/// For rustls, to which what is not there now, or does not fit, is an error.
impl Read for Socket<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        match self.receive(into)? {
            Received::Bytes(bytes) => Ok(bytes),
            Received::Nothing => Err(io::ErrorKind::WouldBlock.into()),
            Received::End => Ok(0),
        }
    }
}

impl Write for Socket<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.write_vectored(&[IoSlice::new(bytes)])
    }

    fn write_vectored(&mut self, slices: &[IoSlice<'_>]) -> io::Result<usize> {
        self.send_slices(slices)?.ok_or_else(|| io::ErrorKind::WouldBlock.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn received(mut read: impl FnMut() -> Result<usize, Errno>) -> io::Result<Received> {
    loop {
        return match read() {
            Ok(0) => Ok(Received::End),
            Ok(bytes) => Ok(Received::Bytes(bytes)),
            Err(Errno::AGAIN) => Ok(Received::Nothing),
            Err(Errno::INTR) => continue,
            Err(error) => Err(error.into()),
        };
    }
}
