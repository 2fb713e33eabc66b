//! What came of the demonstration: the table, and whether all of it is as it should be.

use std::fmt;
use std::time::Duration;

use super::{Record, Role, Tier};
use crate::args::{RunArgs, SimulationArgs};
use crate::frames;
use crate::statistics::Statistics;
use crate::words::{End, Report, Seen};

#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) end: End,
    pub(crate) followers: Vec<Record>,
    /// Why nobody followed on another host, if nobody did.
    pub(crate) left_out: Option<String>,
    /// What the kernel sent to the other host.
    pub(crate) bytes_sent: u64,
    /// What is in the other host's shared memory, now that the follower there has ended.
    pub(crate) left_elsewhere: Vec<String>,
    /// The names of the frames that were found.
    pub(crate) frames: Vec<String>,
    /// What is in the shared-memory directory, now that all processes have ended.
    pub(crate) left: Vec<String>,
    pub(crate) time: Duration,
}

impl Record {
    fn seen(&self) -> impl Iterator<Item = &Seen> {
        self.reports.iter().filter_map(|report| report.seen.as_ref())
    }

    pub(crate) fn skipped(&self) -> usize {
        self.reports.len() - self.seen().count()
    }

    fn bytes_copied(&self) -> u64 {
        self.seen().map(|seen| seen.bytes_copied).sum()
    }

    /// The time that the resolves up to this share of them took at most.
    fn resolve(&self, share: f64) -> Option<Duration> {
        quantile(self.seen(), share)
    }
}

/// What went by a tier.
struct Passed<'a> {
    seen: Vec<&'a Seen>,
}

impl Passed<'_> {
    fn sum(&self, of: impl Fn(&Seen) -> u64) -> u64 {
        self.seen.iter().map(|seen| of(seen)).sum()
    }

    fn resolve(&self, share: f64) -> String {
        quantile(self.seen.iter().copied(), share).map_or("-".to_owned(), time)
    }
}

/// The time that the resolves up to this share of them took at most.
fn quantile<'a>(seen: impl Iterator<Item = &'a Seen>, share: f64) -> Option<Duration> {
    let mut times: Vec<u64> = seen.map(|seen| seen.resolve_ns).collect();
    times.sort_unstable();
    let rank = (share * times.len() as f64).ceil() as usize;
    times.get(rank.max(1) - 1).copied().map(Duration::from_nanos)
}

impl Outcome {
    pub(crate) fn bytes_copied(&self) -> u64 {
        self.end.bytes_copied + self.followers.iter().map(Record::bytes_copied).sum::<u64>()
    }

    fn passed(&self, tier: Tier) -> Passed<'_> {
        let followers = self.followers.iter().filter(|record| record.role.tier() == tier);
        Passed { seen: followers.flat_map(Record::seen).collect() }
    }

    /// The median time of a resolve on this node.
    pub(crate) fn resolve_here(&self) -> Option<Duration> {
        quantile(self.passed(Tier::Node).seen.into_iter(), 0.5)
    }

    /// The statistics of the steps that were seen on this node.
    pub(crate) fn statistics(&self) -> impl Iterator<Item = (&Report, &Statistics)> {
        let here = self.followers.iter().filter(|record| record.role == Role::Statistics);
        let reports = here.flat_map(|follower| &follower.reports);
        reports.filter_map(|report| Some((report, report.seen.as_ref()?.statistics.as_ref()?)))
    }

    /// The steps of which there is a frame.
    pub(crate) fn drawn(&self) -> impl Iterator<Item = u64> {
        let frames = self.followers.iter().filter(|record| record.role == Role::Frames);
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
        let mut faults = Faults(Vec::new());
        self.check_simulation(&args.simulation, &mut faults);
        for follower in &self.followers {
            follower.check(args, self.end.steps, &mut faults);
        }
        self.check_frames(&mut faults);
        let left = self.left.join(", ");
        // Who serves, or fetches, has a key to be known by, and a folder where those who serve are named.
        let expected = if self.left_out.is_some() {
            ["node", ""]
        } else {
            ["endpoints, key, node", "key, node"]
        };
        faults.unless(left == expected[0], format!("left in shared memory: {left}"));
        let far = self.left_elsewhere.join(", ");
        faults.unless(far == expected[1], format!("left on the other host: {far}"));
        // What was received was sent, by the kernel's count too.
        let (sent, received) =
            (self.bytes_sent, self.passed(Tier::Network).sum(|seen| seen.bytes_received));
        faults.unless(sent >= received, format!("{received} bytes came, and {sent} were sent"));
        faults.0
    }

    fn check_simulation(&self, args: &SimulationArgs, faults: &mut Faults) {
        let End { steps, bytes_shared, bytes_copied, evicted } = self.end;
        let to_copy = if args.copy { bytes_shared } else { 0 };
        faults.unless(steps == args.steps + 1, format!("{steps} steps were shared"));
        faults.unless(
            bytes_shared == steps * args.bytes(),
            format!("{bytes_shared} bytes were shared"),
        );
        faults.unless(bytes_copied == to_copy, format!("simulate copied {bytes_copied} bytes"));
        let kept = steps - evicted.min(steps);
        faults.unless(kept == steps.min(args.keep), format!("{kept} steps were kept"));
    }

    fn check_frames(&self, faults: &mut Faults) {
        let (steps, missing): (Vec<u64>, Vec<u64>) =
            self.drawn().partition(|step| self.frames.contains(&frames::name(*step)));
        faults.unless(missing.is_empty(), format!("the frames of steps {missing:?} are missing"));
        // One may have been drawn by a process that was killed before it could say so.
        let extra = self.frames.len() - steps.len();
        faults.unless(extra <= 1, format!("there are {extra} frames that nobody drew"));
    }
}

