//! Which route to take next, and what went wrong on those that were taken.

use std::time::Duration;

use super::{Tried, Why, spread};
use crate::ticket::Route;
use crate::transport::{FailureKind, Time};

/// The routes of a peer, the best first, and what is known of each.
#[derive(Debug)]
pub(super) struct Routes {
    ways: Vec<Way>,
    tried: Vec<Tried>,
    begun: Time,
}

#[derive(Debug)]
struct Way {
    route: Route,
    /// How often it disappointed: those that did so less often are preferred.
    strikes: u32,
    /// How often in a row it failed without having brought anything, and since when.
    failures: u32,
    failing: Time,
    /// It is given up.
    over: bool,
    /// It was open once during this call.
    worked: bool,
    not_before: Time,
}

impl Routes {
    pub(super) fn new(routes: &[Route], now: Time) -> Self {
        let way = |&route| Way {
            route,
            strikes: 0,
            failures: 0,
            failing: now,
            over: false,
            worked: false,
            not_before: now,
        };
        Self { ways: routes.iter().map(way).collect(), tried: Vec::new(), begun: now }
    }

    pub(super) fn route(&self, way: usize) -> Route {
        self.ways[way].route
    }

    /// The best route that may be taken now, of those that `may`.
    pub(super) fn best(&self, now: Time, may: impl Fn(usize) -> bool) -> Option<usize> {
        let open = |&way: &usize| self.is_left(way) && self.ways[way].not_before <= now && may(way);
        (0..self.ways.len()).filter(open).min_by_key(|&way| self.ways[way].strikes)
    }

    /// When a route that is left may be taken again, of those that `may`.
    pub(super) fn next(&self, now: Time, may: impl Fn(usize) -> bool) -> Option<Time> {
        let later = |&way: &usize| self.is_left(way) && self.ways[way].not_before > now && may(way);
        (0..self.ways.len()).filter(later).map(|way| self.ways[way].not_before).min()
    }

    /// How many routes are left.
    pub(super) fn left(&self) -> u32 {
        (0..self.ways.len()).filter(|&way| self.is_left(way)).count() as u32
    }

    fn is_left(&self, way: usize) -> bool {
        !self.ways[way].over
    }

    /// A lane is open.
    pub(super) fn opened(&mut self, way: usize) {
        self.ways[way].worked = true;
    }

    /// Others are preferred from now on.
    pub(super) fn strike(&mut self, way: usize) {
        self.ways[way].strikes += 1;
    }

    /// Its only lane could not be opened, or was lost; `fruitless` if that had brought nothing.
    ///
    /// One that never worked is left at its first failure, so that nobody waits for a peer that is not
    /// there, unless it was one that passes, or silence: that can be a process that goes on in a moment. One
    /// that did work may have broken by chance, or its peer is being started anew. Who is not the ticket's
    /// endpoint will not become it.
    pub(super) fn failed(&mut self, way: usize, now: Time, fruitless: bool, kind: FailureKind) {
        let way = &mut self.ways[way];
        way.strikes += 1;
        if !fruitless {
            (way.failures, way.not_before) = (0, now);
            return;
        }
        if way.failures == 0 {
            way.failing = now;
        }
        way.failures += 1;
        way.not_before = now + spread(BACKOFF * (1 << way.failures.min(5)) / 2, now);
        let failing = now.since(way.failing);
        way.over = match kind {
            FailureKind::Passing | FailureKind::TimedOut => failing >= PASSES,
            FailureKind::Refused => true,
            _ if way.worked => way.failures >= FAILURES && failing >= RESTART,
            // Somebody is there: perhaps with too much to do at this moment.
            FailureKind::Broken => way.failures >= FAILURES,
            _ => true,
        };
    }

    /// Keeps what went wrong, for the error if it comes to one.
    pub(super) fn note(&mut self, way: usize, from: Time, now: Time, brought: u64, why: Why) {
        if self.tried.len() < NOTES {
            let at = from.since(self.begun);
            let route = self.ways[way].route;
            self.tried.push(Tried { route, at, took: now.since(from), brought, why });
        }
    }

    pub(super) fn into_tried(self) -> Vec<Tried> {
        self.tried
    }
}

/// So often in a row may a route fail where somebody was.
const FAILURES: u32 = 3;

/// For so long may a route fail that had worked: an endpoint that is started anew is there by then.
const RESTART: Duration = Duration::from_secs(2);

/// For so long is waited for what is likely to pass.
const PASSES: Duration = Duration::from_secs(60);

/// How long a route rests after it failed without having brought anything; doubled each time.
const BACKOFF: Duration = Duration::from_millis(50);

/// An error tells at most so many things that went wrong.
const NOTES: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;

    /// How long a route is taken again and again, if each attempt fails at once.
    fn lasts(kind: FailureKind, worked: bool) -> (Duration, usize) {
        let mut now = Time(Duration::from_secs(7));
        let mut routes = Routes::new(&[Route::Tcp(([10, 0, 0, 1], 7700).into())], now);
        if worked {
            routes.opened(0);
        }
        let begun = now;
        for attempts in 1.. {
            assert_eq!(routes.best(now, |_| true), Some(0));
            routes.failed(0, now, true, kind);
            assert_eq!(routes.best(now, |_| true), None, "without a pause");
            let Some(next) = routes.next(now, |_| true) else {
                return (now.since(begun), attempts);
            };
            assert!(next.since(now) <= Duration::from_millis(1200), "{:?}", next.since(now));
            now = next;
        }
        unreachable!()
    }

    #[test]
    fn what_passes_is_waited_for_and_what_does_not_is_not() {
        let once = (Duration::ZERO, 1);
        assert_eq!(lasts(FailureKind::Unreachable, false), once);
        assert_eq!(lasts(FailureKind::Refused, false), once);
        assert_eq!(lasts(FailureKind::Refused, true), once);
        assert_eq!(lasts(FailureKind::Broken, false).1, FAILURES as usize);
        let (time, _) = lasts(FailureKind::Unreachable, true);
        assert!(time >= RESTART && time < RESTART * 2, "{time:?}");
        for (kind, worked) in [
            (FailureKind::Passing, false),
            (FailureKind::Passing, true),
            (FailureKind::TimedOut, false),
            (FailureKind::TimedOut, true),
        ] {
            let (time, attempts) = lasts(kind, worked);
            assert!(time >= PASSES && attempts > 40, "{time:?}, {attempts} attempts");
        }
    }

    #[test]
    fn those_who_fail_together_do_not_come_back_together() {
        let pause = Duration::from_millis(100);
        let later = |n: u64| spread(pause, Time(Duration::from_nanos(1_000_000_000 + n * 1234)));
        let times: std::collections::BTreeSet<_> = (0..100).map(later).collect();
        assert!(times.len() > 50, "{times:?}");
        assert!(times.iter().all(|time| (pause / 2..=pause * 3 / 2).contains(time)));
    }
}
