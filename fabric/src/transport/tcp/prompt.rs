//! Requests on a connection that is warm, and their answers: what a [`Session`](super::Session) does,
//! without what it takes to have many lanes, to open them and to lose them.

use std::sync::Arc;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use wharf_shm::Wait;

use super::book::Came;
use super::connection::Connection;
use super::lane::receive;
use super::pool::{Place, Pool};
use super::session::{SPIN, spin};
use crate::ticket::Route;
use crate::transport::{Answer, Ask, Landing, Peer, Time};

/// A warm connection of a [`Pool`], which gets it back if nothing is on its way when this is dropped.
///
/// Whatever goes wrong is for a session to find out about, and to mend: here it is `None`.
pub(crate) struct Prompt {
    pool: Arc<Pool>,
    place: Place,
    /// There until it is dropped.
    connection: Option<Box<Connection>>,
    spin: Duration,
    adaptive: bool,
    /// When it was last looked.
    now: Time,
}

impl Prompt {
    /// By the first of these routes that a connection rests of.
    pub(crate) fn take(
        pool: &Arc<Pool>,
        peer: &Peer,
        routes: &[Route],
        wait: Wait,
    ) -> Option<Self> {
        let now = Instant::now();
        routes.iter().find_map(|route| {
            let Route::Tcp(address) = *route;
            let place = Place { key: peer.key, address };
            let connection = Some(pool.take_warm(&place, now)?);
            let now = Time(now.saturating_duration_since(pool.epoch));
            let (spin, adaptive) = (spin(wait), wait == Wait::Adaptive);
            Some(Self { pool: pool.clone(), place, connection, spin, adaptive, now })
        })
    }

    /// When it was last looked at the clock.
    pub(crate) fn now(&self) -> Time {
        self.now
    }

    /// So many answers are on their way: whoever spins for a moment before it sleeps does so for as long as they take.
    pub(crate) fn expect(&mut self, answers: usize) {
        self.now = Time(self.pool.epoch.elapsed());
        if self.adaptive {
            self.spin = SPIN + EACH * answers as u32;
        }
    }

    /// Sends a request.
    pub(crate) fn ask(&mut self, ask: &Ask) -> Option<()> {
        self.queue(ask)?;
        self.flush()
    }

    /// Has a request sent with what follows.
    pub(crate) fn queue(&mut self, ask: &Ask) -> Option<()> {
        self.connection.as_mut()?.ask(ask, self.now);
        Some(())
    }

    /// Sends what was queued, as far as it can be now.
    pub(crate) fn flush(&mut self) -> Option<()> {
        self.connection.as_mut()?.flush().ok()
    }

    /// The answer to what was asked; its bytes are yet to [arrive](Self::arrive).
    pub(crate) fn answer(&mut self, until: Time) -> Option<Answer> {
        loop {
            match self.next(until, &mut Nowhere)? {
                Came::Answer(_, answer) => return Some(answer),
                Came::Held(..) | Came::Arrived(..) => return None,
                Came::Welcome(_) | Came::Tokens(_) | Came::Ignored => {}
            }
        }
    }

    /// So many bytes of an answer.
    pub(crate) fn arrive(&mut self, len: u64, until: Time, to: &mut dyn Landing) -> Option<()> {
        let mut arrived = 0;
        while arrived < len {
            match self.next(until, to)? {
                Came::Arrived(_, bytes) => arrived = bytes,
                _ => return None,
            }
        }
        Some(())
    }

    /// What comes next, of whichever was asked.
    pub(crate) fn next(&mut self, until: Time, to: &mut dyn Landing) -> Option<Came> {
        let connection = self.connection.as_mut()?;
        let spins = self.now + self.spin;
        loop {
            connection.flush().ok()?;
            if let Some(came) = receive(connection, &self.pool, &self.place, self.now, to).ok()? {
                return Some(came);
            }
            if self.now >= until {
                return None;
            }
            if self.now < spins {
                std::hint::spin_loop();
            } else {
                sleep(connection, until.since(self.now));
            }
            self.now = Time(self.pool.epoch.elapsed());
        }
    }
}

impl Drop for Prompt {
    fn drop(&mut self) {
        match self.connection.take() {
            Some(connection) if connection.is_at_rest() => {
                self.pool.give_back(&self.place, connection);
            }
            // What else rests there is likely to share its fate.
            _ => self.pool.forget(&self.place),
        }
    }
}

/// Until something comes, or can be sent.
fn sleep(connection: &Connection, time: Duration) {
    let out = if connection.stream.wants_write() { PollFlags::OUT } else { PollFlags::empty() };
    let mut sockets = [PollFd::new(connection, PollFlags::IN | out)];
    // Interrupted, or out of memory: it is looked at again.
    let _ = poll(&mut sockets, Timespec::try_from(time).ok().as_ref());
}

/// What an endpoint takes for an answer, about.
const EACH: Duration = Duration::from_micros(1);

/// Nothing can land before it is known what.
struct Nowhere;

impl Landing for Nowhere {
    fn room(&mut self, _: crate::transport::AskId, _: u64, _: usize) -> &mut [u8] {
        &mut []
    }
}