impl Record {
    fn check(&self, args: &RunArgs, steps: u64, faults: &mut Faults) {
        let Record { role, reports, absence } = self;
        let name = role.name();
        let (seen, bytes) = (self.seen().count() as u64, args.simulation.bytes());
        let to_copy = if args.simulation.copy { seen * bytes } else { 0 };
        let (reported, copied) = (reports.len() as u64, self.bytes_copied());
        faults.unless(reported == steps, format!("{name} reported on {reported} steps"));
        faults.unless(copied == to_copy, format!("{name} copied {copied} bytes"));
        let whole = self.seen().all(|seen| seen.bytes == bytes);
        faults.unless(whole, format!("{name} saw a step that was not whole"));
        let fetched = |seen: &Seen| match role.tier() {
            Tier::Node => seen.bytes_fetched == 0 && seen.bytes_received == 0,
            Tier::Network => seen.bytes_fetched == bytes && seen.bytes_received > bytes,
        };
        faults.unless(self.seen().all(fetched), format!("{name} read a step by another tier"));
        let last = reports.last().is_some_and(|report| report.seen.is_some());
        faults.unless(last, format!("{name} did not see the last step"));
        let as_planned = absence.is_some() == args.kill.is(*role);
        faults.unless(as_planned, format!("{name} was killed, or was not, against the plan"));
    }
}

/// What is wrong, in words.
struct Faults(Vec<String>);

