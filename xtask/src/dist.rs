//! `cargo xtask dist`: a source archive that builds where there is no network.
//!
//! It holds every file that git knows, as it lies in the checkout, and in `vendor` the sources of all crates
//! that they need. What is in it depends on nothing else: two archives of one checkout are the same. It takes a
//! checkout, for nobody but git knows what belongs to it.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

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
    let files = known_files(place::root())?;
    let output = place::target().join("dist");
    fs::create_dir_all(&output).with_context(|| format!("cannot make {}", output.display()))?;
    let name = concat!("wharf-", env!("CARGO_PKG_VERSION"));
    let scratch = Scratch::new(&output, "dist")?;
    let tree = scratch.path().join(name);
    copy_tree(&files, &tree)?;
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

/// The files that git knows in a checkout, all of which are there.
fn known_files(root: &Path) -> Result<Vec<String>> {
    let git = |words: &[&str]| Tool::new("git").args(words).folder(root).show(|_| false).run();
    // Within another checkout, git would answer for that one.
    let inside = git(&["rev-parse", "--show-prefix"])?;
    ensure!(
        inside.status.success() && inside.text.trim().is_empty(),
        "{} is no git checkout, and dist makes the archive of what git knows: call it in a checkout. An archive that \
         was unpacked is whole: `tar` packs it again. git says: {}",
        root.display(),
        inside.text.trim()
    );
    let list = |words: &[&str]| -> Result<Vec<String>> {
        let words = [&["ls-files", "-z"], words].concat();
        let files = Tool::new("git").args(words).folder(root).show(|_| false).succeed()?;
        Ok(files.split_terminator('\0').map(str::to_owned).collect())
    };
    let missing = list(&["--deleted"])?;
    ensure!(
        missing.is_empty(),
        "git knows {0}, but there is no such file: get it back by `git restore`, or have git forget it by `git rm`",
        missing.join(" and ")
    );
    list(&[])
}

/// The files, with changes that are not committed.
fn copy_tree(files: &[String], tree: &Path) -> Result<()> {
    for file in files {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_a_checkout_with_all_its_files() {
        let folder = Scratch::new(&std::env::temp_dir(), "checkout").unwrap();
        let root = folder.path();
        let refusal = || known_files(root).unwrap_err().to_string();
        assert!(refusal().contains("is no git checkout"), "{}", refusal());

        let script =
            "git init --quiet && mkdir -p plain && echo > a && echo > plain/b && git add .";
        Tool::new("sh").args(["-c", script]).folder(root).succeed().unwrap();
        assert_eq!(known_files(root).unwrap(), ["a", "plain/b"]);
        let within = known_files(&root.join("plain")).unwrap_err().to_string();
        assert!(within.contains("is no git checkout"), "{within}");

        fs::remove_file(root.join("plain/b")).unwrap();
        assert!(refusal().contains("git knows plain/b, but"), "{}", refusal());
    }
}
