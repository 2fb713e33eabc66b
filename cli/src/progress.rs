//! Long work and long waits, and what is shown of them on a terminal.

use std::io::{IsTerminal, stderr};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};
use wharf::{Deadline, Error};

use crate::voice::Voice;

/// By when a name must be there, and an object sealed. A pending object is waited for as long as its
/// producer lives; for a name that nobody publishes, no wait but one that was asked for would end.
pub(crate) fn deadlines(timeout: Option<Duration>) -> (Deadline, Deadline) {
    match timeout.map(Deadline::after) {
        Some(deadline) => (deadline, deadline),
        None => (Deadline::NOW, Deadline::never()),
    }
}

/// Waits in silence for a moment, then shows for whom it waits.
pub(crate) fn patiently<T>(
    voice: Voice,
    for_whom: &str,
    deadline: Deadline,
    attempt: impl Fn(Deadline) -> wharf::Result<T>,
) -> wharf::Result<T> {
    let soon = deadline.remaining().map_or(LONG, |left| left.min(LONG));
    match attempt(Deadline::after(soon)) {
        Err(Error::Deadline | Error::OutOfTime { .. } | Error::NoSuchName { .. })
            if !deadline.has_passed() =>
        {
            let mut progress = Progress::new(voice, &format!("waiting for {for_whom}"), None);
            progress.wait();
            attempt(deadline)
        }
        outcome => outcome,
    }
}

/// Work that is done sooner needs no bar.
const LONG: Duration = Duration::from_millis(300);

/// Between two looks at what moves out of sight.
const TICK: Duration = Duration::from_millis(100);

/// Bytes that are moved at once, between two looks at the bar.
pub(crate) const STEP: usize = 8 << 20;

/// A bar on standard error, which comes when the work takes long and goes when it is dropped. There
/// is none where nobody would see it.
pub(crate) struct Progress {
    wanted: bool,
    name: String,
    total: Option<u64>,
    done: u64,
    begun: Instant,
    bar: Option<ProgressBar>,
}

impl Progress {
    /// Of moving `total` bytes, where that is known.
    pub(crate) fn new(voice: Voice, name: &str, total: Option<u64>) -> Self {
        let wanted = !voice.quiet && !voice.json && stderr().is_terminal();
        let name = name.escape_debug().to_string();
        Self { wanted, name, total, done: 0, begun: Instant::now(), bar: None }
    }

    /// Another so many bytes have been moved.
    pub(crate) fn advance(&mut self, bytes: usize) {
        self.show(self.done + bytes as u64);
    }

    /// Does what moves bytes out of sight; `moved` says how many were moved by now.
    pub(crate) fn watch<T>(
        &mut self,
        moved: impl Fn() -> u64 + Send,
        act: impl FnOnce() -> T,
    ) -> T {
        if !self.wanted {
            return act();
        }
        let (acting, acted) = mpsc::channel::<()>();
        let shown = self;
        thread::scope(|scope| {
            scope.spawn(move || {
                while acted.recv_timeout(TICK) == Err(RecvTimeoutError::Timeout) {
                    shown.show(moved());
                }
            });
            let outcome = act();
            drop(acting);
            outcome
        })
    }

    /// So many bytes have been moved by now.
    fn show(&mut self, done: u64) {
        // What goes around the bytes may have been counted too.
        self.done = self.total.map_or(done, |total| done.min(total));
        if self.wanted && self.bar.is_none() && self.begun.elapsed() > LONG {
            self.bar = Some(self.start(match self.total {
                Some(_) => {
                    "{msg} {wide_bar} {binary_bytes} of {binary_total_bytes}, \
                     {binary_bytes_per_sec}, {eta} left"
                }
                None => "{msg} {spinner} {binary_bytes}, {binary_bytes_per_sec}",
            }));
            // What was done before the bar came is not done in no time.
            self.bar.iter().for_each(ProgressBar::reset_eta);
            self.bar.iter().for_each(ProgressBar::tick);
        }
        if let Some(bar) = &self.bar {
            bar.set_position(self.done);
        }
    }

    /// Nothing moves until somebody else acts. Tells the time from now on.
    pub(crate) fn wait(&mut self) {
        if self.wanted {
            let bar = self.start("{msg} {spinner} {elapsed}");
            bar.enable_steady_tick(Duration::from_millis(200));
            self.bar = Some(bar);
        }
    }

    fn start(&self, template: &str) -> ProgressBar {
        let bar = match self.total {
            Some(total) => ProgressBar::new(total),
            None => ProgressBar::no_length(),
        };
        // A template with a mistake would fail the test on a terminal.
        let style = ProgressStyle::with_template(template);
        bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
            .with_message(self.name.clone())
            .with_elapsed(self.begun.elapsed())
            .with_position(self.done)
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
