//! `cargo xtask test`: the stages in order, then what ran, what failed and what was skipped.

use std::time::{Duration, Instant};

use anyhow::Result;

use crate::place::Scratch;
use crate::setup;
use crate::skips::Skips;
use crate::stages::{self, STAGES, Stage};
use crate::tally::Tally;
use crate::tool::watched_by_nobody;

pub(crate) fn list() {
    for stage in STAGES {
        println!("{:10} {}", stage.name, stage.about);
    }
}

/// Runs the named stages, or all; true when nothing failed.
pub(crate) fn run(names: &[&str]) -> Result<bool> {
    let chosen: Vec<&Stage> = if names.is_empty() {
        STAGES.iter().collect()
    } else {
        names.iter().filter_map(|name| stages::find(name)).collect()
    };
    let skips = Skips::load()?;
    let needs: Vec<setup::Need> = chosen.iter().flat_map(|stage| stage.needs).copied().collect();
    setup::meet(&needs)?;
    let mut report = Report { rows: Vec::new(), unlisted: Vec::new() };
    for stage in chosen {
        println!("\n== {}: {}", stage.name, stage.about);
        let started = Instant::now();
        let tally = perform(stage);
        if watched_by_nobody() {
            let unlisted = tally.skipped.iter().filter(|skip| !skips.allow(&skip.name));
            report.unlisted.extend(unlisted.map(|skip| format!("{}: {}", stage.name, skip.name)));
        }
        report.rows.push((stage.name, tally, started.elapsed()));
    }
    report.print();
    Ok(report.is_good())
}

/// Runs a stage with a shared-memory directory of its own; an error and an idle stage are failures.
fn perform(stage: &Stage) -> Tally {
    let tally =
        Scratch::shared_memory("test").and_then(|shared_memory| (stage.run)(shared_memory.path()));
    match tally {
        Ok(tally) if tally.ran() == 0 && tally.skipped.is_empty() => {
            Tally::failure(format!("{}: ran no test at all, so it proved nothing", stage.name))
        }
        Ok(tally) => tally,
        Err(error) => Tally::failure(format!("{}: {error:#}", stage.name)),
    }
}

struct Report {
    rows: Vec<(&'static str, Tally, Duration)>,
    unlisted: Vec<String>,
}

impl Report {
    fn print(&self) {
        println!("\n{:10} {:>8} {:>8} {:>8} {:>7}", "stage", "passed", "failed", "skipped", "time");
        for (name, tally, time) in &self.rows {
            let (passed, failed, skipped) = (tally.passed, tally.failed.len(), tally.skipped.len());
            let seconds = time.as_secs();
            println!("{name:10} {passed:8} {failed:8} {skipped:8} {seconds:5} s  {}", tally.proof);
        }
        let skips = self
            .rows
            .iter()
            .flat_map(|(stage, tally, _)| tally.skipped.iter().map(move |skip| (stage, skip)));
        for (index, (stage, skip)) in skips.enumerate() {
            let heading = if index == 0 { "\nskipped:\n" } else { "" };
            println!("{heading}  {stage}: {}: {}", skip.name, skip.reason);
        }
        let failures = self
            .rows
            .iter()
            .flat_map(|(stage, tally, _)| tally.failed.iter().map(move |name| (stage, name)));
        for (index, (stage, name)) in failures.enumerate() {
            let heading = if index == 0 { "\nfailed:\n" } else { "" };
            let (first, rest) = name.split_once('\n').unwrap_or((name, ""));
            println!("{heading}test {stage}: {first} ... FAILED\n{rest}");
        }
        for (index, skip) in self.unlisted.iter().enumerate() {
            let heading = if index == 0 {
                "\nskipped with CI set, but not in xtask/skips.toml:\n"
            } else {
                ""
            };
            println!("{heading}test {skip} ... FAILED");
        }
        let passed: u64 = self.rows.iter().map(|(_, tally, _)| tally.passed).sum();
        let failed: usize = self.rows.iter().map(|(_, tally, _)| tally.failed.len()).sum();
        let skipped: usize = self.rows.iter().map(|(_, tally, _)| tally.skipped.len()).sum();
        println!("\n{passed} passed, {failed} failed, {skipped} skipped");
    }

    fn is_good(&self) -> bool {
        self.unlisted.is_empty() && self.rows.iter().all(|(_, tally, _)| tally.failed.is_empty())
    }
}
