//! What is asked of other nodes, and what is told when nothing comes from them.
//!
//! ```text
//! asked ── 5 s without a byte ──► nothing came from tcp://10.0.0.1:7700 for 5s; --timeout bounds the wait
//!                   └── a byte ─► after 12s, something comes from tcp://10.0.0.1:7700 again
//! ```
//!
//! Nothing is ended by it: whoever sets no deadline waits for as long as it takes. The library does what can
//! be done meanwhile, which is to try another connection after two seconds. A node that is asked for a
//! pending object says every second that it keeps the question: a slow producer is no silence.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use wharf::{Deadline, Fabric, Ticket};

/// Whom a command asks, and until when.
pub(crate) struct Far<'a> {
    fabric: &'a Fabric,
    whom: String,
    deadline: Deadline,
    /// How many questions are on their way.
    asked: AtomicUsize,
}

impl<'a> Far<'a> {
    /// Those that these tickets lead to; `None` if all are of this node.
    pub(crate) fn new(fabric: &'a Fabric, tickets: &[Ticket], deadline: Deadline) -> Option<Self> {
        let elsewhere = tickets.iter().filter(|ticket| fabric.is_elsewhere(ticket));
        let mut routes: Vec<_> =
            elsewhere.flat_map(Ticket::routes).map(|route| route.to_string()).collect();
        routes.sort();
        routes.dedup();
        let whom = match &routes[..] {
            [] => return None,
            [one] => one.clone(),
            [one, other] => format!("{one} or {other}"),
            [one, rest @ ..] => format!("{one} or {} others", rest.len()),
        };
        Some(Self { fabric, whom, deadline, asked: AtomicUsize::new(0) })
    }

    /// Asks something: silence is told of only meanwhile.
    pub(crate) fn ask<T>(&self, question: impl FnOnce() -> T) -> T {
        // Relaxed: nothing but what is told hangs on it.
        self.asked.fetch_add(1, Ordering::Relaxed);
        let answer = question();
        self.asked.fetch_sub(1, Ordering::Relaxed);
        answer
    }

    /// Bytes that came so far, with everything around them.
    pub(crate) fn received(&self) -> u64 {
        self.fabric.remote_counters().bytes_received
    }

    /// Whether everything that came was encrypted; `None` if nothing came.
    pub(crate) fn encrypted(&self) -> Option<bool> {
        let counters = self.fabric.remote_counters();
        let (all, encrypted) = (counters.bytes_received, counters.bytes_encrypted);
        (all > 0).then_some(encrypted == all)
    }

    /// Follows what comes, from now on.
    pub(crate) fn listen(&self) -> Silence<'_> {
        let (heard, since) = (self.received(), Instant::now());
        Silence { whom: &self.whom, heard, since, lasts: false, told: false, patience: PATIENCE }
    }

    /// What there is to be said now.
    pub(crate) fn look(&self, silence: &mut Silence<'_>) -> Option<Word> {
        let asked = self.asked.load(Ordering::Relaxed) > 0;
        silence.look(Instant::now(), self.received(), asked, self.deadline.remaining())
    }
}

/// For how long nothing has come.
pub(crate) struct Silence<'a> {
    whom: &'a str,
    heard: u64,
    since: Instant,
    /// It lasts.
    lasts: bool,
    /// It was worth a line.
    told: bool,
    /// How long the next has to last to be worth one: those that come again and again are not.
    patience: Duration,
}

/// What is told of silence.
#[derive(Debug, PartialEq)]
pub(crate) enum Word {
    /// It lasts. For a place that shows what is now; `line` where lines are said, for which it is new.
    Lasts { text: String, line: bool },
    /// It is over, also if nothing is asked any more.
    Over { text: String, line: bool },
}

