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
//!
//! On a long way that loses packets a young connection also becomes slower by itself, from the first
//! loss on, and to a tenth. Three things follow. What more lanes gained may not show: while it is slower than it
//! has been, the way carries more than the lanes bring, and there are more of them, fourfold each time.
//! Lanes that gained nothing are kept, since they are needed when all have become slower; no more are tried
//! until then. And the lanes grow fourfold also while each carries about as much as those before, for a
//! window is long.
//!
//! Of lanes that losses do not make slower a few bring all there is, and more make each other slower: where an
//! origin says that its connections are such, there are no more than these few.

use std::time::Duration;

use crate::transport::Time;

/// Decides how many lanes to use, from the rate at which bytes arrive.
#[derive(Debug)]
pub(super) struct Growth {
    target: usize,
    /// No more than this gain anything.
    most: usize,
    /// See [`worth`](Growth::worth).
    worth: usize,
    /// The lanes and the steady rate before there were more, if it is being seen what these gain.
    before: Option<(usize, f64)>,
    /// The fastest that it has been: the way carries as much, unless it has changed.
    peak: f64,
    /// The rate in the window before, with as many lanes as now.
    last: Option<f64>,
    /// What a lane brought in a second, when there was something to ask for last.
    each: Option<f64>,
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
    /// Many are being opened still.
    pub(super) opening: bool,
    /// Bytes that nobody has been asked for.
    pub(super) left: u64,
}

impl Growth {
    /// Begins with as many lanes as are known to gain something.
    pub(super) fn new(now: Time, lanes: usize) -> Self {
        let lanes = lanes.clamp(1, MOST);
        Self {
            target: lanes,
            most: MOST,
            worth: lanes,
            before: None,
            peak: 0.0,
            last: None,
            each: None,
            since: now,
            bytes: 0,
            rest_until: now,
            rests: 0,
        }
    }

    /// As many lanes as another call may begin with. Where it takes long to find out, that is as many
    /// as gained something; fewer if twice as many did not, for then fewer may do as well.
    pub(super) fn worth(&self, rtt: Duration) -> usize {
        if rtt < LONG { 1 } else { self.worth }
    }

    /// What is lost does not make lanes slower.
    pub(super) fn steady(&mut self) {
        self.most = MOST_STEADY;
        self.target = self.target.min(self.most);
        self.worth = self.worth.min(self.most);
    }

    /// How long a lane took for so much.
    pub(super) fn takes(&self, bytes: u64) -> Duration {
        let seconds = self.each.map_or(0.0, |each| bytes as f64 / each);
        Duration::from_secs_f64(seconds.min(1e6))
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
        self.peak = self.peak.max(rate);
        if seen.left > 0 && rate > 0.0 {
            self.each = Some(rate / seen.lanes.max(1) as f64);
        }
        if rate == 0.0 || seen.opening || seen.lanes == 0 {
            self.last = None; // held, or not with all of its lanes, or they are lost: it says nothing
            return Some(rate);
        }
        match self.last.replace(rate) {
            Some(last) if rate <= last * GAIN => self.decide(now, (rate + last) / 2.0, seen),
            _ => {}
        }
        Some(rate)
    }

    fn decide(&mut self, now: Time, rate: f64, seen: Seen) {
        let long = seen.rtt >= LONG;
        // The lanes became slower by themselves, and what more of them gain may not show.
        let slower = long && rate * GAIN < self.peak;
        let mut fully = false;
        if let Some((lanes, before)) = self.before.take() {
            if rate > before * GAIN {
                self.worth = seen.lanes;
                fully = rate * lanes as f64 > before * seen.lanes as f64 * FULLY;
                if !fully {
                    self.rest_until = now + window(seen.rtt) * 4; // there is little left to gain
                }
            } else if slower {
                self.peak = (self.peak / 2.0).max(rate);
            } else if long {
                // Those that are there stay, for all of them are about to become slower.
                self.worth = lanes;
                self.rest_until = Time(Duration::MAX);
            } else {
                self.target = lanes.min(seen.lanes).max(1);
                return self.rest(now, window(seen.rtt));
            }
        }
        // New lanes are worth their opening only if there is more to do than that takes.
        let worth = seen.left as f64 > rate * window(seen.rtt).as_secs_f64();
        if (now >= self.rest_until || slower) && worth && seen.lanes < self.most {
            let times = if long && (fully || slower) { 4 } else { 2 };
            self.before = Some((seen.lanes, rate));
            self.last = None;
            self.target = (seen.lanes * times).min(seen.lanes + AT_ONCE).min(self.most);
        }
    }

