//! What the command line can say.

mod network;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::error::ErrorKind;
use clap::{CommandFactory, Parser, Subcommand, ValueHint};
use wharf::{End, Size};

use crate::voice::Voice;
pub(crate) use network::{Explain, Serve};

/// Put once, resolve anywhere.
///
/// An object lies in a node's shared memory; a ticket is one line of text that names it. Whoever
/// has the ticket gets the bytes: on the same node with no copy in between, from others by TCP.
#[derive(Debug, Parser)]
#[command(name = "wharf", version, after_help = EXAMPLES, arg_required_else_help = true)]
pub(crate) struct Args {
    /// The shared-memory directory, instead of the one that WHARF_SHM_DIR or the configuration
    /// file names, or /dev/shm/wharf-<uid>
    #[arg(long, global = true, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(crate) dir: Option<PathBuf>,

    /// Speak JSON: one document a line on standard output, and on standard error
    /// {"error": "what happened", "kind": "one word"} and {"warning": "what may happen"}
    #[arg(long, global = true)]
    pub(crate) json: bool,

    /// No warnings, and no progress
    #[arg(short, long, global = true)]
    pub(crate) quiet: bool,

    #[command(subcommand)]
    pub(crate) command: Command,
}

impl Args {
    /// What the command line says, or what is wrong with it.
    pub(crate) fn read() -> Result<Self, clap::Error> {
        let args = Self::try_parse()?;
        match args.contradiction() {
            Some(what) => Err(Self::command().error(ErrorKind::ArgumentConflict, what)),
            None => Ok(args),
        }
    }

    /// What is wrong between several arguments.
    fn contradiction(&self) -> Option<&'static str> {
        let Command::Put(put) = &self.command else { return None };
        if put.files.len() > 1 && (put.name.is_some() || put.size.is_some()) {
            return Some("--name and --size are about one FILE: put each file by itself");
        }
        let from_standard_input = put.files.iter().filter(|file| file.as_os_str() == "-").count();
        (from_standard_input > 1).then_some("standard input can be put once: give one -")
    }

    pub(crate) fn voice(&self) -> Voice {
        Voice { json: self.json, quiet: self.quiet }
    }
}

const EXAMPLES: &str = "\
Examples:
  wharf put big.h5 > ticket           put a file, keep its ticket
  wharf get @ticket -o copy.h5        get it, on this node, or on another if this one is served
  wharf get @ticket | head -c 100     look at its beginning
  wharf ls                            what is there, whose, and how large
  wharf evict @ticket                 end it, and free its memory
  wharf put --name T/1 big.h5         put it, to be found by name
  wharf get name:T/1 -o copy.h5       where a ticket is wanted, a name will do
  wharf serve --listen 7700           let other nodes get what is here
  wharf explain @ticket               which way leads to an object, and why no other
  wharf sweep                         free what dead processes left behind
  wharf info                          this node, and the configuration in effect

Exit status: 0 done, 1 failed, 2 wrong usage, 3 the deadline passed first. WHARF_LOG=debug says \
more.

Configuration comes from options, else from WHARF_SHM_DIR, WHARF_CAPACITY, WHARF_WAIT, \
WHARF_LEAVE_DEAD, WHARF_LISTEN, WHARF_ENCRYPT, WHARF_TRUSTED, WHARF_SECRET, WHARF_REPLICAS and WHARF_TRUST_REPLICAS, \
else from the file that WHARF_CONFIG names, or ~/.config/wharf.toml. \
`wharf info` shows what came from where.

In JSON, sizes are bytes and times are seconds. An error's kind is evicted, deadline, failed, \
owner-died, other-node, unreachable, refused, listen, no-right, no-copy, no-ticket, no-name, name-taken, no-directory, full, configuration or other.";

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Put files, or standard input, and print their tickets
    Put(Put),
    /// Write an object's bytes to standard output or a file
    Get(Get),
    /// Let other nodes get this node's objects, until it is ended
    Serve(Serve),
    /// Say which way leads to an object, what it costs, and why no other
    Explain(Explain),
    /// Say what an object is, and in what state
    Stat(Stat),
    /// List what is in this node's shared memory
    Ls(Ls),
    /// Wait until objects are sealed
    Wait(Wait),
    /// End objects, and free their memory once nobody views them
    Evict(Evict),
    /// Give an object a name that it can be found by
    Publish(Publish),
    /// Print the ticket that was published under a name
    Lookup(Lookup),
    /// List names and their tickets
    Names(Names),
    /// Take a name away; its object stays
    Unpublish(Unpublish),
    /// Free what dead processes left behind, and say what that was
    Sweep(Sweep),
    /// Describe this node, what it has left, and the configuration in effect
    #[command(after_help = INFO_EXAMPLES)]
    Info,
    /// Print a shell's completions for this command
    Completions(Completions),
    /// Write this command's manual pages
    Man(Man),
}

