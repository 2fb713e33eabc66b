//! Who is let in, and who makes room.

use std::io;
use std::net::TcpStream;

use super::{Interest, LISTENERS, PAUSE, Server};
use crate::endpoint::counters::Refused;
use crate::endpoint::session::{Over, Session, SessionId};
use crate::wire::Stream;

impl Server {
    pub(super) fn accept(&mut self, listener: usize) {
        for _ in 0..AT_ONCE {
            if self.is_crowded() {
                return;
            }
            match self.listeners[listener].socket.accept() {
                Ok((socket, from)) => {
                    let from = from.as_socket().map(|from| from.ip().to_canonical());
                    if let Some(from) = from {
                        let socket = socket.into();
                        self.listeners[listener].pacing.begin(&socket);
                        self.admit(socket, from);
                    }
                }
                Err(error) => {
                    match error.raw_os_error().map(rustix::io::Errno::from_raw_os_error) {
                        Some(rustix::io::Errno::AGAIN) => return,
                        Some(
                            rustix::io::Errno::MFILE
                            | rustix::io::Errno::NFILE
                            | rustix::io::Errno::NOBUFS
                            | rustix::io::Errno::NOMEM,
                        ) => return self.pause(&error),
                        // Whoever it was is gone again.
                        _ => {}
                    }
                }
            }
        }
    }

    fn admit(&mut self, socket: TcpStream, from: std::net::IpAddr) {
        self.common.tally.accept();
        self.make_room();
        let id = SessionId(self.next);
        self.next += 1;
        let reads = Interest { read: true, write: false };
        let stream = match Stream::accept(socket, self.tls.clone()) {
            Ok(stream) if self.poll.add(stream.socket(), id.0, reads).is_ok() => stream,
            _ => return self.common.tally.close(),
        };
        let session = Session::new(id, stream, from, self.common.now);
        self.sessions.insert(id, Box::new(session));
        self.unproven.insert(id);
        // Often its first bytes are there already.
        self.queue(id);
    }

    /// Closes who is needed least, if there are as many as there may be.
    fn make_room(&mut self) {
        let limits = &self.common.limits;
        if self.unproven.len() >= limits.unproven.max(1)
            && let Some(oldest) = self.unproven.first().copied()
        {
            self.end(oldest, Over::Refused(Refused::TooMany));
        }
        let limits = &self.common.limits;
        if self.sessions.len() >= limits.connections.max(1)
            && let Some(least) = self.least_needed()
        {
            self.end(least, Over::Refused(Refused::TooMany));
        }
    }

    /// Of those that may have been idle for long, the one that was; an unproven one if there is none,
    /// and else whoever was to be looked at next.
    fn least_needed(&self) -> Option<SessionId> {
        let timers = &self.common.timers;
        let idle = timers.sessions().take(LOOKED_AT).filter_map(|id| {
            let since = self.sessions.get(&id)?.idle_since()?;
            Some((since, id))
        });
        let longest = idle.min().map(|(_, id)| id);
        longest.or_else(|| self.unproven.first().copied()).or_else(|| timers.sessions().next())
    }

    /// Accepts nobody for a moment, instead of being told without end that it cannot.
    #[cold]
    fn pause(&mut self, error: &io::Error) {
        if self.paused.is_none() {
            tracing::warn!(%error, "an endpoint cannot accept connections, and tries again soon");
        }
        self.paused = Some(self.common.now + PAUSE);
        // Readers keep what they have: it may be others in this process who use so many.
        if let Some(oldest) = self.unproven.first().copied() {
            self.end(oldest, Over::Refused(Refused::TooMany));
        }
    }

    /// Whether nobody else is accepted before some have had their turn.
    fn is_crowded(&self) -> bool {
        self.proving.len() >= CROWD
    }

    pub(super) fn listen_if_there_is_room(&mut self) {
        let accepts = self.paused.is_none() && !self.is_crowded();
        if accepts == self.accepting {
            return;
        }
        self.accepting = accepts;
        let interest = Interest { read: accepts, write: false };
        for (number, listener) in (LISTENERS..).zip(&self.listeners) {
            if let Err(error) = self.poll.change(&listener.socket, number, interest) {
                tracing::error!(%error, "an endpoint's port cannot be waited for");
            }
        }
    }
}

/// Connections accepted before the others get their turn.
const AT_ONCE: usize = 32;
/// So many may wait for a turn of their handshakes; the kernel keeps the others.
const CROWD: usize = 64;
/// Sessions looked at for one that is idle.
const LOOKED_AT: usize = 64;
