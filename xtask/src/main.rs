//! The two commands of the README, and nothing that a user of the library needs.
//!
//! ```text
//! cargo xtask demo            follow a simulation from two other processes while it runs
//! cargo xtask demo --help     say what it can be told
//! cargo xtask test            set up this machine, run every stage, say what ran
//! cargo xtask test fmt docs   run only these stages
//! cargo xtask test --list     say which stages there are
//! cargo xtask api             compare the public API with fabric/public-api.txt and shm/public-api.txt
//! cargo xtask api --accept    write these anew: the change is meant
//! cargo xtask install --prefix DIR    install the library and the command for C, C++ and Fortran
//! cargo xtask dist            make a source archive that builds with no network
//! ```
//!
//! Exit status: 0 done, 1 something failed, 2 wrong usage.

mod api;
mod demo;
mod dist;
mod install;
mod place;
mod setup;
mod skips;
mod stages;
mod tally;
mod test;
mod tool;

use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match words.as_slice() {
        ["demo", "--", words @ ..] | ["demo", words @ ..] => demo::run(words).map(|()| true),
        ["test", "--list"] => {
            test::list();
            Ok(true)
        }
        ["test", names @ ..] if names.iter().all(|name| stages::find(name).is_some()) => {
            test::run(names)
        }
        ["api"] => test::run(&["api"]),
        ["api", "--accept"] => api::accept().map(|()| true),
        ["install", "--prefix", prefix] => install::run(prefix).map(|()| true),
        ["dist"] => dist::run().map(|()| true),
        ["help" | "--help" | "-h"] => {
            println!("{USAGE}");
            Ok(true)
        }
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

const USAGE: &str = "\
usage: cargo xtask demo [OPTION...]  show the main job, end to end; --help lists the options
       cargo xtask test [STAGE...]   set up this machine and run every test, or only these stages
       cargo xtask test --list       list the stages
       cargo xtask api [--accept]    compare the public API with the committed listings, or write them anew
       cargo xtask install --prefix DIR  install the library and the command for C, C++ and Fortran
       cargo xtask dist              make a source archive that builds with no network";
