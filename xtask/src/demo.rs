//! `cargo xtask demo`: builds the demonstration in `examples/gray-scott`, and becomes it.

use std::os::unix::process::CommandExt;
use std::process::Command;

use anyhow::{Context, Result};

use crate::place;
use crate::setup::{self, Need};
use crate::tool::Tool;

/// Comes back only if the demonstration cannot be started: it takes this program's place, so that
/// whoever interrupts or kills the one has the other.
pub(crate) fn run(words: &[&str]) -> Result<()> {
    setup::meet(&[Need::C, Need::Hosts])?;
    println!("building the release (a minute or two the first time)");
    Tool::cargo().args(["build", "--release", "--locked", "-p", "wharf-gray-scott"]).succeed()?;
    let program = place::target().join("release/gray-scott");
    // A folder that the user names comes later, and counts.
    let out = place::target().join("demo");
    let error = Command::new(&program).arg("run").arg("--out").arg(out).args(words).exec();
    Err(error).with_context(|| format!("cannot start {}", program.display()))
}
