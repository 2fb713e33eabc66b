//! The endpoint's thread: it accepts, tells whose turn it is, and looks at the time.
//!
//! ```text
//! ┌► sleep until something happens, or is due
//! │  small requests at once ─────────────────────────────┐
//! │  a turn for one of those that send much, round robin │ Session::turn
//! │  a turn for one of those that prove who they are ────┘
//! └──────────────────────────────────────
//! ```
//!
//! A handshake costs as much as hundreds of small requests, and whoever wants can begin one: so a
//! storm of them has a turn for each that the readers have, and waits in the kernel's queue.
//!
//! # Invariants
//!
//! * A session is taken from the poll before its socket is closed: in a forked child the socket
//!   lives on, and would be reported for ever.
//! * Nothing that a session does ends the thread: one that panics is closed, and the others go on.

mod accepting;

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::io;
use std::net::Shutdown;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use rustls::ServerConfig;
use wharf_shm::Wait;

use crate::endpoint::common::Common;
use crate::endpoint::counters::Refused;
use crate::endpoint::listen::Listener;
use crate::endpoint::poll::{Bell, Event, Interest, Poll};
use crate::endpoint::session::{Over, Session, SessionId, Turn};

/// See the [module](self).
pub(super) struct Server {
    poll: Poll,
    control: Arc<Control>,
    listeners: Vec<Listener>,
    tls: Arc<ServerConfig>,
    common: Common,
    sessions: HashMap<SessionId, Box<Session>>,
    /// Those that have not proved who they are, the oldest first.
    unproven: BTreeSet<SessionId>,
    /// Those that have more to do, in the order of their turns.
    ready: VecDeque<SessionId>,
    /// Those whose handshake may go on, in the order of their turns.
    proving: VecDeque<SessionId>,
    next: u64,
    /// Whether the poll tells of those who want to connect.
    accepting: bool,
    /// Until when nobody is accepted, as there are no descriptors left.
    paused: Option<Instant>,
    /// How long to look for more after an answer, without sleeping.
    spin: Duration,
    /// When something was last done for somebody.
    active: Instant,
    /// Whose turn it is.
    current: Option<SessionId>,
    /// Whoever was served last, and is likely to ask again.
    last: Option<SessionId>,
    /// How often in a row nobody else was looked at.
    favours: u32,
}

/// What others tell the thread.
pub(super) struct Control {
    pub(super) bell: Arc<Bell>,
    closing: AtomicBool,
}

impl Control {
    pub(super) fn new() -> io::Result<Arc<Self>> {
        Ok(Arc::new(Self { bell: Arc::new(Bell::new()?), closing: AtomicBool::new(false) }))
    }

    pub(super) fn close(&self) {
        // Release: pairs with the Acquire in `Server::run`.
        self.closing.store(true, Ordering::Release);
        self.bell.ring();
    }
}

impl Server {
    pub(super) fn new(
        common: Common,
        listeners: Vec<Listener>,
        tls: Arc<ServerConfig>,
        control: Arc<Control>,
        wait: Wait,
    ) -> io::Result<Self> {
        let poll = Poll::new()?;
        let reads = Interest { read: true, write: false };
        poll.add(&*control.bell, BELL, reads)?;
        for (number, listener) in (LISTENERS..).zip(&listeners) {
            poll.add(&listener.socket, number, reads)?;
        }
        let active = common.now;
        Ok(Self {
            poll,
            control,
            next: LISTENERS + listeners.len() as u64,
            listeners,
            tls,
            common,
            sessions: HashMap::new(),
            unproven: BTreeSet::new(),
            ready: VecDeque::new(),
            proving: VecDeque::new(),
            accepting: true,
            paused: None,
            spin: match wait {
                Wait::Block => Duration::ZERO,
                Wait::Adaptive => ADAPTIVE,
                Wait::Spin => SPIN,
            },
            active,
            current: None,
            last: None,
            favours: 0,
        })
    }

