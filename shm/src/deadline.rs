//! Until when a call may wait, and how.

use std::time::{Duration, Instant};

/// The moment by which a blocking call must have ended.
///
/// ```
/// use std::time::Duration;
/// use wharf_shm::Deadline;
///
/// let soon = Deadline::after(Duration::from_secs(2));
/// assert!(soon.remaining().unwrap() <= Duration::from_secs(2));
/// assert!(Deadline::NOW.has_passed());
/// assert_eq!(Deadline::never().remaining(), None);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deadline(When);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum When {
    Now,
    At(Instant),
    Never,
}

impl Deadline {
    /// Do not wait at all.
    pub const NOW: Self = Self(When::Now);

    /// Wait as long as it takes, or until the producer dies.
    pub const fn never() -> Self {
        Self(When::Never)
    }

    /// Wait this long from now; for no time, [not at all](Self::NOW).
    pub fn after(time: Duration) -> Self {
        if time.is_zero() {
            return Self::NOW;
        }
        // A time beyond what the clock can tell is as good as never.
        Self(Instant::now().checked_add(time).map_or(When::Never, When::At))
    }

    /// Wait until this moment.
    pub const fn at(moment: Instant) -> Self {
        Self(When::At(moment))
    }

    /// Whether the moment has come.
    pub fn has_passed(&self) -> bool {
        match self.0 {
            When::Now => true,
            When::At(moment) => Instant::now() >= moment,
            When::Never => false,
        }
    }

    /// The time that is left, `None` if there is no end to it.
    pub fn remaining(&self) -> Option<Duration> {
        match self.0 {
            When::Now => Some(Duration::ZERO),
            When::At(moment) => Some(moment.saturating_duration_since(Instant::now())),
            When::Never => None,
        }
    }
}

impl From<Duration> for Deadline {
    fn from(time: Duration) -> Self {
        Self::after(time)
    }
}

/// How to wait for a pending object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum Wait {
    /// Sleep at once: the least processor time.
    Block,
    /// Never sleep: the least latency, at the price of a processor.
    Spin,
    /// Spin for a few microseconds, then sleep.
    #[default]
    Adaptive,
}