impl Silence<'_> {
    /// Takes in what has come by now, and how much time is left.
    fn look(
        &mut self,
        now: Instant,
        received: u64,
        asked: bool,
        left: Option<Duration>,
    ) -> Option<Word> {
        let silent = now.saturating_duration_since(self.since);
        if received != self.heard || !asked {
            let came = received != self.heard;
            (self.heard, self.since) = (received, now);
            let (lasted, line) = (std::mem::take(&mut self.lasts), std::mem::take(&mut self.told));
            if line {
                self.patience *= 2;
            }
            let text =
                || format!("after {}, something comes from {} again", seconds(silent), self.whom);
            return lasted.then(|| Word::Over { text: text(), line: line && came });
        }
        // Where the time is over as soon as this is said, the error says it.
        if silent < PATIENCE || (!self.lasts && left.is_some_and(|left| left < PATIENCE)) {
            return None;
        }
        self.lasts = true;
        let line = !self.told && silent >= self.patience;
        self.told |= line;
        let until = match left {
            Some(left) => format!("given up in {}", seconds(left)),
            None => "--timeout bounds the wait".into(),
        };
        let text = format!("nothing came from {} for {}; {until}", self.whom, seconds(silent));
        Some(Word::Lasts { text, line })
    }
}

fn seconds(time: Duration) -> humantime::FormattedDuration {
    humantime::format_duration(Duration::from_secs(time.as_secs()))
}

/// What is silent for so long is worth telling: by then the library has tried another connection, and
/// given up one on which a question was kept.
const PATIENCE: Duration = Duration::from_secs(5);

#[cfg(test)]
mod tests {
    use super::*;

    /// What is said, second by second, of what had come by then.
    fn said(received: impl Fn(u64) -> u64, asked: impl Fn(u64) -> bool, most: u64) -> Vec<String> {
        let since = Instant::now();
        let patience = PATIENCE;
        let (whom, heard, lasts, told) = ("tcp://10.0.0.1:7700", 0, false, false);
        let mut silence = Silence { whom, heard, since, lasts, told, patience };
        let mut look = |second| {
            let (now, left) =
                (since + Duration::from_secs(second), Duration::from_secs(1000 - second));
            silence.look(now, received(second), asked(second), Some(left))
        };
        let line = |word| match word {
            Some(Word::Lasts { text, line: true } | Word::Over { text, line: true }) => Some(text),
            _ => None,
        };
        (1..=most).filter_map(|second| line(look(second))).collect()
    }

    #[test]
    fn silence_is_told_once_and_its_end_too() {
        let lines = said(|second| if second < 13 { 10 } else { 20 }, |_| true, 17);
        assert_eq!(
            lines,
            [
                "nothing came from tcp://10.0.0.1:7700 for 5s; given up in 16m 34s",
                "after 12s, something comes from tcp://10.0.0.1:7700 again"
            ]
        );
        assert_eq!(said(|second| second / 4, |_| true, 100), [""; 0], "it is slow");
        assert_eq!(said(|_| 10, |_| false, 100), [""; 0], "nobody asks");
    }

    #[test]
    fn silence_again_and_again_is_told_less_and_less() {
        let lines = said(|second| second / 7, |_| true, 1000 - 10);
        assert_eq!(lines.len(), 2, "{lines:?}");
        let lines = said(|second| second / 30, |_| true, 1000 - 10);
        assert_eq!(lines.len(), 6, "5, 10, 20 s: {lines:?}");
    }

    #[test]
    fn who_is_about_to_give_up_says_so_and_nothing_else() {
        let since = Instant::now();
        let (whom, heard, lasts, told) = ("x", 0, false, false);
        let mut silence = Silence { whom, heard, since, lasts, told, patience: PATIENCE };
        let mut look = |left| {
            silence.look(since + Duration::from_secs(6), 0, true, Some(Duration::from_secs(left)))
        };
        assert_eq!(look(4), None);
        assert!(matches!(look(100), Some(Word::Lasts { line: true, .. })));
        assert!(
            matches!(look(3), Some(Word::Lasts { line: false, .. })),
            "once it is shown it stays"
        );
    }
}
