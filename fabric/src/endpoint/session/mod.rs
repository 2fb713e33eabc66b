//! One connection: what was asked on it, and what is being answered.
//!
//! ```text
//!           read                       serve, a turn at a time
//! socket ─► frames ─► asks, in order ─► answer ─┬─► small: queued, many in one write
//!                        ▲                      ├─► large: `body`, from where the object lies
//!                        └── held: pending ◄────┘
//! ```
//!
//! An object is looked up when its turn has come, and held no longer than its bytes are being sent:
//! a connection holds one object at most, however much was asked, and those that end `once` until
//! the reader confirms them.

mod answering;
mod asking;

use std::collections::VecDeque;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use wharf_shm::ObjectKey;

use super::common::Common;
use super::counters::{Account, Refused as Why};
use super::held::Ended;
use super::poll::Interest;
use super::source::Source;
use crate::security::PublicKey;
use crate::transport::{self, AskId};
use crate::wire::{Request, Stream, StreamError};

/// The name of a connection; none is used again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct SessionId(pub(super) u64);

/// See the [module](self).
pub(super) struct Session {
    id: SessionId,
    stream: Stream,
    from: IpAddr,
    stage: Stage,
    /// Who it is, once that is proved.
    account: Option<Arc<Account>>,
    /// Whether this reader may open plain connections.
    plain: bool,
    asks: VecDeque<Asked>,
    held: Vec<Held>,
    /// Objects that end `once` and were given on this connection, by the requests that they were
    /// given to, until the reader confirms. With the connection they are there for others again.
    claims: Vec<(AskId, Source)>,
    body: Option<Body>,
    /// There may be frames that were not read for want of room.
    unread: bool,
    /// The socket takes no more for now.
    blocked: bool,
    /// When it was accepted.
    began: Instant,
    /// When something was last asked or taken.
    moved: Instant,
    /// What the poll was last told.
    pub(super) interest: Interest,
    /// Whether it waits for a turn.
    pub(super) queued: bool,
}

enum Stage {
    /// Nothing is proved yet.
    Handshake,
    /// It is this peer; it has yet to say what it speaks.
    Hello(PublicKey),
    Open(PublicKey),
}

/// A request whose turn has not come.
struct Asked {
    id: AskId,
    request: Request,
    /// How long it may be held.
    until: Instant,
}

/// A request for an object that is not to be had yet.
struct Held {
    asked: Asked,
    key: ObjectKey,
    why: transport::Held,
    /// When the reader is next told that it is.
    tell: Instant,
}

/// Bytes that are being sent.
struct Body {
    source: Source,
    at: u64,
    left: u64,
}

/// How a turn ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Turn {
    /// There is more to do at once.
    More,
    /// Until something happens.
    Done,
}

/// Why a connection is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Over {
    /// The peer is gone.
    Gone,
    Refused(Why),
}

impl Session {
    pub(super) fn new(id: SessionId, stream: Stream, from: IpAddr, now: Instant) -> Self {
        Self {
            id,
            stream,
            from,
            stage: Stage::Handshake,
            account: None,
            plain: false,
            asks: VecDeque::new(),
            held: Vec::new(),
            claims: Vec::new(),
            body: None,
            unread: false,
            blocked: false,
            began: now,
            moved: now,
            interest: Interest { read: true, write: false },
            queued: false,
        }
    }

    /// Whether the peer has proved who it is.
    pub(super) fn is_proven(&self) -> bool {
        self.account.is_some()
    }

    /// Whether it is in the middle of a large answer.
    pub(super) fn is_sending(&self) -> bool {
        self.body.is_some()
    }

    /// Since when nothing was asked; `None` if something was that is not answered.
    pub(super) fn idle_since(&self) -> Option<Instant> {
        let is_answered = self.asks.is_empty() && self.held.is_empty() && self.body.is_none();
        (is_answered && self.claims.is_empty() && !self.blocked).then_some(self.moved)
    }

    pub(super) fn stream(&self) -> &Stream {
        &self.stream
    }

    /// What the poll should tell.
    pub(super) fn wants(&self, common: &Common) -> Interest {
        let write = self.blocked || self.stream.wants_write();
        Interest { read: !self.unread && self.has_room(common), write }
    }

