//! Waiting, by calls that block and by futures, among real processes: sealed, failed, killed and
//! stopped.
//!
//! This program is the tests and, started again with a role, the processes they drive: see
//! [`puppet`]. Tests that look at their own process have one to themselves: see [`alone`].

// All of this program is tests, though none that Clippy knows.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

mod alone;
mod crowds;
mod deaths;
mod executor;
mod forks;
mod memory;
mod once;
mod place;
mod puppet;
mod thread;

use libtest_mimic::{Arguments, Trial};

fn main() -> std::process::ExitCode {
    if std::env::var_os(puppet::ROLE).is_some() {
        return puppet::play();
    }
    let lists = [crowds::tests(), deaths::tests(), forks::tests(), once::tests(), thread::tests()];
    let tests: Vec<_> = lists.into_iter().flatten().collect();
    if let Some(outcome) = alone::run_named(&tests) {
        return outcome;
    }
    let trials = tests.into_iter().map(Test::into_trial).collect();
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}

/// A test by the name of its function.
struct Test {
    name: &'static str,
    run: fn(),
    /// In a process of its own.
    alone: bool,
}

impl Test {
    const fn new(name: &'static str, run: fn()) -> Self {
        Self { name, run, alone: false }
    }

    const fn alone(name: &'static str, run: fn()) -> Self {
        Self { name, run, alone: true }
    }

    fn into_trial(self) -> Trial {
        Trial::test(self.name, move || {
            if self.alone {
                alone::start(self.name)
            } else {
                (self.run)()
            }
            Ok(())
        })
    }
}
