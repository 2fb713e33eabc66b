//! The documents' promises: what a reader is told to type does what is said, in the order in which it is
//! told.
//!
//! ````text
//! ```sh          run by bash, all blocks of a document in one session that starts in the checkout
//! ```rust        a documentation test of the library, and so is `rust,no_run`, which is only built; one
//!                that begins with `// PATH.rs` is also written into that file of the session's folder
//! ```output      what the block before it prints; `…` stands for anything, alone on its line for any lines
//! ```text        a picture, or what is not tested
//! ````
//!
//! The session stops at the first command that fails. Its `mktemp` makes folders that are removed afterwards, what
//! it installs goes to such a folder, and its shared memory is its own. The one line that is not run is
//! the one that is running.

mod blocks;

use std::path::Path;

use anyhow::{Context, Result, ensure};

use self::blocks::{Block, Kind};
use super::suite::cargo_test;
use crate::place::{self, Scratch};
use crate::tally::{self, Tally};
use crate::tool::{Finished, Tool};

const DOCUMENTS: &[&str] = &[
    "README.md",
    "docs/tutorial.md",
    "docs/network.md",
    "docs/install.md",
    "examples/gray-scott/README.md",
];

pub(crate) fn run(shared_memory: &Path) -> Result<Tally> {
    let (mut tally, mut examples) = (Tally::default(), 0);
    for (number, name) in DOCUMENTS.iter().enumerate() {
        let path = place::root().join(name);
        let text = std::fs::read_to_string(&path)
            .with_context(|| format!("cannot read {}", path.display()))?;
        let blocks = blocks::parse(&text).with_context(|| format!("in {name}"))?;
        examples += blocks.iter().filter(|block| block.kind.is_rust()).count();
        tally.add(session(name, &blocks, &shared_memory.join(number.to_string()))?);
    }
    tally.add(rust(examples, shared_memory)?);
    Ok(tally)
}

/// Runs a document as its reader would.
fn session(name: &str, blocks: &[Block], shared_memory: &Path) -> Result<Tally> {
    let commands = blocks.iter().filter(|block| block.kind == Kind::Shell).count();
    ensure!(commands > 0, "{name} has no block marked `sh`: what should be run?");
    let folder = Scratch::new(&std::env::temp_dir(), "reader")?;
    let transcript = folder.path().join("transcript");
    let installed = folder.path().join("installed");
    let path = std::env::var("PATH").context("PATH is not set, or not text")?;
    let Finished { status, .. } = Tool::new("bash")
        .args(["-c", &script(name, blocks)])
        .env("PATH", format!("{}:{path}", installed.join("bin").display()))
        .env("CARGO_INSTALL_ROOT", &installed)
        .env("CARGO_TARGET_DIR", place::target())
        .env("TMPDIR", folder.path())
        .env("TRANSCRIPT", &transcript)
        .env("WHARF_SHM_DIR", shared_memory)
        .run()?;
    let said = std::fs::read(&transcript)
        .with_context(|| format!("{name}: bash left no {}", transcript.display()))?;
    let said = String::from_utf8_lossy(&said);
    let mut tally = Tally { proof: format!("{name} {commands} shell blocks"), ..Tally::default() };
    for (block, output) in blocks::by_block(blocks, &said) {
        match output.and_then(|output| blocks::compare(block.output.as_deref(), output)) {
            Ok(()) => tally.passed += 1,
            Err(why) => tally.failed.push(format!("{name}, line {}: {why}", block.line)),
        }
    }
    if !status.success() && tally.failed.is_empty() {
        tally.failed.push(format!("{name}: its session ended with {status}"));
    }
    Ok(tally)
}

/// All shell blocks and files of a document, each shell block's output between two marks.
fn script(name: &str, blocks: &[Block]) -> String {
    let mut script = format!("# the shell blocks of {name}\n{PROLOGUE}");
    for block in blocks {
        match &block.kind {
            Kind::Shell => {
                let lines = block.text.lines().map(|line| match is_this_very_run(line) {
                    true => format!(": running now: {line}\n"),
                    false => format!("{line}\n"),
                });
                let (begin, end) = (block.begin(), block.end());
                let lines: String = lines.collect();
                script.push_str(&format!("echo '{begin}'; set -x\n{lines}{QUIET}\necho '{end}'\n"));
            }
            Kind::Rust { file: Some(file) } => {
                let text = &block.text;
                script
                    .push_str(&format!("cat > '{file}' <<'{END_OF_FILE}'\n{text}{END_OF_FILE}\n"));
            }
            Kind::Rust { file: None } => {}
        }
    }
    script
}

fn is_this_very_run(line: &str) -> bool {
    line.starts_with("cargo xtask test")
}

/// The library takes the documents in as documentation, for its documentation tests alone.
fn rust(expected: usize, shared_memory: &Path) -> Result<Tally> {
    let text = cargo_test()
        .args(["--doc", "--"])
        .args(DOCUMENTS)
        .env("WHARF_SHM_DIR", shared_memory.join("rust"))
        .run()?
        .text;
    let mut tally = tally::of_cargo_test(&text);
    if expected == 0 || tally.ran() != expected as u64 {
        tally.failed.push(format!(
            "{}: {expected} Rust blocks, of which {} ran",
            DOCUMENTS.join(" and "),
            tally.ran()
        ));
    }
    tally.proof = format!("{expected} Rust blocks");
    Ok(tally)
}

/// Output and errors are kept, as one stream; what is run is only shown, so that it is not taken for output.
const PROLOGUE: &str = r#"
exec 9>&1
BASH_XTRACEFD=9
exec > >(tee "$TRANSCRIPT") 2>&1
set -euo pipefail
"#;
const QUIET: &str = "{ set +x; } 9>/dev/null";
const END_OF_FILE: &str = "END OF THE BLOCK";