    /// Serves, until it is told to end.
    pub(super) fn run(mut self) {
        // Acquire: pairs with the Release in `Control::close`.
        while !self.control.closing.load(Ordering::Acquire) {
            if catch_unwind(AssertUnwindSafe(|| self.round())).is_err() {
                let _ = catch_unwind(AssertUnwindSafe(|| self.recover()));
            }
        }
        for listener in &self.listeners {
            // A forked child may have it too, and must not keep the port.
            let _ = listener.socket.shutdown(Shutdown::Both);
        }
        let all: Vec<_> = self.sessions.keys().copied().collect();
        all.into_iter().for_each(|id| self.end(id, Over::Gone));
    }

    /// Goes on after a panic, without the session whose turn it was.
    #[cold]
    fn recover(&mut self) {
        tracing::error!("an endpoint's connection panicked, and is closed; the others go on");
        match self.current.take() {
            Some(id) => self.end(id, Over::Refused(Refused::Other)),
            // Not to spin, whatever it is.
            None => std::thread::sleep(PAUSE),
        }
    }

    pub(super) fn round(&mut self) {
        let time = self.time_to_sleep();
        let nobody_waits = self.ready.is_empty() && self.proving.is_empty();
        if time == Some(Duration::ZERO) && nobody_waits && self.look_at_the_last() {
            return;
        }
        self.favours = 0;
        if let Err(error) = self.poll.wait(time) {
            tracing::error!(%error, "an endpoint cannot wait for its connections");
            std::thread::sleep(PAUSE);
        }
        self.common.now = Instant::now();
        while let Some(event) = self.poll.next() {
            match event.number {
                BELL => self.hear(),
                number if number < LISTENERS + self.listeners.len() as u64 => {
                    self.accept((number - LISTENERS) as usize);
                }
                number => self.happened(SessionId(number), event),
            }
        }
        self.look_at_the_time();
        if let Some(id) = self.ready.pop_front() {
            self.take_turn(id, false);
        }
        while let Some(id) = self.proving.pop_front() {
            if self.take_turn(id, true) {
                break;
            }
        }
        self.listen_if_there_is_room();
    }

    /// The turn of one that waited for it; `false` if it is gone.
    fn take_turn(&mut self, id: SessionId, readable: bool) -> bool {
        let Some(session) = self.sessions.get_mut(&id) else { return false };
        session.queued = false;
        self.turn_of(id, readable, QUANTUM);
        true
    }

    /// Looks a few times whether the one who was served last asks again, which costs less than to ask
    /// after everybody.
    fn look_at_the_last(&mut self) -> bool {
        let Some(id) = self.last.filter(|_| self.favours < FAVOURS) else { return false };
        let Some(session) = self.sessions.get_mut(&id) else { return false };
        self.favours += 1;
        let asked = (0..LOOKS).any(|_| session.is_asked());
        if asked {
            self.common.now = Instant::now();
            self.turn(id, true);
        }
        asked
    }

    /// Nobody, or another, is likely to ask next: what the one before has for that is given back.
    fn expect(&mut self, next: Option<SessionId>) {
        let last = std::mem::replace(&mut self.last, next).filter(|last| Some(*last) != next);
        if let Some(session) = last.and_then(|last| self.sessions.get_mut(&last)) {
            session.rest();
        }
    }

    /// `None` is until something happens.
    fn time_to_sleep(&mut self) -> Option<Duration> {
        let now = Instant::now();
        let waiting = !self.ready.is_empty() || !self.proving.is_empty();
        if waiting || (!self.spin.is_zero() && now - self.active < self.spin) {
            return Some(Duration::ZERO);
        }
        self.expect(None);
        let resumes = self.paused.map(|until| until.saturating_duration_since(now));
        [self.common.timers.left(now), resumes].into_iter().flatten().min()
    }

