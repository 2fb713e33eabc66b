//! One lane in use: what is on its way, how fast it is, whether it can be relied on.

use std::collections::BTreeSet;
use std::time::Duration;

use super::growth::LONG;
use crate::transport::{AskId, Purpose, Time};

/// A lane that is open, or is being opened.
#[derive(Debug)]
pub(super) struct InUse {
    pub(super) way: usize,
    pub(super) purpose: Purpose,
    pub(super) since: Time,
    pub(super) state: Opening,
    /// Everything that was asked for on it and is not answered to the end.
    pub(super) asks: BTreeSet<AskId>,
    /// How many of these are held.
    pub(super) held: usize,
    /// Bytes that were asked for and have not arrived.
    pub(super) due: u64,
    /// Bytes that it has brought.
    pub(super) brought: u64,
    /// Something was heard of it since it was opened.
    pub(super) heard: bool,
    /// It has answered something to the end, or holds it.
    pub(super) useful: bool,
    /// It gets nothing more to do, and is closed when it is done.
    pub(super) retired: bool,
    pub(super) doubt: Option<Doubt>,
    /// When something was heard of it, or is waited for since, and until when it may be silent.
    pub(super) patience: (Time, Time),
    /// When it was last seen whether it is fast enough, and what it had brought then.
    pub(super) judged: (Time, u64),
    /// The endpoint was busy so often in a row; nothing is asked before the time.
    pub(super) busy: (u32, Time),
    /// What to ask for at once.
    pub(super) first: u64,
    pace: Pace,
}

/// How far the opening of a lane has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Opening {
    /// To have any lane at all: once one is open, the others are not needed.
    Entry,
    /// To have more.
    More,
    Open {
        warm: bool,
    },
}

/// Why a lane is to be replaced, if it can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Doubt {
    /// Nothing came for so long. `tried`: whether another was opened on the same route.
    Stalled { since: Time, tried: bool },
    /// It will not be done in time.
    Slow { since: Time },
    /// The endpoint is busy, time and again.
    Busy,
}

impl InUse {
    pub(super) fn new(way: usize, purpose: Purpose, state: Opening, first: u64, now: Time) -> Self {
        Self {
            way,
            purpose,
            since: now,
            state,
            asks: BTreeSet::new(),
            held: 0,
            due: 0,
            brought: 0,
            heard: false,
            useful: false,
            retired: false,
            doubt: None,
            patience: (now, now),
            judged: (now, 0),
            busy: (0, now),
            first,
            pace: Pace { since: now, span: SHORTEST, before: 0, now: 0, least: LEAST },
        }
    }

    pub(super) fn is_open(&self) -> bool {
        matches!(self.state, Opening::Open { .. })
    }

    /// It is open, and can be relied on.
    pub(super) fn serves(&self) -> bool {
        self.is_open() && !self.retired && self.doubt.is_none()
    }

    /// It may be asked for something: one whose endpoint is busy, now and then.
    pub(super) fn may_be_asked(&self, now: Time) -> bool {
        let good = matches!(self.doubt, None | Some(Doubt::Busy));
        self.is_open() && !self.retired && good && self.busy.1 <= now
    }

    /// No more may be on its way on it. Those that are held take little of the endpoint's time, but
    /// are among those that it takes on at all.
    pub(super) fn is_full(&self) -> bool {
        self.asks.len() - self.held >= ASKS || self.asks.len() >= ASKS_AND_HELD
    }

    /// It can be asked for nothing, for what others have not produced.
    pub(super) fn is_full_of_held(&self) -> bool {
        self.asks.len() >= ASKS_AND_HELD && self.held > ASKS_AND_HELD / 2
    }

    /// It was kept from an earlier call, and has not shown that it lives.
    pub(super) fn is_stale(&self) -> bool {
        self.state == Opening::Open { warm: true } && !self.heard
    }

    /// Counts bytes that arrived.
    pub(super) fn arrived(&mut self, bytes: u64, now: Time, rtt: Duration) {
        self.due -= bytes;
        self.brought += bytes;
        // The many lanes of a long way are slow, and are to end together.
        let slow = self.purpose == Purpose::Bulk && rtt >= LONG;
        self.pace.least = if slow { LEAST / 4 } else { LEAST };
        self.pace.add(bytes, now, rtt);
    }

    /// How many bytes should be on their way: at first what it was opened with, then as much as
    /// keeps the endpoint sending until what is asked for next reaches it.
    pub(super) fn ahead(&self) -> u64 {
        if self.brought == 0 { self.first } else { self.pace.ahead() }
    }

    /// How many bytes to ask for at once.
    pub(super) fn piece(&self) -> u64 {
        if self.brought == 0 { self.first } else { self.pace.ahead() / 2 }
    }

    /// How long it takes to bring what it was asked for, as fast as it was lately.
    pub(super) fn needs(&self, now: Time) -> Duration {
        let rate = self.pace.rate(now).max(1.0);
        Duration::from_secs_f64((self.due as f64 / rate).min(1e6))
    }
}

/// How many bytes came in the last one or two round trips. Twice that much is kept on its way: a
/// connection that doubles its rate with every round trip is never idle for want of a question.
#[derive(Debug)]
struct Pace {
    since: Time,
    /// How long the one before took.
    span: Duration,
    before: u64,
    now: u64,
    /// So much is on its way however few they are.
    least: u64,
}

impl Pace {
    fn add(&mut self, bytes: u64, now: Time, rtt: Duration) {
        let span = rtt.max(SHORTEST);
        let passed = now.since(self.since);
        if passed >= span {
            self.before = if passed >= span * 2 { 0 } else { self.now };
            self.span = if passed >= span * 2 { SHORTEST } else { passed };
            self.now = 0;
            self.since = now;
        }
        self.now += bytes;
    }

    fn ahead(&self) -> u64 {
        ((self.before + self.now) * 2).max(self.least)
    }

    /// Bytes in a second, since the last round trip but one began.
    fn rate(&self, now: Time) -> f64 {
        let passed = now.since(self.since) + self.span;
        (self.before + self.now) as f64 / passed.as_secs_f64()
    }
}

/// A shorter time says nothing about a rate.
const SHORTEST: Duration = Duration::from_millis(2);

/// So much is on its way even on the slowest lane, and a quarter on those of a long way.
pub(super) const LEAST: u64 = 256 << 10;

/// As many asks as are on their way on one lane, beside those that are held.
const ASKS: usize = 64;

/// As many as there are with those that are held; an endpoint takes on 256.
const ASKS_AND_HELD: usize = 240;
