//! Running tests that need hosts, or saying by their names that they were skipped.

use std::process::ExitCode;

use libtest_mimic::{Arguments, Failed, Trial};
use wharf_cluster_tests::missing;

pub(crate) type Test = fn() -> anyhow::Result<()>;

pub(crate) fn run(tests: &'static [(&str, Test)]) -> ExitCode {
    let skip = missing();
    let trials = tests.iter().map(|(name, test)| {
        let why = skip.clone();
        Trial::test(*name, move || {
            if let Some(why) = why {
                println!("skipped: {why}");
                return Ok(());
            }
            test().map_err(|error| Failed::from(format!("{error:?}")))
        })
    });
    libtest_mimic::run(&Arguments::from_args(), trials.collect()).exit_code()
}