    fn look_at_the_time(&mut self) {
        let now = self.common.now;
        if self.paused.is_some_and(|until| until <= now) {
            self.paused = None;
        }
        while let Some(id) = self.common.timers.due(now) {
            let Some(session) = self.sessions.get_mut(&id) else { continue };
            self.current = Some(id);
            match session.tick(&mut self.common) {
                Ok(()) => self.turn(id, false),
                Err(over) => self.end(id, over),
            }
        }
    }

    /// Some objects are settled, or the endpoint is to close.
    fn hear(&mut self) {
        self.control.bell.hear();
        for ended in self.common.held.settled() {
            for &id in &ended.sessions {
                if let Some(session) = self.sessions.get_mut(&id) {
                    session.settled(&ended, &self.common);
                    self.turn(id, false);
                }
            }
        }
    }

    fn happened(&mut self, id: SessionId, event: Event) {
        let Some(session) = self.sessions.get_mut(&id) else { return };
        if event.write {
            session.unblock();
        }
        if event.broken {
            // What was said before still counts; but a handshake has nobody to go on for.
            if session.is_proven() {
                self.turn(id, true);
            }
            self.end(id, Over::Gone);
        } else if !session.is_proven() {
            self.queue(id);
        } else if session.is_sending() {
            // Those who want much wait for their turn.
            session.note_readable(event.read);
            self.queue(id);
        } else {
            self.turn(id, event.read);
        }
    }

    /// What is done as soon as something happens.
    fn turn(&mut self, id: SessionId, readable: bool) {
        self.turn_of(id, readable, AT_FIRST);
    }

    fn turn_of(&mut self, id: SessionId, readable: bool, quantum: usize) {
        let Some(session) = self.sessions.get_mut(&id) else { return };
        self.current = Some(id);
        let turn = session.turn(&mut self.common, readable, quantum);
        self.current = None;
        self.active = self.common.now;
        self.expect(Some(id));
        match turn {
            Err(over) => return self.end(id, over),
            Ok(Turn::More) => self.queue(id),
            Ok(Turn::Done) => {}
        }
        let Some(session) = self.sessions.get_mut(&id) else { return };
        if session.is_proven() {
            self.unproven.remove(&id);
        }
        let wants = session.wants(&self.common);
        if wants != session.interest {
            session.interest = wants;
            if let Err(error) = self.poll.change(session.stream().socket(), id.0, wants) {
                tracing::warn!(%error, "a connection cannot be waited for");
                self.end(id, Over::Gone);
            }
        }
    }

    fn queue(&mut self, id: SessionId) {
        if let Some(session) = self.sessions.get_mut(&id)
            && !std::mem::replace(&mut session.queued, true)
        {
            let turns = if session.is_proven() { &mut self.ready } else { &mut self.proving };
            turns.push_back(id);
        }
    }

    fn end(&mut self, id: SessionId, over: Over) {
        self.current = None;
        let Some(session) = self.sessions.remove(&id) else { return };
        self.unproven.remove(&id);
        self.poll.remove(session.stream().socket());
        session.end(&mut self.common, over);
    }
}

/// The poll's names: this, then the listeners, then sessions.
const BELL: u64 = 0;
const LISTENERS: u64 = 1;
/// What one connection may be sent in its turn.
const QUANTUM: usize = 1 << 20;
/// What it may be sent at once, and then waits for its turn: all may begin in one round.
const AT_FIRST: usize = 64 << 10;
/// Looks at one connection between two at all of them: together they take about as long as one of those.
const LOOKS: usize = 8;
/// So often in a row at most, whoever else waits.
const FAVOURS: u32 = 16;
/// How long nobody is accepted after descriptors ran out.
const PAUSE: Duration = Duration::from_millis(100);
/// Less than a request takes to come after an answer, where it is to come at once.
const ADAPTIVE: Duration = Duration::from_micros(50);
/// As long as somebody who spins too will hardly be silent.
const SPIN: Duration = Duration::from_millis(2);
