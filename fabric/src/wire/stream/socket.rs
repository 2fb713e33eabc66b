//! The calls to the socket, none of which waits or raises a signal.

use std::io::{self, IoSlice};
use std::net::TcpStream;

use rustix::io::Errno;
use rustix::net::{RecvFlags, SendAncillaryBuffer, SendFlags, recv, sendmsg};

use super::StreamError;
use super::buffer::Outbound;

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

/// Reads into a slice that is not empty.
pub(super) fn receive(socket: &TcpStream, into: &mut [u8]) -> Result<Received, StreamError> {
    received(|| recv(socket, &mut *into, RecvFlags::empty()).map(|(bytes, _)| bytes))
}

/// Reads into what is free of a vector's memory, of which there must be some.
pub(super) fn receive_more(
    socket: &TcpStream,
    into: &mut Vec<u8>,
) -> Result<Received, StreamError> {
    received(|| {
        let free = rustix::buffer::spare_capacity(into);
        recv(socket, free, RecvFlags::empty()).map(|(bytes, _)| bytes)
    })
}

/// Sends what is queued, and behind it a payload; says how much of the payload.
pub(super) fn send(
    socket: &TcpStream,
    queued: &mut Outbound,
    payload: &[u8],
) -> Result<usize, StreamError> {
    let mut taken = 0;
    while !queued.is_empty() || taken < payload.len() {
        let all = queued.len() + payload.len() - taken;
        let slices = [IoSlice::new(queued), IoSlice::new(&payload[taken..])];
        let Some(sent) = send_slices(socket, &slices).map_err(StreamError::Broken)? else { break };
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
pub(super) fn send_slices(socket: &TcpStream, slices: &[IoSlice<'_>]) -> io::Result<Option<usize>> {
    loop {
        let mut nothing = SendAncillaryBuffer::default();
        match sendmsg(socket, slices, &mut nothing, SendFlags::NOSIGNAL) {
            Ok(sent) => return Ok(Some(sent)),
            Err(Errno::AGAIN) => return Ok(None),
            Err(Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
}

fn received(mut read: impl FnMut() -> Result<usize, Errno>) -> Result<Received, StreamError> {
    loop {
        return match read() {
            Ok(0) => Ok(Received::End),
            Ok(bytes) => Ok(Received::Bytes(bytes)),
            Err(Errno::AGAIN) => Ok(Received::Nothing),
            Err(Errno::INTR) => continue,
            Err(error) => Err(StreamError::Broken(error.into())),
        };
    }
}
