//! Form: formatting, lints, documentation. Each counts what its tool says it looked at.

use std::collections::BTreeSet;

use anyhow::Result;

use crate::place;
use crate::tally::Tally;
use crate::tool::{Finished, Tool};

/// The manifests of the packages that are no members of the workspace.
const APART: &[&str] = &["fuzz/Cargo.toml", "xtask/public-api/Cargo.toml"];

pub(crate) fn fmt() -> Result<Tally> {
    let mut files = BTreeSet::new();
    let mut ok = true;
    for manifest in ["Cargo.toml"].iter().chain(APART) {
        let Finished { status, text } = Tool::cargo()
            .args(["fmt", "--all", "--check", "--manifest-path", manifest, "--", "--verbose"])
            .show(|line| {
                !["Formatting ", "Spent ", "Using "].iter().any(|start| line.starts_with(start))
            })
            .run()?;
        files.extend(
            text.lines().filter_map(|line| line.strip_prefix("Formatting ")).map(str::to_owned),
        );
        ok &= status.success();
    }
    Ok(Tally::check("cargo fmt --check", ok, files.len(), "files"))
}

pub(crate) fn clippy() -> Result<Tally> {
    let plain = ["clippy", "--workspace", "--all-targets", "--locked", "-v"];
    let deny = ["--", "-D", "warnings"];
    let mut tally = over_packages("clippy", Tool::cargo().args(plain).args(deny))?;
    let features = ["--features", FEATURES];
    tally.add(over_packages(
        "clippy with features",
        Tool::cargo().args(plain).args(features).args(deny),
    )?);
    Ok(tally)
}

pub(crate) fn docs() -> Result<Tally> {
    let arguments =
        ["doc", "--workspace", "--no-deps", "--document-private-items", "--locked", "-v"];
    let features = ["--features", FEATURES];
    over_packages(
        "docs",
        Tool::cargo().args(arguments).args(features).env("RUSTDOCFLAGS", "-D warnings"),
    )
}

/// Under `-v`, cargo names each package that it looked at, and those it found fresh.
fn over_packages(name: &str, tool: Tool) -> Result<Tally> {
    let Finished { status, text } = tool.show(is_news).run()?;
    let root = format!("({}/", place::root().display());
    let packages: BTreeSet<&str> = text
        .lines()
        .filter(|line| line.contains(&root))
        .filter_map(|line| {
            let mut words = line.split_whitespace();
            let verb = words.next()?;
            ["Checking", "Compiling", "Documenting", "Fresh"]
                .contains(&verb)
                .then(|| words.next())?
        })
        .collect();
    Ok(Tally::check(name, status.success(), packages.len(), "packages"))
}

fn is_news(line: &str) -> bool {
    let line = line.trim_start();
    !["Running `", "Fresh ", "Dirty ", "Downloaded "].iter().any(|start| line.starts_with(start))
}

/// What is optional and can be built anywhere: the element types and arrays of other crates, and kill
/// points in the node memory, for tests alone.
pub(crate) const FEATURES: &str = "wharf/complex,wharf/half,wharf/ndarray,wharf-shm/fail-points";
