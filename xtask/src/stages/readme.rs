//! The README's promises: every shell block runs as written, every Rust block is a passing test.
//!
//! Shell blocks run in order in one empty folder that the next block finds as the last one left
//! it, with bash, stopping at the first command that fails. Those that start with `cargo` run in the checkout
//! and install into a folder of the run. The one line that is not run is the one that is running.

use std::path::Path;

use anyhow::{Context, Result, bail};

use super::suite::cargo_test;
use crate::place::{self, Scratch};
use crate::tally::{self, Tally};
use crate::tool::Tool;

pub(crate) fn run(shared_memory: &Path) -> Result<Tally> {
    let path = place::root().join("README.md");
    let readme = std::fs::read_to_string(&path)
        .with_context(|| format!("cannot read {}", path.display()))?;
    let mut tally = shell(&blocks(&readme, "sh"), shared_memory)?;
    tally.add(rust(blocks(&readme, "rust").len(), shared_memory)?);
    Ok(tally)
}

fn shell(blocks: &[String], shared_memory: &Path) -> Result<Tally> {
    let folder = Scratch::new(&std::env::temp_dir(), "readme")?;
    let installed = folder.path().join("installed");
    let path = std::env::var("PATH").context("PATH is not set, or not text")?;
    let mut tally = Tally::default();
    for block in blocks {
        let (own, rest): (Vec<&str>, Vec<&str>) =
            block.lines().partition(|line| is_this_very_run(line));
        println!("{}{}", own.join("\n"), if own.is_empty() { "" } else { "   # running now" });
        let script = rest.join("\n");
        let in_checkout = script.starts_with("cargo ");
        let script = format!("set -euxo pipefail # README.md\n{script}");
        let ended = Tool::new("bash")
            .args(["-c", &script])
            .folder(if in_checkout { place::root() } else { folder.path() })
            .env("PATH", format!("{}:{path}", installed.join("bin").display()))
            .env("CARGO_INSTALL_ROOT", &installed)
            .env("CARGO_TARGET_DIR", place::target())
            .env("WHARF_SHM_DIR", shared_memory)
            .succeed();
        match ended {
            Ok(_) => tally.passed += 1,
            Err(error) => tally.failed.push(format!("README.md, shell block: {error:#}")),
        }
    }
    tally.proof = format!("{} shell blocks", blocks.len());
    if blocks.is_empty() {
        bail!("README.md has no block marked `sh`: what should be run?");
    }
    Ok(tally)
}

fn is_this_very_run(line: &str) -> bool {
    line.starts_with("cargo xtask test")
}

/// The library takes the README in as documentation, for its documentation tests alone.
fn rust(expected: usize, shared_memory: &Path) -> Result<Tally> {
    let text = cargo_test()
        .args(["--doc", "--", "README.md"])
        .env("WHARF_SHM_DIR", shared_memory)
        .run()?
        .text;
    let mut tally = tally::of_cargo_test(&text);
    if expected == 0 || tally.ran() != expected as u64 {
        tally
            .failed
            .push(format!("README.md: {expected} Rust blocks, of which {} ran", tally.ran()));
    }
    tally.proof = format!("{expected} Rust blocks");
    Ok(tally)
}

/// The fenced blocks marked exactly `language`.
fn blocks(text: &str, language: &str) -> Vec<String> {
    let mut blocks: Vec<String> = Vec::new();
    let mut open: Option<bool> = None;
    for line in text.lines() {
        match (line.strip_prefix("```"), open) {
            (Some(mark), None) => {
                open = Some(mark == language);
                if mark == language {
                    blocks.push(String::new());
                }
            }
            (Some(_), Some(_)) => open = None,
            (None, Some(true)) => {
                if let Some(block) = blocks.last_mut() {
                    block.push_str(line);
                    block.push('\n');
                }
            }
            (None, _) => {}
        }
    }
    blocks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_the_blocks_of_one_language() {
        let text =
            "a\n```sh\none\ntwo\n```\nb\n```rust\nx\n```\n```\nplain\n```\n```sh\nthree\n```\n";
        assert_eq!(blocks(text, "sh"), ["one\ntwo\n", "three\n"]);
        assert_eq!(blocks(text, "rust"), ["x\n"]);
    }
}
