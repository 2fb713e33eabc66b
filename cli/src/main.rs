//! The command `wharf`.
//!
//! ```text
//! $ wharf put big.h5 > ticket
//! $ wharf get @ticket -o copy.h5
//! ```
//!
//! Exit status: 0 done, 1 failed, 2 wrong usage. What the command was asked for goes to standard
//! output and nothing else does; errors and the log (`WHARF_LOG=debug`) go to standard error.

#![forbid(unsafe_code)]

mod args;
mod commands;
mod human;
mod output;

use std::fmt::Display;
use std::io::{self, Write};
use std::process::ExitCode;

use clap::Parser;
use tracing_subscriber::filter::LevelFilter;

use args::Args;

const FAILED: u8 = 1;
const WRONG_USAGE: u8 = 2;

fn main() -> ExitCode {
    let args = Args::parse();
    if let Err(why) = start_log() {
        complain(why);
        return ExitCode::from(WRONG_USAGE);
    }
    match commands::run(args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            complain(output::explain(&error));
            ExitCode::from(FAILED)
        }
    }
}

/// Sends the log to standard error, at the level that `WHARF_LOG` names.
fn start_log() -> Result<(), String> {
    let level = match std::env::var("WHARF_LOG") {
        Ok(level) => level.parse().map_err(|_| {
            format!("WHARF_LOG is `{level}`: make it off, error, warn, info, debug or trace")
        })?,
        Err(_) => LevelFilter::WARN,
    };
    tracing_subscriber::fmt().with_max_level(level).with_writer(io::stderr).init();
    Ok(())
}

/// Nobody can be told that standard error is closed.
fn complain(what: impl Display) {
    let _ = writeln!(io::stderr(), "wharf: {what}");
}
