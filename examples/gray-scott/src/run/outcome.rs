//! What came of the demonstration: the table, and whether all of it is as it should be.

use std::fmt;
use std::time::Duration;

use super::Record;
use crate::args::{RunArgs, Victim};
use crate::frames;
use crate::statistics::Statistics;
use crate::words::{End, Report, Seen};

#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) end: End,
    pub(crate) followers: Vec<Record>,
    /// The names of the frames that were found.
    pub(crate) frames: Vec<String>,
    /// What is in the shared-memory directory, now that all processes have ended.
    pub(crate) left: Vec<String>,
    pub(crate) time: Duration,
}

impl Record {
    fn seen(&self) -> impl DoubleEndedIterator<Item = &Seen> {
        self.reports.iter().filter_map(|report| report.seen.as_ref())
    }

    pub(crate) fn skipped(&self) -> usize {
        self.reports.len() - self.seen().count()
    }

    fn bytes_copied(&self) -> u64 {
        self.seen().map(|seen| seen.bytes_copied).sum()
    }

    /// The time that the resolves up to this share of them took at most.
    pub(crate) fn resolve(&self, share: f64) -> Option<Duration> {
        let mut times: Vec<u64> = self.seen().map(|seen| seen.resolve_ns).collect();
        times.sort_unstable();
        let rank = (share * times.len() as f64).ceil() as usize;
        times.get(rank.max(1) - 1).copied().map(Duration::from_nanos)
    }
}

impl Outcome {
    pub(crate) fn bytes_copied(&self) -> u64 {
        self.end.bytes_copied + self.followers.iter().map(Record::bytes_copied).sum::<u64>()
    }

    /// The statistics of the steps that were seen.
    pub(crate) fn statistics(&self) -> impl Iterator<Item = (&Report, &Statistics)> {
        let reports = self.followers.iter().flat_map(|follower| &follower.reports);
        reports.filter_map(|report| Some((report, report.seen.as_ref()?.statistics.as_ref()?)))
    }

    /// The steps of which there is a frame.
    pub(crate) fn drawn(&self) -> impl Iterator<Item = u64> {
        let frames = self.followers.iter().filter(|record| record.name == Victim::Frames.name());
        let reports = frames.flat_map(|record| &record.reports);
        reports.filter(|report| report.seen.is_some()).map(|report| report.step)
    }

    pub(crate) fn csv(&self) -> String {
        let mut text = "step,iteration,u_mean,v_min,v_max,v_mean,v_variance\n".to_owned();
        for (Report { step, iteration, .. }, statistics) in self.statistics() {
            let Statistics { u_mean, v_min, v_max, v_mean, v_variance } = statistics;
            text += &format!("{step},{iteration},{u_mean},{v_min},{v_max},{v_mean},{v_variance}\n");
        }
        text
    }

    /// All that is not as it should be.
    pub(crate) fn faults(&self, args: &RunArgs) -> Vec<String> {
        let mut faults = Vec::new();
        let mut check = |holds: bool, what: String| {
            if !holds {
                faults.push(what);
            }
        };
        let simulation = &args.simulation;
        let End { steps, bytes_shared, bytes_copied, evicted } = self.end;
        let expected = simulation.steps + 1;
        let copied = |steps: u64| if simulation.copy { steps * simulation.bytes() } else { 0 };
        check(steps == expected, format!("{steps} steps were shared, not {expected}"));
        check(bytes_shared == steps * simulation.bytes(), format!("{bytes_shared} bytes shared"));
        check(bytes_copied == copied(steps), format!("the simulation copied {bytes_copied} bytes"));
        let kept = steps - evicted.min(steps);
        check(kept == steps.min(simulation.keep), format!("{kept} steps were kept"));
        for follower in &self.followers {
            let Record { name, reports, absence, .. } = follower;
            let (seen, copied_by) = (follower.seen().count() as u64, follower.bytes_copied());
            check(
                reports.len() as u64 == steps,
                format!("{name} reported {} steps", reports.len()),
            );
            check(copied_by == copied(seen), format!("{name} copied {copied_by} bytes"));
            let last_seen = reports.last().is_some_and(|report| report.seen.is_some());
            check(last_seen, format!("{name} did not see the last step"));
            let whole = follower.seen().all(|seen| seen.bytes == simulation.bytes());
            check(whole, format!("{name} saw a step that was not whole"));
            let wanted = args.kill.name() == *name;
            check(
                absence.is_some() == wanted,
                format!("{name} was killed, or was not, against the plan"),
            );
        }
        let missing =
            self.drawn().filter(|step| !self.frames.contains(&frames::name(*step))).count();
        check(missing == 0, format!("{missing} frames are missing"));
        // One may have been drawn by a process that was killed before it could say so.
        let extra = self.frames.len() - (self.drawn().count() - missing);
        check(extra <= 1, format!("{extra} frames that nobody drew"));
        check(self.left == ["node"], format!("left in shared memory: {}", self.left.join(", ")));
        faults
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let End { steps, bytes_shared, .. } = self.end;
        writeln!(f, "steps shared       {steps:>12}")?;
        writeln!(f, "bytes shared       {:>12}", bytes(bytes_shared))?;
        writeln!(f, "bytes copied       {:>12}", bytes(self.bytes_copied()))?;
        writeln!(f)?;
        self.row(f, "", |record| record.name.to_owned())?;
        self.row(f, "steps seen", |record| record.seen().count().to_string())?;
        self.row(f, "steps skipped", |record| record.skipped().to_string())?;
        self.row(f, "resolve p50", |record| record.resolve(0.50).map_or("-".to_owned(), micros))?;
        self.row(f, "resolve p99", |record| record.resolve(0.99).map_or("-".to_owned(), micros))?;
        self.row(f, "killed at step", |record| {
            record.absence.map_or("-".to_owned(), |absence| absence.from.to_string())
        })?;
        self.row(f, "back at step", |record| {
            record.absence.map_or("-".to_owned(), |absence| absence.to.to_string())
        })?;
        writeln!(f)?;
        writeln!(f, "time               {:>10.1} s", self.time.as_secs_f64())?;
        writeln!(f, "left in shared memory: {}", self.left.join(", "))
    }
}

impl Outcome {
    fn row(
        &self,
        f: &mut fmt::Formatter<'_>,
        title: &str,
        cell: impl Fn(&Record) -> String,
    ) -> fmt::Result {
        let cells = self.followers.iter().map(|follower| format!("{:>12}", cell(follower)));
        writeln!(f, "{title:19}{}", cells.collect::<String>())
    }
}

/// `484 MiB`; nothing at all is `0`.
pub(crate) fn bytes(bytes: u64) -> String {
    match bytes {
        0 => "0".to_owned(),
        1..1_048_576 => format!("{:.1} KiB", bytes as f64 / 1024.0),
        _ => format!("{:.0} MiB", bytes as f64 / 1_048_576.0),
    }
}

/// `0.41 µs`.
pub(crate) fn micros(time: Duration) -> String {
    format!("{:.2} µs", time.as_secs_f64() * 1e6)
}
