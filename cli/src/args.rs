//! What the command line can say.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Parser, Subcommand};
use wharf::End;

/// Put once, resolve anywhere.
///
/// An object lies in this node's shared memory; a ticket is one line of text that names it.
/// Whoever has the ticket gets the bytes, with no copy in between.
#[derive(Debug, Parser)]
#[command(name = "wharf", version, after_help = EXAMPLES, arg_required_else_help = true)]
pub(crate) struct Args {
    /// The shared-memory directory, instead of $WHARF_SHM_DIR or /dev/shm/wharf-<uid>
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) dir: Option<PathBuf>,

    #[command(subcommand)]
    pub(crate) command: Command,
}

const EXAMPLES: &str = "\
Examples:
  wharf put big.h5 > ticket           put a file, keep its ticket
  wharf get @ticket -o copy.h5        get it, in any process of this user on this node
  wharf get @ticket | head -c 100     look at its beginning
  wharf ls                            what is there, whose, and how large
  wharf evict @ticket                 end it, and free its memory
  wharf sweep                         free what dead processes left behind

Exit status: 0 done, 1 failed, 2 wrong usage. WHARF_LOG=debug says more.";

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Put a file, or standard input, and print its ticket
    Put(Put),
    /// Write an object's bytes to standard output or a file
    Get(Get),
    /// Say what an object is, and in what state
    Stat(Stat),
    /// List what is in this node's shared memory
    Ls,
    /// End objects, and free their memory once nobody views them
    Evict(Evict),
    /// Free what dead processes left behind, and say what that was
    Sweep(Sweep),
}

const PUT_EXAMPLES: &str = "\
Examples:
  wharf put field.bin                        lives until it is evicted
  wharf put --lifetime once field.bin        for one reader: gone once that has it, even if it then fails
  wharf put --lifetime lease=2h field.bin    lives for two hours
  tar c results | wharf put -                standard input, of any length";

#[derive(Debug, clap::Args)]
#[command(after_help = PUT_EXAMPLES)]
pub(crate) struct Put {
    /// When the object ends: evicted, once, or lease=DURATION (such as 90s, 15m, 2h)
    #[arg(long, value_name = "END", default_value = "evicted", value_parser = parse_end)]
    pub(crate) lifetime: End,

    /// How many bytes there will be: fewer or more are an error. With it, standard input goes
    /// straight into shared memory too
    #[arg(long, value_name = "BYTES")]
    pub(crate) size: Option<u64>,

    /// The file to put, or - for standard input
    pub(crate) file: PathBuf,
}

const GET_EXAMPLES: &str = "\
Examples:
  wharf get wharf1_1VdSRgEB… > copy.bin
  wharf get @ticket -o copy.bin       never leaves a half-written copy.bin
  wharf get --timeout 10s @ticket     fails if the object is still pending by then
  wharf put f | wharf get -           the ticket from standard input";

#[derive(Debug, clap::Args)]
#[command(after_help = GET_EXAMPLES)]
pub(crate) struct Get {
    /// The ticket, @FILE to read it from a file, or - for standard input
    pub(crate) ticket: String,

    /// The file to write, replaced once it is complete, or - for standard output
    #[arg(short, long, value_name = "FILE", default_value = "-")]
    pub(crate) output: PathBuf,

    /// How long to wait for an object that is still pending; without it, as long as its producer
    /// lives
    #[arg(long, value_name = "DURATION", value_parser = humantime::parse_duration)]
    pub(crate) timeout: Option<Duration>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Stat {
    /// The ticket, @FILE to read it from a file, or - for standard input
    pub(crate) ticket: String,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Evict {
    /// Tickets, each as it is, as @FILE, or as - for standard input
    #[arg(required = true, value_name = "TICKET")]
    pub(crate) tickets: Vec<String>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Sweep {
    /// End what was put to outlive its process as well: everything that `wharf put` put
    #[arg(long)]
    pub(crate) all: bool,
}

fn parse_end(text: &str) -> Result<End, String> {
    match text.split_once('=') {
        None if text == "evicted" => Ok(End::Evicted),
        None if text == "once" => Ok(End::Once),
        Some(("lease", time)) => humantime::parse_duration(time)
            .map(End::Lease)
            .map_err(|error| format!("{error}; write a lease as lease=90s, lease=15m or lease=2h")),
        _ => Err("write evicted, once, or lease=DURATION (such as lease=15m)".into()),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Args::command().debug_assert();
    }

    #[test]
    fn an_end_is_read_or_refused_with_what_to_write() {
        assert_eq!(parse_end("evicted"), Ok(End::Evicted));
        assert_eq!(parse_end("once"), Ok(End::Once));
        assert_eq!(parse_end("lease=90s"), Ok(End::Lease(Duration::from_secs(90))));
        for wrong in ["", "never", "lease", "lease=", "lease=soon", "once=1"] {
            let refusal = parse_end(wrong).unwrap_err();
            assert!(refusal.contains("lease="), "{wrong}: {refusal}");
        }
    }
}
