//! What the endpoint's thread sleeps on.

use std::io;
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, OwnedFd};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use rustix::event::epoll::{self, CreateFlags, EventData, EventFlags};
use rustix::event::{EventfdFlags, Timespec, eventfd};
use rustix::io::Errno;

/// Sockets to be told of, each by a number.
pub(super) struct Poll {
    epoll: OwnedFd,
    /// What happened and was not taken yet, the last first.
    events: Vec<Event>,
}

/// What can happen to a socket.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Interest {
    pub(super) read: bool,
    pub(super) write: bool,
}

/// A socket has something to say.
#[derive(Clone, Copy, Debug)]
pub(super) struct Event {
    pub(super) number: u64,
    pub(super) read: bool,
    pub(super) write: bool,
    /// It broke, or both directions are shut.
    pub(super) broken: bool,
}

impl Poll {
    pub(super) fn new() -> io::Result<Self> {
        let epoll = epoll::create(CreateFlags::CLOEXEC)?;
        Ok(Self { epoll, events: Vec::new() })
    }

    pub(super) fn add(&self, socket: impl AsFd, number: u64, interest: Interest) -> io::Result<()> {
        let data = EventData::new_u64(number);
        Ok(epoll::add(&self.epoll, socket, data, interest.flags())?)
    }

    pub(super) fn change(
        &self,
        socket: impl AsFd,
        number: u64,
        interest: Interest,
    ) -> io::Result<()> {
        let data = EventData::new_u64(number);
        Ok(epoll::modify(&self.epoll, socket, data, interest.flags())?)
    }

    /// Closing a socket does not take it away as long as a forked child has it too.
    pub(super) fn remove(&self, socket: impl AsFd) {
        let _ = epoll::delete(&self.epoll, socket);
    }

    /// Waits for something to happen, so long at most; `None` is without end.
    pub(super) fn wait(&mut self, time: Option<Duration>) -> io::Result<()> {
        let mut buffer = [const { MaybeUninit::uninit() }; EVENTS];
        let time = time.map(timespec);
        let happened = match epoll::wait(&self.epoll, &mut buffer, time.as_ref()) {
            Ok((happened, _)) => happened,
            Err(Errno::INTR) => return Ok(()),
            Err(error) => return Err(error.into()),
        };
        self.events.extend(happened.iter().rev().map(Event::of));
        Ok(())
    }

    /// What the last wait found, one by one.
    pub(super) fn next(&mut self) -> Option<Event> {
        self.events.pop()
    }
}

impl Event {
    fn of(&epoll::Event { flags, data }: &epoll::Event) -> Self {
        Self {
            number: data.u64(),
            read: flags.contains(EventFlags::IN),
            write: flags.contains(EventFlags::OUT),
            broken: flags.intersects(EventFlags::ERR | EventFlags::HUP),
        }
    }
}

impl Interest {
    fn flags(self) -> EventFlags {
        let read = if self.read { EventFlags::IN } else { EventFlags::empty() };
        let write = if self.write { EventFlags::OUT } else { EventFlags::empty() };
        read | write
    }
}

/// Wakes the endpoint's thread, from any other.
pub(super) struct Bell {
    event: OwnedFd,
    rung: AtomicBool,
}

impl Bell {
    pub(super) fn new() -> io::Result<Self> {
        let event = eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK)?;
        Ok(Self { event, rung: AtomicBool::new(false) })
    }

    pub(super) fn ring(&self) {
        // Acquires and releases: what was done before it is seen by whoever hears it.
        if !self.rung.swap(true, Ordering::AcqRel) {
            // It cannot be full: it is written once for each time that it is read.
            let _ = rustix::io::write(&self.event, &1_u64.to_ne_bytes());
        }
    }

    /// What is rung for after this wakes again.
    pub(super) fn hear(&self) {
        let _ = rustix::io::read(&self.event, &mut [0_u8; 8]);
        // Acquire: pairs with the swap in `ring`.
        self.rung.swap(false, Ordering::AcqRel);
    }
}

impl AsFd for Bell {
    fn as_fd(&self) -> std::os::fd::BorrowedFd<'_> {
        self.event.as_fd()
    }
}

fn timespec(time: Duration) -> Timespec {
    Timespec { tv_sec: time.as_secs().min(MOST) as i64, tv_nsec: i64::from(time.subsec_nanos()) }
}

/// Seconds: as good as for ever.
const MOST: u64 = 1 << 20;
/// How many are told of at once.
const EVENTS: usize = 64;