    /// Takes a turn: reads what was asked, if there may be something, and answers some of it, with
    /// no more than `quantum` bytes of large objects.
    pub(super) fn turn(
        &mut self,
        common: &mut Common,
        readable: bool,
        quantum: usize,
    ) -> Result<Turn, Over> {
        if readable || self.unread {
            self.read(common)?;
        }
        let turn = self.serve(common, quantum)?;
        let has_more = self.unread && self.has_room(common);
        self.schedule(common);
        Ok(if has_more && !self.blocked { Turn::More } else { turn })
    }

    /// Whether something has come from a reader who was waited for. What broke is found out by a turn.
    pub(super) fn is_asked(&mut self) -> bool {
        let expects = matches!(self.stage, Stage::Open(_)) && self.idle_since().is_some();
        expects && self.stream.has_arrived().unwrap_or(true)
    }

    /// Nothing is expected soon.
    pub(super) fn rest(&mut self) {
        self.stream.rest();
    }

    /// The socket can be written to again.
    pub(super) fn unblock(&mut self) {
        self.blocked = false;
    }

    /// There may be something to read, when its turn has come.
    pub(super) fn note_readable(&mut self, readable: bool) {
        self.unread |= readable;
    }

    /// An object that it waits for is settled.
    pub(super) fn settled(&mut self, ended: &Ended, common: &Common) {
        let settled: Vec<_> = self.held.extract_if(.., |held| held.key == ended.key).collect();
        for Held { asked, .. } in settled {
            match &ended.failed {
                Some(no) => self.refuse(asked.id, no.clone(), common),
                None => self.asks.push_back(asked),
            }
        }
    }

    /// Looks what time it is.
    pub(super) fn tick(&mut self, common: &mut Common) -> Result<(), Over> {
        let (now, limits) = (common.now, &common.limits);
        if !matches!(self.stage, Stage::Open(_)) && now >= self.began + limits.handshake {
            return Err(Over::Refused(Why::Slow));
        }
        if self.owes() && now >= self.moved + limits.stall {
            return Err(Over::Refused(Why::Stalled));
        }
        if self.idle_since().is_some_and(|since| now >= since + limits.idle) {
            return Err(Over::Refused(Why::Idle));
        }
        self.tell_held(common);
        Ok(())
    }

    /// Lets go of everything.
    pub(super) fn end(mut self, common: &mut Common, over: Over) {
        // Before the reader can know: it may ask again on another connection.
        self.body = None;
        self.claims.clear();
        for held in &self.held {
            common.held.forget(&held.key, self.id);
        }
        if let Some(account) = &self.account {
            account.leave();
        }
        common.timers.clear(self.id);
        if let Over::Refused(why) = over {
            common.tally.refuse(why);
            tracing::debug!(from = %self.from, ?why, "a connection is closed");
        }
        match over {
            // What it did not take, nobody keeps for it.
            Over::Refused(Why::Stalled) => {
                let _ =
                    socket2::SockRef::from(self.stream.socket()).set_linger(Some(Duration::ZERO));
            }
            // Not a byte.
            Over::Refused(Why::Token | Why::Slow | Why::Foreign) => {}
            _ => self.stream.close(),
        }
        // What is counted no more, is there no more.
        drop(self);
        common.tally.close();
    }

    /// Whether the reader has to take something, or to confirm it.
    fn owes(&self) -> bool {
        self.blocked || (!self.claims.is_empty() && self.asks.is_empty() && self.held.is_empty())
    }

    fn has_room(&self, common: &Common) -> bool {
        self.asks.len() + self.held.len() < common.limits.asks.max(1)
    }

    /// When to look at the time next.
    fn schedule(&self, common: &mut Common) {
        let limits = &common.limits;
        let at = match self.stage {
            Stage::Open(_) if self.owes() => self.moved + limits.stall,
            Stage::Open(_) => self.moved + limits.idle,
            _ => self.began + limits.handshake,
        };
        let held = self.held.iter().map(|held| held.tell.min(held.asked.until)).min();
        common.timers.set(self.id, held.map_or(at, |held| held.min(at)));
    }
}

impl From<StreamError> for Over {
    fn from(error: StreamError) -> Self {
        match error {
            StreamError::Closed | StreamError::Broken(_) => Over::Gone,
            StreamError::Foreign { .. } | StreamError::OtherProtocol => Over::Refused(Why::Foreign),
            StreamError::Protocol(_) => Over::Refused(Why::Malformed),
            _ => Over::Refused(Why::Handshake),
        }
    }
}
