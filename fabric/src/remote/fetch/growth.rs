//! How many lanes to use: more for as long as they gain something.
//!
//! ```text
//!  steady with n lanes ──► 2n lanes ──► steady again: faster by > 15 % ──► 4n lanes …
//!          ▲                                        │ not faster
//!          └──── rest, longer each time ◄───────────┘ back to n lanes
//! ```
//!
//! A rate is steady if it did not rise by more than that over the window before: a young connection
//! becomes faster by itself, and that is no gain of the lanes that were added meanwhile.

use std::time::Duration;

use crate::transport::Time;

/// Decides how many lanes to use, from the rate at which bytes arrive.
#[derive(Debug)]
pub(super) struct Growth {
    target: usize,
    /// The steady rate with half as many lanes, if it is being seen what these gain.
    before: Option<f64>,
    /// The rate in the window before, with as many lanes as now.
    last: Option<f64>,
    since: Time,
    bytes: u64,
    /// No more lanes until then.
    rest_until: Time,
    rests: u32,
}

/// What to look at when a window is over.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seen {
    /// The shortest time from an ask to its answer.
    pub(super) rtt: Duration,
    /// Lanes that work.
    pub(super) lanes: usize,
    /// Some are being opened still.
    pub(super) opening: bool,
    /// Bytes that nobody has been asked for.
    pub(super) left: u64,
}

impl Growth {
    pub(super) fn new(now: Time) -> Self {
        Self {
            target: 1,
            before: None,
            last: None,
            since: now,
            bytes: 0,
            rest_until: now,
            rests: 0,
        }
    }

    /// How many lanes should work.
    pub(super) fn target(&self) -> usize {
        self.target
    }

    /// Counts bytes that arrived.
    pub(super) fn arrived(&mut self, bytes: u64, now: Time) {
        if self.bytes == 0 && self.last.is_none() {
            self.since = now; // there was nothing to look at until now
        }
        self.bytes += bytes;
    }

    /// When to look next, if there is something to look at.
    pub(super) fn next(&self, rtt: Duration) -> Option<Time> {
        let idle = self.bytes == 0 && self.last.is_none();
        (!idle).then(|| self.since + window(rtt))
    }

    /// Looks at the window that is over, if one is; its rate then, in bytes per second.
    pub(super) fn look(&mut self, now: Time, seen: Seen) -> Option<f64> {
        self.next(seen.rtt).filter(|next| now >= *next)?;
        let rate = self.bytes as f64 / now.since(self.since).as_secs_f64();
        (self.since, self.bytes) = (now, 0);
        if rate == 0.0 || seen.opening {
            self.last = None; // held, or not with all of its lanes: it says nothing
            return Some(rate);
        }
        match self.last.replace(rate) {
            Some(last) if rate <= last * GAIN => self.decide(now, (rate + last) / 2.0, seen),
            _ => {}
        }
        Some(rate)
    }

    fn decide(&mut self, now: Time, rate: f64, seen: Seen) {
        let gained = self.before.is_none_or(|before| rate > before * GAIN);
        if !gained {
            self.target = (seen.lanes / 2).max(1);
            self.rest(now, window(seen.rtt));
            return;
        }
        // New lanes are worth their opening only if there is more to do than that takes.
        let worth = seen.left as f64 > rate * window(seen.rtt).as_secs_f64();
        if now >= self.rest_until && worth && seen.lanes < MOST {
            self.before = Some(rate);
            self.last = None;
            self.target = (seen.lanes * 2).min(MOST);
        }
    }

    /// There are so many lanes now, for another reason than what they gain.
    pub(super) fn also(&mut self, lanes: usize) {
        self.target = self.target.max(lanes);
        (self.before, self.last) = (None, None);
    }

    /// More lanes could not be had: makes do with those that work.
    pub(super) fn failed(&mut self, now: Time, lanes: usize, rtt: Duration) {
        self.target = lanes.max(1);
        self.rest(now, window(rtt));
    }

    fn rest(&mut self, now: Time, window: Duration) {
        self.before = None;
        self.last = None;
        self.rests = (self.rests + 1).min(6);
        self.rest_until = now + window * (8 << self.rests);
    }
}

/// How long to look before saying how fast it is.
fn window(rtt: Duration) -> Duration {
    (rtt * 4).max(Duration::from_millis(100))
}

/// What counts as faster.
const GAIN: f64 = 1.15;

/// As many lanes as are ever used for one call.
const MOST: usize = 64;
