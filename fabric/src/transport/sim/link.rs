//! How fast bytes go from an endpoint to a reader.

use std::time::Duration;

use crate::transport::Time;

/// A link that all connections of a route share.
#[derive(Clone, Debug)]
pub(crate) struct Link {
    /// One way.
    pub(crate) latency: Duration,
    /// Bytes per second of all connections together.
    pub(crate) rate: f64,
    /// Bytes per second of one connection.
    pub(crate) lane: f64,
    /// A connection begins with ten packets per round trip, and doubles that in each.
    pub(crate) slow_start: bool,
    /// A young connection is 25 times as fast, for some round trips: until it has lost packets.
    pub(crate) loses: bool,
    /// When it has sent what it was given.
    free: Time,
}

impl Link {
    pub(crate) fn new(latency: Duration, rate: f64, lane: f64) -> Self {
        Self { latency, rate, lane, slow_start: false, loses: false, free: Time(Duration::ZERO) }
    }

    pub(crate) fn slow_start(self) -> Self {
        Self { slow_start: true, ..self }
    }

    pub(crate) fn loses(self) -> Self {
        Self { loses: true, ..self }
    }

    /// Sends bytes of a connection that has been open since `born`: when the next may be sent, and
    /// when these arrive. None if the queue is full; then when to try again.
    pub(super) fn send(&mut self, now: Time, born: Time, bytes: u64) -> Result<(Time, Time), Time> {
        let backlog = self.free.since(now);
        if backlog > QUEUE {
            return Err(now + (backlog - QUEUE));
        }
        let start = self.free.max(now);
        self.free = start + Duration::from_secs_f64(bytes as f64 / self.rate);
        let mut rate = self.lane;
        let rtt = (self.latency * 2).max(Duration::from_micros(100)).as_secs_f64();
        let trips = (now.since(born).as_secs_f64() / rtt).min(40.0);
        if self.loses {
            rate *= 1.0 + 24.0 * 0.8f64.powf(trips);
        }
        if self.slow_start {
            rate = rate.min(14_600.0 / rtt * 2f64.powf(trips));
        }
        let next = now + Duration::from_secs_f64(bytes as f64 / rate);
        Ok((next, self.free.max(next) + self.latency))
    }
}

/// So much waits in a link at most.
const QUEUE: Duration = Duration::from_millis(20);
