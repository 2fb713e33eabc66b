//! What the command does: one file per subcommand.

mod each;
mod evict;
mod explain;
mod generate;
mod get;
mod info;
mod ls;
mod names;
mod put;
mod serve;
mod share;
mod stat;
mod sweep;
mod wait;

use wharf::Options;

use crate::args::{Args, Command};
use crate::session::Session;

/// Does what the command line says.
pub(crate) fn run(args: Args) -> anyhow::Result<()> {
    let session = Session {
        voice: args.voice(),
        options: Options { directory: args.dir, ..Options::default() },
    };
    match args.command {
        Command::Put(args) if args.serve => share::run(&session, &args),
        Command::Put(args) => put::run(&session, &args),
        Command::Get(args) => get::run(&session, &args),
        Command::Serve(args) => serve::run(&session, &args),
        Command::Explain(args) => explain::run(&session, &args),
        Command::Stat(args) => stat::run(&session, &args),
        Command::Ls(args) => ls::run(&session, &args),
        Command::Wait(args) => wait::run(&session, &args),
        Command::Publish(args) => names::publish(&session, &args),
        Command::Lookup(args) => names::lookup(&session, &args),
        Command::Names(args) => names::names(&session, &args),
        Command::Unpublish(args) => names::unpublish(&session, &args),
        Command::Evict(args) => evict::run(&session, &args),
        Command::Sweep(args) => sweep::run(session, &args),
        Command::Info => info::run(&session),
        Command::Completions(args) => generate::completions(&args),
        Command::Man(args) => generate::man(&args),
    }
}
