//! `cargo xtask api`: the public API of the libraries, compared with what was last agreed on.
//!
//! ```text
//! cargo rustdoc, as JSON ─▶ wharf-public-api ─▶ one line an item ─┬─ differs ─▶ each line that came or went
//!                           fabric/public-api.txt, committed ─────┘
//! ```
//!
//! The JSON is an unstable format of the compiler. A compiler that writes another one than
//! `xtask/public-api` reads cannot check anything: that counts as skipped, never as passed.

use std::collections::BTreeSet;
use std::path::PathBuf;

use anyhow::{Context, Result, ensure};

use crate::place;
use crate::tally::{Skip, Tally};
use crate::tool::{Finished, Tool};

/// A library whose API is watched, with the features that add to it.
struct Library {
    package: &'static str,
    folder: &'static str,
    features: &'static str,
}

const LIBRARIES: &[Library] = &[
    Library { package: "wharf", folder: "fabric", features: "complex,half,ndarray" },
    Library { package: "wharf-shm", folder: "shm", features: "" },
];

/// Compares every listing with the code; one check each.
pub(crate) fn check() -> Result<Tally> {
    let mut tally = Tally::default();
    for library in LIBRARIES {
        let Listing::Lines(found) = library.list()? else {
            tally.skipped.push(library.skip()?);
            continue;
        };
        let path = library.path();
        let agreed = std::fs::read_to_string(&path)
            .with_context(|| format!("cannot read {}", path.display()))?;
        let changes = changes(&agreed, &found);
        let proof = Tally {
            proof: format!("{} {} items", library.package, found.len()),
            ..Tally::default()
        };
        tally.add(proof);
        if changes.is_empty() {
            tally.passed += 1;
            continue;
        }
        println!("{} has changed:\n{}", library.package, changes.join("\n"));
        println!("{}", library.advice(&agreed)?);
        tally.failed.push(format!(
            "the public API of {}: {} lines differ from {}/public-api.txt",
            library.package,
            changes.len(),
            library.folder
        ));
    }
    Ok(tally)
}

/// Writes every listing anew, and says what that changed.
pub(crate) fn accept() -> Result<()> {
    for library in LIBRARIES {
        let Listing::Lines(found) = library.list()? else {
            anyhow::bail!("nothing written: {}", library.skip()?.reason);
        };
        let path = library.path();
        // Absent is as good as empty: a library's first listing.
        let agreed = std::fs::read_to_string(&path).unwrap_or_default();
        let changes = changes(&agreed, &found);
        let text = format!("{}{}\n{}\n", HEADING, compiler()?, found.join("\n"));
        std::fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
        println!("{}: {} items, {} lines changed", path.display(), found.len(), changes.len());
        changes.iter().for_each(|change| println!("{change}"));
    }
    Ok(())
}

/// What the tool made of the compiler's description.
enum Listing {
    Lines(Vec<String>),
    /// The compiler writes a format that the tool does not read.
    AnotherCompiler,
}

impl Library {
    fn path(&self) -> PathBuf {
        place::root().join(self.folder).join("public-api.txt")
    }

    fn list(&self) -> Result<Listing> {
        let (package, features) = (self.package, self.features);
        cargo(&["rustdoc", "--locked", "--lib", "--package", package, "--features", features])
            .args(["--", "-Zunstable-options", "--output-format", "json"])
            .succeed()?;
        cargo(&["build", "--locked"]).folder(place::root().join("xtask/public-api")).succeed()?;
        let json = output().join(format!("doc/{}.json", package.replace('-', "_")));
        let Finished { status, text } = Tool::new(output().join("debug/wharf-public-api"))
            .args([json])
            .show(|_| false)
            .run()?;
        if status.code() == Some(ANOTHER_FORMAT) {
            return Ok(Listing::AnotherCompiler);
        }
        ensure!(status.success(), "wharf-public-api ended with {status}: {text}");
        let lines: Vec<String> = text.lines().map(str::to_owned).collect();
        ensure!(lines.len() > 1, "{package} has no public item at all, or so it seems");
        Ok(Listing::Lines(lines))
    }