const PUT_EXAMPLES: &str = "\
Examples:
  wharf put field.bin                        lives until it is evicted
  wharf put --lifetime once field.bin        for one reader
  wharf put --lifetime lease=2h field.bin    lives for two hours
  tar c results | wharf put -                standard input, of any length
  wharf put step-*.h5 > tickets              several: each line a ticket, a tab and the file
  wharf evict @tickets                       such a file stands for all its tickets
  wharf put --name T/000100 step-100.h5      to be found by name: wharf get name:T/000100
  wharf put --serve --listen 7700 big.h5     share it with other nodes from where it lies

What was put outlives this command. An object for one reader is gone once that has it, even if \
the reader then fails.

With --serve nothing is put: the file is read for whoever asks, until this command is ended. It must \
not be changed meanwhile: if it is, readers are told, and the command ends with status 1. Each \
reader that has ended is told of on standard error. A reader is another address: what its processes \
fetch at the same time is told in one line, once the last of them has ended.

With --json, a line for each file: {\"ticket\", \"file\", \"size\", \"name\"}; with --serve also one for \
each reader that has ended: {\"reader\", \"visits\", \"bytes\", \"seconds\"}. \
Visits that follow each other within a quarter of a second are told together.";

#[derive(Debug, clap::Args)]
#[command(after_help = PUT_EXAMPLES)]
pub(crate) struct Put {
    /// When the objects end: evicted, once, or lease=DURATION (such as 90s, 15m, 2h)
    #[arg(long, value_name = "END", default_value = "evicted", value_parser = parse_end)]
    pub(crate) lifetime: End,

    /// How large standard input is, such as 500M, 1.5GiB or 10GB (M is MiB): fewer or more bytes
    /// are an error. Room is then made once, for all of it
    #[arg(long, value_name = "SIZE")]
    pub(crate) size: Option<Size>,

    /// A name to publish the ticket under, such as T/000100, so that `name:T/000100` stands for it
    #[arg(long, value_name = "NAME")]
    pub(crate) name: Option<String>,

    /// Share the files from where they lie with readers on other nodes, until this command is ended
    #[arg(long, conflicts_with_all = ["lifetime", "size", "name"])]
    pub(crate) serve: bool,

    /// An address to serve them at, as for `wharf serve`; may be given several times
    #[arg(long, value_name = "ADDR", requires = "serve", value_parser = network::parse_address)]
    pub(crate) listen: Vec<SocketAddr>,

    /// The files to put; - is standard input
    #[arg(required = true, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) files: Vec<PathBuf>,
}

const GET_EXAMPLES: &str = "\
Examples:
  wharf get wharf1_1VdSRgEB… > copy.bin
  wharf get @ticket -o copy.bin       never leaves a half-written copy.bin
  wharf get --timeout 10s @ticket     ends with status 3 if it is still pending
  wharf put f | wharf get -           the ticket from standard input
  wharf get --timeout 1m name:T/000100

A name that nobody has published is waited for with --timeout only.

A large object of another node goes into -o FILE by parts, so that it may be larger than this \
node's memory. If that is interrupted, what has come stays in .FILE.wharf-part, and the same command goes \
on from there.

If another node falls silent, it is waited for until the timeout, and standard error says so after five \
seconds.

With --json: {\"file\", \"size\", \"tier\", \"received\", \"encrypted\", \"seconds\"}, on standard error if \
the bytes go to standard output. The tier is shared, replica (a copy that this node had) or tcp; received is \
what came over the network; encrypted is true if all of that was, false if any was not, null if nothing came.";

#[derive(Debug, clap::Args)]
#[command(after_help = GET_EXAMPLES)]
pub(crate) struct Get {
    /// The ticket, name:NAME, @FILE to read it from a file, or - for standard input
    pub(crate) ticket: String,

    /// The file to write, replaced once it is complete, or - for standard output
    #[arg(short, long, value_name = "FILE", default_value = "-", value_hint = ValueHint::FilePath)]
    pub(crate) output: PathBuf,

    /// When to give up: waiting for an object that is still pending, or a name that is not there
    /// yet, and fetching; without it, an object is waited for as long as its producer lives
    #[arg(long, value_name = "DURATION", value_parser = humantime::parse_duration)]
    pub(crate) timeout: Option<Duration>,
}

const STAT_EXAMPLES: &str = "\
Examples:
  wharf stat @ticket
  wharf stat --json @ticket | jq .size

With --json: {\"state\", \"size\", \"form\", \"array\": {\"element\", \"shape\", \"order\"}, \
\"age_seconds\", \"lifetime\": {\"scope\", \"end\", \"left_seconds\"}, \"exposed\", \"owner\": {\"pid\", \"alive\"}, \"node\", \"arena\", \
\"slot\", \"generation\", \"routes\"}. Of an object on another node, only that tells its age, lifetime, and \
owner: they are null.";

#[derive(Debug, clap::Args)]
#[command(after_help = STAT_EXAMPLES)]
pub(crate) struct Stat {
    /// The ticket, name:NAME, @FILE to read it from a file, or - for standard input
    pub(crate) ticket: String,

    /// How long to ask an object's node, if that is another
    #[arg(long, value_name = "DURATION", value_parser = humantime::parse_duration, default_value = "5s")]
    pub(crate) timeout: Duration,
}

const LS_EXAMPLES: &str = "\
Examples:
  wharf ls                            a line for each store
  wharf ls -l                         and for each of its objects, and who views it
  wharf ls --json | jq '.arenas[] | select(.owner.alive | not)'

With --json: {\"directory\", \"exists\", \"arenas\": [{\"id\", \"store\", \"owner\": {\"pid\", \"alive\"}, \
\"age_seconds\", \"objects\", \"pins\", \"taken\", \"capacity\", \"counters\"}]}, and with -l in each arena \"listed\": [{\"slot\", \"generation\", \"state\", \"size\", \
\"age_seconds\", \"pins\", \"pinned_by\", \"exposed\", \"lifetime\": {\"scope\", \"end\", \"left_seconds\"}}].";

#[derive(Debug, clap::Args)]
#[command(after_help = LS_EXAMPLES)]
pub(crate) struct Ls {
    /// List each object too
    #[arg(short, long)]
    pub(crate) long: bool,
}

const WAIT_EXAMPLES: &str = "\
Examples:
  wharf wait @tickets                 until all are sealed
  wharf wait --any @tickets           until one is, and print its ticket
  wharf wait --timeout 1m name:T/1    also for the name, if it is not there yet

Ends with status 0 when they are sealed, 1 when one failed or is gone, 3 when the deadline passed \
first. Nothing is read, and an object for one reader stays.

With --json: {\"done\", \"errors\": [{\"ticket\", \"error\", \"kind\"}]}, and with --any {\"index\", \
\"ticket\"}.";

#[derive(Debug, clap::Args)]
#[command(after_help = WAIT_EXAMPLES)]
pub(crate) struct Wait {
    /// Wait for the first only. One that failed or is gone is an error
    #[arg(long)]
    pub(crate) any: bool,

    /// How long to wait, for names too; without it, as long as the producers live
    #[arg(long, value_name = "DURATION", value_parser = humantime::parse_duration)]
    pub(crate) timeout: Option<Duration>,

    /// Tickets, each as it is, as name:NAME, as @FILE with any number of them, or as - for standard
    /// input
    #[arg(required = true, value_name = "TICKET")]
    pub(crate) tickets: Vec<String>,
}

const EVICT_EXAMPLES: &str = "\
Examples:
  wharf evict @ticket
  wharf evict @tickets                every ticket in the file, each on a line of its own
  wharf put f | wharf evict -

Those that can be evicted are, whatever becomes of the others.

With --json: {\"done\", \"errors\": [{\"ticket\", \"error\", \"kind\"}]}.";

#[derive(Debug, clap::Args)]
#[command(after_help = EVICT_EXAMPLES)]
pub(crate) struct Evict {
    /// Tickets, each as it is, as name:NAME, as @FILE with any number of them, or as - for standard
    /// input
    #[arg(required = true, value_name = "TICKET")]
    pub(crate) tickets: Vec<String>,
}

const PUBLISH_EXAMPLES: &str = "\
Examples:
  wharf publish T/000100 @ticket
  wharf publish latest name:T/000100

The name stands until its object is gone, or until it is taken away. A name whose object is gone is \
free again.";

#[derive(Debug, clap::Args)]
#[command(after_help = PUBLISH_EXAMPLES)]
pub(crate) struct Publish {
    /// The name: any text of up to 255 bytes
    pub(crate) name: String,

    /// The ticket, name:NAME, @FILE to read it from a file, or - for standard input
    pub(crate) ticket: String,
}

const LOOKUP_EXAMPLES: &str = "\
Examples:
  wharf lookup T/000100 > ticket
  wharf lookup --timeout 1m T/000100      waits until somebody publishes it

With --json: {\"name\", \"ticket\", \"size\"}.";

#[derive(Debug, clap::Args)]
#[command(after_help = LOOKUP_EXAMPLES)]
pub(crate) struct Lookup {
    /// The name
    pub(crate) name: String,

    /// How long to wait for somebody to publish it; without it, not at all
    #[arg(long, value_name = "DURATION", value_parser = humantime::parse_duration)]
    pub(crate) timeout: Option<Duration>,
}

const NAMES_EXAMPLES: &str = "\
Examples:
  wharf names                             each line a ticket, a tab and the name
  wharf names T/ > steps                  those that begin with T/
  wharf evict @steps

With --json: [{\"name\", \"ticket\", \"size\"}].";

#[derive(Debug, clap::Args)]
#[command(after_help = NAMES_EXAMPLES)]
pub(crate) struct Names {
    /// What the names are to begin with
    #[arg(default_value = "")]
    pub(crate) prefix: String,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Unpublish {
    /// The name
    pub(crate) name: String,
}

const SWEEP_EXAMPLES: &str = "\
Examples:
  wharf sweep                         after a crash: what nobody can want any more
  wharf sweep --all                   at the end of a job: what was put to outlive it as well

Objects of processes that are alive stay in any case. If the directory's own file is damaged, \
--all removes everything once no process uses it.

With --json: {\"processes\", \"objects_evicted\", \"arenas_removed\", \"names_removed\", \"bytes_freed\", \"arenas_kept\", \"failed\", \
\"strangers\", \"mended\"}.";

#[derive(Debug, clap::Args)]
#[command(after_help = SWEEP_EXAMPLES)]
pub(crate) struct Sweep {
    /// End what was put to outlive its process as well: everything that `wharf put` put
    #[arg(long)]
    pub(crate) all: bool,
}

const INFO_EXAMPLES: &str = "\
Examples:
  wharf info
  wharf info --json | jq -r '.configuration[] | \"\\(.name) \\(.origin)\"'

With --json: {\"version\", \"directory\", \"node\": {\"id\", \"filesystem\": {\"size\", \"used\", \"available\"}, \
\"memory\": {\"available\", \"limit\"}, \"arenas\", \"objects\", \"taken\", \"served_at\"}, \"tiers\": [{\"name\", \"available\", \
\"why\"}], \"configuration\": [{\"name\", \"value\", \"origin\"}]}; node is null while there is no directory.";

const COMPLETIONS_EXAMPLES: &str = "\
Examples:
  wharf completions bash > ~/.local/share/bash-completion/completions/wharf
  wharf completions zsh > ~/.zfunc/_wharf
  wharf completions fish > ~/.config/fish/completions/wharf.fish";

#[derive(Debug, clap::Args)]
#[command(after_help = COMPLETIONS_EXAMPLES)]
pub(crate) struct Completions {
    /// The shell
    pub(crate) shell: clap_complete::Shell,
}

const MAN_EXAMPLES: &str = "\
Examples:
  wharf man --out ~/.local/share/man/man1 && man wharf-put";

#[derive(Debug, clap::Args)]
#[command(after_help = MAN_EXAMPLES)]
pub(crate) struct Man {
    /// The folder to write them into, made if need be
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(crate) out: PathBuf,
}

fn parse_end(text: &str) -> Result<End, String> {
    const EXAMPLES: &str = "write a lease as lease=90s, lease=15m or lease=2h";
    match text.split_once('=') {
        None if text == "evicted" => Ok(End::Evicted),
        None if text == "once" => Ok(End::Once),
        Some(("lease", time)) => match humantime::parse_duration(time) {
            Ok(Duration::ZERO) => Err(format!("nobody could ever get it; {EXAMPLES}")),
            Ok(time) => Ok(End::Lease(time)),
            Err(error) => Err(format!("{error}; {EXAMPLES}")),
        },
        _ => Err("write evicted, once, or lease=DURATION (such as lease=15m)".into()),
    }
}

#[cfg(test)]
mod tests {
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
        for wrong in ["", "never", "lease", "lease=", "lease=soon", "lease=0s", "lease=0", "once=1"]
        {
            let refusal = parse_end(wrong).unwrap_err();
            assert!(refusal.contains("lease="), "{wrong}: {refusal}");
        }
    }
}