impl Faults {
    fn unless(&mut self, holds: bool, what: String) {
        if !holds {
            self.0.push(what);
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let End { steps, bytes_shared, .. } = self.end;
        writeln!(f, "steps shared       {steps:>12}")?;
        writeln!(f, "bytes shared       {:>12}", bytes(bytes_shared))?;
        writeln!(f, "bytes copied       {:>12}", bytes(self.bytes_copied()))?;
        writeln!(f)?;
        self.row(f, "", |record| record.role.name().to_owned())?;
        self.row(f, "steps seen", |record| record.seen().count().to_string())?;
        self.row(f, "steps skipped", |record| record.skipped().to_string())?;
        self.row(f, "resolve p50", |record| record.resolve(0.50).map_or("-".to_owned(), time))?;
        self.row(f, "resolve p99", |record| record.resolve(0.99).map_or("-".to_owned(), time))?;
        self.row(f, "killed at step", |record| {
            record.absence.map_or("-".to_owned(), |absence| absence.from.to_string())
        })?;
        self.row(f, "back at step", |record| {
            record.absence.map_or("-".to_owned(), |absence| absence.to.to_string())
        })?;
        writeln!(f)?;
        self.tiers(f)?;
        writeln!(f)?;
        writeln!(f, "time               {:>10.1} s", self.time.as_secs_f64())?;
        writeln!(f, "left in shared memory: {}", self.left.join(", "))
    }
}

impl Outcome {
    /// A row for each tier: what went by it.
    fn tiers(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let titles = ["steps seen", "shared", "fetched", "on the wire", "copied"];
        let titles = titles.into_iter().chain(["p50", "p99"]).map(|title| format!("{title:>12}"));
        writeln!(f, "{:19}{}", "tier", titles.collect::<String>())?;
        for (tier, name) in [(Tier::Node, "node, memory"), (Tier::Network, "network, tcp")] {
            if let (Tier::Network, Some(why)) = (tier, &self.left_out) {
                writeln!(f, "{name:19}  left out: {why}")?;
                continue;
            }
            let passed = self.passed(tier);
            let (shared, own) = match tier {
                Tier::Node => (bytes(self.end.bytes_shared), self.end.bytes_copied),
                Tier::Network => ("-".to_owned(), 0),
            };
            let cells = [
                passed.seen.len().to_string(),
                shared,
                bytes(passed.sum(|seen| seen.bytes_fetched)),
                bytes(passed.sum(|seen| seen.bytes_received)),
                bytes(own + passed.sum(|seen| seen.bytes_copied)),
                passed.resolve(0.50),
                passed.resolve(0.99),
            ];
            let cells = cells.map(|cell| format!("{cell:>12}"));
            writeln!(f, "{name:19}{}", cells.concat())?;
        }
        Ok(())
    }

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

/// `0.41 µs`, `3.10 ms`.
pub(crate) fn time(time: Duration) -> String {
    let micros = time.as_secs_f64() * 1e6;
    if micros < 1000.0 { format!("{micros:.2} µs") } else { format!("{:.2} ms", micros / 1e3) }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::args::{Cli, Command};
    use crate::run::follower::Absence;

    const STATE: u64 = 2 * 16 * 16 * 8;

    fn args() -> RunArgs {
        let line = ["gray-scott", "run", "--size", "16", "--steps", "9", "--keep", "4"];
        let Command::Run(args) = Cli::parse_from(line).command else { panic!("not understood") };
        args
    }

    /// Ten steps, of which the frames of two were skipped.
    fn good() -> Outcome {
        let seen = |resolve_ns, bytes_fetched, bytes_received| Seen {
            resolve_ns,
            bytes: STATE,
            bytes_copied: 0,
            bytes_fetched,
            bytes_received,
            statistics: None,
        };
        let report = |step, seen| Report { step, iteration: step * 100, seen: Some(seen) };
        let reports: Vec<Report> = (0..10).map(|step| report(step, seen(step + 1, 0, 0))).collect();
        let fetched = (0..10).map(|step| report(step, seen((step + 1) << 20, STATE, STATE + 99)));
        let fetched = fetched.collect();
        let mut drawn = reports.clone();
        drawn[5].seen = None;
        drawn[6].seen = None;
        let absence = Some(Absence { from: 5, to: 8 });
        Outcome {
            end: End { steps: 10, bytes_shared: 10 * STATE, bytes_copied: 0, evicted: 6 },
            followers: vec![
                Record { role: Role::Statistics, reports, absence: None },
                Record { role: Role::Frames, reports: drawn, absence },
                Record { role: Role::Elsewhere, reports: fetched, absence: None },
            ],
            left_out: None,
            bytes_sent: 11 * STATE,
            left_elsewhere: vec!["key".to_owned(), "node".to_owned()],
            frames: [0, 1, 2, 3, 4, 7, 8, 9].map(frames::name).to_vec(),
            left: ["endpoints", "key", "node"].map(ToOwned::to_owned).to_vec(),
            time: Duration::ZERO,
        }
    }

    #[test]
    fn each_fault_is_found() {
        assert_eq!(good().faults(&args()), Vec::<String>::new());
        type Spoil = fn(&mut Outcome);
        let faults: [(&str, Spoil); 15] = [
            ("steps were shared", |o| o.end.steps = 9),
            ("bytes were shared", |o| o.end.bytes_shared -= 1),
            ("simulate copied", |o| o.end.bytes_copied = 8),
            ("were kept", |o| o.end.evicted = 5),
            ("reported on 9", |o| o.followers[0].reports.truncate(9)),
            ("statistics copied", |o| seen(o, 2).bytes_copied = 8),
            ("not whole", |o| seen(o, 2).bytes = 8),
            ("did not see the last", |o| o.followers[0].reports[9].seen = None),
            ("against the plan", |o| o.followers[1].absence = None),
            ("[9] are missing", |o| drop(o.frames.pop())),
            ("left in shared memory: arena, endpoints", |o| o.left.insert(0, "arena".to_owned())),
            ("left on the other host: key, node, x", |o| o.left_elsewhere.push("x".to_owned())),
            ("frames read a step by another tier", |o| {
                o.followers[1].reports[0].seen.as_mut().unwrap().bytes_fetched = STATE;
            }),
            ("elsewhere read a step by another tier", |o| {
                o.followers[2].reports[0].seen.as_mut().unwrap().bytes_received = 0;
            }),
            ("bytes came, and 1024 were sent", |o| o.bytes_sent = 1024),
        ];
        for (words, spoil) in faults {
            let mut outcome = good();
            spoil(&mut outcome);
            let found = outcome.faults(&args());
            assert!(found.iter().any(|fault| fault.contains(words)), "{words}: {found:?}");
        }
    }

    fn seen(outcome: &mut Outcome, step: usize) -> &mut Seen {
        outcome.followers[0].reports[step].seen.as_mut().unwrap()
    }

    #[test]
    fn the_table_counts_what_was_reported() {
        let frames = &good().followers[1];
        assert_eq!((frames.seen().count(), frames.skipped()), (8, 2));
        assert_eq!(frames.resolve(0.5), Some(Duration::from_nanos(4)));
        assert_eq!(frames.resolve(0.99), Some(Duration::from_nanos(10)));
        let table = good().to_string();
        assert!(
            table.contains("steps skipped                 0           2           0\n"),
            "{table}"
        );
        let rows: Vec<&str> = table.lines().skip_while(|line| !line.starts_with("tier")).collect();
        let words = |row: usize| rows[row].split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(words(1), "node, memory 18 40.0 KiB 0 0 0 0.01 µs 0.01 µs");
        assert_eq!(words(2), "network, tcp 10 - 40.0 KiB 41.0 KiB 0 5.24 ms 10.49 ms");
        let alone = Outcome { left_out: Some("no root".to_owned()), ..good() }.to_string();
        assert!(alone.contains("network, tcp         left out: no root\n"), "{alone}");
        assert_eq!(
            (bytes(0), bytes(2048), bytes(484 << 20)),
            ("0".into(), "2.0 KiB".into(), "484 MiB".into())
        );
    }
}
