//! A reaction–diffusion simulation that two other processes follow while it runs, without a copy.
//!
//! ```text
//!                    lines with tickets, through pipes
//!              ┌──────────────────▶ statistics ── mean, variance … of every step
//!  simulate ───┤
//!              └──────────────────▶ frames ────── a PNG of every step
//!      ╲                             ╱
//!       ╲ writes                    ╱ read, in place
//!        ▼                         ▼
//!  ═════════ shared memory of the node: the last few steps ═════════
//! ```
//!
//! * [`simulate`] computes the [`model`], and its last kernel of a step writes straight into shared memory.
//! * [`follow`] is how [`statistics`] and [`frames`] look at it.
//! * [`run`] is the demonstration: it starts these as processes, passes the lines on, kills one of them
//!   and starts it again, checks everything and ends with a table and a [`picture`].
//!
//! Exit status: 0 all is as it should be, 1 something is not, 2 wrong usage.

#![forbid(unsafe_code)]

mod args;
mod follow;
mod frames;
mod model;
mod picture;
mod run;
mod simulate;
mod statistics;
mod words;

use std::process::ExitCode;

use clap::Parser;

use crate::args::{Cli, Command};

fn main() -> ExitCode {
    let outcome = match Cli::parse().command {
        Command::Run(args) => run::run(&args),
        Command::Simulate(args) => simulate::simulate(&args),
        Command::Statistics(args) => statistics::statistics(&args),
        Command::Frames { out, follower } => frames::frames(&out, &follower),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("gray-scott: {error:#}");
            ExitCode::FAILURE
        }
    }
}
