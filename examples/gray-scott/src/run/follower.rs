//! A follower as the demonstration sees it: a process, and after that has been killed another one.
//!
//! ```text
//! Doomed ─ half-way, SIGKILL ─▶ Dying ─ its pipe closes ─▶ Away ─ it has missed enough ─▶ Running ─▶ Ended
//! Running, if it is spared ────────────────────────────────────────────────────────────────────────▶ Ended
//! ```

use std::os::unix::process::ExitStatusExt;
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

use super::process::{Pipe, Process};
use super::say;
use crate::words::Report;

/// What a follower is for, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    Statistics,
    Frames,
    /// Statistics, on another host.
    Elsewhere,
}

/// By what a follower reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tier {
    /// The node's shared memory.
    Node,
    /// TCP, from another node.
    Network,
}

impl Role {
    /// What it is called in the table.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Statistics => "statistics",
            Self::Frames => "frames",
            Self::Elsewhere => "elsewhere",
        }
    }

    /// Its subcommand.
    pub(super) fn work(self) -> &'static str {
        match self {
            Self::Statistics | Self::Elsewhere => "statistics",
            Self::Frames => "frames",
        }
    }

    pub(crate) fn tier(self) -> Tier {
        match self {
            Self::Statistics | Self::Frames => Tier::Node,
            Self::Elsewhere => Tier::Network,
        }
    }
}

pub(super) struct Follower {
    words: Vec<String>,
    /// The number of the last step.
    last: usize,
    life: Life,
    process: Option<Process>,
    pub(super) record: Record,
}

/// What there is to tell about a follower in the end.
#[derive(Debug)]
pub(crate) struct Record {
    pub(crate) role: Role,
    /// One for each step, in order.
    pub(crate) reports: Vec<Report>,
    pub(crate) absence: Option<Absence>,
}

/// While a follower was not there: between two steps, by their numbers.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Absence {
    pub(crate) from: usize,
    pub(crate) to: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Life {
    Running,
    Doomed,
    Dying,
    Away,
    Ended,
}

impl Follower {
    pub(super) fn new(role: Role, words: &[&str], last: u64, doomed: bool) -> Self {
        Self {
            words: words.iter().map(|&word| word.to_owned()).collect(),
            last: last as usize,
            life: if doomed { Life::Doomed } else { Life::Running },
            process: None,
            record: Record { role, reports: vec![], absence: None },
        }
    }

    pub(super) fn role(&self) -> Role {
        self.record.role
    }

    /// Starts it by this command, and hands it the lines that are still to be reported on.
    pub(super) fn start(&mut self, mut command: Command, lines: &[String]) -> Result<Pipe> {
        let name = self.role().name();
        command.args(&self.words);
        let (process, pipe) = Process::start(name, command)?;
        let again = if self.life == Life::Away { "again, " } else { "" };
        say(&format!("{name:11} started {again}as process {}", process.id()))?;
        self.process = Some(process);
        if self.life == Life::Away {
            self.life = Life::Running;
            let from = self.record.reports.len();
            self.record.absence = Some(Absence { from, to: lines.len() });
        }
        for (number, line) in lines.iter().enumerate().skip(self.record.reports.len()) {
            self.send(number, line);
        }
        Ok(pipe)
    }

    /// Passes on the line of that number.
    ///
    /// Whoever is to be killed does not get the last step before that: there is to be something left
    /// to go on with, however fast everything runs.
    pub(super) fn send(&self, number: usize, line: &str) {
        let withheld = self.life == Life::Doomed && number >= self.last;
        if let Some(process) = self.process.as_ref().filter(|_| !withheld) {
            process.send(line);
        }
    }

    /// Takes a report, and kills the follower if its time has come.
    pub(super) fn hear(&mut self, line: &str) -> Result<()> {
        let name = self.role().name();
        let report: Report =
            serde_json::from_str(line).with_context(|| format!("{name} says: {line}"))?;
        let (step, expected) = (report.step, self.record.reports.len() as u64);
        ensure!(step == expected, "{name} reports on step {step} instead of {expected}");
        self.record.reports.push(report);
        if self.life == Life::Doomed
            && step >= self.last as u64 / 2
            && let Some(process) = &mut self.process
        {
            process.kill()?;
            self.life = Life::Dying;
        }
        Ok(())
    }

    /// Takes note that its lines have come to an end, which has to have a reason.
    pub(super) fn closed(&mut self) -> Result<()> {
        let (name, reports) = (self.role().name(), &self.record.reports);
        let Some(mut process) = self.process.take() else { return Ok(()) };
        let status = process.wait()?;
        if self.life == Life::Dying {
            ensure!(status.signal() == Some(SIGKILL), "{name} was to be killed: {status}");
            say(&format!("{name:11} was killed with SIGKILL after step {}", reports.len() - 1))?;
            self.life = Life::Away;
            return Ok(());
        }
        if !status.success() || reports.len() != self.last + 1 {
            bail!("{name} ended after {} of {} steps: {status}", reports.len(), self.last + 1);
        }
        self.life = Life::Ended;
        Ok(())
    }

    /// Whether it has been away until some of the steps that it missed were `evicted`.
    pub(super) fn is_due(&self, evicted: usize) -> bool {
        self.life == Life::Away && evicted >= self.record.reports.len() + MISSED
    }

    pub(super) fn has_ended(&self) -> bool {
        self.life == Life::Ended
    }
}

/// How many steps a killed follower has to miss for good.
const MISSED: usize = 4;
const SIGKILL: i32 = signal_hook::consts::SIGKILL;
