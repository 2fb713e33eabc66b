//! The command `wharf`.
//!
//! ```text
//! $ wharf put big.h5 > ticket
//! $ wharf get @ticket -o copy.h5
//! ```
//!
//! Exit status: 0 done, 1 failed, 2 wrong usage, 3 the deadline passed first. What the command was
//! asked for goes to standard output and nothing else does; errors, warnings, progress and the log
//! (`WHARF_LOG=debug`) go to standard error.
//!
//! ```text
//! args      what the command line can say
//! commands  one file per subcommand: asks the fabric, fills a report, says it
//! human     the parts that reports are made of, for people (Display) and scripts (Serialize)
//! voice     says reports and errors, as text or JSON
//! ```

#![forbid(unsafe_code)]

mod args;
mod commands;
mod far;
mod human;
mod output_file;
mod part_file;
mod progress;
mod session;
mod signals;
mod source;
mod standard;
mod tickets;
mod voice;

use std::io;
use std::process::ExitCode;

use tracing_subscriber::filter::LevelFilter;

use args::Args;
use voice::Voice;

const WRONG_USAGE: u8 = 2;

fn main() -> ExitCode {
    let args = match Args::read() {
        Ok(args) => args,
        Err(error) => return refuse(&error),
    };
    let voice = args.voice();
    if let Err(why) = start_log() {
        voice.complain(&anyhow::Error::msg(why));
        return ExitCode::from(WRONG_USAGE);
    }
    match commands::run(args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            voice.complain(&error);
            ExitCode::from(voice::status(&error))
        }
    }
}

/// Says what is wrong with the command line, or the help that it asks for.
fn refuse(error: &clap::Error) -> ExitCode {
    let wants_json = std::env::args_os().any(|argument| argument == "--json");
    if wants_json && error.use_stderr() {
        let text = error.render().to_string();
        let text = text.trim().trim_start_matches("error: ");
        Voice { json: true, quiet: false }.refuse(text);
    } else if let Err(error) = error.print() {
        // Help that cannot be written is no help.
        Voice { json: false, quiet: false }.complain(&error.into());
        return ExitCode::FAILURE;
    }
    ExitCode::from(if error.use_stderr() { WRONG_USAGE } else { 0 })
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
