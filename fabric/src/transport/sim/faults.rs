//! What goes wrong in a simulated network, and how often it did.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use super::Rng;

/// Something that goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Fault {
    /// Nobody listens there.
    Unreachable,
    /// The connection is accepted, and closed at once.
    Refused,
    /// Somebody else answers.
    Stranger,
    /// Nothing comes back when a lane is opened.
    Silent,
    /// A connection breaks, what is on its way with it.
    Broken,
    /// A connection breaks before anything came by it.
    BrokenEarly,
    /// Nothing comes any more.
    Stalled,
    /// Nothing comes for a time.
    Paused,
    /// Bytes come a few at a time.
    Dribbled,
    /// The endpoint is busy, for some asks or for good.
    Busy,
    /// The endpoint refuses for a reason of its own.
    Grumbled,
    /// The endpoint says what cannot be.
    Lied,
    /// The endpoint dies.
    Died,
    /// The endpoint is started anew.
    Restarted,
    /// The endpoint is stopped, and goes on later or not.
    Stopped,
    /// A lane that was kept is asked, and its endpoint knows nothing of it.
    Stale,
    /// A lane that was kept is asked, and nothing comes back.
    StaleAndSilent,
    /// The confirmation of a claim is lost.
    Unconfirmed,
}

impl Fault {
    pub(crate) const ALL: [Fault; 18] = [
        Fault::Unreachable,
        Fault::Refused,
        Fault::Stranger,
        Fault::Silent,
        Fault::Broken,
        Fault::BrokenEarly,
        Fault::Stalled,
        Fault::Paused,
        Fault::Dribbled,
        Fault::Busy,
        Fault::Grumbled,
        Fault::Lied,
        Fault::Died,
        Fault::Restarted,
        Fault::Stopped,
        Fault::Stale,
        Fault::StaleAndSilent,
        Fault::Unconfirmed,
    ];
}

/// How often each fault happened. Counted when it has its effect, not when it is planned.
#[derive(Clone, Debug, Default)]
pub(crate) struct Faults(BTreeMap<Fault, u64>);

impl Faults {
    pub(crate) fn count(&mut self, fault: Fault) {
        *self.0.entry(fault).or_default() += 1;
    }

    pub(crate) fn of(&self, fault: Fault) -> u64 {
        self.0.get(&fault).copied().unwrap_or(0)
    }

    pub(crate) fn add(&mut self, others: &Faults) {
        for (fault, count) in &others.0 {
            *self.0.entry(*fault).or_default() += count;
        }
    }
}

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Fault::ALL.iter().try_for_each(|fault| write!(f, "{fault:?} {}, ", self.of(*fault)))
    }
}

/// How likely each trouble is for a new connection.
#[derive(Clone, Debug, Default)]
pub(crate) struct Profile {
    pub(crate) refuse: f64,
    pub(crate) stranger: f64,
    pub(crate) silent: f64,
    pub(crate) trouble: f64,
}

impl Profile {
    /// Nothing goes wrong by chance.
    pub(crate) const HEALTHY: Profile =
        Profile { refuse: 0.0, stranger: 0.0, silent: 0.0, trouble: 0.0 };

    pub(super) fn draw(&self, rng: &mut Rng) -> Option<Trouble> {
        if !rng.chance(self.trouble) {
            return None;
        }
        let after = if rng.chance(0.3) { 0 } else { rng.size(1 << 20) };
        let kind = match rng.below(8) {
            0 | 1 => Kind::Break { early: after == 0 },
            2 => Kind::Stall { lasting: None },
            3 => {
                let time = rng.time(Duration::from_millis(50), Duration::from_secs(5));
                Kind::Stall { lasting: Some(time) }
            }
            4 => Kind::Dribble,
            5 => Kind::Busy { times: if rng.chance(0.3) { u64::MAX } else { 1 + rng.below(10) } },
            6 => Kind::Grumble,
            _ => Kind::Lie(rng.below(4) as u8),
        };
        Some(Trouble { after, kind })
    }
}

/// What will go wrong with one connection, and after how many bytes that it has carried.
#[derive(Clone, Copy, Debug)]
pub(super) struct Trouble {
    pub(super) after: u64,
    pub(super) kind: Kind,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Kind {
    Break { early: bool },
    Stall { lasting: Option<Duration> },
    Dribble,
    Busy { times: u64 },
    Grumble,
    Lie(u8),
}
