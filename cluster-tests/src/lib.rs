//! Hosts, links and faults, on one machine: what Wharf is tested and measured between.
//!
//! ```text
//!   Host "a"                                  Host "b"
//!  ┌─────────────────────────┐   a Link      ┌─────────────────────────┐
//!  │ a network namespace     │  veth: as     │ a network namespace     │
//!  │ a mount namespace with  │◄─fast as it──►│ a mount namespace with  │
//!  │ a /dev/shm of its own   │  gets; or     │ a /dev/shm of its own   │
//!  │ processes               │  emulated:    │ processes               │
//!  └─────────────────────────┘  delay, loss  └─────────────────────────┘
//! ```
//!
//! Namespaces without names: they last as long as a process is in them, so whatever kills a test,
//! nothing stays. It takes root; [`missing`] says what else may be missing, for a test to be skipped
//! by name.
//!
//! ```no_run
//! # fn main() -> anyhow::Result<()> {
//! use wharf_cluster_tests::{Host, Link};
//!
//! let (origin, reader) = (Host::new("origin", 256 << 20)?, Host::new("reader", 256 << 20)?);
//! let link = Link::veth(&origin, &reader)?;
//! let mut server = origin.spawn("wharf", &["serve", "--listen", "0.0.0.0:7700"])?;
//! link.cut()?; // nothing passes, and nobody is told
//! server.stop()?; // SIGSTOP
//! # Ok(()) }
//! ```

mod emulator;
mod host;
mod link;
mod process;

pub use emulator::Emulation;
pub use host::{Host, missing, missing_for_hosts};
pub use link::{Conditions, Link};
pub use process::{Finished, Process};

use std::process::Command;

use anyhow::{Context, ensure};

/// Fills memory with bytes that differ from place to place, with [`MARK`] among them again and again.
pub fn fill(memory: &mut [u8]) {
    for (number, piece) in memory.chunks_mut(2 * MARK.len()).enumerate() {
        let (mark, rest) = piece.split_at_mut(MARK.len().min(piece.len()));
        mark.copy_from_slice(&MARK[..mark.len()]);
        let number = u128::from(number as u64).to_le_bytes();
        rest.copy_from_slice(&number[..rest.len()]);
    }
}

/// What is looked for on the wire.
pub const MARK: &[u8; 16] = b"the-marks-of-it:";

/// Runs a command to its end, and says what it said if it fails.
fn run(command: &mut Command) -> anyhow::Result<()> {
    let output = command.output().with_context(|| format!("cannot run {command:?}"))?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{command:?} failed: {}", said.trim());
    Ok(())
}
