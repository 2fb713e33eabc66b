//! The test suite itself.

use std::path::Path;

use anyhow::Result;

use super::lint::FEATURES;
use crate::tally::{self, Tally};
use crate::tool::{Finished, Tool};

/// `cargo test` of everything, as every stage calls it that tests the plain build: the same features
/// of the same packages, so that nothing is built twice.
pub(crate) fn cargo_test() -> Tool {
    let features = ["--features", FEATURES];
    Tool::cargo().args(["test", "--workspace", "--locked", "--no-fail-fast"]).args(features)
}

pub(crate) fn run(shared_memory: &Path) -> Result<Tally> {
    cargo_test().args(["--no-run"]).succeed()?;
    // By itself the storm of processes is shorter, for those who run one test again and again.
    let tests = cargo_test().args(["--", "--show-output"]).env("WHARF_STORM_SECONDS", "60");
    count(tests, shared_memory)
}

/// What the plain build leaves out: NUMA placement and huge pages.
pub(crate) fn placement(shared_memory: &Path) -> Result<Tally> {
    let package = ["test", "--package", "wharf-shm", "--locked", "--no-fail-fast"];
    let features = ["--features", "numa,fail-points", "--test", "processes"];
    let tests = ["--", "--show-output", "placement"];
    count(Tool::cargo().args(package).args(features).args(tests), shared_memory)
}

fn count(tests: Tool, shared_memory: &Path) -> Result<Tally> {
    let Finished { status, text } = tests.env("WHARF_SHM_DIR", shared_memory).run()?;
    let mut tally = tally::of_cargo_test(&text);
    if !status.success() && tally.failed.is_empty() {
        tally.failed.push(format!("cargo test: {status}"));
    }
    Ok(tally)
}
