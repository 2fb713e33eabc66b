//! Long work and long waits, and what is shown of them on a terminal.

use std::io::{IsTerminal, stderr};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};
use wharf::{Deadline, Error};

use crate::far::{Far, Word};
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
    far: Option<&Far<'_>>,
    deadline: Deadline,
    attempt: impl Fn(Deadline) -> wharf::Result<T>,
) -> wharf::Result<T> {
    let soon = deadline.remaining().map_or(LONG, |left| left.min(LONG));
    match attempt(Deadline::after(soon)) {
        Err(
            Error::Deadline | Error::Claimed | Error::OutOfTime { .. } | Error::NoSuchName { .. },
        ) if !deadline.has_passed() => {
            let mut progress = Progress::waiting(voice, &format!("waiting for {for_whom}"));
            progress.start();
            match far {
                Some(far) => progress.watch(far, || far.ask(|| attempt(deadline))),
                None => attempt(deadline),
            }
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
    voice: Voice,
    wanted: bool,
    name: String,
    /// Bytes are moved, and not waited for.
    moves: bool,
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
        let (moves, begun) = (true, Instant::now());
        Self { voice, wanted, name, moves, total, done: 0, begun, bar: None }
    }

    /// Of what moves nothing until somebody else acts.
    pub(crate) fn waiting(voice: Voice, name: &str) -> Self {
        let mut waiting = Self::new(voice, name, None);
        waiting.moves = false;
        waiting
    }

    /// Another so many bytes have been moved.
    pub(crate) fn advance(&mut self, bytes: usize) {
        self.show(self.done + bytes as u64);
    }

    /// Does what asks other nodes. What comes is shown as it comes, and told where nothing does.
    pub(crate) fn watch<T>(&mut self, far: &Far<'_>, act: impl FnOnce() -> T) -> T {
        if self.voice.quiet {
            return act();
        }
        let (acting, acted) = mpsc::channel::<()>();
        let shown = self;
        thread::scope(|scope| {
            scope.spawn(move || {
                let (before, received) = (shown.done, far.received());
                let mut silence = far.listen();
                while acted.recv_timeout(TICK) == Err(RecvTimeoutError::Timeout) {
                    shown.show(before + (far.received() - received));
                    match far.look(&mut silence) {
                        Some(word) => shown.tell(word),
                        None => shown.name(far),
                    }
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
        if self.bar.is_none() && self.begun.elapsed() > LONG {
            self.start();
        }
        if let Some(bar) = &self.bar {
            bar.set_position(self.done);
        }
    }

    /// Shows it from now on.
    fn start(&mut self) {
        if !self.wanted {
            return;
        }
        let bar = match self.total {
            Some(total) => ProgressBar::new(total),
            None => ProgressBar::no_length(),
        };
        let bar = bar
            .with_style(self.style())
            .with_message(self.name.clone())
            .with_elapsed(self.begun.elapsed())
            .with_position(self.done);
        // What was done before the bar came is not done in no time.
        bar.reset_eta();
        bar.tick();
        if !self.moves {
            bar.enable_steady_tick(TICK * 2);
        }
        self.bar = Some(bar);
    }

    fn style(&self) -> ProgressStyle {
        style(match (self.moves, self.total) {
            (false, _) => "{msg} {spinner} {elapsed}",
            (true, None) => "{msg} {spinner} {binary_bytes}, {binary_bytes_per_sec}",
            (true, Some(_)) => {
                "{msg} {wide_bar} {binary_bytes} of {binary_total_bytes}, {binary_bytes_per_sec}, \
                 {eta} left"
            }
        })
    }

    /// In place of a bar that does not move; elsewhere it is worth a line.
    fn tell(&self, word: Word) {
        match (word, &self.bar) {
            (Word::Lasts { text, .. }, Some(bar)) => {
                bar.set_style(style("{msg}"));
                bar.set_message(format!("{}: {text}", self.name));
            }
            (Word::Over { .. }, Some(bar)) => {
                bar.set_style(self.style());
                bar.set_message(self.name.clone());
                bar.reset_eta();
            }
            (Word::Lasts { text, line: true } | Word::Over { text, line: true }, None) => {
                self.voice.warn(text);
            }
            _ => {}
        }
    }

    /// Says how the bytes come, once some have.
    fn name(&self, far: &Far<'_>) {
        let (Some(bar), true) = (&self.bar, self.moves && self.done > 0) else { return };
        let Some(encrypted) = far.encrypted() else { return };
        let how = if encrypted { "encrypted" } else { "in the clear" };
        bar.set_message(format!("{}, {how}", self.name));
    }
}

/// A template with a mistake would fail the test on a terminal.
fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
