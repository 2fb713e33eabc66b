//! Node memory between real processes: killed, forked, stopped, starved and lied to.
//!
//! This program is the tests and, started again with a role, the processes they drive: see
//! [`puppet`]. Each test has a directory of its own, see [`place`],
//! and some have a process of their own, see [`alone`].

// All of this program is tests, though none that Clippy knows.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

mod acts;
mod alone;
mod damage;
mod directory;
mod exposed;
#[cfg(feature = "fail-points")]
mod fail_points;
mod hostile;
mod large;
mod limits;
mod names;
mod network;
mod pattern;
mod place;
mod placement;
mod puppet;
mod reports;
mod storm;
mod views;
mod waiting;

use libtest_mimic::{Arguments, Trial};

fn main() -> std::process::ExitCode {
    if let Ok(role) = std::env::var("WHARF_TEST_ROLE") {
        return match &*role {
            "storm" => storm::worker::play(),
            role => puppet::play(role),
        };
    }
    let tests = [
        directory::tests(),
        exposed::tests(),
        #[cfg(feature = "fail-points")]
        fail_points::tests(),
        hostile::tests(),
        large::tests(),
        limits::tests(),
        names::tests(),
        network::tests(),
        placement::tests(),
        reports::tests(),
        storm::tests(),
        views::tests(),
        waiting::tests(),
    ];
    libtest_mimic::run(&Arguments::from_args(), tests.into_iter().flatten().collect()).exit_code()
}

/// What a test returns: an error, or a failed assertion, is a failure.
type Outcome = Result<(), Box<dyn std::error::Error>>;

/// A test by the name of its function.
fn test(name: &str, run: fn() -> Outcome) -> Trial {
    Trial::test(name, move || run().map_err(|error| error.to_string().into()))
}
