//! Tests in a process of their own: what they count there is theirs.

use std::process::{Command, ExitCode};

use crate::Test;

/// Which test the process is for.
const ALONE: &str = "WHARF_TEST_ALONE";

/// Runs a test in another process, and fails as it does.
pub(crate) fn start(name: &str) {
    let program = std::env::current_exe().unwrap();
    let output = Command::new(program).env(ALONE, name).output().unwrap();
    let (out, err) =
        (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success() && out.contains("done"), "{}\n{out}{err}", output.status);
}

/// The test that this process is for, if it is for one.
pub(crate) fn run_named(tests: &[Test]) -> Option<ExitCode> {
    let name = std::env::var(ALONE).ok()?;
    let test = tests.iter().find(|test| test.name == name && test.alone).expect("there is one");
    (test.run)();
    println!("done");
    Some(ExitCode::SUCCESS)
}
