//! `wharf-bench`: what Wharf's memory and network cost, beside the floors of the machine and beside its peers.
//!
//! ```text
//! wharf-bench node|tcp [--json FILE] [--plot FILE] [--check] [--figures FILE] [--library FILE] [--only WORK]…
//! ```
//!
//! The run measures, prints as it goes, and never reports a number that it did not measure itself. It ends with status 0
//! when everything was measured (and, with `--check`, every figure reached), 1 when not, 2 when it was used wrongly.

mod caller;
mod context;
mod error;
mod exchange;
mod figures;
mod floors;
mod hosts;
mod library;
mod machine;
mod measure;
mod peer;
#[cfg(feature = "peers")]
mod peers;
mod plot;
mod roles;
mod row;
mod stats;
mod table;
mod works;

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};
use serde::Serialize;

use crate::context::Context;
use crate::error::{Doing, Error, Result};
use crate::figures::Figures;
use crate::machine::Machine;
use crate::row::Row;
use crate::works::Work;

/// Measures Wharf beside the floors of the machine and beside its peers
#[derive(Debug, Parser)]
#[command(version, arg_required_else_help = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Measure the memory of one node: two processes on two cores
    Node(Run),
    /// Measure between two nodes, over TCP: one process serves, the other reads
    Tcp(Run),
    /// The other process of a pair; the bench starts it itself
    #[command(hide = true)]
    Peer {
        #[arg(long)]
        core: usize,
        role: String,
    },
    /// What carries packets between two hosts; the bench starts it itself
    #[command(hide = true)]
    Link(wharf_cluster_tests::Emulation),
}

#[derive(Debug, Args)]
struct Run {
    /// Write the machine's facts and every row as JSON
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Draw the rows as SVG
    #[arg(long, value_name = "FILE")]
    plot: Option<PathBuf>,
    /// Compare with the figures, and fail with what falls short
    #[arg(long)]
    check: bool,
    /// Figures to compare with, instead of the committed ones
    #[arg(long, value_name = "FILE", requires = "check")]
    figures: Option<PathBuf>,
    /// The shared C library to measure
    #[arg(long, value_name = "FILE", default_value = library::SONAME)]
    library: PathBuf,
    /// Measure only this work (may be given several times)
    #[arg(long, value_name = "WORK")]
    only: Vec<Work>,
}

/// What `--json` writes.
#[derive(Debug, Serialize)]
struct Report<'a> {
    machine: &'a Machine,
    rows: &'a [Row],
}

fn main() -> ExitCode {
    let done = match Cli::parse().command {
        Command::Node(asked) => run(&asked, &Work::NODE),
        Command::Tcp(asked) => run(&asked, &Work::TCP),
        Command::Peer { core, role } => play(core, &role).map(|()| true),
        Command::Link(emulation) => hosts::carry(&emulation).map(|()| true),
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("wharf-bench: {error}");
            ExitCode::FAILURE
        }
    }
}

/// The other process of a pair.
fn play(core: usize, role: &str) -> Result<()> {
    let role: roles::Role =
        serde_json::from_str(role).doing(|| format!("reading the role {role}"))?;
    role.act(peer::begin(core)?)
}

/// Measures, prints, writes, checks. False when something could not be measured or falls short.
fn run(asked: &Run, all: &[Work]) -> Result<bool> {
    // Before anything is measured: a table that cannot be read should not cost a run.
    let figures = asked.figures.as_deref().map_or_else(Figures::committed, Figures::read)?;
    let context = Context::new(&asked.library)?;
    let machine = Machine::facts(context.cores());
    say(&table::heading(&machine))?;
    let works: Vec<Work> = all
        .iter()
        .copied()
        .filter(|work| asked.only.is_empty() || asked.only.contains(work))
        .collect();
    let mut rows = Vec::new();
    let mut complete = true;
    for &work in &works {
        let measured = match work.run(&context) {
            Ok(measured) => measured,
            Err(Error::Interrupted) => return Err(Error::Interrupted),
            Err(error) => {
                // After Ctrl-C the other processes are gone too, and that is what the error would be about.
                context.carry_on()?;
                complete = false;
                vec![Row::not_run(work.name(), "wharf", 0, error)]
            }
        };
        say(&table::table(work, &measured))?;
        rows.extend(measured);
    }
    if let Some(path) = &asked.json {
        let text = serde_json::to_string_pretty(&Report { machine: &machine, rows: &rows });
        let text = text.doing(|| "writing JSON".to_owned())?;
        std::fs::write(path, text + "\n").doing(|| format!("writing {}", path.display()))?;
    }
    if let Some(path) = &asked.plot {
        plot::plot(path, &machine, &rows)?;
    }
    let reached = !asked.check || check(&figures, &works, &rows)?;
    Ok(complete && reached)
}

/// Prints how the rows stand to the figures; false if any falls short.
fn check(figures: &Figures, works: &[Work], rows: &[Row]) -> Result<bool> {
    let verdicts = figures.check(rows, |name| works.iter().any(|work| work.name() == name));
    let lines: String = verdicts.iter().map(|verdict| format!("{verdict}\n")).collect();
    let short = verdicts.iter().filter(|verdict| verdict.falls_short()).count();
    say(&format!(
        "\n# Figures\n{lines}# {} figures checked, {short} fall short\n",
        verdicts.len()
    ))?;
    Ok(short == 0 && !verdicts.is_empty())
}

/// Prints at once. A reader that has gone away ends the run as any error does, so that everything is removed.
fn say(text: &str) -> Result<()> {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).doing(|| "printing".to_owned())
}
