//! Fuzz targets under libFuzzer, for a bounded number of runs.
//!
//! cargo-fuzz is not needed: what it does is to build with the flags below. A crash leaves its input
//! in `fuzz/artifacts/TARGET`, and its output above says how to run it again.

use std::path::Path;

use anyhow::{Context, Result};

use crate::place::{self, Scratch};
use crate::tally::Tally;
use crate::tool::{Finished, Tool};

/// How often each target is run at least.
const RUNS: u64 = 100_000;
/// A target that works on files does some hundred runs a second.
const SLOW: (&str, u64) = ("shared_memory", 5_000);
/// Edge counters, their addresses and the operands of comparisons are what libFuzzer steers by.
const FLAGS: &str = "-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares -Zsanitizer=address --cfg fuzzing \
    -Cdebug-assertions -Ccodegen-units=1 -Dwarnings";

pub(crate) fn run() -> Result<Tally> {
    let folder = place::root().join("fuzz");
    let output = place::target().join("fuzz");
    let target = place::sanitized_target();
    Tool::cargo()
        .args(["build", "--release", "--bins", "--target", &target])
        .folder(&folder)
        .env("RUSTC_BOOTSTRAP", "1")
        .env("RUSTFLAGS", FLAGS)
        .env("CARGO_TARGET_DIR", &output)
        .succeed()?;
    let mut tally = Tally::default();
    for name in targets(&folder)? {
        let binary = output.join(&target).join("release").join(&name);
        tally.add(fuzz(&folder, &name, &binary)?);
    }
    Ok(tally)
}

/// The targets are the files of `fuzz/fuzz_targets`.
fn targets(folder: &Path) -> Result<Vec<String>> {
    let folder = folder.join("fuzz_targets");
    let mut names = Vec::new();
    for entry in
        std::fs::read_dir(&folder).with_context(|| format!("cannot list {}", folder.display()))?
    {
        let file = entry?.file_name();
        names.extend(file.to_string_lossy().strip_suffix(".rs").map(str::to_owned));
    }
    names.sort();
    Ok(names)
}

fn fuzz(folder: &Path, name: &str, binary: &Path) -> Result<Tally> {
    let runs = if name == SLOW.0 { SLOW.1 } else { RUNS };
    let artifacts = folder.join("artifacts").join(name);
    std::fs::create_dir_all(&artifacts)
        .with_context(|| format!("cannot make {}", artifacts.display()))?;
    let shared_memory = Scratch::shared_memory("fuzz")?;
    let found = Scratch::new(&std::env::temp_dir(), "corpus")?;
    let mut corpora = vec![found.path().to_owned(), folder.join("seeds").join(name)];
    corpora.retain(|corpus| corpus.is_dir());
    let Finished { status, text } = Tool::new(binary)
        .args([format!("-runs={runs}"), format!("-artifact_prefix={}/", artifacts.display())])
        .args(corpora)
        .env("WHARF_SHM_DIR", shared_memory.path())
        .show(|line| !line.contains("\tNEW ") && !line.contains("\tREDUCE "))
        .run()?;
    let done = text.lines().find_map(done_runs).unwrap_or(0);
    let mut tally = Tally { proof: format!("{name} {done} runs"), ..Tally::default() };
    if status.success() && done >= runs {
        tally.passed = 1;
    } else {
        tally.failed.push(format!("{name}: {status} after {done} of {runs} runs"));
    }
    Ok(tally)
}

/// `Done 100000 runs in 3 second(s)`
fn done_runs(line: &str) -> Option<u64> {
    line.strip_prefix("Done ")?.split_once(" runs in ")?.0.parse().ok()
}

#[cfg(test)]
mod tests {
    #[test]
    fn reads_the_closing_line() {
        assert_eq!(super::done_runs("Done 20000 runs in 0 second(s)"), Some(20_000));
        assert_eq!(super::done_runs("#20000\tDONE   cov: 25"), None);
    }
}