    fn skip(&self) -> Result<Skip> {
        let agreed = std::fs::read_to_string(self.path()).unwrap_or_default();
        let made = made_with(&agreed).unwrap_or("another compiler");
        let (here, release) = (compiler()?, release(made));
        Ok(Skip {
            name: format!("public API of {}", self.package),
            reason: format!(
                "{here} describes a library in another format than {made}, with which the listing \
                 was made: `rustup run {release} cargo xtask test api` checks it"
            ),
        })
    }

    /// What to do about a difference.
    fn advice(&self, agreed: &str) -> Result<String> {
        let (here, made) = (compiler()?, made_with(agreed).unwrap_or("an unnamed compiler"));
        let mut advice =
            "If that is meant: `cargo xtask api --accept`, and commit the listing.".to_owned();
        if here != made {
            let release = release(made);
            advice = format!(
                "The listing was made with {made}, and this is {here}: the difference may be the \
                 compiler's.\n`rustup run {release} cargo xtask test api` tells. {advice}"
            );
        }
        Ok(advice)
    }
}

/// In a folder of its own, and both builds alike: the variable that allows unstable options has the
/// dependencies built anew where it changes.
fn cargo(arguments: &[&str]) -> Tool {
    Tool::cargo()
        .args(arguments)
        .env("RUSTC_BOOTSTRAP", "1")
        .env("CARGO_TARGET_DIR", output())
        .show(|line| line.starts_with("error"))
}

fn output() -> PathBuf {
    place::target().join("api")
}

/// Lines that went, then lines that came. Their order is the tool's, and means nothing.
fn changes(agreed: &str, found: &[String]) -> Vec<String> {
    let agreed: BTreeSet<&str> = agreed.lines().filter(|line| !line.starts_with("# ")).collect();
    let found: BTreeSet<&str> = found.iter().map(String::as_str).collect();
    let went = agreed.difference(&found).map(|line| format!("  - {line}"));
    went.chain(found.difference(&agreed).map(|line| format!("  + {line}"))).collect()
}

/// The compiler here: `rustc 1.95.0`.
fn compiler() -> Result<String> {
    let version = Tool::new("rustc").args(["--version"]).show(|_| false).succeed()?;
    let words: Vec<&str> = version.split_whitespace().take(2).collect();
    Ok(words.join(" "))
}

/// The compiler that a listing's heading names.
fn made_with(agreed: &str) -> Option<&str> {
    agreed.lines().find_map(|line| line.strip_prefix(MADE_WITH))
}

/// `1.95.0` of `rustc 1.95.0`.
fn release(compiler: &str) -> &str {
    compiler.rsplit(' ').next().unwrap_or(compiler)
}

const MADE_WITH: &str = "# made with ";
const HEADING: &str = "\
# Every public item, as `cargo xtask test api` checks it; `cargo xtask api --accept` writes it anew.
# made with ";
/// As `wharf-public-api` says it.
const ANOTHER_FORMAT: i32 = 3;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_what_came_went_and_changed() {
        let agreed = format!("{HEADING}rustc 1.95.0\n#[non_exhaustive] pub enum E\npub fn f()\n");
        let found =
            |lines: &[&str]| lines.iter().map(|line| (*line).to_owned()).collect::<Vec<_>>();
        let same = found(&["pub fn f()", "#[non_exhaustive] pub enum E"]);
        assert_eq!(changes(&agreed, &same), Vec::<String>::new());
        let changed = found(&["pub fn f(u8)", "pub enum E"]);
        let expected = [
            "  - #[non_exhaustive] pub enum E",
            "  - pub fn f()",
            "  + pub enum E",
            "  + pub fn f(u8)",
        ];
        assert_eq!(changes(&agreed, &changed), expected);
        assert_eq!(made_with(&agreed).map(release), Some("1.95.0"));
    }
}
