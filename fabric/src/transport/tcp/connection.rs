//! One connection to an endpoint.

use std::os::fd::{AsFd, BorrowedFd};
use std::time::{Duration, Instant};

use rustix::io::Errno;
use rustix::net::{RecvFlags, recv};
use wharf_shm::NodeId;

use super::book::{Book, Came};
use super::failure::{self, Misfit};
use crate::security::Token;
use crate::transport::{Ask, AskId, Failure, Landing, Time};
use crate::wire::{FrameError, HEADER, Reply, Request, Stream};

/// A connection that frames go over. It rests in a pool while nothing is on its way, with 17 KiB of
/// memory at most, and what TLS needs. Dropped, it is closed without a word.
pub(super) struct Connection {
    pub(super) stream: Stream,
    book: Book,
    /// How many calls have taken it out of the pool.
    pub(super) uses: u32,
    /// Since when it rests there.
    pub(super) rests: Instant,
}

impl Connection {
    /// `token` is what it was opened with if it is plain.
    pub(super) fn new(stream: Stream, node: NodeId, token: Option<Token>) -> Box<Self> {
        Box::new(Self { stream, book: Book::new(node, token), uses: 0, rests: Instant::now() })
    }

    pub(super) fn is_plain(&self) -> bool {
        self.book.token.is_some()
    }

    /// Which start of an endpoint it leads to; `None` until it was greeted.
    pub(super) fn endpoint(&self) -> Option<[u8; 16]> {
        self.book.greeted.map(|greeted| greeted.endpoint)
    }

    /// Whether losses do not make it slower, as far as its origin has said.
    pub(super) fn is_steady(&self) -> bool {
        self.book.greeted.is_some_and(|greeted| greeted.steady)
    }

    /// Whether it rests for so long that the origin is about to close it.
    pub(super) fn has_rested(&self, now: Instant) -> bool {
        let idle = self.book.greeted.map_or(Duration::ZERO, |greeted| greeted.idle);
        now.saturating_duration_since(self.rests) >= idle / 4 * 3
    }

    /// Whether nothing is on its way, in either direction.
    pub(super) fn is_at_rest(&self) -> bool {
        self.book.is_clear() && !self.stream.wants_write()
    }

    /// Whether a connection at rest is as it was left: open, and without a word from the peer.
    pub(super) fn is_quiet(&self) -> bool {
        let flags = RecvFlags::PEEK | RecvFlags::DONTWAIT;
        matches!(recv(&self.stream, &mut [0_u8; 1], flags), Err(Errno::AGAIN))
    }

    /// Queues an ask, to be sent by [`flush`](Self::flush).
    pub(super) fn ask(&mut self, ask: &Ask, now: Time) {
        self.queue(&Request::from(ask), ask.id);
        self.book.ask(ask, now);
    }

    pub(super) fn queue(&mut self, request: &Request, id: AskId) {
        request.encode(id, self.stream.queue());
    }

    /// Sends what is queued, as far as the socket takes it.
    pub(super) fn flush(&mut self) -> Result<(), Failure> {
        if self.stream.wants_write() {
            self.stream.flush().map_err(|error| self.failed(error))?;
        }
        Ok(())
    }

    /// When it is to be given up, unless something is heard before.
    pub(super) fn gives_up(&self) -> Option<Time> {
        self.book.gives_up()
    }

    /// What came next, and how many bytes it was. With nothing, the socket can be polled.
    pub(super) fn receive(
        &mut self,
        now: Time,
        landing: &mut dyn Landing,
    ) -> Result<Option<(Came, usize)>, Failure> {
        if self.book.payload.is_some() {
            return self.receive_payload(now, landing);
        }
        let frame = match self.stream.receive() {
            Ok(Some(frame)) => frame,
            Ok(None) => return Ok(None),
            Err(error) => return Err(self.failed(error)),
        };
        self.book.hear(now);
        let bytes = HEADER + frame.body.len();
        let came = match Reply::parse(&frame.header, frame.body) {
            Ok(reply) => self.book.reply(AskId(frame.header.id), reply).map_err(Misfit::failure)?,
            Err(FrameError::Unknown { ignorable: true, .. }) => Came::Ignored,
            Err(error) => return Err(failure::broken(error.into())),
        };
        Ok(Some((came, bytes)))
    }

    fn receive_payload(
        &mut self,
        now: Time,
        landing: &mut dyn Landing,
    ) -> Result<Option<(Came, usize)>, Failure> {
        let Some(payload) = &mut self.book.payload else { return Ok(None) };
        let due = payload.end - payload.at;
        let most = usize::try_from(due).unwrap_or(usize::MAX).min(PORTION);
        let room = landing.room(payload.ask, payload.at, most);
        let len = room.len().min(most);
        if len == 0 {
            return Err(failure::unwanted());
        }
        let bytes = self.stream.receive_payload(&mut room[..len]).map_err(failure::broken)?;
        if bytes == 0 {
            return Ok(None);
        }
        payload.at += bytes as u64;
        payload.arrived += bytes as u64;
        let came = Came::Arrived(payload.ask, payload.arrived);
        if payload.at == payload.end {
            self.book.payload = None;
        }
        self.book.hear(now);
        Ok(Some((came, bytes)))
    }

    fn failed(&self, error: crate::wire::StreamError) -> Failure {
        if self.is_plain() && self.book.greeted.is_none() {
            failure::turned_away(error)
        } else {
            failure::broken(error)
        }
    }
}

impl AsFd for Connection {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.stream.as_fd()
    }
}

/// Bytes that land at once, at most: what takes no longer than a millisecond or so.
const PORTION: usize = 4 << 20;
