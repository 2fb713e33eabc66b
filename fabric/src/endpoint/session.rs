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
//! a connection holds one object at most, however much was asked.

use std::collections::VecDeque;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::{Duration, Instant};

use wharf_shm::{Claim, ObjectKey, State};

use super::common::Common;
use super::counters::{Account, Refused as Why};
use super::poll::Interest;
use super::source::{self, Found, No, Source, Want};
use crate::security::PublicKey;
use crate::transport::AskId;
use crate::wire::{
    Frame, FrameError, Hello, Refused, Reply, Request, Stream, StreamError, VERSION,
};

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
    claims: Vec<(AskId, Arc<Claim>)>,
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

/// A request for a pending object.
struct Held {
    asked: Asked,
    key: ObjectKey,
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

    /// Takes a turn: reads what was asked, if there may be something, and answers some of it.
    pub(super) fn turn(&mut self, common: &mut Common, readable: bool) -> Result<Turn, Over> {
        if readable || self.unread {
            self.read(common)?;
        }
        let turn = self.serve(common)?;
        let has_more = self.unread && self.has_room(common);
        self.schedule(common);
        Ok(if has_more && !self.blocked { Turn::More } else { turn })
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
    pub(super) fn settled(&mut self, key: &ObjectKey) {
        let settled = self.held.extract_if(.., |held| held.key == *key);
        self.asks.extend(settled.map(|held| held.asked));
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
            account.connections.fetch_sub(1, Relaxed);
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

/// Being asked.
impl Session {
    fn read(&mut self, common: &mut Common) -> Result<(), Over> {
        self.unread = false;
        if matches!(self.stage, Stage::Handshake) && !self.prove(common)? {
            return Ok(());
        }
        loop {
            if !self.has_room(common) {
                self.unread = true;
                return Ok(());
            }
            let (id, request) = match self.stream.receive() {
                Ok(None) => return Ok(()),
                Ok(Some(Frame { header, body })) => {
                    (AskId(header.id), Request::parse(&header, body))
                }
                Err(StreamError::Protocol(error)) => (AskId(0), Err(error)),
                Err(error) => return Err(error.into()),
            };
            self.moved = common.now;
            match request {
                Ok(request) => self.take(id, request, common)?,
                Err(FrameError::Unknown { ignorable: true, .. }) => {}
                Err(FrameError::Unknown { kind, .. }) if matches!(self.stage, Stage::Open(_)) => {
                    let text = format!("this endpoint does not know requests of kind {kind}");
                    self.refuse(id, No::because(Refused::UNSUPPORTED, text), common);
                }
                Err(error) => return Err(self.malformed(id, &error.to_string())),
            }
        }
    }

    /// Goes on with the handshake; whether the peer is known.
    fn prove(&mut self, common: &mut Common) -> Result<bool, Over> {
        if !self.stream.handshake()? {
            return Ok(false);
        }
        let Some(id) = self.stream.token() else {
            let Some(peer) = self.stream.peer() else {
                return Err(Over::Refused(Why::Handshake));
            };
            self.admit(peer, common)?;
            self.stage = Stage::Hello(peer);
            return Ok(true);
        };
        let token = common.tokens.redeem(&id, self.from, common.now);
        let token = token.ok_or(Over::Refused(Why::Token))?;
        self.admit(token.peer, common)?;
        self.stage = Stage::Open(token.peer);
        let mut welcome = common.welcome(VERSION, token.answer);
        // It is one, by a token that was given in accordance.
        welcome.plain = true;
        Reply::Welcome(welcome).encode(AskId(0), self.stream.queue());
        Ok(true)
    }

    /// Counts it as its peer's.
    fn admit(&mut self, peer: PublicKey, common: &mut Common) -> Result<(), Over> {
        let account = common.tally.account(peer, self.from, common.limits.readers);
        if account.connections.load(Relaxed) >= common.limits.connections_per_peer {
            let text = "this endpoint has as many connections of yours as it keeps";
            return Err(self.farewell(AskId(0), Refused::BUSY, text, Why::TooMany));
        }
        account.connections.fetch_add(1, Relaxed);
        self.account = Some(account);
        Ok(())
    }

    fn take(&mut self, id: AskId, request: Request, common: &mut Common) -> Result<(), Over> {
        match (&self.stage, request) {
            (Stage::Hello(peer), Request::Hello(hello)) => self.greet(id, *peer, &hello, common),
            (Stage::Open(_), Request::Hello(_)) | (Stage::Hello(_) | Stage::Handshake, _) => {
                Err(self.malformed(id, "a HELLO is the first frame, and no other is"))
            }
            (Stage::Open(_), request) => {
                let hold = match &request {
                    Request::Read { hold, .. } | Request::Stat { hold, .. } => *hold,
                    _ => Duration::ZERO,
                };
                let until = common.now + hold.min(common.limits.hold);
                self.asks.push_back(Asked { id, request, until });
                Ok(())
            }
        }
    }

    fn greet(
        &mut self,
        id: AskId,
        peer: PublicKey,
        hello: &Hello,
        common: &mut Common,
    ) -> Result<(), Over> {
        if hello.oldest > VERSION {
            let text = format!(
                "this endpoint speaks version {VERSION}, and you {} at least",
                hello.oldest
            );
            return Err(self.farewell(id, Refused::UNSUPPORTED, &text, Why::Other));
        }
        if let (Some(secret), Some(proof)) = (&common.secret, &hello.proof)
            && !self.stream.exporter().is_some_and(|exporter| secret.verify(&exporter, proof))
        {
            let text = "the fabric secret of this endpoint is another: both sides need the same";
            return Err(self.farewell(id, Refused::FORBIDDEN, text, Why::Handshake));
        }
        let mut welcome = common.welcome(hello.version.min(VERSION), [0; 16]);
        self.plain = common.allows_plain(self.from, hello.policy);
        welcome.plain = self.plain;
        if self.plain {
            let count = usize::from(hello.tokens);
            welcome.tokens = common.issue(count, peer, self.from);
        }
        Reply::Welcome(welcome).encode(id, self.stream.queue());
        self.stage = Stage::Open(peer);
        Ok(())
    }

    fn malformed(&mut self, id: AskId, what: &str) -> Over {
        self.farewell(id, Refused::MALFORMED, what, Why::Malformed)
    }

    /// The last word, as far as it can be said at once.
    fn farewell(&mut self, id: AskId, code: u16, text: &str, why: Why) -> Over {
        // In the middle of an object's bytes there is no place for it.
        if self.body.is_none() {
            Reply::Refused(Refused { code, text }).encode(id, self.stream.queue());
            let _ = self.stream.flush();
        }
        Over::Refused(why)
    }
}

/// Answering.
impl Session {
    fn serve(&mut self, common: &mut Common) -> Result<Turn, Over> {
        let mut quantum = QUANTUM;
        while !self.blocked {
            self.answer(common);
            let before = self.stream.queued();
            let Some(body) = &mut self.body else {
                self.blocked = !self.stream.flush()?;
                if self.stream.queued() < before {
                    self.moved = common.now;
                }
                quantum = quantum.saturating_sub(before);
                match (self.asks.is_empty(), quantum) {
                    (true, _) => break,
                    (false, 0) if !self.blocked => return Ok(Turn::More),
                    _ => continue,
                }
            };
            let most = body.left.min(quantum as u64) as usize;
            let piece = body.source.piece(body.at, most, &mut common.scratch);
            // The reader asks again, and is told.
            let piece = piece.map_err(|error| {
                tracing::warn!(%error, "a file cannot be shared any more");
                Over::Refused(Why::Other)
            })?;
            let (wanted, taken) = (piece.len(), self.stream.send_payload(piece)?);
            body.at += taken as u64;
            body.left -= taken as u64;
            common.tally.send(self.account.as_deref(), taken);
            if taken > 0 || self.stream.queued() < before {
                self.moved = common.now;
            }
            if body.left == 0 {
                self.body = None;
                common.tally.serve();
            }
            self.blocked = taken < wanted;
            quantum -= taken;
            if quantum == 0 {
                return Ok(if self.blocked { Turn::Done } else { Turn::More });
            }
        }
        Ok(Turn::Done)
    }

    /// Answers what can be, until enough is queued to be worth a write.
    fn answer(&mut self, common: &mut Common) {
        while self.body.is_none()
            && self.stream.queued() < ENOUGH
            && let Some(asked) = self.asks.pop_front()
        {
            let id = asked.id;
            if let Err(no) = self.answer_one(asked, common) {
                self.refuse(id, no, common);
            }
        }
    }

    fn answer_one(&mut self, asked: Asked, common: &mut Common) -> Result<(), No> {
        #[cfg(test)]
        assert_ne!(asked.id, super::tests::PANICS, "it panics, as a test wants it");
        match asked.request {
            Request::Read { key, offset, len, claim, .. } => {
                let is_whole = offset == 0 && len == u64::MAX;
                let want = if is_whole && claim { Want::Whole } else { Want::Part };
                self.look_up(asked, key, want, common)
            }
            Request::Stat { key, .. } => self.look_up(asked, key, Want::State, common),
            Request::Confirm { read } => self.confirm(asked.id, read, common),
            Request::Tokens { count } => self.send_tokens(asked.id, count, common),
            // Taken when it was read.
            Request::Hello(_) => Ok(()),
        }
    }

    fn look_up(
        &mut self,
        asked: Asked,
        key: ObjectKey,
        want: Want,
        common: &mut Common,
    ) -> Result<(), No> {
        match common.sources.find(&key, want, common.now)? {
            Found::Bytes(source) => self.send(&asked, source, common),
            Found::State(source::State { total, once, note }) => {
                self.tell_state(asked.id, State::Sealed, total, once, &note);
                Ok(())
            }
            Found::Pending => self.hold(asked, key, common),
        }
    }

    fn send(&mut self, asked: &Asked, source: Source, common: &mut Common) -> Result<(), No> {
        let (id, Request::Read { offset, len, .. }) = (asked.id, &asked.request) else {
            return Ok(());
        };
        let (offset, total) = (*offset, source.len());
        let left = offset.saturating_add(*len).min(total).saturating_sub(offset);
        let claimed = self.note_claim(id, &source, common)?;
        let head = Reply::Data { total, offset, len: left, claimed, note: source.note() };
        if left > SMALL as u64 {
            head.encode(id, self.stream.queue());
            self.body = Some(Body { source, at: offset, left });
            return Ok(());
        }
        let at = offset.min(total);
        let bytes = source.piece(at, left as usize, &mut common.scratch)?;
        let queue = self.stream.queue();
        head.encode(id, queue);
        queue.extend_from_slice(bytes);
        common.tally.send(self.account.as_deref(), bytes.len());
        common.tally.serve();
        Ok(())
    }

    /// Keeps the claim that an answer comes with, if it does.
    fn note_claim(&mut self, id: AskId, source: &Source, common: &Common) -> Result<bool, No> {
        let Source::Memory(claim) = source else { return Ok(false) };
        if !claim.is_exclusive() {
            return Ok(false);
        }
        if self.claims.len() >= common.limits.asks.max(1) {
            let text = "confirm what has arrived before you read more objects that end once";
            return Err(No::because(Refused::BUSY, text));
        }
        if self.claims.iter().any(|(other, _)| *other == id) {
            let text = "an earlier request of this id is not confirmed";
            return Err(No::because(Refused::MALFORMED, text));
        }
        self.claims.push((id, claim.clone()));
        Ok(true)
    }

    /// An object that ends once has arrived, says the reader: now it ends.
    fn confirm(&mut self, id: AskId, read: AskId, common: &mut Common) -> Result<(), No> {
        let Some(at) = self.claims.iter().position(|(claimed_by, _)| *claimed_by == read) else {
            return Err(No::because(Refused::MALFORMED, "there is nothing to confirm"));
        };
        let (_, claim) = self.claims.swap_remove(at);
        // All its bytes have been sent: requests are answered in their order.
        let confirmed = Arc::into_inner(claim).map(Claim::confirm);
        match confirmed {
            Some(Ok(_)) => Reply::Confirmed.encode(id, self.stream.queue()),
            Some(Err(error)) => return Err(error.into()),
            None => return Err(No::because(Refused::MALFORMED, "it is still being sent")),
        }
        self.moved = common.now;
        Ok(())
    }

    fn tell_state(&mut self, id: AskId, state: State, total: u64, once: bool, note: &[u8]) {
        Reply::State { state, total, once, note }.encode(id, self.stream.queue());
    }

    fn send_tokens(&mut self, id: AskId, count: u8, common: &mut Common) -> Result<(), No> {
        // Of a connection that is plain itself, others could use what they overhear.
        let (Stage::Open(peer), true) = (&self.stage, self.plain) else {
            let text = "tokens are given on encrypted connections, where plain ones are allowed";
            return Err(No::because(Refused::FORBIDDEN, text));
        };
        let tokens = common.issue(count.into(), *peer, self.from);
        Reply::Tokens(tokens).encode(id, self.stream.queue());
        Ok(())
    }

    fn refuse(&mut self, id: AskId, no: No, common: &Common) {
        common.tally.refuse(match no.code {
            Refused::EVICTED => Why::Evicted,
            Refused::WRONG_CAPABILITY => Why::Capability,
            Refused::BUSY => Why::Busy,
            _ => Why::Other,
        });
        let refused = Refused { code: no.code, text: &no.text };
        Reply::Refused(refused).encode(id, self.stream.queue());
    }

    /// Keeps a request until its object is settled, or its time is over.
    fn hold(&mut self, asked: Asked, key: ObjectKey, common: &mut Common) -> Result<(), No> {
        if asked.until <= common.now {
            self.give_up(&asked, common);
            return Ok(());
        }
        let held = common.held.wait(key, self.id).map_err(|error| {
            tracing::warn!(%error, "a pending object cannot be waited for");
            No::because(Refused::BUSY, "this endpoint cannot wait for pending objects now")
        })?;
        if held {
            // The reader is to know from the beginning that its time goes by waiting for the producer.
            self.held.push(Held { asked, key, tell: common.now });
        } else {
            self.asks.push_front(asked);
        }
        Ok(())
    }

    /// Tells that the object is still pending, in the words that were asked for.
    fn give_up(&mut self, asked: &Asked, common: &Common) {
        match asked.request {
            Request::Stat { .. } => self.tell_state(asked.id, State::Pending, 0, false, &[]),
            _ => self.refuse(asked.id, No::new(Refused::STILL_PENDING), common),
        }
    }

    /// Tells those whose time is over, and that the others are still held.
    fn tell_held(&mut self, common: &mut Common) {
        let now = common.now;
        let over: Vec<_> = self.held.extract_if(.., |held| held.asked.until <= now).collect();
        for held in over {
            if !self.held.iter().any(|other| other.key == held.key) {
                common.held.forget(&held.key, self.id);
            }
            // It may have been settled in this moment.
            self.asks.push_back(held.asked);
        }
        // Where bytes are on their way, it is seen that the endpoint lives; and what is not taken must
        // not pile up.
        let is_quiet = self.body.is_none() && self.stream.queued() < ENOUGH;
        for held in self.held.iter_mut().filter(|held| held.tell <= now) {
            held.tell = now + TELL;
            if is_quiet {
                Reply::Held.encode(held.asked.id, self.stream.queue());
            }
        }
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

/// What one connection may be sent before it is another's turn.
const QUANTUM: usize = 1 << 20;
/// Answers up to this size are copied, so that many leave in one write.
const SMALL: usize = 16 << 10;
/// So much is queued before it is written.
const ENOUGH: usize = 48 << 10;
/// How often a reader is told that its request is still held, after the first time.
const TELL: Duration = Duration::from_secs(1);
