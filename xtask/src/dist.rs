//! `cargo xtask dist`: a source archive that builds where there is no network.
//!
//! It holds every file that git knows, as it lies in the checkout, and in `vendor` the sources of all crates
//! that they need. What is in it depends on nothing else: two archives of one checkout are the same.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::place::{self, Scratch};
use crate::tool::Tool;

pub(crate) fn run() -> Result<()> {
    let archive = dist()?;
    let size = fs::metadata(&archive)?.len() >> 20;
    println!("{}: {size} MiB", archive.display());
    Ok(())
}

/// Makes the archive, and says where it is.
pub(crate) fn dist() -> Result<PathBuf> {
    let output = place::target().join("dist");
    fs::create_dir_all(&output).with_context(|| format!("cannot make {}", output.display()))?;
    let name = concat!("wharf-", env!("CARGO_PKG_VERSION"));
    let scratch = Scratch::new(&output, "dist")?;
    let tree = scratch.path().join(name);
    copy_tree(&tree)?;
    vendor(&tree)?;
    let archive = output.join(format!("{name}.tar.gz"));
    let when = Tool::new("git").args(["log", "-1", "--format=@%ct"]).show(|_| false).succeed()?;
    Tool::new("tar")
        .args(["--create", "--gzip", "--sort=name", "--owner=0", "--group=0", "--numeric-owner"])
        .args(["--mode=go-w", &format!("--mtime={}", when.trim()), "--file"])
        .args([archive.as_os_str(), "--directory".as_ref(), scratch.path().as_os_str()])
        .args([name])
        .env("GZIP", "-n")
        .succeed()?;
    Ok(archive)
}

/// The files that git knows, with changes that are not committed.
fn copy_tree(tree: &Path) -> Result<()> {
    let files = Tool::new("git").args(["ls-files", "-z"]).show(|_| false).succeed()?;
    for file in files.split_terminator('\0') {
        let (from, to) = (place::root().join(file), tree.join(file));
        if let Some(folder) = to.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::copy(&from, &to).with_context(|| format!("cannot copy {}", from.display()))?;
    }
    Ok(())
}

/// The sources of what the workspace needs, and a word to cargo that they are there.
fn vendor(tree: &Path) -> Result<()> {
    Tool::cargo().args(["vendor", "--locked", "--quiet", "vendor"]).folder(tree).succeed()?;
    let path = tree.join(".cargo/config.toml");
    let mut config =
        fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    config.push_str(VENDORED);
    fs::write(&path, config).with_context(|| format!("cannot write {}", path.display()))
}

const VENDORED: &str = r#"
[source.crates-io]
replace-with = "vendored"

[source.vendored]
directory = "vendor"
"#;
