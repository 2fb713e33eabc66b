//! Who reads what is shared, as those see it who share it: a line for each on a terminal as long as
//! it reads, and one when it has ended.

use std::collections::BTreeMap;
use std::fmt;
use std::io::{IsTerminal, stderr};
use std::net::IpAddr;
use std::time::Instant;

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use serde::Serialize;
use wharf::{Reader, Size};

use crate::voice::Voice;

pub(super) struct Audience {
    voice: Voice,
    /// Where there is a terminal to draw on.
    screen: Option<MultiProgress>,
    seen: BTreeMap<IpAddr, Seen>,
}

/// What is known of the readers at one address.
struct Seen {
    /// Bytes that lines have told of.
    told: u64,
    bytes: u64,
    begun: Instant,
    /// When the last bytes were seen to have gone.
    moved: Instant,
    bar: Option<ProgressBar>,
}

/// A reader that has ended.
#[derive(Serialize)]
struct Finished {
    reader: IpAddr,
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
        let mut now: BTreeMap<IpAddr, (usize, u64)> = BTreeMap::new();
        for reader in readers {
            let (connections, bytes) = now.entry(reader.address).or_default();
            *connections += reader.connections;
            *bytes += reader.bytes_sent;
        }
        for (address, (connections, bytes)) in now {
            let seen = self.seen.entry(address).or_insert_with(Seen::new);
            // It reads again, after it had ended.
            if seen.bytes == seen.told && bytes > seen.bytes {
                seen.begun = Instant::now();
            }
            seen.advance(bytes);
            match &self.screen {
                Some(screen) if connections > 0 => seen.show(screen, address),
                _ => {}
            }
            if connections == 0
                && let Some(finished) = seen.finish(address)
            {
                self.voice.tell(&finished)?;
            }
        }
        Ok(())
    }
}

impl Seen {
    fn new() -> Self {
        let now = Instant::now();
        Self { told: 0, bytes: 0, begun: now, moved: now, bar: None }
    }

    fn advance(&mut self, bytes: u64) {
        if bytes > self.bytes {
            self.moved = Instant::now();
        }
        // A reader that was forgotten takes its bytes along.
        self.told = self.told.min(bytes);
        self.bytes = bytes;
    }

    fn show(&mut self, screen: &MultiProgress, address: IpAddr) {
        let told = self.told;
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

    fn finish(&mut self, reader: IpAddr) -> Option<Finished> {
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
        let bytes = self.bytes - self.told;
        self.told = self.bytes;
        let seconds = self.moved.duration_since(self.begun).as_secs_f64();
        (bytes > 0).then_some(Finished { reader, bytes, seconds })
    }
}

impl fmt::Display for Finished {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { reader, bytes, seconds } = *self;
        write!(f, "{reader} has read {}", Size(bytes))?;
        // Between two looks, nobody knows how long it took.
        if seconds > 0.0 {
            write!(f, " in {seconds:.1} s, {}/s", Size((bytes as f64 / seconds) as u64))?;
        }
        Ok(())
    }
}
