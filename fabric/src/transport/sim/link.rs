//! How fast bytes go from an endpoint to a reader.

use std::time::Duration;

use super::rng::Rng;
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
    /// A connection begins with ten packets per round trip, and doubles that in each until it loses one.
    pub(crate) slow_start: bool,
    /// So many of the packets are lost, of 1.
    pub(crate) loss: f64,
    /// When it has sent what it was given.
    free: Time,
}

impl Link {
    pub(crate) fn new(latency: Duration, rate: f64, lane: f64) -> Self {
        Self { latency, rate, lane, slow_start: false, loss: 0.0, free: Time(Duration::ZERO) }
    }

    pub(crate) fn slow_start(self) -> Self {
        Self { slow_start: true, ..self }
    }

    /// Connections on it start slowly, and become slower with each packet that they lose.
    pub(crate) fn loses(self, loss: f64) -> Self {
        Self { loss, ..self.slow_start() }
    }

    /// Sends bytes of a connection: when the next may be sent, and when these arrive. None if the queue is
    /// full; then when to try again.
    pub(super) fn send(
        &mut self,
        now: Time,
        window: &mut Window,
        rng: &mut Rng,
        bytes: u64,
    ) -> Result<(Time, Time), Time> {
        let backlog = self.free.since(now);
        if backlog > QUEUE {
            return Err(now + (backlog - QUEUE));
        }
        let start = self.free.max(now);
        self.free = start + Duration::from_secs_f64(bytes as f64 / self.rate);
        let mut rate = self.lane;
        if self.slow_start {
            let trip = (self.latency * 2).max(Duration::from_micros(100)).as_secs_f64();
            rate = rate.min(window.packets * PACKET / trip);
            window.sent(bytes as f64 / PACKET, self.loss, rng);
        }
        let next = now + Duration::from_secs_f64(bytes as f64 / rate);
        Ok((next, self.free.max(next) + self.latency))
    }
}

/// As many packets as a connection sends in a round trip: twice as many in each until one is lost, then
/// a third less, and one more in two round trips, as with cubic.
pub(super) struct Window {
    packets: f64,
    slow: bool,
}

impl Window {
    pub(super) fn new() -> Self {
        Self { packets: 10.0, slow: true }
    }

    fn sent(&mut self, packets: f64, loss: f64, rng: &mut Rng) {
        if loss > 0.0 && rng.chance(1.0 - (1.0 - loss).powf(packets)) {
            (self.packets, self.slow) = ((self.packets * 0.7).max(2.0), false);
        } else if self.slow {
            self.packets = (self.packets + packets).min(1e6);
        } else {
            self.packets += packets / self.packets / 2.0;
        }
    }
}

/// Bytes.
const PACKET: f64 = 1460.0;

/// So much waits in a link at most.
const QUEUE: Duration = Duration::from_millis(20);
