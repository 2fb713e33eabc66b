//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::model::Model;
use crate::run::Role;

#[derive(Debug, Parser)]
#[command(name = "gray-scott", version, about, after_help = EXAMPLES)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run the whole demonstration: a simulation, its followers, one of them killed, and a picture
    Run(RunArgs),
    /// Simulate, and write a line with a ticket for every step that is shared
    Simulate(SimulationArgs),
    /// Read a simulation's lines, and write one with each step's statistics
    Statistics(FollowerArgs),
    /// Read a simulation's lines, and draw each step as a PNG
    Frames {
        /// Where to draw them
        #[arg(long, value_name = "FOLDER", default_value = "target/demo/frames")]
        out: PathBuf,
        #[command(flatten)]
        follower: FollowerArgs,
    },
}

#[derive(Debug, Args)]
#[command(after_help = RUN_EXAMPLES)]
pub(crate) struct RunArgs {
    #[command(flatten)]
    pub(crate) simulation: SimulationArgs,
    /// Where the pictures and figures go
    #[arg(long, value_name = "FOLDER", default_value = "target/demo", overrides_with = "out")]
    pub(crate) out: PathBuf,
    /// Which follower to kill with SIGKILL half-way, and to start again
    #[arg(long, value_name = "WHO", default_value = "frames")]
    pub(crate) kill: Victim,
    /// Leave out the follower on another host, which takes root
    #[arg(long)]
    pub(crate) one_host: bool,
}

#[derive(Clone, Debug, Args)]
pub(crate) struct SimulationArgs {
    /// Cells along each side of the square
    #[arg(long, value_name = "N", default_value_t = 512, value_parser = clap::value_parser!(u32).range(16..=16384))]
    pub(crate) size: u32,
    /// How many steps to share, after the initial state
    #[arg(long, value_name = "N", default_value_t = 120, value_parser = clap::value_parser!(u64).range(4..))]
    pub(crate) steps: u64,
    /// Iterations of the simulation from one shared step to the next
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) iterations: u64,
    /// How many steps to keep; older ones are evicted, seen or not
    #[arg(long, value_name = "N", default_value_t = 8, value_parser = clap::value_parser!(u64).range(2..))]
    pub(crate) keep: u64,
    /// Which pattern to grow
    #[arg(long, default_value = "coral")]
    pub(crate) pattern: Pattern,
    /// Decides the initial state
    #[arg(long, value_name = "N", default_value_t = 7)]
    pub(crate) seed: u64,
    /// Share by copying, as one would without Wharf, and count the bytes
    #[arg(long)]
    pub(crate) copy: bool,
}

#[derive(Debug, Args)]
pub(crate) struct FollowerArgs {
    /// Copy each step before working on it, and count the bytes
    #[arg(long)]
    pub(crate) copy: bool,
}

/// Rates that make a pattern of a kind.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Pattern {
    /// Branches that grow into a labyrinth
    Coral,
    /// Walls around each other
    Maze,
    /// Spots that divide until the plane is full
    Mitosis,
}

/// A follower, or none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Victim {
    Frames,
    Statistics,
    Elsewhere,
    Nobody,
}

impl Victim {
    pub(crate) fn is(self, role: Role) -> bool {
        match self {
            Victim::Frames => role == Role::Frames,
            Victim::Statistics => role == Role::Statistics,
            Victim::Elsewhere => role == Role::Elsewhere,
            Victim::Nobody => false,
        }
    }
}

impl Pattern {
    /// F and k.
    pub(crate) fn rates(self) -> (f64, f64) {
        match self {
            Pattern::Coral => (0.0545, 0.062),
            Pattern::Maze => (0.030, 0.0565),
            Pattern::Mitosis => (0.0367, 0.0649),
        }
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Pattern::Coral => "coral",
            Pattern::Maze => "maze",
            Pattern::Mitosis => "mitosis",
        }
    }
}

impl SimulationArgs {
    pub(crate) fn model(&self) -> Model {
        let (feed, kill) = self.pattern.rates();
        Model { n: self.size as usize, feed, kill }
    }

    /// Bytes of one state.
    pub(crate) fn bytes(&self) -> u64 {
        (self.model().len() * size_of::<f64>()) as u64
    }

    /// The same, as words of a command line.
    pub(crate) fn words(&self) -> Vec<String> {
        let numbers = [
            ("--size", u64::from(self.size)),
            ("--steps", self.steps),
            ("--iterations", self.iterations),
            ("--keep", self.keep),
            ("--seed", self.seed),
        ];
        let mut words = vec!["--pattern".to_owned(), self.pattern.name().to_owned()];
        words.extend(numbers.iter().flat_map(|(name, n)| [(*name).to_owned(), n.to_string()]));
        words.extend(self.copy.then(|| "--copy".to_owned()));
        words
    }
}

const EXAMPLES: &str = "\
Examples:
  gray-scott run                                   the whole of it, into target/demo
  gray-scott simulate | gray-scott statistics      the same parts by hand, through a pipe
  gray-scott simulate | gray-scott frames --out f  one follower is as good as two";

const RUN_EXAMPLES: &str = "\
Examples:
  gray-scott run --copy                       by copying, for comparison
  gray-scott run --one-host                   with nobody on another host
  gray-scott run --pattern maze --seed 3      another picture
  gray-scott run --size 1024 --iterations 50  16 MiB a step";
