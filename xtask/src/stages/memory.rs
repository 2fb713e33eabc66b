//! The same tests under tools that watch every access to memory.
//!
//! A few are left out by name. Model checks (`loom`) hold no memory that these tools could watch, and
//! switch stacks in ways that the tools take for errors. The test in a cgroup of its own (`a_real_cgroup`)
//! would measure the sanitizer's memory with its own.

use std::path::Path;

use anyhow::{Context, Result};

use super::programs;
use super::suite::cargo_test;
use crate::place;
use crate::tally::{self, Tally};
use crate::tool::{Finished, Tool};

/// What the names of the tests that are left out have in common.
const LEFT_OUT: [&str; 4] = ["--skip", "loom", "--skip", "a_real_cgroup"];

/// AddressSanitizer and LeakSanitizer, in a build of their own.
pub(crate) fn asan(shared_memory: &Path) -> Result<Tally> {
    let Finished { status, text } = Tool::cargo()
        .args(["test", "--locked", "--no-fail-fast", "-p", "wharf-shm", "-p", "wharf", "--lib"])
        .args(["--target", &place::sanitized_target(), "--", "--show-output"])
        .args(LEFT_OUT)
        // The sanitizer is a flag of the nightly compiler, though its runtime comes with the stable one.
        .env("RUSTC_BOOTSTRAP", "1")
        .env("RUSTFLAGS", "-Zsanitizer=address")
        .env("CARGO_TARGET_DIR", place::target().join("asan"))
        .env("WHARF_SHM_DIR", shared_memory)
        // The whole million is the plain run's.
        .env("WHARF_TEST_EVICTIONS", "100000")
        .run()?;
    let mut tally = tally::of_cargo_test(&text);
    tally.proof.push_str(&left_out(&text));
    let reports = text.lines().filter(|line| line.contains("SUMMARY: AddressSanitizer"));
    tally.failed.extend(reports.map(str::to_owned));
    if !status.success() && tally.failed.is_empty() {
        tally.failed.push(format!("cargo test under AddressSanitizer: {status}"));
    }
    tally.add(programs::asan(shared_memory)?);
    Ok(tally)
}

/// Valgrind's memcheck over the plain unit tests of the node memory.
pub(crate) fn valgrind(shared_memory: &Path) -> Result<Tally> {
    let build = cargo_test().args(["--no-run"]).succeed()?;
    let binary =
        executable(&build, "wharf_shm").context("cargo named no unit tests of wharf-shm")?;
    // Cargo names it from the root.
    let binary = place::root().join(binary);
    let Finished { status, text } = Tool::new("valgrind")
        .args(["--error-exitcode=9", "--leak-check=full", "--errors-for-leak-kinds=definite"])
        .args(["--show-leak-kinds=definite"])
        .args([&binary])
        .args(["--show-output", "--test-threads=2"])
        .args(LEFT_OUT)
        .env("WHARF_SHM_DIR", shared_memory)
        .folder(place::root().join("shm"))
        .run()?;
    let mut tally = tally::of_test_binary("wharf-shm under valgrind", &text);
    // One summary for each process: a forked child has its own.
    let summaries: Vec<&str> =
        text.lines().filter(|line| line.contains("ERROR SUMMARY: ")).collect();
    let bad = summaries.iter().filter(|line| !line.contains("ERROR SUMMARY: 0 errors"));
    tally.failed.extend(bad.map(|line| format!("valgrind: {line}")));
    if summaries.is_empty() || (!status.success() && tally.failed.is_empty()) {
        tally.failed.push(format!("valgrind: {status}, with {} error summaries", summaries.len()));
    }
    tally.proof = format!("{} error summaries{}", summaries.len(), left_out(&text));
    Ok(tally)
}

/// How many tests ran elsewhere only.
fn left_out(text: &str) -> String {
    let results = text.lines().filter(|line| line.starts_with("test result: "));
    let count = |line: &str| -> Option<u64> {
        line.split("; ").find_map(|part| part.strip_suffix(" filtered out")?.parse().ok())
    };
    let total: u64 = results.filter_map(count).sum();
    format!(", {total} tests left to the plain run")
}

/// `PATH/NAME-HASH` of `Executable unittests src/lib.rs (PATH/NAME-HASH)`.
fn executable<'a>(build: &'a str, name: &str) -> Option<&'a str> {
    let mut paths = build.lines().filter_map(|line| {
        let line = line.trim_start().strip_prefix("Executable unittests ")?;
        line.rsplit_once('(')?.1.strip_suffix(')')
    });
    let file = format!("/{name}-");
    paths.find(|path| path.contains(&file))
}

#[cfg(test)]
mod tests {
    #[test]
    fn finds_the_unit_tests_of_a_package() {
        let build = "  Executable unittests src/lib.rs (/t/deps/wharf-01)\n  \
            Executable unittests src/lib.rs (/t/deps/wharf_shm-02)\n  \
            Executable tests/wharf_shm.rs (/t/deps/wharf_shm-03)\n";
        assert_eq!(super::executable(build, "wharf_shm"), Some("/t/deps/wharf_shm-02"));
        assert_eq!(super::executable(build, "wharf_cli"), None);
    }
}
