//! Who reads what is shared, as those see it who share it: a line for each on a terminal as long as
//! it reads, and one when it has ended. A reader is an address: its processes are not told apart.

use std::collections::BTreeMap;
use std::fmt;
use std::io::{IsTerminal, stderr};
use std::net::IpAddr;
use std::time::{Duration, Instant};

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use serde::Serialize;
use wharf::{Reader, Size};

use super::TICK;
use crate::voice::Voice;

pub(super) struct Audience {
    voice: Voice,
    /// Where there is a terminal to draw on.
    screen: Option<MultiProgress>,
    seen: BTreeMap<IpAddr, Seen>,
}

/// What is known of the readers at one address.
struct Seen {
    /// What of their visits lines have told of.
    told: Ended,
    bytes: u64,
    /// When the last bytes were seen to have gone.
    moved: Instant,
    bar: Option<ProgressBar>,
}

/// Visits that are over, of all readers at an address.
#[derive(Clone, Copy, Default)]
struct Ended {
    count: u64,
    bytes: u64,
    time: Duration,
}

/// What is there now, at an address.
#[derive(Default)]
struct Now {
    connections: usize,
    bytes: u64,
    ended: Ended,
}

/// A reader that has ended.
#[derive(Serialize)]
struct Finished {
    reader: IpAddr,
    visits: u64,
    bytes: u64,
    seconds: f64,
}

impl Audience {
    pub(super) fn new(voice: Voice) -> Self {
        let wanted = !voice.quiet && !voice.json && stderr().is_terminal();
        Self { voice, screen: wanted.then(MultiProgress::new), seen: BTreeMap::new() }
    }

    /// Shows what is new.
    pub(super) fn look(&mut self, readers: &[Reader]) -> anyhow::Result<()> {
        let mut now: BTreeMap<IpAddr, Now> = BTreeMap::new();
        for reader in readers {
            let now = now.entry(reader.address).or_default();
            now.connections += reader.connections;
            now.bytes += reader.bytes_sent;
            now.ended.count += reader.ended.count;
            now.ended.bytes += reader.ended.bytes_sent;
            now.ended.time += reader.ended.time;
        }
        for (address, now) in now {
            let seen = self.seen.entry(address).or_insert_with(Seen::new);
            seen.advance(&now);
            if let Some(finished) = seen.finish(address, now.ended) {
                self.voice.tell(&finished)?;
            }
            if let (Some(screen), true) = (&self.screen, now.connections > 0) {
                seen.show(screen, address);
            }
        }
        Ok(())
    }
}

impl Seen {
    fn new() -> Self {
        Self { told: Ended::default(), bytes: 0, moved: Instant::now(), bar: None }
    }

    fn advance(&mut self, now: &Now) {
        if now.bytes > self.bytes {
            self.moved = Instant::now();
        }
        self.bytes = now.bytes;
        // A reader that was forgotten takes its visits along.
        let (told, ended) = (&mut self.told, &now.ended);
        told.count = told.count.min(ended.count);
        told.bytes = told.bytes.min(ended.bytes);
        told.time = told.time.min(ended.time);
    }

    fn show(&mut self, screen: &MultiProgress, address: IpAddr) {
        let told = self.told.bytes;
        let bar = self.bar.get_or_insert_with(|| {
            let style = "{msg} {spinner} {binary_bytes}, {binary_bytes_per_sec}";
            let style = ProgressStyle::with_template(style);
            let bar = screen.add(ProgressBar::no_length());
            bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()));
            bar.set_message(address.to_string());
            bar
        });
        bar.set_position(self.bytes - told);
        bar.tick();
    }

    /// What to tell of the visits that are over since the last were told of.
    fn finish(&mut self, reader: IpAddr, ended: Ended) -> Option<Finished> {
        let told = std::mem::replace(&mut self.told, ended);
        let visits = ended.count - told.count;
        if visits == 0 {
            return None;
        }
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
        // A program that keeps its connections is not reading all the time.
        let idle = self.moved.elapsed().saturating_sub(TICK);
        let seconds = (ended.time - told.time).saturating_sub(idle).as_secs_f64();
        Some(Finished { reader, visits, bytes: ended.bytes - told.bytes, seconds })
    }
}

impl fmt::Display for Finished {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { reader, visits, bytes, seconds } = *self;
        write!(f, "{reader} has read {}", Size(bytes))?;
        if visits > 1 {
            write!(f, " in {visits} visits")?;
        }
        // What is over at once tells nothing of the speed.
        if seconds >= SHORT && bytes > 0 {
            write!(f, " in {seconds:.1} s, {}/s", Size((bytes as f64 / seconds) as u64))?;
        }
        Ok(())
    }
}

/// So many seconds say something.
const SHORT: f64 = 0.05;

#[cfg(test)]
mod tests {
    use super::*;

    const HOME: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);

    fn ended(count: u64, bytes: u64, millis: u64) -> Ended {
        Ended { count, bytes, time: Duration::from_millis(millis) }
    }

    #[test]
    fn every_visit_is_told_of_and_no_speed_where_there_is_none() {
        let mut seen = Seen::new();
        let mut look = |bytes, over| {
            seen.advance(&Now { connections: 1, bytes, ended: over });
            seen.finish(HOME, over).map(|finished| finished.to_string())
        };
        assert_eq!(look(5, ended(0, 0, 0)), None);
        assert_eq!(look(1, ended(1, 1, 1)).unwrap(), "127.0.0.1 has read 1 B");
        assert_eq!(look(1, ended(2, 1, 1)).unwrap(), "127.0.0.1 has read 0 B");
        // The next is there already.
        assert_eq!(look(5000, ended(2, 1, 1)), None);
        let told = look(5000, ended(3, 4097, 2001)).unwrap();
        assert_eq!(told, "127.0.0.1 has read 4.0 KiB in 2.0 s, 2.0 KiB/s");
        let told = look(6145, ended(5, 6145, 2002)).unwrap();
        assert_eq!(told, "127.0.0.1 has read 2.0 KiB in 2 visits");
        assert_eq!(look(6145, ended(5, 6145, 2002)), None);
        // One that is forgotten takes its visits along.
        assert_eq!(look(100, ended(1, 100, 2)), None);
        assert!(look(101, ended(2, 101, 3)).is_some());
    }
}
