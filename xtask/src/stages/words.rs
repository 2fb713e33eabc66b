//! What the committed text must not say.
//!
//! - A path of the machine that it was written on: nobody else has it.
//! - `#[ignore]`, or a documentation example set aside: a test that does not run has to be in
//!   `xtask/skips.toml`, with its reason.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::place;
use crate::skips::Skips;
use crate::tally::Tally;

/// Folders that are built or found, never written.
const NOT_OURS: &[&str] = &[".git", "target", "corpus", "artifacts"];
/// Where people and build machines keep their checkouts. Pieced together, so as not to find itself.
const PRIVATE: &[&str] = &[concat!("/ro", "ot/"), concat!("/ho", "me/"), concat!("/wo", "rk/")];

pub(crate) fn run() -> Result<Tally> {
    let skips = Skips::load()?;
    let mut files = Vec::new();
    collect(place::root(), &mut files)?;
    let (mut seen, mut found) = (0, Vec::new());
    for path in &files {
        let bytes = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
        let Ok(text) = String::from_utf8(bytes) else {
            continue;
        };
        seen += 1;
        let name = path.strip_prefix(place::root()).unwrap_or(path).display().to_string();
        found.extend(
            private_paths(&text).map(|line| format!("{name}:{line}: a path of somebody's machine")),
        );
        if name.ends_with(".rs") {
            found.extend(set_aside(&text, &skips).map(|line| {
                format!("{name}:{line}: a test set aside, which xtask/skips.toml does not name")
            }));
        }
    }
    if found.is_empty() {
        return Ok(Tally::check("words", true, seen, "files"));
    }
    Ok(Tally { failed: found, ..Tally::default() })
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    let entries =
        fs::read_dir(folder).with_context(|| format!("cannot list {}", folder.display()))?;
    for entry in entries {
        let entry = entry?;
        let kind = entry.file_type()?;
        if NOT_OURS.iter().any(|name| entry.file_name() == *name) {
            continue;
        }
        if kind.is_dir() {
            collect(&entry.path(), files)?;
        } else if kind.is_file() {
            files.push(entry.path());
        }
    }
    Ok(())
}

/// The numbers of the lines that hold such a path.
fn private_paths(text: &str) -> impl Iterator<Item = usize> {
    let guilty = |line: &str| PRIVATE.iter().any(|path| starts_a_path(line, path));
    text.lines().enumerate().filter(move |(_, line)| guilty(line)).map(|(index, _)| index + 1)
}

/// Whether `path` stands in `line` other than as a later part of a longer path.
fn starts_a_path(line: &str, path: &str) -> bool {
    line.match_indices(path).any(|(at, _)| {
        !line[..at].ends_with(|before: char| before.is_alphanumeric() || "._-}".contains(before))
    })
}

/// The numbers of the lines that set aside a test which the list does not name.
fn set_aside(text: &str, skips: &Skips) -> impl Iterator<Item = usize> {
    let lines: Vec<&str> = text.lines().map(str::trim_start).collect();
    let mut found = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        let example =
            line.starts_with("//") && line.contains(concat!("``", "`")) && line.contains("ignore");
        let attribute =
            line.starts_with("#[") && line.contains("ignore") && !line.contains("ignored");
        let name =
            lines[index..].iter().find_map(|line| line.split_once("fn ")?.1.split('(').next());
        if example || (attribute && !name.is_some_and(|name| skips.allow_last(name))) {
            found.push(index + 1);
        }
    }
    found.into_iter()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_paths_of_machines_and_no_others() {
        let text = format!("a\nsee {0}me/x\nshm{0}x\n\"{1}runner/x\"\n", PRIVATE[0], PRIVATE[1]);
        assert_eq!(private_paths(&text).collect::<Vec<_>>(), [2, 4]);
    }

    #[test]
    fn finds_tests_set_aside() {
        let skips = Skips::parse("\"deep::slow\" = \"a minute each\"").unwrap();
        let lines = ["#[ignore = \"x\"]", "fn quick() {}", "#[ignore]", "fn slow() {}"];
        let more =
            ["#[cfg_attr(miri, ignore)]", "fn other() {}", "// nothing to ignore", "#[test]"];
        let text = [lines, more].concat().join("\n");
        assert_eq!(set_aside(&text, &skips).collect::<Vec<_>>(), [1, 5]);
        let example = format!("//! {}rust,ignore\n", concat!("``", "`"));
        assert_eq!(set_aside(&example, &skips).collect::<Vec<_>>(), [1]);
    }
}
