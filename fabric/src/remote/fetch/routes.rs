//! Which route to take next, and what went wrong on those that were taken.

use std::time::Duration;

use super::{Tried, Why};
use crate::ticket::Route;
use crate::transport::Time;

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
    /// How often in a row it failed without having brought anything.
    failures: u32,
    /// It was open once during this call.
    worked: bool,
    not_before: Time,
}

impl Routes {
    pub(super) fn new(routes: &[Route], now: Time) -> Self {
        let way = |&route| Way { route, strikes: 0, failures: 0, worked: false, not_before: now };
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

    /// One that never worked is left at its first failure, so that nobody waits for a peer that is
    /// not there; one that did may have broken by chance.
    fn is_left(&self, way: usize) -> bool {
        let Way { failures, worked, .. } = self.ways[way];
        failures < if worked { FAILURES } else { 1 }
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
    pub(super) fn failed(&mut self, way: usize, now: Time, fruitless: bool) {
        let way = &mut self.ways[way];
        way.strikes += 1;
        way.failures = if fruitless { way.failures + 1 } else { 0 };
        let pause = BACKOFF * (1 << way.failures.min(5)) / 2;
        way.not_before = if fruitless { now + pause } else { now };
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

/// So often in a row may a route fail that had worked.
const FAILURES: u32 = 3;

/// How long a route rests after it failed without having brought anything; doubled each time.
const BACKOFF: Duration = Duration::from_millis(50);

/// An error tells at most so many things that went wrong.
const NOTES: usize = 64;