    /// One lane less is of use.
    pub(super) fn fewer(&mut self) {
        self.target = (self.target - 1).max(1);
    }

    /// There are so many lanes now, for another reason than what they gain.
    pub(super) fn also(&mut self, lanes: usize) {
        self.target = self.target.max(lanes);
        (self.before, self.last) = (None, None);
    }

    /// More lanes could not be had: makes do with those that work.
    pub(super) fn failed(&mut self, now: Time, lanes: usize, rtt: Duration) {
        self.target = lanes.max(1);
        self.worth = self.worth.min(self.target);
        self.rest(now, window(rtt));
    }

    fn rest(&mut self, now: Time, window: Duration) {
        self.before = None;
        self.last = None;
        self.rest_until = now + window * (4 << self.rests);
        self.rests = (self.rests + 1).min(7);
    }
}

/// How long to look before saying how fast it is.
fn window(rtt: Duration) -> Duration {
    (rtt * 4).max(Duration::from_millis(100))
}

/// What counts as faster.
const GAIN: f64 = 1.15;

/// What counts as all that more lanes could gain.
const FULLY: f64 = 0.5;

/// A round trip of a way on which connections take long to show how fast they are.
pub(super) const LONG: Duration = Duration::from_millis(5);

/// As many lanes as are ever used for one call: the rate of a connection that loses one packet in a
/// thousand is some 40 packets in a round trip, however much more the way carries.
const MOST: usize = 256;

/// As many of those that losses do not make slower. With bbr, over 50 ms with one packet in a thousand lost,
/// 32 were twice as fast as 256.
const MOST_STEADY: usize = 32;

/// As many as are added at once: an endpoint keeps no more than twice as many that have yet to prove
/// who they are.
const AT_ONCE: usize = 128;

#[cfg(test)]
mod tests {
    use super::*;

    /// Lanes of a long way, each of which brings as much as any, until there are as many as gain something.
    fn grown(mut growth: Growth) -> usize {
        let (mut now, rtt) = (Time(Duration::ZERO), LONG * 2);
        for _ in 0..100 {
            let lanes = growth.target();
            growth.arrived(lanes as u64 * MIB, now);
            now = now + window(rtt);
            growth.look(now, Seen { rtt, lanes, opening: false, left: 1 << 40 });
        }
        growth.target()
    }

    const MIB: u64 = 1 << 20;

    #[test]
    fn lanes_that_losses_do_not_slow_are_few() {
        let new = |lanes| Growth::new(Time(Duration::ZERO), lanes);
        assert_eq!(grown(new(1)), MOST);
        for lanes in [1, MOST] {
            let mut steady = new(lanes);
            steady.steady();
            assert!(steady.target() <= MOST_STEADY);
            assert_eq!(grown(steady), MOST_STEADY);
        }
    }

    #[test]
    fn lanes_that_are_lost_are_not_taken_for_as_many_as_are_wanted() {
        let mut now = Time(Duration::ZERO);
        let mut growth = Growth::new(now, 1);
        let rtt = Duration::from_millis(1);
        for lanes in [1, 1, 0, 0, 0, 0, 1] {
            growth.arrived(1 << 20, now);
            now = now + Duration::from_millis(101);
            assert!(growth.look(now, Seen { rtt, lanes, opening: false, left: 1 << 30 }).is_some());
            assert!(growth.target() > 0, "nothing could be asked of anybody");
        }
    }
}
