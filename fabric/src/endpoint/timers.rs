//! When to look at which session again.

use std::collections::{BTreeSet, HashMap};
use std::time::{Duration, Instant};

use super::session::SessionId;

/// At most one moment for each session: the earliest that it asked for.
#[derive(Default)]
pub(super) struct Timers {
    order: BTreeSet<(Instant, SessionId)>,
    moments: HashMap<SessionId, Instant>,
}

impl Timers {
    /// Has a session looked at no later than this.
    pub(super) fn set(&mut self, session: SessionId, at: Instant) {
        match self.moments.get(&session) {
            Some(before) if *before <= at => return,
            Some(before) => drop(self.order.remove(&(*before, session))),
            None => {}
        }
        self.moments.insert(session, at);
        self.order.insert((at, session));
    }

    pub(super) fn clear(&mut self, session: SessionId) {
        if let Some(moment) = self.moments.remove(&session) {
            self.order.remove(&(moment, session));
        }
    }

    /// A session whose moment has come.
    pub(super) fn due(&mut self, now: Instant) -> Option<SessionId> {
        let (at, session) = *self.order.first()?;
        if at > now {
            return None;
        }
        self.clear(session);
        Some(session)
    }

    /// How long until there is one; `None` if there will be none.
    pub(super) fn left(&self, now: Instant) -> Option<Duration> {
        Some(self.order.first()?.0.saturating_duration_since(now))
    }

    /// The sessions in the order of their moments.
    pub(super) fn sessions(&self) -> impl Iterator<Item = SessionId> + '_ {
        self.order.iter().map(|(_, session)| *session)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_earliest_moment_counts_and_is_told_once() {
        let (mut timers, now) = (Timers::default(), Instant::now());
        let [a, b] = [1, 2].map(SessionId);
        let second = Duration::from_secs(1);
        timers.set(a, now + 3 * second);
        timers.set(a, now + second);
        timers.set(a, now + 2 * second);
        timers.set(b, now + 4 * second);
        assert_eq!((timers.due(now), timers.left(now)), (None, Some(second)));
        assert_eq!(timers.due(now + 3 * second), Some(a));
        assert_eq!(timers.due(now + 3 * second), None);
        timers.clear(b);
        assert_eq!((timers.due(now + 9 * second), timers.left(now)), (None, None));
    }
}
